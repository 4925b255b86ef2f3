// On a development chain: plans, purchases, refusals, and what is sent once.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { contentHash, MapStore, Payee, VoucherError } from '@farthing/vouchers';
import {
  Chain,
  developmentAccount,
  Failed,
  Farthing,
  KeyLost,
  listing,
  Mismatch,
  NodeError,
  Refused,
  terms,
  TooPoor,
  Unknown,
  WalletError,
  walletOf,
} from '@farthing/client';
import { noChain, startChain } from '../../../test-support/chain.mjs';

const [alice, bob, charlie, dave] = ['Alice', 'Bob', 'Charlie', 'Dave'].map(developmentAccount);
const song = new TextEncoder().encode('la la la');
let chain;
let farthing;
let ada;

/** The same deployment, for another account, with what it keeps. */
const as = (account, store = new MapStore()) => Farthing.connect(chain.deployment, { url: chain.url, wallet: walletOf(account), store });

/** Runs something with a connection of its own. */
async function using(account, what, store) {
  const own = await as(account, store);
  try {
    return await what(own);
  } finally {
    await own.disconnect();
  }
}

const send = async (plan, sending) => (await plan).send(sending);

before(async () => {
  if (noChain) return;
  chain = await startChain();
  farthing = await as(alice);
  const { plan, salt } = await farthing.creators.announce('ada-paints');
  await plan.send();
  const { wait } = await farthing.creators.overview();
  await chain.ask('dev_forward', Number(wait.millis));
  await chain.ask('dev_newBlock', wait.blocks);
  await send(farthing.creators.register('ada-paints', salt, { commitment: contentHash(song), uri: '' }));
  ada = await farthing.creator('ada-paints');
  await send(farthing.shop.open(ada));
  const content = { commitment: contentHash(song), title: 'A song', uri: 'https://example.org/song' };
  await send(farthing.shop.publish(ada, listing(farthing.unit('0.02')), content));
});

after(async () => {
  await farthing?.disconnect();
  await chain?.end();
});

const onChain = (name, what) => test(name, { skip: noChain }, what);

/** All that the contracts owe is there. */
async function assertSolvent() {
  for (const part of [farthing.shop, farthing.streams]) {
    const [owed, held] = await part.solvency();
    assert.ok(owed <= held, `${part.contract} owes ${owed} and holds ${held}`);
  }
}

onChain('token, decimals and prefix are the chain\'s own', async () => {
  assert.equal(farthing.chain.token.symbol, 'UNIT');
  assert.equal(farthing.unit('0.02'), 20_000_000_000n);
  assert.equal(farthing.format(20_000_000_000n), '0.02 UNIT');
  assert.equal(farthing.chain.existentialDeposit, 1_000_000_000n);
  assert.equal(ada.owner, alice.address);
  assert.equal(await farthing.creator('nobody-here'), null);
});

onChain('a purchase costs what the plan said, and the reader has the item', async () => {
  await using(bob, async (reader) => {
    const plan = await reader.buy(ada, 0, { maxPrice: reader.unit('0.05') });
    assert.equal(plan.price, reader.unit('0.02'));
    assert.ok(plan.fee > 0n && plan.deposit > 0n && plan.affordable);
    assert.equal(plan.total, plan.price + plan.fee + plan.deposit);
    assert.match(plan.explain(), /Buy "A song" of ada-paints\. This pays 0\.02 UNIT\. The fee is .* at most\. 0\.1.* are locked/);
    assert.equal(await reader.shop.hasAccess(ada, 0, bob.address), false);
    const before = await reader.chain.balanceOf(bob.address);
    const seen = [];
    const receipt = await plan.send({ onStatus: ({ type }) => seen.push(type) });
    assert.deepEqual(seen, ['asking', 'signing', 'sent', 'in block', 'final']);
    const left = await reader.chain.balanceOf(bob.address);
    assert.equal(before.free - left.free, plan.price + receipt.fee + receipt.deposit);
    assert.ok(receipt.fee <= plan.fee);
    assert.equal(receipt.deposit, plan.deposit);
    const [event] = receipt.events;
    assert.deepEqual([event.contract, event.name, event.fields.payments[0].type], ['storefront', 'Payments', 'Purchase']);
    assert.equal(event.fields.payments[0].value.paid, plan.price);
    assert.equal(event.fields.payer, bob.address);
    assert.equal(await reader.shop.hasAccess(ada, 0, bob.address), true);
    const [page] = await reader.shop.owned(bob.address, [{ creator: ada, page: 0 }]);
    assert.equal(page.owned, 1n);
  });
  await assertSolvent();
});

