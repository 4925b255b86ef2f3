// A catalogue of 300 items is there in under a second, and what somebody has of it.

import assert from 'node:assert/strict';
import test from 'node:test';
import { contentHash } from '@farthing/vouchers';
import { abi, developmentAccount, encodeCall, Farthing, listing, walletOf } from '@farthing/client';
import { LegacyClient, WsProvider } from 'dedot';
import { noChain, startChain } from '../../../test-support/chain.mjs';

const alice = developmentAccount('Alice');
const ITEMS = 300;

test('300 items are listed in under a second', { skip: noChain, timeout: 120_000 }, async () => {
  const chain = await startChain();
  const farthing = await Farthing.connect(chain.deployment, { url: chain.url, wallet: walletOf(alice) });
  const plain = await LegacyClient.new({ provider: new WsProvider(chain.url) });
  try {
    const ada = await publish(chain, farthing, plain);
    const begin = performance.now();
    const items = await farthing.shop.catalogue(ada);
    const took = performance.now() - begin;
    assert.deepEqual(items.map(({ id, content }) => [id, content.title]), Array.from({ length: ITEMS }, (_, i) => [i, `Song ${i}`]));
    assert.ok(took < 1_000, `It took ${took} ms.`);
    const titles = [];
    for await (const item of farthing.shop.items(ada)) titles.push(item.content.title);
    assert.equal(titles.length, ITEMS);
    const pages = await farthing.shop.owned(alice.address, Array.from({ length: 30 }, (_, page) => ({ creator: ada, page })));
    assert.deepEqual(pages.map(({ owned }) => owned), Array(30).fill(0n));
  } finally {
    await Promise.all([farthing.disconnect(), plain.disconnect()]);
    await chain.end();
  }
});

/** Publishes them without waiting for each, which only a development chain allows. */
async function publish(chain, farthing, plain) {
  const { registry, storefront } = farthing.deployment.contracts;
  const call = async ({ address }, message, values) => {
    const gas = { refTime: 400_000_000_000n, proofSize: 4_000_000n };
    const { callHex } = plain.tx.contracts.call({ type: 'Id', value: address }, 0n, gas, undefined, encodeCall(message, values));
    await chain.ask('dev_impersonate', alice.address, callHex);
  };
  const { plan, salt } = await farthing.creators.announce('ada-paints');
  await plan.send();
  const { wait } = await farthing.creators.overview();
  await chain.ask('dev_forward', Number(wait.millis));
  await chain.ask('dev_newBlock', wait.blocks);
  await call(registry, abi.registry.messages.register, { handle: 'ada-paints', salt, profile: { commitment: contentHash(new Uint8Array()), uri: '' } });
  const ada = await farthing.creator('ada-paints');
  await call(storefront, abi.storefront.messages.open, { creator: ada.id });
  for (let i = 0; i < ITEMS; i++) {
    const content = { commitment: contentHash(new Uint8Array()), title: `Song ${i}`, uri: '' };
    await call(storefront, abi.storefront.messages.publish, { creator: ada.id, listing: listing(farthing.unit('0.02')), content });
  }
  return ada;
}
