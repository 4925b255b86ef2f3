// Made by scripts/generate.mjs of abi/pool.json. Do not change it by hand: npm run generate

import { type Abi, message } from '../abi.js';
import { type Codec, account, array, bool, hash, list, names, option, str, struct, tuple, u128, u16, u32, u64, unit, variants } from '../scale.js';
import type { Hex } from '@farthing/vouchers';

/** One recipient of a split. */
export interface Recipient {
  /** Who is paid. */
  account: string;
  /** Parts per million of every payout. */
  parts: number;
}
export const Recipient: Codec<Recipient> = /* @__PURE__ */ struct<Recipient>({ account: account, parts: u32 });

/** What donations are for, and what happens when they end. */
export type Mode =
  /** Every donation is the beneficiaries' at once. */
  | { type: 'KeepAll'; value: {
    /** From when on nobody can donate; `None` if never. */
    closes: bigint | null;
  } }
  /** Donations are the beneficiaries' if they reach `goal`, and their donors' again if they do not. */
  | { type: 'AllOrNothing'; value: {
    /** What must come in before the deadline, matching money counted; exactly this is enough. */
    goal: bigint;
    /** From when on nobody can donate, and it is settled whose the money is. */
    deadline: bigint;
  } };
export const Mode: Codec<Mode> = /* @__PURE__ */ variants<Mode>([
  ['KeepAll', struct({ closes: option(u64) })],
  ['AllOrNothing', struct({ goal: u128, deadline: u64 })],
]);

/** What a third party takes of payouts. */
export interface Fee {
  /** How much, in basis points; at most `MAX_FEE`. */
  points: number;
  /** The account that the fee goes to. */
  treasury: string;
}
export const Fee: Codec<Fee> = /* @__PURE__ */ struct<Fee>({ points: u16, treasury: account });

/** From a time on, so much of all that the beneficiaries are due can be paid out. */
export interface Step {
  /** From when on. */
  from: bigint;
  /** Parts per million, those of earlier steps included. */
  parts: number;
}
export const Step: Codec<Step> = /* @__PURE__ */ struct<Step>({ from: u64, parts: u32 });

/** All rules of a pool. */
export interface Terms {
  /** In 1 to 64 bytes. */
  title: string;
  /** Hash of the description, so that a donor can tell that it was not swapped. */
  description: Hex;
  /** Where the description is, in at most 128 bytes. */
  uri: string;
  /** Who gets the money: 1 to 16 different accounts whose parts add up to 1,000,000. */
  beneficiaries: Recipient[];
  /** What donations are for, and what happens when they end. */
  mode: Mode;
  /** The least that a donation can be; at least 1. */
  minimum: bigint;
  /** What a third party takes of payouts, if one does. */
  fee: Fee | null;
  /**
   * How fast money can leave, in up to 16 steps of rising times and parts, the last of all
   * 1,000,000 parts; no steps for no limit. Before the first step nothing can be paid out.
   */
  release: Step[];
  /**
   * The least that a sponsor can put in; 0 if the pool takes no sponsors. At least a hundredth of the
   * goal, if there is one. Not too little: a pool has room for 8 sponsors, and as little as this can
   * take a place, until the deadline of a pool with a goal, and for 2 years in any other.
   */
  leastSponsorship: bigint;
}
export const Terms: Codec<Terms> = /* @__PURE__ */ struct<Terms>({ title: str, description: hash, uri: str, beneficiaries: list(Recipient), mode: Mode, minimum: u128, fee: option(Fee), release: list(Step), leastSponsorship: u128 });

/** Why a list of recipients is no split. */
export type SplitError =
  /** There are none, or more than `MAX_RECIPIENTS`. */
  | { type: 'RecipientCount' }
  /** A recipient has no parts. */
  | { type: 'ZeroParts' }
  /** An account is listed twice. */
  | { type: 'DuplicateRecipient' }
  /** The parts add up to this, and not to `PARTS`. */
  | { type: 'SumOff'; value: number };
export const SplitError: Codec<SplitError> = /* @__PURE__ */ variants<SplitError>([
  ['RecipientCount', null, "There are none, or more than `MAX_RECIPIENTS`."],
  ['ZeroParts', null, "A recipient has no parts."],
  ['DuplicateRecipient', null, "An account is listed twice."],
  ['SumOff', u32, "The parts add up to this, and not to `PARTS`."],
]);

/** Why these can be no pool's rules. */
export type TermsError =
  /** The title is empty, longer than 64 bytes, or has characters that cannot be printed. */
  | { type: 'Title' }
  /** The URI is longer than 128 bytes, or has characters that cannot be printed. */
  | { type: 'Uri' }
  /** The beneficiaries are no split. */
  | { type: 'Split'; value: SplitError }
  /** The pool would pay itself, as a beneficiary or as the treasury. */
  | { type: 'PaysItself' }
  /** The pool would close in the past, now, or more than 2 years ahead. */
  | { type: 'Closing' }
  /** A goal of nothing. */
  | { type: 'ZeroGoal' }
  /** A minimum of nothing. */
  | { type: 'ZeroMinimum' }
  /** The fee is over 200 basis points. */
  | { type: 'FeeTooHigh' }
  /**
   * The schedule has too many steps, does not rise, does not end with all of the money, or ends more
   * than 5 years ahead.
   */
  | { type: 'Release' }
  /** The least sponsorship is less than this, a hundredth of the goal. */
  | { type: 'LeastSponsorship'; value: bigint };
