// What happened, in Chromium, with `farthing index --serve` beside the chain: search, earnings as a chart, payments
// with prices and dates, tips with what was said, donors, rounds; and what the page says if there is no index.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { contentHash } from '@farthing/vouchers';
import { Farthing, Index, listing, Mismatch, NodeError, terms } from '@farthing/client';
import { noIndex, startChain, startIndex } from '../../../test-support/chain.mjs';
import { alice, bob, charlie, dave, openStage, skip as noPage } from './stage.mjs';

const skip = noPage || (await noIndex());
const onPage = (name, what) => test(name, { skip, timeout: 90_000 }, what);
let stage;
let farthing;
let index;
let ada;
let pool;

before(async () => {
  if (skip) return;
  const chain = await startChain();
  index = await startIndex(chain);
  stage = await openStage({ chain, extra: { index: index.url }, places: [index.url] });
  ({ farthing } = stage);
  await happen();
  await index.reaches((await farthing.chain.heads()).best.number);
});

after(async () => {
  index?.end();
  await stage?.end();
});

/** A creator sells and is tipped on two days, and a pool is given to. */
async function happen() {
  let salt;
  await stage.does(alice, async (own) => {
    const announced = await own.creators.announce('ada-paints');
    ({ salt } = announced);
    return announced.plan;
  });
  const { wait } = await farthing.creators.overview();
  await stage.chain.ask('dev_forward', Number(wait.millis));
  await stage.chain.ask('dev_newBlock', wait.blocks);
  const nothing = { commitment: contentHash(new Uint8Array()), uri: '' };
  await stage.does(alice, (own) => own.creators.register('ada-paints', salt, nothing));
  ada = await farthing.creator('ada-paints');
  await stage.does(alice, (own) => own.shop.open(ada));
  for (const title of ['Blue hills', 'Red hills', 'A boat']) await stage.does(alice, (own) => own.shop.publish(ada, listing(own.unit('0.5')), { ...nothing, title }));
  await stage.does(bob, (own) => own.shop.buy(ada, 0));
  await stage.does(bob, (own) => own.shop.buy(ada, 1, { owner: charlie.address }));
  await stage.forward(24);
  await stage.does(charlie, (own) => own.tip(ada, own.unit('0.25'), { memo: 'the hills!' }));
  await stage.does(alice, (own) => own.pools.create(terms('Wells', [{ account: dave.address, parts: 1_000_000 }])));
  ({ account: pool } = (await farthing.pools.page()).pools[0].listed);
  await stage.does(bob, (own) => own.pools.at(pool).donate(own.unit('2')));
  await stage.does(bob, (own) => own.pools.at(pool).donate(own.unit('1')));
  await stage.does(charlie, (own) => own.pools.at(pool).donate(own.unit('4')));
}

const cellsOf = (page, name) => page.getByRole('region', { name }).locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));

onPage('a reader searches what is on sale, and sees what they have paid', async () => {
  const page = await stage.openAs('test', '');
  await page.getByLabel('Words in titles').fill('hil');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByRole('heading', { name: 'Red hills' }).waitFor();
  assert.equal(await page.getByRole('heading', { name: /hills|boat/ }).count(), 2);
  await stage.inspectAll(page, 'search');
  await page.getByLabel('Words in titles').fill('nothing like it');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByText('Nothing on sale has these words.').waitFor();
  await stage.go(page, 'library');
  const rows = await cellsOf(page, 'What you paid');
  assert.deepEqual(rows.map(([, what, paid]) => [what, paid]), [[`ada-paints: Red hills, for ${charlie.address.slice(0, 6)}…${charlie.address.slice(-6)}`, '0.5 UNIT'], ['ada-paints: Blue hills', '0.5 UNIT']]);
  await stage.inspectAll(page, 'library with index');
  await stage.close(page);
});

