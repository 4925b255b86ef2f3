// What the pages in examples/ do, as they stand there.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { contentHash } from '@farthing/vouchers';
import { developmentAccount, Farthing, terms, walletOf } from '@farthing/client';
import { noBrowser, openBrowser, policyFor, serve } from '../../../test-support/browser.mjs';
import { noChain, startChain } from '../../../test-support/chain.mjs';
import { injectWallet } from '../../../test-support/extension.mjs';

const [alice, bob] = ['Alice', 'Bob'].map(developmentAccount);
const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');

/** Opens an example's page with Bob's wallet, does something with it, and ends. */
async function onPage(example, prepare, act) {
  const chain = await startChain();
  const farthing = await Farthing.connect(chain.deployment, { url: chain.url, wallet: walletOf(alice) });
  const browser = await openBrowser();
  const { pool } = await prepare(farthing, chain);
  const server = await serve({
    files: {
      'index.html': read(`../../../../examples/${example}/index.html`).replace('"POOL"', `"${pool}"`),
      'farthing-elements.js': read('../dist/farthing-elements.js'),
      'deployment.json': JSON.stringify({ ...chain.deployment, endpoints: [chain.url] }),
    },
    policy: policyFor(chain.url),
  });
  try {
    await injectWallet(browser.context, [bob]);
    const page = await browser.context.newPage();
    await page.goto(server.url);
    await act(page, farthing, pool);
  } finally {
    await browser.end();
    await server.end();
    await farthing.disconnect();
    await chain.end();
  }
}

const balance = async (farthing) => (await farthing.chain.balanceOf(alice.address)).free;

/** Makes Alice a creator with a storefront. */
async function open(farthing, chain) {
  const { plan, salt } = await farthing.creators.announce('ada-paints');
  await plan.send();
  const { wait } = await farthing.creators.overview();
  await chain.ask('dev_forward', Number(wait.millis));
  await chain.ask('dev_newBlock', wait.blocks);
  const commitment = contentHash(new Uint8Array());
  await (await farthing.creators.register('ada-paints', salt, { commitment, uri: '' })).send();
  await (await farthing.shop.open(await farthing.creator('ada-paints'))).send();
  return {};
}

async function sign(page) {
  await page.getByRole('button', { name: 'test', exact: true }).click();
  await page.getByRole('button', { name: 'Sign in the wallet' }).click();
  await page.getByText('Done. Thank you!').waitFor();
}

test('the tip button of the example tips', { skip: noChain || noBrowser, timeout: 90_000 }, async () => {
  await onPage('tip-button', open, async (page, farthing) => {
    const before = await balance(farthing);
    await page.getByRole('button', { name: 'Tip 0.1 UNIT' }).click();
    await sign(page);
    assert.equal(await balance(farthing) - before, farthing.unit('0.1'));
    const [owed, held] = await farthing.shop.solvency();
    assert.ok(owed <= held);
  });
});

test('the pool page of the example shows its pool, and takes gifts', { skip: noChain || noBrowser, timeout: 90_000 }, async () => {
  const prepare = async (farthing) => {
    const mode = { type: 'AllOrNothing', value: { goal: farthing.unit('5'), deadline: BigInt(Date.now()) + 30n * 86_400_000n } };
    const plan = await farthing.pools.create(terms('Wells', [{ account: alice.address, parts: 1_000_000 }], { mode }));
    await plan.send();
    return { pool: plan.answer };
  };
  await onPage('pool-page', prepare, async (page, farthing, pool) => {
    await page.getByRole('heading', { name: 'Wells', exact: true, level: 2 }).waitFor();
    await page.getByRole('button', { name: 'Donate' }).click();
    await sign(page);
    const { sums } = await farthing.pools.at(pool).summary();
    assert.equal(sums.donated, farthing.unit('0.1'));
  });
});
