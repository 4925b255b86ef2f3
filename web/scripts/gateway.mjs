// The file of a gateway on loopback, for tests and for scripts/web.

import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

/** Listens on loopback; returns the port. */
export const listening = (server, port = 0) =>
  new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server.address().port)));

async function freePort() {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Writes it into a folder: it sells for a payee what `from` says, such as `folder = 'songs'`, by these rules, to pages
 * of anybody. Claims are paid for by Dave, of development chains. Returns where the file is, and where the site will be.
 */
export async function writeGateway(folder, { payee, from, rules, claim = '0.5' }) {
  const url = `http://127.0.0.1:${await freePort()}`;
  const file = join(folder, 'gateway.toml');
  writeFileSync(join(folder, 'fees'), '//Dave', { mode: 0o600 });
  writeFileSync(
    file,
    `listen = '${url.slice('http://'.length)}'
admin = '127.0.0.1:0'
state = 'gateway'
[chain]
payee = '${payee}'
[claims]
key = 'fees'
value = '${claim}'
[[site]]
url = '${url}'
${from}
cors = ['*']
${rules}`,
  );
  return { file, url };
}
