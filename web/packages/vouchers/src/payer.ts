// A payer's side: what was promised on each channel.
//
// A payment is written down as begun before it is signed, and as made once its voucher was handed out. If the page
// or program ends in between, the wallet knows of the payment that was begun, and the same payment goes on with
// it: the voucher is for the same sum as before. Any other payment on that channel is refused until somebody has
// said what became of the one that was begun. No voucher ever names less than one before it.

import { accountHex, sameAccount } from './account.js';
import { fromHex, type Hex, toHex } from './bytes.js';
import { VoucherError } from './error.js';
import { leaf, NO_ENTRIES, type Proof, prove, rootOf } from './merkle.js';
import { type Channel, isPaperSignedBy, lifeKey, type Paper } from './paper.js';
import { type ChannelId, voucherPayload } from './payload.js';
import type { Signer } from './signing.js';
import { fromText, type Store, toText } from './store.js';

/** A payment that was begun: its voucher may or may not have been handed out. */
export interface Begun {
  amount: bigint;
  /** What its voucher says. */
  cumulative: bigint;
  root: Hex;
  /** What is bought with it, if the payer said. */
  entry: Hex | null;
}

/**
 * Why a wallet may know less than was promised with the same key, so that a voucher may be worth nothing.
 * `Payer.adopt` ends the doubt.
 */
export type Doubt = 'never paid' | 'behind';

/** What was promised on a channel. */
interface Promised {
  cumulative: bigint;
  /** The entries of the list whose root is in the last voucher. */
  bought: Hex[];
  /** The root in the last voucher, if it is of a list that this wallet does not know. */
  unknown: Hex | null;
  begun: Begun | null;
  doubt: Doubt | null;
}

/** What a payment is, besides its amount. */
export interface Payment {
  /** 32 bytes that stand for what is bought, such as the hash of a file: the next entry of the list whose root is signed. */
  entry?: Hex;
  /**
   * Hands the voucher out. The payment counts as made when this resolves. When it throws, the payment stays begun,
   * and the same one made again has the same voucher.
   */
  handOut?: (paper: Paper) => Promise<void>;
}

/** A payer's vouchers on one chain. */
export class Payer {
  readonly #store: Store;
  readonly genesis: Hex;
  readonly payer: string;

  constructor(store: Store, { genesis, payer }: { genesis: Hex; payer: string }) {
    this.#store = store;
    this.genesis = toHex(fromHex(genesis, 32));
    this.payer = payer;
    accountHex(payer);
  }

