// The tags on a plain page that allows no scripts and styles but its own: what they show, how one pays with them, by
// mouse and by keyboard, in two languages, light and dark, wide and narrow.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test, { after, before } from 'node:test';
import { contentHash } from '@farthing/vouchers';
import { abi, developmentAccount, Farthing, listing, terms, walletOf } from '@farthing/client';
import { noBrowser, openBrowser, serve } from '../../../test-support/browser.mjs';
import { noChain, startChain } from '../../../test-support/chain.mjs';
import { injectWallet } from '../../../test-support/extension.mjs';
import { sizeOf } from '../../../scripts/size.mjs';

const [alice, bob] = ['Alice', 'Bob'].map(developmentAccount);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const script = readFileSync(new URL('../dist/farthing-elements.js', import.meta.url));
const skip = noChain || noBrowser;
const onPage = (name, what) => test(name, { skip, timeout: 60_000 }, what);
let chain;
let farthing;
let server;
let browser;
let wallet;
let pool;
let round;

before(async () => {
  if (skip) return;
  chain = await startChain();
  farthing = await Farthing.connect(chain.deployment, { url: chain.url, wallet: walletOf(alice) });
  await openShop();
  pool = await makePool();
  round = await makeRound();
  const page = (lang, tags) => `<!doctype html><html lang="${lang}"><meta charset="utf-8"><title>A page</title><meta name="viewport" content="width=device-width"><meta name="farthing-deployment" content="deployment.json"><main><h1>A page</h1>${tags}</main><script type="module" src="farthing-elements.js"></script></html>`;
  const tags = `<farthing-tip creator="ada-paints" amounts="0.01 0.5"></farthing-tip><farthing-buy creator="ada-paints" item="0"></farthing-buy><farthing-pool address="${pool}"></farthing-pool><farthing-round address="${round}"></farthing-round>`;
  server = await serve({
    files: {
      'index.html': page('en', tags),
      'german.html': page('de', tags),
      'nothing.html': page('en', '<farthing-tip creator="nobody-here"></farthing-tip><farthing-buy creator="ada-paints" item="99"></farthing-buy><farthing-pool address="nowhere"></farthing-pool>'),
      'farthing-elements.js': script,
      'deployment.json': JSON.stringify({ ...chain.deployment, endpoints: [chain.url] }),
    },
    policy: `default-src 'none'; script-src 'self'; style-src 'none'; connect-src 'self' ${chain.url}; base-uri 'none'; form-action 'none'`,
  });
  browser = await openBrowser();
  wallet = await injectWallet(browser.context, [bob]);
});

after(async () => {
  await browser?.end();
  await server?.end();
  await farthing?.disconnect();
  await chain?.end();
});

const send = async (plan) => (await plan).send();

async function openShop() {
  const { plan, salt } = await farthing.creators.announce('ada-paints');
  await plan.send();
  const { wait } = await farthing.creators.overview();
  await chain.ask('dev_forward', Number(wait.millis));
  await chain.ask('dev_newBlock', wait.blocks);
  await send(farthing.creators.register('ada-paints', salt, { commitment: contentHash(new Uint8Array()), uri: '' }));
  const ada = await farthing.creator('ada-paints');
  await send(farthing.shop.open(ada));
  // A title that a stranger chose.
  const content = { commitment: contentHash(new Uint8Array()), title: '<img src=x onerror=alert(1)> & a song', uri: '' };
  await send(farthing.shop.publish(ada, listing(farthing.unit('0.02'), { copies: 5 }), content));
}

async function makePool() {
  const deadline = BigInt(await chain.ask('dev_time')) + 30n * 86_400_000n;
  const mode = { type: 'AllOrNothing', value: { goal: farthing.unit('5'), deadline } };
  const plan = await farthing.pools.create(terms('Wells', [{ account: alice.address, parts: 1_000_000 }], { mode }));
  await plan.send();
  return plan.answer;
}

