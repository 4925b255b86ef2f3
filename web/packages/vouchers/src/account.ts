// Accounts, which people write as SS58 addresses, with the prefix of any network.

import { blake2b } from '@noble/hashes/blake2.js';
import { concat, fromHex, type Hex, toHex, utf8 } from './bytes.js';

/** An account: an SS58 address of any network, or 32 bytes, also in hexadecimal. */
export type AccountLike = string | Uint8Array;

/** The prefix of addresses that are of no network in particular. */
export const GENERIC_PREFIX = 42;

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** SS58 has 14 bits for prefixes. */
const MAX_PREFIX = 0x3fff;

/** Returns an account's 32 bytes. */
export function accountBytes(account: AccountLike): Uint8Array {
  if (typeof account !== 'string') {
    if (account.length !== 32) throw new TypeError(`An account has 32 bytes, and these are ${account.length}.`);
    return account;
  }
  return account.startsWith('0x') ? fromHex(account, 32) : fromAddress(account);
}

/** Returns an account in the one form in which this kit compares and keeps accounts: its bytes in hexadecimal. */
export const accountHex = (account: AccountLike): Hex => toHex(accountBytes(account));

/** Returns whether two are the same account, whatever the prefixes of their addresses. */
export const sameAccount = (one: AccountLike, other: AccountLike): boolean => accountHex(one) === accountHex(other);

/** Returns an account's address, with a network's prefix. */
export function toAddress(account: AccountLike, prefix = GENERIC_PREFIX): string {
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > MAX_PREFIX) throw new RangeError(`SS58 has no prefix ${prefix}.`);
  const body = concat(prefixBytes(prefix), accountBytes(account));
  return base58(concat(body, checksum(body)));
}

function fromAddress(address: string): Uint8Array {
  const bytes = fromBase58(address);
  const prefix = (bytes?.[0] ?? 0xff) < 0x40 ? 1 : 2;
  const body = bytes?.subarray(0, -2);
  if (bytes && body?.length === prefix + 32 && (bytes[0] as number) < 0x80) {
    if (toHex(checksum(body)) === toHex(bytes.subarray(-2))) return body.slice(prefix);
  }
  throw new TypeError(`"${address}" is no account's address.`);
}

/** The lower 8 bits without their last two, then those two above the upper 6 bits. */
const prefixBytes = (prefix: number): Uint8Array =>
  prefix < 0x40
    ? Uint8Array.of(prefix)
    : Uint8Array.of(0x40 | ((prefix & 0xff) >> 2), ((prefix & 3) << 6) | (prefix >> 8));

const checksum = (body: Uint8Array): Uint8Array => blake2b(concat(utf8('SS58PRE'), body)).subarray(0, 2);

function base58(bytes: Uint8Array): string {
  let rest = BigInt(toHex(bytes));
  let text = '';
  for (; rest > 0n; rest /= 58n) text = ALPHABET[Number(rest % 58n)] + text;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return '1'.repeat(zeros < 0 ? bytes.length : zeros) + text;
}

function fromBase58(text: string): Uint8Array | null {
  let sum = 0n;
  for (const letter of text) {
    const digit = ALPHABET.indexOf(letter);
    if (digit < 0) return null;
    sum = sum * 58n + BigInt(digit);
  }
  const digits = sum === 0n ? '' : sum.toString(16);
  const zeros = text.match(/^1*/)?.[0].length ?? 0;
  return concat(new Uint8Array(zeros), fromHex(digits.length % 2 ? `0${digits}` : digits));
}
