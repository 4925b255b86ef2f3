// Made by scripts/generate.mjs of abi/matching_round.json. Do not change it by hand: npm run generate

import { type Abi, message } from '../abi.js';
import { type Codec, account, bool, hash, list, names, option, str, struct, tuple, u128, u16, u32, u64, u8, unit, variants } from '../scale.js';
import type { Hex } from '@farthing/vouchers';
import { PoolError, Stage as PoolStage, Sums } from './pool.js';

export { PoolError, PoolStage, Sums };

/** All rules of a round. */
export interface Terms {
  /** In 1 to 64 bytes, all of them to be seen. */
  title: string;
  /** Hash of the description, so that a donor can tell that it was not swapped. */
  description: Hex;
  /** Where the description is, in at most 128 bytes. */
  uri: string;
  /** Who chooses the pools, and cannot donate. */
  organiser: string;
  /** The factory whose pools can enter. */
  factory: string;
  /**
   * Until when the organiser chooses the pools. From then until it opens, sponsors see them all and can
   * still leave.
   */
  chosen: bigint;
  /** From when on donations count, and sponsors cannot leave. */
  opens: bigint;
  /** From when on donations no longer count, and nobody can sponsor. */
  closes: bigint;
  /**
   * From when on the money can be divided; not before `closes`. In between everyone sees what would be
   * divided, and pools can be struck off. By then every pool with a goal must have reached or missed it,
   * so that nobody waits for one that never ends.
   */
  divides: bigint;
  /**
   * The least that a donation can be, in the chain's smallest unit; at least 1. The higher it is, the
   * dearer it is to pose as many.
   */
  minimum: bigint;
  /** How much of all that one donor gives to one pool counts; at least the minimum, and less than 2⁸⁰. */
  cap: bigint;
  /** The largest part of the money that one pool gets, in basis points: 1 to 10,000. */
  maxShare: number;
  /** How many donors a pool needs to be given anything; at least 2, as the formula gives nothing for one. */
  minDonors: number;
  /** Who says which accounts can donate, if not everyone can. */
  verifier: string | null;
}
export const Terms: Codec<Terms> = /* @__PURE__ */ struct<Terms>({ title: str, description: hash, uri: str, organiser: account, factory: account, chosen: u64, opens: u64, closes: u64, divides: u64, minimum: u128, cap: u128, maxShare: u16, minDonors: u32, verifier: option(account) });

/** Why these can be no round's rules. */
export type TermsError =
  /** The title is empty, longer than 64 bytes, or has characters that cannot be seen. */
  | 'Title'
  /** The URI is longer than 128 bytes, or has characters that cannot be seen. */
  | 'Uri'
  /**
   * The pools would be chosen in the past or now, the round open before they are or just then, close
   * before it opens or just then, divide before it closes, or more than 2 years ahead.
   */
  | 'Times'
  /** A minimum of nothing. */
  | 'ZeroMinimum'
  /** The cap is below the minimum, or 2⁸⁰ and more. */
  | 'Cap'
  /** The largest share is nothing, or over 10,000 basis points. */
  | 'MaxShare'
  /** Fewer than 2 donors would be enough. */
  | 'MinDonors';
export const TermsError: Codec<TermsError> = /* @__PURE__ */ names(['Title', 'Uri', 'Times', 'ZeroMinimum', 'Cap', 'MaxShare', 'MinDonors'], [
  "The title is empty, longer than 64 bytes, or has characters that cannot be seen.",
  "The URI is longer than 128 bytes, or has characters that cannot be seen.",
  "The pools would be chosen in the past or now, the round open before they are or just then, close before it opens or just then, divide before it closes, or more than 2 years ahead.",
  "A minimum of nothing.",
  "The cap is below the minimum, or 2⁸⁰ and more.",
  "The largest share is nothing, or over 10,000 basis points.",
  "Fewer than 2 donors would be enough.",
]);