async function makeRound() {
  const now = BigInt(await chain.ask('dev_time'));
  const hour = 3_600_000n;
  // What a donor gives directly; the round's pools have no goal.
  const open = await farthing.pools.create(terms('Trees', [{ account: alice.address, parts: 1_000_000 }]));
  await open.send();
  const { pools } = await farthing.pools.overview();
  const rules = {
    title: 'Autumn', description: contentHash(new Uint8Array()), uri: '', organiser: alice.address, factory: farthing.pools.address,
    chosen: now + hour, opens: now + 2n * hour, closes: now + 400n * hour, divides: now + 500n * hour,
    minimum: 1n, cap: farthing.unit('10'), maxShare: 10_000, minDonors: 2, verifier: null,
  };
  const receipt = await send(farthing.rounds.create(rules));
  assert.deepEqual(receipt.events.map(({ contract, name }) => `${contract}.${name}`), ['matching_round.RoundCreated']);
  const made = farthing.rounds.at(receipt.made[0]);
  await send(made.enter(pools - 1));
  await send(made.sponsor(farthing.unit('10')));
  await chain.ask('dev_forward', Number(2n * hour + 1_000n));
  assert.ok(abi.matchingRound);
  return made.address;
}

/** A page whose tags have all loaded. */
async function open(path = '', options = {}) {
  const page = await browser.context.newPage();
  // Unless a test is about what is remembered.
  if (!options.remembers) await page.addInitScript(() => localStorage.removeItem('farthing-wallet'));
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && page.faults.push(message.text()));
  await page.emulateMedia({ colorScheme: options.dark ? 'dark' : 'light' });
  await page.setViewportSize({ width: options.width ?? 1280, height: 800 });
  await page.goto(server.url + path);
  await page.waitForFunction(() => [...document.querySelectorAll('main > *:not(h1)')].every((one) => one.shadowRoot?.querySelector('[part=content]').hasChildNodes() || one.shadowRoot?.querySelector('.wrong')));
  return page;
}

const textOf = (page, tag) => page.locator(tag).evaluate((element) => element.shadowRoot.textContent);
const balanceOf = async ({ address }) => (await farthing.chain.balanceOf(address)).free;
const within = async (page, tag, pattern) => {
  const source = pattern.source;
  await page.waitForFunction(([name, text]) => new RegExp(text).test(document.querySelector(name).shadowRoot.textContent), [tag, source]);
};

