// `farthing gateway` for a test, in front of a server that the test has.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { listening, writeGateway } from '../scripts/gateway.mjs';

const built = fileURLToPath(new URL('../../target/debug/farthing-devchain', import.meta.url));
const program = join(dirname(process.env.FARTHING_DEVCHAIN ?? built), 'farthing');

/** Why what needs a gateway is skipped, if so. */
export const noGateway = !existsSync(program) && 'There is no farthing here: ./scripts/build makes it.';

/** Starts a gateway on a chain, which sells for a payee what `answer` serves, by these rules. */
export async function startGateway({ url, folder }, { payee, answer, rules, claim = '0.5' }) {
  const backend = createServer(answer);
  const behind = await listening(backend);
  const { file } = await writeGateway(folder, { payee, rules, claim, from: `proxy = 'http://127.0.0.1:${behind}'` });
  const flags = ['--node', url, '--deployments', folder, '--state', join(folder, 'selling')];
  const child = spawn(program, ['gateway', file, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const said = [];
  const [site, admin] = await new Promise((resolve, reject) => {
    const found = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const address = line.match(/ at (http:\S+)\.$/)?.[1];
      if (address) found.push(address);
      if (found.length === 2) resolve(found);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The gateway ended with ${code}: ${said.slice(-5).join('\n')}`)));
  });
  return {
    url: site,
    said,
    /** Returns its sums: what it earned, what of that was claimed, and what was not. */
    async figures() {
      const text = await (await fetch(`${admin}/metrics`)).text();
      return Object.fromEntries([...text.matchAll(/^farthing_(earned|claimed|unclaimed) (\d+)$/gm)].map(([, name, value]) => [name, BigInt(value)]));
    },
    /** Waits until all that is owed was claimed, and returns its sums then. */
    async settled() {
      for (let tries = 0; tries < 150; tries++) {
        const figures = await this.figures();
        if (figures.unclaimed === 0n) return figures;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      throw new Error(`The gateway has not claimed: ${said.slice(-5).join('\n')}`);
    },
    async end() {
      process.off('exit', kill);
      child.removeAllListeners('exit');
      kill();
      backend.closeAllConnections();
      await new Promise((resolve) => backend.close(resolve));
    },
  };
}
