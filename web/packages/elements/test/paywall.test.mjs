// <farthing-paywall> on a page with a strict policy, which pays a real `farthing gateway` on a chain. What the chain
// paid, what the gateway says and what the page promised are equal in the end.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test, { after, before } from 'node:test';
import { developmentAccount, Farthing, walletOf } from '@farthing/client';
import { noBrowser, openBrowser, serve } from '../../../test-support/browser.mjs';
import { noChain, startChain } from '../../../test-support/chain.mjs';
import { injectWallet } from '../../../test-support/extension.mjs';
import { noGateway, startGateway } from '../../../test-support/gateway.mjs';

const [bob, charlie] = ['Bob', 'Charlie'].map(developmentAccount);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const skip = noChain || noBrowser || noGateway;
const onPage = (name, what) => test(name, { skip, timeout: 90_000 }, what);
const RULES = `otherwise = 'free'
[[site.rule]]
paths = ['/chapter-*.txt']
price = '0.001'
[[site.rule]]
paths = ['/radio.txt']
price = '0.0001'
unit = 'second'
per = 1
[[site.rule]]
paths = ['/waves.wav']
price = '0.0001'
unit = 'second'
per = 1
cookie = '1h'
[[site.rule]]
paths = ['/song/dear/**']
price = '0.02'
unit = 'segment'
[[site.rule]]
paths = ['/song/**']
price = '0.0001'
unit = 'segment'
[[site.rule]]
paths = ['/novel.txt']
price = '0.0005'
unit = 'byte'
per = 4096
preview = 100
[[site.rule]]
paths = ['/long.txt']
price = '0.0005'
unit = 'byte'
per = 4096
`;
/** Half a minute in pieces of a second, in which nothing is to be heard: frames of MP3 without sound. */
const FRAME = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0xc4]), Buffer.alloc(413)]);
const SECOND = Buffer.concat(Array.from({ length: 38 }, () => FRAME));
const SONG = `#EXTM3U\n#EXT-X-TARGETDURATION:1\n${Array.from({ length: 30 }, (_, n) => `#EXTINF:0.99,\n${n}.mp3\n`).join('')}#EXT-X-ENDLIST\n`;
const LONG = 'la'.repeat(10_000);
/** Ten steps of 4,096 bytes, of which a server gives any part. */
const NOVEL = Array.from({ length: 4_096 }, (_, n) => `${n}`.padStart(10, '.')).join('');
const EDITION = '"first"';
let chain;
let farthing;
let gateway;
let server;
let browser;
let wallet;

/** The pages of the gateway's own site. */
const site = {};

/** A sound without end, as slow as it is heard: WAV, mono, 8,000 bytes a second, after so much that a browser begins. */
function waves(response) {
  const head = Buffer.alloc(44);
  head.write('RIFF');
  head.writeUInt32LE(0x7fffffff, 4);
  head.write('WAVEfmt ', 8);
  [[16, 16, 4], [20, 1, 2], [22, 1, 2], [24, 8000, 4], [28, 8000, 4], [32, 1, 2], [34, 8, 2], [40, 0x7fffff00, 4]].forEach(([place, value, bytes]) => head.writeUIntLE(value, place, bytes));
  head.write('data', 36);
  response.write(Buffer.concat([head, Buffer.alloc(400_000, 128)]));
  const playing = setInterval(() => response.write(Buffer.alloc(800, 128)), 100);
  response.once('close', () => clearInterval(playing));
}

/** Answers as servers of files do. */
function partOf({ headers: { range, 'if-range': of } }, text, response) {
  const [, first, last] = (!of || of === EDITION ? range?.match(/^bytes=(\d+)-(\d*)$/) : null) ?? [];
  response.setHeader('ETag', EDITION);
  if (first === undefined) return void response.end(text);
  if (Number(first) >= text.length) return void response.writeHead(416, { 'Content-Range': `bytes */${text.length}` }).end();
  const end = last ? Math.min(Number(last) + 1, text.length) : text.length;
  response.writeHead(206, { 'Content-Range': `bytes ${first}-${end - 1}/${text.length}` }).end(text.slice(Number(first), end));
}

