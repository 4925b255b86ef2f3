// A payer's and a payee's wallet, in memory and in files: what they promise, and what they refuse.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { isPaperSignedBy, isProved, isRefusal, MapStore, Payee, Payer, Signer, fromHex, parsePaper, formatPaper, NO_ENTRIES } from '@farthing/vouchers';
import { FileStore } from '@farthing/vouchers/file';

const genesis = `0x${'11'.repeat(32)}`;
const contract = `0x${'22'.repeat(32)}`;
const payer = '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty';
const payee = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
const id = { payer, payee, lane: 0, epoch: 5n };
const { signer } = Signer.generate();
const closer = `0x${'66'.repeat(32)}`;
const open = { epoch: 5n, signer: signer.publicKey, closer, reserve: 100n, claimed: 0n, delay: 3_600_000n, end: null };
const wanted = { closer, minDelay: 3_600_000n };
const now = { time: 1_000n, block: 1 };
const song = `0x${'77'.repeat(32)}`;

const refused = (code) => (error) => isRefusal(error, code) || assert.fail(`${error.code ?? error} and not ${code}`);
const wallet = (store = new MapStore()) => new Payer(store, { genesis, payer });

/** Stores of all kinds behave alike. */
const stores = {
  memory: async () => ({ open: (() => { const kept = new Map(); return async () => new MapStore(kept); })(), remove() {} }),
  file: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'farthing-'));
    return { open: () => FileStore.open(folder), remove: () => rmSync(folder, { recursive: true }) };
  },
};

for (const [kind, make] of Object.entries(stores)) {
  test(`payments on one channel add up, and survive a restart: ${kind}`, async () => {
    const place = await make();
    try {
      let store = await place.open();
      const first = wallet(store);
      await first.opened(contract, id);
      for (const n of [1n, 2n, 3n]) {
        const paper = await first.pay(signer, contract, id, open, 10n);
        assert.equal(paper.voucher.cumulative, n * 10n);
        assert.ok(isPaperSignedBy(paper, signer.publicKey));
      }
      await store.close?.();
      store = await place.open();
      const second = wallet(store);
      assert.equal(await second.doubt(contract, id), null);
      assert.equal((await second.pay(signer, contract, id, open, 10n)).voucher.cumulative, 40n);
      await store.close?.();
    } finally {
      place.remove();
    }
  });

  test(`what a payee took is there after a restart, and a lower voucher never replaces it: ${kind}`, async () => {
    const place = await make();
    try {
      const paying = wallet();
      const papers = [];
      for (let i = 0; i < 3; i++) papers.push(await paying.pay(signer, contract, id, open, 10n));
      let store = await place.open();
      let taking = new Payee(store, { genesis, payee });
      assert.deepEqual(await taking.take(papers[1], contract, wanted, open, now), { new: 20n, total: 20n });
      await store.close?.();
      store = await place.open();
      taking = new Payee(store, { genesis, payee });
      await assert.rejects(taking.take(papers[0], contract, wanted, open, now), refused('NothingNew'));
      assert.deepEqual(await taking.take(papers[2], contract, wanted, open, now), { new: 10n, total: 30n });
      const [best, ...more] = await taking.best(contract);
      assert.deepEqual(more, []);
      assert.equal(formatPaper(best), formatPaper(papers[2]));
      assert.deepEqual(await taking.best(genesis), []);
      await store.close?.();
    } finally {
      place.remove();
    }
  });
}

test('payments at the same moment wait for each other, and none is lost', async () => {
  const paying = wallet();
  const papers = await Promise.all(Array.from({ length: 20 }, () => paying.pay(signer, contract, id, open, 3n)));
  assert.deepEqual(papers.map(({ voucher }) => voucher.cumulative), Array.from({ length: 20 }, (_, i) => BigInt(3 * (i + 1))));
});

test('two wallets on one store, as in two tabs, never sign the same sum twice', async () => {
  const store = new MapStore();
  const [one, other] = [wallet(store), wallet(store)];
  const papers = await Promise.all([one, other, one, other].map((tab) => tab.pay(signer, contract, id, open, 1n)));
  assert.deepEqual(papers.map(({ voucher }) => voucher.cumulative), [1n, 2n, 3n, 4n]);
});

