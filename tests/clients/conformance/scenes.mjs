// What needs a connection, or changes the chain.
//
// A scene returns what is compared: answers, and the events of each subscription in their order. How the events
// of different subscriptions are mixed is nobody's promise.

import { blake2AsHex } from '@polkadot/util-crypto';
import { bytes } from '../scale.mjs';
import { malformed } from './calls.mjs';
import { provenValue } from './proof.mjs';
import { Connection, sleep } from './rpc.mjs';
import { UNIT } from './world.mjs';

const UNKNOWN = `0x${'11'.repeat(32)}`;
const is = (wanted) => (told) => (told?.event ?? (typeof told === 'string' ? told : Object.keys(told ?? {})[0])) === wanted;

/** Whether nothing follows what was told of a transaction. */
const isLast = (told) => ['finalized', 'invalid', 'dropped', 'error', 'usurped'].some((last) => is(last)(told));

/** The official node sometimes says that a transaction is in a block before it says that it is ready for one. */
const inOrder = (told) => {
  const isFirst = (one) => ['future', 'ready', 'validated'].some((first) => is(first)(one));
  return [...told.filter(isFirst), ...told.filter((one) => !isFirst(one))];
};

/** On a connection of its own. */
async function connected(world, act) {
  const connection = await Connection.open(world.url);
  try {
    return await act(connection);
  } finally {
    connection.close();
  }
}

/** Subscribes, and returns the subscription's name. */
async function subscribe(connection, method, ...params) {
  const { result, error } = await connection.ask(method, params);
  if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
  // A busy node says so before it has noted it down, and takes what ends it at once for another's.
  await sleep(100);
  return result;
}

/**
 * What subscriptions say when a transaction is in a block: all of them at once, each on a connection of its own,
 * as the official node takes a second until a block is final.
 */
export function hear(world) {
  return connectedAll(world, Object.entries(subscriptionsOn(world)), async (all) => {
    for (const one of all) one.answer = await one.connection.ask(one.method, one.params);
    await all[0].connection.quiet();
    for (const one of all) one.before = one.connection.events.length;
    await world.send('while subscriptions listen', world.pay('two', UNIT), 'one');
    await Promise.all(all.map(({ connection }) => connection.quiet()));
    for (const { name, connection, answer, before, unsubscribe } of all) {
      const told = connection.of(answer.result);
      const ended = unsubscribe && [
        await connection.ask(unsubscribe, [answer.result]),
        await connection.ask(unsubscribe, [answer.result]),
      ];
      const kinds = [...new Set(connection.events.map((event) => event.method))];
      world.note(name, { before: told.slice(0, before), after: told.slice(before), kinds, ended });
    }
  });
}

async function connectedAll(world, named, act) {
  const all = [];
  for (const [name, [method, params = [], unsubscribe]] of named) {
    all.push({ name, method, params, unsubscribe, connection: await Connection.open(world.url) });
  }
  await act(all);
  all.forEach(({ connection }) => connection.close());
}

const subscriptionsOn = (world) => {
  const nobody = world.api.query.system.account.key(world.address('three'));
  return {
    'new heads': ['chain_subscribeNewHeads', [], 'chain_unsubscribeNewHeads'],
    'new heads, by their other name': ['subscribe_newHead', [], 'unsubscribe_newHead'],
    'heads, with parameters': ['chain_subscribeNewHead', [1, 'two'], 'chain_unsubscribeNewHead'],
    'all heads': ['chain_subscribeAllHeads', [], 'chain_unsubscribeAllHeads'],
    'final heads': ['chain_subscribeFinalizedHeads', [], 'chain_unsubscribeFinalizedHeads'],
    'final heads, by their other name': ['chain_subscribeFinalisedHeads', [], 'chain_unsubscribeFinalisedHeads'],
    'runtime versions': ['state_subscribeRuntimeVersion', [], 'state_unsubscribeRuntimeVersion'],
    'runtime versions, by their other name': ['chain_subscribeRuntimeVersion', [], 'chain_unsubscribeRuntimeVersion'],
    'storage that changes': ['state_subscribeStorage', [[account(world)]], 'state_unsubscribeStorage'],
    'storage that stays': ['state_subscribeStorage', [[nobody]]],
    'storage that changes, and some that stays': ['state_subscribeStorage', [[account(world), code(world)]]],
    'storage of no key': ['state_subscribeStorage', [[]]],
  };
};