onPage('each tag shows what it is about, and nothing that a stranger wrote is markup', async () => {
  const page = await open();
  assert.match(await textOf(page, 'farthing-tip'), /Tip ada-paints.*Tip 0\.01 UNIT.*Tip 0\.5 UNIT/s);
  assert.match(await textOf(page, 'farthing-buy'), /<img src=x onerror=alert\(1\)> & a song.*5 copies are left\..*Buy: 0\.02 UNIT/s);
  assert.match(await textOf(page, 'farthing-pool'), /Wells.*0 UNIT of 5 UNIT/s);
  assert.match(await textOf(page, 'farthing-round'), /Autumn.*10 UNIT to be divided.*Trees.*0 donors, would get 0 UNIT now/s);
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage('a tip is paid: wallet, what it costs, signature, thanks', async () => {
  const page = await open();
  const before = await balanceOf(alice);
  await page.getByRole('button', { name: 'Tip 0.5 UNIT' }).click();
  await page.getByRole('button', { name: 'test', exact: true }).click();
  await within(page, 'farthing-tip', /Tip ada-paints 0\.5 UNIT\..*Price.*0\.5 UNIT.*Fee.*at most.*In all/s);
  assert.equal(await balanceOf(alice), before);
  await page.getByRole('button', { name: 'Sign in the wallet' }).click();
  await within(page, 'farthing-tip', /Done\. Thank you!/);
  assert.equal((await balanceOf(alice)) - before, farthing.unit('0.5'));
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage('an item is bought by keyboard alone, and is theirs then; Escape changes nothing', async () => {
  const page = await open();
  const asked = wallet.asked;
  await page.getByRole('button', { name: /^Buy: / }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'test', exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'test', exact: true }).waitFor({ state: 'detached' });
  assert.equal(wallet.asked, asked);
  await page.getByRole('button', { name: /^Buy: / }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'test', exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Sign in the wallet' }).waitFor();
  const paid = page.evaluate(() => new Promise((resolve) => document.addEventListener('farthing-paid', ({ detail }) => resolve(detail.receipt.events[0].name), { once: true })));
  await page.keyboard.press('Enter');
  await within(page, 'farthing-buy', /It is yours\./);
  assert.equal(await paid, 'Payments');
  assert.equal(wallet.asked, asked + 1);
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage('donations go to a pool and through a round, and what is shown follows', async () => {
  const page = await open();
  await page.locator('farthing-pool').getByLabel('Amount in UNIT').fill('2.5');
  await page.locator('farthing-pool').getByRole('button', { name: 'Donate' }).click();
  await page.getByRole('button', { name: 'test', exact: true }).click();
  await within(page, 'farthing-pool', /Deposit.*The deposit is locked/s);
  await page.getByRole('button', { name: 'Sign in the wallet' }).click();
  await within(page, 'farthing-pool', /2\.5 UNIT of 5 UNIT/);
  assert.equal(await page.locator('farthing-pool').evaluate((one) => one.shadowRoot.querySelector('progress').value), 0.5);
  await page.locator('farthing-round').getByLabel('Amount in UNIT').fill('1');
  await page.locator('farthing-round').getByRole('button', { name: 'Donate' }).click();
  await page.getByRole('button', { name: 'Sign in the wallet' }).click();
  await within(page, 'farthing-round', /1 donor, would get/);
  for (const part of [farthing.pools.at(pool), farthing.rounds.at(round)]) {
    const [owed, held] = await part.solvency();
    assert.ok(owed <= held);
  }
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage('what is refused, what there is not, and who is too poor are told in words', async () => {
  const page = await open('nothing.html');
  assert.match(await textOf(page, 'farthing-tip'), /There is nothing here by this name\./);
  assert.match(await textOf(page, 'farthing-buy'), /There is nothing here by this name\./);
  assert.match(await textOf(page, 'farthing-pool'), /"nowhere" is no account's address\./);
  await page.close();
  const poor = await open();
  await poor.getByRole('button', { name: 'Tip 0.5 UNIT' }).click();
  await poor.getByRole('button', { name: 'test', exact: true }).click();
  await poor.getByRole('button', { name: 'Cancel' }).click();
  await chain.ask('dev_setBalance', bob.address, '200000000000');
  await poor.getByRole('button', { name: 'Tip 0.5 UNIT' }).click();
  await within(poor, 'farthing-tip', /This account has 0\.2 UNIT, and this needs 0\.5 UNIT for the price/);
  await chain.ask('dev_setBalance', bob.address, '1000000000000000');
  assert.deepEqual(poor.faults, []);
  await poor.close();
});

onPage('of several accounts one is chosen, and after the next load it is remembered', async () => {
  wallet.accounts = [{ ...alice, name: 'ada' }, { ...bob, name: 'bob' }];
  // What earlier pages remembered is gone with this one.
  await (await open()).close();
  const page = await open('', { remembers: true });
  await page.getByRole('button', { name: 'Tip 0.01 UNIT' }).click();
  await page.getByRole('button', { name: 'test', exact: true }).click();
  await page.getByRole('button', { name: `bob: ${bob.address}` }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.reload();
  await within(page, 'farthing-buy', /It is yours\./);
  const before = await balanceOf(bob);
  await page.getByRole('button', { name: 'Tip 0.01 UNIT' }).click();
  await page.getByRole('button', { name: 'Sign in the wallet' }).click();
  await within(page, 'farthing-tip', /Done\. Thank you!/);
  assert.ok((await balanceOf(bob)) < before - farthing.unit('0.01'));
  wallet.accounts = [bob];
  await page.evaluate(() => localStorage.clear());
  assert.deepEqual(page.faults, []);
  await page.close();
});

onPage('German, dark and narrow pages are as good, and none violates level A or AA', async () => {
  const german = await open('german.html');
  assert.match(await textOf(german, 'farthing-tip'), /Trinkgeld für ada-paints/);
  await german.close();
  for (const options of [{}, { dark: true }, { width: 360 }]) {
    const page = await open('', options);
    await page.getByRole('button', { name: 'Tip 0.5 UNIT' }).click();
    await page.getByRole('button', { name: 'test', exact: true }).click();
    await within(page, 'farthing-tip', /In all/);
    // The page allows no scripts of others: axe comes by the browser's own hand.
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
    assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)]), []);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(wide, 0);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/elements-${JSON.stringify(options).replace(/\W+/g, '-')}.png`, fullPage: true });
    await page.close();
  }
});

test('the script costs a page at most 109 KB, and German another 10 KB once something goes wrong', async () => {
  const here = new URL('.', import.meta.url).pathname;
  const size = await sizeOf("import '@farthing/elements';", here, ['./refusals/de.js']);
  assert.ok(size <= 109 * 1024, `It is ${size} bytes.`);
  const german = await sizeOf("export * from '@farthing/elements/refusals/de.js';", here);
  assert.ok(german <= 10 * 1024, `It is ${german} bytes.`);
});
