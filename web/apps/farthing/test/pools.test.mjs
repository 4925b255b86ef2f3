// Pools, in Chromium: sponsors, schedules, fees, shares that move, withdrawals, notes and news, refunds.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { contentHash } from '@farthing/vouchers';
import { sameAsWatched } from '../../../test-support/watched.mjs';
import { alice, bob, charlie, dave, eve, openStage, skip } from './stage.mjs';

const onPage = (name, what) => test(name, { skip, timeout: 90_000 }, what);
let stage;
let farthing;

before(async () => {
  if (skip) return;
  stage = await openStage();
  ({ farthing } = stage);
});

after(() => stage?.end());

/** Fills the form of a new pool, has it made, and returns its address. */
async function makePool(page, fields) {
  await stage.go(page, 'causes');
  await stage.unfold(page, 'Only if you want it');
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).first().fill(value);
  await page.getByRole('button', { name: 'Make a pool' }).click();
  await page.getByRole('button', { name: 'Sign in the wallet' }).click();
  await page.waitForFunction(() => location.hash.startsWith('#/pool/'));
  const address = await page.evaluate(() => location.hash.replace('#/pool/', ''));
  await page.getByRole('heading', { name: fields.Title, level: 1 }).waitFor();
  return address;
}

const donate = async (who, pool, amount) => {
  const page = await stage.openAs(who, `pool/${pool}`);
  const tag = page.locator('farthing-pool');
  await tag.getByLabel('Amount in UNIT').fill(amount);
  await tag.getByRole('button', { name: 'Donate' }).click();
  await tag.getByRole('button', { name: 'Sign in the wallet' }).click();
  await tag.getByText('Done. Thank you!').waitFor();
  return page;
};
const solvent = async (pool) => stage.solvent(await farthing.pools.at(pool).solvency());
const SPLIT = 'Others who get a part: an account and its percentage, a line each';
const SCHEDULE = 'When money can leave: a day and how many percent by then, a line each';

onPage('a pool with a goal, a sponsor and a schedule reaches it, is settled, and pays out step by step', async () => {
  const now = Number((await farthing.channels.list([])).now.time);
  const day = (days) => new Date(now + days * 86_400_000).toISOString().slice(0, 10);
  const page = await stage.openAs('Alice', 'causes');
  const pool = await makePool(page, {
    Title: 'Wells',
    'Who gets it': dave.address,
    [SPLIT]: `${eve.address} 25`,
    'Goal in UNIT, if it is all or nothing': '4',
    Until: await stage.ahead(30 * 24),
    'What it is for': 'Three wells.',
    'The least gift, in UNIT': '0.1',
    'The least that a sponsor puts in, in UNIT; none, if it is left empty': '1',
    [SCHEDULE]: `${day(40)} 50\n${day(80)} 100`,
  });
  const { terms } = await farthing.pools.at(pool).overview();
  assert.equal(terms.description, contentHash(Buffer.from('Three wells.')));
  assert.deepEqual(terms.release.map(({ parts }) => parts), [500_000, 1_000_000]);
  await page.getByText('50 % in all').waitFor();
  await stage.unfold(page, 'Sponsor this pool');
  const form = page.locator('form').filter({ hasText: 'Percent that is added to a gift' });
  await form.getByLabel('Amount in UNIT').fill('2');
  await form.getByLabel('The most for one donor, in UNIT').fill('1');
  await stage.press(page, 'Put it in');
  await page.getByRole('heading', { name: /^Sponsor 1: / }).waitFor();
  await stage.inspectAll(page, 'pool with sponsor');
  const donor = await donate('test', pool, '3');
  await donor.getByText('4 UNIT of 4 UNIT').waitFor();
  await stage.close(donor);
  await stage.forward(41 * 24);
  await stage.go(page, `pool/${pool}`);
  await stage.press(page, 'Settle that the goal was reached');
  const before = await Promise.all([dave, eve, alice].map(stage.balanceOf.bind(stage)));
  // Half of 4, of which Dave has three quarters.
  const beneficiary = await stage.openAs('Alice', `pool/${pool}`);
  await stage.press(beneficiary, 'Pay the beneficiaries');
  const then = await Promise.all([dave, eve].map(stage.balanceOf.bind(stage)));
  assert.deepEqual(then.map((one, i) => one - before[i]), [farthing.unit('1.5'), farthing.unit('0.5')]);
  await stage.press(page, 'Return what sponsor 1 has left');
  await page.getByText('It was returned.').waitFor();
  await stage.forward(40 * 24);
  await stage.does(bob, (own) => own.pools.at(pool).forget(bob.address));
  await stage.go(page, `pool/${pool}`);
  await stage.press(page, 'Pay the beneficiaries');
  const end = await Promise.all([dave, eve].map(stage.balanceOf.bind(stage)));
  assert.deepEqual(end.map((one, i) => one - before[i]), [farthing.unit('3'), farthing.unit('1')]);
  assert.deepEqual(await solvent(pool), [0n, 0n]);
  await stage.close(beneficiary);
  await stage.close(page);
});