/** What becomes of a transaction for whoever watches it. */
const watching = (method, make) => (world, name) =>
  connected(world, async (connection) => {
    const answer = await connection.ask(method, [await make(world, name)]);
    if (answer.error) return answer;
    return inOrder(await connection.until(answer.result, isLast));
  });

const payment = (world, name, options) => world.sign(name, world.pay('two', UNIT), 'one', options);

/** A follower, once it has heard where it begins. */
async function follow(connection, runtime = false) {
  const follower = await subscribe(connection, 'chainHead_v1_follow', runtime);
  const events = await connection.until(follower, is('initialized'));
  return { follower, events, start: events[0].finalizedBlockHashes.at(-1) };
}

/** The answer of an operation with its events, without its number. */
async function operate(connection, method, follower, ...params) {
  const { result, error } = await connection.ask(method, [follower, ...params]);
  if (error || result.result !== 'started') return error ?? result;
  const { operationId, ...started } = result;
  const ends = ['operationBodyDone', 'operationCallDone', 'operationStorageDone', 'operationError', 'operationInaccessible'];
  const mine = (told) => told?.operationId === operationId;
  await connection.until(follower, (told) => mine(told) && ends.includes(told.event));
  const events = connection.of(follower).filter(mine);
  // How items are divided among messages is nobody's promise.
  const items = events.flatMap((told) => told.items ?? []);
  return { started, items, last: { ...events.at(-1), operationId: '…' } };
}

/** A follower's question, at the block where it begins. */
const following = (method, ...params) => (world) =>
  connected(world, async (connection) => {
    const { follower, start } = await follow(connection);
    const given = params.map((one) => (typeof one === 'function' ? one(world) : one));
    return operate(connection, method, follower, start, ...given);
  });

const reading = (type, key, child) => following('chainHead_v1_storage', (world) => [{ key: key(world), type }], ...(child ? [child] : []));
/** What pays no fee, so that it is the same on both. */
const account = (world) => world.api.query.system.account.key(world.address('two'));
const code = (world) => world.api.query.contracts.pristineCode.keyPrefix();
const contracts = (world) => world.api.query.contracts.contractInfoOf.keyPrefix();
const trie = (world) => `0x${world.trie.slice(2 + ':child_storage:default:'.length * 2)}`;
const childKey = (world) => world.childKeys[0];

/** A proof of this value, checked against the block's root. */
async function proving(world, method, keys, at, read) {
  const { at: block, proof } = await world.get(method, ...keys, at);
  const { stateRoot } = await world.get('chain_getHeader', at);
  return { block, ...read(stateRoot, proof) };
}

