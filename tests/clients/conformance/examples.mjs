// Transactions that were never sent: for asking what they cost, and what is wrong with them.

import { bytes, concat, hex, length } from '../scale.mjs';
import { UNIT } from './world.mjs';

/** Where a byte of the signature is: after a length, a version, an account, and what kind of signature it is. */
const SIGNATURE = 45;
const UNKNOWN = `0x${'11'.repeat(32)}`;

/** Prefixes what a transaction is with how long it is. */
const whole = (raw) => hex(concat(length(raw.length), raw));

export async function examplesOn(world) {
  const pay = world.pay('two', UNIT);
  const sign = (name, call = pay, by = 'one', options = {}) => world.sign(`that is ${name}`, call, by, options);
  const good = await sign('good');
  const forged = bytes(await sign('forged'));
  forged[SIGNATURE] ^= 1;
  const noCall = bytes(await sign('no call'));
  noCall[noCall.length - bytes(pay.method.toHex()).length] ^= 0xff;
  return {
    good,
    goodBytes: good.slice(2),
    forged: hex(forged),
    noCall: hex(noCall),
    unsigned: whole(concat([4], bytes(pay.method.toHex()))),
    stale: await sign('stale', pay, 'one', { nonce: 0 }),
    // Another one for what has the official node ban it for a while.
    broadcast: await sign('broadcast', pay, 'one', { nonce: 0 }),
    poor: await sign('poor', pay, 'poor'),
    tip: await sign('tip', pay, 'two', { tip: 1n << 90n }),
    otherChain: await sign('of another chain', pay, 'one', { genesisHash: UNKNOWN }),
    expired: await sign('expired', pay, 'one', {
      era: world.api.createType('ExtrinsicEra', { current: 1, period: 4 }),
      blockHash: world.blocks[1],
    }),
    otherRuntime: await sign('of another runtime', pay, 'one', {
      runtimeVersion: { specVersion: 99, transactionVersion: 1 },
    }),
    heavy: await sign(
      'heavy',
      world.api.tx.contracts.call(world.contract, 0, { refTime: 1n << 60n, proofSize: 0 }, null, '0x'),
    ),
  };
}
