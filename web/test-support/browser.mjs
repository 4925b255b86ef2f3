// Debian's Chromium, and a server for pages with a strict Content-Security-Policy.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';

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

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.json': 'application/json', '.css': 'text/css' };

/** Serves files: texts by their path, or files below a folder. */
export async function serve({ files = {}, folder, policy }) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname.replace(/^\/$/, '/index.html').slice(1);
    const content = files[path] ?? (folder && existsSync(join(folder, path)) && !path.includes('..') ? readFileSync(join(folder, path)) : null);
    if (content === null) return void response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream', 'Content-Security-Policy': policy }).end(content);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return { url: `http://127.0.0.1:${port}/`, end: () => new Promise((resolve) => server.close(resolve)) };
}
