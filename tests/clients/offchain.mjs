// What a frontend hashes and signs itself. The formats are those of contracts/types; its `vectors.json` has
// values to compare with, and a test here does.

import { blake2AsU8a } from '@polkadot/util-crypto';
import { bytes, concat, hex, int, length, utf8 } from './scale.mjs';

const hash = (...parts) => hex(blake2AsU8a(concat(...parts), 256));
const none = int(0, 8);
const some = (...parts) => concat(int(1, 8), ...parts);

/** The commitment that claims a handle. */
export const handleClaim = (handle, owner, salt) =>
  hash(utf8('farthing/handle-claim/v1'), length(utf8(handle).length), utf8(handle), bytes(owner), bytes(salt));

/** The commitment of a blinded purchase. */
export const blindedPurchase = (storefront, creator, tier, buyer, item, secret) =>
  hash(
    utf8('farthing/blinded/v1'), bytes(storefront), int(creator, 32), int(tier, 8), bytes(buyer), int(item, 32),
    bytes(secret),
  );

/** The hash of a page of receipts after one more purchase. */
export const receipt = (earlier, { item, payer, paid, term }) =>
  hash(
    utf8('farthing/receipt/v2'), bytes(earlier), int(item, 32), bytes(payer), int(paid, 128),
    term ? some(int(term.at, 64), int(term.from, 64), int(term.period, 64)) : none,
  );

/** What is signed for a voucher: by the channel's signer key. */
export const voucher = ({ genesis, contract, payer, payee, lane, epoch, cumulative, root }) =>
  concat(
    utf8('farthing/voucher/v2'), bytes(genesis), bytes(contract), bytes(payer), bytes(payee), int(lane, 32),
    int(epoch, 64), int(cumulative, 128), bytes(root),
  );

/** What is signed for closing together: by the channel's closing key, which must be an sr25519 key. */
export const closing = ({ genesis, contract, payer, payee, lane, epoch, amount, expires }) =>
  concat(
    utf8('farthing/closing/v2'), bytes(genesis), bytes(contract), bytes(payer), bytes(payee), int(lane, 32),
    int(epoch, 64), int(amount, 128), int(expires, 64),
  );

/** A payload as wallet extensions sign it. */
export const wrap = (payload) => concat(utf8('<Bytes>'), payload, utf8('</Bytes>'));

// ---- Merkle trees ----

const leaf = (entry) => hash(utf8('farthing/merkle-leaf/v2'), bytes(entry));
const node = (left, right) => hash(utf8('farthing/merkle-node/v2'), bytes(left), bytes(right));

/** The left side of `count` entries has the largest power of two below it. */
function halves(leaves) {
  let left = 1;
  while (left * 2 < leaves.length) left *= 2;
  return [leaves.slice(0, left), leaves.slice(left)];
}

function top(leaves) {
  if (leaves.length === 1) return leaves[0];
  const [left, right] = halves(leaves);
  return node(top(left), top(right));
}

/** From the entry up. */
function path(leaves, index) {
  if (leaves.length === 1) return [];
  const [left, right] = halves(leaves);
  return index < left.length
    ? [...path(left, index), top(right)]
    : [...path(right, index - left.length), top(left)];
}

export const merkleRoot = (entries) =>
  entries.length === 0
    ? `0x${'00'.repeat(32)}`
    : hash(utf8('farthing/merkle-root/v2'), int(entries.length, 64), bytes(top(entries.map(leaf))));

export const merkleProof = (entries, index) => ({
  index: String(index),
  count: String(entries.length),
  path: path(entries.map(leaf), index),
});
