// Made by scripts/generate.mjs of abi/registry.json. Do not change it by hand: npm run generate

import { type Abi, message } from '../abi.js';
import { type Codec, account, bool, hash, list, names, option, str, struct, tuple, u32, u64, unit, variants } from '../scale.js';
import type { Hex } from '@farthing/vouchers';

/** Why a text is no handle. */
export type HandleError =
  /** Shorter than `MIN_LENGTH` or longer than `MAX_LENGTH` bytes. */
  | 'Length'
  /** A character other than `a` to `z`, `0` to `9` and `-`. */
  | 'Character'
  /** A hyphen at the start, at the end, or next to another. */
  | 'Hyphen';
export const HandleError: Codec<HandleError> = /* @__PURE__ */ names(['Length', 'Character', 'Hyphen'], [
  "Shorter than `MIN_LENGTH` or longer than `MAX_LENGTH` bytes.",
  "A character other than `a` to `z`, `0` to `9` and `-`.",
  "A hyphen at the start, at the end, or next to another.",
]);

/** Why a handle cannot be claimed. */
export type Unavailable =
  /** It was set aside when the registry was deployed. */
  | { type: 'Reserved' }
  /** It belongs to this creator. */
  | { type: 'Taken'; value: number }
  /** Its earlier owner released it; others can claim it from this time on. */
  | { type: 'QuarantinedUntil'; value: bigint };
export const Unavailable: Codec<Unavailable> = /* @__PURE__ */ variants<Unavailable>([
  ['Reserved', null, "It was set aside when the registry was deployed."],
  ['Taken', u32, "It belongs to this creator."],
  ['QuarantinedUntil', u64, "Its earlier owner released it; others can claim it from this time on."],
]);

/** Why a commitment cannot be revealed. */
export type ClaimError =
  /** It has not waited long enough. */
  | { type: 'TooYoung'; value: {
    /** The earliest block that it can be revealed in. */
    block: number;
    /** The earliest time of such a block. */
    at: bigint;
  } }
  /** It could be revealed until this time; commit again. */
  | { type: 'Expired'; value: bigint }
  /** It is not the hash of this handle, this owner and this salt. */
  | { type: 'Mismatch' };
