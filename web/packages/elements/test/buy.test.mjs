// <farthing-buy> delivers what it sold, on a page with a strict policy: through a real `farthing gateway`, which is shown
// by a signature who bought it. Nothing is paid for that, and what comes is compared before it is shown.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test, { after, before } from 'node:test';
import { contentHash } from '@farthing/vouchers';
import { developmentAccount, Farthing, listing, walletOf } from '@farthing/client';
import { noBrowser, openBrowser, serve } from '../../../test-support/browser.mjs';
import { noChain, startChain } from '../../../test-support/chain.mjs';
import { injectWallet } from '../../../test-support/extension.mjs';
import { noGateway, startGateway } from '../../../test-support/gateway.mjs';

const [alice, bob, charlie] = ['Alice', 'Bob', 'Charlie'].map(developmentAccount);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const skip = noChain || noBrowser || noGateway;
const onPage = (name, what) => test(name, { skip, timeout: 90_000 }, what);
const BOOK = 'Once upon a time, <b>as it was written</b>.';
/** Four seconds of MP3 in which nothing is to be heard, in pieces of one second. */
const FRAME = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0xc4]), Buffer.alloc(413)]);
const SECOND = Buffer.concat(Array.from({ length: 38 }, () => FRAME));
const SONG = `#EXTM3U\n#EXT-X-TARGETDURATION:1\n${[0, 1, 2, 3].map((n) => `#EXTINF:0.99,\n${n}.mp3\n`).join('')}#EXT-X-ENDLIST\n`;
/** Which files are sold, by the numbers of their items; the last one is only where the page's attribute says. */
const FILES = ['book.txt', 'changed.txt', 'song/list.m3u8', 'gone.txt', ''];
const RULES = `otherwise = 'free'
creator = 0
${[['/book.txt', 0], ['/changed.txt', 1], ['/song/**', 2], ['/gone.txt', 3], ['/elsewhere.txt', 4]].map(([path, item]) => `[[site.rule]]\npaths = ['${path}']\nprice = '0.002'\nitem = ${item}\n`).join('')}`;
let chain;
let farthing;
let gateway;
let server;
let browser;
let wallet;
const asked = [];

function answer({ url }, response) {
  asked.push(url);
  response.setHeader('Content-Type', 'text/plain');
  if (url === '/changed.txt') return void response.end('Something else.');
  if (url === '/gone.txt') return void response.writeHead(404).end('There is no such thing.');
  if (url.endsWith('.m3u8')) return void response.setHeader('Content-Type', 'application/vnd.apple.mpegurl').end(SONG);
  if (url.endsWith('.mp3')) return void response.setHeader('Content-Type', 'audio/mpeg').end(SECOND);
  response.end(BOOK);
}

before(async () => {
  if (skip) return;
  chain = await startChain();
  farthing = await Farthing.connect(chain.deployment, { url: chain.url, wallet: walletOf(alice) });
  gateway = await startGateway(chain, { payee: alice.address, answer, rules: RULES });
  await sell();
  const page = (lang, item, more = '') => `<!doctype html><html lang="${lang}"><meta charset="utf-8"><title>A page</title><meta name="viewport" content="width=device-width"><main><h1>A page</h1><farthing-buy creator="ada-paints" item="${item}" ${more}></farthing-buy></main><script type="module" src="farthing-elements.js"></script></html>`;
  server = await serve({
    files: {
      ...Object.fromEntries(FILES.map((_, item) => [`${item}.html`, page('en', item)])),
      'german.html': page('de', 0),
      'elsewhere.html': page('en', 4, `gateway="${gateway.url}/elsewhere.txt"`),
      'farthing-elements.js': readFileSync(new URL('../dist/farthing-elements.js', import.meta.url)),
      'deployment.json': JSON.stringify({ ...chain.deployment, endpoints: [chain.url] }),
    },
    policy: `default-src 'none'; script-src 'self'; style-src 'none'; media-src blob:; connect-src 'self' ${chain.url} ${gateway.url}; base-uri 'none'; form-action 'none'`,
  });
  browser = await openBrowser();
  wallet = await injectWallet(browser.context, [bob]);
});

after(async () => {
  await browser?.end();
  await server?.end();
  await farthing?.disconnect();
  await gateway?.end();
  await chain?.end();
});

async function sell() {
  const { plan, salt } = await farthing.creators.announce('ada-paints');
  await plan.send();
  const { wait } = await farthing.creators.overview();
  await chain.ask('dev_forward', Number(wait.millis));
  await chain.ask('dev_newBlock', wait.blocks);
  await (await farthing.creators.register('ada-paints', salt, { commitment: contentHash(new Uint8Array()), uri: '' })).send();
  const ada = await farthing.creator('ada-paints');
  await (await farthing.shop.open(ada)).send();
  for (const name of FILES) {
    const commitment = contentHash(new TextEncoder().encode(name.endsWith('.m3u8') ? SONG : BOOK));
    const content = { commitment, title: name || 'A letter', uri: name && `${gateway.url}/${name}` };
    await (await farthing.shop.publish(ada, listing(farthing.unit('0.02')), content)).send();
  }
  const own = await Farthing.connect(chain.deployment, { url: chain.url, wallet: walletOf(bob) });
  for (const item of [1, 2, 3, 4]) await (await own.buy(ada, item)).send();
  await own.disconnect();
}

