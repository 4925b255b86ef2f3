// Made by scripts/generate.mjs of abi/storefront.json. Do not change it by hand: npm run generate

import { type Abi, message } from '../abi.js';
import { type Codec, account, array, bool, bytes, hash, list, names, option, str, struct, tuple, u128, u16, u32, u64, u8, unit, variants } from '../scale.js';
import type { Hex } from '@farthing/vouchers';
import { PayoutSplit } from './registry.js';

export { PayoutSplit };

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

/** Why something cannot be offered like this. */
export type ListingError =
  /** The price of a tier is zero. */
  | { type: 'ZeroPrice' }
  /** The access period is zero. */
  | { type: 'ZeroPeriod' }
  /** The referral share is over 10,000 basis points. */
  | { type: 'ReferralTooHigh' }
  /** A limited edition has no copies. */
  | { type: 'NoCopies' }
  /** The title is empty. */
  | { type: 'NoTitle' }
  /** The title is longer than 64 bytes or has characters that cannot be printed. */
  | { type: 'BadTitle'; value: TextError }
  /** The URI is longer than 128 bytes or has characters that cannot be printed. */
  | { type: 'BadUri'; value: TextError };
export const ListingError: Codec<ListingError> = /* @__PURE__ */ variants<ListingError>([
  ['ZeroPrice', null, "The price of a tier is zero."],
  ['ZeroPeriod', null, "The access period is zero."],
  ['ReferralTooHigh', null, "The referral share is over 10,000 basis points."],
  ['NoCopies', null, "A limited edition has no copies."],
  ['NoTitle', null, "The title is empty."],
  ['BadTitle', TextError, "The title is longer than 64 bytes or has characters that cannot be printed."],
  ['BadUri', TextError, "The URI is longer than 128 bytes or has characters that cannot be printed."],
]);

/** Why access cannot be given or taken. */
export type AccessError =
  /** The account has this item for ever already. */
  | 'AlreadyOwned'
  /** There is no purchase at a place that was named, or the places are not in rising order. */
  | 'NotBought'
  /** The history is not that of the page: a purchase is missing, altered or out of order. */
  | 'WrongHistory';
export const AccessError: Codec<AccessError> = /* @__PURE__ */ names(['AlreadyOwned', 'NotBought', 'WrongHistory'], [
  "The account has this item for ever already.",
  "There is no purchase at a place that was named, or the places are not in rising order.",
  "The history is not that of the page: a purchase is missing, altered or out of order.",
]);

/** Why a pause cannot begin. */
export type PauseError =
  /** It would be empty, or longer than `MAX_PAUSE`. */
  | { type: 'Duration' }
  /** The earlier pause, or the gap after it, lasts until this time; the next can begin then. */
  | { type: 'NotBefore'; value: bigint };
export const PauseError: Codec<PauseError> = /* @__PURE__ */ variants<PauseError>([
  ['Duration', null, "It would be empty, or longer than `MAX_PAUSE`."],
  ['NotBefore', u64, "The earlier pause, or the gap after it, lasts until this time; the next can begin then."],
]);

/** Why a message was refused. Nothing it did remains. */
export type StorefrontError =
  /** The fee is over 500 basis points. */
  | { type: 'FeeTooHigh' }
  /** The registry did not answer as one. */
  | { type: 'RegistryFailed' }
  /** The registry has no such creator any more. */
  | { type: 'CreatorDeleted' }
  /** The registry has the creator still, and says where the money goes. */
  | { type: 'NotDeleted' }
  /** This is not the last split of the creator that the contract knew. */
  | { type: 'WrongSplit' }
  /** The creator has no storefront here. */
  | { type: 'NotOpen' }
  /** The creator's storefront is open already. */
  | { type: 'AlreadyOpen' }
  /** The caller may not do this for the creator. */
  | { type: 'NotPermitted' }
  /** The item cannot be offered like this. */
  | { type: 'BadListing'; value: ListingError }
  /** The creator has no numbers left for items. */
  | { type: 'CatalogueFull' }
  /** The creator has published no item with this number. */
  | { type: 'UnknownItem' }
  /** The item cannot be bought at present. */
  | { type: 'Retired' }
  /** The item is free: everybody has access to it, and there is nothing to buy. */
  | { type: 'Free' }
  /** All copies of the item's limited edition are sold. */
  | { type: 'SoldOut' }
  /** The item has come out in another edition than the order names: its present one is this. */
  | { type: 'Revised'; value: number }
  /** The item is on sale already. */
  | { type: 'OnSale' }
  /** The creator has no such price tier. */
  | { type: 'UnknownTier' }
  /** Payments are paused until this time. */
  | { type: 'Paused'; value: bigint }
  /** A tip of nothing. */
  | { type: 'ZeroTip' }
  /** A memo is longer than 140 bytes. */
  | { type: 'MemoTooLong' }
  /** A batch has no entries, or more than 64. */
  | { type: 'BatchSize' }
  /** The attached value is not the sum of the tips, which is this. */
  | { type: 'WrongValue'; value: bigint }
  /** This is what it costs, which is more than the caller is ready to pay. */
  | { type: 'PriceAboveMax'; value: bigint }
  /** This is what it costs, which is more than the attached value. */
  | { type: 'ValueTooLow'; value: bigint }
  /** Whoever pays or gets access was named as the referrer. */
  | { type: 'SelfReferral' }
  /** Access cannot be given or taken like this. */
  | { type: 'Access'; value: AccessError }
  /** This much is missing in the creator's books and was not attached. */
  | { type: 'Missing'; value: bigint }
  /** There is nothing to pay out. */
  | { type: 'NothingDue' }
  /**
   * The chain refused to move the money: less than the existential deposit to an account that
   * does not exist.
   */
  | { type: 'TransferFailed' }
  /** Only the guardian may do this. */
  | { type: 'NotGuardian' }
  /** Payments cannot be paused like this. */
  | { type: 'BadPause'; value: PauseError }
  /** A sum is too large to be represented. */
  | { type: 'Overflow' };