/** Scenes that change nothing. */
export const readings = {
  'a proof of an account': (world) =>
    proving(world, 'state_getReadProof', [[account(world)]], world.blocks[3], (root, proof) => ({
      value: provenValue(root, proof, account(world)),
    })),
  'a proof that there is nothing': (world) => {
    const nobody = world.api.query.system.account.key(world.address('three'));
    return proving(world, 'state_getReadProof', [[nobody]], world.blocks[3], (root, proof) => ({
      value: provenValue(root, proof, nobody),
    }));
  },
  'a proof of a contract’s item': (world) =>
    proving(world, 'state_getChildReadProof', [world.trie, [childKey(world)]], world.blocks[4], (root, proof) => ({
      // Child tries have a root of their own, which is an item of the main one.
      value: provenValue(provenValue(root, proof, world.trie), proof, childKey(world)),
    })),
  'a proof of an item in a trie that there is not': (world) =>
    proving(world, 'state_getChildReadProof', [`${world.trie}00`, [childKey(world)]], world.blocks[4], (root, proof) => ({
      trie: provenValue(root, proof, `${world.trie}00`),
    })),
  'a proof of no key': async (world) => (await world.get('state_getReadProof', [], world.blocks[4])).proof.length > 0,

  'storage without saying which': (world) => connected(world, async (connection) => typeof (await connection.ask('state_subscribeStorage')).result),
  'storage of malformed keys': (world) => connected(world, (connection) => connection.ask('state_subscribeStorage', [['0xzz']])),
  'ending what never began': (world) =>
    connected(world, async (connection) => ({
      unknown: await connection.ask('chain_unsubscribeNewHeads', ['nobody']),
      number: await connection.ask('chain_unsubscribeNewHeads', [1]),
      nothing: await connection.ask('chain_unsubscribeNewHeads'),
      watch: await connection.ask('author_unwatchExtrinsic', ['nobody']),
      follow: await connection.ask('chainHead_v1_unfollow', ['nobody']),
      newer: await connection.ask('transactionWatch_v1_unwatch', ['nobody']),
    })),
  'ending by the name of another method': (world) =>
    connected(world, async (connection) => {
      const heads = await subscribe(connection, 'chain_subscribeNewHeads');
      return [await connection.ask('chain_unsubscribeAllHeads', [heads]), await connection.ask('chain_unsubscribeNewHeads', [heads])];
    }),
  'ending another connection’s': (world) =>
    connected(world, async (connection) => {
      const heads = await subscribe(world.socket, 'chain_subscribeNewHeads');
      const answer = await connection.ask('chain_unsubscribeNewHeads', [heads]);
      return [answer, await world.socket.ask('chain_unsubscribeNewHeads', [heads])];
    }),

  'following without saying whether with the runtime': (world) =>
    connected(world, (connection) => connection.ask('chainHead_v1_follow')),
  'following with a word': (world) => connected(world, (connection) => connection.ask('chainHead_v1_follow', ['yes'])),
  'following by name': (world) =>
    connected(world, async (connection) => typeof (await connection.ask('chainHead_v1_follow', { withRuntime: false })).result),
  'following more and more': (world) =>
    connected(world, async (connection) => {
      const answers = [];
      for (let i = 0; i < 6; i++) {
        const { result, error } = await connection.ask('chainHead_v1_follow', [false]);
        answers.push(error ?? typeof result);
      }
      return answers;
    }),
  'no longer following': (world) =>
    connected(world, async (connection) => {
      const { follower, start } = await follow(connection);
      const ended = [await connection.ask('chainHead_v1_unfollow', [follower]), await connection.ask('chainHead_v1_unfollow', [follower])];
      await connection.quiet();
      return {
        ended,
        header: await connection.ask('chainHead_v1_header', [follower, start]),
        body: await connection.ask('chainHead_v1_body', [follower, start]),
        unpin: await connection.ask('chainHead_v1_unpin', [follower, start]),
        events: connection.of(follower).length,
      };
    }),
  'another connection’s follower': (world) =>
    connected(world, async (connection) => {
      const { follower, start } = await follow(connection);
      return [
        await world.socket.ask('chainHead_v1_header', [follower, start]),
        await world.ask('chainHead_v1_header', follower, start),
        await world.socket.ask('chainHead_v1_unpin', [follower, start]),
        typeof (await connection.ask('chainHead_v1_header', [follower, start])).result,
      ];
    }),
  'letting go of a block': (world) =>
    connected(world, async (connection) => {
      const { follower, start } = await follow(connection);
      const ask = (method, ...params) => connection.ask(method, [follower, ...params]);
      return {
        held: typeof (await ask('chainHead_v1_header', start)).result,
        unknown: await ask('chainHead_v1_unpin', UNKNOWN),
        twice: await ask('chainHead_v1_unpin', [start, start]),
        one_unknown: await ask('chainHead_v1_unpin', [start, UNKNOWN]),
        still: typeof (await ask('chainHead_v1_header', start)).result,
        none: await ask('chainHead_v1_unpin', []),
        first: await ask('chainHead_v1_unpin', start),
        second: await ask('chainHead_v1_unpin', start),
        header: await ask('chainHead_v1_header', start),
        body: await ask('chainHead_v1_body', start),
        call: await ask('chainHead_v1_call', start, 'Core_version', '0x'),
        storage: await ask('chainHead_v1_storage', start, [{ key: '0x00', type: 'value' }]),
      };
    }),
  'a follower’s header': (world) =>
    connected(world, async (connection) => {
      const { follower, start } = await follow(connection);
      return connection.ask('chainHead_v1_header', [follower, start]);
    }),
  'a follower’s body': following('chainHead_v1_body'),
  'a follower’s call': following('chainHead_v1_call', 'AccountNonceApi_account_nonce', (world) => world.account('one')),
  'a follower’s call of nothing': following('chainHead_v1_call', 'Farthing_nothing', '0x'),
  'a follower’s call with too little': following('chainHead_v1_call', 'AccountNonceApi_account_nonce', '0x12'),
  'a follower’s call with what is no bytes': following('chainHead_v1_call', 'Core_version', 'words'),
  'a value': reading('value', account),
  'no value': reading('value', () => '0x1234'),
  'a hash': reading('hash', account),
  'no hash': reading('hash', () => '0x1234'),
  'values below a key': reading('descendantsValues', contracts),
  'no values below a key': reading('descendantsValues', () => '0xffff'),
  'hashes below a key': reading('descendantsHashes', code),
  'what is closest below a key': reading('closestDescendantMerkleValue', code),
  'what is closest below a key where nothing is': reading('closestDescendantMerkleValue', () => '0xffff'),
  'an unknown type': reading('other', account),
  'a value of a contract': reading('value', childKey, trie),
  'a value of a contract by its whole name': reading('value', childKey, (world) => world.trie),
  'a hash of a contract': reading('hash', (world) => world.childKeys[1], trie),
  'values of a contract': reading('descendantsValues', () => '0x', trie),
  'hashes of a contract': reading('descendantsHashes', (world) => world.childKeys[1].slice(0, 20), trie),
  'what is closest in a contract': reading('closestDescendantMerkleValue', (world) => world.childKeys[1].slice(0, 20), trie),
  'a value of no contract': reading('value', childKey, () => '0x1234'),
  'several items': following('chainHead_v1_storage', (world) => [
    { key: account(world), type: 'value' },
    { key: account(world), type: 'hash' },
    { key: code(world), type: 'descendantsHashes' },
  ], null),
  'an item twice': following('chainHead_v1_storage', (world) => [
    { key: account(world), type: 'value' },
    { key: account(world), type: 'value' },
  ]),
  'no items': following('chainHead_v1_storage', []),
  'items without a list': following('chainHead_v1_storage'),
  'items with a page to begin at': following('chainHead_v1_storage', (world) => [
    { key: contracts(world), type: 'descendantsValues', paginationStartKey: contracts(world) },
  ]),
  'going on, and stopping': (world) =>
    connected(world, async (connection) => {
      const { follower } = await follow(connection);
      return [
        await connection.ask('chainHead_v1_continue', [follower, '1000']),
        await connection.ask('chainHead_v1_stopOperation', [follower, '1000']),
        await connection.ask('chainHead_v1_continue', [follower]),
        await connection.ask('chainHead_v1_stopOperation', [follower]),
      ];
    }),

  'broadcasting no transaction, and stopping': async (world) => {
    const { result, error } = await world.ask('transaction_v1_broadcast', '0x1234');
    if (error) return error;
    return [typeof result, await world.ask('transaction_v1_stop', result), await world.ask('transaction_v1_stop', result)];
  },
  'broadcasting on a connection, and stopping': (world) =>
    connected(world, async (connection) => {
      const { result, error } = await connection.ask('transaction_v1_broadcast', [world.examples.broadcast]);
      if (error) return error;
      return [
        typeof result,
        await world.ask('transaction_v1_stop', result),
        await connection.ask('transaction_v1_stop', [result]),
        await connection.ask('transaction_v1_stop', [result]),
      ];
    }),
  'broadcasting more and more': (world) =>
    connected(world, async (connection) => {
      const answers = [];
      for (let i = 0; i < 20; i++) answers.push(typeof (await connection.ask('transaction_v1_broadcast', [world.examples.broadcast])).result);
      return answers;
    }),

};

