// Hashes that hide something until it is revealed, as contracts/types/src/commitment.rs says, and the accounts of
// contracts that are yet to be made, as address.rs says.

import { blake2b } from '@noble/hashes/blake2.js';
import { type AccountLike, accountBytes } from './account.js';
import { asBytes, compactLength, concat, type Hex, littleEndian, option, toHex, utf8 } from './bytes.js';

type Bytes = Uint8Array | string;

/** Hashes bytes by Blake2b with 32 bytes of output. */
export const blake2 = (...parts: Uint8Array[]): Hex => toHex(blake2b(concat(...parts), { dkLen: 32 }));

/** Returns the commitment to a piece of content: the hash of its bytes. */
export const contentHash = (content: Uint8Array): Hex => blake2(content);

/** Returns what is hashed to claim a handle. */
export const handleClaimPreimage = (handle: string, owner: AccountLike, salt: Bytes): Uint8Array =>
  concat(
    utf8('farthing/handle-claim/v1'),
    compactLength(utf8(handle).length),
    utf8(handle),
    accountBytes(owner),
    asBytes(salt, 32),
  );

/** Returns the commitment that claims a handle for an owner without telling anyone yet. */
export const handleClaim = (handle: string, owner: AccountLike, salt: Bytes): Hex =>
  blake2(handleClaimPreimage(handle, owner, salt));

/** What a blinded purchase is of. */
export interface Blinded {
  /** The storefront's account. */
  storefront: AccountLike;
  creator: number;
  tier: number;
  buyer: AccountLike;
  item: number;
  /** 32 random bytes, new ones each time: items are few, so that a secret that can be guessed hides nothing. */
  secret: Bytes;
}

/** Returns what is hashed for a blinded purchase. */
export const blindedPreimage = ({ storefront, creator, tier, buyer, item, secret }: Blinded): Uint8Array =>
  concat(
    utf8('farthing/blinded/v1'),
    accountBytes(storefront),
    littleEndian(creator, 32),
    littleEndian(tier, 8),
    accountBytes(buyer),
    littleEndian(item, 32),
    asBytes(secret, 32),
  );

/** Returns the commitment of a blinded purchase. */
export const blindedPurchase = (purchase: Blinded): Hex => blake2(blindedPreimage(purchase));

/** A purchase as a buyer's receipts have it. */
export interface Receipt {
  item: number;
  payer: AccountLike;
  paid: bigint;
  /** For a purchase for a period: when it was bought, from when on it gives access, and for how long. */
  term: { at: bigint; from: bigint; period: bigint } | null;
}

/** Returns what is hashed to append a purchase to a buyer's receipts. */
export const receiptPreimage = (soFar: Bytes, { item, payer, paid, term }: Receipt): Uint8Array =>
  concat(
    utf8('farthing/receipt/v2'),
    asBytes(soFar, 32),
    littleEndian(item, 32),
    accountBytes(payer),
    littleEndian(paid, 128),
    option(term && concat(...[term.at, term.from, term.period].map((time) => littleEndian(time, 64)))),
  );

/** Returns the hash of a buyer's receipts after one more purchase. */
export const receiptHash = (soFar: Bytes, purchase: Receipt): Hex => blake2(receiptPreimage(soFar, purchase));

/** What makes a contract. */
export interface Making {
  deployer: AccountLike;
  codeHash: Bytes;
  /** The constructor's call, encoded. */
  input: Bytes;
  salt: Bytes;
}

/** Returns what is hashed for the account of a contract. */
export const contractPreimage = ({ deployer, codeHash, input, salt }: Making): Uint8Array =>
  concat(
    utf8('contract_addr_v1'),
    accountBytes(deployer),
    asBytes(codeHash, 32),
    ...[asBytes(input), asBytes(salt)].flatMap((bytes) => [compactLength(bytes.length), bytes]),
  );

/** Returns what is hashed for the salt with which the factory makes a pool. */
export const poolSaltPreimage = (maker: AccountLike, creator: number | null, salt: Bytes): Uint8Array =>
  concat(
    utf8('farthing/pool-salt/v1'),
    accountBytes(maker),
    option(creator === null ? null : littleEndian(creator, 32)),
    asBytes(salt, 32),
  );

/** Returns the account of the pool that a factory makes for `maker`. */
export function poolAccount(
  pool: { factory: AccountLike; codeHash: Bytes; input: Bytes; maker: AccountLike; creator: number | null; salt: Bytes },
): Hex {
  const { factory, codeHash, input, maker, creator } = pool;
  const salt = blake2(poolSaltPreimage(maker, creator, pool.salt));
  return blake2(contractPreimage({ deployer: factory, codeHash, input, salt }));
}
