// Accounts of development chains, whose keys everybody has.

import { HDKD, getPublicKey, secretFromSeed, sign } from '@scure/sr25519';
import { fromHex, toAddress } from '@farthing/vouchers';
import type { Account } from './wallet.js';

/** The seed of the phrase that Substrate's development accounts are derived from. */
const SEED = '0xfac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e';
/** The kind of key, which goes before a signature: sr25519. */
const KIND = 1;

/**
 * Returns a development account, such as `Alice`, `1` or `Alice//stash`. On other chains it has nothing, and everybody
 * has its key.
 */
export function developmentAccount(name: string): Account {
  const secret = name.split('//').reduce((parent, part) => HDKD.secretHard(parent, codeOf(part)), secretFromSeed(fromHex(SEED, 32)));
  return {
    name,
    address: toAddress(getPublicKey(secret)),
    key: (message) => Uint8Array.of(KIND, ...sign(secret, message)),
  };
}

/** A number is a number of 8 bytes, and anything else a text with its length. */
function codeOf(part: string): Uint8Array {
  const code = new Uint8Array(32);
  const text = new TextEncoder().encode(part);
  if (/^\d+$/.test(part)) new DataView(code.buffer).setBigUint64(0, BigInt(part), true);
  else code.set([text.length << 2, ...text]);
  return code;
}
