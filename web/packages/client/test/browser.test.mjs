// In a real browser, with a wallet as extensions inject it, on a development chain.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { build } from 'esbuild';
import { contentHash, MapStore, parsePaper, Payee } from '@farthing/vouchers';
import { developmentAccount, Farthing, listing, walletOf } from '@farthing/client';
import { noBrowser, openBrowser, serve } from '../../../test-support/browser.mjs';
import { noChain, startChain } from '../../../test-support/chain.mjs';
import { injectWallet } from '../../../test-support/extension.mjs';

const here = new URL('page/', import.meta.url);
const [alice, bob, charlie] = ['Alice', 'Bob', 'Charlie'].map(developmentAccount);
const skip = noChain || noBrowser;
const onPage = (name, what) => test(name, { skip, timeout: 60_000 }, what);
let chain;
let server;
let browser;
let wallet;
let farthing;
let ada;

before(async () => {
  if (skip) return;
  chain = await startChain();
  farthing = await Farthing.connect(chain.deployment, { url: chain.url, wallet: walletOf(alice) });
  ada = await openShop();
  const { outputFiles } = await build({ entryPoints: [new URL('page.mjs', here).pathname], bundle: true, minify: true, format: 'esm', target: 'es2022', write: false });
  server = await serve({
    files: {
      'index.html': readFileSync(new URL('index.html', here)),
      'page.js': outputFiles[0].contents,
      'deployment.json': JSON.stringify({ ...chain.deployment, endpoints: [chain.url] }),
    },
    policy: `default-src 'none'; script-src 'self'; connect-src 'self' ${chain.url}; base-uri 'none'; form-action 'none'`,
  });
  browser = await openBrowser();
  wallet = await injectWallet(browser.context, [bob, charlie]);
});

after(async () => {
  await browser?.end();
  await server?.end();
  await farthing?.disconnect();
  await chain?.end();
});

async function openShop() {
  const { plan, salt } = await farthing.creators.announce('ada-paints');
  await plan.send();
  const { wait } = await farthing.creators.overview();
  await chain.ask('dev_forward', Number(wait.millis));
  await chain.ask('dev_newBlock', wait.blocks);
  await (await farthing.creators.register('ada-paints', salt, { commitment: contentHash(new Uint8Array()), uri: '' })).send();
  const creator = await farthing.creator('ada-paints');
  await (await farthing.shop.open(creator)).send();
  const content = { commitment: contentHash(new Uint8Array()), title: 'A song', uri: '' };
  await (await farthing.shop.publish(creator, listing(farthing.unit('0.02')), content)).send();
  return creator;
}

/** A page that is connected. */
async function open() {
  const page = await browser.context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && page.faults.push(message.text()));
  await page.goto(server.url);
  assert.match(await click(page, 'connect'), /^Connected\./);
  return page;
}

/** Clicks, and returns what the page says in the end. */
async function click(page, id) {
  await page.click(`#${id}`);
  return said(page);
}

async function said(page) {
  await page.waitForFunction(() => document.getElementById('done').textContent !== '', null, { polling: 20 });
  return page.textContent('#done');
}

const balanceOf = async ({ address }) => (await farthing.chain.balanceOf(address)).free;

