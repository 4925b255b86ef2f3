// How large the library is, that what is generated is up to date, and that every message has words.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { abi } from '@farthing/client';
import { generate, generated } from '../../../scripts/generate.mjs';
import { sizeOf } from '../../../scripts/size.mjs';

const here = new URL('.', import.meta.url).pathname;

test('what is generated is what abi/ says: npm run generate', () => {
  const [made, there] = [generate(), generated()];
  assert.deepEqual(Object.keys(there).sort(), Object.keys(made).sort());
  for (const [name, text] of Object.entries(made)) assert.ok(there[name] === text, `${name} is not up to date.`);
});

test('the library costs a page at most 90 KB, and what it does not use, nothing', async () => {
  const all = await sizeOf("export * from '@farthing/client'; export * from '@farthing/vouchers/indexed-db';", here);
  assert.ok(all <= 90 * 1024, `It is ${all} bytes.`);
  const part = await sizeOf("export { Token, encodeCall } from '@farthing/client'; export { messages } from '../dist/generated/streams.js';", here);
  assert.ok(part <= 10 * 1024, `A part is ${part} bytes.`);
});

test('no file but one knows of dedot', () => {
  const source = new URL('../src/', import.meta.url);
  const files = readdirSync(source).filter((name) => name.endsWith('.ts'));
  const using = files.filter((name) => /from '@?dedot/.test(readFileSync(new URL(name, source), 'utf8')));
  assert.deepEqual(using, ['chain.ts']);
  const types = new URL('../dist/', import.meta.url);
  const told = readdirSync(types).filter((name) => name.endsWith('.d.ts') && /from '@?dedot/.test(readFileSync(new URL(name, types), 'utf8')));
  assert.deepEqual(told, []);
});

test('every message of every contract has words', () => {
  const source = new URL('../src/', import.meta.url);
  const words = { registry: 'creators', storefront: 'shop', channels: 'channels', streams: 'streams', pool: 'pools', poolFactory: 'pools', matchingRound: 'rounds' };
  const prefixes = { pool: 'pool.', poolFactory: 'factory.' };
  for (const [contract, file] of Object.entries(words)) {
    const text = readFileSync(new URL(`${file}.ts`, source), 'utf8');
    for (const message of Object.keys(abi[contract].messages)) {
      // Only the registry sends this one, and the storefront refuses it from anybody else.
      if (message === 'payoutChanged') continue;
      const used = new RegExp(`\\b${(prefixes[contract] ?? '').replace('.', '\\.')}messages\\.${message}\\b`);
      assert.match(text, used, `${contract}.${message}`);
    }
  }
});

test("the types are whole, and say no to what is wrong: a program that uses them compiles, with all declarations checked", async () => {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const project = fileURLToPath(new URL('types/', import.meta.url));
  await promisify(execFile)(process.execPath, [compiler, '--project', project]).catch(({ stdout }) => assert.fail(stdout));
});
