// Uses the packages for npm as somebody does who installed them: what scripts/release packed, in an empty project.
//
//   node use.mjs FARTHING_DEVCHAIN VECTORS
//
// It is run in a copy of examples/metered-api, beside the packages: requests are paid on a chain of the released
// development chain, and every voucher of the test vectors is laid out and checked.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { developmentAccount } from '@farthing/client';
import { Purse } from '@farthing/http';
import { isSigned, voucherPayload } from '@farthing/x402';

const [devchain, vectors] = process.argv.slice(2);
const running = [];

/** Starts a program, and hears what it says until it has said all of these. */
function start(program, args, stream, wanted, env = {}) {
  const stdio = ['ignore', 'ignore', 'inherit'];
  stdio[stream] = 'pipe';
  const child = spawn(program, args, { stdio, env: { ...process.env, ...env } });
  running.push(child);
  const found = [];
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}.`)));
    createInterface({ input: child.stdio[stream] }).on('line', (line) => {
      const hit = found.length < wanted.length && line.match(wanted[found.length]);
      if (hit) found.push(hit[1]);
      if (hit && found.length === wanted.length) resolve(found);
    });
  });
}

async function payForRequests() {
  const [node] = await start(devchain, ['--rpc-port=0', '--deploy=deployments'], 1, [/(ws:\S+)/, /(deployments)/]);
  const env = { FARTHING_NODE_URL: node };
  const file = 'deployments/local.json';
  const payee = developmentAccount('Alice').address;
  const [url] = await start(process.execPath, ['server.mjs', file, payee, 'vouchers', '0.001', '0'], 1, [/(http:\S+)/], env);
  const client = ['client.mjs', file, 'Bob', 'wallet', url, '3'];
  const { stdout } = await promisify(execFile)(process.execPath, client, { env: { ...process.env, ...env } });
  assert.equal(stdout.trim().split('\n').length, 3);
}

async function layOutVouchers() {
  const { signatures } = JSON.parse(await readFile(vectors, 'utf8'));
  const vouchers = signatures.filter(({ kind, valid }) => kind === 'voucher' && valid);
  assert.ok(vouchers.length > 0);
  for (const vector of vouchers) {
    const made = voucherPayload({ ...vector, cumulative: vector.amount });
    assert.equal(Buffer.from(made).toString('hex'), vector.payload);
    assert.ok(isSigned(made, vector, vector.signer));
  }
}

try {
  assert.equal(typeof Purse, 'function');
  const tags = await readFile(new URL('node_modules/@farthing/elements/dist/farthing-elements.js', import.meta.url), 'utf8');
  for (const tag of ['farthing-tip', 'farthing-buy', 'farthing-pool', 'farthing-paywall']) assert.ok(tags.includes(tag), tag);
  await layOutVouchers();
  await payForRequests();
  console.log('The packages for npm are used.');
} finally {
  for (const child of running) {
    child.removeAllListeners('exit');
    child.kill('SIGKILL');
  }
}