onPage('a creator sees earnings by day as a chart, purchases and tips, and gives one back by what the index knows', async () => {
  const page = await stage.openAs('Alice', 'studio/ada-paints/money');
  const label = await page.getByRole('img', { name: /^Earned by day/ }).getAttribute('aria-label');
  assert.match(label, /: 1 UNIT\. .*: 0\.25 UNIT$/);
  const sales = await cellsOf(page, 'Purchases');
  assert.deepEqual(sales.map(([, what, , paid]) => [what, paid]), [[`Red hills, for ${charlie.address.slice(0, 6)}…${charlie.address.slice(-6)}`, '0.5 UNIT'], ['Blue hills', '0.5 UNIT']]);
  const tips = await cellsOf(page, 'Tips');
  assert.deepEqual(tips.map(([, , paid, memo]) => [paid, memo]), [['0.25 UNIT', 'the hills!']]);
  await stage.inspectAll(page, 'earnings');
  const before = await stage.balanceOf(bob);
  await page.getByLabel('Whose purchases').fill(charlie.address);
  await page.getByRole('button', { name: 'Look them up' }).click();
  await page.getByLabel('Item 1, 0.5 UNIT').check();
  await stage.press(page, 'Give it back');
  assert.equal((await stage.balanceOf(bob)) - before, farthing.unit('0.5'));
  await index.reaches((await farthing.chain.heads()).best.number);
  await stage.go(page, 'studio/ada-paints/money');
  assert.equal((await cellsOf(page, 'Purchases'))[0][3], '0.5 UNIT (given back)');
  assert.deepEqual(await shownByDay(page), await earnedByDay());
  stage.solvent(await farthing.shop.solvency());
  await stage.inspectAll(page, 'earnings less what was given back');
  await stage.close(page);
});

/** The sums of the chart, all together first; days on which nothing was earned are left out. */
async function shownByDay(page) {
  const label = await page.getByRole('img', { name: /^Earned by day/ }).getAttribute('aria-label');
  return [...label.matchAll(/(-?[\d.]+) UNIT/g)].map(([, sum]) => farthing.unit(sum.replace('-', '')) * (sum.startsWith('-') ? -1n : 1n)).filter((sum, i) => i === 0 || sum !== 0n);
}

/** The same by the command line's books: what came for payments, less what was given back on that day. */
async function earnedByDay() {
  const printed = await stage.chain.run('book', 'ada-paints', '--csv');
  const days = new Map();
  for (const line of printed.trim().split('\n').slice(1)) {
    const [time, , , , what, , , amount] = line.split(',');
    if (!['tip', 'sale', 'blinded sale', 'fee', 'referral share', 'refund'].includes(what)) continue;
    const sum = farthing.unit(amount.replace('-', '')) * (amount.startsWith('-') ? -1n : 1n);
    days.set(time.slice(0, 10), (days.get(time.slice(0, 10)) ?? 0n) + sum);
  }
  const sums = [...days.values()];
  assert.ok(sums.length >= 2 && sums.some((sum) => sum < 0n), printed);
  return [sums.reduce((all, sum) => all + sum, 0n), ...sums];
}

onPage('a pool shows who gave to it, and what went out', async () => {
  const page = await stage.open(`pool/${pool}`);
  const donors = await cellsOf(page, 'Donors');
  assert.deepEqual(donors.map(([who, sum]) => [who, sum]), [[charlie.address, '4 UNIT'], [bob.address, '3 UNIT']]);
  await stage.inspectAll(page, 'donors');
  await stage.close(page);
});

onPage('a round that no deployment names is found, with what happened in it', async () => {
  const page = await stage.openAs('Alice', 'causes');
  await page.getByLabel('Title of the round').fill('Autumn');
  for (const [label, hours] of [['Opens', 3], ['Closes', 100], ['Is divided', 200]]) await page.getByLabel(label).fill(await stage.ahead(hours));
  await page.getByLabel('What counts of one donor at most').fill('10');
  await page.getByRole('button', { name: 'Make a round' }).click();
  await page.getByRole('button', { name: 'Sign in the wallet' }).click();
  await page.getByRole('heading', { name: 'Autumn', level: 1 }).waitFor();
  await page.getByLabel('Sponsor, in UNIT').fill('3');
  await stage.press(page, 'Sponsor');
  await index.reaches((await farthing.chain.heads()).best.number);
  await stage.go(page, 'causes');
  await page.getByRole('link', { name: 'Autumn' }).click();
  await page.getByRole('heading', { name: 'Autumn', level: 1 }).waitFor();
  const moves = await cellsOf(page, 'What happened');
  assert.deepEqual(moves.map(([, what, , sum]) => [what, sum]), [['Sponsored', '3 UNIT']]);
  await stage.inspectAll(page, 'moves');
  await stage.close(page);
});

