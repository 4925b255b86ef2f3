// Where wallets keep what must not be lost: texts by key.

/** What to keep under a key from now on, and what to answer. */
export interface Change<T> {
  /** The new text; undefined leaves what is there. */
  keep?: string;
  give: T;
}

/** A place that keeps texts by key. */
export interface Store {
  /** Returns what is kept under a key. */
  get(key: string): Promise<string | undefined>;
  /**
   * Reads what is kept under a key and writes what `change` makes of it, with nobody else in between. Once this
   * resolves, it survives the end of the program.
   */
  update<T>(key: string, change: (kept: string | undefined) => Change<T>): Promise<T>;
  /** Returns all keys that begin so, in order, with what is kept under them. */
  list(prefix: string): Promise<[string, string][]>;
  /** Runs one piece of work of this name at a time, of all who use this store. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** One piece of work of a name at a time, in this program. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const now = before.then(work, work);
    const done = now.catch(() => {}).then(() => {
      if (this.#last.get(name) === done) this.#last.delete(name);
    });
    this.#last.set(name, done);
    return now;
  }
}

/** Keeps texts for as long as the program runs: for tests, and for what may be forgotten. */
export class MapStore implements Store {
  readonly #kept: Map<string, string>;
  readonly #turns = new Turns();

  constructor(kept = new Map<string, string>()) {
    this.#kept = kept;
  }

  async get(key: string): Promise<string | undefined> {
    return this.#kept.get(key);
  }

  async update<T>(key: string, change: (kept: string | undefined) => Change<T>): Promise<T> {
    const { keep, give } = change(this.#kept.get(key));
    if (keep !== undefined) this.#kept.set(key, keep);
    return give;
  }

  async list(prefix: string): Promise<[string, string][]> {
    return [...this.#kept].filter(([key]) => key.startsWith(prefix)).sort(([one], [other]) => (one < other ? -1 : 1));
  }

  alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.#turns.alone(name, work);
  }
}

/** Writes values as JSON, with whole numbers that are too large for it as text after `n:`. */
export const toText = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `n:${one}` : one));

/** Reads what `toText` wrote. */
export const fromText = (text: string): unknown =>
  JSON.parse(text, (_, one: unknown) => (typeof one === 'string' && /^n:\d+$/.test(one) ? BigInt(one.slice(2)) : one));