export const StorefrontError: Codec<StorefrontError> = /* @__PURE__ */ variants<StorefrontError>([
  ['FeeTooHigh', null, "The fee is over 500 basis points."],
  ['RegistryFailed', null, "The registry did not answer as one."],
  ['CreatorDeleted', null, "The registry has no such creator any more."],
  ['NotDeleted', null, "The registry has the creator still, and says where the money goes."],
  ['WrongSplit', null, "This is not the last split of the creator that the contract knew."],
  ['NotOpen', null, "The creator has no storefront here."],
  ['AlreadyOpen', null, "The creator's storefront is open already."],
  ['NotPermitted', null, "The caller may not do this for the creator."],
  ['BadListing', ListingError, "The item cannot be offered like this."],
  ['CatalogueFull', null, "The creator has no numbers left for items."],
  ['UnknownItem', null, "The creator has published no item with this number."],
  ['Retired', null, "The item cannot be bought at present."],
  ['Free', null, "The item is free: everybody has access to it, and there is nothing to buy."],
  ['SoldOut', null, "All copies of the item's limited edition are sold."],
  ['Revised', u32, "The item has come out in another edition than the order names: its present one is this."],
  ['OnSale', null, "The item is on sale already."],
  ['UnknownTier', null, "The creator has no such price tier."],
  ['Paused', u64, "Payments are paused until this time."],
  ['ZeroTip', null, "A tip of nothing."],
  ['MemoTooLong', null, "A memo is longer than 140 bytes."],
  ['BatchSize', null, "A batch has no entries, or more than 64."],
  ['WrongValue', u128, "The attached value is not the sum of the tips, which is this."],
  ['PriceAboveMax', u128, "This is what it costs, which is more than the caller is ready to pay."],
  ['ValueTooLow', u128, "This is what it costs, which is more than the attached value."],
  ['SelfReferral', null, "Whoever pays or gets access was named as the referrer."],
  ['Access', AccessError, "Access cannot be given or taken like this."],
  ['Missing', u128, "This much is missing in the creator's books and was not attached."],
  ['NothingDue', null, "There is nothing to pay out."],
  ['TransferFailed', null, "The chain refused to move the money: less than the existential deposit to an account that does not exist."],
  ['NotGuardian', null, "Only the guardian may do this."],
  ['BadPause', PauseError, "Payments cannot be paused like this."],
  ['Overflow', null, "A sum is too large to be represented."],
]);

/** How a creator offers an item. */
export interface Listing {
  /** What a purchase costs. An item that costs nothing is free: everybody has access to it. */
  price: bigint;
  /** Whether a purchase costs as much as its order allows, if that is more than the price. */
  payWhatYouWant: boolean;
  /** How long a purchase gives access, in milliseconds; `None` for ever. */
  period: bigint | null;
  /** What a referrer gets of what is paid, less the fee on it, in basis points; 0 for nothing. */
  referral: number;
  /** The price tier that pays for the item, too, in a blinded purchase; `None` if none does. */
  tier: number | null;
  /** How many copies there are of a limited edition; `None` without a limit. */
  copies: number | null;
}
export const Listing: Codec<Listing> = /* @__PURE__ */ struct<Listing>({ price: u128, payWhatYouWant: bool, period: option(u64), referral: u16, tier: option(u8), copies: option(u32) });

/** What a creator sells: one edition of an item. */
export interface Content {
  /** The hash of the content, so that a buyer can tell whether what was delivered is what was sold. */
  commitment: Hex;
  /** The title: 1 to 64 bytes of text without control characters. */
  title: string;
  /**
   * Where more about the item is found, or nothing: at most 128 bytes of text without control
   * characters.
   */
  uri: string;
}
export const Content: Codec<Content> = /* @__PURE__ */ struct<Content>({ commitment: hash, title: str, uri: str });

/** A tip of a batch. */
export interface Tip {
  /** The creator who is tipped. */
  creator: number;
  /** How much, the platform's fee included, in the chain's smallest unit; at least 1. */
  amount: bigint;
  /** Up to 140 bytes, kept in the event only. A stranger wrote them: they need not be text. */
  memo: Hex;
}
export const Tip: Codec<Tip> = /* @__PURE__ */ struct<Tip>({ creator: u32, amount: u128, memo: bytes });

/** One item to buy. */
export interface Order {
  /** The creator who sells it. */
  creator: number;
  /** The item's number. */
  item: number;
  /**
   * The most that it may cost, in the chain's smallest unit. Of an item for which one pays what one
   * wants, this is what is paid.
   */
  maxPrice: bigint;
  /** The edition that the buyer saw; `None` for whichever it is. */
  edition: number | null;
}
export const Order: Codec<Order> = /* @__PURE__ */ struct<Order>({ creator: u32, item: u32, maxPrice: u128, edition: option(u32) });

/** The time that a purchase for a period gives access. */
export interface Term {
  /** When it was bought. */
  at: bigint;
  /** From when on it gives access: from then, or from the end of the access there was. */
  from: bigint;
  /** For how long, in milliseconds. */
  period: bigint;
}
export const Term: Codec<Term> = /* @__PURE__ */ struct<Term>({ at: u64, from: u64, period: u64 });