/** Why a message was refused. Nothing it did remains. */
export type MatchingRoundError =
  /** There can be no round with these rules. */
  | { type: 'BadTerms'; value: TermsError }
  /** The factory did not answer as one. */
  | { type: 'FactoryFailed' }
  /** Only the organiser may do this. */
  | { type: 'NotOrganiser' }
  /** Only the verifier may do this. */
  | { type: 'NotVerifier' }
  /** Only the organiser and the verifier may do this. */
  | { type: 'NotObjector' }
  /** The pools were chosen by this time, and no others enter or are taken out. */
  | { type: 'Chosen'; value: bigint }
  /** The pools are chosen until this time: the organiser takes out what should not be there. */
  | { type: 'ChosenUntil'; value: bigint }
  /** The round opened at this time. */
  | { type: 'Opened'; value: bigint }
  /** There are 64 pools in the round. */
  | { type: 'RoundFull' }
  /** The factory has no pool with this number. */
  | { type: 'UnknownPool' }
  /** The pool is in the round already. */
  | { type: 'AlreadyEntered' }
  /** The pool takes no donations from this time on, which is before the round opens or just then. */
  | { type: 'PoolCloses'; value: bigint }
  /** The pool's goal may be reached until this time, and the round divides before. */
  | { type: 'DeadlineTooLate'; value: bigint }
  /** This pool is not in the round. */
  | { type: 'NotEntered' }
  /** The pool was struck off. */
  | { type: 'StruckOff' }
  /** The caller has not struck the pool off. */
  | { type: 'NotStruckOff' }
  /** Objections were possible until this time. */
  | { type: 'ObjectionsEnded'; value: bigint }
  /** The round opens at this time. */
  | { type: 'OpensAt'; value: bigint }
  /** The round is open until this time. */
  | { type: 'OpenUntil'; value: bigint }
  /** The round closed at this time. */
  | { type: 'Closed'; value: bigint }
  /** A donation of less than this. */
  | { type: 'BelowMinimum'; value: bigint }
  /** The organiser, and who gets a pool's money, are no donors to it. */
  | { type: 'NotADonor' }
  /** The proof that came with the donation does not show that the donor is on one of the lists. */
  | { type: 'NotListed' }
  /** The pool refused the money, and says why. */
  | { type: 'Refused'; value: PoolError }
  /** This account did not answer as a pool. */
  | { type: 'PoolFailed'; value: string }
  /** A sponsorship of nothing. */
  | { type: 'NothingGiven' }
  /** A sum is too large: 2⁹⁰ of money, or more donations to a pool than can be counted. */
  | { type: 'Overflow' }
  /** There are so many lists, and the next one has this number. */
  | { type: 'WrongList'; value: number }
  /** There is room for 8 lists. */
  | { type: 'ListsFull' }
  /** The URI is longer than 128 bytes, or has characters that cannot be seen. */
  | { type: 'BadUri' }
  /** The money can be divided from this time on. */
  | { type: 'DividesAt'; value: bigint }
  /** The money was divided already, and each pool has been offered its share. */
  | { type: 'AlreadyDivided' }
  /** The money was not divided yet. */
  | { type: 'NotDivided' }
  /** There is nothing to pay, to give back or to free. */
  | { type: 'NothingDue' }
  /**
   * The chain refused to move the money: less than the existential deposit to an account that
   * does not exist.
   */
  | { type: 'TransferFailed' }
  /** There is no such record of the caller's, or the caller is a contract, and did not pay for it. */
  | { type: 'NotPayer' };
export const MatchingRoundError: Codec<MatchingRoundError> = /* @__PURE__ */ variants<MatchingRoundError>([
  ['BadTerms', TermsError, "There can be no round with these rules."],
  ['FactoryFailed', null, "The factory did not answer as one."],
  ['NotOrganiser', null, "Only the organiser may do this."],
  ['NotVerifier', null, "Only the verifier may do this."],
  ['NotObjector', null, "Only the organiser and the verifier may do this."],
  ['Chosen', u64, "The pools were chosen by this time, and no others enter or are taken out."],
  ['ChosenUntil', u64, "The pools are chosen until this time: the organiser takes out what should not be there."],
  ['Opened', u64, "The round opened at this time."],
  ['RoundFull', null, "There are 64 pools in the round."],
  ['UnknownPool', null, "The factory has no pool with this number."],
  ['AlreadyEntered', null, "The pool is in the round already."],
  ['PoolCloses', u64, "The pool takes no donations from this time on, which is before the round opens or just then."],
  ['DeadlineTooLate', u64, "The pool's goal may be reached until this time, and the round divides before."],
  ['NotEntered', null, "This pool is not in the round."],
  ['StruckOff', null, "The pool was struck off."],
  ['NotStruckOff', null, "The caller has not struck the pool off."],
  ['ObjectionsEnded', u64, "Objections were possible until this time."],
  ['OpensAt', u64, "The round opens at this time."],
  ['OpenUntil', u64, "The round is open until this time."],
  ['Closed', u64, "The round closed at this time."],
  ['BelowMinimum', u128, "A donation of less than this."],
  ['NotADonor', null, "The organiser, and who gets a pool's money, are no donors to it."],
  ['NotListed', null, "The proof that came with the donation does not show that the donor is on one of the lists."],
  ['Refused', PoolError, "The pool refused the money, and says why."],
  ['PoolFailed', account, "This account did not answer as a pool."],
  ['NothingGiven', null, "A sponsorship of nothing."],
  ['Overflow', null, "A sum is too large: 2⁹⁰ of money, or more donations to a pool than can be counted."],
  ['WrongList', u8, "There are so many lists, and the next one has this number."],
  ['ListsFull', null, "There is room for 8 lists."],
  ['BadUri', null, "The URI is longer than 128 bytes, or has characters that cannot be seen."],
  ['DividesAt', u64, "The money can be divided from this time on."],
  ['AlreadyDivided', null, "The money was divided already, and each pool has been offered its share."],
  ['NotDivided', null, "The money was not divided yet."],
  ['NothingDue', null, "There is nothing to pay, to give back or to free."],
  ['TransferFailed', null, "The chain refused to move the money: less than the existential deposit to an account that does not exist."],
  ['NotPayer', null, "There is no such record of the caller's, or the caller is a contract, and did not pay for it."],
]);