export const TermsError: Codec<TermsError> = /* @__PURE__ */ variants<TermsError>([
  ['Title', null, "The title is empty, longer than 64 bytes, or has characters that cannot be printed."],
  ['Uri', null, "The URI is longer than 128 bytes, or has characters that cannot be printed."],
  ['Split', SplitError, "The beneficiaries are no split."],
  ['PaysItself', null, "The pool would pay itself, as a beneficiary or as the treasury."],
  ['Closing', null, "The pool would close in the past, now, or more than 2 years ahead."],
  ['ZeroGoal', null, "A goal of nothing."],
  ['ZeroMinimum', null, "A minimum of nothing."],
  ['FeeTooHigh', null, "The fee is over 200 basis points."],
  ['Release', null, "The schedule has too many steps, does not rise, does not end with all of the money, or ends more than 5 years ahead."],
  ['LeastSponsorship', u128, "The least sponsorship is less than this, a hundredth of the goal."],
]);

/** Why a text is refused. */
export type TextError =
  /** It has more bytes than there is room for. */
  | 'TooLong'
  /** It is no UTF-8. */
  | 'NotUtf8'
  /**
   * It has a control character, a line break, or a character that is not seen but changes how
   * what follows is shown.
   */
  | 'Unprintable';
export const TextError: Codec<TextError> = /* @__PURE__ */ names(['TooLong', 'NotUtf8', 'Unprintable'], [
  "It has more bytes than there is room for.",
  "It is no UTF-8.",
  "It has a control character, a line break, or a character that is not seen but changes how what follows is shown.",
]);

/** Why a sponsor cannot promise this. */
export type PledgeError =
  /** The pool asks a sponsor for at least this much. */
  | { type: 'TooLittle'; value: bigint }
  /** Less than a tenth or more than ten times a donation. */
  | { type: 'Ratio' }
  /** Less than this for one donor. */
  | { type: 'PerDonor'; value: bigint }
  /** Neither until the pool closes nor at least a day and at most 2 years from now. */
  | { type: 'Until' };
export const PledgeError: Codec<PledgeError> = /* @__PURE__ */ variants<PledgeError>([
  ['TooLittle', u128, "The pool asks a sponsor for at least this much."],
  ['Ratio', null, "Less than a tenth or more than ten times a donation."],
  ['PerDonor', u128, "Less than this for one donor."],
  ['Until', null, "Neither until the pool closes nor at least a day and at most 2 years from now."],
]);

/** Why a message was refused. Nothing it did remains. */
export type PoolError =
  /** There can be no pool with these rules. */
  | { type: 'BadTerms'; value: TermsError }
  /** The pool closed at this time. */
  | { type: 'Closed'; value: bigint }
  /** The pool is open until this time. */
  | { type: 'OpenUntil'; value: bigint }
  /** The donation is less than this. */
  | { type: 'BelowMinimum'; value: bigint }
  /** A batch has no entries, or more than 64. */
  | { type: 'BatchSize' }
  /** The attached value is not the sum of the gifts, which is this. */
  | { type: 'WrongValue'; value: bigint }
  /** A sum is too large to be represented. */
  | { type: 'Overflow' }
  /** The goal was missed: only this much came in. */
  | { type: 'GoalMissed'; value: bigint }
  /** The goal was reached: this much came in. */
  | { type: 'GoalReached'; value: bigint }
  /** The pool was finalised already. */
  | { type: 'AlreadyFinalised' }
  /** The pool has no goal, and refunds nothing. */
  | { type: 'NoRefunds' }
  /** There is nothing to give, to pay out, to refund, to give back or to take in. */
  | { type: 'NothingDue' }
  /**
   * The chain refused to move the money: less than the existential deposit to an account that
   * does not exist.
   */
  | { type: 'TransferFailed' }
  /** Only a beneficiary can do this. */
  | { type: 'NotBeneficiary' }
  /** Only who made the pool, and its beneficiaries, can do this. */
  | { type: 'NotPermitted' }
  /** Who gets the pool's money is no donor to it in a round of matching. */
  | { type: 'IsBeneficiary' }
  /** This account has a share of the pool's money already. */
  | { type: 'HasShare' }
  /** The pool itself can have no share of its money. */
  | { type: 'PaysItself' }
  /** This share is not offered to the caller, or there is no offer to take back. */
  | { type: 'NotOffered' }
  /** The note's URI is longer than 128 bytes, or has characters that cannot be printed. */
  | { type: 'BadNote'; value: TextError }
  /** There was no payout with this number. */
  | { type: 'UnknownPayout' }
  /** The pool takes no sponsors. */
  | { type: 'NoSponsors' }
  /** A sponsor cannot promise this. */
  | { type: 'BadPledge'; value: PledgeError }
  /** All eight places for sponsors are taken. */
  | { type: 'SponsorsFull' }
  /** No sponsor with this number has a place. */
  | { type: 'UnknownSponsor' }
  /** Until this time donations are still matched. */
  | { type: 'MatchingUntil'; value: bigint }
  /** The caller did not pay for this record, or there is none. */
  | { type: 'NotPayer' }
  /** The record is still needed. */
  | { type: 'StillNeeded' };
