// A development chain under load, and under abuse: it goes on, says no where it must, and does not grow.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import test, { after, before } from 'node:test';
import { ApiPromise, WsProvider } from '@polkadot/api';
import { Keyring } from '@polkadot/keyring';
import { WebSocket } from 'ws';
import { noDevchain, startDevchain } from './chain.mjs';
import { ask, Connection, post, sleep } from './conformance/rpc.mjs';

const PAYERS = 50;
const CLIENTS = 200;
const PAYMENTS = 1_000;
const AMOUNT = 1_000_000_000_000n;
const MIB = 1024 * 1024;
/** What the chain may have grown by after all of this: blocks stay, what clients sent does not. */
const MAX_GROWTH = 192 * MIB;
/** Each request of this file is answered, or turned away, well within that. */
const SOON = 10_000;
const skip = noDevchain;

let chain;
let api;
let atFirst;

before(async () => {
  if (skip) return;
  chain = await startDevchain(`--accounts=${PAYERS}`);
  api = await ApiPromise.create({ provider: new WsProvider(chain.url), noInitWarn: true });
});

after(async () => {
  await api?.disconnect();
  chain?.stop();
});

/** How much memory the chain has, in bytes; null where the system does not tell. */
function memory() {
  try {
    return Number(readFileSync(`/proc/${chain.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+) kB/)[1]) * 1024;
  } catch {
    return null;
  }
}

/** Others are served as if nothing was. */
async function assertServes() {
  const start = Date.now();
  const { result } = await ask(chain.url, 'system_health', []);
  assert.equal(result.isSyncing, false);
  assert.ok(Date.now() - start < 5_000, 'it takes its time');
}

const within = (millis, promise) => Promise.race([promise, sleep(millis).then(() => Promise.reject(new Error('Nothing comes.')))]);

test('a thousand payments of fifty accounts through two hundred clients, all at once', { skip }, async () => {
  atFirst = memory();
  const keyring = new Keyring({ type: 'sr25519' });
  const payers = Array.from({ length: PAYERS }, (_, i) => keyring.addFromUri(`//${i + 1}`));
  const payee = keyring.addFromUri('//load//payee').address;
  const pay = api.tx.balances.transferKeepAlive(payee, AMOUNT);
  const each = PAYMENTS / PAYERS;
  // A client has payments of several accounts, and an account has several clients: they come in any order.
  const payments = Array.from({ length: PAYMENTS }, (_, i) => {
    const options = { nonce: i % each, era: 0, blockHash: api.genesisHash, genesisHash: api.genesisHash, runtimeVersion: api.runtimeVersion };
    return pay.sign(payers[Math.floor(i / each)], options).toHex();
  });
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => Connection.open(chain.url)));
  await Promise.all(
    payments.map(async (payment, i) => {
      const client = clients[i % CLIENTS];
      const { result, error } = await client.ask('author_submitAndWatchExtrinsic', [payment]);
      assert.equal(error, undefined, JSON.stringify(error));
      const told = await client.until(result, (status) => status.finalized);
      const kinds = told.map((status) => (typeof status === 'string' ? status : Object.keys(status)[0]));
      assert.match(kinds.join(), /^(future,)?ready,inBlock,finalized$/);
    }),
  );
  clients.forEach((client) => client.close());
  const { data } = await api.query.system.account(payee);
  assert.equal(data.free.toBigInt(), BigInt(PAYMENTS) * AMOUNT);
  for (const { address } of payers) assert.equal((await api.rpc.system.accountNextIndex(address)).toNumber(), each);
  assert.deepEqual((await ask(chain.url, 'author_pendingExtrinsics', [])).result, []);
});

test('a client that never reads harms nobody', { skip }, async () => {
  const socket = new WebSocket(chain.url);
  await new Promise((resolve) => socket.once('open', resolve));
  socket._socket.pause();
  const send = (method, params = []) => socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
  send('chain_subscribeAllHeads');
  send('chainHead_v1_follow', [true]);
  // Answers that come to several hundred megabytes, if somebody kept them.
  for (let i = 0; i < 3_000; i++) send('state_getMetadata');
  const blocks = await Connection.open(chain.url);
  try {
    for (let i = 0; i < 20; i++) {
      assert.ok((await blocks.ask('dev_newBlock', [50])).result);
      await assertServes();
    }
  } finally {
    blocks.close();
    socket.terminate();
  }
  await assertServes();
});

/** Writes raw bytes, and returns what comes back until the other side closes, or for a while. */
function raw(bytes, millis = 500) {
  const { hostname, port } = new URL(chain.url);
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const end = () => (socket.destroy(), resolve(said));
    socket.on('data', (data) => (said += data));
    // That it closes in the middle of what is written is an answer, too.
    socket.on('error', end).on('close', end);
    setTimeout(end, millis);
  });
}

const upgrade =
  'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';
const head = (fields) => `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${fields}\r\n\r\n`;
const masked = (first, payload) => Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), Buffer.from(payload)]);