onPage('all sums are those of the index and of the contracts', async () => {
  const { items } = await new Index(index.url).earnings(ada.id);
  assert.equal(items.reduce((sum, { paid }) => sum + paid, 0n), farthing.unit('1.25'));
  stage.solvent(await farthing.pools.at(pool).solvency());
});

onPage('what is more than one answer of the index has is shown on request, and sums are of all of it', async () => {
  for (let n = 0; n < 4; n++) {
    const tips = Array.from({ length: 64 }, (_, i) => ({ creator: ada, amount: farthing.unit('0.001'), memo: `tip ${n * 64 + i}` }));
    await stage.does(bob, (own) => own.shop.tipMany(tips));
  }
  await index.reaches((await farthing.chain.heads()).best.number);
  const page = await stage.openAs('Alice', 'studio/ada-paints/money');
  const label = await page.getByRole('img', { name: /^Earned by day/ }).getAttribute('aria-label');
  assert.match(label, /^Earned by day, 1\.006 UNIT in all/);
  assert.equal((await cellsOf(page, 'Tips')).length, 200);
  // The newest two hundred payments are tips, and purchases are found all the same.
  assert.equal((await cellsOf(page, 'Purchases')).length, 2);
  await stage.inspectAll(page, 'tips that go on');
  await page.getByRole('button', { name: 'Show more' }).last().click();
  await page.waitForFunction(() => document.querySelector('[role=region][aria-label=Tips] tbody').rows.length > 200);
  const tips = await cellsOf(page, 'Tips');
  assert.deepEqual([tips.length, new Set(tips.map(([, , , memo]) => memo)).size, tips.at(-1)[3]], [257, 257, 'the hills!']);
  await stage.close(page);
  const reader = await stage.openAs('test', 'library');
  assert.equal((await cellsOf(reader, 'What you paid')).length, 200);
  await reader.getByRole('button', { name: 'Show more' }).click();
  await reader.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' });
  assert.equal((await cellsOf(reader, 'What you paid')).length, 258);
  await stage.close(reader);
});

onPage('an index of another chain, one that does not answer, and none at all, are told in words', async () => {
  const other = await startChain();
  try {
    const elsewhere = await Farthing.connect(other.deployment, { url: other.url, index: index.url });
    await assert.rejects(Index.of(elsewhere), Mismatch);
    await assert.rejects(new Index('http://127.0.0.1:9').status(), NodeError);
    await elsewhere.disconnect();
    const unindexed = await Farthing.connect(other.deployment, { url: other.url });
    assert.equal(await Index.of(unindexed), null);
    await unindexed.disconnect();
  } finally {
    await other.end();
  }
  const deployment = JSON.parse(stage.files['deployment.json']);
  stage.files['deployment.json'] = JSON.stringify({ ...deployment, index: 'http://127.0.0.1:9' });
  const silent = await stage.open(`pool/${pool}`);
  await silent.getByText(/^The index at http:\/\/127\.0\.0\.1:9 does not answer/).first().waitFor();
  await silent.getByRole('heading', { name: 'Wells', level: 1 }).waitFor();
  await silent.close();
  stage.files['deployment.json'] = JSON.stringify({ ...deployment, index: undefined });
  const none = await stage.open('');
  await none.getByText('There is no index here, and the chain keeps no lists of what was.').waitFor();
  assert.equal(await none.getByRole('button', { name: 'Search' }).count(), 0);
  await stage.close(none);
  stage.files['deployment.json'] = JSON.stringify(deployment);
});

test('what the client asks for is what the index offers', { skip: !existsSync(new URL('../../../../index/openapi.json', import.meta.url)) && 'There is no index in this checkout.' }, () => {
  const { paths } = JSON.parse(readFileSync(new URL('../../../../index/openapi.json', import.meta.url), 'utf8'));
  const source = readFileSync(new URL('../../../packages/client/src/past.ts', import.meta.url), 'utf8');
  const asked = [...source.matchAll(/this\.list\([`']([^`']+)[`']/g)].map(([, path]) => `/v1/${path.replace(/\$\{[^}]*?(creator|words|account|pool|round|ledger)\)?\}/g, '{$1}')}`);
  assert.equal(asked.length, 12);
  for (const path of asked) assert.ok(path in paths, path);
});
