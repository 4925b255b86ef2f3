// Bytes, accounts, keys, vouchers as text, and how large all of it is.

import assert from 'node:assert/strict';
import test from 'node:test';
import {
  accountHex,
  dueOf,
  formatPaper,
  fromHex,
  isSignedBy,
  parsePaper,
  sameAccount,
  Signer,
  toAddress,
  toHex,
  VoucherError,
  voucherPayload,
  wrap,
} from '@farthing/vouchers';
import { sizeOf } from '../../../scripts/size.mjs';

const alice = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
const aliceHex = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d';
const genesis = `0x${'11'.repeat(32)}`;
const channel = { payer: alice, payee: `0x${'44'.repeat(32)}`, lane: 7, epoch: 1_767_225_600_007n };
const place = { genesis, contract: `0x${'22'.repeat(32)}` };
const voucher = { channel, cumulative: 123n, root: `0x${'55'.repeat(32)}` };

test('addresses of all prefixes are read and written', () => {
  assert.equal(accountHex(alice), aliceHex);
  assert.equal(toAddress(aliceHex), alice);
  // Polkadot's and Kusama's address of the same account, as its own tools write them.
  assert.equal(toAddress(aliceHex, 0), '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5');
  assert.equal(toAddress(aliceHex, 2), 'HNZata7iMYWmk5RvZRTiAsSDhV8366zq2YGb3tLH5Upf74F');
  for (const prefix of [0, 42, 63, 64, 255, 1284, 16_383]) {
    const address = toAddress(aliceHex, prefix);
    assert.equal(accountHex(address), aliceHex, `prefix ${prefix}`);
    assert.ok(sameAccount(address, alice));
  }
  assert.equal(accountHex(toAddress(new Uint8Array(32))), `0x${'00'.repeat(32)}`);
});

test('what is no address is refused', () => {
  const wrong = [alice.slice(0, -1), `${alice.slice(0, -1)}Z`, alice.replace('G', '0'), '', '1', '0x00', `${alice}1`, `1${alice}`];
  for (const text of wrong) assert.throws(() => accountHex(text), undefined, text);
  assert.throws(() => toAddress(aliceHex, 16_384));
});

test('numbers that do not fit are refused, and never cut', () => {
  const withLane = (lane) => voucherPayload(place, { ...voucher, channel: { ...channel, lane } });
  const withAmount = (cumulative) => voucherPayload(place, { ...voucher, cumulative });
  assert.throws(() => withLane(2 ** 32), RangeError);
  assert.throws(() => withLane(-1), RangeError);
  assert.throws(() => withLane(0.5), RangeError);
  assert.throws(() => withAmount(1n << 128n), RangeError);
  assert.throws(() => withAmount(-1n), RangeError);
  assert.equal(withAmount((1n << 128n) - 1n).length, 207);
});

test('a seed has the key that Substrate derives of it, and signs what it says', () => {
  // The seed of //Alice on development chains.
  const signer = Signer.fromSeed('0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a');
  assert.equal(signer.publicKey, aliceHex);
  const payload = voucherPayload(place, voucher);
  const signature = signer.sign(payload);
  assert.ok(isSignedBy(aliceHex, payload, signature));
  assert.ok(!isSignedBy(aliceHex, wrap(payload), signature));
  assert.ok(!isSignedBy(aliceHex, payload, { ...signature, wrapped: true }));
  assert.ok(!isSignedBy(Signer.generate().signer.publicKey, payload, signature));
});

test('malformed keys and signatures are no signatures, and throw nothing', () => {
  const { signer } = Signer.generate();
  const payload = voucherPayload(place, voucher);
  const { bytes } = signer.sign(payload);
  for (const wrong of ['0x', bytes.slice(0, -2), `${bytes}00`, 'no hex', `0x${'ff'.repeat(64)}`, `0x${'00'.repeat(64)}`]) {
    assert.equal(isSignedBy(signer.publicKey, payload, { bytes: wrong, wrapped: false }), false, wrong);
  }
  for (const key of ['0x', `0x${'00'.repeat(32)}`, `0x${'ff'.repeat(32)}`, signer.publicKey.slice(0, -2)]) {
    assert.equal(isSignedBy(key, payload, { bytes, wrapped: false }), false, key);
  }
});

