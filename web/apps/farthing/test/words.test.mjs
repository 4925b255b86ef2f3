// What the page says: each language has all of it, and a browser's language is the page's.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { readdirSync, readFileSync } from 'node:fs';
import { abi, Failed, KeyLost, NodeError, NotSent, Refused, Token, TooPoor, Undone, Unknown, walletOf, WalletError } from '@farthing/client';
import { NotPaid } from '@farthing/http';
import { VoucherError } from '@farthing/vouchers';
import { germanDeeds } from '../../../packages/elements/dist/deeds.js';
import { explain } from '../../../packages/elements/dist/refusals.js';
import { other, refusals } from '../../../packages/elements/dist/refusals/de.js';
import { de } from '../built/words/de.js';
import { en } from '../built/words/en.js';
import { alice, openStage, skip } from './stage.mjs';

let stage;

before(async () => {
  if (!skip) stage = await openStage();
});

after(() => stage?.end());

/** Returns the keys of all words, and what kind of word each is. */
const keysOf = (words, path = '') =>
  Object.entries(words).flatMap(([key, word]) => (typeof word === 'object' ? keysOf(word, `${path}${key}.`) : [`${path}${key}: ${typeof word} ${word.length * (typeof word === 'function')}`]));

const textsOf = (words) => Object.values(words).flatMap((word) => (typeof word === 'object' ? textsOf(word) : [typeof word === 'function' ? word('1', '2', '3') : word]));

test('each language has the same keys, and says something', () => {
  assert.deepEqual(keysOf(de), keysOf(en));
  for (const text of [...textsOf(en), ...textsOf(de)]) assert.match(text, /\S/);
  for (const text of [...textsOf(en), ...textsOf(de)]) assert.doesNotMatch(text, /undefined/);
});

test('every message that is signed has a German heading', () => {
  const names = Object.values(abi).flatMap((contract) => Object.values(contract.messages ?? {}).filter(({ mutates }) => mutates).map(({ name }) => `${contract.abi.name}.${name}`));
  assert.ok(names.length > 80);
  // Only contracts send this one.
  assert.deepEqual(names.filter((name) => !(name in germanDeeds) && !name.endsWith('::payout_changed')), []);
});

