// Session keys: a key that a page keeps for a channel, so that the wallet is asked once and never for a payment.
//
// Browsers cannot sign with sr25519 by themselves. So the seed is kept under a key that the browser never gives
// away: what is in the database is of no use elsewhere, though scripts of the same page can use it. What such a key
// can spend is the channel's reserve, and only on its payee.

import { fromHex, type Hex, Signer, type Store, toHex } from '@farthing/vouchers';

/** Keeps seeds. */
export interface Seeds {
  /** Returns the seed that is kept under a name, if there is one that can be read. */
  get(name: string): Promise<Hex | null>;
  /** Keeps a seed. Once this resolves, it survives the end of the program. */
  put(name: string, seed: Hex): Promise<void>;
}

/** Returns the key that is kept under a name, or makes one and keeps it. */
export async function sessionKey(seeds: Seeds, name: string): Promise<Signer> {
  const kept = await seeds.get(name);
  if (kept) return Signer.fromSeed(kept);
  const { signer, seed } = Signer.generate();
  await seeds.put(name, seed);
  return signer;
}

/** Keeps seeds as they are, for programs whose store nobody else reads. */
export class PlainSeeds implements Seeds {
  constructor(readonly store: Store) {}

  async get(name: string): Promise<Hex | null> {
    return ((await this.store.get(`seed ${name}`)) as Hex | undefined) ?? null;
  }

  put(name: string, seed: Hex): Promise<void> {
    // A seed that is there is never replaced: a channel may have been opened with it.
    return this.store.update(`seed ${name}`, (kept) => (kept ? { give: undefined } : { keep: seed, give: undefined }));
  }
}

const TABLE = 'keys';
const KEY = 'seeds';

/** Keeps seeds in a page's store, encrypted with a key that the browser does not give away. */
export class BrowserSeeds implements Seeds {
  private constructor(
    readonly store: Store,
    readonly key: CryptoKey,
  ) {}

  /** Opens the place of the browser's key, and makes one the first time. */
  static async open(store: Store, database = 'farthing-keys'): Promise<BrowserSeeds> {
    const opened = await openKeys(database);
    try {
      return new BrowserSeeds(store, (await keyIn(opened)) ?? (await putKey(opened)));
    } finally {
      opened.close();
    }
  }

  async get(name: string): Promise<Hex | null> {
    const kept = await this.store.get(`seed ${name}`);
    if (!kept) return null;
    const bytes = fromHex(kept);
    try {
      const seed = await crypto.subtle.decrypt(this.#algorithm(name, bytes.slice(0, 12)), this.key, bytes.slice(12));
      return toHex(new Uint8Array(seed));
    } catch {
      // Of another browser's key, or changed: of no use any more.
      return null;
    }
  }

  async put(name: string, seed: Hex): Promise<void> {
    const nonce = crypto.getRandomValues(new Uint8Array(12));
    const hidden = await crypto.subtle.encrypt(this.#algorithm(name, nonce), this.key, fromHex(seed) as BufferSource);
    const text = toHex(Uint8Array.of(...nonce, ...new Uint8Array(hidden)));
    await this.store.update(`seed ${name}`, () => ({ keep: text, give: undefined }));
  }

  /** The name is bound to what is kept under it. */
  #algorithm(name: string, nonce: Uint8Array): AesGcmParams {
    return { name: 'AES-GCM', iv: nonce as BufferSource, additionalData: new TextEncoder().encode(name) };
  }
}

function openKeys(name: string): Promise<IDBDatabase> {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE);
  return answer(opening);
}

const keyIn = (database: IDBDatabase): Promise<CryptoKey | undefined> =>
  answer(database.transaction(TABLE).objectStore(TABLE).get(KEY));

/** Another tab may be quicker: the first key that was kept is the one. */
async function putKey(database: IDBDatabase): Promise<CryptoKey> {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  await answer(database.transaction(TABLE, 'readwrite').objectStore(TABLE).add(key, KEY)).catch(() => {});
  return (await keyIn(database)) ?? key;
}

const answer = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = (event) => {
      event.preventDefault();
      reject(request.error);
    };
  });
