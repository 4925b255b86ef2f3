// Keeps a page's wallet in the browser's database, which all tabs of the site share.

import { type Change, type Store, Turns } from './store.js';

const TABLE = 'kept';

/** Keeps texts in IndexedDB. */
export class IndexedDbStore implements Store {
  readonly #database: IDBDatabase;
  readonly #turns = new Turns();

  private constructor(database: IDBDatabase) {
    this.#database = database;
  }

  /** Opens a database of this name, and asks the browser not to throw it away when room is scarce. */
  static async open(name = 'farthing'): Promise<IndexedDbStore> {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE);
    const database = await answer(opening);
    // Another tab may have a newer version of the page: this one must not stand in its way.
    database.onversionchange = () => database.close();
    // Browsers decide by themselves, or ask people, who may take their time; the wallet works either way.
    navigator.storage?.persist?.().catch(() => false);
    return new IndexedDbStore(database);
  }

  async get(key: string): Promise<string | undefined> {
    return answer(this.#table('readonly').get(key));
  }

  update<T>(key: string, change: (kept: string | undefined) => Change<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(TABLE, 'readwrite', { durability: 'strict' });
      const table = transaction.objectStore(TABLE);
      const reading = table.get(key);
      let given: { value: T } | undefined;
      let failure: unknown;
      reading.onsuccess = () => {
        try {
          const { keep, give } = change(reading.result);
          if (keep !== undefined) table.put(keep, key);
          given = { value: give };
        } catch (error) {
          failure = error;
          transaction.abort();
        }
      };
      transaction.oncomplete = () => given && resolve(given.value);
      transaction.onabort = () => reject(failure ?? transaction.error);
    });
  }

  async list(prefix: string): Promise<[string, string][]> {
    const table = this.#table('readonly');
    const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
    const [keys, texts] = await Promise.all([answer(table.getAllKeys(range)), answer(table.getAll(range))]);
    return keys.map((key, i) => [String(key), texts[i]]);
  }

  alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    // Pages that are not served securely have no locks: then only this tab's work waits for its turn.
    if (!('locks' in navigator)) return this.#turns.alone(name, work);
    return navigator.locks.request(`${this.#database.name} ${name}`, work) as Promise<T>;
  }

  /** Closes the database. */
  close(): void {
    this.#database.close();
  }

  #table(mode: IDBTransactionMode): IDBObjectStore {
    return this.#database.transaction(TABLE, mode).objectStore(TABLE);
  }
}

/** Returns what a request of IndexedDB comes to. */
export const answer = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
