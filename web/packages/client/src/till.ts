// A reader's side of a channel: opened once with the wallet, and then paid from with a key of the page's own.

import {
  accountHex,
  type ChannelId,
  dueOf,
  type Hex,
  isOver,
  type Paper,
  Payer,
  type Payment,
  sameAccount,
  type Signer,
  VoucherError,
} from '@farthing/vouchers';
import { type Channels, DELAY, lifeOf } from './channels.js';
import { KeyLost } from './errors.js';
import type { Channel } from './generated/channels.js';
import type { Plan, Sending, Surroundings } from './plan.js';
import type { Receipt } from './receipt.js';
import { type Seeds, sessionKey } from './session.js';

/** What a channel is opened with. */
export interface Opening {
  /** How much to set aside. */
  reserve: bigint;
  /** Which of the channels to the same payee: another for each device. */
  lane?: number;
  /** How long an exit takes, in milliseconds. */
  delay?: bigint;
  /** The key for closings, as the payee told it; usually the payee's account. */
  closer?: Hex;
}

/** For how long what was seen of a channel is good enough to pay from it, in milliseconds. */
const FRESH = 5 * 60_000;

/** A channel to one payee, and the key that pays from it. */
export class Till {
  #seen: { channel: Channel; at: number } | null = null;

  private constructor(
    readonly surroundings: Surroundings,
    readonly channels: Channels,
    readonly payer: string,
    readonly payee: string,
    readonly lane: number,
    readonly signer: Signer,
    readonly vouchers: Payer,
  ) {}

  /** Returns the till of an account for a payee, with the key that the page keeps for it. */
  static async of(
    surroundings: Surroundings,
    channels: Channels,
    seeds: Seeds,
    payee: string,
    lane = 0,
  ): Promise<Till> {
    const { chain, outbox } = surroundings;
    const { address: payer } = await surroundings.account();
    const name = [chain.genesis, channels.address, accountHex(payer), accountHex(payee), lane].join(' ');
    const signer = await outbox.store.alone(`seed ${name}`, () => sessionKey(seeds, name));
    const vouchers = new Payer(outbox.store, { genesis: chain.genesis, payer });
    return new Till(surroundings, channels, payer, payee, lane, signer, vouchers);
  }

  /** Returns the channel as it is on the chain, if it is open. */
  async state(): Promise<Channel | null> {
    const { now, channels } = await this.channels.list([[this.payer, this.payee, this.lane]]);
    const [found] = channels;
    this.#seen = found && !found.end && found.signer === this.signer.publicKey ? { channel: found, at: Date.now() } : null;
    return found && !isOver(found, now) ? found : null;
  }

  /** Returns whether the channel is open, and its vouchers are signed with the key that this page has. */
  async isOpen(): Promise<boolean> {
    return (await this.state())?.signer === this.signer.publicKey;
  }

