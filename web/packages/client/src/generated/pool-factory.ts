// Made by scripts/generate.mjs of abi/pool_factory.json. Do not change it by hand: npm run generate

import { type Abi, message } from '../abi.js';
import { type Codec, account, bool, hash, list, option, struct, u32, u64, unit, variants } from '../scale.js';
import type { Hex } from '@farthing/vouchers';
import { Fee, Summary, Terms, TermsError } from './pool.js';

export { Fee, Summary, Terms, TermsError };

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
    { name: 'FactoryDeployed', topic: '0x0f18ead738837969', fields: /* @__PURE__ */ struct({ registry: account, codeHash: hash, fee: option(Fee) }) },
    { name: 'PoolCreated', topic: null, fields: /* @__PURE__ */ struct({ number: u32, account: account, creator: option(u32), maker: account, created: u64 }) },
    { name: 'ListingChanged', topic: '0x5c3def78549b7cb2', fields: /* @__PURE__ */ struct({ number: u32, listed: bool, by: account }) },
  ],
};
