// What is signed and hashed is, byte for byte, what contracts/types/vectors.json says.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import {
  blake2,
  blindedPurchase,
  closingPayload,
  contentHash,
  fromHex,
  handleClaim,
  isProved,
  isSignedBy,
  leaf,
  poolAccount,
  prove,
  receiptHash,
  Root,
  rootOf,
  toHex,
  voucherPayload,
} from '@farthing/vouchers';
import {
  blindedPreimage,
  contractPreimage,
  handleClaimPreimage,
  poolSaltPreimage,
  receiptPreimage,
} from '../dist/commitment.js';

const vectors = JSON.parse(readFileSync(new URL('../../../../contracts/types/vectors.json', import.meta.url)));
const hex = (text) => `0x${text}`;

test('no kind of vector is left out', () => {
  const kinds = ['about', 'signing_context', 'signatures', 'contents', 'merkle', 'merkle_proofs', 'handle_claims', 'blinded_purchases', 'receipts', 'pools'];
  assert.deepEqual(Object.keys(vectors).sort(), kinds.sort());
});

for (const vector of vectors.signatures) {
  test(`signature: ${vector.name}`, () => {
    const [genesis, contract, payer, payee, root] = ['genesis', 'contract', 'payer', 'payee', 'root'].map((name) => vector[name] && hex(vector[name]));
    const channel = { payer, payee, lane: vector.lane, epoch: BigInt(vector.epoch) };
    const amount = BigInt(vector.amount);
    const payload =
      vector.kind === 'voucher'
        ? voucherPayload({ genesis, contract }, { channel, cumulative: amount, root })
        : closingPayload({ genesis, contract }, { channel, amount, expires: BigInt(vector.expires) });
    assert.equal(toHex(payload), hex(vector.payload));
    const signature = { bytes: hex(vector.signature), wrapped: vector.wrapped };
    assert.equal(isSignedBy(hex(vector.signer), payload, signature), vector.valid);
    // What is valid in one form never is in the other.
    if (vector.valid) assert.equal(isSignedBy(hex(vector.signer), payload, { ...signature, wrapped: !vector.wrapped }), false);
  });
}

test('contents hash as the vectors say', () => {
  for (const { bytes, hash } of vectors.contents) assert.equal(contentHash(fromHex(bytes)), hex(hash));
});

test('Merkle leaves, roots and proofs are as the vectors say', () => {
  for (const { entries, leaves, root, proofs } of vectors.merkle) {
    const own = entries.map((entry) => leaf(fromHex(entry)));
    assert.deepEqual(own, leaves.map(hex));
    assert.equal(rootOf(own), hex(root));
    const growing = new Root();
    entries.forEach((entry) => growing.push(fromHex(entry)));
    assert.equal(growing.hash, hex(root));
    assert.equal(growing.count, BigInt(entries.length));
    entries.forEach((entry, index) => {
      const proof = prove(own, index);
      assert.deepEqual(proof.path, proofs[index].map(hex));
      assert.ok(isProved(hex(root), fromHex(entry), proof));
    });
    assert.equal(prove(own, entries.length), null);
    assert.equal(prove(own, -1), null);
  }
});

for (const { name, root, entry, index, count, path, valid } of vectors.merkle_proofs) {
  test(`Merkle: ${name}`, () => {
    const proof = { index: BigInt(index), count: BigInt(count), path: path.map(hex) };
    assert.equal(isProved(hex(root), fromHex(entry), proof), valid);
  });
}

test('handle claims are as the vectors say', () => {
  for (const { handle, owner, salt, preimage, hash } of vectors.handle_claims) {
    assert.equal(toHex(handleClaimPreimage(handle, hex(owner), salt)), hex(preimage));
    assert.equal(handleClaim(handle, hex(owner), salt), hex(hash));
  }
});

test('blinded purchases are as the vectors say', () => {
  for (const { preimage, hash, storefront, buyer, ...rest } of vectors.blinded_purchases) {
    const purchase = { ...rest, storefront: hex(storefront), buyer: hex(buyer) };
    assert.equal(toHex(blindedPreimage(purchase)), hex(preimage));
    assert.equal(blindedPurchase(purchase), hex(hash));
  }
});

test('receipts are as the vectors say', () => {
  for (const { so_far, item, payer, paid, term, preimage, hash } of vectors.receipts) {
    const times = term && Object.fromEntries(Object.entries(term).map(([name, time]) => [name, BigInt(time)]));
    const purchase = { item, payer: hex(payer), paid: BigInt(paid), term: times };
    assert.equal(toHex(receiptPreimage(so_far, purchase)), hex(preimage));
    assert.equal(receiptHash(so_far, purchase), hex(hash));
  }
});

test("pools' accounts are as the vectors say", () => {
  for (const { maker, creator, salt, salt_preimage, salt_hash, factory, code_hash, input, preimage, account } of vectors.pools) {
    const saltPreimage = poolSaltPreimage(hex(maker), creator, salt);
    assert.equal(toHex(saltPreimage), hex(salt_preimage));
    assert.equal(blake2(saltPreimage), hex(salt_hash));
    const making = { deployer: hex(factory), codeHash: code_hash, input, salt: salt_hash };
    assert.equal(toHex(contractPreimage(making)), hex(preimage));
    assert.equal(poolAccount({ factory: hex(factory), codeHash: code_hash, input, maker: hex(maker), creator, salt }), hex(account));
  }
});