test('a voucher is the same after it was written as text and read', () => {
  const { signer } = Signer.generate();
  for (const wrapped of [false, true]) {
    const signature = { bytes: signer.sign(voucherPayload(place, voucher)).bytes, wrapped };
    const text = formatPaper({ place, voucher, signature });
    assert.equal(text.length, 'farthing-voucher-2:'.length + 2 * 253);
    const read = parsePaper(` ${text}\n`);
    assert.deepEqual(read.signature, signature);
    assert.equal(formatPaper(read), text);
    assert.equal(toHex(voucherPayload(read.place, read.voucher)), toHex(voucherPayload(place, voucher)));
  }
});

test('what is no voucher is refused', () => {
  const { signer } = Signer.generate();
  const text = formatPaper({ place, voucher, signature: signer.sign(voucherPayload(place, voucher)) });
  const wrong = ['', 'farthing-voucher-2:', text.slice(0, -2), `${text}00`, text.replace('-2:', '-1:'), `${text.slice(0, -2)}02`, `${text.slice(0, -1)}g`];
  for (const one of wrong) {
    assert.throws(() => parsePaper(one), (error) => error instanceof VoucherError && error.code === 'NoVoucher', one);
  }
});

test('a voucher is due what it says beyond what was claimed, at most the reserve, while the channel is open', () => {
  const paper = { place, voucher };
  const now = { time: 1_000n, block: 10 };
  const open = { epoch: channel.epoch, reserve: 100n, claimed: 40n, end: null };
  assert.equal(dueOf(paper, open, now), 60n);
  assert.equal(dueOf(paper, { ...open, reserve: 1_000n }, now), 83n);
  assert.equal(dueOf(paper, { ...open, reserve: 1_000n, claimed: 123n }, now), 0n);
  assert.equal(dueOf(paper, { ...open, claimed: 100n }, now), 0n);
  assert.equal(dueOf(paper, { ...open, epoch: channel.epoch + 1n }, now), 0n);
  assert.equal(dueOf(paper, null, now), 0n);
  // It is over when both the time and the block have come.
  assert.equal(dueOf(paper, { ...open, end: { time: 1_000n, block: 10 } }, now), 0n);
  assert.equal(dueOf(paper, { ...open, end: { time: 1_000n, block: 11 } }, now), 60n);
  assert.equal(dueOf(paper, { ...open, end: { time: 1_001n, block: 10 } }, now), 60n);
});

test('amounts in refusals are written as the caller likes', () => {
  const error = new VoucherError('NothingNew', { before: 20n });
  assert.match(error.message, /20 of the smallest unit/);
  assert.equal(error.explain((amount) => `${amount} pennies`), "The voucher is worth nothing new: 20 pennies of the channel are the payee's already.");
});

test('hexadecimal text is read strictly', () => {
  assert.deepEqual(fromHex('0x00ff'), Uint8Array.of(0, 255));
  for (const wrong of ['0x0', 'xy', '0x0g', '0x 1']) assert.throws(() => fromHex(wrong), undefined, wrong);
});

test('a page that pays, and a server that is paid, load at most 20 KB of it', async () => {
  const size = (contents) => sizeOf(contents, new URL('.', import.meta.url).pathname);
  const ceilings = {
    "export { Payer, Signer } from '@farthing/vouchers'; export * from '@farthing/vouchers/indexed-db';": 20,
    "export { Payee, parsePaper, formatPaper } from '@farthing/vouchers';": 20,
    // Who only hashes gets no curve.
    "export { contentHash, handleClaim } from '@farthing/vouchers';": 5,
    "export * from '@farthing/vouchers'; export * from '@farthing/vouchers/indexed-db';": 23,
  };
  for (const [contents, ceiling] of Object.entries(ceilings)) {
    const found = await size(contents);
    assert.ok(found <= ceiling * 1024, `${contents} comes to ${found} bytes.`);
  }
});