onPage('a reader buys and tips, and each is told in words before the wallet opens', async () => {
  const page = await open();
  const asked = wallet.asked;
  const begin = Date.now();
  assert.equal(await click(page, 'buy'), 'Done: Buy "A song" of ada-paints.');
  const took = Date.now() - begin;
  assert.ok(took < 2_000, `It took ${took} ms from the click to the item.`);
  assert.match(await page.textContent('#plan'), /^Buy "A song" of ada-paints\. This pays 0\.02 UNIT\. The fee is .* at most\. .* are locked/);
  assert.equal(await farthing.shop.hasAccess(ada, 0, bob.address), true);
  const before = await balanceOf(alice);
  assert.equal(await click(page, 'tip'), 'Done: Tip ada-paints 0.1 UNIT.');
  assert.equal((await balanceOf(alice)) - before, farthing.unit('0.1'));
  assert.equal(wallet.asked, asked + 2);
  // What the contract refuses never reaches the wallet.
  assert.match(await click(page, 'buy'), /^Refused: /);
  assert.equal(wallet.asked, asked + 2);
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage('a reader opens a channel once and pays ten vouchers, which the payee takes and claims', async () => {
  const page = await open();
  const asked = wallet.asked;
  assert.equal(await click(page, 'open'), 'Open.');
  assert.equal(wallet.asked, asked + 1);
  const payee = new Payee(new MapStore(), { genesis: farthing.chain.genesis, payee: alice.address });
  const { address } = farthing.channels;
  const { now, channels: [channel] } = await farthing.channels.list([[bob.address, alice.address, 0]]);
  for (let n = 1n; n <= 10n; n++) {
    const paper = parsePaper(await click(page, 'pay'));
    assert.equal(paper.voucher.cumulative, n * farthing.unit('0.001'));
    const wanted = { closer: channel.closer, minDelay: 3_600_000n };
    assert.equal((await payee.take(paper, address, wanted, channel, now)).new, farthing.unit('0.001'));
  }
  assert.equal(wallet.asked, asked + 1);
  const before = await balanceOf(alice);
  const receipt = await (await farthing.channels.claim(alice.address, await payee.best(address))).send();
  assert.equal((await balanceOf(alice)) - before, farthing.unit('0.01') - receipt.fee - receipt.deposit);
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage('after a reload the same key pays on, and two tabs never sign the same sum', async () => {
  const pages = [await open(), await open()];
  const asked = wallet.asked;
  const papers = [];
  for (let round = 0; round < 5; round++) {
    const texts = await Promise.all(pages.map((page) => click(page, 'pay')));
    papers.push(...texts.map((text) => parsePaper(text).voucher.cumulative));
  }
  const expected = Array.from({ length: 10 }, (_, i) => BigInt(11 + i) * farthing.unit('0.001'));
  assert.deepEqual([...papers].sort((one, other) => Number(one - other)), expected);
  assert.equal(wallet.asked, asked);
  for (const page of pages) {
    assert.deepEqual(page.faults, []);
    await page.close();
  }
});

onPage('a page that is loaded again between signing and the block does not pay twice', async () => {
  const page = await open();
  const before = await balanceOf(alice);
  await chain.ask('dev_setSealing', 'manual');
  try {
    const asked = wallet.asked;
    await page.click('#tip');
    while (wallet.asked === asked) await new Promise((resolve) => setTimeout(resolve, 20));
    while ((await chain.ask('author_pendingExtrinsics')).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await page.reload();
    await page.click('#connect');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await chain.ask('dev_newBlock');
    assert.equal(await said(page), 'Connected. Before: Tip ada-paints 0.1 UNIT.');
    assert.equal(wallet.asked, asked + 1);
    await chain.ask('dev_newBlock');
    assert.equal((await balanceOf(alice)) - before, farthing.unit('0.1'));
  } finally {
    await chain.ask('dev_setSealing', 'instant');
  }
  await page.close();
});

onPage('a double click pays once', async () => {
  const page = await open();
  wallet.accounts = [charlie];
  await page.evaluate(() => window.testWalletChanged());
  const before = await balanceOf(alice);
  await page.dblclick('#buy');
  await page.waitForFunction(() => /Refused|Done/.test(document.getElementById('done').textContent));
  await page.waitForTimeout(800);
  const { owned } = await farthing.shop.ownedPage(ada, charlie.address, 0);
  assert.equal(owned, 1n);
  assert.equal((await balanceOf(alice)) - before, farthing.unit('0.02'));
  await page.close();
});

onPage('a wallet that refuses, and one whose account went away, are told in words', async () => {
  wallet.accounts = [charlie];
  const page = await open();
  wallet.refuses = true;
  const before = await balanceOf(charlie);
  assert.equal(await click(page, 'tip'), 'WalletError: The wallet did not sign.');
  wallet.refuses = false;
  assert.equal(await balanceOf(charlie), before);
  assert.equal(await click(page, 'tip'), 'Done: Tip ada-paints 0.1 UNIT.');
  // Another account is chosen in the wallet: the next plan is that one's.
  wallet.accounts = [bob];
  await page.evaluate(() => window.testWalletChanged());
  const own = await balanceOf(bob);
  assert.equal(await click(page, 'tip'), 'Done: Tip ada-paints 0.1 UNIT.');
  assert.ok((await balanceOf(bob)) < own);
  wallet.accounts = [];
  assert.match(await click(page, 'tip'), /^WalletError: The wallet /);
  wallet.accounts = [bob, charlie];
  await page.close();
});

onPage("where the browser's key was lost, a channel's vouchers are not signed with another", async () => {
  const page = await open();
  await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const deleting = indexedDB.deleteDatabase('farthing-keys');
        deleting.onsuccess = resolve;
        deleting.onerror = reject;
      }),
  );
  await page.reload();
  assert.match(await click(page, 'connect'), /^Connected\./);
  assert.match(await click(page, 'pay'), /^KeyLost: This page does not have the key of the channel/);
  await page.close();
});
