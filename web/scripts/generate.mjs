// Makes what the client knows of the contracts of their metadata in abi/: types, codecs, messages, events, and a
// sentence for each error. `npm run generate` writes it; a test compares it.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Module, pascal } from './module.mjs';

const abi = new URL('../../abi/', import.meta.url);
const folder = new URL('../packages/client/src/generated/', import.meta.url);

const read = (name) => JSON.parse(readFileSync(new URL(name, abi)));

const first = ['registry', 'pool'];
const rank = (name) => (first.includes(name) ? 0 : 1);

/** Returns all files that there must be, by name. */
export function generate() {
  const hashes = read('code-hashes.json');
  const names = Object.keys(hashes).sort();
  const files = {};
  const modules = [];
  // Those whose types others have, too, come first.
  for (const name of [...names].sort((one, other) => rank(one) - rank(other))) {
    const module = new Module(name, read(`${name}.json`), hashes[name], [...modules]);
    files[`${name.replaceAll('_', '-')}.ts`] = module.text();
    modules.push(module);
  }
  files['all.ts'] = all(names);
  return files;
}

function all(names) {
  const lines = names.map((name) => {
    const [file, contract] = [name.replaceAll('_', '-'), pascal(name)];
    return `export * as ${contract[0].toLowerCase()}${contract.slice(1)} from './${file}.js';`;
  });
  return `// Made by scripts/generate.mjs of abi/. Do not change it by hand: npm run generate\n\n${lines.join('\n')}\n`;
}

/** Returns the files that are there, by name. */
export const generated = () =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(generate())) writeFileSync(new URL(name, folder), text);
}