/** What is no call, as a frame of a connection: all at once. */
export const frames = Object.fromEntries(
  Object.entries(malformed).map(([label, frame]) => [
    `a frame with ${label}`,
    (world) =>
      connected(world, async (connection) => {
        connection.send(frame);
        await connection.quiet();
        // Its own number is none of the connection's.
        return { said: connection.others, goesOn: await connection.ask('system_chain') };
      }),
  ]),
);

/** Scenes that change the chain. */
export const scenes = {
  'a transaction’s hash is of its bytes': async (world, name) => {
    const transaction = await payment(world, name);
    const hash = await world.get('author_submitExtrinsic', transaction);
    await world.settled();
    return hash === blake2AsHex(bytes(transaction));
  },

  'watching a payment': watching('author_submitAndWatchExtrinsic', payment),
  'watching one with more behind it': watching('author_submitAndWatchExtrinsic', async (world, name) => `${await payment(world, name)}00`),
  'watching one that fails': watching('author_submitAndWatchExtrinsic', (world, name) =>
    world.sign(name, world.pay('three', 1n << 100n), 'one')),
  'watching one with a forged signature': watching('author_submitAndWatchExtrinsic', (world) => world.examples.forged),
  'watching one that is stale': watching('author_submitAndWatchExtrinsic', (world) => world.examples.stale),
  'watching one that cannot be paid': watching('author_submitAndWatchExtrinsic', (world) => world.examples.poor),
  'watching no transaction': watching('author_submitAndWatchExtrinsic', () => '0x1234'),
  'watching what is no bytes': watching('author_submitAndWatchExtrinsic', () => 5),
  'watching a payment, newly': watching('transactionWatch_v1_submitAndWatch', payment),
  'watching one that fails, newly': watching('transactionWatch_v1_submitAndWatch', (world, name) =>
    world.sign(name, world.pay('three', 1n << 100n), 'one')),
  'watching one with a forged signature, newly': watching('transactionWatch_v1_submitAndWatch', (world) => world.examples.forged),
  'watching one that is stale, newly': watching('transactionWatch_v1_submitAndWatch', (world) => world.examples.stale),
  'watching one that cannot be paid, newly': watching('transactionWatch_v1_submitAndWatch', (world) => world.examples.poor),
  'watching no transaction, newly': watching('transactionWatch_v1_submitAndWatch', () => '0x1234'),
  'watching what is no bytes, newly': watching('transactionWatch_v1_submitAndWatch', () => 5),

  'one that waits for another': (world, name) =>
    connected(world, async (connection) => {
      const nonce = await world.nonce('one');
      const [early, late] = [await payment(world, `${name}, first`, { nonce }), await payment(world, `${name}, second`, { nonce: nonce + 1 })];
      const watch = (transaction) => subscribe(connection, 'author_submitAndWatchExtrinsic', transaction);
      const second = await watch(late);
      await connection.quiet();
      const waiting = {
        told: connection.of(second),
        pending: await world.get('author_pendingExtrinsics'),
        next: (await world.nonce('one')) - nonce,
        again: await world.ask('author_submitExtrinsic', late),
        again_newly: await watching('transactionWatch_v1_submitAndWatch', () => late)(world),
      };
      const first = await watch(early);
      await connection.until(second, isLast);
      await connection.until(first, isLast);
      return { waiting, first: inOrder(connection.of(first)), second: inOrder(connection.of(second)) };
    }),
  'one that was taken is sent again': async (world, name) => {
    const transaction = await payment(world, name);
    await world.get('author_submitExtrinsic', transaction);
    await sleep(300);
    return [
      await world.ask('author_submitExtrinsic', transaction),
      await watching('transactionWatch_v1_submitAndWatch', () => transaction)(world),
    ];
  },
  'one that takes another’s place': (world, name) =>
    connected(world, async (connection) => {
      const nonce = (await world.nonce('one')) + 2;
      const make = (tip) => payment(world, `${name}, for ${tip}`, { nonce, tip });
      const watch = async (tip) => subscribe(connection, 'author_submitAndWatchExtrinsic', await make(tip));
      const old = await watch(1_000_000);
      const less = await world.ask('author_submitExtrinsic', await make(10));
      const more = await watch(100_000_000);
      await connection.quiet();
      const answers = { old: connection.of(old), less, more: connection.of(more) };
      const hash = connection.of(old).find((told) => told.usurped)?.usurped;
      const pending = (await world.get('author_pendingExtrinsics')).map((raw) => blake2AsHex(bytes(raw)));
      const removed = await world.ask('author_removeExtrinsic', pending.map((hash) => ({ hash })));
      await connection.quiet();
      return { ...answers, hash, removed, last: connection.of(more), left: await world.get('author_pendingExtrinsics') };
    }),
  'what waits is taken out by its bytes': async (world, name) => {
    const nonce = (await world.nonce('one')) + 1;
    const transaction = await payment(world, name, { nonce });
    await world.get('author_submitExtrinsic', transaction);
    return [
      await world.ask('author_removeExtrinsic', [{ extrinsic: transaction }]),
      await world.ask('author_removeExtrinsic', [{ extrinsic: transaction }]),
    ];
  },
  'no longer watching': (world, name) =>
    connected(world, async (connection) => {
      const nonce = (await world.nonce('one')) + 1;
      const transaction = await payment(world, name, { nonce });
      const watch = await subscribe(connection, 'author_submitAndWatchExtrinsic', transaction);
      await connection.quiet();
      const ended = [await connection.ask('author_unwatchExtrinsic', [watch]), await connection.ask('author_unwatchExtrinsic', [watch])];
      await world.get('author_removeExtrinsic', [{ extrinsic: transaction }]);
      await connection.quiet();
      return { ended, told: connection.of(watch) };
    }),
  'one of an era of 64 blocks': async (world, name) => {
    const { number } = await world.get('chain_getHeader');
    const hash = await world.get('chain_getBlockHash', number);
    const era = world.api.createType('ExtrinsicEra', { current: Number(number), period: 64 });
    return watching('author_submitAndWatchExtrinsic', () => payment(world, name, { era, blockHash: hash }))(world, name);
  },
  'the fee of a payment, in its events': async (world, name) => {
    await world.send(name, world.pay('two', UNIT), 'one');
    return world.get('state_getStorage', world.api.query.system.events.key());
  },
  'a payment’s block': async (world) => world.get('chain_getBlock'),
  'the latest header': async (world) => world.get('chain_getHeader'),
  'a contract’s call and its block': async (world, name) => {
    const gas = { refTime: 100_000_000_000n, proofSize: 2_000_000n };
    await world.send(name, world.api.tx.contracts.call(world.contract, UNIT, gas, null, world.input), 'one');
    return world.get('state_getStorage', world.api.query.system.events.key());
  },
  'a dry run of a deployment': (world) =>
    world.ask('state_call', 'ContractsApi_upload_code', `${world.account('one')}100061736d0000`),

  'following': (world, name) =>
    connected(world, async (connection) => {
      const { follower } = await follow(connection);
      await world.send(name, world.pay('two', UNIT), 'one');
      await connection.until(follower, is('finalized'));
      await connection.quiet();
      return { events: connection.of(follower) };
    }),
  'following, with the runtime': (world, name) =>
    connected(world, async (connection) => {
      const { follower, events } = await follow(connection, true);
      const { apis, ...spec } = events[0].finalizedBlockRuntime?.spec ?? {};
      await world.send(name, world.pay('two', UNIT), 'one');
      await connection.until(follower, is('finalized'));
      return { kind: events[0].finalizedBlockRuntime.type, spec, later: connection.of(follower).slice(1) };
    }),

  // Only the latest blocks are told, and by now there are more.
  'a block that was not told': (world) =>
    connected(world, async (connection) => {
      const { follower } = await follow(connection);
      const ask = (method, ...params) => connection.ask(method, [follower, ...params]);
      return {
        header: await ask('chainHead_v1_header', world.blocks[0]),
        body: await ask('chainHead_v1_body', world.blocks[0]),
        unpin: await ask('chainHead_v1_unpin', world.blocks[0]),
        unknown: await ask('chainHead_v1_header', UNKNOWN),
        call: await ask('chainHead_v1_call', UNKNOWN, 'Core_version', '0x'),
        storage: await ask('chainHead_v1_storage', UNKNOWN, [{ key: '0x00', type: 'value' }]),
      };
    }),

  // The last one: from here on the chains are no longer the same.
  'a payment that is broadcast': (world, name) =>
    connected(world, async (connection) => {
      const before = (await world.get('chain_getHeader')).number;
      const { result } = await connection.ask('transaction_v1_broadcast', [await payment(world, name)]);
      await connection.quiet();
      const after = (await world.get('chain_getHeader')).number;
      await connection.ask('transaction_v1_stop', [result]);
      return { blocks: Number(after) - Number(before) };
    }),
};
