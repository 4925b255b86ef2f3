// What the page says: each language has all of it, and a browser's language is the page's.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { abi, walletOf } from '@farthing/client';
import { germanDeeds } from '../../../packages/elements/dist/deeds.js';
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
