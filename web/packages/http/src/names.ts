// Names of requests, for `Idempotency-Key`: a server charges once for a name. A name is written down before its request
// is sent, so that a request whose answer was lost is asked for again under it, by the next page, too.

import type { Store } from '@farthing/vouchers';

/** How many names of lost answers are kept of an address. */
const ROOM = 16;

interface Kept {
  /** The last one whose answer came whole. */
  had: string | null;
  /** Those whose answers did not come, as far as is known. */
  lost: string[];
}

/** The names of what is asked of addresses. */
export class Names {
  readonly #underWay = new Set<string>();

  constructor(
    readonly store: Store,
    readonly prefix: string,
  ) {}

  /** Returns a name for a request: that of one whose answer was lost, or a new one. */
  begin(url: string): Promise<{ name: string; isNew: boolean }> {
    return this.#change(url, (kept) => {
      const lost = kept.lost.find((one) => !this.#underWay.has(one));
      const name = lost ?? crypto.randomUUID();
      this.#underWay.add(name);
      return [{ ...kept, lost: lost ? kept.lost : [...kept.lost, name].slice(-ROOM) }, { name, isNew: !lost }];
    });
  }

  /** The answer came whole: the same can be had again under this name. */
  had = (url: string, name: string): Promise<void> => this.#end(url, name, (kept) => ({ ...kept, had: name }));

  /** The answer is lost. */
  lose(name: string): void {
    this.#underWay.delete(name);
  }

  /** Nothing is to be had under this name. */
  drop = (url: string, name: string): Promise<void> => this.#end(url, name, (kept) => (kept.had === name ? { ...kept, had: null } : kept));

  /** Returns the name under which an answer came whole the last time. */
  last(url: string): Promise<string | null> {
    return this.#change(url, (kept) => [kept, kept.had]);
  }

  async #end(url: string, name: string, make: (kept: Kept) => Kept): Promise<void> {
    this.#underWay.delete(name);
    await this.#change(url, (kept) => [make({ ...kept, lost: kept.lost.filter((one) => one !== name) }), undefined]);
  }

  #change<T>(url: string, make: (kept: Kept) => [Kept, T]): Promise<T> {
    return this.store.update(`${this.prefix} ${url}`, (text) => {
      const [kept, give] = make(text === undefined ? { had: null, lost: [] } : (JSON.parse(text) as Kept));
      return { keep: JSON.stringify(kept), give };
    });
  }
}
