// What docs/frontends.md and web/README.md show, as it is written there.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { build } from 'esbuild';
import { contentHash } from '@farthing/vouchers';
import { developmentAccount, Farthing, listing, walletOf } from '@farthing/client';
import { noBrowser, openBrowser, policyFor, serve } from '../../../test-support/browser.mjs';
import { noChain, startChain } from '../../../test-support/chain.mjs';
import { injectWallet } from '../../../test-support/extension.mjs';

const [alice, bob] = ['Alice', 'Bob'].map(developmentAccount);
const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const block = (text, language) => new RegExp('```' + language + '\\n([^]*?)```').exec(text)[1];

test('the page in ten lines sells, and so does the program beside it', { skip: noChain || noBrowser, timeout: 90_000 }, async () => {
  const html = block(read('../../../../docs/frontends.md'), 'html');
  assert.ok(html.trim().split('\n').length <= 10, 'It has more than ten lines.');
  // What a page has around it, and where it puts what came of it.
  const program = `const deployment = await (await fetch('deployment.json')).json(); const url = deployment.endpoints;
${block(read('../../../README.md'), 'ts')}
window.came = { isAffordable: plan.affordable, receipt: receipt.events[0].name, cumulative: voucher.voucher.cumulative };`;
  const { outputFiles } = await build({ stdin: { contents: program, resolveDir: new URL('.', import.meta.url).pathname, loader: 'ts' }, bundle: true, format: 'esm', target: 'es2022', write: false });
  const chain = await startChain();
  const farthing = await Farthing.connect(chain.deployment, { url: chain.url, wallet: walletOf(alice) });
  const browser = await openBrowser();
  const server = await serve({
    files: {
      'index.html': html,
      'program.html': '<!doctype html><title>A program</title><script type="module" src="program.js"></script>',
      'program.js': outputFiles[0].contents,
      'farthing-elements.js': read('../dist/farthing-elements.js'),
      'deployment.json': JSON.stringify({ ...chain.deployment, endpoints: [chain.url] }),
    },
    policy: policyFor(chain.url),
  });
  try {
    await publish(chain, farthing);
    await injectWallet(browser.context, [bob]);
    const page = await browser.context.newPage();
    await page.goto(`${server.url}program.html`);
    const came = await (await page.waitForFunction(() => window.came)).jsonValue();
    assert.deepEqual(came, { isAffordable: true, receipt: 'Payments', cumulative: farthing.unit('0.001') });
    const ada = await farthing.creator('ada-paints');
    assert.equal(await farthing.shop.hasAccess(ada, 0, bob.address), true);
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Tip 0.1 UNIT' }).click();
    await page.getByRole('button', { name: 'test', exact: true }).click();
    await page.getByRole('button', { name: 'Sign in the wallet' }).click();
    await page.getByText('Done. Thank you!').waitFor();
    await page.getByRole('heading', { name: 'A painting' }).waitFor();
  } finally {
    await browser.end();
    await server.end();
    await farthing.disconnect();
    await chain.end();
  }
});

async function publish(chain, farthing) {
  const nothing = contentHash(new Uint8Array());
  const { plan, salt } = await farthing.creators.announce('ada-paints');
  await plan.send();
  const { wait } = await farthing.creators.overview();
  await chain.ask('dev_forward', Number(wait.millis));
  await chain.ask('dev_newBlock', wait.blocks);
  await (await farthing.creators.register('ada-paints', salt, { commitment: nothing, uri: '' })).send();
  const ada = await farthing.creator('ada-paints');
  await (await farthing.shop.open(ada)).send();
  await (await farthing.shop.publish(ada, listing(farthing.unit('0.02')), { commitment: nothing, title: 'A painting', uri: '' })).send();
}
