// node scripts/serve.mjs DEVCHAIN [PORT [FOLDER]]: a development chain with all contracts, an index of what happens on
// it, a gateway that sells a folder for Alice, and the page. Without a folder, she sells samples, on the chain, too.
// Ctrl-C ends all of it.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve as absolute } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { developmentAccount, Farthing, listing, walletOf } from '@farthing/client';
import { contentHash } from '@farthing/vouchers';
import { policyFor, serve } from './files.mjs';
import { writeGateway } from './gateway.mjs';

const [devchain, port = '8080', sold] = process.argv.slice(2);
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

/** What is sold unless somebody names a folder: two chapters, and a second of a tone. */
const SAMPLES = [['chapter-1.txt', 'Chapter 1'], ['chapter-2.txt', 'Chapter 2'], ['tone.wav', 'A tone']];

function sample() {
  const at = join(folder, 'sold');
  mkdirSync(at);
  for (const n of [1, 2]) writeFileSync(join(at, `chapter-${n}.txt`), `Chapter ${n}\n\n${'Once upon a time there was a farthing, and it went a long way. '.repeat(20)}\n`);
  writeFileSync(join(at, 'tone.wav'), tone(8_000));
  return at;
}

/** A second of a tone, as WAV: mono, a byte a sample. */
function tone(rate) {
  const [head, samples] = [Buffer.alloc(44), Buffer.from(Array.from({ length: rate }, (_, n) => 128 + 60 * Math.sin(n / 3)))];
  head.write('RIFF');
  head.writeUInt32LE(36 + rate, 4);
  head.write('WAVEfmt ', 8);
  [[16, 16, 4], [20, 1, 2], [22, 1, 2], [24, rate, 4], [28, rate, 4], [32, 1, 2], [34, 8, 2], [40, rate, 4]].forEach(([place, value, bytes]) => head.writeUIntLE(value, place, bytes));
  head.write('data', 36);
  return Buffer.concat([head, samples]);
}

/** Has Alice sell the samples on the chain, too, where the gateway is: whoever buys one there gets it by a signature. */
async function publish(node, deployment, at, url) {
  const ask = (method, ...params) => fetch(node.replace(/^ws/, 'http'), { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }) });
  const farthing = await Farthing.connect(deployment, { url: node, wallet: walletOf(developmentAccount('Alice')) });
  const send = async (plan) => (await plan).send({ until: 'best' });
  const { plan, salt } = await farthing.creators.announce('alice');
  await send(plan);
  const { wait } = await farthing.creators.overview();
  await ask('dev_forward', Number(wait.millis));
  await ask('dev_newBlock', wait.blocks);
  await send(farthing.creators.register('alice', salt, { commitment: contentHash(new Uint8Array()), uri: '' }));
  const alice = await farthing.creator('alice');
  await send(farthing.shop.open(alice));
  for (const [name, title] of SAMPLES) {
    const content = { commitment: contentHash(readFileSync(join(at, name))), title, uri: `${url}/${name}` };
    await send(farthing.shop.publish(alice, listing(farthing.unit('0.02')), content));
  }
  await farthing.disconnect();
}

/** What the samples cost: their creator is the first, and they are her first items. */
const SAMPLE_RULES = `creator = 0
${SAMPLES.map(([name], item) => `[[site.rule]]
paths = ['/${name}']
${name.endsWith('.txt') ? "price = '0.001'" : "price = '0.0005'\nunit = 'byte'\nper = 65536"}
item = ${item}`).join('\n')}
`;

/** What it costs: text by the piece, sound by ten seconds as it is heard, all else by the 64 KiB. */
const RULES = `[[site.rule]]
paths = ['/**/*.txt']
price = '0.001'
[[site.rule]]
paths = ['/**/*.mp3', '/**/*.ogg', '/**/*.opus']
price = '0.0005'
unit = 'second'
per = 10
[[site.rule]]
paths = ['/**']
price = '0.0005'
unit = 'byte'
per = 65536
`;

/** A page with a tag for each of the samples. */
const paid = (url, payee) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Paid by voucher</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
<main>
<h1>Paid by voucher</h1>
${SAMPLES.map(([name]) => `<farthing-paywall src="${url}/${name}" payee="${payee}" reserve="0.5" limit="0.005"></farthing-paywall>`).join('\n')}
</main>
<script type="module" src="farthing-elements.js"></script>
</html>
`;

try {
  let address;
  const node = await start('chain', devchain, ['--rpc-port=0', `--deploy=${folder}`], (line) => {
    address = line.match(/addr=(127\.0\.0\.1:\d+)/)?.[1] ?? address;
    return line.includes('says where') && `ws://${address}`;
  });
  const kept = ['--node', node, '--deployments', folder, '--state', join(folder, 'state')];
  const index = await start('index', join(dirname(devchain), 'farthing'), ['index', '--serve', '127.0.0.1:0', ...kept], (line) => line.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0]);
  const { address: payee } = developmentAccount('Alice');
  const from = sold ? absolute(sold) : sample();
  const selling = await writeGateway(folder, { payee, from: `folder = '${from}'`, rules: sold ? RULES : SAMPLE_RULES });
  await start('gateway', join(dirname(devchain), 'farthing'), ['gateway', selling.file, ...kept], (line) => line.includes('Selling at'));
  const deployment = JSON.parse(readFileSync(join(folder, 'local.json'), 'utf8'));
  if (!sold) await publish(node, deployment, from, selling.url);
  const page = await serve({
    folder: fileURLToPath(new URL('../apps/farthing/dist/', import.meta.url)),
    files: {
      'deployment.json': JSON.stringify({ ...deployment, endpoints: [node], index }),
      ...Object.fromEntries(['farthing-elements.js', 'refusals/de.js'].map((name) => [name, readFileSync(new URL(`../packages/elements/dist/${name}`, import.meta.url))])),
      ...(sold ? {} : { 'paid.html': paid(selling.url, payee) }),
    },
    // What creators sell can be anywhere.
    policy: policyFor(node, index, selling.url, 'https:'),
    port: Number(port),
  });
  if (sold) console.log(`The gateway sells ${from} for Alice at ${selling.url}: in her studio, publish what is there.`);
  else console.log(`Alice sells two chapters and a tone, on the chain and by voucher. Be Bob, buy one, and get it in your library.\nA page that is paid by voucher is at ${page.url}paid.html`);
  console.log(`The page is at ${page.url}`);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