export const PoolError: Codec<PoolError> = /* @__PURE__ */ variants<PoolError>([
  ['BadTerms', TermsError, "There can be no pool with these rules."],
  ['Closed', u64, "The pool closed at this time."],
  ['OpenUntil', u64, "The pool is open until this time."],
  ['BelowMinimum', u128, "The donation is less than this."],
  ['BatchSize', null, "A batch has no entries, or more than 64."],
  ['WrongValue', u128, "The attached value is not the sum of the gifts, which is this."],
  ['Overflow', null, "A sum is too large to be represented."],
  ['GoalMissed', u128, "The goal was missed: only this much came in."],
  ['GoalReached', u128, "The goal was reached: this much came in."],
  ['AlreadyFinalised', null, "The pool was finalised already."],
  ['NoRefunds', null, "The pool has no goal, and refunds nothing."],
  ['NothingDue', null, "There is nothing to give, to pay out, to refund, to give back or to take in."],
  ['TransferFailed', null, "The chain refused to move the money: less than the existential deposit to an account that does not exist."],
  ['NotBeneficiary', null, "Only a beneficiary can do this."],
  ['NotPermitted', null, "Only who made the pool, and its beneficiaries, can do this."],
  ['IsBeneficiary', null, "Who gets the pool's money is no donor to it in a round of matching."],
  ['HasShare', null, "This account has a share of the pool's money already."],
  ['PaysItself', null, "The pool itself can have no share of its money."],
  ['NotOffered', null, "This share is not offered to the caller, or there is no offer to take back."],
  ['BadNote', TextError, "The note's URI is longer than 128 bytes, or has characters that cannot be printed."],
  ['UnknownPayout', null, "There was no payout with this number."],
  ['NoSponsors', null, "The pool takes no sponsors."],
  ['BadPledge', PledgeError, "A sponsor cannot promise this."],
  ['SponsorsFull', null, "All eight places for sponsors are taken."],
  ['UnknownSponsor', null, "No sponsor with this number has a place."],
  ['MatchingUntil', u64, "Until this time donations are still matched."],
  ['NotPayer', null, "The caller did not pay for this record, or there is none."],
  ['StillNeeded', null, "The record is still needed."],
]);

/** One gift of a batch. */
export interface Gift {
  /** Who gave it to the one who pays it in. */
  donor: string;
  /** The amount, in the chain's smallest unit. */
  amount: bigint;
  /** Hash of what the donor says, kept in the event only. */
  memo: Hex | null;
}
export const Gift: Codec<Gift> = /* @__PURE__ */ struct<Gift>({ donor: account, amount: u128, memo: option(hash) });

/** What a sponsor promises. */
export interface Pledge {
  /** What is added to a donation, in basis points of it: 1,000 to 100,000 (a tenth to ten times). */
  ratio: number;
  /**
   * The most that is added for one donor, in a pool with a goal; for one donation in any other. At
   * least a hundredth of the least that a sponsor of the pool puts in.
   */
  perDonor: bigint;
  /** Until when donations are matched, if not until the pool closes. */
  until: bigint | null;
}
export const Pledge: Codec<Pledge> = /* @__PURE__ */ struct<Pledge>({ ratio: u32, perDonor: u128, until: option(u64) });

/** A document of the pool's: news, or what money is spent on. */
export interface Note {
  /** The hash of the document. */
  commitment: Hex;
  /** Where the document is, in at most 128 bytes. */
  uri: string;
}
export const Note: Codec<Note> = /* @__PURE__ */ struct<Note>({ commitment: hash, uri: str });

/** A share that is offered to another account. */
export interface ShareOffer {
  /** Whose share it is. */
  from: string;
  /** To whom it is offered. */
  to: string;
}
export const ShareOffer: Codec<ShareOffer> = /* @__PURE__ */ struct<ShareOffer>({ from: account, to: account });

/** Where a pool stands. Exactly one of donating, finalising and refunding is possible in each. */
export type Stage =
  /** Everyone can donate. */
  | 'Open'
  /** It closed, and its donations are the beneficiaries': it can be finalised, once. */
  | 'Ended'
  /** It closed below its goal: its donations are the donors'. */
  | 'Missed';
export const Stage: Codec<Stage> = /* @__PURE__ */ names(['Open', 'Ended', 'Missed']);

/** What came into a pool and was held. */
export interface Sums {
  /**
   * All donations that were held, whether refunded since or not. What went straight through is in no
   * total.
   */
  donated: bigint;
  /** What sponsors have added to donations that were held. */
  matched: bigint;
  /** Grants and surplus that were held: the beneficiaries' in any case, and no part of the goal. */
  pocket: bigint;
  /** Until when a sponsor may have money to match donations with; `None` if none has any. */
  matchingUntil: bigint | null;
  /** Whether `finalise` was called. */
  finalised: boolean;
}
export const Sums: Codec<Sums> = /* @__PURE__ */ struct<Sums>({ donated: u128, matched: u128, pocket: u128, matchingUntil: option(u64), finalised: bool });

