// What creators and readers do besides selling and buying, in Chromium: passes and their ends, gifts, hidden
// purchases, content that is not what was sold, editions, tiers, delegates, handing over, money that is given back.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { blindedPurchase, contentHash } from '@farthing/vouchers';
import { listing } from '@farthing/client';
import { sameAsWatched } from '../../../test-support/watched.mjs';
import { alice, bob, charlie, dave, openStage, skip } from './stage.mjs';

const onPage = (name, what) => test(name, { skip, timeout: 90_000 }, what);
const files = { 'song.ogg': Buffer.from('la la la'), 'text.txt': Buffer.from('once upon a time') };
let stage;
let farthing;
let ada;

before(async () => {
  if (skip) return;
  stage = await openStage({ files });
  ({ farthing } = stage);
  await register('ada-paints', alice);
});

after(() => stage?.end());

/** Registers a creator and opens the storefront, without the page. */
async function register(handle, account) {
  let salt;
  await stage.does(account, async (own) => {
    const announced = await own.creators.announce(handle);
    ({ salt } = announced);
    return announced.plan;
  });
  const { wait } = await farthing.creators.overview();
  await stage.chain.ask('dev_forward', Number(wait.millis));
  await stage.chain.ask('dev_newBlock', wait.blocks);
  await stage.does(account, (own) => own.creators.register(handle, salt, { commitment: contentHash(new Uint8Array()), uri: '' }));
  ada = await farthing.creator(handle);
  await stage.does(account, (own) => own.shop.open(ada));
}

const solvent = async () => stage.solvent(await farthing.shop.solvency());
const card = (page, title) => page.locator('li.card').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

onPage('a creator sells a pass for some days, and few copies, and a reader sees when a pass ends and has it for longer', async () => {
  const page = await stage.openAs('Alice', 'studio/ada-paints');
  await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'A song.ogg', mimeType: 'audio/ogg', buffer: files['song.ogg'] });
  await page.getByLabel('Price in UNIT').fill('0.2');
  await page.getByLabel('Where it is, if anybody may know').fill(`${stage.server.url}song.ogg`);
  await stage.unfold(page, 'Only if you want it');
  await page.getByLabel('For how many days, if not for ever').fill('2');
  await page.getByLabel('How many copies, if they are few').fill('5');
  await stage.press(page, 'Publish');
  const { listing: offer, left } = await farthing.shop.item(ada, 0);
  assert.deepEqual([offer.period, offer.copies, left], [2n * 86_400_000n, 5, 5]);
  await stage.inspectAll(page, 'workshop');
  await stage.close(page);
  const reader = await stage.openAs('test', 'creator/ada-paints');
  await reader.getByText('5 left, for 2 days').waitFor();
  const before = await stage.balanceOf(alice);
  await stage.press(reader, 'Buy for 0.2 UNIT');
  await reader.getByText(/^Yours until /).waitFor();
  const [{ until }] = (await farthing.shop.ownedPage(ada, bob.address, 0)).passes;
  await stage.press(reader, 'Have it for longer, for 0.2 UNIT');
  const [longer] = (await farthing.shop.ownedPage(ada, bob.address, 0)).passes;
  assert.equal(longer.until - until, 2n * 86_400_000n);
  assert.equal((await stage.balanceOf(alice)) - before, farthing.unit('0.4'));
  await stage.inspectAll(reader, 'pass');
  await stage.forward(5 * 24);
  await stage.go(reader, 'library');
  await reader.getByText(/^It was yours until /).waitFor();
  assert.equal(await reader.getByRole('button', { name: 'Get it' }).count(), 0);
  await solvent();
  await stage.close(reader);
});