/** A purchase, as a page's running hash remembers it. */
export interface Purchase {
  /** What was bought. */
  item: number;
  /** Who paid. */
  payer: string;
  /** How much, in the chain's smallest unit. */
  paid: bigint;
  /** For which time; `None` for ever. */
  term: Term | null;
}
export const Purchase: Codec<Purchase> = /* @__PURE__ */ struct<Purchase>({ item: u32, payer: account, paid: u128, term: option(Term) });

/** One recipient of a split. */
export interface Recipient {
  /** Who is paid. */
  account: string;
  /** Parts per million of every payout. */
  parts: number;
}
export const Recipient: Codec<Recipient> = /* @__PURE__ */ struct<Recipient>({ account: account, parts: u32 });

/** The terms that were fixed at deployment, and what changes. */
export interface Overview {
  /** The registry whose creators can open storefronts here. */
  registry: string;
  /** The platform's fee in basis points of every payment. */
  fee: number;
  /** Where the fee goes. */
  treasury: string;
  /** Who can pause payments, if anyone. */
  guardian: string | null;
  /** Until when payments are paused, if they are. */
  pausedUntil: bigint | null;
  /** Fees that the chain refused to move to the treasury. */
  feesDue: bigint;
}
export const Overview: Codec<Overview> = /* @__PURE__ */ struct<Overview>({ registry: account, fee: u16, treasury: account, guardian: option(account), pausedUntil: option(u64), feesDue: u128 });

/** Where a creator's money goes. */
export type Payee =
  /** It waits to be divided by the split of which this is the BLAKE2-256 hash, as it is encoded. */
  | { type: 'Split'; value: Hex }
  /** All of it goes to this account at once. */
  | { type: 'Account'; value: string };
export const Payee: Codec<Payee> = /* @__PURE__ */ variants<Payee>([
  ['Split', hash],
  ['Account', account],
]);

/**
 * What the contract keeps for one creator. A fixed size, so that no payment, no payout and no change of
 * where money goes ever changes a storage deposit.
 */
export interface Books {
  /** All that is owed to the creator: what could not be sent on, and what waits to be divided. */
  balance: bigint;
  /** How many items were published; they are numbered from 0. */
  items: number;
  /** Where the money goes. */
  payee: Payee;
  /** The registry's version of the split that `payee` is a copy of. */
  version: number;
  /**
   * What was divided by that split and not sent yet, for each of its recipients, in millionths of a
   * unit: fractions, and what the chain refused to move.
   */
  shares: bigint[];
}
export const Books: Codec<Books> = /* @__PURE__ */ struct<Books>({ balance: u128, items: u32, payee: Payee, version: u32, shares: array(u128, 16) });

/**
 * An item of a creator.
 *
 * The record begins with what a purchase needs to know, an `Offer`: what comes after it, a purchase
 * does not decode.
 */
export interface Item {
  /** How it is offered. */
  listing: Listing;
  /** How many copies of a limited edition are left; `None` without a limit. */
  left: number | null;
  /** Whether it is off sale. Who has access keeps it. */
  retired: boolean;
  /** The number of the present edition; the first is 1. */
  edition: number;
  /** What is sold now. */
  content: Content;
}
export const Item: Codec<Item> = /* @__PURE__ */ struct<Item>({ listing: Listing, left: option(u32), retired: bool, edition: u32, content: Content });

/** Access for a period. */
export interface Pass {
  /** The item's place in its page. */
  slot: number;
  /** Access lasts until just before this time. */
  until: bigint;
}
export const Pass: Codec<Pass> = /* @__PURE__ */ struct<Pass>({ slot: u8, until: u64 });

/** What one account has of one page of a creator's items. */
export interface Page {
  /** Bit *n* is set if the page's item *n* was bought for ever. */
  owned: bigint;
  /** Running hash of the purchases that were not refunded; zero if there is none. */
  receipts: Hex;
  /** Access for a period, at most one for each item. */
  passes: Pass[];
}
export const Page: Codec<Page> = /* @__PURE__ */ struct<Page>({ owned: u128, receipts: hash, passes: list(Pass) });

/** Why a contract does not take notice of where a creator's money goes. */
export type ListenerError =
  /** The caller is not the registry that the contract listens to. */
  | 'NotRegistry';
export const ListenerError: Codec<ListenerError> = /* @__PURE__ */ names(['NotRegistry'], [
  "The caller is not the registry that the contract listens to.",
]);

/** A payment that came in. */
export type Payment =
  /** A tip. */
  | { type: 'Tip'; value: Tip }
  /** An item was bought, or given away by its creator for nothing. */
  | { type: 'Purchase'; value: {
    /** The creator who sold it. */
    creator: number;
    /** The item's number. */
    item: number;
    /** Who has access now. */
    owner: string;
    /** What it cost, fee and referral share included; 0 if the creator gave it away. */
    paid: bigint;
    /** For which time; `None` for ever. */
    term: Term | null;
    /** What the referrer got of it. */
    referral: bigint;
  } }
  /** Something was bought without saying what; see `farthing_types::commitment`. */
  | { type: 'Blinded'; value: {
    /** The creator who sold it. */
    creator: number;
    /** The price tier. */
    tier: number;
    /** What it cost, fee included. */
    paid: bigint;
    /** Hides item and buyer's secret. */
    commitment: Hex;
  } };
export const Payment: Codec<Payment> = /* @__PURE__ */ variants<Payment>([
  ['Tip', Tip],
  ['Purchase', struct({ creator: u32, item: u32, owner: account, paid: u128, term: option(Term), referral: u128 })],
  ['Blinded', struct({ creator: u32, tier: u8, paid: u128, commitment: hash })],
]);