/** Returns all sentences with which contracts refuse, as the client has them. */
function sentencesOfContracts() {
  const folder = new URL('../../../packages/client/src/generated/', import.meta.url);
  const lines = readdirSync(folder).flatMap((name) => readFileSync(new URL(name, folder), 'utf8').split('\n'));
  // A choice has them one a line; a choice that holds something, behind what it holds.
  return new Set(lines.map((line) => /^  (?:\['.*, )?("(?:[^"\\]|\\.)*")\]?,$/.exec(line)?.[1]).filter(Boolean).map((text) => JSON.parse(text)));
}

/** Returns all sentences of errors in a contract's metadata. */
function sentencesOfMetadata() {
  const folder = new URL('../../../../abi/', import.meta.url);
  const files = readdirSync(folder).map((name) => new URL(name, folder)).filter(({ pathname }) => /\/[a-z_]+\.json$/.test(pathname));
  const types = files.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')).types ?? []).map(({ type }) => type);
  const errors = types.filter(({ path = [] }) => path.at(-1)?.endsWith('Error') && path[0] !== 'ink_primitives');
  const plain = (docs) => docs.join(' ').replaceAll('[`', '`').replaceAll('`]', '`');
  return new Set(errors.flatMap(({ def }) => def.variant.variants.map(({ docs = [] }) => plain(docs))));
}

test('every refusal is known in German, and no sentence is left over', () => {
  const all = sentencesOfContracts();
  for (const one of sentencesOfMetadata()) assert.ok(all.has(one), one);
  assert.ok(all.size > 200);
  assert.deepEqual([...all].filter((one) => !(one in refusals)), []);
  assert.deepEqual(Object.keys(refusals).filter((one) => !all.has(one)), []);
  for (const text of Object.values(refusals)) assert.match(text, /^[A-ZÄÖÜ].*[.?]$/);
});

test('a refusal with its reason, and what else goes wrong, is said in German', async () => {
  const refused = new Refused('registry', 'claim', { type: 'Unavailable' }, ['The handle cannot be had, or not yet.', 'It belongs to this creator.']);
  assert.equal(await explain(refused, 'de-AT'), 'Diesen Namen kannst du nicht haben oder noch nicht. Er gehört schon jemandem.');
  assert.equal(await explain(refused, 'fr'), refused.message);
  assert.equal(await explain(new Refused('registry', 'claim', 'New', ['A sentence that nobody knows.']), 'de'), 'A sentence that nobody knows.');
  const token = new Token('UNIT', 12);
  const poor = new TooPoor({ price: 2n * 10n ** 12n, keep: 1n, has: 0n }, token);
  assert.throws(() => token.parse('0,02'), (error) => other(error) === '„0,02“ ist kein Betrag in UNIT: Schreib ihn in Ziffern und mit Punkt, etwa 12 oder 0.02.');
  assert.match(await explain(poor, 'de'), /^Dieses Konto hat 0 UNIT, und das hier braucht 2 UNIT für den Preis/);
  for (const error of [new Undone('Contracts.OutOfGas'), new Failed('x', {}), new NotSent('x'), new Unknown('0x', 'x'), new NodeError('x'), new KeyLost(0), new WalletError('refused', 'x'), new NotPaid('limit', 'x')]) {
    assert.match(other(error), /[a-z]\.?\)?$|\.$/, error.name);
  }
});

test('why a voucher is refused is said in German, whatever the code', async () => {
  // The sentences in English say which codes there are; a code may hold any of these.
  const source = readFileSync(new URL('../../../packages/vouchers/src/error.ts', import.meta.url), 'utf8');
  const codes = [...(/interface Details \{([^]*?)\n\}/.exec(source)?.[1] ?? '').matchAll(/^  (\w+):/gm)].map(([, code]) => code);
  assert.ok(codes.length >= 19);
  const details = { amount: 1n, reserve: 2n, promised: 3n, account: '5Bob', before: 4n, new: 5n, wanted: 6_000n, from: 7n, delay: 8_000n, kept: 9n, expires: 10n, key: 'k' };
  for (const code of codes) {
    const english = new VoucherError(code, details);
    const german = await explain(english, 'de');
    assert.match(german, /^[A-ZÄÖÜ].*\.$/);
    assert.notEqual(german, english.message);
    assert.doesNotMatch(german, /undefined|smallest|voucher(?!-)/);
    // Each number that English has, German has too.
    assert.deepEqual([...german.matchAll(/\d+/g)].map(String).sort(), [...english.message.matchAll(/\d+/g)].map(String).sort(), code);
  }
});

test('somebody chooses German, and everything that the page says of its own is German then, and after a reload', { skip, timeout: 90_000 }, async () => {
  const page = await stage.openAs('Alice', '');
  await page.getByLabel('Language').selectOption('de');
  await page.getByRole('heading', { name: 'Schaffende', exact: true }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
  for (const [view, title] of [['library', 'Bibliothek'], ['channels', 'Kanäle'], ['studio', 'Studio'], ['causes', 'Anliegen']]) {
    await stage.go(page, view);
    await page.getByRole('heading', { name: title, level: 1, exact: true }).waitFor();
    await stage.inspectAll(page, `german ${view}`);
  }
  await page.getByLabel('Titel', { exact: true }).fill('Brunnen');
  await page.getByRole('button', { name: 'Topf anlegen' }).click();
  await page.getByRole('heading', { name: 'Einen Topf anlegen' }).waitFor();
  await stage.inspectAll(page, 'german plan');
  await page.getByRole('button', { name: 'In der Wallet unterschreiben' }).click();
  await page.getByRole('heading', { name: 'Brunnen', level: 1 }).waitFor();
  await stage.inspectAll(page, 'german pool');
  await stage.unfold(page, 'In anderem Namen spenden');
  await page.getByLabel('Wessen Spende es ist').fill(alice.address);
  await page.getByLabel('Betrag in UNIT').first().fill('0');
  await page.getByRole('button', { name: 'Dafür spenden' }).click();
  await page.locator('.payment').getByText('Die Spende ist kleiner, als dieser Topf sie nimmt.').waitFor({ timeout: 5_000 }).catch(async () => assert.fail(await page.locator('.payment').innerText()));
  stage.farthing.use(walletOf(alice));
  const [{ listed }] = (await stage.farthing.pools.page()).pools;
  stage.solvent(await stage.farthing.pools.at(listed.account).solvency());
  await page.reload();
  await page.getByText('Worum es geht').waitFor();
  await stage.close(page);
});

test("a browser that asks for German has the page in German", { skip, timeout: 90_000 }, async () => {
  const page = await stage.browser.context.newPage();
  await page.addInitScript(() => {
    localStorage.removeItem('farthing-language');
    Object.defineProperty(navigator, 'languages', { get: () => ['fr', 'de-AT', 'en'] });
  });
  await page.goto(stage.server.url);
  await page.getByRole('heading', { name: 'Schaffende', exact: true }).waitFor();
  await page.close();
});