onPage('a reader gives an item away, who has it then hears it, and content that was changed is not shown', async () => {
  await stage.does(alice, (own) => own.shop.publish(ada, listing(own.unit('0.1')), { commitment: contentHash(files['text.txt']), title: 'A tale', uri: `${stage.server.url}text.txt` }));
  const page = await stage.openAs('test', 'creator/ada-paints');
  const before = await stage.balanceOf(alice);
  await card(page, 'A tale').getByText('As a gift').click();
  await card(page, 'A tale').getByLabel('Whom it is for').fill(charlie.address);
  await stage.press(page, 'Give it away for 0.1 UNIT');
  assert.equal((await stage.balanceOf(alice)) - before, farthing.unit('0.1'));
  assert.deepEqual(await Promise.all([bob, charlie].map(({ address }) => farthing.shop.hasAccess(ada, 1, address))), [false, true]);
  await stage.close(page);
  const friend = await stage.openAs('Charlie', 'library');
  await friend.getByRole('button', { name: 'Get it' }).click();
  await friend.getByText('This is what was sold: A tale, 16 bytes.').waitFor();
  assert.equal(await friend.locator('pre').textContent(), 'once upon a time');
  await stage.inspectAll(friend, 'library');
  files['text.txt'] = Buffer.from('twice upon a time');
  await friend.getByRole('button', { name: 'Get it' }).click();
  await friend.getByText(/^This is not what was sold/).waitFor();
  assert.equal(await friend.locator('pre').count(), 0);
  // A file that came by another road is compared, too.
  await stage.unfold(friend, 'Compare a file with what was sold');
  await friend.locator('input[type=file]').setInputFiles({ name: 'tale.txt', mimeType: 'text/plain', buffer: Buffer.from('once upon a time') });
  await friend.getByText('This is what was sold: A tale, 16 bytes.').waitFor();
  await solvent();
  await stage.close(friend);
});

onPage('a creator brings out another edition, sets a tier, and a reader buys from it without telling the chain what', async () => {
  const page = await stage.openAs('Alice', 'studio/ada-paints');
  const tale = card(page, 'A tale');
  await tale.locator('summary').getByText('Bring out a new edition').click();
  await tale.getByLabel('The new file', { exact: true }).setInputFiles({ name: 'tale.txt', mimeType: 'text/plain', buffer: files['text.txt'] });
  await tale.getByRole('button', { name: 'Bring out a new edition' }).click();
  await stage.sign(page);
  await card(page, 'A tale').getByText('Edition 2').waitFor();
  assert.equal((await farthing.shop.item(ada, 1)).content.commitment, contentHash(files['text.txt']));
  await tale.locator('summary').getByText('Set its tier').click();
  await tale.getByLabel('Its price tier; none, if it is left empty').fill('3');
  await tale.getByRole('button', { name: 'Set its tier' }).click();
  await stage.sign(page);
  assert.equal((await farthing.shop.item(ada, 1)).listing.tier, 3);
  await page.getByRole('link', { name: 'Money', exact: true }).click();
  await page.getByLabel('Tier', { exact: true }).fill('3');
  await page.getByLabel('Price in UNIT').fill('0.3');
  await stage.press(page, 'Set the price');
  assert.deepEqual(await farthing.shop.tiers(ada), [[3, farthing.unit('0.3')]]);
  const reader = await stage.openAs('test', 'creator/ada-paints');
  const before = await stage.balanceOf(alice);
  await card(reader, 'A tale').getByText('Without telling the chain what').click();
  await card(reader, 'A tale').getByRole('button', { name: /^Buy hidden for/ }).click();
  await stage.sign(reader);
  assert.equal((await stage.balanceOf(alice)) - before, farthing.unit('0.3'));
  await stage.go(reader, 'library');
  const proof = JSON.parse(await reader.getByLabel('The proof that you bought "A tale", for the creator').inputValue());
  assert.equal(blindedPurchase({ ...proof, secret: proof.secret }), proof.commitment);
  await stage.inspectAll(reader, 'library with proofs');
  await stage.press(page, 'End tier 3');
  assert.deepEqual(await farthing.shop.tiers(ada), []);
  await solvent();
  await stage.close(reader);
  await stage.close(page);
});

onPage('a creator gives one of two purchases back, and it goes to whoever paid', async () => {
  await stage.does(dave, (own) => own.shop.buy(ada, 0));
  await stage.does(bob, (own) => own.shop.buy(ada, 1, { owner: dave.address }));
  const before = await stage.balanceOf(bob);
  const page = await stage.openAs('Alice', 'studio/ada-paints/money');
  await page.getByLabel('Whose purchases').fill(charlie.address);
  await page.getByRole('button', { name: 'Look them up' }).click();
  await page.getByText('Item 1, 0.1 UNIT').waitFor();
  await page.getByLabel('Whose purchases').fill(dave.address);
  await page.getByRole('button', { name: 'Look them up' }).click();
  await page.getByLabel('Item 0, 0.2 UNIT').waitFor();
  await page.getByLabel('Item 1, 0.1 UNIT').check();
  assert.equal(await page.getByLabel('What you add, in UNIT').inputValue(), '0.1');
  await stage.inspectAll(page, 'refund');
  await stage.press(page, 'Give it back');
  assert.equal((await stage.balanceOf(bob)) - before, farthing.unit('0.1'));
  assert.deepEqual(await Promise.all([0, 1].map((item) => farthing.shop.hasAccess(ada, item, dave.address))), [true, false]);
  // What is left is found again, without what was given back.
  await page.getByLabel('Whose purchases').fill(dave.address);
  await page.getByRole('button', { name: 'Look them up' }).click();
  await page.getByLabel('Item 0, 0.2 UNIT').check();
  assert.equal(await page.getByLabel('Item 1, 0.1 UNIT').count(), 0);
  await stage.press(page, 'Give it back');
  assert.equal(await farthing.shop.hasAccess(ada, 0, dave.address), false);
  await page.getByLabel('Whose purchases').fill(dave.address);
  await page.getByRole('button', { name: 'Look them up' }).click();
  await page.getByText('This account has bought nothing here that can be given back.').waitFor();
  await solvent();
  await stage.close(page);
});

