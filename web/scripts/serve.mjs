// node scripts/serve.mjs DEVCHAIN [PORT]: a development chain with all contracts, and the page on it. Ctrl-C ends both.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { policyFor, serve } from './files.mjs';

const [devchain, port = '8080'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'farthing-web-'));
const chain = spawn(devchain, ['--rpc-port=0', `--deploy=${folder}`], { stdio: ['ignore', 'pipe', 'pipe'] });
process.once('exit', () => {
  chain.kill();
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit());
chain.once('exit', (code) => {
  console.error(`The chain ended with ${code}.`);
  process.exit(1);
});

let node;
const hear = async (line) => {
  console.log(line);
  const found = line.match(/addr=(127\.0\.0\.1:\d+)/);
  if (found) node = `ws://${found[1]}`;
  if (node && line.includes('says where')) await open();
};
for (const stream of [chain.stdout, chain.stderr]) createInterface({ input: stream }).on('line', hear);

async function open() {
  const deployment = JSON.parse(readFileSync(join(folder, 'local.json'), 'utf8'));
  const page = await serve({
    folder: fileURLToPath(new URL('../apps/farthing/dist/', import.meta.url)),
    files: { 'deployment.json': JSON.stringify({ ...deployment, endpoints: [node] }) },
    policy: policyFor(node),
    port: Number(port),
  }).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
  console.log(`The page is at ${page.url}`);
}
