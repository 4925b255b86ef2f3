// The newer interface through the libraries that use it, unmodified: on a development chain nothing hangs, though
// it makes blocks for transactions only.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { DedotClient, WsProvider } from 'dedot';
import { createClient } from 'polkadot-api';
import { getPolkadotSigner } from 'polkadot-api/signer';
import { getWsProvider } from 'polkadot-api/ws';
import { WebSocket } from 'ws';
import { noDevchain, startDevchain } from './chain.mjs';
import { Driver } from './driver.mjs';
import { begin, perform } from './run.mjs';
import shop from './scenario/shop.mjs';
import { accounts } from './scenario/steps.mjs';

const AMOUNT = 5_000_000_000n;
/** A hang would last for ever; without one, this is ten times as long as it takes. */
const PATIENCE = 20_000;
const options = { skip: noDevchain };

let chain;
let pair;

before(async () => {
  await cryptoWaitReady();
  if (noDevchain) return;
  chain = await startDevchain();
  pair = (name) => new Keyring({ type: 'sr25519' }).addFromUri(`//${name}`);
});

after(() => chain?.stop());

/** What must come of itself. What waits for ever must not keep its connection open, or the tests never end. */
function soon(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(reject, PATIENCE, new Error('It hangs.'));
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

test('dedot sends a payment on a chain that has just begun, and hears that it is final', options, async () => {
  const client = await DedotClient.new({ provider: new WsProvider(chain.url), rpcVersion: 'v2' });
  try {
    const before = await client.query.system.account(pair('Ferdie').address);
    const told = [];
    const payment = client.tx.balances.transferKeepAlive(pair('Ferdie').address, AMOUNT);
    const sent = payment.signAndSend(pair('Eve'), ({ status }) => told.push(status.type));
    const { status, dispatchError } = await soon(sent.untilFinalized());
    assert.equal(dispatchError, undefined);
    assert.equal(status.type, 'Finalized');
    // It looks for a block that has it, and does not tell of that where the block is final before it has found it.
    const certain = told.filter((type) => type !== 'BestChainBlockIncluded');
    assert.deepEqual(certain, ['Validated', 'Broadcasting', 'Finalized']);
    const after = await client.query.system.account(pair('Ferdie').address);
    assert.equal(after.data.free - before.data.free, AMOUNT);
  } finally {
    // Or it tries to connect again, for ever.
    await client.disconnect();
  }
});

test('dedot deploys and calls contracts', options, async () => {
  const driver = new Driver('dedot', '--json-rpc-v2');
  try {
    const world = await begin(driver, chain.url, accounts);
    // Each step is judged as it is in the scenario: what it answers, and what it emits.
    const transcript = await soon(perform(world, shop));
    assert.equal(transcript.length, shop.filter(({ kind }) => kind === 'call' || kind === 'deploy').length);
  } finally {
    driver.close();
  }
});

test('polkadot-api reads, sends a payment, and follows the chain until it is final', options, async () => {
  const client = createClient(getWsProvider(chain.url, { websocketClass: WebSocket }));
  try {
    const api = client.getUnsafeApi();
    const read = (name, at) => api.query.System.Account.getValue(pair(name).address, ...(at ? [{ at }] : []));
    const { hash: start } = await client.getFinalizedBlock();
    const before = await read('Dave');
    const finalized = [];
    const following = client.finalizedBlock$.subscribe(({ hash }) => finalized.push(hash));
    const payment = api.tx.Balances.transfer_keep_alive({ dest: { type: 'Id', value: pair('Dave').address }, value: AMOUNT });
    const signer = getPolkadotSigner(pair('Charlie').publicKey, 'Sr25519', (data) => pair('Charlie').sign(data));
    const fee = await payment.getEstimatedFees(pair('Charlie').address);
    assert.ok(fee > 0n);
    const told = [];
    await soon(
      new Promise((complete, error) => {
        payment.signSubmitAndWatch(signer).subscribe({ next: (event) => told.push(event), complete, error });
      }),
    );
    assert.deepEqual(
      told.map(({ type }) => type),
      ['signed', 'broadcasted', 'txBestBlocksState', 'finalized'],
    );
    const { ok, block, events } = told.at(-1);
    assert.ok(ok);
    assert.ok(events.some(({ type, value }) => type === 'Balances' && value.type === 'Transfer' && value.value.amount === AMOUNT));
    assert.equal((await read('Dave', block.hash)).data.free - before.data.free, AMOUNT);
    assert.deepEqual((await read('Dave', start)).data, before.data);
    assert.ok((await client.getBlockBody(block.hash)).length > 1);
    following.unsubscribe();
    assert.ok(finalized.includes(block.hash));
  } finally {
    client.destroy();
  }
});

test('polkadot-api says at once what is wrong with a transaction', options, async () => {
  const client = createClient(getWsProvider(chain.url, { websocketClass: WebSocket }));
  try {
    const poor = pair('nobody//who//has//money');
    const payment = client.getUnsafeApi().tx.Balances.transfer_keep_alive({ dest: { type: 'Id', value: pair('Dave').address }, value: AMOUNT });
    const signer = getPolkadotSigner(poor.publicKey, 'Sr25519', (data) => poor.sign(data));
    await assert.rejects(soon(payment.signAndSubmit(signer)), /Invalid[^]*Payment/);
  } finally {
    client.destroy();
  }
});
