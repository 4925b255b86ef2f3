// Sending a transaction exactly once.
//
// It is written down before it is sent. What became of it is read from the chain's blocks, and not from what a node
// says while it is connected: so it is the same after a reload, after the node was gone, and after another page
// sent it again. As long as that is not known, nothing else is signed for the account.

import { accountHex, type Hex, type Store } from '@farthing/vouchers';
import type { Block, Chain } from './chain.js';
import { NodeError, NotSent, Unknown } from './errors.js';

/** A transaction that was signed. */
export interface Written {
  hash: Hex;
  bytes: Hex;
  /** What tells it from others: what is called, with what, and for how much. */
  fingerprint: string;
  /** What it does, for people. */
  what: string;
  account: string;
  nonce: number;
  /** The block from which on it counts; it does not in a chain without this block. */
  born: Block;
  /** The number of the last block that it can be in. */
  dies: number;
  /** Of which code it makes a contract, if it does. */
  makes?: Hex;
}

/** Where a transaction was found. */
export interface Found {
  hash: Hex;
  block: Block;
  /** Its place in the block. */
  index: number;
  isFinal: boolean;
}

/** How sure a result must be: in the latest block, or in one that cannot be undone. */
export type Certainty = 'best' | 'final';

/** How far a transaction has come. */
export type Progress =
  | { type: 'asking' }
  | { type: 'signing' }
  | { type: 'sent'; hash: Hex }
  | { type: 'in block'; hash: Hex; block: Block }
  | { type: 'final'; hash: Hex; block: Block };

export interface Waiting {
  until: Certainty;
  onStatus?: ((progress: Progress) => void) | undefined;
  /** For how long to wait, in milliseconds. */
  patience: number;
}

/** How soon to look for a new block at first, and how often later, in milliseconds. */
const PAUSE = 30;
const LONG_PAUSE = 500;
/** After how long to hand a transaction in again that is in no block, in milliseconds. */
const AGAIN = 5_000;
const sleep = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

/** The transactions of this program's accounts that are under way on one chain: at most one of each account. */
export class Outbox {
  constructor(
    readonly chain: Chain,
    readonly store: Store,
  ) {}