  /**
   * Plans the opening. Only this needs the wallet. It is written down before anything is sent: if the page ends in
   * between, nothing of what it knows is in doubt.
   */
  async plan({ reserve, delay = DELAY.usual, closer = accountHex(this.payee) }: Opening): Promise<{ plan: Plan<null>; epoch: bigint }> {
    const epoch = await this.#epoch();
    const terms = { reserve, signer: this.signer.publicKey, closer, delay };
    const plan = await this.channels.open([{ payee: this.payee, lane: this.lane, terms }], epoch);
    await this.vouchers.opened(this.channels.address, this.#id(epoch));
    return { plan, epoch };
  }

  /** Opens the channel, and waits until that is certain. */
  async open(opening: Opening, sending: Sending = {}): Promise<Receipt> {
    const { plan } = await this.plan(opening);
    const receipt = await plan.send(sending);
    await this.state();
    return receipt;
  }

  /**
   * Pays, and returns the voucher for the payee: signed here, without wallet and without the chain. It is written
   * down before it is returned.
   */
  async pay(amount: bigint, payment: Payment = {}): Promise<Paper> {
    const channel = await this.#channel(amount);
    return this.vouchers.pay(this.signer, this.channels.address, this.#id(channel.epoch), channel, amount, payment);
  }

  /** Returns the channel's name, if it is open. */
  async id(): Promise<ChannelId | null> {
    const channel = this.#seen?.channel ?? (await this.state());
    return channel && this.#id(channel.epoch);
  }

  /** Returns the best voucher that was handed out, which may be shown to its payee again; null if there is none. */
  async last(): Promise<Paper | null> {
    const id = await this.id();
    const last = id && (await this.vouchers.last(this.channels.address, id));
    return id && last && this.vouchers.paper(this.signer, this.channels.address, id, last);
  }

  /** Returns how much of the reserve is not promised yet. */
  async left(): Promise<bigint> {
    const channel = await this.state();
    if (!channel) return 0n;
    const { cumulative, begun } = await this.vouchers.promised(this.channels.address, this.#id(channel.epoch));
    const promised = [cumulative, begun?.cumulative ?? 0n, channel.claimed].reduce((most, one) => (one > most ? one : most));
    return channel.reserve > promised ? channel.reserve - promised : 0n;
  }

  /** Takes over the best voucher that the payee shows, where this page lost what it knew. */
  async adopt(paper: Paper): Promise<{ before: bigint; now: bigint }> {
    const channel = await this.#channel(0n, { fresh: true });
    return this.vouchers.adopt(this.channels.address, channel, paper);
  }

  /** Plans to set more aside. */
  async topUp(amount: bigint): Promise<Plan<null>> {
    const { epoch } = await this.#channel(0n, { fresh: true, needsKey: false });
    this.#seen = null;
    return this.channels.topUp(this.#id(epoch), amount);
  }

  /** Plans to take back what is left; the payee can claim until the delay is over. */
  async exit(): Promise<Plan<unknown>> {
    const { epoch } = await this.#channel(0n, { fresh: true, needsKey: false });
    this.#seen = null;
    return this.channels.exit([lifeOf(this.#id(epoch))]);
  }

  /** Plans to take what is left, once the channel is over. */
  async clear(): Promise<Plan<unknown>> {
    const found = await this.channels.get(this.payer, this.payee, this.lane);
    if (!found) throw new VoucherError('NoChannel');
    return this.channels.clear([lifeOf(this.#id(found.epoch))]);
  }

  /** Returns what a voucher would bring its payee now. */
  async due(paper: Paper): Promise<bigint> {
    const { now, channels } = await this.channels.list([[this.payer, this.payee, this.lane]]);
    return dueOf(paper, channels[0] ?? null, now);
  }

  /** The channel as it was seen a short while ago, if that is good enough to pay so much; else as it is now. */
  async #channel(amount: bigint, { fresh = false, needsKey = true } = {}): Promise<Channel> {
    const seen = this.#seen;
    if (!fresh && seen && Date.now() - seen.at < FRESH && Date.now() >= seen.at) {
      const { cumulative } = await this.vouchers.promised(this.channels.address, this.#id(seen.channel.epoch));
      if (cumulative + amount <= seen.channel.reserve) return seen.channel;
    }
    const channel = await this.state();
    if (!channel) throw new VoucherError('NoChannel');
    if (needsKey && channel.signer !== this.signer.publicKey) throw new KeyLost(this.lane);
    return channel;
  }

  /** A time that is neither ahead of the chain's clock nor was used by this lane before. */
  async #epoch(): Promise<bigint> {
    const { now, channels } = await this.channels.list([[this.payer, this.payee, this.lane]]);
    const before = channels[0]?.epoch ?? 0n;
    return before >= now.time ? before + 1n : now.time;
  }

  #id(epoch: bigint): ChannelId {
    return { payer: this.payer, payee: this.payee, lane: this.lane, epoch };
  }

  /** Returns whether a voucher is of this till's. */
  isOwn({ voucher }: Paper): boolean {
    const { payer, payee, lane } = voucher.channel;
    return sameAccount(payer, this.payer) && sameAccount(payee, this.payee) && lane === this.lane;
  }
}
