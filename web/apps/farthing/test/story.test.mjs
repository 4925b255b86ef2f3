// The whole story on the page, in Chromium: a creator registers and sells a file, a reader buys and tips, sets money
// aside and has it back, a cause collects; each view as others see it, too: narrow, dark, with a screen reader's eyes.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { contentHash } from '@farthing/vouchers';
import { sameAsWatched } from '../../../test-support/watched.mjs';
import { alice, bob, dave, HOUR, openStage, skip } from './stage.mjs';

const onPage = (name, what) => test(name, { skip, timeout: 90_000 }, what);
const song = Buffer.from('la la la');
let stage;
let chain;
let farthing;
let server;
let browser;
let pool;
let round;

before(async () => {
  if (skip) return;
  stage = await openStage({ files: { 'song.ogg': song } });
  ({ chain, farthing, server, browser } = stage);
});

after(() => stage?.end());

const open = (...given) => stage.open(...given);
const openAs = (who, hash) => stage.openAs(who.replace(', of development chains', ''), hash);
const sign = (page) => stage.sign(page);
const balanceOf = (account) => stage.balanceOf(account);
const inspect = (...given) => stage.inspect(...given);
const heading = (page, name) => page.getByRole('heading', { name, exact: true });

onPage('a creator registers, opens a storefront, and sells a file that is dropped', async () => {
  const page = await openAs('Alice, of development chains', 'studio');
  await page.getByLabel('Handle').fill('ada-paints');
  await page.getByRole('button', { name: 'Announce' }).click();
  await sign(page);
  await page.getByText('"ada-paints" is announced.').waitFor();
  // After a reload the browser still knows what was announced.
  await page.reload();
  await page.locator('#wallet').click();
  await page.getByRole('button', { name: 'Alice, of development chains' }).click();
  const { wait } = await farthing.creators.overview();
  await chain.ask('dev_forward', Number(wait.millis));
  await chain.ask('dev_newBlock', wait.blocks);
  await page.getByRole('button', { name: 'Register', exact: true }).click();
  await sign(page);
  await page.getByRole('link', { name: 'ada-paints' }).click();
  await page.getByRole('button', { name: 'Open the storefront' }).click();
  await sign(page);
  await page.getByLabel('File').setInputFiles({ name: 'A song.ogg', mimeType: 'audio/ogg', buffer: song });
  assert.equal(await page.getByLabel('Title').inputValue(), 'A song');
  await page.getByLabel('Price in UNIT').first().fill('0.02');
  await page.getByLabel('Where it is, if anybody may know').fill(`${server.url}song.ogg`);
  await page.getByRole('button', { name: 'Publish' }).click();
  await sign(page);
  await heading(page, 'A song').waitFor();
  const ada = await farthing.creator('ada-paints');
  const item = await farthing.shop.item(ada, 0);
  assert.equal(item.content.commitment, contentHash(song));
  assert.equal(item.listing.price, farthing.unit('0.02'));
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage('a reader finds the creator, buys, tips, and has the item in the library', async () => {
  const page = await openAs('test', '');
  await page.getByRole('link', { name: 'ada-paints' }).click();
  const before = await balanceOf(alice);
  await page.getByRole('button', { name: 'Buy for 0.02 UNIT' }).click();
  await sign(page);
  await page.getByText('Yours.', { exact: true }).waitFor();
  assert.equal((await balanceOf(alice)) - before, farthing.unit('0.02'));
  await page.getByRole('button', { name: 'Get it' }).click();
  await page.getByText('This is what was sold: A song, 8 bytes.').waitFor();
  assert.match(await page.getByLabel('A song', { exact: true }).getAttribute('src'), /^blob:/);
  await page.getByLabel('Amount in UNIT').fill('0.1');
  await page.getByLabel('A word to go with it').fill('thank you');
  await page.getByRole('button', { name: 'Tip', exact: true }).click();
  await sign(page);
  assert.equal((await balanceOf(alice)) - before, farthing.unit('0.12'));
  await page.getByRole('link', { name: 'Library' }).click();
  await heading(page, 'A song').waitFor();
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage('a reader sets money aside and pays by voucher, the creator claims, and what is left comes back', async () => {
  const page = await openAs('test', 'creator/ada-paints');
  await page.getByLabel('Set aside, in UNIT').fill('1');
  await page.getByRole('button', { name: 'Open a channel' }).click();
  await sign(page);
  await page.getByText('1 UNIT are left of what you set aside.').waitFor();
  const vouchers = [];
  for (const amount of ['0.2', '0.3']) {
    await page.getByLabel('Pay by voucher, in UNIT').fill(amount);
    await page.getByRole('button', { name: 'Sign', exact: true }).click();
    const last = vouchers.at(-1) ?? '';
    await page.waitForFunction((before) => ![before, '', undefined].includes(document.querySelector('textarea[readonly]')?.value), last);
    vouchers.push(await page.getByLabel('The voucher, for the creator').inputValue());
  }
  await claimAsCreator(vouchers);
  await page.getByRole('link', { name: 'Your channels' }).click();
  await page.getByLabel('More, in UNIT').fill('0.5');
  await page.getByRole('button', { name: 'Set aside' }).click();
  await sign(page);
  await page.getByRole('button', { name: 'Have it back' }).click();
  await sign(page);
  await page.getByText(/^It ends at /).waitFor();
  await chain.ask('dev_forward', 3_700_000);
  const { channels } = await farthing.channels.list([[bob.address, alice.address, 0]]);
  await chain.ask('dev_newBlock', Math.max(1, channels[0].end.block - (await farthing.chain.heads()).best.number));
  await page.getByRole('link', { name: 'Creators' }).click();
  await heading(page, 'Creators').waitFor();
  await page.getByRole('link', { name: 'Channels', exact: true }).click();
  const before = await balanceOf(bob);
  await page.getByRole('button', { name: 'Take what is left' }).click();
  await sign(page);
  await page.getByText('You have no channels.').waitFor();
  assert.ok((await balanceOf(bob)) > before + farthing.unit('0.9'));
  const [owed, held] = await farthing.channels.solvency([[bob.address, alice.address, 0]], []);
  assert.ok(owed <= held);
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage('a cause collects for a goal', async () => {
  const page = await openAs('Alice, of development chains', 'causes');
  await page.getByLabel('Title', { exact: true }).fill('Wells');
  await page.getByLabel('Goal in UNIT, if it is all or nothing').fill('5');
  const until = await stage.ahead(30 * 24);
  await page.getByLabel('Until', { exact: true }).fill(until);
  await page.getByRole('button', { name: 'Make a pool' }).click();
  await page.getByRole('button', { name: 'Sign in the wallet' }).click();
  await page.waitForFunction(() => location.hash.startsWith('#/pool/'));
  await page.getByText('0 UNIT of 5 UNIT').waitFor();
  pool = await page.evaluate(() => location.hash.replace('#/pool/', ''));
  assert.deepEqual(page.faults, []);
  await page.close();
  const donor = await openAs('test', `pool/${pool}`);
  await donor.locator('farthing-pool').getByLabel('Amount in UNIT').fill('2');
  await donor.locator('farthing-pool').getByRole('button', { name: 'Donate' }).click();
  await donor.locator('farthing-pool').getByRole('button', { name: 'Sign in the wallet' }).click();
  await donor.getByText('2 UNIT of 5 UNIT').waitFor();
  const [owed, held] = await farthing.pools.at(pool).solvency();
  assert.ok(owed <= held);
  await donor.getByRole('link', { name: 'Causes' }).click();
  await donor.getByRole('link', { name: 'Wells' }).waitFor();
  assert.deepEqual(donor.faults, []);
  await donor.close();
});

onPage('a round is organised, sponsored, given to, and divided', async () => {
  const page = await openAs('Alice, of development chains', 'causes');
  // A pool without a goal, for another account than the organiser's.
  await page.getByLabel('Title', { exact: true }).fill('Trees');
  await page.getByLabel('Who gets it').fill(dave.address);
  await page.getByRole('button', { name: 'Make a pool' }).click();
  await page.getByRole('button', { name: 'Sign in the wallet' }).click();
  await page.waitForFunction(() => location.hash.startsWith('#/pool/'));
  await page.getByRole('link', { name: 'Causes' }).click();
  await page.getByLabel('Title of the round').fill('Autumn');
  for (const [label, hours] of [['Opens', 3], ['Closes', 400], ['Is divided', 500]]) await page.getByLabel(label).fill(await stage.ahead(hours));
  await page.getByLabel('What counts of one donor at most').fill('10');
  await page.getByRole('button', { name: 'Make a round' }).click();
  await page.getByRole('button', { name: 'Sign in the wallet' }).click();
  await page.waitForFunction(() => location.hash.startsWith('#/round/'));
  const address = await page.evaluate(() => location.hash.replace('#/round/', ''));
  round = address;
  await page.getByLabel('Number of a pool').fill('1');
  await page.getByRole('button', { name: 'Take it in' }).click();
  await sign(page);
  await page.getByLabel('Sponsor, in UNIT').fill('8');
  await page.getByRole('button', { name: 'Sponsor' }).click();
  await sign(page);
  await page.getByText('8 UNIT to be divided').waitFor();
  await chain.ask('dev_forward', 3 * HOUR + 60_000);
  const before = await balanceOf(dave);
  for (const who of ['test', 'Charlie, of development chains']) {
    const donor = await openAs(who, `round/${address}`);
    await donor.locator('farthing-round').getByLabel('Amount in UNIT').fill('1');
    await donor.locator('farthing-round').getByRole('button', { name: 'Donate' }).click();
    await donor.locator('farthing-round').getByRole('button', { name: 'Sign in the wallet' }).click();
    await donor.locator('farthing-round').getByText('Done. Thank you!').waitFor();
    assert.deepEqual(donor.faults, []);
    await donor.close();
  }
  await chain.ask('dev_forward', 500 * HOUR);
  await page.reload();
  await page.locator('#wallet').click();
  await page.getByRole('button', { name: 'Alice, of development chains' }).click();
  await page.getByRole('button', { name: 'Divide the money' }).click();
  await sign(page);
  // Two donors gave one each; by the formula the pool draws (1 + 1)² less what they gave, which is 2.
  assert.equal((await balanceOf(dave)) - before, farthing.unit('4'));
  await page.getByRole('button', { name: 'Take back what was not divided' }).click();
  await sign(page);
  const [owed, held] = await farthing.rounds.at(address).solvency();
  assert.ok(owed <= held);
  assert.ok(held < farthing.unit('0.001'), `${held}`);
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage("all sums are those of the command line's books", async (context) => {
  const printed = await chain.run('book', 'ada-paints', '--csv');
  if (printed === null) return context.skip('There is no farthing here.');
  // It fails if any ledger does not come to what its contract says.
  const rows = printed.trim().split('\n').slice(1).map((line) => line.split(','));
  const movements = rows.map(([, , , ledger, what, , , amount]) => [ledger, what, amount]);
  assert.deepEqual(movements, [
    ['creator #0', 'sale', '0.02'],
    ['creator #0', 'sent on', '-0.02'],
    ['creator #0', 'tip', '0.1'],
    ['creator #0', 'sent on', '-0.1'],
    ['channels', 'voucher', '0.5'],
    ['channels', 'sent on', '-0.5'],
  ]);
});

/** Has the creator take vouchers, and claim them. */
async function claimAsCreator(vouchers) {
  const page = await openAs('Alice, of development chains', 'studio/ada-paints/money');
  await page.getByLabel('Vouchers, a line each').fill([...vouchers, vouchers[0], 'nonsense'].join('\n'));
  await page.getByRole('button', { name: 'Take', exact: true }).click();
  await page.getByText(/^Taken: 0\.2 UNIT more\. Taken: 0\.3 UNIT more\. The voucher is worth nothing new: .* This is no voucher/).waitFor();
  await page.getByText('Vouchers that you have taken are worth 0.5 UNIT.').waitFor();
  const before = await balanceOf(alice);
  await page.getByRole('button', { name: 'Claim them' }).click();
  await sign(page);
  await page.getByText('You have no vouchers to claim.').waitFor();
  const gained = (await balanceOf(alice)) - before;
  assert.ok(gained > farthing.unit('0.498') && gained < farthing.unit('0.5'), `${gained}`);
  assert.deepEqual(page.faults, []);
  await page.close();
}

onPage('no view violates level A or AA, or is wider than a small screen', async () => {
  const views = ['', 'creator/ada-paints', 'creator/nobody-here', 'library', 'channels', 'studio', 'causes', `pool/${pool}`, `round/${round}`, 'nowhere'];
  for (const view of views) {
    for (const options of [{}, { dark: true }, { width: 360 }]) {
      const page = await open(view, options);
      await inspect(page, `app ${view} ${options.dark ? 'dark' : (options.width ?? 1280)}`);
      await page.close();
    }
  }
});

onPage('nor do the views of whoever is there, with all their forms', async () => {
  const page = await openAs('Alice, of development chains', '');
  for (const view of ['studio', 'studio/ada-paints', 'studio/ada-paints/money', 'studio/ada-paints/people', 'creator/ada-paints', 'library', 'causes', `pool/${pool}`, `round/${round}`]) {
    await stage.go(page, view);
    await page.waitForTimeout(300);
    await stage.inspectAll(page, `own ${view}`);
  }
  await page.close();
});

onPage('the first paint is there in under a second', async () => {
  const page = await open();
  const first = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime);
  assert.ok(first < 1_000, `It took ${first} ms.`);
  await page.close();
});

onPage('a node that is not there, and a deployment of another chain, are told in words', async () => {
  const page = await browser.context.newPage();
  await page.route('**/deployment.json', (route) => route.fulfill({ json: { ...chain.deployment, genesis: `0x${'11'.repeat(32)}`, endpoints: [chain.url] } }));
  await page.goto(server.url);
  await page.getByRole('alert').filter({ hasText: /is on another chain than/ }).waitFor();
  await page.unroute('**/deployment.json');
  await page.getByRole('button', { name: 'Try again' }).click();
  await heading(page, 'Creators').waitFor();
  await page.close();
});

onPage("what the chain told is the same to this library and to the command line's watch", async (context) => {
  const names = await sameAsWatched(stage);
  if (names === null) return context.skip('There is no farthing here.');
  assert.ok(names.size > 5);
});