/** A part of payments that was not sent on, and waits in the books. */
export type Kept =
  /** The platform's fee: the chain refused to move it to the treasury. */
  | { type: 'Fee'; value: {
    /** The amount, in the chain's smallest unit. */
    amount: bigint;
  } }
  /** A creator's money: it is to be divided, or the chain refused to move it. */
  | { type: 'Creator'; value: {
    /** The creator. */
    creator: number;
    /** How much, fee and referral share not included. */
    amount: bigint;
  } };
export const Kept: Codec<Kept> = /* @__PURE__ */ variants<Kept>([
  ['Fee', struct({ amount: u128 })],
  ['Creator', struct({ creator: u32, amount: u128 })],
]);

/** A recipient's share of a payout. */
export interface Share {
  /** The recipient. */
  account: string;
  /** The recipient's part of the split, in millionths. */
  parts: number;
  /** How much, in the chain's smallest unit. */
  amount: bigint;
  /**
   * Whether it is in the account. If not, the chain refused the transfer, and the share stays the
   * recipient's in the creator's books.
   */
  sent: boolean;
}
export const Share: Codec<Share> = /* @__PURE__ */ struct<Share>({ account: account, parts: u32, amount: u128, sent: bool });

/** Money that left the books. */
export type Release =
  /** What waited for a creator was paid. */
  | { type: 'Payout'; value: {
    /** The creator. */
    creator: number;
    /** What was due to each recipient of the split, in its order. */
    shares: Share[];
  } }
  /** Purchases were refunded: what was paid went back to whoever had paid. */
  | { type: 'Refund'; value: {
    /** The creator who gave it back. */
    creator: number;
    /** Who had access. */
    owner: string;
    /** What was refunded. */
    purchases: Purchase[];
    /** How much of it came from the money attached; the rest came out of the creator's books. */
    added: bigint;
  } }
  /** The treasury got the fees that could not be sent to it before. */
  | { type: 'Fees'; value: {
    /** The amount, in the chain's smallest unit. */
    amount: bigint;
  } };
export const Release: Codec<Release> = /* @__PURE__ */ variants<Release>([
  ['Payout', struct({ creator: u32, shares: list(Share) })],
  ['Refund', struct({ creator: u32, owner: account, purchases: list(Purchase), added: u128 })],
  ['Fees', struct({ amount: u128 })],
]);

/** What changed about what a creator sells, or about where the money goes. */
export type Change =
  /** The storefront was opened. */
  | { type: 'Opened' }
  /** An item came up for sale. */
  | { type: 'Published'; value: {
    /** Its number. */
    item: number;
    /** How it is offered. */
    listing: Listing;
    /** What is sold: the item's first edition. */
    content: Content;
  } }
  /** An item came out in a new edition. Who has access to the item has access to this one. */
  | { type: 'Revised'; value: {
    /** The item's number. */
    item: number;
    /** The number of the new edition. */
    edition: number;
    /** What is sold from now on. */
    content: Content;
  } }
  /** An item's price changed. */
  | { type: 'Repriced'; value: {
    /** The item's number. */
    item: number;
    /** The price from now on. */
    price: bigint;
  } }
  /** An item went to another price tier, or to none. */
  | { type: 'Tiered'; value: {
    /** The item's number. */
    item: number;
    /** The tier that pays for it from now on. */
    tier: number | null;
  } }
  /** An item went off sale. */
  | { type: 'Retired'; value: {
    /** The item's number. */
    item: number;
  } }
  /** An item came back on sale. */
  | { type: 'Relisted'; value: {
    /** The item's number. */
    item: number;
  } }
  /** A price tier for blinded purchases changed. */
  | { type: 'TierSet'; value: {
    /** The tier's number. */
    tier: number;
    /** The price from now on; `None` ends the tier. */
    price: bigint | null;
  } }
  /**
   * From now on money goes elsewhere, as the registry says. What was divided by the split of before
   * and not sent is divided anew.
   */
  | { type: 'Payee'; value: {
    /** Who gets all of it, or the split by which it is divided. */
    payee: Payee;
    /** The registry's version of the split. */
    version: number;
  } };
export const Change: Codec<Change> = /* @__PURE__ */ variants<Change>([
  ['Opened'],
  ['Published', struct({ item: u32, listing: Listing, content: Content })],
  ['Revised', struct({ item: u32, edition: u32, content: Content })],
  ['Repriced', struct({ item: u32, price: u128 })],
  ['Tiered', struct({ item: u32, tier: option(u8) })],
  ['Retired', struct({ item: u32 })],
  ['Relisted', struct({ item: u32 })],
  ['TierSet', struct({ tier: u8, price: option(u128) })],
  ['Payee', struct({ payee: Payee, version: u32 })],
]);

/** What makes one. */
export const constructors = {
  /**
   * Makes storefronts for the creators of `registry`, with a fee of `fee` basis points for
   * `treasury`, and a `guardian` who can pause payments, or none. None of this can ever change.
   *
   * Give the treasury its existential deposit first: as long as it does not exist, each fee that
   * is less is kept here, which makes a payment dearer. Emits `Deployed`.
   *
   * # Errors
   * `Error::FeeTooHigh`; `Error::RegistryFailed` if nothing at that account answers as a
   * registry does. That it is one, the deployer has to see to.
   */
  new: /* @__PURE__ */ message<{ registry: string; fee: number; treasury: string; guardian: string | null }, null, StorefrontError>('new', '0x9bae9d5e', 'write', { registry: account, fee: u16, treasury: account, guardian: option(account) }, unit, StorefrontError),
};