const nonsense = {
  'bytes without any meaning': randomBytes(4_096),
  'half a request': 'POST / HT',
  'a length that is a lie': `${head('Content-Length: 1000000')}{}`,
  'a length that is none': head('Content-Length: many'),
  'a chunk that is none': `${head('Transfer-Encoding: chunked')}zz\r\n{}\r\n`,
  'a header without end': `POST / HTTP/1.1\r\nX: ${'x'.repeat(MIB)}`,
  'a frame that is not masked': Buffer.concat([Buffer.from(upgrade), Buffer.from([0x81, 0x02, 0x7b, 0x7d])]),
  'a frame of an unknown kind': Buffer.concat([Buffer.from(upgrade), masked(0x8f, [1, 2])]),
  'a frame with reserved bits': Buffer.concat([Buffer.from(upgrade), masked(0xf1, [1, 2])]),
  'text that is no UTF-8': Buffer.concat([Buffer.from(upgrade), masked(0x81, [0xff, 0xfe, 0xfd])]),
  'a frame of an absurd length': Buffer.concat([Buffer.from(upgrade), Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])]),
  'a closing frame that is none': Buffer.concat([Buffer.from(upgrade), masked(0x88, [1])]),
  'a fragment without beginning': Buffer.concat([Buffer.from(upgrade), masked(0x80, [0x7b])]),
};

test('malformed frames and requests end at most the connection that they came on', { skip }, async () => {
  const other = await Connection.open(chain.url);
  await Promise.all(Object.values(nonsense).flatMap((bytes) => [raw(bytes), raw(bytes)]));
  for (const depth of [10_000, 1_000_000]) {
    const answers = [await post(chain.url, `${'['.repeat(depth)}${']'.repeat(depth)}`)].flat();
    assert.deepEqual(answers.map(({ error }) => error.code), [-32600]);
  }
  const { result, error } = await other.ask('chain_getHeader', [[[[[]]]]]);
  assert.equal(result, undefined);
  assert.equal(error.code, -32602);
  assert.equal((await other.ask('system_chain')).result, 'Development');
  other.close();
  await assertServes();
});

test('connections by the hundred that say nothing useful leave nothing behind', { skip }, async () => {
  for (let round = 0; round < 5; round++) {
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        const socket = new WebSocket(chain.url);
        socket.on('error', () => {});
        await new Promise((resolve) => socket.once('open', resolve).once('close', resolve));
        socket.send('{"jsonrpc":"2.0","id":1,"method":"chainHead_v1_follow","params":[false]}');
        socket.send(randomBytes(1_000));
        socket.terminate();
      }),
    );
  }
  await assertServes();
});

test('a request of 100 MB is turned away', { skip }, async () => {
  const large = Buffer.alloc(100_000_000, ' ');
  large.write('{"jsonrpc":"2.0","id":1,"method":"system_chain","params":[');
  const http = await post(chain.url, large).catch((error) => ({ closed: error.message }));
  assert.ok(http.status === 413 || http.closed, `over HTTP it is answered: ${JSON.stringify(http)}`);
  await assertServes();
  const socket = new WebSocket(chain.url);
  await new Promise((resolve) => socket.once('open', resolve));
  const answered = new Promise((resolve) => {
    socket.once('message', (text) => resolve(JSON.parse(text)));
    socket.once('close', (code) => resolve({ closed: code }));
    socket.once('error', (error) => resolve({ closed: error.message }));
  });
  socket.send(large.toString());
  const answer = await within(SOON, answered);
  assert.ok(answer.closed || answer.error, `over WebSocket it is answered: ${JSON.stringify(answer)}`);
  socket.terminate();
  await assertServes();
});

test('one call too many in a batch is turned away, and an answer that is too large', { skip }, async () => {
  const batch = (count) => JSON.stringify(Array.from({ length: count }, (_, id) => ({ jsonrpc: '2.0', id, method: 'system_chain' })));
  assert.equal((await post(chain.url, batch(2_000))).length, 2_000);
  assert.ok((await post(chain.url, batch(2_001))).error);
  const metadata = Array.from({ length: 500 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'state_getMetadata' }));
  const { error } = await post(chain.url, JSON.stringify(metadata));
  assert.ok(error, 'an answer of some hundred megabytes is given');
  await assertServes();
});

test('one subscription too many is turned away', { skip }, async () => {
  const client = await Connection.open(chain.url);
  const answers = await Promise.all(Array.from({ length: 1_100 }, () => client.ask('chain_subscribeNewHeads')));
  assert.equal(answers.filter(({ result }) => result !== undefined).length, 1_024);
  assert.ok(answers.filter(({ error }) => error).every(({ error }) => error.code === -32006));
  client.close();
  await assertServes();
});

test('one connection too many is turned away, and there is room again when others go', { skip }, async () => {
  const opened = await Promise.allSettled(Array.from({ length: 1_100 }, () => Connection.open(chain.url)));
  const inside = opened.filter(({ status }) => status === 'fulfilled');
  assert.ok(inside.length < 1_000 && inside.length > 900, `${inside.length} are inside`);
  inside.forEach(({ value }) => value.close());
  for (let tries = 0; ; tries++) {
    const served = await assertServes().catch((error) => error);
    if (!served) break;
    assert.ok(tries < 20, served);
    await sleep(100);
  }
});

test('after all of this the chain is not much larger, and goes on', { skip }, async (context) => {
  const keyring = new Keyring({ type: 'sr25519' });
  const { number } = (await ask(chain.url, 'chain_getHeader', [])).result;
  await api.tx.balances.transferKeepAlive(keyring.addFromUri('//Bob').address, 1n).signAndSend(keyring.addFromUri('//Alice'));
  while ((await ask(chain.url, 'chain_getHeader', [])).result.number === number) await sleep(20);
  const now = memory();
  if (now === null) return context.skip('This system does not tell how much memory a process has.');
  context.diagnostic(`${Math.round(atFirst / MIB)} MiB before, ${Math.round(now / MIB)} MiB after`);
  assert.ok(now - atFirst < MAX_GROWTH, `It has grown from ${atFirst} to ${now} bytes.`);
});
