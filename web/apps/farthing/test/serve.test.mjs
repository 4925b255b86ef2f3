// What scripts/web starts: chain, index, gateway and page, and a page that is paid by voucher.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { noBrowser, openBrowser } from '../../../test-support/browser.mjs';
import { devchain, noChain, noIndex } from '../../../test-support/chain.mjs';
import { noGateway } from '../../../test-support/gateway.mjs';

test('scripts/web sells by voucher to whoever opens its page, and on the chain', { skip: noChain || noBrowser || noGateway || (await noIndex()), timeout: 120_000 }, async (t) => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../../scripts/serve.mjs', import.meta.url)), devchain, '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGTERM'));
  const said = [];
  const at = await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line);
        const found = line.match(/^The page is at (\S+)$/);
        if (found) resolve(found[1]);
      });
    }
    child.once('exit', () => reject(new Error(said.slice(-5).join('\n'))));
  });
  const browser = await openBrowser();
  t.after(() => browser.end());
  const page = await browser.context.newPage();
  await page.goto(`${at}paid.html`);
  await page.getByText('Costs 0.001 UNIT').first().waitFor();
  await page.getByRole('button', { name: 'Set 0.5 UNIT aside and go on' }).first().click();
  await page.getByRole('button', { name: 'Bob, of development chains' }).click();
  await page.getByRole('button', { name: 'Sign in the wallet' }).click();
  await page.getByText(/^Chapter 1\s+Once upon a time/).waitFor();
  await page.getByText(/^Chapter 2\s+Once upon a time/).waitFor();
  await page.getByText('Paid: 0.002 UNIT').first().waitFor();
  await page.reload();
  await page.getByText(/^Chapter 2\s+Once upon a time/).waitFor();
  await page.locator('farthing-paywall').nth(2).getByRole('button', { name: 'Start' }).click();
  await page.getByLabel('tone.wav').waitFor();
  // Each chapter once, though the page was loaded twice, and one part of the tone.
  await page.getByText('Paid: 0.0025 UNIT').first().waitFor();
  const [, admin] = said.join('\n').match(/^Its page for you is at (\S+)\.$/m);
  const text = await (await fetch(`${admin}/metrics`)).text();
  const [, earned] = text.match(/^farthing_earned (\d+)$/m);
  assert.equal(BigInt(earned), 2_500_000_000n);
  await page.goto(`${at}#/creator/alice`);
  const card = page.locator('li.card').filter({ has: page.getByRole('heading', { name: 'Chapter 1', exact: true }) });
  await card.getByRole('button', { name: 'Buy for 0.02 UNIT' }).click();
  await page.getByRole('button', { name: 'Sign in the wallet' }).click();
  await page.getByText('Done. Thank you!').waitFor();
  await page.goto(`${at}#/library`);
  await page.getByRole('heading', { name: 'Library', exact: true }).waitFor();
  await card.getByRole('button', { name: 'Get it' }).click();
  await page.getByRole('button', { name: 'Sign in the wallet' }).click();
  await card.getByText(/^Chapter 1\s+Once upon a time/).waitFor();
});
