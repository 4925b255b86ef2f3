// node scripts/serve.mjs DEVCHAIN [PORT]: a development chain with all contracts, an index of what happens on it, and
// the page. Ctrl-C ends all of it.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { policyFor, serve } from './files.mjs';

const [devchain, port = '8080'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'farthing-web-'));
const children = [];
process.once('exit', () => {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit());

/** Starts a program, shows what it says, and resolves with what `find` makes of its lines, once that is something. */
function start(what, command, flags, find) {
  const child = spawn(command, flags, { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return new Promise((resolve, reject) => {
    const hear = (line) => {
      console.log(line);
      const found = find(line);
      if (found) resolve(found);
    };
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', hear);
    child.once('error', reject);
    child.once('exit', (code) => {
      console.error(`The ${what} ended with ${code}.`);
      process.exit(1);
    });
  });
}

try {
  let address;
  const node = await start('chain', devchain, ['--rpc-port=0', `--deploy=${folder}`], (line) => {
    address = line.match(/addr=(127\.0\.0\.1:\d+)/)?.[1] ?? address;
    return line.includes('says where') && `ws://${address}`;
  });
  const kept = ['--node', node, '--deployments', folder, '--state', join(folder, 'state')];
  const index = await start('index', join(dirname(devchain), 'farthing'), ['index', '--serve', '127.0.0.1:0', ...kept], (line) => line.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0]);
  const deployment = JSON.parse(readFileSync(join(folder, 'local.json'), 'utf8'));
  const page = await serve({
    folder: fileURLToPath(new URL('../apps/farthing/dist/', import.meta.url)),
    files: { 'deployment.json': JSON.stringify({ ...deployment, endpoints: [node], index }) },
    // What creators sell can be anywhere.
    policy: policyFor(node, index, 'https:'),
    port: Number(port),
  });
  console.log(`The page is at ${page.url}`);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
