// What the page's tests play on: a chain, the page's own server, a browser with a wallet, and how one acts there.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { developmentAccount, Farthing, walletOf } from '@farthing/client';
import { noBrowser, openBrowser, policyFor, serve } from '../../../test-support/browser.mjs';
import { noChain, startChain } from '../../../test-support/chain.mjs';
import { injectWallet } from '../../../test-support/extension.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Why the page's tests are skipped, if so. */
export const skip = noChain || noBrowser;

/** The wallet that is injected is Bob's. */
export const [alice, bob, charlie, dave, eve] = ['Alice', 'Bob', 'Charlie', 'Dave', 'Eve'].map(developmentAccount);

export const HOUR = 3_600_000;

/** Sets everything up. `files` are served beside the page, and can be changed; `extra` goes into the deployment. */
export async function openStage({ chain: given, files = {}, extra = {}, places = [] } = {}) {
  const chain = given ?? (await startChain());
  const farthing = await Farthing.connect(chain.deployment, { url: chain.url });
  files['deployment.json'] = JSON.stringify({ ...chain.deployment, endpoints: [chain.url], ...extra });
  const server = await serve({ folder: fileURLToPath(new URL('../dist/', import.meta.url)), files, policy: policyFor(chain.url, ...places) });
  const browser = await openBrowser();
  const wallet = await injectWallet(browser.context, [bob]);
  return new Stage({ chain, farthing, server, browser, wallet, files });
}

class Stage {
  constructor(parts) {
    Object.assign(this, parts);
  }

  async end() {
    await this.browser.end();
    await this.server.end();
    await this.farthing.disconnect();
    await this.chain.end();
  }

  /** Opens a view. */
  async open(hash = '', { dark = false, width = 1280, remembers = false, language = 'en' } = {}) {
    const page = await this.browser.context.newPage();
    // Unless a test is about what is remembered.
    if (!remembers) await page.addInitScript(() => localStorage.removeItem('farthing-wallet'));
    await page.addInitScript((name) => localStorage.getItem('farthing-language') ?? localStorage.setItem('farthing-language', name), language);
    page.faults = [];
    page.on('pageerror', (error) => page.faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && page.faults.push(message.text()));
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${this.server.url}#/${hash}`);
    await page.locator('h1').waitFor();
    return page;
  }

  /** Opens a view as somebody: the injected wallet, or a development account. */
  async openAs(who, hash) {
    const page = await this.open(hash);
    await this.signIn(page, who);
    return page;
  }

  /** Chooses a wallet. */
  async signIn(page, who) {
    await page.locator('#wallet').click();
    await page.getByRole('button', { name: who === 'test' ? 'test' : `${who}, of development chains`, exact: true }).click();
    await page.waitForFunction(() => /UNIT/.test(document.getElementById('wallet').textContent));
    await page.locator('.payment').getByRole('group').waitFor({ state: 'detached' });
  }

  /** Goes to another view. */
  async go(page, hash) {
    await page.evaluate((to) => {
      document.querySelector('main').replaceChildren();
      if (location.hash === to) window.dispatchEvent(new Event('hashchange'));
      else location.hash = to;
    }, `#/${hash}`);
    await page.locator('h1').waitFor();
  }

  /** Presses a button, signs what the page asks for, and waits until it is done. */
  async press(page, name) {
    await page.getByRole('button', { name, exact: true }).click();
    await this.sign(page);
  }

  /** Signs what the page asks for, and waits until it is done. */
  async sign(page) {
    const button = page.getByRole('button', { name: 'Sign in the wallet' });
    await button.click({ timeout: 20_000 }).catch(async (error) => assert.fail(`${await page.locator('[role=status]').allTextContents()}: ${error.message}`));
    await page.locator('.payment').getByText('Done. Thank you!').waitFor();
  }

  /** Shows what stands behind a word. */
  async unfold(page, name) {
    await page.locator('summary').getByText(name, { exact: true }).first().click();
  }

  /** Ends a page on which nothing went wrong. */
  async close(page) {
    assert.deepEqual(page.faults, []);
    await page.close();
  }

  /** Does something as a development account, without the page. */
  async does(account, make) {
    this.farthing.use(walletOf(account));
    return (await make(this.farthing)).send({ until: 'best' });
  }

  async balanceOf({ address }) {
    return (await this.farthing.chain.balanceOf(address)).free;
  }

  /** Checks that a contract has what it owes. */
  solvent([owed, held]) {
    assert.ok(owed <= held, `${owed} of ${held}`);
    return [owed, held];
  }

  /** Returns a time of the chain's, so many hours ahead, as a form takes it. */
  async ahead(hours) {
    const now = Number((await this.farthing.channels.list([])).now.time);
    const there = new Date(now + hours * HOUR);
    return new Date(there.getTime() - there.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  }

  /** Lets time go by. */
  forward(hours) {
    return this.chain.ask('dev_forward', Math.round(hours * HOUR));
  }

  /** Checks that nothing on a page violates level A or AA, and that it is as wide as its window. */
  async inspect(page, name) {
    await page.waitForTimeout(150);
    await page.evaluate(axe);
    const { violations } = await page.evaluate((runOnly) => window.axe.run(document, { runOnly }), LEVELS);
    assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)]), [], name);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(wider, 0, name);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name.replace(/\W+/g, '-').slice(0, 40)}.png`, fullPage: true });
  }

  /** Checks the view that a page shows, with all that can be unfolded, wide and narrow. */
  async inspectAll(page, name) {
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
      await this.inspect(page, `${name} ${width}`);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = false; }));
  }
}
