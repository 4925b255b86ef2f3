// Channels: money set aside for a payee, paid by vouchers that are signed off the chain.

import { accountHex, type ChannelId, type Moment, type Paper, type Signature } from '@farthing/vouchers';
import * as channels from './generated/channels.js';
import { messages } from './generated/channels.js';
import { count, Part, short } from './part.js';
import type { Plan } from './plan.js';
import type { Outcome } from './scale.js';

/** Channels' lanes from here on are for channels that somebody else opens for the payer. */
export const GIFTS = 2 ** 31;

const MINUTE = 60_000n;
/** How long an exit may take. */
export const DELAY = { least: 15n * MINUTE, usual: 60n * MINUTE, most: 30n * 24n * 60n * MINUTE } as const;

/** Returns a voucher as the contract takes it. */
export const signedVoucher = ({ voucher, signature }: Paper): channels.SignedVoucher => {
  const { payer, lane, epoch } = voucher.channel;
  return { payer, lane, epoch, cumulative: voucher.cumulative, root: voucher.root, signature };
};

/** What names a life of a channel, as one of its sides sees it. */
export const lifeOf = ({ payee, lane, epoch }: ChannelId): channels.Life => ({ other: payee, lane, epoch });

/** All channels of a deployment. */
export class Channels extends Part {
  // ---- Reading ----

  /** Returns what was fixed at deployment, and what changes. */
  overview(): Promise<channels.Overview> {
    return this.read(messages.overview, {});
  }

  /** Returns the channel from a payer to a payee in a lane, until it is freed. */
  get(payer: string, payee: string, lane = 0): Promise<channels.Channel | null> {
    return this.read(messages.channel, { payer, payee, lane });
  }

  /**
   * Returns channels, 96 at most, and the moment as of which they are so: that of the latest block, or of the latest
   * final one. Whoever serves for vouchers asks for the latter, which cannot be undone.
   */
  async list(
    which: [payer: string, payee: string, lane: number][],
    { final = false } = {},
  ): Promise<{ now: Moment; channels: (channels.Channel | null)[] }> {
    const at = final ? (await this.surroundings.chain.heads()).final.hash : undefined;
    const [now, found] = await this.read(messages.channels, { which }, at);
    return { now, channels: found };
  }

  /** Returns the channels of one account with these others and lanes, 96 at most, and what it can withdraw. */
  of(side: 'Payer' | 'Payee', account: string, lanes: [other: string, lane: number][]): Promise<channels.AccountPage> {
    return this.read(messages.channelsOf, { side: { type: side, value: account }, lanes });
  }

  /** Returns what is kept for an account because the chain refused to move it. */
  keptFor(account: string): Promise<channels.Kept | null> {
    return this.read(messages.keptFor, { account });
  }

  /** Returns what is owed for these channels and accounts, and what there is to pay it from. */
  solvency(which: [payer: string, payee: string, lane: number][], accounts: string[]): Promise<[bigint, bigint]> {
    return this.read(messages.solvency, { channels: which, accounts });
  }

  // ---- For payers ----

  /** Opens channels, 64 at most, all in the same epoch. */
  open(openings: channels.Opening[], epoch: bigint): Promise<Plan<null>> {
    const sum = reserves(openings);
    return this.plan(messages.open, { epoch, openings }, `Set ${this.format(sum)} aside for ${whom(openings)}.`, sum);
  }

  /** Opens channels of another payer's, as a gift. */
  openFor(payer: string, openings: channels.Opening[], epoch: bigint): Promise<Plan<null>> {
    const sum = reserves(openings);
    return this.plan(messages.openFor, { payer, epoch, openings }, `Give ${short(payer)} ${this.format(sum)} to pay ${whom(openings)} with.`, sum);
  }

  /** Adds to a channel's reserve. */
  topUp({ payer, payee, lane, epoch }: ChannelId, amount: bigint): Promise<Plan<null>> {
    return this.plan(messages.topUp, { payer, payee, lane, epoch }, `Set ${this.format(amount)} more aside for ${short(payee)}.`, amount);
  }

  /** Starts to take back what is left of channels. */
  exit(lives: channels.Life[]): Promise<Plan<Outcome<Moment, channels.ChannelError>[]>> {
    return this.plan(messages.exit, { channels: lives }, `Start to take back what is left of ${count(lives.length, 'channel')}.`);
  }

  /** Takes what is left of channels that are over. */
  clear(lives: channels.Life[]): Promise<Plan<Outcome<bigint, channels.ChannelError>[]>> {
    return this.plan(messages.clear, { channels: lives }, `Take what is left of ${count(lives.length, 'channel')} that are over.`);
  }

  /** Closes a channel at once, with the payee's signature. */
  closeTogether(payee: string, lane: number, amount: bigint, expires: bigint, signature: Signature): Promise<Plan<null>> {
    const what = `Close the channel to ${short(payee)}, who gets ${this.format(amount)} in all; the rest is yours.`;
    return this.plan(messages.closeTogether, { payee, lane, amount, expires, signature }, what);
  }

  // ---- For payees ----

  /** Claims vouchers, 64 at most. */
  claim(payee: string, papers: Paper[]): Promise<Plan<Outcome<bigint, channels.Skip>[]>> {
    const vouchers = papers.map(signedVoucher);
    return this.plan(messages.claim, { payee, vouchers }, `Claim ${count(papers.length, 'voucher')} for ${short(payee)}.`);
  }

  /** Closes channels to the caller at once, after claiming. */
  close(lives: channels.Life[]): Promise<Plan<Outcome<bigint, channels.ChannelError>[]>> {
    return this.plan(messages.close, { channels: lives }, `Close ${count(lives.length, 'channel')} to you; the rest goes back to who opened them.`);
  }

  /** Sends an account what is kept for it. */
  withdraw(account: string): Promise<Plan<bigint>> {
    return this.plan(messages.withdraw, { account }, `Send ${short(account)} what is kept for them.`);
  }

  // ---- For the guardian ----

  /** Stops openings and top-ups for so many milliseconds. */
  pause(duration: bigint): Promise<Plan<null>> {
    return this.plan(messages.pause, { duration }, `Stop openings of channels for ${duration / 1000n} seconds.`);
  }

  /** Ends a pause early. */
  resume(): Promise<Plan<null>> {
    return this.plan(messages.resume, {}, 'Allow openings of channels again.');
  }
}

const reserves = (openings: channels.Opening[]): bigint => openings.reduce((sum, { terms }) => sum + terms.reserve, 0n);

function whom(openings: channels.Opening[]): string {
  const payees = new Set(openings.map(({ payee }) => accountHex(payee)));
  const [first] = openings;
  return payees.size === 1 && first ? short(first.payee) : count(payees.size, 'payee');
}