onChain('what the contract refuses is told in its own words, and nothing is signed', async () => {
  const watched = { address: charlie.address, key: () => assert.fail('It was signed.') };
  await using(watched, async (reader) => {
    await assert.rejects(reader.buy(ada, 7), (error) => {
      assert.ok(error instanceof Refused);
      assert.deepEqual([error.code, error.message], ['UnknownItem', 'The creator has published no item with this number.']);
      return true;
    });
    await assert.rejects(reader.buy(ada, 0, { maxPrice: 1n }), (error) => error instanceof Refused && error.reason.type === 'PriceAboveMax' && error.reason.value === reader.unit('0.02'));
    await assert.rejects(reader.creators.register('Bad Handle', `0x${'00'.repeat(32)}`, { commitment: contentHash(song), uri: '' }), (error) => {
      // The reason of the reason is told, too.
      assert.match(error.message, /^\S.*\. .*\.$/);
      return error instanceof Refused && error.code === 'BadHandle';
    });
    await assert.rejects(reader.shop.setPrice(ada, 0, 5n), (error) => error instanceof Refused && error.code === 'NotPermitted');
  });
});

onChain('what the contract refuses by the time of signing is not signed, though it was planned', async () => {
  const item = (await farthing.shop.catalogue(ada)).length;
  const content = { commitment: contentHash(song), title: 'Soon gone', uri: '' };
  await send(farthing.shop.publish(ada, listing(farthing.unit('0.01')), content));
  await using(bob, async (reader) => {
    const plan = await reader.buy(ada, item);
    await send(farthing.shop.retire(ada, item));
    const { nonce } = await nonceOf(bob);
    await assert.rejects(plan.send(), (error) => error instanceof Refused && error.code === 'Retired');
    assert.equal((await nonceOf(bob)).nonce, nonce);
  });
});

async function nonceOf({ address }) {
  return { nonce: await farthing.chain.nextNonce(address) };
}

onChain('a poor and an empty account are told what is missing, in words', async () => {
  const [poor, empty] = ['900', '901'].map(developmentAccount);
  await chain.ask('dev_setBalance', poor.address, '50000000000');
  await using(poor, async (reader) => {
    await assert.rejects(reader.buy(ada, 0), (error) => {
      assert.ok(error instanceof TooPoor, `${error}`);
      assert.match(error.message, /This account has 0\.05 UNIT, and this needs 0\.02 UNIT for the price/);
      return true;
    });
    const tip = await reader.tip(ada, reader.unit('0.0485'));
    assert.equal(tip.affordable, false);
    assert.ok(tip.missing > 0n);
    await assert.rejects(tip.send(), (error) => error instanceof TooPoor && error.needs.fee === tip.fee);
  });
  await using(empty, async (reader) => {
    await assert.rejects(reader.buy(ada, 0), (error) => error instanceof TooPoor && /This account has 0 UNIT/.test(error.message));
  });
});

onChain('two sends at once of one account are one after the other, and both happen', async () => {
  await using(charlie, async (reader) => {
    const before = await nonceOf(charlie);
    const plans = await Promise.all([reader.tip(ada, 1_000_000_000n, { memo: 'one' }), reader.tip(ada, 2_000_000_000n, { memo: 'two' })]);
    const receipts = await Promise.all(plans.map((plan) => plan.send()));
    assert.notEqual(receipts[0].hash, receipts[1].hash);
    assert.equal((await nonceOf(charlie)).nonce, before.nonce + 2);
  });
});

