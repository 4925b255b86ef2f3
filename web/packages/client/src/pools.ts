// Pools: causes that collect, and the factory that makes and lists them.

import { contentHash, type Hex, poolAccount, toHex } from '@farthing/vouchers';
import { encodeCall } from './abi.js';
import { type CreatorLike, idOf, nameOf } from './creators.js';
import * as pool from './generated/pool.js';
import * as factory from './generated/pool-factory.js';
import { bytesOf, count, Part, random, short } from './part.js';
import { Plan } from './plan.js';

/** How many pools one answer has at most. */
const PAGE = 32;

/** A pool's rules, with what most pools have. */
export const terms = (
  title: string,
  beneficiaries: pool.Recipient[],
  rest: Partial<pool.Terms> = {},
): pool.Terms => ({
  title,
  description: contentHash(bytesOf('')),
  uri: '',
  beneficiaries,
  mode: { type: 'KeepAll', value: { closes: null } },
  minimum: 1n,
  fee: null,
  release: [],
  leastSponsorship: 0n,
  ...rest,
});

/** One pool. */
export class Pool extends Part {
  // ---- Reading ----

  /** Returns the pool's rules and sums. */
  overview(): Promise<pool.Overview> {
    return this.read(pool.messages.overview, {});
  }

  /** Returns what a list of pools shows of it. */
  summary(): Promise<pool.Summary> {
    return this.read(pool.messages.summary, {});
  }

  /** Returns whether it takes donations, and until when. */
  standing(): Promise<pool.Standing> {
    return this.read(pool.messages.standing, {});
  }

  /** Returns what the pool remembers of a donor. */
  donor(account: string): Promise<pool.Donor | null> {
    return this.read(pool.messages.donor, { account });
  }

  /** Returns what the pool remembers of each of these donors, 64 at most. */
  donors(accounts: string[]): Promise<(pool.Donor | null)[]> {
    return this.read(pool.messages.donors, { accounts });
  }

  /** Returns the sponsors who match gifts. */
  sponsors(): Promise<pool.Sponsor[]> {
    return this.read(pool.messages.sponsors, {});
  }

  /** Returns what is kept for a beneficiary. */
  keptFor(account: string): Promise<bigint> {
    return this.read(pool.messages.keptFor, { account });
  }

  /** Returns what is owed in all, and what there is to pay it from. */
  solvency(): Promise<[bigint, bigint]> {
    return this.read(pool.messages.solvency, {});
  }

  // ---- For donors ----

  /** Donates. */
  donate(amount: bigint, { memo = null }: { memo?: Hex | null } = {}): Promise<Plan<null>> {
    return this.plan(pool.messages.donate, { memo }, `Donate ${this.format(amount)} to ${this.#name}.`, amount);
  }

  /** Donates in another's name. */
  donateFor(donor: string, amount: bigint, { memo = null }: { memo?: Hex | null } = {}): Promise<Plan<null>> {
    const what = `Donate ${this.format(amount)} to ${this.#name} in the name of ${short(donor)}.`;
    return this.plan(pool.messages.donateFor, { donor, memo }, what, amount);
  }

  /** Donates in another's name, as a matching round does: the pool asks whether the round may. */
  donateInRound(donor: string, amount: bigint, { memo = null }: { memo?: Hex | null } = {}): Promise<Plan<null>> {
    return this.plan(pool.messages.donateInRound, { donor, memo }, `Donate ${this.format(amount)} to ${this.#name}, for a round.`, amount);
  }

  /** Donates up to 64 gifts at once, each in the name of its donor. */
  donateMany(gifts: pool.Gift[]): Promise<Plan<null>> {
    const sum = gifts.reduce((all, { amount }) => all + amount, 0n);
    return this.plan(pool.messages.donateMany, { gifts }, `Give ${this.#name} ${count(gifts.length, 'gift')} of ${this.format(sum)} in all.`, sum);
  }

  /** Sends a donor back what they gave to a pool that missed its goal. */
  refund(donor: string): Promise<Plan<null>> {
    return this.plan(pool.messages.refund, { donor }, `Send ${short(donor)} back what they gave.`);
  }

  /** Frees a donor's record that is of no more use. */
  forget(donor: string): Promise<Plan<null>> {
    return this.plan(pool.messages.forget, { donor }, `Free the record of ${short(donor)}.`);
  }

  // ---- For sponsors ----

  /** Puts in money that is added to gifts, and returns the sponsor's number. */
  sponsor(pledge: pool.Pledge, amount: bigint): Promise<Plan<number>> {
    return this.plan(pool.messages.sponsor, { pledge }, `Put in ${this.format(amount)} that is added to gifts.`, amount);
  }

  /** Sends a sponsor back what was not used. */
  returnSponsorship(sponsor: number): Promise<Plan<null>> {
    return this.plan(pool.messages.returnSponsorship, { sponsor }, `Send sponsor ${sponsor} back what was not used.`);
  }

  /** Gives money to the beneficiaries that is no donation. */
  grant(amount: bigint): Promise<Plan<null>> {
    return this.plan(pool.messages.grant, {}, `Grant ${this.format(amount)} to ${this.#name}.`, amount);
  }

  // ---- For beneficiaries, and for anybody ----