/** What is behind the gateway. */
function answer(request, response) {
  const { url } = request;
  response.setHeader('Content-Type', 'text/plain');
  if (url === '/radio.txt') {
    const playing = setInterval(() => response.write('tick '), 100);
    return void response.once('close', () => clearInterval(playing));
  }
  if (url === '/novel.txt') return partOf(request, NOVEL, response);
  if (url === '/long.txt') return void response.end(LONG);
  if (url === '/waves.wav') return void waves(response.setHeader('Content-Type', 'audio/wav'));
  const file = url.startsWith('/site/') && site[url.slice(6)];
  if (file) return void response.setHeader('Content-Type', file.kind).end(file.text);
  if (url === '/song/video.m3u8') return void response.setHeader('Content-Type', 'application/vnd.apple.mpegurl').end('#EXTM3U\n#EXTINF:1,\n0.ts\n#EXT-X-ENDLIST\n');
  if (/^\/song\/(dear\/)?list.m3u8$/.test(url)) return void response.setHeader('Content-Type', 'application/vnd.apple.mpegurl').end(SONG);
  if (url.startsWith('/song/')) return void response.setHeader('Content-Type', 'audio/mpeg').end(SECOND);
  response.end(`This is ${url}, <b>as it was written</b>.`);
}

const tagFor = (src, more = '') => `<farthing-paywall src="${gateway.url}/${src}" payee="${charlie.address}" reserve="0.05" limit="0.003" ${more}></farthing-paywall>`;

before(async () => {
  if (skip) return;
  chain = await startChain();
  farthing = await Farthing.connect(chain.deployment, { url: chain.url, wallet: walletOf(bob) });
  gateway = await startGateway(chain, { payee: charlie.address, answer, rules: RULES });
  const page = (lang, tags) => `<!doctype html><html lang="${lang}"><meta charset="utf-8"><title>A page</title><meta name="viewport" content="width=device-width"><main><h1>A page</h1>${tags}</main><script type="module" src="farthing-elements.js"></script></html>`;
  const foreign = tagFor('chapter-1.txt').replace(charlie.address, bob.address);
  server = await serve({
    files: {
      'index.html': page('en', tagFor('chapter-1.txt', 'title="Chapter 1"') + '<div id="far"></div>'),
      'more.html': page('en', [2, 3, 4].map((n) => tagFor(`chapter-${n}.txt`)).join('')),
      'often.html': page('en', [5, 6, 7].map((n) => tagFor(`chapter-${n}.txt`)).join('')),
      'last.html': page('en', tagFor('chapter-8.txt')),
      'song.html': page('en', tagFor('song/list.m3u8', 'title="A song"')),
      'dear.html': page('en', tagFor('song/dear/list.m3u8').replace('limit="0.003"', 'limit="0.2"')),
      'video.html': page('en', tagFor('song/video.m3u8')),
      'radio.html': page('en', tagFor('radio.txt')),
      'long.html': page('en', tagFor('long.txt')),
      'novel.html': page('en', tagFor('novel.txt')),
      'german.html': page('de', tagFor('chapter-9.txt')),
      'foreign.html': page('en', foreign),
      'farthing-elements.js': readFileSync(new URL('../dist/farthing-elements.js', import.meta.url)),
      'deployment.json': JSON.stringify({ ...chain.deployment, endpoints: [chain.url] }),
    },
    policy: `default-src 'none'; script-src 'self'; style-src 'none'; img-src blob:; media-src blob:; connect-src 'self' ${chain.url} ${gateway.url}; base-uri 'none'; form-action 'none'`,
  });
  browser = await openBrowser();
  wallet = await injectWallet(browser.context, [bob]);
});

after(async () => {
  await browser?.end();
  await server?.end();
  await gateway?.end();
  await farthing?.disconnect();
  await chain?.end();
});

async function open(path = '') {
  const page = await browser.context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(error.message));
  // What costs something is answered with 402, which browsers write to the console.
  page.on('console', (message) => message.type() === 'error' && !message.text().includes('402') && page.faults.push(message.text()));
  await page.goto(server.url + path);
  return page;
}

const earned = async () => (await gateway.figures()).earned;
const unit = (text) => farthing.unit(text);
const button = (page, name) => page.getByRole('button', { name });
const shows = (page, text) => page.getByText(text).first().waitFor();