/** That an entry is in a list. */
export interface Proof {
  /** Its place in the list, from 0. */
  index: bigint;
  /** How many entries the list has. */
  count: bigint;
  /** What the entry's hash is combined with on the way to the root. */
  path: Hex[];
}
export const Proof: Codec<Proof> = /* @__PURE__ */ struct<Proof>({ index: u64, count: u64, path: list(hash) });

/** That an account is on one of the round's lists. */
export interface Membership {
  /** Which list, from 0. */
  list: number;
  /** The proof, of an entry that is the account's 32 bytes. */
  proof: Proof;
}
export const Membership: Codec<Membership> = /* @__PURE__ */ struct<Membership>({ list: u8, proof: Proof });

/** Where a round stands. */
export type Stage =
  /** The organiser chooses pools. Sponsors can put money in, and leave. */
  | 'Entering'
  /** The pools are chosen. Sponsors can put money in, and leave. */
  | 'Chosen'
  /** Donations count, and sponsors can put money in. */
  | 'Open'
  /** Nothing counts any more, and everyone can see what would be divided; pools can be struck off. */
  | 'Closed'
  /** The money can be divided. */
  | 'Due'
  /** It is settled whose the money is. */
  | 'Divided';
export const Stage: Codec<Stage> = /* @__PURE__ */ names(['Entering', 'Chosen', 'Open', 'Closed', 'Due', 'Divided']);

/** The books of a round. A fixed size, so that no message ever changes its storage deposit. */
export interface Books {
  /** Who chooses the pools. */
  organiser: string;
  /** Until when the pools are chosen. */
  chosen: bigint;
  /** From when on donations count, and sponsors cannot leave. */
  opens: bigint;
  /** From when on donations no longer count, and nobody can sponsor. */
  closes: bigint;
  /** From when on the money can be divided. */
  divides: bigint;
  /** How many donors a pool needs to be given anything. */
  minDonors: number;
  /** Who says which accounts can donate, if not everyone can. */
  verifier: string | null;
  /** All that sponsors put in and did not leave with. */
  money: bigint;
  /** What of it is here: what the round owes, to pools or sponsors, whoever that is in the end. */
  owed: bigint;
  /** What of it goes back to the sponsors in all; 0 until it is settled. */
  rest: bigint;
  /** What of that is here. */
  restLeft: bigint;
  /** What those sponsors put in who have not had their part of it. */
  claims: bigint;
  /** How many pools there are. */
  pools: number;
  /** How many of them, in the order of entering, need not be asked any more whether they missed a goal. */
  asked: number;
  /** How many of them, in the order of entering, were offered their shares. */
  offered: number;
  /** Whether it is settled whose the money is. */
  divided: boolean;
}
export const Books: Codec<Books> = /* @__PURE__ */ struct<Books>({ organiser: account, chosen: u64, opens: u64, closes: u64, divides: u64, minDonors: u32, verifier: option(account), money: u128, owed: u128, rest: u128, restLeft: u128, claims: u128, pools: u32, asked: u32, offered: u32, divided: bool });

/** All that there is to know of the round, but for its pools. */
export interface Overview {
  /** Its rules, which never change. */
  terms: Terms;
  /** Where it stands now. */
  stage: Stage;
  /** Its money, and how far its division is. */
  books: Books;
}
export const Overview: Codec<Overview> = /* @__PURE__ */ struct<Overview>({ terms: Terms, stage: Stage, books: Books });

/** A pool of the round. A fixed size, so that dividing locks no storage deposit. */
export interface Entry {
  /** Its account. */
  account: string;
  /** Its number in the factory. */
  number: number;
  /** Whether it can miss a goal. */
  hasGoal: boolean;
  /** Whether the division has asked it whether it did. */
  asked: boolean;
  /** Whether it did, as the division found. */
  missed: boolean;
  /** What it gets of the money, in the chain's smallest unit. */
  share: bigint;
  /** Whether it has got that. */
  paid: boolean;
}
export const Entry: Codec<Entry> = /* @__PURE__ */ struct<Entry>({ account: account, number: u32, hasGoal: bool, asked: bool, missed: bool, share: u128, paid: bool });