onPage('a delegate does what is allowed, and nothing else', async () => {
  const page = await stage.openAs('Alice', 'studio/ada-paints/people');
  await page.getByLabel('Which account', { exact: true }).fill(charlie.address);
  await page.getByLabel('Items: publish, revise, take off sale').check();
  await stage.press(page, 'Allow just that');
  await page.getByLabel('Which account', { exact: true }).fill(charlie.address);
  await page.getByRole('button', { name: 'What may it do?' }).click();
  await page.getByText('This account may change: Items: publish, revise, take off sale.').waitFor();
  await stage.inspectAll(page, 'people');
  const delegate = await stage.openAs('Charlie', 'studio');
  await stage.unfold(delegate, 'The studio of another creator, for whom you are a delegate');
  await delegate.getByLabel('Whose studio').fill('ada-paints');
  await delegate.getByRole('group').getByRole('button', { name: 'Find' }).click();
  await card(delegate, 'A song').getByRole('button', { name: 'Take off sale' }).click();
  await stage.sign(delegate);
  assert.equal((await farthing.shop.item(ada, 0)).retired, true);
  await card(delegate, 'A song').getByLabel('Price in UNIT').fill('9');
  await card(delegate, 'A song').getByRole('button', { name: 'Change' }).click();
  await delegate.getByText('The caller may not do this for the creator.').waitFor();
  await stage.close(delegate);
  await stage.close(page);
});

onPage('a creator tells news, and hands over; what is paid then is the new owner\'s', async () => {
  const page = await stage.openAs('Alice', 'studio/ada-paints/people');
  await page.getByLabel('What you say of yourself, word for word as it stands there').fill('I paint.');
  await page.getByLabel('Where it can be read').fill('https://ada.example/about');
  await stage.press(page, 'Make it known');
  assert.deepEqual((await farthing.creator('ada-paints')).profile, { commitment: contentHash(Buffer.from('I paint.')), uri: 'https://ada.example/about' });
  await page.getByLabel('To which account').fill(charlie.address);
  await stage.press(page, 'Offer it');
  await page.getByText(`It is offered to ${charlie.address}.`).waitFor();
  const next = await stage.openAs('Charlie', 'studio');
  await stage.inspectAll(next, 'offered');
  await stage.press(next, 'Become the owner of ada-paints');
  await next.getByRole('link', { name: 'ada-paints' }).waitFor();
  const before = await stage.balanceOf(charlie);
  const reader = await stage.openAs('test', 'creator/ada-paints');
  await reader.getByLabel('Amount in UNIT').fill('0.5');
  await stage.press(reader, 'Tip');
  assert.equal((await stage.balanceOf(charlie)) - before, farthing.unit('0.5'));
  await solvent();
  for (const one of [page, next, reader]) await stage.close(one);
});

onPage("all sums are those of the command line's books", async (context) => {
  const printed = await stage.chain.run('book', 'ada-paints', '--csv');
  if (printed === null) return context.skip('There is no farthing here.');
  const rows = printed.trim().split('\n').slice(1).map((line) => line.split(','));
  const sums = {};
  for (const [, , , , what, , , amount] of rows) sums[what] = (sums[what] ?? 0n) + farthing.unit(amount.replace('-', '')) * (amount.startsWith('-') ? -1n : 1n);
  // Two passes, two gifts, one pass; hidden once; 0.3 given back; one tip.
  assert.equal(sums.sale, farthing.unit('0.8'));
  assert.equal(sums.tip, farthing.unit('0.5'));
  assert.equal(Object.values(sums).reduce((all, one) => all + one, 0n), 0n, JSON.stringify(sums, (_, one) => String(one)));
});

onPage("what the chain told is the same to this library and to the command line's watch", async (context) => {
  const names = await sameAsWatched(stage);
  if (names === null) return context.skip('There is no farthing here.');
  assert.ok(names.size > 5);
});