onChain('a double click sends twice only what the contract allows twice', async () => {
  await using(charlie, async (reader) => {
    const plan = await reader.buy(ada, 0);
    const [first, second] = await Promise.allSettled([plan.send(), plan.send()]);
    assert.equal(first.status, 'fulfilled');
    assert.ok(second.reason instanceof Refused && second.reason.code === 'Access', `${second.reason}`);
  });
  await assertSolvent();
});

onChain('a page that ended after signing finds its transaction again, and does not pay twice', async () => {
  const store = new MapStore();
  const before = await farthing.chain.balanceOf(dave.address);
  const plan = await using(dave, async (reader) => {
    const plan = await reader.tip(ada, reader.unit('0.5'), { memo: 'once' });
    // It is written down, and the page is gone before anybody sends it.
    const { outbox } = reader;
    const follow = outbox.follow;
    outbox.follow = () => Promise.reject(new Error('the page is gone'));
    await assert.rejects(plan.send(), /the page is gone/);
    outbox.follow = follow;
    assert.equal((await outbox.pending(dave.address)).what, plan.what);
    return plan;
  }, store);
  const receipt = await using(dave, async (reader) => {
    const again = await reader.tip(ada, reader.unit('0.5'), { memo: 'once' });
    const silent = { ...again.account, key: () => assert.fail('It was signed twice.') };
    reader.use(walletOf(silent));
    return (await reader.tip(ada, reader.unit('0.5'), { memo: 'once' })).send();
  }, store);
  const left = await farthing.chain.balanceOf(dave.address);
  assert.equal(before.free - left.free, plan.price + receipt.fee);
  // Once its end was told, the same again is another one.
  await using(dave, async (reader) => {
    assert.equal(await reader.unfinished(), null);
    const another = await send(reader.tip(ada, reader.unit('0.5'), { memo: 'once' }));
    assert.notEqual(another.hash, receipt.hash);
  }, store);
});

onChain('unfinished tells what became of a transaction that a page left behind', async () => {
  const store = new MapStore();
  await using(dave, async (reader) => {
    const plan = await reader.tip(ada, 7_000_000_000n);
    const { forget } = reader.outbox;
    reader.outbox.forget = () => Promise.reject(new Error('the page is gone'));
    await assert.rejects(plan.send(), /the page is gone/);
    reader.outbox.forget = forget;
  }, store);
  await using(dave, async (reader) => {
    const found = await reader.unfinished();
    assert.match(found.what, /^Tip ada-paints 0\.007 UNIT\.$/);
    assert.equal(found.failure, null);
    assert.equal(found.receipt.events[0].fields.payments[0].value.amount, 7_000_000_000n);
    assert.equal(await reader.unfinished(), null);
  }, store);
});

onChain('what the node did not say is unknown, and not failed', async () => {
  await chain.ask('dev_setSealing', 'manual');
  const store = new MapStore();
  try {
    await using(dave, async (reader) => {
      const plan = await reader.tip(ada, 3_000_000_000n);
      await assert.rejects(plan.send({ patience: 500 }), (error) => error instanceof Unknown && /may still happen/.test(error.message));
      await chain.ask('dev_newBlock');
      const receipt = await plan.send({ patience: 20_000 });
      assert.equal(receipt.events[0].fields.payments[0].value.amount, 3_000_000_000n);
    }, store);
  } finally {
    await chain.ask('dev_setSealing', 'instant');
  }
});