/**
 * Who objects to a pool. While anybody does, it is struck off: nobody donates to it through the round, and
 * it gets nothing.
 */
export interface Objections {
  /** The organiser. */
  organiser: boolean;
  /** The verifier. */
  verifier: boolean;
}
export const Objections: Codec<Objections> = /* @__PURE__ */ struct<Objections>({ organiser: bool, verifier: bool });

/** What all donors' gifts to one pool count, kept up to date with each. A fixed size. */
export interface Tally {
  /** The sum of the donors' roots, in units of 2⁻²⁴. */
  roots: bigint;
  /** The sum of what counts. */
  counted: bigint;
  /** How many donors there are. */
  donors: number;
}
export const Tally: Codec<Tally> = /* @__PURE__ */ struct<Tally>({ roots: u128, counted: u128, donors: u32 });

/** A pool of the round, and what was given to it there. */
export interface Projection {
  /**
   * The pool. Before the division, its share is what it would get were the money divided now, and all
   * pools with a goal to reach it.
   */
  entry: Entry;
  /** Who objects to it. */
  objections: Objections;
  /** What counts for it. */
  tally: Tally;
}
export const Projection: Codec<Projection> = /* @__PURE__ */ struct<Projection>({ entry: Entry, objections: Objections, tally: Tally });

/** What a pool tells of itself. */
export interface Told {
  /** Its title. */
  title: string;
  /** Where it stands now. */
  stage: PoolStage;
  /** What came into it and was held, through the round and past it. */
  sums: Sums;
}
export const Told: Codec<Told> = /* @__PURE__ */ struct<Told>({ title: str, stage: PoolStage, sums: Sums });

/** A pool of the round as a page shows it. */
export interface Shown {
  /** What the round knows of it. */
  projection: Projection;
  /** What it tells of itself; `None` if it does not answer. */
  told: Told | null;
}
export const Shown: Codec<Shown> = /* @__PURE__ */ struct<Shown>({ projection: Projection, told: option(Told) });

/** What one donor's gifts to one pool count. A fixed size, so that only the first locks a storage deposit. */
export interface Contribution {
  /** Their sum, up to the round's cap. */
  counted: bigint;
  /** Its square root, in units of 2⁻²⁴. */
  root: bigint;
}
export const Contribution: Codec<Contribution> = /* @__PURE__ */ struct<Contribution>({ counted: u128, root: u64 });

/** What a pool answered. */
export interface Answer {
  /** The pool. */
  pool: string;
  /** Whether it missed its goal, or counts as if it had: nobody heard of it for 30 days. */
  missed: boolean;
}
export const Answer: Codec<Answer> = /* @__PURE__ */ struct<Answer>({ pool: account, missed: bool });

/** What a pool gets. */
export interface Share {
  /** The pool. */
  pool: string;
  /** How much of the round's money is its, in the chain's smallest unit. */
  amount: bigint;
  /** Whether it gets nothing because it missed its goal, or was not heard of for 30 days. */
  missed: boolean;
}
export const Share: Codec<Share> = /* @__PURE__ */ struct<Share>({ pool: account, amount: u128, missed: bool });

/** What came of offering a pool its share. */
export interface Payment {
  /** The pool. */
  pool: string;
  /** The amount, in the chain's smallest unit. */
  amount: bigint;
  /** Whether the pool took it. If not, it waits here for `pay`. */
  taken: boolean;
}
export const Payment: Codec<Payment> = /* @__PURE__ */ struct<Payment>({ pool: account, amount: u128, taken: bool });

/** What makes one. */
export const constructors = {
  /**
   * Makes a round with these rules, which can never change. Creates one item, for good. Emits
   * `RoundCreated`.
   *
   * # Errors
   * `Error::BadTerms`; `Error::FactoryFailed` if there is no factory at that account.
   */
  new: /* @__PURE__ */ message<{ terms: Terms }, null, MatchingRoundError>('new', '0x9bae9d5e', 'write', { terms: Terms }, unit, MatchingRoundError),
};

