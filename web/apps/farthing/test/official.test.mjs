// The whole story in Chromium on the official node, where the clock cannot be turned: a creator registers and sells,
// a reader buys, hears, tips and pays by voucher, a cause collects and pays out, a round divides; and the books agree.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { noBrowser } from '../../../test-support/browser.mjs';
import { noChain, noOfficialNode, startOfficialChain } from '../../../test-support/chain.mjs';
import { alice, bob, charlie, dave, eve, openStage } from './stage.mjs';

const skip = noOfficialNode || noBrowser || noChain;
const onPage = (name, what) => test(name, { skip, timeout: 180_000 }, what);
const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const song = Buffer.from('la la la');
let stage;
let farthing;

before(async () => {
  if (skip) return;
  stage = await openStage({ chain: await startOfficialChain(), files: { 'song.ogg': song } });
  ({ farthing } = stage);
});

after(() => stage?.end());

/** Makes a block, and so the chain's clock go on: this node makes one for each transaction only. */
const tick = () => stage.does(eve, (own) => own.creators.announce(`tick-${Date.now()}`).then(({ plan }) => plan)).catch(() => stage.does(eve, (own) => own.shop.tip(0, 1n)));

/** Waits until a time of the chain's. */
async function waitUntil(millis) {
  await sleep(Math.max(0, millis - Date.now() + 500));
  await tick();
}

/** Fills in a time to the second, which forms take to the minute. */
async function fillTime(page, label, millis) {
  const field = page.getByLabel(label, { exact: true }).first();
  await field.evaluate((input) => { input.step = '1'; });
  const there = new Date(millis - new Date(millis).getTimezoneOffset() * 60_000);
  await field.fill(there.toISOString().slice(0, 19));
}

onPage('a creator registers and sells, a reader buys, hears, tips and pays by voucher, and the creator claims', async () => {
  const page = await stage.openAs('Alice', 'studio');
  await page.getByLabel('Handle', { exact: true }).fill('ada-paints');
  await stage.press(page, 'Announce');
  await tick();
  await stage.press(page, 'Register');
  await page.getByRole('link', { name: 'ada-paints' }).click();
  await stage.press(page, 'Open the storefront');
  await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'A song.ogg', mimeType: 'audio/ogg', buffer: song });
  await page.getByLabel('Price in UNIT').first().fill('2');
  await page.getByLabel('Where it is, if anybody may know').fill(`${stage.server.url}song.ogg`);
  await stage.press(page, 'Publish');
  const reader = await stage.openAs('test', 'creator/ada-paints');
  let before = await stage.balanceOf(alice);
  await stage.press(reader, 'Buy for 2 UNIT');
  assert.equal((await stage.balanceOf(alice)) - before, farthing.unit('2'));
  await reader.getByRole('button', { name: 'Get it' }).click();
  await reader.getByText('This is what was sold: A song, 8 bytes.').waitFor();
  await reader.getByLabel('Amount in UNIT').fill('1');
  await stage.press(reader, 'Tip');
  assert.equal((await stage.balanceOf(alice)) - before, farthing.unit('3'));
  await reader.getByLabel('Set aside, in UNIT').fill('10');
  await stage.press(reader, 'Open a channel');
  await reader.getByLabel('Pay by voucher, in UNIT').fill('4');
  await reader.getByRole('button', { name: 'Sign', exact: true }).click();
  await reader.waitForFunction(() => document.querySelector('textarea[readonly]')?.value);
  const voucher = await reader.getByLabel('The voucher, for the creator').inputValue();
  await page.getByRole('link', { name: 'Money', exact: true }).click();
  await page.getByLabel('Vouchers, a line each').fill(voucher);
  await page.getByRole('button', { name: 'Take', exact: true }).click();
  await page.getByText('Vouchers that you have taken are worth 4 UNIT.').waitFor();
  before = await stage.balanceOf(alice);
  await stage.press(page, 'Claim them');
  const gained = (await stage.balanceOf(alice)) - before;
  assert.ok(gained > farthing.unit('3.9') && gained < farthing.unit('4'), `${gained}`);
  await stage.go(reader, 'channels');
  await stage.press(reader, 'Have it back');
  await reader.getByText(/^It ends at /).waitFor();
  stage.solvent(await farthing.channels.solvency([[bob.address, alice.address, 0]], []));
  stage.solvent(await farthing.shop.solvency());
  for (const one of [page, reader]) await stage.close(one);
});