onChain('a transaction whose block was undone is found where it is then', async () => {
  await chain.ask('dev_setFinality', 'held');
  try {
    await using(dave, async (reader) => {
      const plan = await reader.tip(ada, 4_000_000_000n);
      const blocks = [];
      const sending = plan.send({ until: 'final', patience: 20_000, onStatus: ({ type, block }) => type === 'in block' && blocks.push(block.hash) });
      while (blocks.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      await chain.ask('dev_reorg', 1, { resubmit: true });
      while (blocks.length === 1) await new Promise((resolve) => setTimeout(resolve, 50));
      await chain.ask('dev_finalize');
      const receipt = await sending;
      assert.equal(receipt.block.hash, blocks[1]);
      assert.notEqual(blocks[0], blocks[1]);
      assert.equal(receipt.isFinal, true);
    });
  } finally {
    await chain.ask('dev_setFinality', 'instant');
  }
});

onChain('what the chain undoes after all is told, with what it cost', async () => {
  // The wallet is slow, and somebody takes the item off sale meanwhile.
  const item = (await farthing.shop.catalogue(ada)).length;
  await send(farthing.shop.publish(ada, listing(farthing.unit('0.01')), { commitment: contentHash(song), title: 'Slow', uri: '' }));
  await using(dave, async (reader) => {
    const plan = await reader.buy(ada, item);
    const { chain: node } = reader;
    const sign = node.sign.bind(node);
    node.sign = async (...all) => {
      const signed = await sign(...all);
      await send(farthing.shop.retire(ada, item));
      return signed;
    };
    const before = await reader.chain.balanceOf(dave.address);
    await assert.rejects(plan.send(), (error) => {
      assert.ok(error instanceof Failed, `${error}`);
      assert.equal(error.reason, 'Contracts.ContractReverted');
      assert.deepEqual(error.receipt.events, []);
      return true;
    });
    const left = await reader.chain.balanceOf(dave.address);
    assert.ok(before.free > left.free && before.free - left.free <= plan.fee);
  });
});

onChain('another chain, other code and a chain that was begun anew are refused', async () => {
  const connect = (changes) => Farthing.connect({ ...chain.deployment, ...changes }, { url: chain.url });
  const wrong = (what) => (error) => error instanceof Mismatch && error.what === what;
  await assert.rejects(connect({ genesis: `0x${'00'.repeat(32)}` }), wrong('genesis'));
  const { contracts } = chain.deployment;
  await assert.rejects(connect({ contracts: { ...contracts, streams: contracts.channels } }), wrong('code'));
  await assert.rejects(connect({ contracts: { ...contracts, streams: { address: bob.address } } }), wrong('missing'));
  await assert.rejects(connect({ contracts: { registry: contracts.registry } }), wrong('deployment'));
  await assert.rejects(Farthing.connect(chain.deployment), wrong('deployment'));
  await assert.rejects(Chain.connect('ws://127.0.0.1:1', 1_500), NodeError);
});

onChain('without a wallet everything can be read, and nothing planned', async () => {
  const reader = await Farthing.connect(chain.deployment, { url: chain.url });
  try {
    assert.equal((await reader.shop.item(ada, 0)).content.title, 'A song');
    await assert.rejects(reader.tip(ada, 1n), (error) => error instanceof WalletError && error.code === 'none');
    reader.use(walletOf());
    await assert.rejects(reader.tip(ada, 1n), (error) => error instanceof WalletError && error.code === 'account');
  } finally {
    await reader.disconnect();
  }
});

onChain('a wallet that refuses, or signs something else, stops it', async () => {
  const refusing = { address: bob.address, signer: { signPayload: () => Promise.reject(new Error('Cancelled')) } };
  await using(refusing, async (reader) => {
    const before = await nonceOf(bob);
    await assert.rejects(send(reader.tip(ada, 1_000_000_000n)), (error) => error instanceof WalletError && error.code === 'refused');
    assert.equal(await reader.outbox.pending(bob.address), null);
    assert.deepEqual(await nonceOf(bob), before);
  });
});

onChain('a channel is opened once, pays ten times without the wallet, and its payee claims', async () => {
  const store = new MapStore();
  await using(bob, async (reader) => {
    const till = await reader.till(ada);
    assert.equal(await till.isOpen(), false);
    await till.open({ reserve: reader.unit('1') });
    assert.equal(await till.isOpen(), true);
    // From now on the wallet is of no use.
    reader.use(walletOf({ address: bob.address, key: () => assert.fail('The wallet was asked.') }));
    const payee = new Payee(new MapStore(), { genesis: reader.chain.genesis, payee: ada.owner });
    const { channels } = reader.deployment.contracts;
    let paper;
    for (let n = 1n; n <= 10n; n++) {
      paper = await till.pay(reader.unit('0.001'));
      assert.equal(paper.voucher.cumulative, n * reader.unit('0.001'));
      const { now, channels: [channel] } = await reader.channels.list([[bob.address, ada.owner, 0]]);
      const wanted = { closer: channel.closer, minDelay: 3_600_000n };
      assert.equal((await payee.take(paper, channels.address, wanted, channel, now)).new, reader.unit('0.001'));
    }
    assert.equal(await till.left(), reader.unit('0.99'));
    assert.equal(await till.due(paper), reader.unit('0.01'));
    const papers = await payee.best(channels.address);
    const plan = await farthing.channels.claim(ada.owner, papers);
    assert.deepEqual(plan.answer, [{ ok: true, value: farthing.unit('0.01') }]);
    const receipt = await plan.send();
    assert.equal(receipt.events[0].fields.changes[0].change.type, 'Claimed');
    assert.equal(await till.due(paper), 0n);
    await assert.rejects(till.pay(reader.unit('1')), (error) => error instanceof VoucherError && error.code === 'ReserveTooLow');
  }, store);
  // After a reload the same key pays on, and never less.
  await using(bob, async (reader) => {
    const till = await reader.till(ada);
    const paper = await till.pay(reader.unit('0.001'));
    assert.equal(paper.voucher.cumulative, reader.unit('0.011'));
    // Opening it again is refused, in the contract's words.
    await assert.rejects(till.plan({ reserve: 1n }), (error) => error instanceof Refused && error.code === 'Channel');
    await send(till.topUp(reader.unit('1')));
    assert.equal((await till.pay(reader.unit('1'))).voucher.cumulative, reader.unit('1.011'));
    await send(till.exit());
    const [owed, held] = await reader.channels.solvency([[bob.address, ada.owner, 0]], []);
    assert.ok(owed <= held);
  }, store);
});

onChain('a page that lost its keys and its memory says so, and pays nothing with another key', async () => {
  await using(charlie, async (reader) => {
    await (await reader.till(ada)).open({ reserve: reader.unit('1') });
  });
  await using(charlie, async (reader) => {
    const till = await reader.till(ada);
    assert.equal(await till.isOpen(), false);
    await assert.rejects(till.pay(1n), (error) => error instanceof KeyLost);
    // What is left can be taken back all the same.
    assert.match((await till.exit()).what, /take back/);
    // Another lane has a key of its own.
    const other = await reader.till(ada, 1);
    await other.open({ reserve: reader.unit('0.5') });
    assert.equal((await other.pay(5n)).voucher.cumulative, 5n);
  });
});

onChain('a pool is where it was said to be, collects, and pays its beneficiaries', async () => {
  await using(dave, async (donor) => {
    const rules = terms('Wells', [{ account: bob.address, parts: 1_000_000 }]);
    const salt = new Uint8Array(32).fill(7);
    const plan = await donor.pools.create(rules, { salt });
    const hex = `0x${'07'.repeat(32)}`;
    assert.equal(plan.answer, await donor.pools.accountOf(dave.address, null, rules, hex));
    assert.equal(plan.answer, await donor.pools.addressOf(dave.address, null, rules, hex));
    const receipt = await plan.send();
    assert.deepEqual(receipt.events.map(({ contract, name }) => `${contract}.${name}`), ['pool.Created', 'pool_factory.PoolCreated']);
    const pool = donor.pools.at(plan.answer);
    const before = await donor.chain.balanceOf(bob.address);
    const given = await send(pool.donate(donor.unit('0.3')));
    assert.equal(given.events[0].fields.donations[0].amount, donor.unit('0.3'));
    const left = await donor.chain.balanceOf(bob.address);
    assert.equal(left.free - before.free, donor.unit('0.3'));
    const shown = [];
    for await (const one of donor.pools.all()) shown.push(one);
    assert.equal(shown[0].listed.account, plan.answer);
    assert.equal(shown[0].summary.terms.title, 'Wells');
    const [owed, held] = await pool.solvency();
    assert.ok(owed <= held);
  });
});

onChain('a pool with a goal shows its progress, and sends everything back if it is missed', async () => {
  await using(dave, async (donor) => {
    const deadline = BigInt(await chain.ask('dev_time')) + 3_600_000n;
    const mode = { type: 'AllOrNothing', value: { goal: donor.unit('5'), deadline } };
    const plan = await donor.pools.create(terms('A bridge', [{ account: bob.address, parts: 1_000_000 }], { mode }));
    await plan.send();
    const pool = donor.pools.at(plan.answer);
    const given = await send(pool.donate(donor.unit('0.3')));
    assert.ok(given.deposit > 0n);
    const { sums, stage } = await pool.summary();
    assert.deepEqual([sums.donated, stage], [donor.unit('0.3'), 'Open']);
    await assert.rejects(pool.refund(dave.address), (error) => error instanceof Refused && error.code === 'OpenUntil');
    await chain.ask('dev_forward', 3_600_001);
    const before = await donor.chain.balanceOf(dave.address);
    const refund = await pool.refund(dave.address);
    // The chain divides what a contract locks by its items, and rounds down.
    assert.ok(given.deposit - refund.refund <= 1n);
    const receipt = await refund.send();
    const left = await donor.chain.balanceOf(dave.address);
    assert.equal(left.free - before.free, donor.unit('0.3') - receipt.fee - receipt.deposit);
    const [owed, held] = await pool.solvency();
    assert.ok(owed <= held);
  });
});

onChain('a stream earns by the clock', async () => {
  await using(dave, async (payer) => {
    const plan = await payer.streams.open(bob.address, 1_000_000_000n * 1_000n, payer.unit('1'));
    await plan.send();
    await chain.ask('dev_forward', 10_000);
    const due = await payer.streams.due(plan.answer);
    assert.ok(due.payee >= 10_000n * 1_000n);
    const receipt = await send(payer.streams.stop(plan.answer));
    assert.equal(receipt.events[0].fields.change.type, 'Stopped');
    let count = 0;
    for await (const _ of payer.streams.all()) count += 1;
    assert.ok(count <= 1);
  });
  await assertSolvent();
});

onChain('the node may go and come back: what was sent meanwhile is found', async () => {
  const store = new MapStore();
  await using(dave, async (reader) => {
    const plan = await reader.tip(ada, 9_000_000_000n);
    await chain.ask('dev_setSealing', 'manual');
    const sending = plan.send({ patience: 60_000 });
    sending.catch(() => {});
    while (!(await reader.outbox.pending(dave.address))) await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await chain.stop();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await chain.start({ deploy: false });
    // What waited is forgotten by the chain, and known here: it is handed in again.
    const receipt = await sending;
    assert.equal(receipt.events[0].fields.payments[0].value.amount, 9_000_000_000n);
    assert.equal(await reader.outbox.pending(dave.address), null);
  }, store);
});

onChain('on a chain that was begun anew, what was signed before counts for nothing', async () => {
  const own = await startChain();
  const store = new MapStore();
  const connect = () => Farthing.connect(own.deployment, { url: own.url, wallet: walletOf(dave), store });
  try {
    const reader = await connect();
    const plan = await reader.pools.create(terms('Wells', [{ account: bob.address, parts: 1_000_000 }]));
    await own.ask('dev_setSealing', 'manual');
    await assert.rejects(plan.send({ patience: 500 }), Unknown);
    await reader.disconnect();
    const { genesis } = own.deployment;
    await own.stop();
    // With the same first block, and the same contracts at the same addresses.
    rmSync(own.state);
    await own.start();
    assert.equal(own.deployment.genesis, genesis);
    const again = await connect();
    assert.equal(await again.unfinished(), null);
    assert.equal(await again.outbox.pending(dave.address), null);
    const receipt = await send(again.pools.create(terms('Wells', [{ account: bob.address, parts: 1_000_000 }])));
    assert.equal(receipt.made.length, 1);
    await again.disconnect();
  } finally {
    await own.end();
  }
});
