// Debian's Chromium.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export { policyFor, serve } from '../scripts/files.mjs';

const program = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** Why what needs a browser is skipped, if so. */
export const noBrowser = !program && 'There is no Chromium here.';

/** Opens a browser of the test's own. */
export async function openBrowser() {
  const folder = mkdtempSync(join(tmpdir(), 'farthing-browser-'));
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
  const context = await chromium.launchPersistentContext(folder, { executablePath: program, headless: true, args });
  return {
    context,
    async end() {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