/** What went out. Its size never changes, so that using it never changes a storage deposit. */
export interface Till {
  /** What payouts took out of what the beneficiaries are due, fee included. */
  settled: bigint;
  /** What donors had back. */
  refunded: bigint;
  /**
   * What the chain refused to move, and waits for `withdraw`: first the treasury's, then that of each
   * beneficiary, in the split's order.
   */
  kept: bigint[];
  /** How many payouts there were; they are numbered from 0. */
  payouts: number;
  /** What rounding has kept of the fee so far, in ten-thousandths of a unit. */
  feeCarry: number;
  /** What rounding has kept from each beneficiary so far, in millionths of a unit. */
  dust: number[];
}
export const Till: Codec<Till> = /* @__PURE__ */ struct<Till>({ settled: u128, refunded: u128, kept: list(u128), payouts: u32, feeCarry: u16, dust: array(u32, 16) });

/** All that there is to know of a pool. */
export interface Overview {
  /** Who made it, or for whom a factory did. */
  maker: string;
  /**
   * Its rules, which never change, but for the accounts of the beneficiaries: these are the present
   * ones.
   */
  terms: Terms;
  /** The shares that are offered to other accounts, and wait to be accepted. */
  offers: ShareOffer[];
  /** Where it stands now. */
  stage: Stage;
  /** What came in and was held. */
  sums: Sums;
  /** What went out of that. */
  till: Till;
  /** What `payout` would take out of the books now, fee included. */
  releasable: bigint;
}
export const Overview: Codec<Overview> = /* @__PURE__ */ struct<Overview>({ maker: account, terms: Terms, offers: list(ShareOffer), stage: Stage, sums: Sums, till: Till, releasable: u128 });

/** What there is to show of a pool in a list. */
export interface Summary {
  /** Its rules, with the present accounts of the beneficiaries. */
  terms: Terms;
  /** Where it stands now. */
  stage: Stage;
  /** What came in and was held. */
  sums: Sums;
}
export const Summary: Codec<Summary> = /* @__PURE__ */ struct<Summary>({ terms: Terms, stage: Stage, sums: Sums });

/** What another contract must know of a pool before it sends money there. */
export interface Standing {
  /** Where the pool stands now. */
  stage: Stage;
  /** From when on nobody can donate; `None` if never. */
  closes: bigint | null;
  /** What must come in; `None` if everything is kept. */
  goal: bigint | null;
}
export const Standing: Codec<Standing> = /* @__PURE__ */ struct<Standing>({ stage: Stage, closes: option(u64), goal: option(u128) });

/**
 * What one donor gave to a pool with a goal, however often. Its size never changes, so that only the
 * first donation locks a storage deposit.
 */
export interface Donor {
  /** What is refunded if the goal is missed, and was not refunded yet. */
  given: bigint;
  /** How much of it the payer of this record paid in. */
  paid: bigint;
  /**
   * Who signed the donation that created this record, and so paid for it. `None` if a contract
   * donated for its own caller, who is not known here.
   */
  payer: string | null;
  /** What each sponsor added to this donor's donations, in the order in which they came. */
  matched: bigint[];
}
export const Donor: Codec<Donor> = /* @__PURE__ */ struct<Donor>({ given: u128, paid: u128, payer: option(account), matched: array(u128, 8) });

/** A sponsor of the pool. */
export interface Sponsor {
  /** Whose money it is. */
  account: string;
  /** Counted from 1 in each pool, in order of arrival. */
  number: number;
  /** What is added to a donation, in basis points of it. */
  ratio: number;
  /** The most that is added for one donor, in a pool with a goal; for one donation in any other. */
  perDonor: bigint;
  /** Until when donations are matched. */
  until: bigint;
  /** What the sponsor put in. */
  given: bigint;
  /** What was added to donations. */
  spent: bigint;
  /** Whether the sponsor has had back what was due at the end. */
  returned: boolean;
}
export const Sponsor: Codec<Sponsor> = /* @__PURE__ */ struct<Sponsor>({ account: account, number: u32, ratio: u32, perDonor: u128, until: u64, given: u128, spent: u128, returned: bool });

/** What a sponsor added to a donation. */
export interface Match {
  /** The sponsor's number. */
  sponsor: number;
  /** The amount, in the chain's smallest unit. */
  amount: bigint;
}
export const Match: Codec<Match> = /* @__PURE__ */ struct<Match>({ sponsor: u32, amount: u128 });

/** A donation that came in. */
export interface Donation {
  /** Whose it is. */
  donor: string;
  /** The amount, in the chain's smallest unit. */
  amount: bigint;
  /** What each sponsor added, of those who added something. */
  matched: Match[];
  /** Hash of what the donor says. */
  memo: Hex | null;
}
export const Donation: Codec<Donation> = /* @__PURE__ */ struct<Donation>({ donor: account, amount: u128, matched: list(Match), memo: option(hash) });

/** What someone got of a payout. */
export interface Share {
  /** The beneficiary, or the treasury, whose part it is. */
  account: string;
  /** The amount, in the chain's smallest unit. */
  amount: bigint;
  /**
   * Whether it is in the account. If not, the chain refused the transfer, and it waits here for
   * `withdraw`.
   */
  sent: boolean;
}
export const Share: Codec<Share> = /* @__PURE__ */ struct<Share>({ account: account, amount: u128, sent: bool });