export const ClaimError: Codec<ClaimError> = /* @__PURE__ */ variants<ClaimError>([
  ['TooYoung', struct({ block: u32, at: u64 }), "It has not waited long enough."],
  ['Expired', u64, "It could be revealed until this time; commit again."],
  ['Mismatch', null, "It is not the hash of this handle, this owner and this salt."],
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

/** Why a message was refused. Nothing it did remains. */
export type RegistryError =
  /** There is no creator with this number, or no longer. */
  | { type: 'UnknownCreator' }
  /** Only the creator's owner may do this. */
  | { type: 'NotOwner' }
  /** Neither the owner nor a delegate with the permission that this takes. */
  | { type: 'NotPermitted' }
  /** The creator was not offered to the caller. */
  | { type: 'NotOffered' }
  /** The creator changed since the caller looked: this is its version now. */
  | { type: 'Changed'; value: number }
  /** The text is no handle. */
  | { type: 'BadHandle'; value: HandleError }
  /** The handle cannot be had, or not yet. */
  | { type: 'Unavailable'; value: Unavailable }
  /** The caller has no pending commitment; call `commit` first. */
  | { type: 'NoCommitment' }
  /** The caller's commitment cannot be revealed like this, or not now. */
  | { type: 'BadClaim'; value: ClaimError }
  /** The creator has a handle; release it first. */
  | { type: 'HasHandle' }
  /** The creator has no handle to release. */
  | { type: 'HasNoHandle' }
  /** The handle is none that this creator gave up, or another took it since. */
  | { type: 'NotReleased' }
  /** The profile's URI is longer than 128 bytes, or has characters that cannot be seen. */
  | { type: 'BadUri'; value: TextError }
  /** The recipients are no split. */
  | { type: 'BadSplit'; value: SplitError }
  /** No split was set. */
  | { type: 'NoSplit' }
  /** The record can be freed from this time on. */
  | { type: 'NotBefore'; value: bigint }
  /** More than 4 contracts to tell. */
  | { type: 'TooManyListeners' }
  /** This contract, which the caller named, did not take notice of the split. */
  | { type: 'ListenerFailed'; value: string }
  /** A wait between commitment and reveal that is too long, or not of a single block. */
  | { type: 'BadWait' }
  /** No more creators can be numbered. */
  | { type: 'Full' };
export const RegistryError: Codec<RegistryError> = /* @__PURE__ */ variants<RegistryError>([
  ['UnknownCreator', null, "There is no creator with this number, or no longer."],
  ['NotOwner', null, "Only the creator's owner may do this."],
  ['NotPermitted', null, "Neither the owner nor a delegate with the permission that this takes."],
  ['NotOffered', null, "The creator was not offered to the caller."],
  ['Changed', u32, "The creator changed since the caller looked: this is its version now."],
  ['BadHandle', HandleError, "The text is no handle."],
  ['Unavailable', Unavailable, "The handle cannot be had, or not yet."],
  ['NoCommitment', null, "The caller has no pending commitment; call `commit` first."],
  ['BadClaim', ClaimError, "The caller's commitment cannot be revealed like this, or not now."],
  ['HasHandle', null, "The creator has a handle; release it first."],
  ['HasNoHandle', null, "The creator has no handle to release."],
  ['NotReleased', null, "The handle is none that this creator gave up, or another took it since."],
  ['BadUri', TextError, "The profile's URI is longer than 128 bytes, or has characters that cannot be seen."],
  ['BadSplit', SplitError, "The recipients are no split."],
  ['NoSplit', null, "No split was set."],
  ['NotBefore', u64, "The record can be freed from this time on."],
  ['TooManyListeners', null, "More than 4 contracts to tell."],
  ['ListenerFailed', account, "This contract, which the caller named, did not take notice of the split."],
  ['BadWait', null, "A wait between commitment and reveal that is too long, or not of a single block."],
  ['Full', null, "No more creators can be numbered."],
]);

/** How long a commitment waits before it can be revealed: both must have passed. */
export interface Wait {
  /** Time since the block that the commitment is in. */
  millis: bigint;
  /** Blocks since then: 1 is the next block. */
  blocks: number;
}
export const Wait: Codec<Wait> = /* @__PURE__ */ struct<Wait>({ millis: u64, blocks: u32 });

/** What a creator says of themselves. */
export interface Profile {
  /** Hash of the profile document, so that a reader can tell it was not swapped. */
  commitment: Hex;
  /** Where the document is, in at most `MAX_URI` bytes. */
  uri: string;
}
export const Profile: Codec<Profile> = /* @__PURE__ */ struct<Profile>({ commitment: hash, uri: str });

/** A set of permissions. */
export interface Permissions {
  /** See `Permission::Catalogue`. */
  catalogue: boolean;
  /** See `Permission::Price`. */
  price: boolean;
  /** See `Permission::Profile`. */
  profile: boolean;
}
export const Permissions: Codec<Permissions> = /* @__PURE__ */ struct<Permissions>({ catalogue: bool, price: bool, profile: bool });

/** One recipient of a split. */
export interface Recipient {
  /** Who is paid. */
  account: string;
  /** Parts per million of every payout. */
  parts: number;
}
export const Recipient: Codec<Recipient> = /* @__PURE__ */ struct<Recipient>({ account: account, parts: u32 });

/** What was fixed at deployment, and how many creators there are. */
export interface Overview {
  /** How long a commitment waits before it can be revealed. */
  wait: Wait;
  /** How many creators there ever were; they are numbered from 0. */
  creators: number;
}
export const Overview: Codec<Overview> = /* @__PURE__ */ struct<Overview>({ wait: Wait, creators: u32 });

/** A creator. */
export interface Creator {
  /** Who may do everything. */
  owner: string;
  /** To whom the creator is offered, if to anyone. */
  offeredTo: string | null;
  /** The handle, unless it was released. */
  handle: string | null;
  /**
   * The handle that was released last and that the creator can have back before others can, as long
   * as it has no other.
   */
  released: string | null;
  /** What the creator says of themselves. */
  profile: Profile;
  /** How many owners the creator has had before this one. Delegates go with their owner. */
  owners: number;
  /**
   * Rises with every change of owner, handle, delegates and split, so that whoever accepts or changes
   * something can say what they saw.
   */
  version: number;
  /** The version at which the owner or the split changed last. */
  splitVersion: number;
}
export const Creator: Codec<Creator> = /* @__PURE__ */ struct<Creator>({ owner: account, offeredTo: option(account), handle: option(str), released: option(str), profile: Profile, owners: u32, version: u32, splitVersion: u32 });

/** What is known of a handle that was ever claimed or reserved. */
export type HandleState =
  /** Set aside when the registry was deployed; nobody can have it. */
  | { type: 'Reserved' }
  /** Belongs to this creator. */
  | { type: 'Taken'; value: number }
  /** Given up by `creator`, and free for others from `free_from` on. */
  | { type: 'Released'; value: {
    /** Who had it, and can have it back at any time, unless they took another meanwhile. */
    creator: number;
    /** When anybody can claim it. */
    freeFrom: bigint;
  } };
export const HandleState: Codec<HandleState> = /* @__PURE__ */ variants<HandleState>([
  ['Reserved'],
  ['Taken', u32],
  ['Released', struct({ creator: u32, freeFrom: u64 })],
]);

/** An account's pending claim. */
export interface Commitment {
  /** Hash of handle, owner and salt. */
  hash: Hex;
  /** Block in which it was made. */
  block: number;
  /** When it was made. */
  at: bigint;
}
export const Commitment: Codec<Commitment> = /* @__PURE__ */ struct<Commitment>({ hash: hash, block: u32, at: u64 });

/**
 * Something an owner can let a delegate do. Changing owner, handle, delegates or payout is not among
 * them, and with any but `Permission::Price` a delegate directs no money.
 */
export type Permission =
  /**
   * Open the storefront, publish items without a share for referrers, bring out new editions of any
   * item, with other content, title and URI, take items off sale and bring them back.
   */
  | 'Catalogue'
  /**
   * Say what is paid and who shares in it: prices, tiers, shares for referrers, and pools in the
   * creator's name.
   */
  | 'Price'
  /** Change the profile. */
  | 'Profile';
export const Permission: Codec<Permission> = /* @__PURE__ */ names(['Catalogue', 'Price', 'Profile']);

/** Where a creator's money goes. */
export interface PayoutSplit {
  /** Higher than that of every earlier split of the creator. */
  version: number;
  /** Who gets how many millionths; never empty, and parts that add up to 1,000,000. */
  recipients: Recipient[];
}
export const PayoutSplit: Codec<PayoutSplit> = /* @__PURE__ */ struct<PayoutSplit>({ version: u32, recipients: list(Recipient) });

/** What changed about a creator. */
export type Change =
  /** The creator came into being. */
  | { type: 'Registered'; value: {
    /** The creator's owner, who gets all of its money. */
    owner: string;
    /** The creator's handle. */
    handle: string;
    /** What the creator says of itself. */
    profile: Profile;
  } }
  /** The creator's profile is another now. */
  | { type: 'Profile'; value: {
    /** The owner or delegate who changed the profile. */
    by: string;
    /** The new profile. */
    profile: Profile;
  } }
  /**
   * The creator took this handle, after releasing its own. The one that it released earlier, if that is
   * another, it can no longer have back before others can.
   */
  | { type: 'HandleClaimed'; value: string }
  /** The creator gave up its handle. */
  | { type: 'HandleReleased'; value: {
    /** The handle that was given up. */
    handle: string;
    /** From when on others can claim the handle. */
    freeFrom: bigint;
  } }
  /** A handle that the creator had given up is as if it had never been in use. */
  | { type: 'HandleForgotten'; value: string }
  /** The creator was offered to this account; `None` takes an offer back. */
  | { type: 'Offered'; value: string | null }
  /**
   * The creator has a new owner, who gets all of its money from now on, and no delegates any more. The
   * records of the split and of the earlier owner's delegates stay until the new owner frees them.
   */
  | { type: 'Accepted'; value: string }
  /** What a delegate may do changed. */
  | { type: 'Delegate'; value: {
    /** The account that may act for the creator. */
    delegate: string;
    /** All that the delegate may do now. */
    permissions: Permissions;
    /**
     * Whether the delegate's record is gone, or there was none. Without permissions and not gone, it
     * can be freed a day after it was made, by taking the delegate off once more.
     */
    freed: boolean;
  } }
  /** The creator's money goes to these recipients from now on. */
  | { type: 'Payout'; value: Recipient[] }
  /** The creator's money goes to its owner again, whoever that is; the split's record is gone. */
  | { type: 'PayoutUnset' }
  /** The creator is gone, for good, with the handle that it gave up last, if nobody took that since. */
  | { type: 'Deleted' };
export const Change: Codec<Change> = /* @__PURE__ */ variants<Change>([
  ['Registered', struct({ owner: account, handle: str, profile: Profile })],
  ['Profile', struct({ by: account, profile: Profile })],
  ['HandleClaimed', str],
  ['HandleReleased', struct({ handle: str, freeFrom: u64 })],
  ['HandleForgotten', str],
  ['Offered', option(account)],
  ['Accepted', account],
  ['Delegate', struct({ delegate: account, permissions: Permissions, freed: bool })],
  ['Payout', list(Recipient)],
  ['PayoutUnset'],
  ['Deleted'],
]);

/** What makes one. */
export const constructors = {
  /**
   * Makes an empty registry in which nobody can have the handles `reserved`: one item each, paid
   * by the deployer for good. Commitments wait as `Wait::STANDARD` says. Emits
   * `Deployed`.
   *
   * # Errors
   * `Error::BadHandle` if one of the handles could not be claimed anyway.
   */
  new: /* @__PURE__ */ message<{ reserved: string[] }, null, RegistryError>('new', '0x9bae9d5e', 'write', { reserved: list(str) }, unit, RegistryError),
  /**
   * Makes an empty registry in which commitments wait for another time, which can never change:
   * less for a developer's own chain, or more where blocks are often full. Otherwise as `new`.
   *
   * # Errors
   * `Error::BadHandle`; `Error::BadWait` for a wait of no block, of more than 1,000 blocks, or
   * of more than 12 hours.
   */
  withWait: /* @__PURE__ */ message<{ reserved: string[]; wait: Wait }, null, RegistryError>('with_wait', '0xeec63f22', 'write', { reserved: list(str), wait: Wait }, unit, RegistryError),
};

export const messages = {
  /**
   * Announces a claim without saying for which handle: `hash` is
   * `farthing_types::commitment::handle_claim(handle, caller, salt)`. It can be revealed once the
   * registry's wait is over (`overview` tells it), until 24 hours from now. An account has one
   * pending commitment; a new one takes the place of the old, and waits anew.
   *
   * Creates at most one item, whose deposit the caller gets back with the reveal or with
   * `cancel_commitment`.
   */
  commit: /* @__PURE__ */ message<{ hash: Hex }, null>('commit', '0xdd5be338', 'write', { hash: hash }, unit),
  /**
   * Takes back the caller's commitment after its 24 hours. Before that, a new one can take its
   * place.
   *
   * Frees one item; the caller gets its deposit.
   *
   * # Errors
   * `Error::NoCommitment`; `Error::NotBefore` as long as it can be revealed.
   */
  cancelCommitment: /* @__PURE__ */ message<Record<never, never>, null, RegistryError>('cancel_commitment', '0xf3015969', 'write', {}, unit, RegistryError),
  /**
   * Reveals the caller's commitment and registers a new creator with that handle, owned by the
   * caller and paid in full to the owner until `set_payout`. Returns the creator's number.
   *
   * Creates two items (one if the handle was in use before, whose deposit then belongs to the new
   * owner) and frees the commitment. Emits `CreatorChanged`.
   *
   * # Errors
   * `Error::BadHandle`, `Error::BadUri`; `Error::NoCommitment` and `Error::BadClaim` if
   * handle, caller and salt are not what was committed to, or if that was too short a time or over
   * a day ago; `Error::Unavailable`; `Error::Full`.
   */
  register: /* @__PURE__ */ message<{ handle: string; salt: Hex; profile: Profile }, number, RegistryError>('register', '0x229b553f', 'write', { handle: str, salt: hash, profile: Profile }, u32, RegistryError),
  /**
   * Reveals the caller's commitment and gives that handle to a creator who released theirs. From
   * then on the released one, if it is another, is as free for others as for this creator.
   *
   * Creates at most one item and frees the commitment. Emits
   * `CreatorChanged`.
   *
   * # Errors
   * `Error::UnknownCreator`, `Error::NotOwner`, `Error::HasHandle`, and those of
   * `register` that concern handle and commitment. The handle that this creator released last can
   * be claimed back at any time.
   */
  claimHandle: /* @__PURE__ */ message<{ creator: number; handle: string; salt: Hex }, null, RegistryError>('claim_handle', '0xf8fa83c8', 'write', { creator: u32, handle: str, salt: hash }, unit, RegistryError),
  /**
   * Gives up a creator's handle. For 30 days only the same creator can claim it again, as long as
   * it takes no other. The creator, its number and its money are not affected.
   *
   * Creates no item and frees none: `forget_handle` does, after the 30 days. What the creator's
   * record grows and shrinks by is a byte. Emits `CreatorChanged`.
   *
   * # Errors
   * `Error::UnknownCreator`, `Error::NotOwner`, `Error::HasNoHandle`.
   */
  releaseHandle: /* @__PURE__ */ message<{ creator: number }, null, RegistryError>('release_handle', '0x309812be', 'write', { creator: u32 }, unit, RegistryError),
  /**
   * Frees the record of a handle that a creator gave up, once its 30 days are over and as long as
   * nobody took it. To everybody it is a handle that was never in use.
   *
   * Frees one item; the caller gets its deposit. Emits
   * `CreatorChanged`.
   *
   * # Errors
   * `Error::UnknownCreator`, `Error::NotOwner`, `Error::BadHandle`,
   * `Error::NotReleased`; `Error::NotBefore` during the 30 days.
   */
  forgetHandle: /* @__PURE__ */ message<{ creator: number; handle: string }, null, RegistryError>('forget_handle', '0x15e39206', 'write', { creator: u32, handle: str }, unit, RegistryError),
  /**
   * Replaces a creator's profile. For the owner and delegates with `Permission::Profile`.
   *
   * Creates no item; a longer URI locks a little more, and a shorter one gives the caller back as
   * much: at most 128 bytes' deposit. Emits `CreatorChanged`.
   *
   * # Errors
   * `Error::UnknownCreator`, `Error::NotPermitted`; `Error::BadUri` if the URI has more
   * than 128 bytes, control characters, line breaks or direction overrides.
   */
  setProfile: /* @__PURE__ */ message<{ creator: number; profile: Profile }, null, RegistryError>('set_profile', '0xc9237c60', 'write', { creator: u32, profile: Profile }, unit, RegistryError),
  /**
   * Sets all that `delegate` may do for a creator; no permission at all takes the delegate off.
   *
   * Creates one item for a new delegate. Taking one off frees it to the caller; on the day on which
   * it was made, it stays (empty) until the owner takes the delegate off once more. Emits
   * `CreatorChanged`.
   *
   * # Errors
   * `Error::UnknownCreator`, `Error::NotOwner`.
   */
  setDelegate: /* @__PURE__ */ message<{ creator: number; delegate: string; permissions: Permissions }, null, RegistryError>('set_delegate', '0x57775b9d', 'write', { creator: u32, delegate: account, permissions: Permissions }, unit, RegistryError),
  /**
   * Offers a creator to another account, or takes an offer back (`None`). Nothing changes until
   * that account accepts.
   *
   * Creates no item. Emits `CreatorChanged`.
   *
   * # Errors
   * `Error::UnknownCreator`, `Error::NotOwner`.
   */
  offerOwnership: /* @__PURE__ */ message<{ creator: number; to: string | null }, null, RegistryError>('offer_ownership', '0xadfd6306', 'write', { creator: u32, to: option(account) }, unit, RegistryError),
  /**
   * Makes the caller the owner of a creator that was offered to it, if it still is of the version
   * `seen`. Delegates of the earlier owner are void at once, and all money is the new owner's: the
   * storefronts named in `tell` learn that in the same message.
   *
   * Creates no item, frees none; a split of several recipients shrinks to one, and the caller gets
   * the difference. Emits `CreatorChanged`. Storefronts may lock
   * or free more.
   *
   * # Errors
   * `Error::UnknownCreator`, `Error::NotOffered`, `Error::Changed`,
   * `Error::TooManyListeners`, `Error::ListenerFailed`.
   */
  acceptOwnership: /* @__PURE__ */ message<{ creator: number; seen: number | null; tell: string[] }, null, RegistryError>('accept_ownership', '0xb55be9f0', 'write', { creator: u32, seen: option(u32), tell: list(account) }, unit, RegistryError),
  /**
   * Deletes a creator for good: its record, its split's and, if nobody took it since, that of the
   * handle that it gave up last. Its number is never given again, and with it goes all access to
   * what other contracts keep for the creator: have that paid out first, and take delegates off.
   *
   * Frees up to three items; the caller gets their deposits. Emits
   * `CreatorChanged`.
   *
   * # Errors
   * `Error::UnknownCreator`, `Error::NotOwner`, `Error::Changed`;
   * `Error::HasHandle` until the handle is released; `Error::NotBefore` in the 30 days after
   * that, and on the day on which the first split was set.
   */
  delete: /* @__PURE__ */ message<{ creator: number; seen: number | null }, null, RegistryError>('delete', '0x55ddc8ac', 'write', { creator: u32, seen: option(u32) }, unit, RegistryError),
  /**
   * Says where a creator's money goes: 1 to 16 different accounts whose parts add up to 1,000,000.
   * Name accounts that somebody has the key of: what is paid to a contract that cannot send it on,
   * such as this one, is lost. The storefronts named in `tell` learn it in the same message, and
   * pay as it says from then on.
   *
   * Creates one item the first time. Emits `CreatorChanged`.
   * Storefronts may lock or free more.
   *
   * # Errors
   * `Error::UnknownCreator`, `Error::NotOwner`, `Error::BadSplit`, `Error::Changed`,
   * `Error::TooManyListeners`, `Error::ListenerFailed`.
   */
  setPayout: /* @__PURE__ */ message<{ creator: number; recipients: Recipient[]; seen: number | null; tell: string[] }, null, RegistryError>('set_payout', '0x800f0db3', 'write', { creator: u32, recipients: list(Recipient), seen: option(u32), tell: list(account) }, unit, RegistryError),
  /**
   * Takes a split off: all of the creator's money goes to its owner again, whoever that is.
   *
   * Frees one item; the caller gets its deposit. Emits
   * `CreatorChanged`. Storefronts may lock or free more.
   *
   * # Errors
   * `Error::UnknownCreator`, `Error::NotOwner`, `Error::NoSplit`, `Error::Changed`;
   * `Error::NotBefore` on the day on which the first split was set (meanwhile `set_payout` can
   * name the owner alone); `Error::TooManyListeners`, `Error::ListenerFailed`.
   */
  unsetPayout: /* @__PURE__ */ message<{ creator: number; seen: number | null; tell: string[] }, null, RegistryError>('unset_payout', '0x61a36fed', 'write', { creator: u32, seen: option(u32), tell: list(account) }, unit, RegistryError),
  /** Returns what was fixed at deployment, and how many creators there are. */
  overview: /* @__PURE__ */ message<Record<never, never>, Overview>('overview', '0x5b2f326a', 'read', {}, Overview),
  /** Returns how many creators there ever were: a question that other contracts ask. */
  creatorCount: /* @__PURE__ */ message<Record<never, never>, number>('creator_count', '0x61c36876', 'read', {}, u32),
  /** Returns the creator with this number; `None` if it was deleted, or never was. */
  creator: /* @__PURE__ */ message<{ creator: number }, Creator | null>('creator', '0xbf73316b', 'read', { creator: u32 }, option(Creator)),
  /**
   * Returns `count` creators from number `first` on, `None` for those that were deleted. At most 48;
   * none beyond the last that was ever registered.
   */
  creators: /* @__PURE__ */ message<{ first: number; count: number }, (Creator | null)[]>('creators', '0x71e82cf4', 'read', { first: u32, count: u32 }, list(option(Creator))),
  /** Returns the creator who has this handle, and their number; `None` too for what is no handle. */
  creatorByHandle: /* @__PURE__ */ message<{ handle: string }, [number, Creator] | null>('creator_by_handle', '0x4ccd9704', 'read', { handle: str }, option(tuple<[number, Creator]>(u32, Creator))),
  /** Returns what is known of a handle; `None` if it is not in use, and for what is no handle. */
  handleState: /* @__PURE__ */ message<{ handle: string }, HandleState | null>('handle_state', '0x8b247f2f', 'read', { handle: str }, option(HandleState)),
  /** Returns an account's pending commitment. */
  commitment: /* @__PURE__ */ message<{ account: string }, Commitment | null>('commitment', '0x4e22d08a', 'read', { account: account }, option(Commitment)),
  /** Returns whether `account` is the creator's owner. */
  owns: /* @__PURE__ */ message<{ creator: number; account: string }, boolean>('owns', '0xbcab5ece', 'read', { creator: u32, account: account }, bool),
  /**
   * Returns whether `account` may act for the creator: as its owner, or as a delegate with
   * `permission`.
   */
  controls: /* @__PURE__ */ message<{ creator: number; account: string; permission: Permission }, boolean>('controls', '0x702cbf3c', 'read', { creator: u32, account: account, permission: Permission }, bool),
  /** Returns what `delegate` may do for the creator as a delegate of the present owner. */
  permissions: /* @__PURE__ */ message<{ creator: number; delegate: string }, Permissions>('permissions', '0xc5df0238', 'read', { creator: u32, delegate: account }, Permissions),
  /**
   * Returns what each of these accounts may do for the creator as a delegate of the present owner;
   * nothing if there is no such creator. Of a list of more than 256, the first 256. Who ever was a
   * delegate is in the events.
   */
  permissionsOf: /* @__PURE__ */ message<{ creator: number; delegates: string[] }, Permissions[]>('permissions_of', '0x613ee61a', 'read', { creator: u32, delegates: list(account) }, list(Permissions)),
  /**
   * Returns where the creator's money goes; all of it to the owner, if no split was set. `None`
   * without such a creator.
   */
  payoutSplit: /* @__PURE__ */ message<{ creator: number }, PayoutSplit | null>('payout_split', '0xaeeb893e', 'read', { creator: u32 }, option(PayoutSplit)),
};

/** What it tells. */
export type Event =
  /** A creator changed. */
  | {
      name: 'CreatorChanged';
      fields: {
        /** The creator's number. */
        creator: number;
        /** The creator's version from now on. That of its split is the version of the latest change of split or owner. */
        version: number;
        /** What changed about the creator. */
        change: Change;
      };
    }
  /** The registry was deployed, with what can never change. */
  | {
      name: 'Deployed';
      fields: {
        /** Handles that nobody can have. */
        reserved: string[];
        /** How long a commitment waits before it can be revealed. */
        wait: Wait;
      };
    };

export const abi: Abi<Event> = {
  name: 'registry',
  codeHash: '0xb5824ee802e68318c41b1020fa751bc5e08feefe65a451cfad8ea34d4ca0d981',
  events: [
    { name: 'CreatorChanged', topic: '0x58e0463195558c4e', fields: /* @__PURE__ */ struct({ creator: u32, version: u32, change: Change }) },
    { name: 'Deployed', topic: '0x54d4f964a1b1bea1', fields: /* @__PURE__ */ struct({ reserved: list(str), wait: Wait }) },
  ],
};