export const messages = {
  /**
   * Takes the factory's pool with this number into the round, until the pools are chosen, and returns
   * its account. There is room for 64.
   *
   * Creates one item, at the caller's expense; the first pool a second one, to which each adds 55
   * bytes. `take_out` frees the first. Emits `Entered`.
   *
   * # Errors
   * `Error::NotOrganiser`, `Error::Chosen`, `Error::RoundFull`; `Error::FactoryFailed` if the
   * factory does not answer; `Error::UnknownPool`, `Error::AlreadyEntered`;
   * `Error::PoolFailed` if the pool does not answer; `Error::PoolCloses` if it takes no donations
   * when the round opens; `Error::DeadlineTooLate` if its goal is not settled by the division.
   */
  enter: /* @__PURE__ */ message<{ number: number }, string, MatchingRoundError>('enter', '0x8883954a', 'write', { number: u32 }, account, MatchingRoundError),
  /**
   * Takes a pool out of the round again, until the pools are chosen. The last pool gets its place.
   *
   * Frees one item and 55 bytes, whose deposits are the caller's, who paid for them. (A contract did
   * not: it cannot take pools out, but strike them off.) Emits
   * `TakenOut`.
   *
   * # Errors
   * `Error::NotOrganiser`, `Error::Chosen`, `Error::NotEntered`; `Error::NotPayer` if the
   * organiser is a contract.
   */
  takeOut: /* @__PURE__ */ message<{ pool: string }, null, MatchingRoundError>('take_out', '0xebf5b99f', 'write', { pool: account }, unit, MatchingRoundError),
  /**
   * Strikes a pool off, from when the pools are chosen until the money can be divided: nobody donates
   * to it through the round any more, and it gets nothing. What it was given is its own. `reason` is
   * the hash of why.
   *
   * Creates no item. Emits `Objected`.
   *
   * # Errors
   * `Error::NotObjector`; `Error::ChosenUntil` before the pools are chosen;
   * `Error::ObjectionsEnded`, `Error::NotEntered`; `Error::StruckOff` if the caller objects to it
   * already.
   */
  strikeOff: /* @__PURE__ */ message<{ pool: string; reason: Hex }, null, MatchingRoundError>('strike_off', '0xc12301cb', 'write', { pool: account, reason: hash }, unit, MatchingRoundError),
  /**
   * Takes back the caller's own objection to a pool, as long as there can be any. If the other one
   * objects to it, too, it stays struck off.
   *
   * Creates no item. Emits `Objected`.
   *
   * # Errors
   * `Error::NotObjector`, `Error::ChosenUntil`, `Error::ObjectionsEnded`, `Error::NotEntered`;
   * `Error::NotStruckOff` if the caller does not object to it.
   */
  reinstate: /* @__PURE__ */ message<{ pool: string }, null, MatchingRoundError>('reinstate', '0x47db3c2f', 'write', { pool: account }, unit, MatchingRoundError),
  /**
   * Makes list number `list` of those who can donate known, by its Merkle root (see
   * `farthing_types::merkle`; an entry is an account's 32 bytes), until the round closes. Who is on
   * any of the lists can donate. Before the round opens a list can be replaced; after that lists can
   * only be added. There is room for 8. `uri`, in at most 128 bytes, is where donors find the list.
   *
   * The first creates an item, to which each other one adds 32 bytes, at the caller's expense;
   * `free_lists` frees it. Emits `Listed`.
   *
   * # Errors
   * `Error::NotVerifier`, also if the round has none; `Error::Closed`, `Error::BadUri`;
   * `Error::Opened` for a list that there is, when the round has opened; `Error::WrongList` if
   * numbers would be left out; `Error::ListsFull`.
   */
  setList: /* @__PURE__ */ message<{ list: number; root: Hex; uri: string }, null, MatchingRoundError>('set_list', '0x25cc3513', 'write', { list: u8, root: hash, uri: str }, unit, MatchingRoundError),
  /**
   * Frees the lists, once the round has closed and they matter no longer.
   *
   * Frees an item, whose deposit is the caller's, who paid for it. (A contract did not, and cannot.)
   * Emits `ListsFreed`.
   *
   * # Errors
   * `Error::NotVerifier`, `Error::OpenUntil`; `Error::NotPayer` if the verifier is a contract;
   * `Error::NothingDue` if there are none.
   */
  freeLists: /* @__PURE__ */ message<Record<never, never>, null, MatchingRoundError>('free_lists', '0x18891466', 'write', {}, unit, MatchingRoundError),
  /**
   * Puts the attached value into the round, until it closes. Until it opens, `leave` gives it back;
   * after that `take_back` gives the caller's part of what is not divided, in the end.
   *
   * Creates the caller's record, one item, with their first money. Emits
   * `Sponsored`.
   *
   * # Errors
   * `Error::Closed`, `Error::NothingGiven`; `Error::Overflow` from 2⁹⁰ units of money on.
   */
  sponsor: /* @__PURE__ */ message<Record<never, never>, null, MatchingRoundError>('sponsor', '0xdde27015', 'pay', {}, unit, MatchingRoundError),
  /**
   * Sends the caller all that they put in, until the round opens. Returns how much that is.
   *
   * Creates no item. Frees the caller's record, with its deposit. (A contract did not pay for it: its
   * record stays.) Emits `Left`.
   *
   * # Errors
   * `Error::Opened`, `Error::NothingDue`, `Error::TransferFailed`.
   */
  leave: /* @__PURE__ */ message<Record<never, never>, bigint, MatchingRoundError>('leave', '0x7f24c8bb', 'write', {}, u128, MatchingRoundError),
  /**
   * Sends a sponsor their part of what was not divided, once it is settled. Returns how much that is,
   * perhaps nothing. Anyone can call it.
   *
   * A part is as large of all that goes back as what the sponsor put in is of all that sponsors did.
   * It is rounded down, and what that leaves is in the parts of those who come later: the last one has
   * the last unit.
   *
   * Creates no item. Frees the sponsor's record, with its deposit, if they call it themselves; if
   * somebody else did before, they can call it for that alone. (A contract did not pay for it: its
   * record stays.) Emits `TakenBack`.
   *
   * # Errors
   * `Error::NotDivided`; `Error::NothingDue` if there is no record, or nothing to do for this
   * caller; `Error::TransferFailed`.
   */
  takeBack: /* @__PURE__ */ message<{ sponsor: string }, bigint, MatchingRoundError>('take_back', '0x42b47b1c', 'write', { sponsor: account }, u128, MatchingRoundError),
  /**
   * Donates the attached value to a pool of the round, in the caller's name: the pool has it at
   * once, and whatever it promises its donors it owes to the caller. Up to the round's cap, what
   * the caller gives to this pool counts in the formula; what is over it goes to the pool and
   * counts no further. `memo` is the hash of what the donor says to it, if anything. `membership` shows
   * that the caller is on one of the verifier's lists; it is of no interest if there is no verifier, or
   * the caller has given to this pool before.
   *
   * Nobody can donate through the round in another's name: a gift counts for whoever pays it.
   *
   * Creates the caller's record for this pool, one item, with their first donation to it, which
   * `forget` frees; and whatever the pool creates, in most pools with a goal a record of its own. Emits
   * `Donated`.
   *
   * # Errors
   * `Error::NotEntered`, `Error::OpensAt`, `Error::Closed`, `Error::BelowMinimum`,
   * `Error::StruckOff`; `Error::NotADonor` for the organiser and the pool's beneficiaries;
   * `Error::NotListed` if there is a verifier; `Error::Overflow` if the roots of what donors gave to
   * one pool would add up to 2⁵⁶; `Error::Refused` with what the pool says, `Error::PoolFailed`.
   */
  donate: /* @__PURE__ */ message<{ pool: string; memo: Hex | null; membership: Membership | null }, null, MatchingRoundError>('donate', '0x3a139bdc', 'pay', { pool: account, memo: option(hash), membership: option(Membership) }, unit, MatchingRoundError),
  /**
   * Divides the money, from the time of division on, and gives the pools their shares. Calls up to
   * `calls` pools: asks those that have a goal whether they missed it, divides when all were asked, and
   * then offers each its share, as a grant: its beneficiaries' for good, and no part of any goal. Returns
   * how many pools are still to be asked and to be offered their share at most: 0 when all is done.
   *
   * It can be called as often as it takes. On a chain whose blocks are limited to 5 MiB of proof,
   * 16 calls at a time are enough. Pools without a goal, and those that draw nothing, are not asked and
   * cost almost nothing. A share that a pool does not take waits for `pay`.
   *
   * Creates no item. Emits `Asked`, `Divided`,
   * `Paid`, each if that is what it did.
   *
   * From 30 days after the time of division on, pools with a goal that were not asked before are not
   * asked any more: they count as having missed it. Somebody who cares should have called by then.
   *
   * # Errors
   * `Error::DividesAt`; `Error::AlreadyDivided` if all was done; `Error::PoolFailed` if the next
   * pool does not answer, be it for lack of gas. What this call has asked or paid before it comes to
   * such a pool is kept; the others behind it can be asked by `ask`.
   */
  divide: /* @__PURE__ */ message<{ calls: number }, number, MatchingRoundError>('divide', '0x078187c7', 'write', { calls: u32 }, u32, MatchingRoundError),
  /**
   * Asks one pool, out of turn, whether it missed its goal, as `divide` does. Returns whether it did.
   * Anyone can call it, from the time of division on, for where one pool before it does not answer.
   *
   * Creates no item. Emits `Asked`.
   *
   * # Errors
   * `Error::DividesAt`, `Error::AlreadyDivided`, `Error::NotEntered`; `Error::NothingDue` if it
   * was asked, has no goal, or draws nothing; `Error::PoolFailed` if it does not answer.
   */
  ask: /* @__PURE__ */ message<{ pool: string }, boolean, MatchingRoundError>('ask', '0x020f741e', 'write', { pool: account }, bool, MatchingRoundError),
  /**
   * Offers a pool its share that it did not take, or was not offered yet. Anyone can call it.
   *
   * Creates no item. Emits `Paid`.
   *
   * # Errors
   * `Error::NotDivided`, `Error::NotEntered`, `Error::NothingDue`; `Error::Refused` and
   * `Error::PoolFailed` if the pool does not take it: then the share waits.
   */
  pay: /* @__PURE__ */ message<{ pool: string }, null, MatchingRoundError>('pay', '0xf88ca104', 'write', { pool: account }, unit, MatchingRoundError),
  /**
   * Frees the caller's record for a pool, once the round has closed, for its deposit. (A contract
   * that donated did not pay for it, and cannot.) Emits `Freed`.
   *
   * # Errors
   * `Error::OpenUntil`, `Error::NotEntered`, `Error::NotPayer`.
   */
  forget: /* @__PURE__ */ message<{ pool: string }, null, MatchingRoundError>('forget', '0xca992da4', 'write', { pool: account }, unit, MatchingRoundError),
  /** Returns all that there is to know of the round, but for its pools. */
  overview: /* @__PURE__ */ message<Record<never, never>, Overview>('overview', '0x5b2f326a', 'read', {}, Overview),
  /**
   * Returns all pools, in the order of entering, with what was given to them and what they get, or
   * would.
   */
  pools: /* @__PURE__ */ message<Record<never, never>, Projection[]>('pools', '0x21e7bb4e', 'read', {}, list(Projection)),
  /**
   * Returns up to `count` pools (32 at most), in the order of entering, without the first `skip`, with
   * what they tell of themselves. Beyond the end there are none: two calls read a whole round.
   */
  page: /* @__PURE__ */ message<{ skip: number; count: number }, Shown[]>('page', '0x4f89ae47', 'read', { skip: u32, count: u32 }, list(Shown)),
  /** Returns what counts for one pool. */
  tallyOf: /* @__PURE__ */ message<{ pool: string }, Tally | null>('tally_of', '0xafa0d343', 'read', { pool: account }, option(Tally)),
  /** Returns who got a pool's money when it entered, and so cannot donate to it through the round. */
  beneficiariesOf: /* @__PURE__ */ message<{ pool: string }, string[]>('beneficiaries_of', '0x81acfab9', 'read', { pool: account }, list(account)),
  /** Returns what one donor's gifts to one pool count, as long as they have not freed the record. */
  contribution: /* @__PURE__ */ message<{ pool: string; donor: string }, Contribution | null>('contribution', '0x383933ae', 'read', { pool: account, donor: account }, option(Contribution)),
  /** Returns what a sponsor put in and has had no part back of; 0 when there is no record. */
  sponsored: /* @__PURE__ */ message<{ sponsor: string }, bigint>('sponsored', '0xe16caaf2', 'read', { sponsor: account }, u128),
  /** Returns the Merkle roots of the verifier's lists. */
  lists: /* @__PURE__ */ message<Record<never, never>, Hex[]>('lists', '0xd874f61d', 'read', {}, list(hash)),
  /** Returns whether an account can donate with this proof: anyone can, unless there is a verifier. */
  isListed: /* @__PURE__ */ message<{ account: string; membership: Membership | null }, boolean>('is_listed', '0x4f92a382', 'read', { account: account, membership: option(Membership) }, bool),
  /**
   * Returns what the contract owes in all, and what it holds to pay it from (its existential deposit
   * not counted). The first is never more than the second.
   */
  solvency: /* @__PURE__ */ message<Record<never, never>, [bigint, bigint]>('solvency', '0x4795d50a', 'read', {}, tuple<[bigint, bigint]>(u128, u128)),
};