  /**
   * Makes a payment on a channel, as it is on the chain, and returns its voucher. It is written down before it is
   * signed. Payments on one channel wait for each other.
   */
  async pay(signer: Signer, contract: string, id: ChannelId, channel: Channel, amount: bigint, payment: Payment = {}): Promise<Paper> {
    return this.#store.alone(this.#key(contract, id), async () => {
      const begun = await this.begin(contract, id, channel, amount, payment.entry);
      const paper = this.paper(signer, contract, id, begun);
      await payment.handOut?.(paper);
      await this.finish(contract, id);
      return paper;
    });
  }

  /** Returns what vouchers that were handed out promise in all, and the payment that was begun. */
  async promised(contract: string, id: ChannelId): Promise<{ cumulative: bigint; begun: Begun | null }> {
    const promised = await this.#read(contract, id);
    return { cumulative: promised?.cumulative ?? 0n, begun: promised?.begun ?? null };
  }

  /**
   * Returns what the best voucher that was handed out says; null if there is none. A payment that was begun counts as
   * made from then on: its voucher may have been handed out.
   */
  async last(contract: string, id: ChannelId): Promise<{ cumulative: bigint; root: Hex } | null> {
    return this.#change(contract, id, (found) => {
      const now = found && finished(found);
      return [now, now && now.cumulative > 0n ? { cumulative: now.cumulative, root: rootWith(now, null) } : null];
    });
  }

  /** Returns why more may have been promised than this wallet knows, as of the last payment that was begun. */
  async doubt(contract: string, id: ChannelId): Promise<Doubt | null> {
    return (await this.#read(contract, id))?.doubt ?? null;
  }

  /** Notes that the channel was opened just now: whatever is promised on it, this wallet will know. */
  async opened(contract: string, id: ChannelId): Promise<void> {
    return this.#change(contract, id, (found) => [found ?? nothing(), undefined]);
  }

  /** Begins a payment, or goes on with the same one that was begun before. Then `paper`, hand out, and `finish`. */
  async begin(contract: string, id: ChannelId, channel: Channel, amount: bigint, entry?: Hex): Promise<Begun> {
    if (amount <= 0n) throw new VoucherError('Nothing');
    const bought = entry === undefined ? null : toHex(fromHex(entry, 32));
    if (id.epoch !== channel.epoch) throw new VoucherError('NoChannel');
    return this.#change(contract, id, (found) => {
      const promised = found ?? nothing();
      promised.doubt = doubtOf(found, channel);
      const { begun } = promised;
      if (begun) {
        const isSame = begun.amount === amount && begun.entry === bought && !isOvertaken(promised, begun, channel);
        if (!isSame) throw new VoucherError('Begun', { amount: begun.amount });
        return [promised, begun];
      }
      // What was claimed was signed, whatever this wallet knows of it.
      const before = max(promised.cumulative, channel.claimed);
      if (before + amount > channel.reserve) {
        throw new VoucherError('ReserveTooLow', { reserve: channel.reserve, promised: before });
      }
      promised.begun = { amount, cumulative: before + amount, root: rootWith(promised, bought), entry: bought };
      return [promised, promised.begun];
    });
  }

  /** Notes that the payment that was begun is made: its voucher was handed out. */
  async finish(contract: string, id: ChannelId): Promise<void> {
    return this.#change(contract, id, (found) => [found && finished(found), undefined]);
  }

  /** Notes that the payment that was begun is not made. Only for who knows that its voucher was not handed out. */
  async abandon(contract: string, id: ChannelId): Promise<void> {
    return this.#change(contract, id, (found) => [found && { ...found, begun: null }, undefined]);
  }

  /** Returns the voucher of a payment that was begun. */
  paper(signer: Signer, contract: string, id: ChannelId, { cumulative, root }: Pick<Begun, 'cumulative' | 'root'>): Paper {
    const place = { genesis: this.genesis, contract };
    const voucher = { channel: id, cumulative, root };
    return { place, voucher, signature: signer.sign(voucherPayload(place, voucher)) };
  }

  /**
   * Takes over the best voucher that the payee shows of a channel, as it is on the chain: where what was kept was
   * lost, or is old, this wallet goes on from what was really promised. A lower voucher changes nothing.
   */
  async adopt(contract: string, channel: Channel, paper: Paper): Promise<{ before: bigint; now: bigint }> {
    const { place, voucher } = paper;
    const { channel: id, cumulative, root } = voucher;
    if (toHex(fromHex(place.genesis)) !== this.genesis || !sameAccount(place.contract, contract)) throw new VoucherError('Elsewhere');
    if (!sameAccount(id.payer, this.payer)) throw new VoucherError('OfAnother', { account: id.payer });
    if (id.epoch !== channel.epoch) throw new VoucherError('NoChannel');
    if (!isPaperSignedBy(paper, channel.signer)) throw new VoucherError('BadSignature');
    if (cumulative > channel.reserve) throw new VoucherError('BeyondReserve', { reserve: channel.reserve });
    return this.#change(contract, id, (found) => {
      const promised = found ?? nothing();
      const before = promised.cumulative;
      const now = { ...raised(promised, cumulative, toHex(fromHex(root, 32))), doubt: null };
      return [now, { before, now: now.cumulative }];
    });
  }

  /** Returns the proof that the root in the last voucher that was handed out is of a list with this entry. */
  async proof(contract: string, id: ChannelId, entry: Hex): Promise<Proof | null> {
    const bought = (await this.#read(contract, id))?.bought ?? [];
    return prove(bought.map((one) => leaf(fromHex(one))), bought.indexOf(toHex(fromHex(entry, 32))));
  }

  #key(contract: string, id: ChannelId): string {
    if (!sameAccount(id.payer, this.payer)) throw new VoucherError('OfAnother', { account: id.payer });
    return `paid ${this.genesis} ${lifeKey(contract, id)}`;
  }

  async #read(contract: string, id: ChannelId): Promise<Promised | undefined> {
    const key = this.#key(contract, id);
    return parse(key, await this.#store.get(key));
  }

  #change<T>(contract: string, id: ChannelId, change: (found: Promised | undefined) => [Promised | undefined, T]): Promise<T> {
    const key = this.#key(contract, id);
    return this.#store.update(key, (text) => {
      const [keep, give] = change(parse(key, text));
      return keep ? { keep: toText(keep), give } : { give };
    });
  }
}