test('a payment is written down before it is signed', async () => {
  const kept = new Map();
  const paying = new Payer(new MapStore(kept), { genesis, payer });
  const watching = { publicKey: signer.publicKey, sign: (payload) => {
    assert.match([...kept.values()].join(), /"begun":\{"amount":"n:10","cumulative":"n:10"/);
    return signer.sign(payload);
  } };
  await paying.pay(watching, contract, id, open, 10n);
  assert.match([...kept.values()].join(), /"cumulative":"n:10".*"begun":null/);
});

test('a payment whose voucher may not have arrived is made again with the same voucher', async () => {
  const paying = wallet();
  const offline = async () => { throw new Error('offline'); };
  await assert.rejects(paying.pay(signer, contract, id, open, 10n, { handOut: offline }), /offline/);
  await assert.rejects(paying.pay(signer, contract, id, open, 11n), refused('Begun'));
  await assert.rejects(paying.pay(signer, contract, id, open, 10n, { entry: song }), refused('Begun'));
  let arrived;
  const paper = await paying.pay(signer, contract, id, open, 10n, { handOut: async (one) => { arrived = one; } });
  assert.equal(arrived, paper);
  assert.equal(paper.voucher.cumulative, 10n);
  assert.equal((await paying.pay(signer, contract, id, open, 10n)).voucher.cumulative, 20n);
});

test('a payment that was abandoned counts for nothing', async () => {
  const paying = wallet();
  await paying.begin(contract, id, open, 10n);
  await paying.abandon(contract, id);
  assert.equal((await paying.pay(signer, contract, id, open, 7n)).voucher.cumulative, 7n);
});

test('a payment that was begun is not gone on with once more was claimed', async () => {
  const paying = wallet();
  await paying.begin(contract, id, open, 10n);
  await assert.rejects(paying.begin(contract, id, { ...open, claimed: 50n }, 10n), refused('Begun'));
});

test('no payment goes beyond the reserve, is nothing, or is of another channel', async () => {
  const paying = wallet();
  await paying.pay(signer, contract, id, open, 60n);
  await assert.rejects(paying.pay(signer, contract, id, open, 41n), refused('ReserveTooLow'));
  for (const amount of [0n, -1n]) await assert.rejects(paying.pay(signer, contract, id, open, amount), refused('Nothing'));
  await assert.rejects(paying.pay(signer, contract, id, { ...open, epoch: 6n }, 1n), refused('NoChannel'));
  await assert.rejects(paying.pay(signer, contract, { ...id, payer: payee }, open, 1n), refused('OfAnother'));
  assert.equal((await paying.pay(signer, contract, id, open, 40n)).voucher.cumulative, 100n);
});

test('a wallet that lost what it knew goes on above what was claimed, and says that it is in doubt', async () => {
  const claimed = { ...open, claimed: 30n };
  const paying = wallet();
  assert.equal((await paying.pay(signer, contract, id, claimed, 5n)).voucher.cumulative, 35n);
  assert.equal(await paying.doubt(contract, id), 'never paid');
  const behind = wallet();
  await behind.opened(contract, id);
  await behind.pay(signer, contract, id, open, 5n);
  assert.equal(await behind.doubt(contract, id), null);
  await behind.pay(signer, contract, id, claimed, 5n);
  assert.equal(await behind.doubt(contract, id), 'behind');
});

test("the payee's best voucher ends the doubt, and only the payer's own is taken over", async () => {
  const before = wallet();
  const papers = [await before.pay(signer, contract, id, open, 10n, { entry: song }), await before.pay(signer, contract, id, open, 10n)];
  const lost = wallet();
  await assert.rejects(lost.adopt(genesis, open, papers[1]), refused('Elsewhere'));
  await assert.rejects(lost.adopt(contract, { ...open, epoch: 6n }, papers[1]), refused('NoChannel'));
  await assert.rejects(lost.adopt(contract, { ...open, reserve: 19n }, papers[1]), refused('BeyondReserve'));
  const forged = { ...papers[1], voucher: { ...papers[1].voucher, cumulative: 99n } };
  await assert.rejects(lost.adopt(contract, open, forged), refused('BadSignature'));
  await assert.rejects(new Payer(new MapStore(), { genesis, payer: payee }).adopt(contract, open, papers[1]), refused('OfAnother'));
  assert.deepEqual(await lost.adopt(contract, open, parsePaper(formatPaper(papers[1]))), { before: 0n, now: 20n });
  assert.deepEqual(await lost.adopt(contract, open, papers[0]), { before: 20n, now: 20n });
  assert.equal(await lost.doubt(contract, id), null);
  const next = await lost.pay(signer, contract, id, open, 1n);
  assert.equal(next.voucher.cumulative, 21n);
  // Which entries the root is of is not known, so it is signed again as it was.
  assert.equal(next.voucher.root, papers[1].voucher.root);
});

test('what was bought is proved by the root in the last voucher', async () => {
  const paying = wallet();
  const songs = ['aa', 'bb', 'cc'].map((two) => `0x${two.repeat(32)}`);
  let paper = await paying.pay(signer, contract, id, open, 1n);
  assert.equal(paper.voucher.root, NO_ENTRIES);
  for (const entry of songs) paper = await paying.pay(signer, contract, id, open, 1n, { entry });
  paper = await paying.pay(signer, contract, id, open, 1n);
  for (const entry of songs) {
    const proof = await paying.proof(contract, id, entry);
    assert.ok(isProved(paper.voucher.root, fromHex(entry), proof));
  }
  assert.equal(await paying.proof(contract, id, song), null);
});

test('a payee refuses each voucher that is not worth what was asked', async () => {
  const taking = new Payee(new MapStore(), { genesis, payee });
  const paper = await wallet().pay(signer, contract, id, open, 10n);
  const take = (changed = {}, channel = open, want = wanted, at = now) => taking.take({ ...paper, ...changed }, contract, want, channel, at);
  const other = Signer.generate().signer;
  await assert.rejects(take({ place: { genesis: contract, contract } }), refused('Elsewhere'));
  await assert.rejects(take({ place: { genesis, contract: genesis } }), refused('Elsewhere'));
  await assert.rejects(new Payee(new MapStore(), { genesis, payee: payer }).take(paper, contract, wanted, open, now), refused('ForAnother'));
  await assert.rejects(take({}, null), refused('NoChannel'));
  await assert.rejects(take({}, { ...open, epoch: 6n }), refused('NoChannel'));
  await assert.rejects(take({}, { ...open, end: { time: 1_000n, block: 1 } }), refused('NoChannel'));
  await assert.rejects(take({}, { ...open, signer: other.publicKey }), refused('BadSignature'));
  await assert.rejects(take({ signature: { ...paper.signature, wrapped: true } }), refused('BadSignature'));
  await assert.rejects(take({}, { ...open, closer: genesis }), refused('BadCloser'));
  await assert.rejects(take({}, { ...open, delay: 1n }), refused('ShortDelay'));
  await assert.rejects(take({}, { ...open, reserve: 9n }), refused('BeyondReserve'));
  await assert.rejects(take({}, { ...open, claimed: 10n }), refused('NothingNew'));
  await assert.rejects(take({}, open, { ...wanted, atLeast: 11n }), refused('TooLittle'));
  assert.deepEqual(await taking.best(contract), []);
  assert.deepEqual(await take(), { new: 10n, total: 10n });
  await assert.rejects(take(), refused('NothingNew'));
});

test('a voucher of a channel that is ending is kept to be claimed, and buys nothing', async () => {
  const taking = new Payee(new MapStore(), { genesis, payee });
  const paper = await wallet().pay(signer, contract, id, open, 10n);
  const ending = { ...open, end: { time: 2_000n, block: 1 } };
  await assert.rejects(taking.take(paper, contract, { ...wanted, atLeast: 50n }, ending, now), refused('Ending'));
  assert.equal((await taking.bestOf(contract, id)).voucher.cumulative, 10n);
});

test('a closing that was agreed limits what vouchers are worth, until it expires', async () => {
  const taking = new Payee(new MapStore(), { genesis, payee });
  const paying = wallet();
  const papers = [await paying.pay(signer, contract, id, open, 10n), await paying.pay(signer, contract, id, open, 10n)];
  await taking.take(papers[0], contract, wanted, open, now);
  await assert.rejects(taking.agree(contract, id, 5n, 2_000n), refused('GivesAway'));
  await taking.agree(contract, id, 15n, 2_000n);
  await assert.rejects(taking.take(papers[1], contract, wanted, open, now), refused('Agreed'));
  assert.deepEqual(await taking.take(papers[1], contract, wanted, open, { time: 2_001n, block: 2 }), { new: 10n, total: 20n });
  await taking.agree(contract, id, 5n, 9_000n, { forfeit: true });
});

test('a file that is damaged is refused, and left as it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'farthing-'));
  try {
    const store = await FileStore.open(folder);
    await wallet(store).pay(signer, contract, id, open, 10n);
    const [name] = readdirSync(folder).filter((one) => one.endsWith('.kept'));
    const text = readFileSync(join(folder, name), 'utf8').slice(0, -3);
    writeFileSync(join(folder, name), text);
    await assert.rejects(wallet(store).pay(signer, contract, id, open, 10n), refused('Damaged'));
    assert.equal(readFileSync(join(folder, name), 'utf8'), text);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a folder is open in one program at a time, and one that ended does not keep it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'farthing-'));
  try {
    const store = await FileStore.open(folder);
    await assert.rejects(FileStore.open(folder), refused('Busy'));
    await store.close();
    // No process has an id this large.
    writeFileSync(join(folder, 'lock'), '4194305');
    await (await FileStore.open(folder)).close();
    // Nor does one that had this one's number.
    writeFileSync(join(folder, 'lock'), String(process.pid));
    await (await FileStore.open(folder)).close();
    // Another that runs does.
    writeFileSync(join(folder, 'lock'), String(process.ppid));
    await assert.rejects(FileStore.open(folder), refused('Busy'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
