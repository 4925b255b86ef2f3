// What happened, as an index tells it: `farthing index --serve`. The chain itself keeps no lists of what was. An index
// is believed, and so nothing is signed because of it alone.

import { Mismatch, NodeError } from './errors.js';

/** When something happened, and whether it can still be undone. */
export interface Happened {
  block: number;
  time: number;
  final: boolean;
}

/** What was paid in the storefront. */
export interface Paid extends Happened {
  kind: 'tip' | 'purchase' | 'blinded';
  payer: string;
  creator: number;
  /** The item or the tier; null for tips. */
  number: number | null;
  owner: string | null;
  referrer: string | null;
  paid: bigint;
  fee: bigint;
  referral: bigint;
  refunded: boolean;
}

/** A tip, with what was said. */
export interface Tipped extends Happened {
  payer: string;
  paid: bigint;
  fee: bigint;
  /** Text, or hexadecimal if it is none. */
  memo: string;
}

/** What a creator earned on one day by one thing. */
export interface Earned extends Happened {
  /** The day since 1970, in UTC. */
  day: number;
  kind: 'tip' | 'purchase' | 'blinded';
  /** The item or the tier; -1 for tips. */
  number: number;
  payments: number;
  paid: bigint;
  fee: bigint;
  referral: bigint;
}

/** A ledger: what came and went of one thing, as `farthing book` shows it. */
export interface Ledger extends Happened {
  ledger: number;
  kind: 'creator' | 'referrals' | 'fees' | 'channels' | 'stream' | 'pool';
  /** The creator or the stream; null for others. */
  number: number | null;
}

/** A line of a ledger. */
export interface Line extends Happened {
  /** Such as `sale`, `refund` or `payout`: the words of `farthing book`. */
  kind: string;
  with: string | null;
  /** The item or the tier. */
  number: number | null;
  /** Below nothing, if it went out. */
  amount: bigint;
}

/** What a creator gave back of a purchase. */
export interface GivenBack extends Happened {
  to: string;
  /** The item. */
  number: number;
  /** Below nothing. */
  amount: bigint;
}

/** An item on sale. */
export interface Found extends Happened {
  creator: number;
  item: number;
  title: string;
  uri: string;
  price: bigint;
}

/** Who gave to a pool. */
export interface Gave extends Happened {
  donor: string;
  total: bigint;
  refunded: boolean;
}

/** What left a pool, or was told of it. */
export interface Released extends Happened {
  kind: 'paid' | 'kept' | 'refund' | 'sponsorship' | 'withdrawal' | 'explained' | 'news';
  account: string | null;
  amount: bigint | null;
  number: number | null;
  uri: string | null;
}

/** A matching round. */
export interface KnownRound extends Happened {
  round: string;
  title: string;
  organiser: string;
}

/** What happened in a round. */
export interface Moved extends Happened {
  kind: 'entered' | 'taken-out' | 'objected' | 'allowed' | 'sponsored' | 'left' | 'donated' | 'share' | 'paid' | 'not-taken' | 'taken-back';
  account: string | null;
  pool: string | null;
  amount: bigint | null;
}

/** A part of a list, and where the next one begins. */
export interface Listed<T> {
  items: T[];
  next: string | null;
}

/** Which values are amounts, where they are texts. */
const AMOUNTS = /^(paid|fee|referral|price|total|amount|counted)$/;
/** How many one answer has at most, and for how long to wait for it, in milliseconds. */
const PAGE = 200;
const PATIENCE = 10_000;

/** What an index is of. */
interface Indexed {
  readonly indexUrl: string | null;
  readonly chain: { hashOf(block: number): Promise<string | null> };
}

/** The indices that were found to be of their chains. */
const checked = new WeakMap<Indexed, Index>();

/** An index at an address. */
export class Index {
  constructor(readonly url: string) {}

