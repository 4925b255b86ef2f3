// Made by scripts/generate.mjs of abi/pool_factory.json. Do not change it by hand: npm run generate

import { type Abi, message } from '../abi.js';
import { type Codec, account, bool, hash, list, names, option, str, struct, u128, u16, u32, u64, unit, variants } from '../scale.js';
import type { Hex } from '@farthing/vouchers';

/** What a third party takes of payouts. */
export interface Fee {
  /** How much, in basis points; at most `MAX_FEE`. */
  points: number;
  /** The account that the fee goes to. */
  treasury: string;
}
export const Fee: Codec<Fee> = /* @__PURE__ */ struct<Fee>({ points: u16, treasury: account });

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

/** Why a message was refused. Nothing it did remains. */
export type PoolFactoryError =
  /** The fee is over 200 basis points. */
  | { type: 'FeeTooHigh' }
  /** The registry did not answer as one. */
  | { type: 'RegistryFailed' }
  /** The caller may not do this for the creator. */
  | { type: 'NotPermitted' }
  /** Pools of this factory have this fee, and no other. */
  | { type: 'WrongFee'; value: Fee | null }
  /** There can be no pool with these rules. */
  | { type: 'BadTerms'; value: TermsError }
  /** There is a contract at this account already: the same caller has made this very pool before. */
  | { type: 'Exists'; value: string }
  /** The factory's code hash is not that of pools, or not on the chain. */
  | { type: 'NotAPool' }
  /** There is no pool with this number, or it is no creator's. */
  | { type: 'UnknownPool' }
  /** There are no numbers left. */
  | { type: 'Full' };
export const PoolFactoryError: Codec<PoolFactoryError> = /* @__PURE__ */ variants<PoolFactoryError>([
  ['FeeTooHigh', null, "The fee is over 200 basis points."],
  ['RegistryFailed', null, "The registry did not answer as one."],
  ['NotPermitted', null, "The caller may not do this for the creator."],
  ['WrongFee', option(Fee), "Pools of this factory have this fee, and no other."],
  ['BadTerms', TermsError, "There can be no pool with these rules."],
  ['Exists', account, "There is a contract at this account already: the same caller has made this very pool before."],
  ['NotAPool', null, "The factory's code hash is not that of pools, or not on the chain."],
  ['UnknownPool', null, "There is no pool with this number, or it is no creator's."],
  ['Full', null, "There are no numbers left."],
]);

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

/** What was fixed at deployment, and how many pools there are. */
export interface Overview {
  /** The registry whose creators' pools are listed by creator. */
  registry: string;
  /** The hash of the code that pools are made from. */
  codeHash: Hex;
  /** The fee that pools made here have. */
  fee: Fee | null;
  /** How many pools were made. */
  pools: number;
}
export const Overview: Codec<Overview> = /* @__PURE__ */ struct<Overview>({ registry: account, codeHash: hash, fee: option(Fee), pools: u32 });

/** A pool, as it is listed. */
export interface Listed {
  /** Its number: pools are numbered from 0, in the order in which they were made. */
  number: number;
  /** Its account. */
  account: string;
  /** The creator it is listed by, if any. */
  creator: number | null;
  /** Who asked for it. */
  maker: string;
  /** When it was made, in milliseconds since the Unix epoch. */
  created: bigint;
  /**
   * Whether it is on its creator's list. `false` without a creator, and after the creator took
   * it off.
   */
  listed: boolean;
}
export const Listed: Codec<Listed> = /* @__PURE__ */ struct<Listed>({ number: u32, account: account, creator: option(u32), maker: account, created: u64, listed: bool });

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

/** A pool as it is listed, and what it tells of itself. */
export interface Shown {
  /** What the factory knows of it. */
  listed: Listed;
  /** What the pool tells: its rules, its stage and its sums; `None` if it does not answer. */
  summary: Summary | null;
}
export const Shown: Codec<Shown> = /* @__PURE__ */ struct<Shown>({ listed: Listed, summary: option(Summary) });

/** A part of a list of pools. */
export interface Page {
  /** The pools on it, newest first. */
  pools: Shown[];
  /** How many to skip for the next part; `None` if this one is the last. */
  next: number | null;
}
export const Page: Codec<Page> = /* @__PURE__ */ struct<Page>({ pools: list(Shown), next: option(u32) });

/** What makes one. */
export const constructors = {
  /**
   * Makes a factory of pools with the code `code_hash`, for the creators of `registry` and for
   * everyone else, with this fee of their payouts, if any. None of this can ever change. Creates one
   * item, for good. Emits `FactoryDeployed`.
   *
   * # Errors
   * `Error::FeeTooHigh`; `Error::RegistryFailed` if there is no registry at that account.
   */
  new: /* @__PURE__ */ message<{ registry: string; codeHash: Hex; fee: Fee | null }, null, PoolFactoryError>('new', '0x9bae9d5e', 'write', { registry: account, codeHash: hash, fee: option(Fee) }, unit, PoolFactoryError),
};