export const messages = {
  /**
   * Opens a creator's storefront. For the owner and delegates with the catalogue permission.
   *
   * Creates one item, for good. Emits `CatalogueChanged` twice.
   *
   * # Errors
   * `Error::NotPermitted`, `Error::RegistryFailed`, `Error::AlreadyOpen`.
   */
  open: /* @__PURE__ */ message<{ creator: number }, null, StorefrontError>('open', '0x8a1b6a4c', 'write', { creator: u32 }, unit, StorefrontError),
  /**
   * Puts an item up for sale and returns its number: one more than that of the creator's last.
   * For the owner and delegates with the catalogue permission; one who grants referrers a share
   * needs the price permission, too.
   *
   * Creates one item, for good. Emits `CatalogueChanged`.
   *
   * # Errors
   * `Error::BadListing`, `Error::NotPermitted`, `Error::RegistryFailed`,
   * `Error::NotOpen`, `Error::CatalogueFull`.
   */
  publish: /* @__PURE__ */ message<{ creator: number; listing: Listing; content: Content }, number, StorefrontError>('publish', '0x5fc759c5', 'write', { creator: u32, listing: Listing, content: Content }, u32, StorefrontError),
  /**
   * Brings out a new edition of an item, and returns its number: the first was 1. The item keeps
   * its own number, and who has access to it has access to the new edition. For the owner and
   * delegates with the catalogue permission.
   *
   * Creates no item. A longer title or URI locks a deposit for each byte more, and a shorter one
   * gives the caller back a byte's deposit for each byte less. Emits `CatalogueChanged`.
   *
   * # Errors
   * `Error::BadListing`, `Error::NotPermitted`, `Error::RegistryFailed`,
   * `Error::UnknownItem`, `Error::Overflow`.
   */
  revise: /* @__PURE__ */ message<{ creator: number; item: number; content: Content }, number, StorefrontError>('revise', '0x69653df7', 'write', { creator: u32, item: u32, content: Content }, u32, StorefrontError),
  /**
   * Changes what an item costs from now on, also while it is off sale: 0 makes it free. For the
   * owner and delegates with the price permission.
   *
   * Creates no item. Emits `CatalogueChanged`.
   *
   * # Errors
   * `Error::NotPermitted`, `Error::RegistryFailed`, `Error::UnknownItem`.
   */
  setPrice: /* @__PURE__ */ message<{ creator: number; item: number; price: bigint }, null, StorefrontError>('set_price', '0x3df958af', 'write', { creator: u32, item: u32, price: u128 }, unit, StorefrontError),
  /**
   * Puts an item into a price tier, or takes it out of its tier (`None`): that tier pays for it
   * in a blinded purchase. There need not be such a tier yet. For the owner and delegates with the
   * price permission.
   *
   * Creates no item; the first tier of an item locks a byte more, and taking it out gives a byte's
   * deposit back to the caller. Emits `CatalogueChanged`.
   *
   * # Errors
   * `Error::NotPermitted`, `Error::RegistryFailed`, `Error::UnknownItem`.
   */
  setItemTier: /* @__PURE__ */ message<{ creator: number; item: number; tier: number | null }, null, StorefrontError>('set_item_tier', '0xa3431d1f', 'write', { creator: u32, item: u32, tier: option(u8) }, unit, StorefrontError),
  /**
   * Takes an item off sale; who has access keeps it. For the owner and delegates with the
   * catalogue permission.
   *
   * Creates no item. Emits `CatalogueChanged`.
   *
   * # Errors
   * `Error::NotPermitted`, `Error::RegistryFailed`, `Error::UnknownItem`,
   * `Error::Retired`.
   */
  retire: /* @__PURE__ */ message<{ creator: number; item: number }, null, StorefrontError>('retire', '0x9f1bb812', 'write', { creator: u32, item: u32 }, unit, StorefrontError),
  /**
   * Brings an item back on sale that was taken off. For the owner and delegates with the
   * catalogue permission.
   *
   * Creates no item. Emits `CatalogueChanged`.
   *
   * # Errors
   * `Error::NotPermitted`, `Error::RegistryFailed`, `Error::UnknownItem`,
   * `Error::OnSale`.
   */
  relist: /* @__PURE__ */ message<{ creator: number; item: number }, null, StorefrontError>('relist', '0x3a2d3296', 'write', { creator: u32, item: u32 }, unit, StorefrontError),
  /**
   * Sets the price of a tier for blinded purchases, or ends the tier (`None`). Items say which
   * tier pays for them. For the owner and delegates with the price permission.
   *
   * Creates one item for a new tier; it stays when the tier ends. Emits `CatalogueChanged`.
   *
   * # Errors
   * `Error::NotPermitted`, `Error::RegistryFailed`, `Error::NotOpen`,
   * `Error::BadListing` for a price of zero, `Error::UnknownTier` when ending none.
   */
  setTier: /* @__PURE__ */ message<{ creator: number; tier: number; price: bigint | null }, null, StorefrontError>('set_tier', '0x61e90fd7', 'write', { creator: u32, tier: u8, price: option(u128) }, unit, StorefrontError),
  /**
   * Gives `owner` access to an item for nothing, also while it is off sale: a review copy. It is as
   * if `owner` had bought the item for 0, and the creator can take it back as a refund. Takes a copy
   * of a limited edition. For the owner of the creator and delegates with the price permission.
   *
   * Creates at most one item, as `buy` does, which the caller pays for; it stays. Emits
   * `Payments`, with a purchase for 0. A pause does not stop it.
   *
   * # Errors
   * `Error::NotPermitted`, `Error::RegistryFailed`, `Error::UnknownItem`,
   * `Error::SoldOut`; `Error::Access` if the account has the item for ever already.
   */
  give: /* @__PURE__ */ message<{ creator: number; item: number; owner: string }, null, StorefrontError>('give', '0x14f9448e', 'write', { creator: u32, item: u32, owner: account }, unit, StorefrontError),
  /**
   * Tips a creator with the attached value.
   *
   * The money goes on at once; what cannot is kept, as the crate's documentation says. Creates no
   * item. Emits `Payments`.
   *
   * # Errors
   * `Error::Paused`, `Error::ZeroTip`, `Error::MemoTooLong`, `Error::NotOpen`.
   */
  tip: /* @__PURE__ */ message<{ creator: number; memo: Hex }, null, StorefrontError>('tip', '0xedd26b46', 'pay', { creator: u32, memo: bytes }, unit, StorefrontError),
  /**
   * Sends up to 64 tips at once; the attached value must be their exact sum. Tips to the same
   * creator are cheapest side by side.
   *
   * The money goes on at once, as with `tip`. Creates no item. Emits one `Payments`.
   *
   * # Errors
   * As `tip`, and `Error::BatchSize`, `Error::WrongValue`, `Error::Overflow`. One bad tip
   * refuses all.
   */
  tipMany: /* @__PURE__ */ message<{ tips: Tip[] }, null, StorefrontError>('tip_many', '0xea092841', 'pay', { tips: list(Tip) }, unit, StorefrontError),
  /**
   * Buys what `order` says, for the caller or, as a gift, for `owner`; extends access that is for a
   * period from its end. It costs the item's price, or as much as the order allows where one pays
   * what one wants; what the attached value is more comes back at once. A share goes to `referrer`,
   * if the item grants one.
   *
   * A free item is not bought: everybody has access to it as long as it is free and on sale. Where
   * one pays what one wants, also of a free item, paying keeps the access.
   *
   * Takes a copy of a limited edition, unless the purchase extends a pass that the account had
   * before. Copies do not come back with a refund.
   *
   * The money goes on at once, as with `tip`. A share that the chain refuses to move to the
   * referrer is the creator's.
   *
   * Creates at most one item: the first purchase for an account from a creator's page of 128
   * items. The caller pays for it, also if it is for another; it stays and can't be freed. The first
   * purchase of an item for a period locks 9 bytes more. Emits `Payments`.
   *
   * # Errors
   * `Error::Paused`, `Error::SelfReferral`, `Error::UnknownItem`, `Error::Retired`,
   * `Error::PriceAboveMax`; `Error::Free` if there is nothing to pay; `Error::Revised` if the
   * order names another edition than the present one; `Error::Access` if the account has the item
   * for ever already; `Error::SoldOut`, `Error::ValueTooLow`.
   */
  buy: /* @__PURE__ */ message<{ order: Order; owner: string | null; referrer: string | null }, null, StorefrontError>('buy', '0x15d62801', 'pay', { order: Order, owner: option(account), referrer: option(account) }, unit, StorefrontError),
  /**
   * Buys up to 64 items at once, all for the same account, each for at most what its order says.
   * Orders from the same creator are cheapest side by side. Otherwise as `buy`.
   *
   * An order is skipped if the account has the item for ever by now, if the item went off sale, is
   * sold out, free or revised, or if it costs more than the order allows. What was attached for it
   * comes back. So nobody undoes
   * a basket by what they do to one item in it. The same item in two orders is bought once, or, for
   * a period, twice.
   *
   * # Errors
   * `Error::BatchSize`, and as `buy`; the errors that skip an order only if no order is left, as
   * the last one's. An order of an item that was never published refuses all.
   * `Error::Overflow`.
   */
  buyMany: /* @__PURE__ */ message<{ orders: Order[]; owner: string | null; referrer: string | null }, null, StorefrontError>('buy_many', '0x6608ed39', 'pay', { orders: list(Order), owner: option(account), referrer: option(account) }, unit, StorefrontError),
  /**
   * Buys something of a price tier without telling the chain what: `commitment` is
   * `farthing_types::commitment::blinded_purchase(storefront, creator, tier, caller, item,
   * secret)`, which the buyer opens to the creator elsewhere. What the attached value is more
   * than the tier's price comes back at once.
   *
   * The chain does not see the item, and so not whether this tier pays for it: items say which
   * tier does (`Listing::tier`), and whoever delivers has to compare.
   *
   * The money goes on at once, as with `tip`. The chain keeps nothing but the event, so that
   * `has_access` does not know of it and it cannot be refunded here. Creates no item. Emits
   * `Payments`.
   *
   * # Errors
   * `Error::Paused`, `Error::UnknownTier`, `Error::PriceAboveMax`,
   * `Error::ValueTooLow`.
   */
  buyBlinded: /* @__PURE__ */ message<{ creator: number; tier: number; commitment: Hex; maxPrice: bigint }, null, StorefrontError>('buy_blinded', '0xc66a95d0', 'pay', { creator: u32, tier: u8, commitment: hash, maxPrice: u128 }, unit, StorefrontError),
  /**
   * Refunds purchases of `owner` from one page of 128 items: takes the access away that they gave,
   * and gives what was paid for each to whoever paid it. Only for the creator's owner.
   *
   * `history` lists the purchases by or for `owner` in that page that were not refunded, in order,
   * from any one on, as the `Payments` events tell them; `earlier` is the page's running hash
   * before the first of them (zero if there was none; `farthing_types::commitment` says how it is
   * made); `which` are the places in `history` of those to be refunded, in rising order.
   * `refunded` tells what becomes of the history. Whatever is bought or given
   * in between makes `history` stale; add it and try again. It has room for 180 purchases at least:
   * if there are more behind the one to be refunded, refund from the end.
   *
   * Of an item for a period, what was bought later moves up: the account keeps as much time as the
   * purchases that are left give, counted from when each was bought.
   *
   * The money comes out of the creator's books as far as it is there, and else from the value
   * attached; what is attached beyond that comes back at once. Either way the creator gives back
   * all that was paid, whatever `payout` did before: the platform keeps its fee, and the referrer
   * their share, which a purchase's event tells. Look at it before you refund a purchase whose
   * referrer you do not know.
   *
   * Creates no item. Emits `Released`.
   *
   * # Errors
   * `Error::NotPermitted`, `Error::RegistryFailed`, `Error::Access`, `Error::Missing` if
   * books and attached value are less than what was paid, `Error::NotOpen`;
   * `Error::TransferFailed` if an account that paid does not exist any more and is due less than
   * the existential deposit in all: send it something first.
   */
  refund: /* @__PURE__ */ message<{ creator: number; owner: string; earlier: Hex; history: Purchase[]; which: number[] }, null, StorefrontError>('refund', '0xa5a47441', 'pay', { creator: u32, owner: account, earlier: hash, history: list(Purchase), which: list(u32) }, unit, StorefrontError),
  /**
   * Pays what waits for a creator, along the registry's split: money of creators who share it, and
   * what the chain refused to move before. Anyone can call it. The fee was taken before.
   *
   * A share that the chain refuses to move (less than the existential deposit to an account that
   * does not exist) stays the recipient's, in the creator's books, until a later payout can send
   * it, and stops nobody else's. When the split changes, all that is in the books is divided anew.
   * What rounding keeps from each recipient is remembered to the millionth: many payouts pay
   * everyone the same as one.
   *
   * Creates no item. Emits `Released`, and `CatalogueChanged` if money goes elsewhere than the
   * contract knew.
   *
   * # Errors
   * `Error::NotOpen`, `Error::RegistryFailed`, `Error::CreatorDeleted`;
   * `Error::NothingDue` if nobody is due a whole unit, `Error::TransferFailed` if the chain
   * refused every share.
   */
  payout: /* @__PURE__ */ message<{ creator: number }, null, StorefrontError>('payout', '0xd4805650', 'write', { creator: u32 }, unit, StorefrontError),
  /**
   * Pays what waits for a creator whom the registry has deleted, along the last split that the
   * contract knew: `recipients`, as the registry's events told them. What it keeps of a split is its
   * hash, which `books` tells. Anyone can call it. Otherwise as `payout`.
   *
   * Creates no item. Emits `Released`.
   *
   * # Errors
   * `Error::NotOpen`, `Error::RegistryFailed`; `Error::NotDeleted` if the registry knows the
   * creator, `Error::WrongSplit` for another split; `Error::NothingDue` and
   * `Error::TransferFailed` as `payout`.
   */
  payoutDeleted: /* @__PURE__ */ message<{ creator: number; recipients: Recipient[] }, null, StorefrontError>('payout_deleted', '0x0c985386', 'write', { creator: u32, recipients: list(Recipient) }, unit, StorefrontError),
  /**
   * Asks the registry where a creator's money goes, and takes that over. Anyone can call it.
   *
   * Creates no item. Emits `CatalogueChanged` if money goes elsewhere from now on.
   *
   * # Errors
   * `Error::NotOpen`, `Error::RegistryFailed`, `Error::CreatorDeleted`.
   */
  refresh: /* @__PURE__ */ message<{ creator: number }, null, StorefrontError>('refresh', '0x0c6606b1', 'write', { creator: u32 }, unit, StorefrontError),
  /**
   * Sends the treasury the fees that the chain refused to move before. Anyone can call it.
   *
   * Creates no item. Emits `Released`.
   *
   * # Errors
   * `Error::NothingDue`, `Error::TransferFailed`.
   */
  withdrawFees: /* @__PURE__ */ message<Record<never, never>, null, StorefrontError>('withdraw_fees', '0xf7e92e05', 'write', {}, unit, StorefrontError),
  /**
   * Stops tips and purchases for `duration` milliseconds, at most 7 days and no sooner than 7
   * days after the last pause ended. Stops nothing that lets money out.
   *
   * Creates no item. Emits `PausedUntil`.
   *
   * # Errors
   * `Error::NotGuardian`, `Error::BadPause`.
   */
  pause: /* @__PURE__ */ message<{ duration: bigint }, null, StorefrontError>('pause', '0x81e0c604', 'write', { duration: u64 }, unit, StorefrontError),
  /**
   * Ends a pause at once. Creates no item. Emits `PausedUntil`.
   *
   * # Errors
   * `Error::NotGuardian`.
   */
  resume: /* @__PURE__ */ message<Record<never, never>, null, StorefrontError>('resume', '0xc3a8f39e', 'write', {}, unit, StorefrontError),
  /** Returns the terms that were fixed at deployment, and what changes. */
  overview: /* @__PURE__ */ message<Record<never, never>, Overview>('overview', '0x5b2f326a', 'read', {}, Overview),
  /**
   * Returns what the contract owes in all, and what it holds to pay it from (its existential
   * deposit not counted). The first is never more than the second.
   *
   * Adds up the books of all creators, so that no payment has to keep a total. Where there are
   * more creators than one call can read (tens of thousands), add up `owed_to_creators` and
   * what `overview` says is due to the treasury. Traps if the registry does not answer.
   */
  solvency: /* @__PURE__ */ message<Record<never, never>, [bigint, bigint]>('solvency', '0x4795d50a', 'read', {}, tuple<[bigint, bigint]>(u128, u128)),
  /** Returns what is owed to `count` creators from number `first` on. */
  owedToCreators: /* @__PURE__ */ message<{ first: number; count: number }, bigint>('owed_to_creators', '0x614580e7', 'read', { first: u32, count: u32 }, u128),
  /** Returns a creator's books, and where money goes; `None` if there is no storefront. */
  books: /* @__PURE__ */ message<{ creator: number }, Books | null>('books', '0xb0b7d570', 'read', { creator: u32 }, option(Books)),
  /** Returns an item, as it is offered now. */
  item: /* @__PURE__ */ message<{ creator: number; item: number }, Item | null>('item', '0x74b83752', 'read', { creator: u32, item: u32 }, option(Item)),
  /**
   * Returns a creator's items from number `first` on, as they are offered now: `count` of them, at
   * most 50, and fewer at the end. `Books::items` tells how many there are.
   */
  items: /* @__PURE__ */ message<{ creator: number; first: number; count: number }, Item[]>('items', '0x585518d9', 'read', { creator: u32, first: u32, count: u32 }, list(Item)),
  /** Returns the price of a tier for blinded purchases; `None` if there is no such tier. */
  tier: /* @__PURE__ */ message<{ creator: number; tier: number }, bigint | null>('tier', '0x2b2bb477', 'read', { creator: u32, tier: u8 }, option(u128)),
  /** Returns the price tiers of a creator for blinded purchases, each with its price. */
  tiers: /* @__PURE__ */ message<{ creator: number }, ([number, bigint])[]>('tiers', '0xad5320d6', 'read', { creator: u32 }, list(tuple<[number, bigint]>(u8, u128))),
  /**
   * Returns whether `account` has access to an item now: it was bought or given to the account, or
   * it is free and on sale. Reads one storage item for who has bought it, and two for others.
   */
  hasAccess: /* @__PURE__ */ message<{ creator: number; item: number; account: string }, boolean>('has_access', '0x07403bb3', 'read', { creator: u32, item: u32, account: account }, bool),
  /**
   * Returns all that `account` has of one page of a creator's items: items 0 to 127 are page 0.
   * Free items are in it only if they were bought or given.
   */
  page: /* @__PURE__ */ message<{ creator: number; account: string; number: number }, Page>('page', '0x4f89ae47', 'read', { creator: u32, account: account, number: u32 }, Page),
  /**
   * Returns all that `account` has of each of these pages, of whichever creators: of the first 12
   * of them. A page is a creator and a number, as for `page`.
   */
  owned: /* @__PURE__ */ message<{ account: string; pages: ([number, number])[] }, Page[]>('owned', '0x7603eb6f', 'read', { account: account, pages: list(tuple<[number, number]>(u32, u32)) }, list(Page)),
  /**
   * Takes over where a creator's money goes from now on. For the registry only, which calls it in
   * the message that changes a split or an owner. A creator without a storefront here is of no
   * concern.
   *
   * Creates no item. Emits `CatalogueChanged` if money goes elsewhere from now on.
   *
   * # Errors
   * `ListenerError::NotRegistry`.
   */
  payoutChanged: /* @__PURE__ */ message<{ creator: number; payout: PayoutSplit }, null, ListenerError>('PayoutListener::payout_changed', '0x6d460d9b', 'write', { creator: u32, payout: PayoutSplit }, unit, ListenerError),
};

