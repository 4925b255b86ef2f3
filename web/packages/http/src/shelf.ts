// What flowed and was paid for, so that the next page goes on where this one ended, and pays for nothing twice.

import { answer } from '@farthing/vouchers/indexed-db';

/** What is known of what flowed from an address. */
export interface Had {
  /** Its media type. */
  readonly type: string;
  /** What the server calls this edition: its `ETag`. */
  readonly tag: string;
  /** How many bytes came. */
  readonly length: number;
  /** Whether that is all there is. */
  readonly isWhole: boolean;
}

/** A place that keeps what flowed, by names of the caller's. */
export interface Shelf {
  /** Returns what is known of it; null if nothing is kept. */
  find(name: string): Promise<Had | null>;
  /** Reads what came, from its beginning. */
  parts(name: string): AsyncIterable<Uint8Array>;
  /** Keeps something from its beginning on, and forgets what was kept of it. */
  begin(name: string, type: string, tag: string): Promise<void>;
  /** Keeps what comes at a place, if it goes on there after what is kept of this edition. */
  add(name: string, tag: string, at: number, part: Uint8Array): Promise<void>;
  /** That was all of it. */
  end(name: string, tag: string): Promise<void>;
  /** Forgets it. */
  drop(name: string): Promise<void>;
}

/** How much is kept of one thing, and of all, in bytes: the browser gives all of a site a limited room. */
const MOST = 64 * 1024 * 1024;
const MOST_IN_ALL = 2 * MOST;

const HAD = 'had';
const PARTS = 'parts';

interface Kept extends Had {
  /** When it was begun, in milliseconds. */
  readonly since: number;
}

/** Keeps it in IndexedDB, in a database that is not the wallet's. All tabs of a site share it. */
export class IndexedDbShelf implements Shelf {
  readonly #database: Promise<IDBDatabase>;

  constructor(name = 'farthing-had') {
    this.#database = open(name);
    // Whoever asks for something hears of it.
    this.#database.catch(() => {});
  }

  async find(name: string): Promise<Had | null> {
    const transaction = (await this.#database).transaction(HAD);
    return ((await answer(transaction.objectStore(HAD).get(name))) as Kept | undefined) ?? null;
  }

  async *parts(name: string): AsyncGenerator<Uint8Array, void> {
    for (let at = 0; ; ) {
      const transaction = (await this.#database).transaction(PARTS);
      const part = (await answer(transaction.objectStore(PARTS).get([name, at]))) as Uint8Array | undefined;
      if (!part) return;
      yield part;
      at += part.length;
    }
  }

  async begin(name: string, type: string, tag: string): Promise<void> {
    await this.drop(name);
    await this.#makeRoom();
    await this.#change(({ had }) => had.put({ type, tag, length: 0, isWhole: false, since: Date.now() } satisfies Kept, name));
  }

  async add(name: string, tag: string, at: number, part: Uint8Array): Promise<void> {
    await this.#changeOf(name, (kept, { had, parts }) => {
      const length = at + part.length;
      // Another tab may have begun anew, or be further.
      if (kept.tag !== tag || kept.length !== at || length > MOST) return;
      parts.put(part, [name, at]);
      had.put({ ...kept, length }, name);
    });
  }

  async end(name: string, tag: string): Promise<void> {
    await this.#changeOf(name, (kept, { had }) => {
      if (kept.tag === tag) had.put({ ...kept, isWhole: true }, name);
    });
  }

  async drop(name: string): Promise<void> {
    await this.#change(({ had, parts }) => {
      had.delete(name);
      parts.delete(IDBKeyRange.bound([name], [name, []]));
    });
  }

  /** Forgets what was begun longest ago, until there is room for one more. */
  async #makeRoom(): Promise<void> {
    const had = (await this.#database).transaction(HAD).objectStore(HAD);
    const [names, all] = (await Promise.all([answer(had.getAllKeys()), answer(had.getAll())])) as [string[], Kept[]];
    const latest = all.map((kept, i) => ({ ...kept, name: names[i] as string })).sort((one, other) => other.since - one.since);
    let room = MOST_IN_ALL - MOST;
    for (const { name, length } of latest) {
      room -= length;
      if (room < 0) await this.drop(name);
    }
  }

  #changeOf(name: string, change: (kept: Kept, tables: Tables) => void): Promise<void> {
    return this.#change((tables) => {
      const reading = tables.had.get(name);
      reading.onsuccess = () => reading.result && change(reading.result as Kept, tables);
    });
  }

  /** Changes it, with nobody else in between. */
  async #change(change: (tables: Tables) => void): Promise<void> {
    const transaction = (await this.#database).transaction([HAD, PARTS], 'readwrite');
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    change({ had: transaction.objectStore(HAD), parts: transaction.objectStore(PARTS) });
    await done;
  }
}

interface Tables {
  had: IDBObjectStore;
  parts: IDBObjectStore;
}

async function open(name: string): Promise<IDBDatabase> {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => [HAD, PARTS].forEach((table) => opening.result.createObjectStore(table));
  const database = await answer(opening);
  database.onversionchange = () => database.close();
  return database;
}

/**
 * Keeps what flows from a place on, as it comes, and that this is all, if it is the last and the flow says at its end
 * that it is through. What cannot be kept is not: whoever listens hears of nothing.
 */
export async function* keeping(shelf: Shelf, name: string, tag: string, from: number, flow: AsyncGenerator<Uint8Array, boolean>, isLast = true): AsyncGenerator<Uint8Array, boolean> {
  let at = from;
  let isKept = true;
  const keep = (work: () => Promise<void>): Promise<void> => (isKept ? work().catch(() => void (isKept = false)) : Promise.resolve());
  try {
    for (;;) {
      const next = await flow.next();
      if (next.done) {
        if (next.value && isLast) await keep(() => shelf.end(name, tag));
        return next.value;
      }
      // Before it is heard: whoever leaves in the middle has paid for it.
      await keep(() => shelf.add(name, tag, at, next.value));
      at += next.value.length;
      yield next.value;
    }
  } finally {
    await flow.return(false);
  }
}