export const messages = {
  /**
   * Makes a pool with these rules and returns its account. For anyone, with no `creator`; for a
   * creator only by the owner and delegates with the permission for prices. The fee in the rules
   * must be the factory's. `salt` is of the caller's choice, and makes pools with the same rules
   * different.
   *
   * The pool itself is a contract with one item. Here it creates an item for every 16th pool, and
   * for a creator's first and every 16th. All of it for good, at the caller's cost. Emits
   * `PoolCreated`, after the pool's own `Created`.
   *
   * # Errors
   * `Error::WrongFee`; `Error::NotPermitted` if the caller may not act for the creator;
   * `Error::RegistryFailed`; `Error::Exists` if this caller has made this pool before;
   * `Error::BadTerms`; `Error::NotAPool` if the factory's code is none; `Error::Full`.
   */
  create: /* @__PURE__ */ message<{ creator: number | null; terms: Terms; salt: Hex }, string, PoolFactoryError>('create', '0xab700a1b', 'write', { creator: option(u32), terms: Terms, salt: hash }, account, PoolFactoryError),
  /**
   * Takes a pool off its creator's list, or puts it back. For the creator's owner and delegates
   * with the permission for prices. The pool itself does not change, and stays in the list of all.
   *
   * Creates and frees nothing. Emits `ListingChanged`.
   *
   * # Errors
   * `Error::UnknownPool` if it is no creator's; `Error::NotPermitted`;
   * `Error::RegistryFailed`.
   */
  setListed: /* @__PURE__ */ message<{ number: number; listed: boolean }, null, PoolFactoryError>('set_listed', '0x51741ded', 'write', { number: u32, listed: bool }, unit, PoolFactoryError),
  /** Returns the account that `create` gives a pool when `maker` calls it with these arguments. */
  addressOf: /* @__PURE__ */ message<{ maker: string; creator: number | null; terms: Terms; salt: Hex }, string>('address_of', '0xad9bde4f', 'read', { maker: account, creator: option(u32), terms: Terms, salt: hash }, account),
  /** Returns what was fixed at deployment, and how many pools there are. */
  overview: /* @__PURE__ */ message<Record<never, never>, Overview>('overview', '0x5b2f326a', 'read', {}, Overview),
  /** Returns the pool with this number. */
  pool: /* @__PURE__ */ message<{ number: number }, Listed | null>('pool', '0xd92c9b21', 'read', { number: u32 }, option(Listed)),
  /** Returns how many pools were made for a creator, those taken off the list counted. */
  countOf: /* @__PURE__ */ message<{ creator: number }, number>('count_of', '0x7f138c4b', 'read', { creator: u32 }, u32),
  /**
   * Returns up to `count` pools (64 at most), newest first, without the newest `skip`. Beyond the
   * end there are none.
   */
  latest: /* @__PURE__ */ message<{ skip: number; count: number }, Listed[]>('latest', '0x46d8a35e', 'read', { skip: u32, count: u32 }, list(Listed)),
  /**
   * Returns as `latest`, of one creator's pools. Those that were taken off the list are counted,
   * but left out: a page can have fewer than `count`.
   */
  latestOf: /* @__PURE__ */ message<{ creator: number; skip: number; count: number }, Listed[]>('latest_of', '0xa144f03a', 'read', { creator: u32, skip: u32, count: u32 }, list(Listed)),
  /**
   * Returns pools with what they tell of themselves, newest first, without the newest `skip`: all
   * pools, or those on one creator's list. As many as fit well into one answer, at most `count` (32
   * at most); and where the next page begins, which is `None` only behind the last one.
   *
   * Those that a creator took off the list are skipped over, but counted: `skip` is a place among
   * all pools that were made for them, and a page can be empty that is not the last.
   */
  page: /* @__PURE__ */ message<{ creator: number | null; skip: number; count: number }, Page>('page', '0x4f89ae47', 'read', { creator: option(u32), skip: u32, count: u32 }, Page),
};

/** What it tells. */
export type Event =
  /** The factory was deployed. */
  | {
      name: 'FactoryDeployed';
      fields: {
        /** The registry whose creators' pools are listed by creator. */
        registry: string;
        /** The hash of the code that pools are made from. */
        codeHash: Hex;
        /** The fee that pools made here have. */
        fee: Fee | null;
      };
    }
  /** A pool was made, and is listed. The only anonymous event; the pool tells its rules in one of its own. */
  | {
      name: 'PoolCreated';
      fields: {
        /** Its number. */
        number: number;
        /** Its account. */
        account: string;
        /** The creator it is listed by, if any. */
        creator: number | null;
        /** Who asked for it. */
        maker: string;
        /** When it was made, in milliseconds since the Unix epoch. */
        created: bigint;
      };
    }
  /** A pool was taken off its creator's list, or put back on it. */
  | {
      name: 'ListingChanged';
      fields: {
        /** Its number. */
        number: number;
        /** Whether it is on the list now. */
        listed: boolean;
        /** Who did it. */
        by: string;
      };
    };

export const abi: Abi<Event> = {
  name: 'pool_factory',
  codeHash: '0xd1d22d18f70125f30369a0dc53e20dd1179b8e70febcf63bc5bca8bc5ec0775c',
  events: [
    { name: 'FactoryDeployed', topic: '0x0f18ead738837969f23b7d500f7d497a77ea1cb3725f473eb69b01bf685e672e', fields: struct({ registry: account, codeHash: hash, fee: option(Fee) }) },
    { name: 'PoolCreated', topic: null, fields: struct({ number: u32, account: account, creator: option(u32), maker: account, created: u64 }) },
    { name: 'ListingChanged', topic: '0x5c3def78549b7cb2c57bf49c39170d1bc867c15648731e02f83117f139ee2efa', fields: struct({ number: u32, listed: bool, by: account }) },
  ],
};