  /** Runs one piece of work of an account at a time, in all tabs. */
  alone<T>(account: string, work: () => Promise<T>): Promise<T> {
    return this.store.alone(this.#key(account), work);
  }

  /** Returns the transaction of an account whose end nobody has seen. */
  async pending(account: string): Promise<Written | null> {
    const text = await this.store.get(this.#key(account));
    return text ? (JSON.parse(text) as Written) : null;
  }

  /** Writes a transaction down: from now on it may happen. */
  write(written: Written): Promise<void> {
    return this.store.update(this.#key(written.account), () => ({ keep: JSON.stringify(written), give: undefined }));
  }

  /** Forgets the transaction of an account: its end was told, or it cannot happen. */
  forget(account: string): Promise<void> {
    return this.store.update(this.#key(account), () => ({ keep: '', give: undefined }));
  }

  /**
   * Finds out what became of a transaction that was left behind, handing it in again if need be. Null if it did not
   * happen and never will; it is forgotten then.
   */
  async settle(pending: Written, waiting: Waiting): Promise<Found | null> {
    try {
      const found = await this.follow(pending, waiting);
      if (!found) await this.forget(pending.account);
      return found;
    } catch (error) {
      // What no node takes any more is of a chain that was begun anew, or of an account that cannot pay by now.
      if (error instanceof NotSent) return null;
      throw error;
    }
  }

  /** Hands a transaction in that is written down, and waits for what becomes of it. Null if it can never happen. */
  async follow(written: Written, waiting: Waiting): Promise<Found | null> {
    const end = Date.now() + waiting.patience;
    let refusal: NotSent | null = null;
    try {
      await this.chain.submit(written.bytes);
      waiting.onStatus?.({ type: 'sent', hash: written.hash });
    } catch (error) {
      // It may be in a block already, and nodes say the same of that as of one that can never be.
      if (error instanceof NotSent) refusal = error;
      else if (!(error instanceof NodeError)) throw error;
    }
    const found = await this.#wait(written, waiting, end, refusal);
    if (!found && refusal) {
      await this.forget(written.account);
      throw refusal;
    }
    return found;
  }

  async #wait(written: Written, waiting: Waiting, end: number, refusal: NotSent | null): Promise<Found | null> {
    let told: Hex | null = null;
    let cause: unknown;
    const search = new Search(this.chain, written);
    for (let handedIn = Date.now(), pause = PAUSE; ; pause = Math.min(pause * 1.5, LONG_PAUSE)) {
      try {
        const found = await search.look();
        if (found === 'never') return null;
        if (found && found.block.hash !== told) {
          told = found.block.hash;
          waiting.onStatus?.({ type: 'in block', hash: written.hash, block: found.block });
        }
        if (found?.isFinal) waiting.onStatus?.({ type: 'final', hash: written.hash, block: found.block });
        if (found && (found.isFinal || waiting.until === 'best')) return found;
        if (!found && refusal && (await search.isFree())) return null;
      } catch (error) {
        if (!(error instanceof NodeError)) throw error;
        cause = error;
      }
      if (Date.now() - handedIn > AGAIN && told === null) {
        handedIn = Date.now();
        await this.#handInAgain(written);
      }
      if (Date.now() > end) throw new Unknown(written.hash, written.what, { cause });
      await sleep(pause);
    }
  }

  /** A node that was begun anew has forgotten what waited. What it says is of no interest: the blocks tell. */
  async #handInAgain({ bytes }: Written): Promise<void> {
    await this.chain.submit(bytes).catch((error) => {
      if (!(error instanceof NotSent || error instanceof NodeError)) throw error;
    });
  }

  #key(account: string): string {
    return `sent ${this.chain.genesis} ${accountHex(account)}`;
  }
}

/** Looks for a transaction in the blocks in which it can be. */
class Search {
  #next: number;
  #found: Omit<Found, 'isFinal'> | null = null;

  constructor(
    readonly chain: Chain,
    readonly written: Written,
  ) {
    this.#next = written.born.number + 1;
  }

  /** Returns where it is, null if it is nowhere yet, or that it will never be anywhere. */
  async look(): Promise<Found | 'never' | null> {
    const { born, dies } = this.written;
    const { best, final } = await this.chain.heads();
    // The chain was begun anew, or went back beyond it: the signature counts for nothing there.
    if ((await this.chain.hashOf(born.number)) !== born.hash) return 'never';
    await this.#checkFound();
    for (; !this.#found && this.#next <= Math.min(best.number, dies); this.#next++) {
      await this.#lookInto(this.#next);
    }
    if (this.#found) return { ...this.#found, isFinal: this.#found.block.number <= final.number };
    return (await this.#isImpossible(final)) ? 'never' : null;
  }

  /** Returns whether the account's next transaction has this one's number still, so that it is in no block. */
  async isFree(): Promise<boolean> {
    const { best } = await this.chain.heads();
    return (await this.chain.nonceAt(this.written.account, best.hash)) <= this.written.nonce;
  }

  /** A block in which it was can be undone. */
  async #checkFound(): Promise<void> {
    if (!this.#found) return;
    const { number, hash } = this.#found.block;
    if ((await this.chain.hashOf(number)) === hash) return;
    this.#next = this.written.born.number + 1;
    this.#found = null;
  }

  async #lookInto(number: number): Promise<void> {
    const hash = await this.chain.hashOf(number);
    if (!hash) return;
    const index = (await this.chain.transactionsOf(hash)).indexOf(this.written.hash);
    if (index >= 0) this.#found = { hash: this.written.hash, block: { number, hash }, index };
  }

  /** It is in no block, and its time is over or another took its number, in blocks that cannot be undone. */
  async #isImpossible(final: Block): Promise<boolean> {
    const { dies, account, nonce } = this.written;
    // Not before all blocks were looked into in which it could be.
    if (this.#next <= Math.min(final.number, dies)) return false;
    if (final.number > dies) return true;
    return (await this.chain.nonceAt(account, final.hash)) > nonce;
  }
}