onPage('a cause collects, reaches its goal and pays out, and a round divides', async () => {
  const page = await stage.openAs('Alice', 'causes');
  const now = Date.now();
  await page.getByLabel('Title', { exact: true }).fill('Wells');
  await page.getByLabel('Who gets it').fill(dave.address);
  await page.getByRole('button', { name: 'Make a pool' }).click();
  await page.getByRole('button', { name: 'Sign in the wallet' }).click();
  await page.waitForFunction(() => location.hash.startsWith('#/pool/'));
  await page.getByRole('heading', { name: 'Wells', level: 1 }).waitFor();
  await stage.go(page, 'causes');
  await page.getByLabel('Title', { exact: true }).fill('Bridge');
  await page.getByLabel('Who gets it').fill(dave.address);
  await page.getByLabel('Goal in UNIT, if it is all or nothing').fill('5');
  await fillTime(page, 'Until', now + 40_000);
  await page.getByRole('button', { name: 'Make a pool' }).click();
  await page.getByRole('button', { name: 'Sign in the wallet' }).click();
  await page.waitForFunction(() => location.hash.startsWith('#/pool/'));
  await page.getByRole('heading', { name: 'Bridge', level: 1 }).waitFor();
  const bridge = await page.evaluate(() => location.hash.replace('#/pool/', ''));
  // A round whose pools are chosen in ten seconds, open for twenty.
  await stage.go(page, 'causes');
  await page.getByLabel('Title of the round').fill('Autumn');
  for (const [label, seconds] of [['Opens', 30], ['Closes', 60], ['Is divided', 61]]) await fillTime(page, label, now + seconds * 1000);
  await page.getByLabel('What counts of one donor at most').fill('10');
  await page.locator('form').filter({ has: page.getByRole('button', { name: 'Make a round' }) }).getByText('Only if you want it').click();
  await fillTime(page, 'Pools enter until', now + 25_000);
  await page.getByRole('button', { name: 'Make a round' }).click();
  await page.getByRole('button', { name: 'Sign in the wallet' }).click();
  await page.waitForFunction(() => location.hash.startsWith('#/round/'));
  const round = await page.evaluate(() => location.hash.replace('#/round/', ''));
  await page.getByLabel('Number of a pool').fill('0');
  await stage.press(page, 'Take it in');
  await page.getByLabel('Sponsor, in UNIT').fill('8');
  await stage.press(page, 'Sponsor');
  const before = await stage.balanceOf(dave);
  const donors = await Promise.all(['test', 'Charlie'].map(async (who) => [await stage.openAs(who, `round/${round}`)]));
  await waitUntil(now + 30_000);
  for (const [donor] of donors) {
    await stage.go(donor, `round/${round}`);
    const tag = donor.locator('farthing-round');
    await tag.getByLabel('Amount in UNIT').fill('1');
    await tag.getByRole('button', { name: 'Donate' }).click();
    await tag.getByRole('button', { name: 'Sign in the wallet' }).click();
    await tag.getByText('Done. Thank you!').waitFor();
  }
  await stage.does(charlie, (own) => own.pools.at(bridge).donate(own.unit('5')));
  await waitUntil(now + 61_000);
  await stage.go(page, `pool/${bridge}`);
  await stage.press(page, 'Settle that the goal was reached');
  await stage.press(page, 'Pay the beneficiaries');
  await stage.go(page, `round/${round}`);
  await stage.press(page, 'Divide the money');
  // Two gifts of one, two of the round's money, and five for the bridge.
  assert.equal((await stage.balanceOf(dave)) - before, farthing.unit('9'));
  await stage.press(page, 'Take back what was not divided');
  const [, held] = stage.solvent(await farthing.rounds.at(round).solvency());
  assert.ok(held < farthing.unit('0.001'), `${held}`);
  assert.deepEqual(stage.solvent(await farthing.pools.at(bridge).solvency()), [0n, 0n]);
  for (const one of [page, ...donors.flat()]) await stage.close(one);
});

onPage("all sums are those of the command line's books", async () => {
  const printed = await stage.chain.run('book', 'ada-paints', '--csv');
  const rows = printed.trim().split('\n').slice(1).map((line) => line.split(','));
  assert.deepEqual(rows.map(([, , , , what, , , amount]) => `${what} ${amount}`).filter((line) => !line.startsWith('tip 0.0')), ['sale 2', 'sent on -2', 'tip 1', 'sent on -1', 'voucher 4', 'sent on -4']);
});
