// Signing and checking payloads with sr25519, in the context that the chain uses.

import { getPublicKey, secretFromSeed, sign, verify } from '@scure/sr25519';
import { asBytes, fromHex, type Hex, toHex } from './bytes.js';
import { type Signature, wrap } from './payload.js';

/** A key that signs vouchers or closings. */
export class Signer {
  readonly #secret: Uint8Array;
  /** The public key: what a channel is opened with. */
  readonly publicKey: Hex;

  private constructor(seed: Uint8Array) {
    this.#secret = secretFromSeed(seed);
    this.publicKey = toHex(getPublicKey(this.#secret));
  }

  /** Returns the key of a seed of 32 bytes, as Substrate's tools derive it. */
  static fromSeed(seed: Uint8Array | string): Signer {
    return new Signer(asBytes(seed, 32));
  }

  /** Makes a new key. Keep the seed, if it is to be used again. */
  static generate(): { signer: Signer; seed: Hex } {
    const seed = crypto.getRandomValues(new Uint8Array(32));
    return { signer: new Signer(seed), seed: toHex(seed) };
  }

  /** Signs a payload as it is. */
  sign(payload: Uint8Array): Signature {
    return { bytes: toHex(sign(this.#secret, payload)), wrapped: false };
  }
}

/**
 * Returns whether a signature is a key's over a payload, in exactly the form that it says: what is signed wrapped
 * is no signature over the plain payload, and the other way round. Whatever is malformed is no signature.
 */
export function isSignedBy(publicKey: string, payload: Uint8Array, signature: Signature): boolean {
  try {
    const message = signature.wrapped ? wrap(payload) : payload;
    // The library throws on bytes that are no key, no point or no scalar.
    return verify(message, fromHex(signature.bytes, 64), fromHex(publicKey, 32));
  } catch {
    return false;
  }
}