/** How money was divided that went straight through. */
export interface Division {
  /** What the treasury got, if there is a fee. */
  fee: Share | null;
  /** What each beneficiary got, in the split's order. */
  shares: Share[];
}
export const Division: Codec<Division> = /* @__PURE__ */ struct<Division>({ fee: option(Share), shares: list(Share) });

/** Money that came in and is no donation. */
export type Arrival =
  /** Someone sponsors the pool. */
  | { type: 'Sponsorship'; value: {
    /** The sponsor's number. */
    sponsor: number;
    /** The account that sponsors, and gets back what is not used. */
    account: string;
    /** How much they put in. */
    amount: bigint;
    /** What they promise for it. */
    pledge: Pledge;
  } }
  /** Money for the beneficiaries that nobody can have back. */
  | { type: 'Grant'; value: {
    /** From whom. */
    from: string;
    /** The amount, in the chain's smallest unit. */
    amount: bigint;
  } }
  /** Money for the beneficiaries that had come by another road. */
  | { type: 'Surplus'; value: {
    /** The amount, in the chain's smallest unit. */
    amount: bigint;
  } };
export const Arrival: Codec<Arrival> = /* @__PURE__ */ variants<Arrival>([
  ['Sponsorship', struct({ sponsor: u32, account: account, amount: u128, pledge: Pledge })],
  ['Grant', struct({ from: account, amount: u128 })],
  ['Surplus', struct({ amount: u128 })],
]);

/** Money that left. */
export type Release =
  /** The beneficiaries were paid. */
  | { type: 'Payout'; value: {
    /** The payout's number. */
    payout: number;
    /** What it took out of the books: fee and shares, and what rounding set aside of them. */
    amount: bigint;
    /** What the treasury got, if there is a fee. */
    fee: Share | null;
    /** What each beneficiary got, in the split's order. */
    shares: Share[];
    /** What it is spent on, if a beneficiary said so. */
    note: Note | null;
  } }
  /** A donor's money was given back. */
  | { type: 'Refund'; value: {
    /** Whose gifts they were. */
    donor: string;
    /** Who got it: the donor, or who had paid it in for a donor without an account. */
    to: string;
    /** The amount, in the chain's smallest unit. */
    amount: bigint;
    /** Whether the donor's record was freed. */
    freed: boolean;
  } }
  /** A sponsor had their money back. */
  | { type: 'Sponsorship'; value: {
    /** The sponsor's number. */
    sponsor: number;
    /** The account that it went to. */
    account: string;
    /** The amount, in the chain's smallest unit. */
    amount: bigint;
  } }
  /** Someone took out what the chain had refused to move. */
  | { type: 'Withdrawal'; value: {
    /** The account whose it was. */
    account: string;
    /** The amount, in the chain's smallest unit. */
    amount: bigint;
  } };
export const Release: Codec<Release> = /* @__PURE__ */ variants<Release>([
  ['Payout', struct({ payout: u32, amount: u128, fee: option(Share), shares: list(Share), note: option(Note) })],
  ['Refund', struct({ donor: account, to: account, amount: u128, freed: bool })],
  ['Sponsorship', struct({ sponsor: u32, account: account, amount: u128 })],
  ['Withdrawal', struct({ account: account, amount: u128 })],
]);

/** What makes one. */
export const constructors = {
  /**
   * Makes a pool with these rules, which can never change. Its maker is the caller. Creates one
   * item, for good, and emits `Created`.
   *
   * # Errors
   * `Error::BadTerms`.
   */
  new: /* @__PURE__ */ message<{ terms: Terms }, null, PoolError>('new', '0x9bae9d5e', 'write', { terms: Terms }, unit, PoolError),
  /**
   * Makes a pool as `new` does, for somebody else, who is its maker then: for factories.
   *
   * # Errors
   * `Error::BadTerms`.
   */
  madeFor: /* @__PURE__ */ message<{ maker: string; terms: Terms }, null, PoolError>('made_for', '0x01db9587', 'write', { maker: account, terms: Terms }, unit, PoolError),
};

