// Merkle roots of what was bought, as contracts/types/src/merkle.rs says: the tree of RFC 9162 with Blake2b and
// tags of our own.

import { fromHex, type Hex, littleEndian, toHex, utf8 } from './bytes.js';
import { blake2 } from './commitment.js';

/** The root of nothing. */
export const NO_ENTRIES: Hex = `0x${'00'.repeat(32)}`;

/** That an entry is in a list. */
export interface Proof {
  /** Its place in the list, from 0. */
  index: bigint;
  /** How many entries the list has. */
  count: bigint;
  /** What the entry's hash is combined with on the way to the root. */
  path: Hex[];
}

/** Returns the hash of an entry. */
export const leaf = (entry: Uint8Array): Hex => blake2(utf8('farthing/merkle-leaf/v2'), entry);

const node = (left: Hex, right: Hex): Hex => blake2(utf8('farthing/merkle-node/v2'), fromHex(left), fromHex(right));

const rootHash = (count: bigint, top: Hex): Hex =>
  blake2(utf8('farthing/merkle-root/v2'), littleEndian(count, 64), fromHex(top));

/** Returns the root of a list with these leaves. */
export const rootOf = (leaves: readonly Hex[]): Hex =>
  leaves.length === 0 ? NO_ENTRIES : rootHash(BigInt(leaves.length), top(leaves));

/** A growing list's root, without the list: a hash for each doubling of its length. */
export class Root {
  #count = 0n;
  /** The tops of the full subtrees, largest first: one for each one bit of the count. */
  readonly #peaks: Hex[] = [];

  /** Appends an entry. */
  push(entry: Uint8Array): void {
    let last = leaf(entry);
    // As in binary addition: each full subtree of the new one's size is merged into it.
    for (let bits = this.#count; bits & 1n; bits >>= 1n) last = node(this.#peaks.pop() as Hex, last);
    this.#peaks.push(last);
    this.#count += 1n;
  }

  /** Returns how many entries there are. */
  get count(): bigint {
    return this.#count;
  }

  /** Returns the root of the entries so far. */
  get hash(): Hex {
    return this.#count === 0n
      ? NO_ENTRIES
      : rootHash(this.#count, this.#peaks.reduceRight((right, left) => node(left, right)));
  }
}

/** Returns the proof for the entry at a place of a list with these leaves; null beyond its end. */
export function prove(leaves: readonly Hex[], index: number): Proof | null {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) return null;
  return { index: BigInt(index), count: BigInt(leaves.length), path: pathTo(leaves, index) };
}

/** Returns whether a proof shows that the list with this root has so many entries, and the entry at that place. */
export function isProved(root: Hex, entry: Uint8Array, { index, count, path }: Proof): boolean {
  if (index < 0n || index >= count) return false;
  // The entry's node, and the last one, at the height reached so far.
  let [at, last] = [index, count - 1n];
  let reached = leaf(entry);
  for (const sibling of path) {
    if (last === 0n) return false;
    if (at & 1n || at === last) {
      reached = node(sibling, reached);
      // A last node without a sibling rises until it is a right one.
      for (; !(at & 1n); at >>= 1n) last >>= 1n;
    } else {
      reached = node(reached, sibling);
    }
    [at, last] = [at >> 1n, last >> 1n];
  }
  return last === 0n && rootHash(count, reached) === toHex(fromHex(root));
}

/** Divides at the largest power of two below the length. */
function halves(leaves: readonly Hex[]): [readonly Hex[], readonly Hex[]] {
  let left = 1;
  while (left * 2 < leaves.length) left *= 2;
  return [leaves.slice(0, left), leaves.slice(left)];
}

function top(leaves: readonly Hex[]): Hex {
  if (leaves.length === 1) return leaves[0] as Hex;
  const [left, right] = halves(leaves);
  return node(top(left), top(right));
}

/** What a leaf is combined with, from below. */
function pathTo(leaves: readonly Hex[], index: number): Hex[] {
  if (leaves.length === 1) return [];
  const [left, right] = halves(leaves);
  return index < left.length
    ? [...pathTo(left, index), top(right)]
    : [...pathTo(right, index - left.length), top(left)];
}