/** What it tells. */
export type Event =
  /** The terms, which never change: told once, at deployment. */
  | {
      name: 'Deployed';
      fields: {
        /** The registry whose creators can open storefronts here. */
        registry: string;
        /** The platform's fee in basis points of every payment. */
        fee: number;
        /** Where the fee goes. */
        treasury: string;
        /** Who can pause payments, if anyone. */
        guardian: string | null;
      };
    }
  /** All payments of one call. The only anonymous event: it has no topics at all. */
  | {
      name: 'Payments';
      fields: {
        /** Who paid. */
        payer: string;
        /** Who referred the payer, if anyone. */
        referrer: string | null;
        /** What was paid for, in the order of the call. Orders that are not here were skipped. */
        payments: Payment[];
        /** What was not sent on; everything else was. */
        kept: Kept[];
      };
    }
  /** Money left the books. */
  | {
      name: 'Released';
      fields: {
        /** To whom, and what for. */
        release: Release;
      };
    }
  /** Something about a creator changed. */
  | {
      name: 'CatalogueChanged';
      fields: {
        /** The creator. */
        creator: number;
        /** What changed. */
        change: Change;
      };
    }
  /** Payments are stopped until a time, or possible again if it is not in the future. */
  | {
      name: 'PausedUntil';
      fields: {
        /** When they are possible again, in milliseconds since the Unix epoch. */
        until: bigint;
      };
    };

export const abi: Abi<Event> = {
  name: 'storefront',
  codeHash: '0xc00244fa53678ee24c47458c1963dff2b65605c8200d6162987a7b2233d0236c',
  events: [
    { name: 'Deployed', topic: '0xce8958c38b7e75ea', fields: /* @__PURE__ */ struct({ registry: account, fee: u16, treasury: account, guardian: option(account) }) },
    { name: 'Payments', topic: null, fields: /* @__PURE__ */ struct({ payer: account, referrer: option(account), payments: list(Payment), kept: list(Kept) }) },
    { name: 'Released', topic: '0x5436b5d1365b2f07', fields: /* @__PURE__ */ struct({ release: Release }) },
    { name: 'CatalogueChanged', topic: '0x3d16504396ed966f', fields: /* @__PURE__ */ struct({ creator: u32, change: Change }) },
    { name: 'PausedUntil', topic: '0x56f5adb4f7f0b340', fields: /* @__PURE__ */ struct({ until: u64 }) },
  ],
};
