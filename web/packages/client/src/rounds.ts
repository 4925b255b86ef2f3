// Matching rounds: sponsors' money, divided among pools by how many gave to them.

import { accountBytes, type Hex, leaf, prove, rootOf, toHex } from '@farthing/vouchers';
import { encodeCall } from './abi.js';
import * as round from './generated/matching-round.js';
import { constructors, messages } from './generated/matching-round.js';
import { Part, random, short } from './part.js';
import { Plan, type Surroundings } from './plan.js';

/** How many pools one answer has at most. */
const PAGE = 32;

/** A list of those who may donate: its root, and the proof that somebody is on it. */
export class DonorList {
  readonly #accounts: Hex[];
  readonly #leaves: Hex[];

  constructor(accounts: string[]) {
    const bytes = accounts.map((account) => accountBytes(account));
    this.#accounts = bytes.map((one) => toHex(one));
    this.#leaves = bytes.map((one) => leaf(one));
  }

  /** Returns the root that the verifier makes known. */
  get root(): Hex {
    return rootOf(this.#leaves);
  }

  /** Returns the proof that an account is on the list; null if it is not. */
  membership(list: number, account: string): round.Membership | null {
    const proof = prove(this.#leaves, this.#accounts.indexOf(toHex(accountBytes(account))));
    return proof && { list, proof };
  }
}

/** One round. */
export class Round extends Part {
  // ---- Reading ----

  /** Returns the round's rules, its stage and its sums. */
  overview(): Promise<round.Overview> {
    return this.read(messages.overview, {});
  }

  /** Returns all pools, with their shares as it would be divided now. */
  pools(): Promise<round.Projection[]> {
    return this.read(messages.pools, {});
  }

  /** Returns pools with what they tell themselves, without the first so many, 32 at most. */
  page(skip = 0, size = PAGE): Promise<round.Shown[]> {
    return this.read(messages.page, { skip, count: size });
  }

  /** Returns what counts for a pool. */
  tallyOf(pool: string): Promise<round.Tally | null> {
    return this.read(messages.tallyOf, { pool });
  }

  /** Returns the beneficiaries of a pool as it was when it entered. */
  beneficiariesOf(pool: string): Promise<string[]> {
    return this.read(messages.beneficiariesOf, { pool });
  }

  /** Returns what a donor gave to a pool through the round. */
  contribution(pool: string, donor: string): Promise<round.Contribution | null> {
    return this.read(messages.contribution, { pool, donor });
  }

  /** Returns what a sponsor put in. */
  sponsored(sponsor: string): Promise<bigint> {
    return this.read(messages.sponsored, { sponsor });
  }

  /** Returns the roots of the lists of those who may donate. */
  lists(): Promise<Hex[]> {
    return this.read(messages.lists, {});
  }

  /** Returns whether somebody may donate. */
  isListed(account: string, membership: round.Membership | null): Promise<boolean> {
    return this.read(messages.isListed, { account, membership });
  }

  /** Returns what is owed in all, and what there is to pay it from. */
  solvency(): Promise<[bigint, bigint]> {
    return this.read(messages.solvency, {});
  }

  // ---- For donors and sponsors ----

  /** Donates to a pool through the round. */
  donate(
    pool: string,
    amount: bigint,
    { memo = null, membership = null }: { memo?: Hex | null; membership?: round.Membership | null } = {},
  ): Promise<Plan<null>> {
    const what = `Donate ${this.format(amount)} to the pool ${short(pool)} through ${this.#name}.`;
    return this.plan(messages.donate, { pool, memo, membership }, what, amount);
  }

  /** Frees the caller's record of what they gave to a pool. */
  forget(pool: string): Promise<Plan<null>> {
    return this.plan(messages.forget, { pool }, `Free your record of what you gave to the pool ${short(pool)}.`);
  }

  /** Puts money into the round. */
  sponsor(amount: bigint): Promise<Plan<null>> {
    return this.plan(messages.sponsor, {}, `Put ${this.format(amount)} into ${this.#name}.`, amount);
  }

  /** Takes one's money out again, until the round opens. */
  leave(): Promise<Plan<bigint>> {
    return this.plan(messages.leave, {}, `Take your money out of ${this.#name}.`);
  }

  /** Sends a sponsor their part of what was not divided. */
  takeBack(sponsor: string): Promise<Plan<bigint>> {
    return this.plan(messages.takeBack, { sponsor }, `Send ${short(sponsor)} their part of what was not divided.`);
  }

  // ---- For the organiser and the verifier ----

  /** Takes the factory's pool with this number in, and returns its account. */
  enter(number: number): Promise<Plan<string>> {
    return this.plan(messages.enter, { number }, `Take pool ${number} into ${this.#name}.`);
  }

  /** Takes a pool out again. */
  takeOut(pool: string): Promise<Plan<null>> {
    return this.plan(messages.takeOut, { pool }, `Take the pool ${short(pool)} out of ${this.#name}.`);
  }

  /** Strikes a pool off, for a reason whose hash is given. */
  strikeOff(pool: string, reason: Hex): Promise<Plan<null>> {
    return this.plan(messages.strikeOff, { pool, reason }, `Strike the pool ${short(pool)} off ${this.#name}.`);
  }

  /** Takes one's objection to a pool back. */
  reinstate(pool: string): Promise<Plan<null>> {
    return this.plan(messages.reinstate, { pool }, `Take back your objection to the pool ${short(pool)}.`);
  }

  /** Makes a list of donors known. */
  setList(list: number, root: Hex, uri: string): Promise<Plan<null>> {
    return this.plan(messages.setList, { list, root, uri }, `Make list ${list} of those who can donate known.`);
  }

  /** Frees the lists, once they matter no longer. */
  freeLists(): Promise<Plan<null>> {
    return this.plan(messages.freeLists, {}, 'Free the lists of those who could donate.');
  }

  // ---- For anybody, from the time of division on ----

  /** Divides the money, step by step; answers how many steps are left. */
  divide(calls = 16): Promise<Plan<number>> {
    return this.plan(messages.divide, { calls }, `Divide the money of ${this.#name}.`);
  }

  /** Asks a pool whether it missed its goal. */
  ask(pool: string): Promise<Plan<boolean>> {
    return this.plan(messages.ask, { pool }, `Ask the pool ${short(pool)} whether it missed its goal.`);
  }

  /** Offers a pool its share again. */
  pay(pool: string): Promise<Plan<null>> {
    return this.plan(messages.pay, { pool }, `Offer the pool ${short(pool)} its share.`);
  }

  get #name(): string {
    return `the round ${short(this.address)}`;
  }
}

/** Makes and finds rounds: anybody can make one, of the deployment's code. */
export class Rounds {
  constructor(
    readonly surroundings: Surroundings,
    readonly codeHash: Hex,
    /** The rounds that the deployment names. */
    readonly named: Readonly<Record<string, string>>,
  ) {}

  /** Returns the round at an address, or with a name that the deployment knows. */
  at(addressOrName: string): Round {
    const address = this.named[addressOrName] ?? addressOrName;
    this.surroundings.known.add(address, round.abi);
    return new Round(this.surroundings, round.abi.name, address);
  }

  /** Makes a round. Where it is, the receipt tells: `made`. */
  create(terms: round.Terms, { salt = random() }: { salt?: Uint8Array } = {}): Promise<Plan<null>> {
    const input = encodeCall(constructors.new, { terms });
    const call = { codeHash: this.codeHash, value: 0n, input, salt: toHex(salt) };
    return Plan.of(this.surroundings, constructors.new, round.abi.name, { call, what: `Make the round "${terms.title}".` });
  }
}