/** What it tells. */
export type Event =
  /** The round was made. */
  | {
      name: 'RoundCreated';
      fields: {
        /** Its rules. */
        terms: Terms;
      };
    }
  /** A pool entered the round. */
  | {
      name: 'Entered';
      fields: {
        /** Its account. */
        pool: string;
        /** Its number in the factory. */
        number: number;
        /** Whether it can miss a goal. */
        hasGoal: boolean;
        /** Who gets its money, and so cannot donate to it through the round. */
        beneficiaries: string[];
      };
    }
  /** A pool was taken out of the round again. The last one has its place now. */
  | {
      name: 'TakenOut';
      fields: {
        /** The pool. */
        pool: string;
      };
    }
  /** Somebody objected to a pool, or no longer does. */
  | {
      name: 'Objected';
      fields: {
        /** The pool. */
        pool: string;
        /** Who: the organiser or the verifier. */
        by: string;
        /** The hash of why they object; `None` if they no longer do. */
        reason: Hex | null;
      };
    }
  /** The verifier made a list of donors known. */
  | {
      name: 'Listed';
      fields: {
        /** The list's number. */
        list: number;
        /** Its Merkle root. */
        root: Hex;
        /** Where the list is, for donors to make their proofs from. */
        uri: string;
      };
    }
  /** The verifier freed all lists. */
  | {
      name: 'ListsFreed';
      fields: {
      };
    }
  /** Somebody put money in. */
  | {
      name: 'Sponsored';
      fields: {
        /** The sponsor whose money it is. */
        sponsor: string;
        /** The amount, in the chain's smallest unit. */
        amount: bigint;
      };
    }
  /** A sponsor left before the round opened, with all that they had put in. */
  | {
      name: 'Left';
      fields: {
        /** The sponsor whose money it is. */
        sponsor: string;
        /** The amount, in the chain's smallest unit. */
        amount: bigint;
        /** Whether their record was freed. */
        freed: boolean;
      };
    }
  /**
   * A donation through the round. The pool tells of it too, memo and all, in the same transaction. The
   * only anonymous event: it has no topics at all.
   */
  | {
      name: 'Donated';
      fields: {
        /** The account that gave. */
        donor: string;
        /** The pool that it went to. */
        pool: string;
        /** The amount, in the chain's smallest unit. */
        amount: bigint;
        /** How much of it counts in the formula. */
        counted: bigint;
      };
    }
  /** Pools were asked whether they missed their goals. */
  | {
      name: 'Asked';
      fields: {
        /** How many pools, in the order of entering, need no more asking. */
        asked: number;
        /** What those answered that were asked now. */
        answers: Answer[];
      };
    }
  /** It is settled whose the money is. */
  | {
      name: 'Divided';
      fields: {
        /** All of it, in the chain's smallest unit. */
        money: bigint;
        /** What goes back to the sponsors. */
        rest: bigint;
        /** What each pool gets, in the order of entering. */
        shares: Share[];
      };
    }
  /** Pools were offered their shares. */
  | {
      name: 'Paid';
      fields: {
        /** How many pools, in the order of entering, need not be offered a share any more by `divide`. */
        offered: number;
        /** What came of those that were offered theirs now. */
        payments: Payment[];
      };
    }
  /** A sponsor had back their part of what was not divided. */
  | {
      name: 'TakenBack';
      fields: {
        /** The sponsor whose money it is. */
        sponsor: string;
        /** The amount, in the chain's smallest unit; perhaps nothing. */
        amount: bigint;
        /** Whether their record was freed. */
        freed: boolean;
      };
    }
  /** A donor's record was freed. */
  | {
      name: 'Freed';
      fields: {
        /** The donor whose record was freed. */
        donor: string;
        /** The pool that the record was for. */
        pool: string;
      };
    };