async function open(path, { remembers = false } = {}) {
  const page = await browser.context.newPage();
  if (!remembers) await page.addInitScript(() => localStorage.removeItem('farthing-wallet'));
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(error.message));
  await page.goto(server.url + path);
  await page.locator('farthing-buy h2').first().waitFor();
  return page;
}

/** Says that it is theirs already, and which wallet. */
async function have(page) {
  await page.getByRole('button', { name: 'I have it already' }).click();
  await page.getByRole('button', { name: 'test', exact: true }).click();
}

async function close(page) {
  assert.deepEqual(page.faults, []);
  await page.close();
}

const earned = async () => (await gateway.figures()).earned;
const signs = (page) => page.getByRole('group', { name: 'Show that it is yours' }).getByRole('button', { name: 'Sign in the wallet' });

onPage('whoever buys gets it at once, by keyboard alone: the wallet signs words, and once for all that follows', async () => {
  const page = await open('0.html');
  await page.getByRole('button', { name: /^Buy: / }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'test', exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Sign in the wallet' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('It is yours.').waitFor();
  const before = wallet.asked;
  const get = page.getByRole('button', { name: 'Get it' });
  await page.waitForFunction(() => document.querySelector('farthing-buy').shadowRoot.activeElement?.textContent === 'Get it');
  await page.keyboard.press('Enter');
  await signs(page).waitFor();
  assert.match(await page.getByRole('blockquote').textContent(), /^Open item 0 of creator 0 at /);
  await page.keyboard.press('Escape');
  await page.getByText('The wallet did not sign').or(page.getByText('Nothing was signed.')).waitFor();
  assert.equal(wallet.asked, before);
  await get.focus();
  await page.keyboard.press('Enter');
  await signs(page).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText('This is what was sold: book.txt.').waitFor();
  assert.equal(await page.locator('farthing-buy pre').textContent(), BOOK);
  assert.equal(await page.evaluate(() => document.querySelector('farthing-buy').shadowRoot.activeElement?.textContent), 'Get it');
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText('This is what was sold').waitFor();
  assert.equal(wallet.asked, before + 1);
  assert.equal(await earned(), 0n);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)]), []);
  await close(page);
});

onPage('whoever has it gets it without buying, also where only the tag says where it is', async () => {
  const page = await open('elsewhere.html');
  await have(page);
  await page.getByRole('button', { name: 'Get it' }).click();
  await signs(page).click();
  await page.getByText('This is what was sold: A letter.').waitFor();
  assert.ok(asked.includes('/elsewhere.txt'));
  assert.equal(await earned(), 0n);
  await close(page);
  const nowhere = await open('4.html');
  await have(nowhere);
  await nowhere.getByText('The creator does not say where it is.').waitFor();
  await close(nowhere);
});

onPage('an account that does not have it is told so, and may still buy', async () => {
  wallet.accounts = [charlie];
  const page = await open('0.html');
  await have(page);
  await page.getByRole('status').getByText('This account does not have it.').waitFor();
  await page.getByRole('button', { name: /^Buy: / }).waitFor();
  wallet.accounts = [bob];
  await close(page);
});

onPage('nothing is shown that is not what was sold, and what cannot be had is told in words', async () => {
  const changed = await open('1.html');
  await have(changed);
  await changed.getByRole('button', { name: 'Get it' }).click();
  await signs(changed).click();
  await changed.getByText('This is not what was promised').waitFor();
  assert.equal(await changed.getByText('Something else.').count(), 0);
  await close(changed);
  const gone = await open('3.html');
  await have(gone);
  await gone.getByRole('button', { name: 'Get it' }).click();
  await signs(gone).click();
  await gone.getByText('It cannot be fetched from where it should be.').waitFor();
  await close(gone);
});

onPage('a song in pieces that was bought is played, each piece once, and nothing is paid', async () => {
  const page = await open('2.html');
  await have(page);
  const before = wallet.asked;
  await page.getByRole('button', { name: 'Get it' }).click();
  await signs(page).click();
  await page.locator('farthing-buy audio').waitFor();
  await page.waitForFunction(() => document.querySelector('farthing-buy').shadowRoot.querySelector('audio').duration.toFixed(0) === '4');
  assert.deepEqual(asked.filter((url) => url.endsWith('.mp3')), [0, 1, 2, 3].map((n) => `/song/${n}.mp3`));
  assert.equal(wallet.asked, before + 1);
  assert.equal(await earned(), 0n);
  await close(page);
});

onPage('all of it is said in German, too', async () => {
  const page = await open('german.html');
  await page.getByRole('button', { name: 'Ich habe es schon' }).click();
  await page.getByRole('button', { name: 'test', exact: true }).click();
  await page.getByRole('button', { name: 'Holen' }).click();
  await page.getByRole('group', { name: 'Zeigen, dass es dir gehört' }).getByRole('button', { name: 'In der Wallet unterschreiben' }).click();
  await page.getByText('Das ist, was verkauft wurde: book.txt.').waitFor();
  await close(page);
});
