// A chain of its own for each library, so that none sees what another did.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Starts the node that `scripts/test-clients` found, on ports of its choice; only this machine can reach it. */
export async function startChain() {
  const program = process.env.CONTRACTS_NODE;
  const child = spawn(
    program,
    ['--dev', '--tmp', '--rpc-port=0', '--listen-addr=/ip4/127.0.0.1/tcp/0', '--no-prometheus'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
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