export const abi: Abi<Event> = {
  name: 'matching_round',
  codeHash: '0x1f6185ec0fee6266ad30e3f89b1ee2b1fb69277ed2952eeecf71712803a7406f',
  events: [
    { name: 'RoundCreated', topic: '0x187bab666ea2f09a', fields: /* @__PURE__ */ struct({ terms: Terms }) },
    { name: 'Entered', topic: '0x16b1acece4098774', fields: /* @__PURE__ */ struct({ pool: account, number: u32, hasGoal: bool, beneficiaries: list(account) }) },
    { name: 'TakenOut', topic: '0xa5d23ee5a0dbf01f', fields: /* @__PURE__ */ struct({ pool: account }) },
    { name: 'Objected', topic: '0x2701c83c98287419', fields: /* @__PURE__ */ struct({ pool: account, by: account, reason: option(hash) }) },
    { name: 'Listed', topic: '0xc795b3fbc70f7240', fields: /* @__PURE__ */ struct({ list: u8, root: hash, uri: str }) },
    { name: 'ListsFreed', topic: '0x22507ea77a09a02b', fields: /* @__PURE__ */ struct({  }) },
    { name: 'Sponsored', topic: '0xf268893c0c985bae', fields: /* @__PURE__ */ struct({ sponsor: account, amount: u128 }) },
    { name: 'Left', topic: '0xe01205eb3e8404eb', fields: /* @__PURE__ */ struct({ sponsor: account, amount: u128, freed: bool }) },
    { name: 'Donated', topic: null, fields: /* @__PURE__ */ struct({ donor: account, pool: account, amount: u128, counted: u128 }) },
    { name: 'Asked', topic: '0x6a08e5e9625efbd8', fields: /* @__PURE__ */ struct({ asked: u32, answers: list(Answer) }) },
    { name: 'Divided', topic: '0xe2351aa39598231f', fields: /* @__PURE__ */ struct({ money: u128, rest: u128, shares: list(Share) }) },
    { name: 'Paid', topic: '0xc2a2cd3cc963a235', fields: /* @__PURE__ */ struct({ offered: u32, payments: list(Payment) }) },
    { name: 'TakenBack', topic: '0x378c59e6ce9edf1c', fields: /* @__PURE__ */ struct({ sponsor: account, amount: u128, freed: bool }) },
    { name: 'Freed', topic: '0x19f062239189a932', fields: /* @__PURE__ */ struct({ donor: account, pool: account }) },
  ],
};