export const messages = {
  /**
   * Donates the attached value. `memo` is the hash of what the donor says to it, if anything.
   *
   * In a pool without goal and schedule the money goes to the beneficiaries at once. In one with a
   * goal this creates the caller's record, one item, with their first donation; otherwise it
   * creates nothing. Emits `Donations`.
   *
   * # Errors
   * `Error::Closed` from the time on at which the pool closes; `Error::BelowMinimum`.
   */
  donate: /* @__PURE__ */ message<{ memo: Hex | null }, null, PoolError>('donate', '0x3a139bdc', 'pay', { memo: option(hash) }, unit, PoolError),
  /**
   * Donates the attached value in the name of `donor`, whose it is from then on: a refund goes to
   * `donor`, and the caller has no right to any. Otherwise as `donate`; the record it may create
   * is `donor`'s, and its deposit the signer's.
   *
   * # Errors
   * As `donate`.
   */
  donateFor: /* @__PURE__ */ message<{ donor: string; memo: Hex | null }, null, PoolError>('donate_for', '0x29c9bee7', 'pay', { donor: account, memo: option(hash) }, unit, PoolError),
  /**
   * Donates as `donate_for`, for a round of matching, in which gifts of those who get the money
   * must not count.
   *
   * # Errors
   * As `donate`; `Error::IsBeneficiary` if `donor` has a share of the pool's money now.
   */
  donateInRound: /* @__PURE__ */ message<{ donor: string; memo: Hex | null }, null, PoolError>('donate_in_round', '0xef570351', 'pay', { donor: account, memo: option(hash) }, unit, PoolError),
  /**
   * Donates up to 64 gifts at once, for someone who collected them, each in the name of its
   * donor; the attached value must be their exact sum. Otherwise as `donate_for`.
   *
   * # Errors
   * As `donate`; `Error::BatchSize` for no gifts or more than 64; `Error::WrongValue`;
   * `Error::Overflow` for a sum that cannot be represented. One bad gift refuses all.
   */
  donateMany: /* @__PURE__ */ message<{ gifts: Gift[] }, null, PoolError>('donate_many', '0x49eca07a', 'pay', { gifts: list(Gift) }, unit, PoolError),
  /**
   * Puts in the attached value, to be added to donations as `pledge` promises. Returns the
   * sponsor's number. Possible while the pool is open; what is not used can be had back by
   * `return_sponsorship`, from the pledge's end in a pool that keeps everything, and from the
   * deadline in one with a goal.
   *
   * There is room for eight. In a pool that keeps everything, the place of a sponsor whose money
   * is used up or returned is free again; in one with a goal it is not, as it may have to be
   * refunded. So that places cannot be filled with dust, a sponsor puts in at least what the rules
   * say, and promises at least a hundredth of that for one donor.
   *
   * The first sponsor's creates one item, and each of the other seven adds 97 bytes to it; none
   * of that is ever freed. Emits `Arrived`.
   *
   * # Errors
   * `Error::Closed`; `Error::NoSponsors` if the rules allow none; `Error::BadPledge`;
   * `Error::SponsorsFull`.
   */
  sponsor: /* @__PURE__ */ message<{ pledge: Pledge }, number, PoolError>('sponsor', '0xdde27015', 'pay', { pledge: Pledge }, u32, PoolError),
  /**
   * Sends a sponsor what is theirs at the end: what was not added to donations, or everything if
   * the goal was missed. Anyone can call it.
   *
   * Creates no item. Emits `Released`.
   *
   * # Errors
   * `Error::UnknownSponsor`; `Error::OpenUntil` before the deadline of a pool with a goal;
   * `Error::MatchingUntil` before the pledge's end; `Error::NothingDue`;
   * `Error::TransferFailed` if the sponsor's account is gone and the rest too little to make
   * one: then it waits.
   */
  returnSponsorship: /* @__PURE__ */ message<{ sponsor: number }, null, PoolError>('return_sponsorship', '0xa67ef31e', 'write', { sponsor: u32 }, unit, PoolError),
  /**
   * Gives the attached value to the beneficiaries: no donation, no part of the goal, and never
   * refunded. For rounds of matching, and for whoever wants nothing for it. Possible at any time.
   *
   * Goes to the beneficiaries at once, unless there is a schedule. Creates no item. Emits
   * `Arrived`.
   *
   * # Errors
   * `Error::NothingDue` for a grant of nothing.
   */
  grant: /* @__PURE__ */ message<Record<never, never>, null, PoolError>('grant', '0x3d08287a', 'pay', {}, unit, PoolError),
  /**
   * Gives to the beneficiaries what the pool holds and does not owe: what arrived by other roads,
   * and units that could not be divided. Returns how much it was. As a grant, it is no donation
   * and no part of the goal. Anyone can call it, at any time.
   *
   * Creates no item. Emits `Arrived`.
   *
   * # Errors
   * `Error::NothingDue` if there is nothing, or too little to divide.
   */
  takeIn: /* @__PURE__ */ message<Record<never, never>, bigint, PoolError>('take_in', '0xbd522181', 'write', {}, u128, PoolError),
  /**
   * Makes the donations the beneficiaries' for good, once the pool has closed and has not missed
   * its goal. Anyone can call it. In a pool that keeps everything they are that anyway, and this
   * only says that all is in.
   *
   * Creates no item. Emits `Finalised`.
   *
   * # Errors
   * `Error::OpenUntil` while it is open; `Error::GoalMissed`; `Error::AlreadyFinalised`.
   */
  finalise: /* @__PURE__ */ message<Record<never, never>, null, PoolError>('finalise', '0xf10fc3d7', 'write', {}, unit, PoolError),
  /**
   * Sends a donor back all that they gave, if the goal was missed. Anyone can call it.
   *
   * If the chain refuses that (the donor has no account, and it is less than the existential
   * deposit), then from 90 days after the deadline on what the record's payer had paid in goes to
   * the payer. What others paid in for this donor waits for the account.
   *
   * Creates no item. Frees the donor's record, with the deposit, if nothing is left in it and the
   * caller could `forget` it. Emits `Released`.
   *
   * # Errors
   * `Error::NoRefunds` without a goal; `Error::OpenUntil`; `Error::GoalReached`;
   * `Error::NothingDue`; `Error::TransferFailed`.
   */
  refund: /* @__PURE__ */ message<{ donor: string }, null, PoolError>('refund', '0xa5a47441', 'write', { donor: account }, unit, PoolError),
  /**
   * Pays the beneficiaries what is in the books and released by now: takes the fee, divides the
   * rest along the split and sends each their share. Anyone can call it; a beneficiary can say in
   * `note` what it is spent on, or do so later with `explain`.
   *
   * For pools with a goal, once they are finalised, and for pools with a schedule: all others hold
   * nothing for the beneficiaries. Exact over time: the shares of many payouts add up to those of
   * one.
   *
   * A share that the chain refuses to move waits here for `withdraw`, and stops nobody else's.
   * Creates no item. Emits `Released`.
   *
   * # Errors
   * `Error::NotBeneficiary` for a stranger's note; `Error::BadNote`; `Error::NothingDue`.
   */
  payout: /* @__PURE__ */ message<{ note: Note | null }, null, PoolError>('payout', '0xd4805650', 'write', { note: option(Note) }, unit, PoolError),
  /**
   * Says what money was spent on: that of an earlier payout, or, without a number, what went
   * straight through. For beneficiaries: anyone can have called a payout, and so without a note.
   *
   * Creates no item. Emits `Explained`.
   *
   * # Errors
   * `Error::NotBeneficiary`; `Error::BadNote`; `Error::UnknownPayout`.
   */
  explain: /* @__PURE__ */ message<{ payout: number | null; note: Note }, null, PoolError>('explain', '0x24651026', 'write', { payout: option(u32), note: Note }, unit, PoolError),
  /**
   * Sends a beneficiary or the treasury what the chain had refused to move. Anyone can call it,
   * for any account.
   *
   * Creates no item. Emits `Released`.
   *
   * # Errors
   * `Error::NothingDue`; `Error::TransferFailed` while it is still too little for an account
   * that does not exist.
   */
  withdraw: /* @__PURE__ */ message<{ account: string }, null, PoolError>('withdraw', '0x410fcc9d', 'write', { account: account }, unit, PoolError),
  /**
   * Frees a donor's record once nothing depends on it: after the deadline, if the goal was reached
   * or the donor has had their money back. For whoever paid for it; if a contract handed the
   * donation in, so that this is not known, for the donor, who must sign for it.
   *
   * Frees one item, whose deposit goes to the caller. Emits `Forgotten`.
   *
   * # Errors
   * `Error::NotPayer` for anyone else, or if there is no record; `Error::StillNeeded`.
   */
  forget: /* @__PURE__ */ message<{ donor: string }, null, PoolError>('forget', '0xca992da4', 'write', { donor: account }, unit, PoolError),
  /**
   * Publishes news of the pool. For its maker and for beneficiaries.
   *
   * Creates no item: news are in the event only. Emits `News`.
   *
   * # Errors
   * `Error::NotPermitted` for anybody else; `Error::BadNote`.
   */
  publish: /* @__PURE__ */ message<{ news: Note }, null, PoolError>('publish', '0x5fc759c5', 'write', { news: Note }, unit, PoolError),
  /**
   * Offers the caller's share of the money to another account, in place of any to which it was
   * offered before; or, without one, takes the offer back. Nothing changes before it is accepted.
   * For beneficiaries, each for their own share.
   *
   * Creates no item. Adds 33 bytes to the root item, at the caller's expense; taking the offer back
   * frees them again. Emits `ShareOffered`.
   *
   * # Errors
   * `Error::NotBeneficiary`; `Error::PaysItself` for the pool's own account;
   * `Error::HasShare` for a beneficiary; `Error::NotOffered` if there is nothing to take back.
   */
  offerShare: /* @__PURE__ */ message<{ to: string | null }, null, PoolError>('offer_share', '0x2247cafe', 'write', { to: option(account) }, unit, PoolError),
  /**
   * Takes over the share of `from`, who has offered it to the caller. From now on the caller gets
   * all that it brings, with all that it has not been sent yet (see the crate's text on shares).
   *
   * In a round that the pool is in, who has a share is no donor to it, nor is who had one when the
   * pool entered. What the new account gave before counts; and an account through which a share went
   * in between is a donor again when it has passed it on.
   *
   * Creates no item. Takes 33 bytes from the root item, whose deposit is the caller's. Emits
   * `ShareMoved`.
   *
   * # Errors
   * `Error::NotOffered`; `Error::HasShare` if the caller has one already, by another offer.
   */
  acceptShare: /* @__PURE__ */ message<{ from: string }, null, PoolError>('accept_share', '0x1bbce0cb', 'write', { from: account }, unit, PoolError),
  /** Returns all that there is to know of the pool. */
  overview: /* @__PURE__ */ message<Record<never, never>, Overview>('overview', '0x5b2f326a', 'read', {}, Overview),
  /** Returns what there is to show of the pool in a list. */
  summary: /* @__PURE__ */ message<Record<never, never>, Summary>('summary', '0x72b54511', 'read', {}, Summary),
  /** Returns where the pool stands and when it closes. */
  standing: /* @__PURE__ */ message<Record<never, never>, Standing>('standing', '0xf541a4af', 'read', {}, Standing),
  /** Returns a donor's record, if there is one. */
  donor: /* @__PURE__ */ message<{ account: string }, Donor | null>('donor', '0x6cce5abd', 'read', { account: account }, option(Donor)),
  /** Returns the records of up to 64 donors, in the order of `accounts`. */
  donors: /* @__PURE__ */ message<{ accounts: string[] }, (Donor | null)[]>('donors', '0xdcd7e365', 'read', { accounts: list(account) }, list(option(Donor))),
  /** Returns the sponsors who have a place, first come first. */
  sponsors: /* @__PURE__ */ message<Record<never, never>, Sponsor[]>('sponsors', '0x917ff22e', 'read', {}, list(Sponsor)),
  /** Returns what `account` can take out by `withdraw`. */
  keptFor: /* @__PURE__ */ message<{ account: string }, bigint>('kept_for', '0x13a3be09', 'read', { account: account }, u128),
  /**
   * Returns what the contract owes in all, and what it holds to pay it from (its existential
   * deposit not counted). The first is never more than the second.
   */
  solvency: /* @__PURE__ */ message<Record<never, never>, [bigint, bigint]>('solvency', '0x4795d50a', 'read', {}, tuple<[bigint, bigint]>(u128, u128)),
};

