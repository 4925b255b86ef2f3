// What a reader gets through a gateway on the page: by the piece, and by the second. All sums are equal in the end.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { contentHash } from '@farthing/vouchers';
import { listing } from '@farthing/client';
import { startChain } from '../../../test-support/chain.mjs';
import { noGateway, startGateway } from '../../../test-support/gateway.mjs';
import { alice, bob, openStage, skip as noStage } from './stage.mjs';

const skip = noStage || noGateway;
const onPage = (name, what) => test(name, { skip, timeout: 90_000 }, what);
const BOOK = 'Once upon a time there was a farthing.';
const RULES = `otherwise = 'free'
creator = 0
[[site.rule]]
paths = ['/own.txt']
price = '0.002'
item = 3
[[site.rule]]
paths = ['/hidden.txt']
price = '0.002'
item = 4
[[site.rule]]
paths = ['/tune/**']
price = '0.002'
item = 5
[[site.rule]]
paths = ['/book.txt', '/changed.txt']
price = '0.002'
[[site.rule]]
paths = ['/song.txt']
price = '0.0003'
unit = 'second'
per = 1
`;
let stage;
let gateway;

/** Three seconds of MP3 in which nothing is to be heard, in pieces of one second. */
const SECOND = Buffer.concat(Array.from({ length: 38 }, () => Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0xc4]), Buffer.alloc(413)])));
const TUNE = `#EXTM3U\n#EXT-X-TARGETDURATION:1\n${[0, 1, 2].map((n) => `#EXTINF:0.99,\n${n}.mp3\n`).join('')}#EXT-X-ENDLIST\n`;

/** The song takes its time: ten notes a second. */
function answer({ url }, response) {
  if (url.endsWith('.mp3')) return void response.setHeader('Content-Type', 'audio/mpeg').end(SECOND);
  if (url.endsWith('.m3u8')) return void response.setHeader('Content-Type', 'application/vnd.apple.mpegurl').end(TUNE);
  response.setHeader('Content-Type', 'text/plain');
  if (url !== '/song.txt') return void response.end(url === '/changed.txt' ? 'Something else.' : BOOK);
  const playing = setInterval(() => response.write('la '), 100);
  response.once('close', () => clearInterval(playing));
}

before(async () => {
  if (skip) return;
  const chain = await startChain();
  gateway = await startGateway(chain, { payee: alice.address, answer, rules: RULES });
  stage = await openStage({ chain, places: [gateway.url] });
  await sell();
});

after(async () => {
  await stage?.end();
  await gateway?.end();
});

async function sell() {
  const { farthing, chain } = stage;
  let salt;
  await stage.does(alice, async (own) => {
    const announced = await own.creators.announce('ada-paints');
    salt = announced.salt;
    return announced.plan;
  });
  const { wait } = await farthing.creators.overview();
  await chain.ask('dev_forward', Number(wait.millis));
  await chain.ask('dev_newBlock', wait.blocks);
  await stage.does(alice, (own) => own.creators.register('ada-paints', salt, { commitment: contentHash(new Uint8Array()), uri: '' }));
  const ada = await farthing.creator('ada-paints');
  await stage.does(alice, (own) => own.shop.open(ada));
  for (const [title, name] of [['A book', 'book.txt'], ['A song', 'song.txt'], ['A changed book', 'changed.txt'], ['A book of my own', 'own.txt'], ['A hidden book', 'hidden.txt'], ['A tune', 'tune/list.m3u8']]) {
    const content = { commitment: contentHash(new TextEncoder().encode(name.endsWith('.m3u8') ? TUNE : BOOK)), title, uri: `${gateway.url}/${name}` };
    await stage.does(alice, (own) => own.shop.publish(ada, listing(farthing.unit('0.5'), { tier: name === 'hidden.txt' ? 1 : null }), content));
  }
  await stage.does(alice, (own) => own.shop.setTier(ada, 1, farthing.unit('0.3')));
  for (const item of [3, 5]) await stage.does(bob, (own) => own.shop.buy(ada, item));
}

const cardOf = (page, title) => page.locator('li.card').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

/** An item's card, with what is unfolded there. */
async function unfolded(page, title) {
  const card = cardOf(page, title);
  await card.locator('summary').getByText('By voucher, as you read or listen', { exact: true }).click();
  return card;
}

const earned = async () => (await gateway.figures()).earned;

async function openShop(view = 'creator/ada-paints') {
  const page = await stage.openAs('test', view);
  // The 402s, which browsers write there.
  page.on('console', () => { page.faults = page.faults.filter((text) => !text.includes('402')); });
  return page;
}

onPage('what was bought on the chain is got from the gateway by signing its words, which the page shows first', async () => {
  const page = await openShop('library');
  const card = cardOf(page, 'A book of my own');
  const get = card.getByRole('button', { name: 'Get it' });
  const asked = page.getByRole('group', { name: 'Show that it is yours' });
  await get.click();
  await asked.getByText(`Open item 3 of creator 0 at ${gateway.url} until `).waitFor();
  await stage.inspectAll(page, 'delivery');
  await asked.getByRole('button', { name: 'Cancel' }).click();
  await card.getByText('Nothing was signed.').waitFor();
  assert.deepEqual(stage.wallet.texts, []);
  await get.click();
  await asked.getByRole('button', { name: 'Sign in the wallet' }).click();
  await card.getByText(BOOK).waitFor();
  await card.getByText('This is what was sold: A book of my own').waitFor();
  // The same words serve for a while.
  await get.click();
  await card.getByText('This is what was sold: A book of my own').waitFor();
  assert.equal(stage.wallet.texts.length, 1);
  assert.equal(await earned(), 0n);
  await stage.inspectAll(page, 'delivered');
  await stage.close(page);
});

