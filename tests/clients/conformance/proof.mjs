// Proofs of storage, checked without any library: nodes of a trie by their hashes, down to a key.

import { blake2AsHex } from '@polkadot/util-crypto';
import { bytes, hex } from '../scale.mjs';

const HASH = 32;

/**
 * The value at a key, in hex, or null if the proof shows that there is none. Throws if it shows neither.
 */
export function provenValue(root, proof, key) {
  const nodes = new Map(proof.map((node) => [blake2AsHex(bytes(node)), bytes(node)]));
  const at = (hash) => {
    if (!nodes.has(hash)) throw new Error(`The proof has no node ${hash}.`);
    return nodes.get(hash);
  };
  let path = [...hex(bytes(key)).slice(2)].map((digit) => parseInt(digit, 16));
  let node = readNode(at(root));
  for (;;) {
    const { partial, value, hashed, children } = node;
    if (partial.some((digit, i) => digit !== path[i])) return null;
    path = path.slice(partial.length);
    if (path.length === 0) {
      if (value === null) return null;
      return hashed ? hex(at(hex(value))) : hex(value);
    }
    const child = children?.[path[0]];
    if (!child) return null;
    path = path.slice(1);
    node = readNode(child.length === HASH ? at(hex(child)) : child);
  }
}

/** What the first bits of a node say: how it is built, and in how many bits its path's length begins. */
const KINDS = [
  { bits: 0b01, of: 2 },
  { bits: 0b10, of: 2, branch: true, empty: true },
  { bits: 0b11, of: 2, branch: true },
  { bits: 0b001, of: 3, hashed: true },
  { bits: 0b0001, of: 4, hashed: true, branch: true },
];

function readNode(raw) {
  let at = 0;
  const take = (count) => raw.slice(at, (at += count));
  const [first] = take(1);
  const kind = KINDS.find(({ bits, of }) => first >> (8 - of) === bits);
  if (!kind) return { partial: [], value: null };
  const most = (1 << (8 - kind.of)) - 1;
  let count = first & most;
  if (count === most) {
    let more;
    do {
      [more] = take(1);
      count += more;
    } while (more === 255);
  }
  const digits = [...take(Math.ceil(count / 2))].flatMap((byte) => [byte >> 4, byte & 15]);
  const partial = digits.slice(digits.length - count);
  const held = kind.branch ? take(2) : null;
  const list = () => take(length());
  const length = () => {
    const [byte] = take(1);
    if (byte % 4 === 0) return byte >> 2;
    const more = byte % 4 === 1 ? 1 : 3;
    return [...take(more)].reduce((sum, one, i) => sum + one * 256 ** (i + 1), byte) >> 2;
  };
  let value = null;
  if (!kind.empty) value = kind.hashed ? take(HASH) : list();
  const mask = held && held[0] | (held[1] << 8);
  const children = held && Array.from({ length: 16 }, (_, i) => (mask & (1 << i) ? list() : null));
  return { partial, value, hashed: kind.hashed, children };
}