/** What it tells. */
export type Event =
  /** A pool was made. */
  | {
      name: 'Created';
      fields: {
        /** Its rules, which never change, but for the accounts of the beneficiaries: see `ShareMoved`. */
        terms: Terms;
        /** Who made it, as `by` says. */
        maker: string;
        /** Who called the constructor: the maker, or a factory for them. */
        by: string;
      };
    }
  /** All donations of one call. The only anonymous event: it has no topics at all. */
  | {
      name: 'Donations';
      fields: {
        /** Who paid. */
        payer: string;
        /**
         * Whether records that this call created name who paid as their payer. Only if they signed
         * themselves, and only in pools with a goal.
         */
        signed: boolean;
        /** Whose donations, in the order of the call. */
        donations: Donation[];
        /** Who got them, if they went straight through, with what sponsors added. */
        division: Division | null;
      };
    }
  /** Money came in that is no donation. */
  | {
      name: 'Arrived';
      fields: {
        /** From whom, and what for. */
        arrival: Arrival;
        /** Who got it, if it went straight through. */
        division: Division | null;
      };
    }
  /** Donations are the beneficiaries' for good. */
  | {
      name: 'Finalised';
      fields: {
        /** What came in, matching money counted. */
        raised: bigint;
      };
    }
  /** Money left. */
  | {
      name: 'Released';
      fields: {
        /** To whom, and what for. */
        release: Release;
      };
    }
  /** A donor's record was freed. */
  | {
      name: 'Forgotten';
      fields: {
        /** The donor whose record was freed. */
        donor: string;
      };
    }
  /** A beneficiary said what money was spent on. */
  | {
      name: 'Explained';
      fields: {
        /** The payout's number; `None` for what went straight through. */
        payout: number | null;
        /** Who said it. */
        by: string;
        /** What on. */
        note: Note;
      };
    }
  /** There is news of the pool. */
  | {
      name: 'News';
      fields: {
        /** Who has told it: the pool's maker, or a beneficiary. */
        by: string;
        /** The news. */
        note: Note;
      };
    }
  /** A beneficiary offered their share to another account, or took the offer back. */
  | {
      name: 'ShareOffered';
      fields: {
        /** Whose share it is. */
        by: string;
        /** To whom it is offered; `None` if to nobody any more. */
        to: string | null;
      };
    }
  /** A beneficiary's share moved to the account that they had offered it to. */
  | {
      name: 'ShareMoved';
      fields: {
        /** Whose it was. */
        from: string;
        /** Whose it is. */
        to: string;
      };
    };