onPage('what was bought without telling the chain what is got by its proof', async () => {
  const page = await openShop();
  const card = cardOf(page, 'A hidden book');
  await card.getByText('Without telling the chain what').click();
  await card.getByRole('button', { name: /^Buy hidden for/ }).click();
  await stage.sign(page);
  await stage.go(page, 'library');
  const own = cardOf(page, 'A hidden book');
  await own.getByRole('button', { name: 'Get it' }).click();
  await page.getByRole('group', { name: 'Show that it is yours' }).getByRole('button', { name: 'Sign in the wallet' }).click();
  await own.getByText('This is what was sold: A hidden book').waitFor();
  await stage.inspectAll(page, 'hidden delivery');
  assert.equal(await earned(), 0n);
  stage.wallet.asked = 0;
  await stage.close(page);
});

onPage('sound in pieces that was bought on the chain is played on the page, and nothing is paid', async () => {
  const page = await openShop('library');
  const card = cardOf(page, 'A tune');
  await card.getByRole('button', { name: 'Get it' }).click();
  await page.getByRole('group', { name: 'Show that it is yours' }).getByRole('button', { name: 'Sign in the wallet' }).click();
  await card.getByText('This is what was sold: A tune').waitFor();
  await card.locator('audio').waitFor();
  await page.waitForFunction(() => document.querySelector('.content audio')?.duration.toFixed(0) === '3');
  await stage.inspectAll(page, 'a tune');
  assert.equal(await earned(), 0n);
  stage.wallet.asked = 0;
  await stage.close(page);
});

onPage('a book is read by voucher: the wallet is asked once, and what comes is compared', async () => {
  const page = await openShop();
  const card = await unfolded(page, 'A book');
  await card.getByText('Costs 0.002 UNIT').waitFor();
  // For 200 pieces, of which twenty are paid without asking.
  await card.getByRole('button', { name: 'Set 0.4 UNIT aside and go on' }).click();
  await card.getByRole('button', { name: 'Sign in the wallet' }).click();
  await card.getByText(BOOK).waitFor();
  await card.getByText('Without asking: up to 0.038 UNIT').waitFor();
  await stage.inspect(page, 'by voucher');
  const changed = await unfolded(page, 'A changed book');
  await changed.getByText('This is not what was promised').waitFor();
  assert.equal(await changed.getByText('Something else.').count(), 0);
  assert.equal(stage.wallet.asked, 1);
  assert.equal(await earned(), stage.farthing.unit('0.004'));
  await stage.go(page, 'channels');
  const facts = await page.locator('li.card dd').allTextContents();
  assert.deepEqual(facts, ['0.4 UNIT', '0 UNIT', '0.004 UNIT', '0.396 UNIT']);
  await stage.inspectAll(page, 'promised');
  await stage.close(page);
});

onPage('a song is heard by the second through the gateway, until it is stopped', async () => {
  const page = await openShop();
  const before = await earned();
  const card = await unfolded(page, 'A song');
  await card.getByRole('button', { name: 'Start' }).click();
  await card.getByText(/(la ){25}/).waitFor();
  await card.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.waitForTimeout(1_500);
  const after = await earned();
  const seconds = (after - before) / stage.farthing.unit('0.0003');
  assert.ok(seconds >= 3n && seconds <= 6n, `It paid for ${seconds} seconds.`);
  await page.waitForTimeout(2_000);
  assert.equal(await earned(), after);
  assert.equal(stage.wallet.asked, 1);
  await stage.close(page);
});

onPage('the channel is ended where all channels are, and chain, gateway and page agree', async () => {
  const page = await openShop();
  const card = await unfolded(page, 'A book');
  const before = await earned();
  // It was paid for on an earlier page.
  await card.getByText(BOOK).waitFor();
  await card.getByText('You paid for this before.').waitFor();
  await stage.inspectAll(page, 'had before');
  assert.equal(await earned(), before);
  await unfolded(page, 'A book');
  await card.getByRole('button', { name: 'Get it anew for 0.002 UNIT' }).click();
  await card.getByText('You paid for this before.').waitFor({ state: 'detached' });
  await card.getByText(BOOK).waitFor();
  const sold = await earned();
  await card.getByText(`Paid: ${stage.farthing.format(sold)}`).waitFor();
  await card.getByRole('button', { name: 'Take back what is left' }).click();
  await card.getByRole('button', { name: 'Sign in the wallet' }).click();
  await card.getByText('What is left is yours again after').waitFor();
  const channel = () => stage.farthing.channels.get(bob.address, alice.address);
  const figures = await gateway.settled();
  assert.equal((await channel()).claimed, sold);
  assert.deepEqual(figures, { earned: sold, claimed: sold, unclaimed: 0n });
  stage.solvent(await stage.farthing.channels.solvency([[bob.address, alice.address, 0]], []));
  await stage.close(page);
});
