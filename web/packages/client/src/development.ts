// Accounts of development chains, whose keys everybody has.

import { HDKD, getPublicKey, secretFromSeed, sign } from '@scure/sr25519';
import { fromHex, toAddress } from '@farthing/vouchers';
import type { Account } from './wallet.js';

/** The seed of the phrase that Substrate's development accounts are derived from. */
const SEED = '0xfac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e';
/** The kind of key, which goes before a signature: sr25519. */
const KIND = 1;

/** Returns a development account, such as `Alice` or `1`. On other chains it has nothing, and everybody has its key. */
export function developmentAccount(name: string): Account {
  const text = new TextEncoder().encode(name);
  const code = new Uint8Array(32);
  // A number is a number of 8 bytes, and anything else is a text with its length.
  if (/^\d+$/.test(name)) new DataView(code.buffer).setBigUint64(0, BigInt(name), true);
  else code.set([text.length << 2, ...text]);
  const secret = HDKD.secretHard(secretFromSeed(fromHex(SEED, 32)), code);
  return {
    name,
    address: toAddress(getPublicKey(secret)),
    key: (message) => Uint8Array.of(KIND, ...sign(secret, message)),
  };
}