const nothing = (): Promised => ({ cumulative: 0n, bought: [], unknown: null, begun: null, doubt: null });

const max = (one: bigint, other: bigint): bigint => (one > other ? one : other);

function parse(key: string, text: string | undefined): Promised | undefined {
  if (text === undefined) return undefined;
  try {
    const found = fromText(text) as Promised;
    if (typeof found.cumulative === 'bigint' && Array.isArray(found.bought)) return found;
  } catch {
    // Whoever changed it, it is not what this wallet wrote.
  }
  throw new VoucherError('Damaged', { key });
}

/** Why more may have been promised on a channel than is written down, as it is on the chain. */
function doubtOf(promised: Promised | undefined, channel: Channel): Doubt | null {
  // Whoever opens a channel with this wallet says so: one that it knows nothing of was opened elsewhere, or before
  // what was kept was lost.
  if (!promised) return 'never paid';
  const most = max(promised.cumulative, promised.begun?.cumulative ?? 0n);
  if (channel.claimed > most) return 'behind';
  // What the payee claimed last is what this wallet signed last: there is nothing better.
  const isAgreed = channel.claimed > 0n && channel.claimed === promised.cumulative;
  return isAgreed ? null : promised.doubt;
}

/** Whether more was promised, by somebody else with the same key, while a payment was under way. */
const isOvertaken = (promised: Promised, begun: Begun, channel: Channel): boolean =>
  channel.claimed > begun.cumulative || promised.cumulative > begun.cumulative - begun.amount;

/** The root of all that was bought, and this entry. */
function rootWith({ bought, unknown }: Promised, entry: Hex | null): Hex {
  if (entry === null && unknown !== null) return unknown;
  const all = entry === null ? bought : [...bought, entry];
  return all.length === 0 ? NO_ENTRIES : rootOf(all.map((one) => leaf(fromHex(one))));
}

function finished(promised: Promised): Promised {
  const { begun, ...rest } = promised;
  const now: Promised = { ...rest, begun: null };
  if (!begun || begun.cumulative <= promised.cumulative) return now;
  now.cumulative = begun.cumulative;
  if (rootWith(promised, begun.entry) !== begun.root) return { ...now, bought: [], unknown: begun.root };
  return begun.entry === null ? now : { ...now, bought: [...promised.bought, begun.entry], unknown: null };
}

/** Raises what is promised to what a voucher says. */
function raised(promised: Promised, cumulative: bigint, root: Hex): Promised {
  const isBegun = promised.begun?.cumulative === cumulative && promised.begun.root === root;
  const now = isBegun ? finished(promised) : promised;
  if (cumulative <= now.cumulative) return now;
  if (root === rootWith(now, null)) return { ...now, cumulative };
  return { ...now, cumulative, bought: [], unknown: root };
}