onPage('a pool that missed its goal gives everything back, to others, too, and frees records', async () => {
  const page = await stage.openAs('Alice', 'causes');
  const pool = await makePool(page, { Title: 'Bridge', 'Who gets it': dave.address, 'Goal in UNIT, if it is all or nothing': '100', Until: await stage.ahead(48) });
  const donor = await donate('test', pool, '2');
  await stage.unfold(donor, 'Donate in another\'s name');
  await donor.getByLabel('Whose donation it is').fill(charlie.address);
  await donor.locator('form').filter({ hasText: 'Whose donation it is' }).getByLabel('Amount in UNIT').fill('1');
  await stage.press(donor, 'Donate for them');
  await stage.forward(72);
  await stage.go(donor, `pool/${pool}`);
  await donor.locator('dd').getByText('The goal was missed', { exact: true }).waitFor();
  await stage.inspectAll(donor, 'pool that missed');
  const before = await Promise.all([bob, charlie].map(stage.balanceOf.bind(stage)));
  await stage.unfold(donor, 'Send another donor their money back');
  await donor.getByLabel('Donor', { exact: true }).fill(charlie.address);
  await stage.press(donor, 'Send it back');
  assert.equal((await stage.balanceOf(charlie)) - before[1], farthing.unit('1'));
  await stage.press(donor, 'Have my donation back');
  // Less the fees, and with the deposits of the records that were freed.
  const gained = (await stage.balanceOf(bob)) - before[0];
  assert.ok(gained > farthing.unit('1.99'), `${gained}`);
  assert.deepEqual(await solvent(pool), [0n, 0n]);
  assert.equal(await farthing.pools.at(pool).donor(bob.address), null);
  await stage.close(donor);
  await stage.close(page);
});

onPage('a share moves to another account, news and reasons are told, and what came by other roads is taken in', async () => {
  const page = await stage.openAs('Alice', 'causes');
  const pool = await makePool(page, { Title: 'Trees', [SPLIT]: `${dave.address} 50` });
  await page.getByLabel('Offer my share to').fill(charlie.address);
  await stage.press(page, 'Offer my share');
  await page.getByText(`The share of ${alice.address} is offered to ${charlie.address}.`).waitFor();
  await stage.inspectAll(page, 'pool of shares');
  await stage.press(page, 'Take back the offer of my share');
  await page.getByLabel('Offer my share to').fill(charlie.address);
  await stage.press(page, 'Offer my share');
  const heir = await stage.openAs('Charlie', `pool/${pool}`);
  await stage.press(heir, `Take over the share of ${alice.address}`);
  const before = await Promise.all([alice, charlie, dave].map(stage.balanceOf.bind(stage)));
  const donor = await donate('test', pool, '1');
  await stage.unfold(donor, 'Grant');
  await donor.locator('form').filter({ has: donor.getByRole('button', { name: 'Give it' }) }).getByLabel('Amount in UNIT').fill('2');
  await stage.press(donor, 'Give it');
  const then = await Promise.all([alice, charlie, dave].map(stage.balanceOf.bind(stage)));
  assert.deepEqual(then.map((one, i) => one - before[i]), [0n, farthing.unit('1.5'), farthing.unit('1.5')]);
  await stage.go(heir, `pool/${pool}`);
  await stage.unfold(heir, 'Say what money was spent on');
  const explain = heir.locator('form').filter({ has: heir.getByRole('button', { name: 'Say it' }) });
  await explain.getByLabel('What it is spent on, word for word as it stands there').fill('Spades.');
  await explain.getByLabel('Where it can be read').fill('https://trees.example/spades');
  await stage.press(heir, 'Say it');
  await stage.unfold(heir, 'News');
  const news = heir.locator('form').filter({ has: heir.getByRole('button', { name: 'Publish news' }) });
  await news.getByLabel('News, word for word as they stand there').fill('The first tree stands.');
  await news.getByLabel('Where it can be read').fill('https://trees.example/first');
  await stage.press(heir, 'Publish news');
  await solvent(pool);
  for (const one of [page, heir, donor]) await stage.close(one);
});

onPage('what is too little for an account that does not exist is kept, and sent to it once it is enough; a payout has a note', async () => {
  const page = await stage.openAs('test', 'causes');
  const nobody = farthing.chain.address(`0x${'5e'.repeat(32)}`);
  const now = Number((await farthing.channels.list([])).now.time);
  const pool = await makePool(page, { Title: 'Seeds', 'Who gets it': nobody, [SPLIT]: `${bob.address} 50`, [SCHEDULE]: `${new Date(now).toISOString().slice(0, 10)} 100` });
  const tiny = farthing.chain.existentialDeposit * 6n / 5n;
  for (const times of [1n, 2n]) {
    await stage.does(alice, (own) => own.pools.at(pool).grant(tiny));
    await stage.go(page, `pool/${pool}`);
    await stage.unfold(page, 'What it is spent on');
    const form = page.locator('form').filter({ has: page.getByRole('button', { name: 'Pay, and say so' }) });
    await form.getByLabel('What it is spent on, word for word as it stands there').fill('Seeds.');
    await form.getByLabel('Where it can be read').fill('https://seeds.example/spent');
    await stage.press(page, 'Pay, and say so');
    assert.equal(await farthing.pools.at(pool).keptFor(nobody), times * tiny / 2n);
  }
  await stage.inspectAll(page, 'pool that keeps');
  await page.getByRole('button', { name: /^Send .* that are kept$/ }).click();
  await stage.sign(page);
  assert.equal(await stage.balanceOf({ address: nobody }), tiny);
  assert.deepEqual(await solvent(pool), [0n, 0n]);
  await stage.close(page);
});

onPage("all sums are those of the command line's books", async (context) => {
  const { pools } = await farthing.pools.page();
  for (const { listed } of pools) {
    const printed = await stage.chain.run('pool', 'show', listed.account, '--json');
    if (printed === null) return context.skip('There is no farthing here.');
    const { pool: shown } = JSON.parse(printed);
    const { sums } = await farthing.pools.at(listed.account).summary();
    assert.equal(BigInt((shown.sums ?? shown).donated ?? -1), sums.donated, printed);
  }
});

onPage("what the chain told is the same to this library and to the command line's watch", async (context) => {
  const names = await sameAsWatched(stage);
  if (names === null) return context.skip('There is no farthing here.');
  assert.ok(names.size > 5);
});