export const abi: Abi<Event> = {
  name: 'pool',
  codeHash: '0xca2c2bc17117baf9fa8c83ec2ec478805a28ea0c88617194bbf0646e9370e064',
  events: [
    { name: 'Created', topic: '0x2caeb41e4ed94213', fields: /* @__PURE__ */ struct({ terms: Terms, maker: account, by: account }) },
    { name: 'Donations', topic: null, fields: /* @__PURE__ */ struct({ payer: account, signed: bool, donations: list(Donation), division: option(Division) }) },
    { name: 'Arrived', topic: '0xe290b3fb00116960', fields: /* @__PURE__ */ struct({ arrival: Arrival, division: option(Division) }) },
    { name: 'Finalised', topic: '0x8c07e0564fb3ad8b', fields: /* @__PURE__ */ struct({ raised: u128 }) },
    { name: 'Released', topic: '0x5436b5d1365b2f07', fields: /* @__PURE__ */ struct({ release: Release }) },
    { name: 'Forgotten', topic: '0x6dcc170e76fd2f5f', fields: /* @__PURE__ */ struct({ donor: account }) },
    { name: 'Explained', topic: '0x5059703464a65105', fields: /* @__PURE__ */ struct({ payout: option(u32), by: account, note: Note }) },
    { name: 'News', topic: '0x0f0e61f7065292b8', fields: /* @__PURE__ */ struct({ by: account, note: Note }) },
    { name: 'ShareOffered', topic: '0xfce32381a9b9c91f', fields: /* @__PURE__ */ struct({ by: account, to: option(account) }) },
    { name: 'ShareMoved', topic: '0x467b8b1388f5635d', fields: /* @__PURE__ */ struct({ from: account, to: account }) },
  ],
};
