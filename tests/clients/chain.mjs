// A chain for the tests: of their own, so that no library sees what another did, or one that runs already.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const { FARTHING_NODE_URL: shared, CONTRACTS_NODE: program } = process.env;

/** Whether all tests have to do with one chain. */
export const isShared = Boolean(shared);

/** Why what needs a chain is skipped, if so. */
export const noChain = !shared && !program && 'There is no chain here.';

/** A chain on ports of its choice, which only this machine can reach. */
export async function startChain() {
  if (shared) return { url: shared, stop() {} };
  const child = spawn(program, ['--dev', '--rpc-port=0', '--listen-addr=/ip4/127.0.0.1/tcp/0', '--no-prometheus'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stop = () => child.kill();
  process.once('exit', stop);
  const port = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code} before it listened.`)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      const found = line.match(/addr=127\.0\.0\.1:(\d+)/);
      if (found) resolve(found[1]);
    });
  });
  return { url: `ws://127.0.0.1:${port}`, stop };
}
