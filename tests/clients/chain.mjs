// A chain for the tests: of their own, so that no library sees what another did, or one that runs already.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const { FARTHING_NODE_URL: shared, FARTHING_DEVCHAIN: devchain, CONTRACTS_NODE: official } = process.env;
const program = devchain ?? official;

/** Whether all tests have to do with one chain. */
export const isShared = Boolean(shared);

/** Why what needs a chain is skipped, if so. */
export const noChain = !shared && !program && 'There is no chain here.';

/** Why the development chain is not tested, if so. */
export const noDevchain = !devchain && 'There is no farthing-devchain here.';

/** The command line, if there is one here. */
export const farthing = process.env.FARTHING_PROGRAM;

/** Why the official node is not asked, if so. */
export const noOfficialNode = !official && 'There is no substrate-contracts-node here: CONTRACTS_NODE names one.';

/** The chain that the tests are about, unless they name another. */
export const startChain = async () => (shared ? { url: shared, stop() {} } : start(program));

/** A development chain, also if there is one that is shared. */
export const startDevchain = (...flags) => start(devchain, flags);

export const startOfficialNode = () => start(official);

/** A chain on ports of its choice, which only this machine can reach. */
async function start(program, flags = []) {
  const child = spawn(program, ['--dev', '--rpc-port=0', '--listen-addr=/ip4/127.0.0.1/tcp/0', '--no-prometheus', ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stop = () => {
    process.off('exit', stop);
    child.kill();
  };
  process.once('exit', stop);
  const port = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code} before it listened.`)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      const found = line.match(/addr=127\.0\.0\.1:(\d+)/);
      if (found) resolve(found[1]);
    });
  });
  return { url: `ws://127.0.0.1:${port}`, pid: child.pid, stop };
}