  /** Gives to the beneficiaries what arrived by other roads, such as vouchers. */
  takeIn(): Promise<Plan<bigint>> {
    return this.plan(pool.messages.takeIn, {}, `Give the beneficiaries what arrived at ${this.#name} by other roads.`);
  }

  /** Writes down that the goal was reached. */
  finalise(): Promise<Plan<null>> {
    return this.plan(pool.messages.finalise, {}, `Settle whether ${this.#name} reached its goal.`);
  }

  /** Pays the beneficiaries what is theirs by now. */
  payout(note: pool.Note | null = null): Promise<Plan<null>> {
    return this.plan(pool.messages.payout, { note }, `Pay the beneficiaries of ${this.#name} what is theirs by now.`);
  }

  /** Says what money was spent on. */
  explainPayout(payout: number | null, note: pool.Note): Promise<Plan<null>> {
    return this.plan(pool.messages.explain, { payout, note }, 'Say what the money was spent on.');
  }

  /** Sends a beneficiary what is kept for them. */
  withdraw(account: string): Promise<Plan<null>> {
    return this.plan(pool.messages.withdraw, { account }, `Send ${short(account)} what is kept for them.`);
  }

  /** Publishes news for donors. */
  publish(news: pool.Note): Promise<Plan<null>> {
    return this.plan(pool.messages.publish, { news }, `Publish news of ${this.#name}.`);
  }

  /** Offers one's own share to another account, or takes the offer back. */
  offerShare(to: string | null): Promise<Plan<null>> {
    return this.plan(pool.messages.offerShare, { to }, to ? `Offer your share of ${this.#name} to ${short(to)}.` : `Take back the offer of your share of ${this.#name}.`);
  }

  /** Takes a share over that was offered. */
  acceptShare(from: string): Promise<Plan<null>> {
    return this.plan(pool.messages.acceptShare, { from }, `Take over the share of ${short(from)} in ${this.#name}.`);
  }

  get #name(): string {
    return `the pool ${short(this.address)}`;
  }
}

/** The factory of pools. */
export class Pools extends Part {
  /** Returns what was fixed at deployment, and how many pools there are. */
  overview(): Promise<factory.Overview> {
    return this.read(factory.messages.overview, {});
  }

  /** Returns the pool at an address. */
  at(address: string): Pool {
    this.surroundings.known.add(address, pool.abi);
    return new Pool(this.surroundings, pool.abi.name, address);
  }

  /** Returns the entry of a pool with this number. */
  listed(number: number): Promise<factory.Listed | null> {
    return this.read(factory.messages.pool, { number });
  }

  /** Returns how many pools a creator has. */
  countOf(creator: CreatorLike): Promise<number> {
    return this.read(factory.messages.countOf, { creator: idOf(creator) });
  }

  /** Returns the entries of the newest pools, without the first so many, 64 at most. */
  latest(skip = 0, size = 64): Promise<factory.Listed[]> {
    return this.read(factory.messages.latest, { skip, count: size });
  }

  /** Returns the entries of a creator's newest pools. */
  latestOf(creator: CreatorLike, skip = 0, size = 64): Promise<factory.Listed[]> {
    return this.read(factory.messages.latestOf, { creator: idOf(creator), skip, count: size });
  }

  /** Returns pools with their rules and sums, newest first, and where the next page begins. */
  page(creator: CreatorLike | null = null, skip = 0, size = PAGE): Promise<factory.Page> {
    return this.read(factory.messages.page, { creator: creator === null ? null : idOf(creator), skip, count: size });
  }

  /** Reads all pools, or all of a creator's, with their rules and sums, newest first. */
  async *all(creator: CreatorLike | null = null): AsyncGenerator<factory.Shown> {
    for (let skip: number | null = 0; skip !== null; ) {
      const page: factory.Page = await this.page(creator, skip);
      yield* page.pools;
      skip = page.next;
    }
  }

  /** Returns the account of the pool that somebody would make, reckoned here. */
  async accountOf(maker: string, creator: CreatorLike | null, terms: pool.Terms, salt: Hex): Promise<string> {
    const { codeHash } = await this.overview();
    const input = encodeCall(pool.constructors.madeFor, { maker, terms });
    const made = { factory: this.address, codeHash, input, maker, creator: creator === null ? null : idOf(creator), salt };
    return this.surroundings.chain.address(poolAccount(made));
  }

  /** Asks the factory for the account of the pool that somebody would make. */
  addressOf(maker: string, creator: CreatorLike | null, terms: pool.Terms, salt: Hex): Promise<string> {
    return this.read(factory.messages.addressOf, { maker, creator: creator === null ? null : idOf(creator), terms, salt });
  }

  /** Makes a pool, in a creator's name or not, and returns its account. */
  create(terms: pool.Terms, { creator = null, salt = random() }: { creator?: CreatorLike | null; salt?: Uint8Array } = {}): Promise<Plan<string>> {
    const whose = creator === null ? '' : `, in the name of ${nameOf(creator)}`;
    const values = { creator: creator === null ? null : idOf(creator), terms, salt: toHex(salt) };
    return this.plan(factory.messages.create, values, `Make the pool "${terms.title}"${whose}.`);
  }

  /** Shows a pool on its creator's list, or hides it there. */
  setListed(number: number, listed: boolean): Promise<Plan<null>> {
    return this.plan(factory.messages.setListed, { number, listed }, `${listed ? 'Show' : 'Hide'} pool ${number} on its creator's list.`);
  }
}