onPage('the wallet is asked once; then pages are paid for by themselves as they are seen', async () => {
  const page = await open();
  await shows(page, 'Costs 0.001 UNIT');
  assert.equal(await earned(), 0n);
  await button(page, 'Set 0.05 UNIT aside and go on').click();
  await button(page, 'test').click();
  await shows(page, 'In all');
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)]), []);
  await button(page, 'Sign in the wallet').click();
  await shows(page, 'This is /chapter-1.txt, <b>as it was written</b>.');
  await shows(page, 'Paid: 0.001 UNIT');
  await shows(page, 'Left: 0.049 UNIT of 0.05 UNIT');
  await shows(page, 'Without asking: up to 0.002 UNIT');
  assert.equal(await earned(), unit('0.001'));
  assert.equal(wallet.asked, 1);
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage('at the limit it asks, and signs nothing before', async () => {
  const page = await open('more.html');
  await button(page, 'Go on, up to 0.003 UNIT more').first().waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll('farthing-paywall')].filter((one) => one.shadowRoot.querySelector('pre')).length === 2);
  assert.equal(await earned(), unit('0.003'));
  await button(page, 'Go on, up to 0.003 UNIT more').first().click();
  await page.waitForFunction(() => [...document.querySelectorAll('farthing-paywall')].every((one) => one.shadowRoot.querySelector('pre')));
  assert.equal(await earned(), unit('0.004'));
  assert.equal(wallet.asked, 1);
  await button(page, 'Pay no more by itself').first().click();
  await shows(page, 'Without asking: up to 0 UNIT');
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage('however often a tag looks at itself, what it shows is paid for once', async () => {
  const page = await open('often.html');
  await button(page, 'Go on, up to 0.003 UNIT more').first().waitFor();
  const before = await earned();
  await page.evaluate(() => {
    const one = document.querySelector('farthing-paywall');
    for (let n = 0; n < 10; n++) setTimeout(() => one.refresh(), n * 20);
    document.querySelectorAll('farthing-paywall').forEach((other) => other !== one && other.remove());
  });
  await button(page, 'Go on, up to 0.003 UNIT more').click();
  await page.evaluate(() => { for (let n = 0; n < 50; n++) setTimeout(() => document.querySelector('farthing-paywall').refresh(), n * 15); });
  await shows(page, 'This is /chapter-5.txt');
  await page.waitForTimeout(1_500);
  assert.equal((await earned()) - before, unit('0.001'));
  await button(page, 'Pay no more by itself').click();
  await shows(page, 'Without asking: up to 0 UNIT');
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage('a server that asks for somebody else is not paid', async () => {
  const page = await open('foreign.html');
  await shows(page, 'The server asks for money for somebody else than this page names');
  assert.equal(await earned(), unit('0.005'));
  await page.close();
});

onPage('what is sold by the byte is paid for to its end, and not beyond what it cost', async () => {
  const page = await open('long.html');
  await button(page, 'Go on, up to 0.003 UNIT more').click();
  await page.waitForFunction((length) => document.querySelector('farthing-paywall').shadowRoot.querySelector('pre')?.textContent.length === length, LONG.length);
  assert.equal(await earned(), unit('0.0075'));
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage('what is sold by the second is paid for while somebody listens, and no longer', async () => {
  const page = await open('radio.html');
  const before = await earned();
  await button(page, 'Start').click();
  await page.waitForFunction(() => document.querySelector('farthing-paywall').shadowRoot.querySelector('pre')?.textContent.length > 100);
  await button(page, 'Stop').click();
  await button(page, 'Stop').waitFor({ state: 'detached' });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const after = await earned();
  const steps = (after - before) / unit('0.0001');
  assert.ok(steps >= 2n && steps <= 5n, `It paid for ${steps} seconds.`);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  assert.equal(await earned(), after);
  assert.equal(wallet.asked, 1);
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage('a reload shows what was paid for, and pays nothing; anew it is got on request', async () => {
  const before = await earned();
  const page = await open();
  for (let n = 0; n < 3; n++) {
    await shows(page, 'This is /chapter-1.txt');
    await shows(page, 'You paid for this before.');
    await page.reload();
  }
  await shows(page, 'You paid for this before.');
  assert.equal(await earned(), before);
  await button(page, 'Get it anew for 0.001 UNIT').click();
  await button(page, 'Go on, up to 0.003 UNIT more').click();
  await shows(page, 'Without asking: up to');
  await page.getByText('You paid for this before.').waitFor({ state: 'detached' });
  await shows(page, 'This is /chapter-1.txt');
  assert.equal((await earned()) - before, unit('0.001'));
  await button(page, 'Pay no more by itself').click();
  await shows(page, 'Without asking: up to 0 UNIT');
  assert.equal(wallet.asked, 1);
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage('sound in pieces is paid for as it is heard, a few seconds ahead, until it is stopped', async () => {
  const page = await open('song.html');
  await shows(page, 'Costs 0.0001 UNIT for each part that you get');
  const before = await earned();
  const pieces = async () => ((await earned()) - before) / unit('0.0001');
  await button(page, 'Go on, up to 0.003 UNIT more').click();
  await page.waitForFunction(() => document.querySelector('farthing-paywall').shadowRoot.querySelector('audio')?.currentTime > 2);
  const [at, paid] = [await page.evaluate(() => document.querySelector('farthing-paywall').shadowRoot.querySelector('audio').currentTime), await pieces()];
  assert.ok(paid >= BigInt(Math.floor(at)) + 9n && paid <= BigInt(Math.ceil(at)) + 13n, `${paid} pieces are paid for after ${at} seconds.`);
  // Who pauses pays no more; who goes on does.
  await page.evaluate(() => document.querySelector('farthing-paywall').shadowRoot.querySelector('audio').pause());
  await page.waitForTimeout(1_000);
  const paused = await pieces();
  await page.waitForTimeout(2_000);
  assert.equal(await pieces(), paused);
  await page.evaluate(() => document.querySelector('farthing-paywall').shadowRoot.querySelector('audio').play());
  for (let tries = 0; (await pieces()) === paused && tries < 50; tries++) await page.waitForTimeout(100);
  assert.ok((await pieces()) > paused);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)]), []);
  await button(page, 'Stop').click();
  await button(page, 'Stop').waitFor({ state: 'detached' });
  const stopped = await pieces();
  await page.waitForTimeout(2_000);
  const all = await pieces();
  assert.ok(all - stopped <= 1n);
  // What was heard is heard again without paying.
  await button(page, 'Start').click();
  await page.waitForFunction(() => document.querySelector('farthing-paywall').shadowRoot.querySelector('audio')?.currentTime > 1);
  assert.equal(await pieces(), all);
  await button(page, 'Stop').click();
  await button(page, 'Stop').waitFor({ state: 'detached' });
  await button(page, 'Pay no more by itself').click();
  await shows(page, 'Without asking: up to 0 UNIT');
  assert.equal(wallet.asked, 1);
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage('sound that the browser cannot play in pieces is not paid for', async () => {
  const page = await open('video.html');
  const before = await earned();
  await shows(page, 'This browser cannot play such sound piece by piece, so nothing is paid for it.');
  assert.equal(await earned(), before);
  await page.close();
});

onPage('after a reload, what is sold by the byte goes on after what was paid for, which costs nothing again', async () => {
  const page = await open('novel.html');
  const before = await earned();
  const had = () => page.evaluate(() => document.querySelector('farthing-paywall').shadowRoot.querySelector('pre')?.textContent ?? '');
  const comesTo = (length) => page.waitForFunction((length) => document.querySelector('farthing-paywall').shadowRoot.querySelector('pre')?.textContent.length >= length, length);
  await button(page, 'Go on, up to 0.003 UNIT more').click();
  await comesTo(6 * 4_096);
  assert.equal((await earned()) - before, unit('0.003'));
  await button(page, 'Go on, up to 0.003 UNIT more').waitFor();
  await page.reload();
  await shows(page, 'You paid for the beginning before: it costs nothing again, and goes on from there.');
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)]), []);
  // Nothing more is allowed, and what was had is had.
  await button(page, 'Start').click();
  await comesTo(6 * 4_096);
  await button(page, 'Go on, up to 0.003 UNIT more').waitFor();
  assert.equal((await earned()) - before, unit('0.003'));
  await button(page, 'Go on, up to 0.003 UNIT more').click();
  await comesTo(NOVEL.length);
  assert.equal(await had(), NOVEL);
  assert.equal((await earned()) - before, unit('0.005'));
  await page.reload();
  await shows(page, 'You paid for this before.');
  await button(page, 'Start').click();
  await comesTo(NOVEL.length);
  assert.equal(await had(), NOVEL);
  assert.equal((await earned()) - before, unit('0.005'));
  assert.equal(wallet.asked, 1);
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage('when what was set aside is used up, what was bought is heard, and more can be set aside', async () => {
  const page = await open('dear.html');
  const before = await earned();
  await button(page, 'Go on, up to 0.2 UNIT more').click();
  await shows(page, 'What was set aside is used up.');
  const first = (await earned()) - before;
  assert.ok(first >= unit('0.02') && first % unit('0.02') === 0n);
  // What was paid for can be heard.
  assert.equal(await page.evaluate(() => document.querySelector('farthing-paywall').shadowRoot.querySelector('audio').error), null);
  await page.waitForTimeout(1_000);
  assert.equal((await earned()) - before, first);
  await button(page, 'Set 0.05 UNIT more aside').click();
  await button(page, 'Sign in the wallet').click();
  for (let tries = 0; (await earned()) - before === first && tries < 100; tries++) await page.waitForTimeout(100);
  assert.ok((await earned()) - before >= first + unit('0.02'));
  await shows(page, 'What was set aside is used up.');
  await button(page, 'Stop').click();
  await button(page, 'Stop').waitFor({ state: 'detached' });
  await button(page, 'Pay no more by itself').click();
  await shows(page, 'Without asking: up to 0 UNIT');
  assert.equal(wallet.asked, 2);
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage('the way out gives back what is left, and all sums are equal', async () => {
  const german = await open('german.html');
  await shows(german, 'Kostet 0.001 UNIT');
  await german.close();
  const page = await open('last.html');
  // Whatever of the radio was promised and not charged pays for this.
  await button(page, 'Go on, up to 0.003 UNIT more').click();
  await shows(page, 'This is /chapter-8.txt');
  await button(page, 'Take back what is left').click();
  await button(page, 'Sign in the wallet').click();
  await shows(page, 'What is left is yours again after');
  const channel = () => farthing.channels.get(bob.address, charlie.address);
  const sold = await earned();
  const figures = await gateway.settled();
  const { claimed, reserve } = await channel();
  const key = `paid ${farthing.chain.genesis}`;
  const promised = await page.evaluate(async (prefix) => {
    const database = await new Promise((resolve) => { const opening = indexedDB.open('farthing'); opening.onsuccess = () => resolve(opening.result); });
    const found = [];
    for (const table of database.objectStoreNames) {
      const all = database.transaction(table).objectStore(table);
      const [keys, values] = await Promise.all(['getAllKeys', 'getAll'].map((name) => new Promise((resolve) => { const asked = all[name](); asked.onsuccess = () => resolve(asked.result); })));
      keys.forEach((one, i) => String(one).startsWith(prefix) && found.push(values[i]));
    }
    return found;
  }, key);
  assert.equal(promised.length, 1);
  const { cumulative } = JSON.parse(typeof promised[0] === 'string' ? promised[0] : promised[0].text);
  assert.equal(claimed, sold);
  assert.equal(figures.claimed, sold);
  assert.equal(figures.unclaimed, 0n);
  assert.equal(cumulative, `n:${sold}`);
  // Then the rest comes back.
  await chain.ask('dev_forward', 3_700_000);
  await chain.ask('dev_newBlock', 800);
  const before = (await farthing.chain.balanceOf(bob.address)).free;
  await page.reload();
  await button(page, 'Take it back now').click();
  await button(page, 'Sign in the wallet').click();
  await button(page, 'Set 0.05 UNIT aside and go on').waitFor();
  const back = (await farthing.chain.balanceOf(bob.address)).free - before;
  assert.ok(back > 0n && reserve - sold > 0n, `${back} of ${reserve - sold} came back.`);
  const [owed, held] = await farthing.channels.solvency([[bob.address, charlie.address, 0]], []);
  assert.ok(owed <= held);
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage("on the gateway's own site, a tag plays what no script can, and its cookie pays by the second until it is stopped", async () => {
  const tag = `<farthing-paywall src="/waves.wav" payee="${charlie.address}" reserve="0.05" limit="0.003"></farthing-paywall>`;
  site['index.html'] = { kind: 'text/html', text: `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title><main><h1>A page</h1>${tag}</main><script type="module" src="farthing-elements.js"></script></html>` };
  site['farthing-elements.js'] = { kind: 'text/javascript', text: readFileSync(new URL('../dist/farthing-elements.js', import.meta.url)) };
  site['deployment.json'] = { kind: 'application/json', text: JSON.stringify({ ...chain.deployment, endpoints: [chain.url] }) };
  const page = await browser.context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${gateway.url}/site/index.html`);
  const before = await earned();
  await button(page, 'Set 0.05 UNIT aside and go on').click();
  await button(page, 'test').click();
  await button(page, 'Sign in the wallet').click();
  const begun = performance.now();
  await button(page, 'Start').click();
  await page.waitForFunction(() => document.querySelector('farthing-paywall').shadowRoot.querySelector('audio')?.currentTime > 3);
  const seconds = ((await earned()) - before) / unit('0.0001');
  const most = BigInt(Math.ceil((performance.now() - begun) / 1000)) + 1n;
  assert.ok(seconds >= 3n && seconds <= most, `It paid for ${seconds} seconds of ${most}.`);
  const asked = wallet.asked;
  await button(page, 'Stop').click();
  await button(page, 'Stop').waitFor({ state: 'detached' });
  await page.waitForTimeout(1_500);
  const after = await earned();
  await page.waitForTimeout(2_500);
  assert.equal(await earned(), after);
  assert.equal(wallet.asked, asked);
  assert.deepEqual(faults, []);
  await page.close();
});
