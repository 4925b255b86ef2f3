// A payee's side: taking vouchers, and agreeing to closings.
//
// A voucher is taken only if it is worth something new, of an open channel that is what the payee asked for, and
// `take` resolves only once it is written down: whoever serves then is paid for. A lower voucher never replaces a
// higher one. Show it channels as they are in a finalised block.

import { accountHex, sameAccount, toAddress } from './account.js';
import { fromHex, type Hex, toHex } from './bytes.js';
import { VoucherError } from './error.js';
import { type Channel, isOver, isPaperSignedBy, lifeKey, type Moment, type Paper } from './paper.js';
import type { ChannelId, Signature } from './payload.js';
import { fromText, type Store, toText } from './store.js';

/** What a payee wants before anything is served for vouchers. */
export interface Wanted {
  /** The key for closings that the payee told the payer: usually the payee's account. */
  closer: Hex;
  /** How long an exit must take at least, in milliseconds. */
  minDelay: bigint;
  /** How much must be new at least; if it is less, the voucher is not kept. */
  atLeast?: bigint;
}

/** What a voucher was worth. */
export interface Received {
  /** How much more it is than the best before: never nothing. */
  new: bigint;
  /** What the channel has paid and will pay by it in all. */
  total: bigint;
}

/** What is kept of a channel. */
interface Kept {
  best: { cumulative: bigint; root: Hex; signature: Signature } | null;
  /** Closings that the payee signed. */
  agreed: { amount: bigint; expires: bigint }[];
}

/** A payee's vouchers on one chain. */
export class Payee {
  readonly #store: Store;
  readonly genesis: Hex;
  readonly payee: string;

  constructor(store: Store, { genesis, payee }: { genesis: Hex; payee: string }) {
    this.#store = store;
    this.genesis = toHex(fromHex(genesis, 32));
    this.payee = payee;
    accountHex(payee);
  }

  /** Takes a voucher of a contract's channel, as it is on the chain now. */
  async take(paper: Paper, contract: string, wanted: Wanted, channel: Channel | null, now: Moment): Promise<Received> {
    const { place, voucher } = paper;
    if (toHex(fromHex(place.genesis)) !== this.genesis || !sameAccount(place.contract, contract)) throw new VoucherError('Elsewhere');
    const id = voucher.channel;
    if (!sameAccount(id.payee, this.payee)) throw new VoucherError('ForAnother', { account: id.payee });
    if (!channel || channel.epoch !== id.epoch || isOver(channel, now)) throw new VoucherError('NoChannel');
    if (!isPaperSignedBy(paper, channel.signer)) throw new VoucherError('BadSignature');
    checkChannel(wanted, channel);
    const received = await this.#change(contract, id, (kept) => look(kept, paper, wanted, channel, now));
    if (channel.end) throw new VoucherError('Ending', { from: channel.end.time });
    return received;
  }

  /**
   * Writes down that the payee signs a closing that gives them this much of a channel in all: until it expires the
   * payer can use it, so that no voucher for more is taken.
   */
  async agree(contract: string, id: ChannelId, amount: bigint, expires: bigint, { forfeit = false } = {}): Promise<void> {
    return this.#change(contract, id, (kept) => {
      const best = kept.best?.cumulative ?? 0n;
      if (best > amount && !forfeit) throw new VoucherError('GivesAway', { kept: best });
      return [{ ...kept, agreed: [...kept.agreed, { amount, expires }] }, undefined];
    });
  }

  /** Returns the best voucher of a channel, which may be shown to its payer at any time. */
  async bestOf(contract: string, id: ChannelId): Promise<Paper | null> {
    const key = this.#key(contract, id);
    const { best } = parse(key, await this.#store.get(key));
    if (!best) return null;
    const { cumulative, root, signature } = best;
    return { place: { genesis: this.genesis, contract }, voucher: { channel: id, cumulative, root }, signature };
  }

  /** Returns the best vouchers of all channels of a contract: what there is to claim. */
  async best(contract: string): Promise<Paper[]> {
    const found = await this.#store.list(`${this.#prefix()} ${accountHex(contract)} `);
    const ids = found.map(([key]) => key.split(' ').slice(-4) as [string, string, string, string]);
    const own = ids.filter(([, payee]) => sameAccount(payee, this.payee));
    const papers = own.map(([payer, , lane, epoch]) =>
      this.bestOf(contract, { payer: toAddress(payer), payee: this.payee, lane: Number(lane), epoch: BigInt(epoch) }),
    );
    return (await Promise.all(papers)).filter((paper) => paper !== null);
  }

  #prefix(): string {
    return `received ${this.genesis}`;
  }

  #key(contract: string, id: ChannelId): string {
    if (!sameAccount(id.payee, this.payee)) throw new VoucherError('ForAnother', { account: id.payee });
    return `${this.#prefix()} ${lifeKey(contract, id)}`;
  }

  #change<T>(contract: string, id: ChannelId, change: (kept: Kept) => [Kept, T]): Promise<T> {
    const key = this.#key(contract, id);
    return this.#store.update(key, (text) => {
      const [keep, give] = change(parse(key, text));
      return { keep: toText(keep), give };
    });
  }
}

/** Checks a channel, before anything is served for its vouchers. */
export function checkChannel({ closer, minDelay }: Wanted, channel: Channel): void {
  if (toHex(fromHex(channel.closer)) !== toHex(fromHex(closer))) throw new VoucherError('BadCloser');
  if (channel.delay < minDelay) throw new VoucherError('ShortDelay', { delay: channel.delay, wanted: minDelay });
}

/** Finds out what a voucher that is the channel's is worth beside the one that is kept. */
function look(kept: Kept, { voucher, signature }: Paper, wanted: Wanted, channel: Channel, now: Moment): [Kept, Received] {
  const { cumulative, root } = voucher;
  if (cumulative > channel.reserve) throw new VoucherError('BeyondReserve', { reserve: channel.reserve });
  // The payer chooses which of the closings to use.
  const [agreed] = kept.agreed.filter(({ expires }) => now.time <= expires).sort((one, other) => Number(one.amount - other.amount));
  if (agreed && cumulative > agreed.amount) throw new VoucherError('Agreed', agreed);
  const best = kept.best?.cumulative ?? 0n;
  const before = best > channel.claimed ? best : channel.claimed;
  if (cumulative <= before) throw new VoucherError('NothingNew', { before });
  const received = { new: cumulative - before, total: cumulative };
  // A channel that is ending buys nothing, but what it pays is claimed.
  const atLeast = wanted.atLeast ?? 0n;
  if (received.new < atLeast && !channel.end) throw new VoucherError('TooLittle', { new: received.new, wanted: atLeast });
  return [{ ...kept, best: { cumulative, root: toHex(fromHex(root, 32)), signature } }, received];
}

function parse(key: string, text: string | undefined): Kept {
  if (text === undefined) return { best: null, agreed: [] };
  try {
    const found = fromText(text) as Kept;
    if (Array.isArray(found.agreed)) return found;
  } catch {
    // Whoever changed it, it is not what this wallet wrote.
  }
  throw new VoucherError('Damaged', { key });
}