  /** Returns the index of a deployment; null if there is none. It is checked first that it is of the same chain. */
  static async of(indexed: Indexed): Promise<Index | null> {
    const found = checked.get(indexed);
    if (found || indexed.indexUrl === null) return found ?? null;
    const index = new Index(indexed.indexUrl);
    await index.check(indexed.chain);
    checked.set(indexed, index);
    return index;
  }

  /** Returns how far the index is, and the hash of the block that it has come to. */
  status(): Promise<{ block: number | null; hash: string | null; final: number | null }> {
    return this.#ask('status');
  }

  /** Returns what a creator was paid, the latest first. */
  payments = (creator: number, after?: string): Promise<Listed<Paid>> => this.list(`creators/${creator}/payments`, after);

  /** Returns tips to a creator, the latest first. */
  tips = (creator: number, after?: string): Promise<Listed<Tipped>> => this.list(`creators/${creator}/tips`, after);

  /** Returns what a creator earned, by day. */
  earnings = (creator: number, after?: string): Promise<Listed<Earned>> => this.list(`creators/${creator}/earnings`, after);

  /** Returns the ledgers of an account, and of its creators. */
  ledgers = (account: string, after?: string): Promise<Listed<Ledger>> => this.list(`accounts/${account}/ledgers`, after);

  /** Returns the lines of a ledger, the first first. */
  lines = (ledger: number, after?: string): Promise<Listed<Line>> => this.list(`ledgers/${ledger}/lines`, after);

  /** Returns what a creator gave back, the latest first; amounts are below nothing. */
  refunds = (creator: number, after?: string): Promise<Listed<GivenBack>> => this.list(`creators/${creator}/refunds`, after);

  /** Returns items on sale whose titles have words that begin like all of these. */
  search = (words: string, after?: string): Promise<Listed<Found>> => this.list(`search/${encodeURIComponent(words)}`, after);

  /** Returns what an account has paid in the storefront, the latest first. */
  paidBy = (account: string, after?: string): Promise<Listed<Paid>> => this.list(`accounts/${account}/payments`, after);

  /** Returns who gave to a pool; who gave last comes first. */
  donors = (pool: string, after?: string): Promise<Listed<Gave>> => this.list(`pools/${pool}/donors`, after);

  /** Returns what left a pool, and what was told of it, the latest first. */
  releases = (pool: string, after?: string): Promise<Listed<Released>> => this.list(`pools/${pool}/releases`, after);

  /** Returns all matching rounds. */
  rounds = (after?: string): Promise<Listed<KnownRound>> => this.list('rounds', after);

  /** Returns what happened in a round, the latest first. */
  moves = (round: string, after?: string): Promise<Listed<Moved>> => this.list(`rounds/${round}/moves`, after);

  /** Reads a list to its end, page by page. */
  async *all<T>(page: (after?: string) => Promise<Listed<T>>): AsyncGenerator<T> {
    for (let after: string | null | undefined; after !== null; ) {
      const { items, next }: Listed<T> = await page(after);
      yield* items;
      after = next;
    }
  }

  /** Returns a part of any of the index's lists. */
  list<T>(path: string, after?: string): Promise<Listed<T>> {
    return this.#ask(`${path}?limit=${PAGE}${after ? `&after=${after}` : ''}`);
  }

  /** Checks that the index is of this chain. */
  async check(chain: Indexed['chain']): Promise<void> {
    const { block, hash } = await this.status();
    if (block === null || (await chain.hashOf(block)) === hash) return;
    throw new Mismatch('index', `The index at ${this.url} is of another chain, or this node has not come as far.`);
  }

  async #ask<T>(path: string): Promise<T> {
    try {
      const answer = await fetch(`${this.url.replace(/\/$/, '')}/v1/${path}`, { signal: AbortSignal.timeout(PATIENCE) });
      const text = await answer.text();
      if (!answer.ok) throw new Error((JSON.parse(text) as { error?: string }).error ?? text);
      return JSON.parse(text, (key, value) => (AMOUNTS.test(key) && typeof value === 'string' ? BigInt(value) : value)) as T;
    } catch (error) {
      throw new NodeError(`The index at ${this.url} does not answer: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
}
