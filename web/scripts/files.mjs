// A server for a page's files, which tells browsers to load nothing that the page does not name.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.json': 'application/json', '.css': 'text/css', '.ogg': 'audio/ogg', '.txt': 'text/plain; charset=utf-8' };

/** Returns a policy for a page that talks to these nodes and places, and to nobody else. */
export const policyFor = (...nodes) =>
  `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src blob:; connect-src 'self' ${nodes.join(' ')}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Serves files on loopback: texts by their path, and those below a folder. */
export async function serve({ files = {}, folder, policy, port = 0 }) {
  const find = (path) => {
    if (path in files) return files[path];
    const file = folder && join(folder, normalize(`/${path}`));
    return file && existsSync(file) && statSync(file).isFile() ? readFileSync(file) : null;
  };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname).replace(/^\/$/, '/index.html').slice(1);
    const content = find(path);
    if (content === null) return void response.writeHead(404).end();
    const headers = { 'Content-Type': types[extname(path)] ?? 'application/octet-stream', 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff' };
    response.writeHead(200, headers).end(content);
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    end: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}
