// Made by scripts/generate.mjs of abi/channels.json. Do not change it by hand: npm run generate

import { type Abi, message } from '../abi.js';
import { type Codec, type Outcome, account, bool, fixed, hash, list, option, result, struct, tuple, u128, u32, u64, unit, variants, wordy } from '../scale.js';
import type { Hex } from '@farthing/vouchers';

/** On which terms to open a channel. */
export interface Terms {
  /** How much to set aside, in the chain's smallest unit; can be topped up later. */
  reserve: bigint;
  /**
   * The sr25519 public key that will sign the vouchers. It need not be the payer's own, and stays for
   * the channel's life.
   */
  signer: Hex;
  /**
   * The sr25519 public key that will sign closings, as the payee has told the payer. Who holds it can
   * give up what was not claimed, and no more.
   */
  closer: Hex;
  /** How long an exit takes, from 15 minutes to 30 days, in milliseconds: the payee's time to claim. */
  delay: bigint;
}
export const Terms: Codec<Terms> = /* @__PURE__ */ struct<Terms>({ reserve: u128, signer: hash, closer: hash, delay: u64 });

/** A channel to open: to whom, in which lane, on which terms. */
export interface Opening {
  /** The account that the channel pays. */
  payee: string;
  /** The channel's lane; there is one channel at a time in each. */
  lane: number;
  /** The channel's terms. */
  terms: Terms;
}
export const Opening: Codec<Opening> = /* @__PURE__ */ struct<Opening>({ payee: account, lane: u32, terms: Terms });

/** A time and a block: when something happens that needs both to have come. */
export interface Moment {
  /** The time that must have come, in milliseconds since the Unix epoch. */
  time: bigint;
  /** The number of the block that must have come. */
  block: number;
}
export const Moment: Codec<Moment> = /* @__PURE__ */ struct<Moment>({ time: u64, block: u32 });

/** Why something cannot be done with a channel. */
export type ChannelError =
  /** There is no channel in this lane. */
  | { type: 'Missing' }
  /** The channel is in this epoch, which is not the one that was meant. */
  | { type: 'OtherEpoch'; value: bigint }
  /** The channel is open; its exit ends then, if one has begun. */
  | { type: 'Open'; value: Moment | null }
  /** The channel is over. */
  | { type: 'Over' }
  /** The channel's exit has begun, and ends then. */
  | { type: 'Exiting'; value: Moment }
  /** All of the channel's money is paid out, and its record can be freed from this time on. */
  | { type: 'NotBefore'; value: bigint }
  /** The payee is the payer, or this contract. */
  | { type: 'BadPayee' }
  /** The lane is kept for gifts, or is not. */
  | { type: 'BadLane' }
  /** Anybody could sign vouchers with this key. */
  | { type: 'BadSigner' }
  /** Anybody could sign closings with this key. */
  | { type: 'BadCloser' }
  /** The exit delay is shorter than 15 minutes, or longer than 30 days. */
  | { type: 'BadDelay' }
  /** The epoch is in the future, or an hour ago or more; now is this time. */
  | { type: 'BadEpoch'; value: bigint }
  /** The lane has been in this epoch, and the next one must be later. */
  | { type: 'UsedEpoch'; value: bigint }
  /** The amount is nothing. */
  | { type: 'ZeroAmount' }
  /** The payee has this much already, which is more than the closing says. */
  | { type: 'BelowClaimed'; value: bigint }
  /** The reserve is this much, which is less than the closing says. */
  | { type: 'AboveReserve'; value: bigint }
  /** The closing expired; now is this time. */
  | { type: 'Expired'; value: bigint }
  /** The closing was not signed with the channel's closing key, or not for this channel. */
  | { type: 'BadSignature' };
export const ChannelError: Codec<ChannelError> = /* @__PURE__ */ variants<ChannelError>([
  ['Missing', null, "There is no channel in this lane."],
  ['OtherEpoch', u64, "The channel is in this epoch, which is not the one that was meant."],
  ['Open', option(Moment), "The channel is open; its exit ends then, if one has begun."],
  ['Over', null, "The channel is over."],
  ['Exiting', Moment, "The channel's exit has begun, and ends then."],
  ['NotBefore', u64, "All of the channel's money is paid out, and its record can be freed from this time on."],
  ['BadPayee', null, "The payee is the payer, or this contract."],
  ['BadLane', null, "The lane is kept for gifts, or is not."],
  ['BadSigner', null, "Anybody could sign vouchers with this key."],
  ['BadCloser', null, "Anybody could sign closings with this key."],
  ['BadDelay', null, "The exit delay is shorter than 15 minutes, or longer than 30 days."],
  ['BadEpoch', u64, "The epoch is in the future, or an hour ago or more; now is this time."],
  ['UsedEpoch', u64, "The lane has been in this epoch, and the next one must be later."],
  ['ZeroAmount', null, "The amount is nothing."],
  ['BelowClaimed', u128, "The payee has this much already, which is more than the closing says."],
  ['AboveReserve', u128, "The reserve is this much, which is less than the closing says."],
  ['Expired', u64, "The closing expired; now is this time."],
  ['BadSignature', null, "The closing was not signed with the channel's closing key, or not for this channel."],
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
export type ChannelsError =
  /** Openings and top-ups are paused until this time. */
  | { type: 'Paused'; value: bigint }
  /** A list has no entries, or more than 64. */
  | { type: 'BatchSize' }
  /** Only this much of the attached value was left, which is less than the next reserve. */
  | { type: 'ValueTooLow'; value: bigint }
  /** There is nothing to withdraw for this account. */
  | { type: 'NothingDue' }
  /**
   * The chain refused to move the money: less than the existential deposit to an account that
   * does not exist.
   */
  | { type: 'TransferFailed' }
  /** This cannot be done with the channel to this account, for this reason. */
  | { type: 'Channel'; value: [string, ChannelError] }
  /** Only the guardian may do this. */
  | { type: 'NotGuardian' }
  /** Openings cannot be paused like this. */
  | { type: 'BadPause'; value: PauseError }
  /** A sum is too large to be represented. */
  | { type: 'Overflow' };
export const ChannelsError: Codec<ChannelsError> = /* @__PURE__ */ variants<ChannelsError>([
  ['Paused', u64, "Openings and top-ups are paused until this time."],
  ['BatchSize', null, "A list has no entries, or more than 64."],
  ['ValueTooLow', u128, "Only this much of the attached value was left, which is less than the next reserve."],
  ['NothingDue', null, "There is nothing to withdraw for this account."],
  ['TransferFailed', null, "The chain refused to move the money: less than the existential deposit to an account that does not exist."],
  ['Channel', wordy<[string, ChannelError]>(account, ChannelError), "This cannot be done with the channel to this account, for this reason."],
  ['NotGuardian', null, "Only the guardian may do this."],
  ['BadPause', PauseError, "Openings cannot be paused like this."],
  ['Overflow', null, "A sum is too large to be represented."],
]);

/** One life of a channel of the caller's. */
export interface Life {
  /** The account on the channel's other side. */
  other: string;
  /** The channel's lane. */
  lane: number;
  /** The channel's epoch. Another life in the same lane is left alone. */
  epoch: bigint;
}
export const Life: Codec<Life> = /* @__PURE__ */ struct<Life>({ other: account, lane: u32, epoch: u64 });

/** An sr25519 signature over a payload. */
export interface Signature {
  /** The signature. */
  bytes: Hex;
  /** Whether it is over the wrapped payload. */
  wrapped: boolean;
}
export const Signature: Codec<Signature> = /* @__PURE__ */ struct<Signature>({ bytes: fixed(64), wrapped: bool });

/** A voucher of a payer, as it is claimed; the payee is the claim's. */
export interface SignedVoucher {
  /** The account that pays, as the voucher names it. */
  payer: string;
  /** The channel's lane, as the voucher names it. */
  lane: number;
  /** The channel's epoch, as the voucher names it. */
  epoch: bigint;
  /** How much of the channel is the payee's in all, by what the voucher says. */
  cumulative: bigint;
  /** The Merkle root of what was bought, as the voucher names it; zeros for none. */
  root: Hex;
  /** The signature over all of this, by the channel's signer key. */
  signature: Signature;
}
export const SignedVoucher: Codec<SignedVoucher> = /* @__PURE__ */ struct<SignedVoucher>({ payer: account, lane: u32, epoch: u64, cumulative: u128, root: hash, signature: Signature });

/** Why a voucher was skipped. */
export type Skip =
  /** There is no channel from the voucher's payer to the payee in this lane. */
  | { type: 'NoChannel' }
  /** The voucher is of another life of the channel, which is in this epoch now. */
  | { type: 'OtherEpoch'; value: bigint }
  /** The channel is over. */
  | { type: 'Over' }
  /** The channel has paid this much, which is as much as the voucher says, or all of its reserve. */
  | { type: 'NothingNew'; value: bigint }
  /** The voucher was not signed with the channel's signer key, or not for this chain, contract or payee. */
  | { type: 'BadSignature' };
export const Skip: Codec<Skip> = /* @__PURE__ */ variants<Skip>([
  ['NoChannel', null, "There is no channel from the voucher's payer to the payee in this lane."],
  ['OtherEpoch', u64, "The voucher is of another life of the channel, which is in this epoch now."],
  ['Over', null, "The channel is over."],
  ['NothingNew', u128, "The channel has paid this much, which is as much as the voucher says, or all of its reserve."],
  ['BadSignature', null, "The voucher was not signed with the channel's signer key, or not for this chain, contract or payee."],
]);

/** What was fixed at deployment, and what changes. */
export interface Overview {
  /**
   * The genesis hash of the chain, as the deployer gave it: vouchers name it. Do not use a
   * contract that has it wrong.
   */
  genesis: Hex;
  /** Who can pause openings and top-ups, if anyone. */
  guardian: string | null;
  /** Until when they are paused, if they are, in milliseconds since the Unix epoch. */
  pausedUntil: bigint | null;
}
export const Overview: Codec<Overview> = /* @__PURE__ */ struct<Overview>({ genesis: hash, guardian: option(account), pausedUntil: option(u64) });

/** A channel from a payer to a payee, as it is read. */
export interface Channel {
  /** The time that tells the lives of this lane apart; vouchers name it. */
  epoch: bigint;
  /** The sr25519 public key that signs the payer's vouchers. */
  signer: Hex;
  /** The sr25519 public key that signs the payee's closings. */
  closer: Hex;
  /**
   * How much was set aside for the payee in all, in the chain's smallest unit. What has gone back to
   * the payer is taken off.
   */
  reserve: bigint;
  /** How much of the reserve the payee has had, in the chain's smallest unit. */
  claimed: bigint;
  /** How long an exit takes, in milliseconds. */
  delay: bigint;
  /** When the channel is over, or was; `None` as long as nobody has begun to leave. */
  end: Moment | null;
}
export const Channel: Codec<Channel> = /* @__PURE__ */ struct<Channel>({ epoch: u64, signer: hash, closer: hash, reserve: u128, claimed: u128, delay: u64, end: option(Moment) });

/** The account that all channels of an event have in common. */
export type Side =
  /** This account pays; the others are payees. */
  | { type: 'Payer'; value: string }
  /** This account is paid; the others are payers. */
  | { type: 'Payee'; value: string };
export const Side: Codec<Side> = /* @__PURE__ */ variants<Side>([
  ['Payer', account],
  ['Payee', account],
]);

/**
 * Money that could not be sent to an account. A fixed size, so that adding to it moves no storage
 * deposit.
 */
export interface Kept {
  /** How much the account can have, in the chain's smallest unit. */
  amount: bigint;
  /**
   * Who paid the record's storage deposit, and so frees it. Where a contract made the record, it is not
   * known who paid: then it is the account itself.
   */
  paidBy: string;
}
export const Kept: Codec<Kept> = /* @__PURE__ */ struct<Kept>({ amount: u128, paidBy: account });

/** Some channels of one account, and what it can withdraw. */
export interface AccountPage {
  /** The block's time and number, which decide whether an exit is over. */
  now: Moment;
  /** The channels that were asked for, in that order; `None` where there is none. */
  channels: (Channel | null)[];
  /**
   * What the contract holds for the account because the chain refused to move it, if there is a
   * record.
   */
  kept: Kept | null;
}
export const AccountPage: Codec<AccountPage> = /* @__PURE__ */ struct<AccountPage>({ now: Moment, channels: list(option(Channel)), kept: option(Kept) });

/** What happened to a channel. */
export type Change =
  /** The channel was opened on these terms; nothing is claimed, and no end is set. */
  | { type: 'Opened'; value: Terms }
  /** This much more was set aside in the channel. */
  | { type: 'ToppedUp'; value: bigint }
  /** A voucher was claimed. */
  | { type: 'Claimed'; value: {
    /** How much went to the payee by the voucher. */
    paid: bigint;
    /** What was bought with the channel so far, if the voucher says: a Merkle root. */
    root: Hex | null;
  } }
  /** The payer started an exit, which is over then. */
  | { type: 'Exiting'; value: Moment }
  /** The payee closed the channel. The record stays for the payer to clear. */
  | { type: 'Closed'; value: {
    /**
     * How much went back to the payer: all that was left, or nothing if the chain refused to move
     * it, which is left in the channel then.
     */
    rest: bigint;
    /** When that was. */
    end: Moment;
  } }
  /** Payer and payee closed the channel together. */
  | { type: 'ClosedTogether'; value: {
    /** How much went to the payee, on top of what was claimed. */
    paid: bigint;
    /** How much went back to the payer. */
    rest: bigint;
    /** When that was. */
    end: Moment;
    /** Whether the channel's record is gone; else it stays, empty, for the payer to clear. */
    freed: boolean;
  } }
  /** The payer cleared the channel after it was over, or another took its place. */
  | { type: 'Cleared'; value: {
    /** How much went back to the payer, or into the channel that took its place. */
    rest: bigint;
    /** Whether the channel's record is gone, or is another channel's now. */
    freed: boolean;
  } };
export const Change: Codec<Change> = /* @__PURE__ */ variants<Change>([
  ['Opened', Terms],
  ['ToppedUp', u128],
  ['Claimed', struct({ paid: u128, root: option(hash) })],
  ['Exiting', Moment],
  ['Closed', struct({ rest: u128, end: Moment })],
  ['ClosedTogether', struct({ paid: u128, rest: u128, end: Moment, freed: bool })],
  ['Cleared', struct({ rest: u128, freed: bool })],
]);

/** Something happened to a channel. */
export interface ChannelChange {
  /** The account on the channel's other side. */
  other: string;
  /** The channel's lane. */
  lane: number;
  /** The channel's epoch, which tells the lives of a lane apart. */
  epoch: bigint;
  /** What happened to the channel. */
  change: Change;
}
export const ChannelChange: Codec<ChannelChange> = /* @__PURE__ */ struct<ChannelChange>({ other: account, lane: u32, epoch: u64, change: Change });

/** What makes one. */
export const constructors = {
  /**
   * Makes channels on the chain whose genesis hash is `genesis` (a contract cannot find it out by
   * itself), with a `guardian` who can pause openings and top-ups, or none. None of this can ever
   * change. Emits `Deployed`.
   */
  new: /* @__PURE__ */ message<{ genesis: Hex; guardian: string | null }, null>('new', '0x9bae9d5e', 'write', { genesis: hash, guardian: option(account) }, unit),
};

export const messages = {
  /**
   * Opens up to 64 channels from the caller, all in the same `epoch`: a time in milliseconds
   * since the Unix epoch, within the hour before the block. The attached value, and what is left
   * of channels that are over in the same lanes, pays for the reserves; the rest comes back at
   * once.
   *
   * Creates one item for each channel that takes no other's place; the caller pays for it. What
   * takes the place of a channel that is over uses its item, and its deposit. Emits
   * `ChannelsChanged`.
   *
   * # Errors
   * `Error::Paused`, `Error::BatchSize`, `Error::Overflow`; `Error::ValueTooLow` with
   * what was left for the first reserve that did not fit; `Error::Channel` with
   * `BadPayee`,
   * `BadLane` for a lane of gifts,
   * `BadSigner`,
   * `BadCloser`,
   * `BadDelay`,
   * `BadEpoch`,
   * `UsedEpoch`,
   * `ZeroAmount`, or
   * `Open` if the lane is in use. One bad entry refuses
   * all.
   */
  open: /* @__PURE__ */ message<{ epoch: bigint; openings: Opening[] }, null, ChannelsError>('open', '0x8a1b6a4c', 'pay', { epoch: u64, openings: list(Opening) }, unit, ChannelsError),
  /**
   * Opens up to 64 channels of `payer`'s with the caller's money: a gift. As `open`,
   * in the lanes from 2^31 on only, so that nobody can take a lane that its payer means to use.
   *
   * The channels are the payer's from then on: what is left of them, and the deposits of their
   * items, which the caller pays, go to the payer in the end. Value that is not used comes back
   * to the caller. What is left of an earlier channel in the same lane goes to the payer.
   *
   * Creates items as `open` does; and one if the chain refuses to move to the payer what is left of
   * an earlier channel, which is kept (`KeptFor`); the caller pays for it. Emits `ChannelsChanged`.
   *
   * # Errors
   * As `open`; `BadLane` for a lane that
   * is not for gifts.
   */
  openFor: /* @__PURE__ */ message<{ payer: string; epoch: bigint; openings: Opening[] }, null, ChannelsError>('open_for', '0x753ee966', 'pay', { payer: account, epoch: u64, openings: list(Opening) }, unit, ChannelsError),
  /**
   * Sets the attached value aside in a channel, on top of its reserve. Anyone can do this; what is
   * left in the end is the payer's.
   *
   * Creates no item. Emits `ChannelsChanged`.
   *
   * # Errors
   * `Error::Paused`, `Error::Overflow`; `Error::Channel` with
   * `Missing`,
   * `OtherEpoch`,
   * `ZeroAmount`, or, when an end is set,
   * `Exiting` or
   * `Over`.
   */
  topUp: /* @__PURE__ */ message<{ payer: string; payee: string; lane: number; epoch: bigint }, null, ChannelsError>('top_up', '0x29b2765c', 'pay', { payer: account, payee: account, lane: u32, epoch: u64 }, unit, ChannelsError),
  /**
   * Starts to take back what is left of up to 64 channels of the caller's, and says of each when
   * that is over, or why it was skipped. Until then the payees can still claim, and nothing puts
   * it off; then `clear`.
   *
   * Skips with `Missing`,
   * `OtherEpoch`,
   * `Exiting` or
   * `Over`.
   *
   * Creates no item. Emits `ChannelsChanged`, unless all are skipped.
   *
   * # Errors
   * `Error::BatchSize`.
   */
  exit: /* @__PURE__ */ message<{ channels: Life[] }, (Outcome<Moment, ChannelError>)[], ChannelsError>('exit', '0xc9da6e5f', 'write', { channels: list(Life) }, list(result(Moment, ChannelError)), ChannelsError),
  /**
   * Sends the caller what is left of up to 64 of their channels that are over, in one transfer,
   * and says of each how much that was, or why it was skipped.
   *
   * Skips with `Missing`,
   * `OtherEpoch`,
   * `Open`, or
   * `NotBefore` if all is paid and it is too early to free
   * the record.
   *
   * Frees the item of each whose epoch is an hour ago, and the caller gets its deposit; the others
   * stay, empty, to be cleared again. Emits `ChannelsChanged`, unless all are skipped.
   *
   * # Errors
   * `Error::BatchSize`, `Error::Overflow`.
   */
  clear: /* @__PURE__ */ message<{ channels: Life[] }, (Outcome<bigint, ChannelError>)[], ChannelsError>('clear', '0x6b385365', 'write', { channels: list(Life) }, list(result(u128, ChannelError)), ChannelsError),
  /**
   * Closes a channel of the caller's at once, with the payee's consent: `signature` is by the
   * channel's closing key, over a `farthing_types::voucher::Closing` with this `amount` that
   * counts until `expires`. What is missing to `amount` goes to the payee, and the rest to the
   * caller, at once.
   *
   * Frees the channel's item if its epoch is an hour ago, and the caller gets its deposit; else it
   * stays, empty, to be cleared then. Creates an item only if the chain refuses to move a share,
   * which is kept (`KeptFor`); the caller pays for it. Emits `ChannelsChanged`.
   *
   * # Errors
   * `Error::Overflow`; `Error::Channel` with
   * `Missing`,
   * `Over`,
   * `Expired`,
   * `BelowClaimed`,
   * `AboveReserve` or
   * `BadSignature`.
   */
  closeTogether: /* @__PURE__ */ message<{ payee: string; lane: number; amount: bigint; expires: bigint; signature: Signature }, null, ChannelsError>('close_together', '0x75f3c10c', 'write', { payee: account, lane: u32, amount: u128, expires: u64, signature: Signature }, unit, ChannelsError),
  /**
   * Claims up to 64 vouchers for `payee`, of one payer or of many, sends the payee what they are
   * worth in one transfer, and says of each how much that was or why it was skipped. Anyone can
   * call it. A voucher that is worth nothing stops no other.
   *
   * A voucher of more than the channel's reserve is worth the reserve; after a top-up, the same
   * voucher is worth more.
   *
   * Creates an item only if the chain refuses to move the money, which is kept then
   * (`KeptFor`); the caller pays for it. Emits `ChannelsChanged`, unless all are skipped.
   *
   * # Errors
   * `Error::BatchSize`, `Error::Overflow`.
   */
  claim: /* @__PURE__ */ message<{ payee: string; vouchers: SignedVoucher[] }, (Outcome<bigint, Skip>)[], ChannelsError>('claim', '0xb388803f', 'write', { payee: account, vouchers: list(SignedVoucher) }, list(result(u128, Skip)), ChannelsError),
  /**
   * Closes up to 64 channels to the caller at once, after claiming, and says of each how much
   * went back to its payer, or why it was skipped.
   *
   * Skips with `Missing`,
   * `OtherEpoch` or
   * `Over`.
   *
   * Creates and frees no item: the payers clear the channels to have their deposits, and what the
   * chain refused to move. Emits `ChannelsChanged`, unless all are skipped.
   *
   * # Errors
   * `Error::BatchSize`.
   */
  close: /* @__PURE__ */ message<{ channels: Life[] }, (Outcome<bigint, ChannelError>)[], ChannelsError>('close', '0x3c922166', 'write', { channels: list(Life) }, list(result(u128, ChannelError)), ChannelsError),
  /**
   * Sends an account what is kept for it, all of it, and returns how much that was. Anyone can
   * call it.
   *
   * Frees the record if the caller paid for it, who gets its deposit; else it stays, empty, until
   * who paid calls. Emits `Withdrawn`.
   *
   * # Errors
   * `Error::NothingDue`, `Error::TransferFailed`.
   */
  withdraw: /* @__PURE__ */ message<{ account: string }, bigint, ChannelsError>('withdraw', '0x410fcc9d', 'write', { account: account }, u128, ChannelsError),
  /**
   * Stops openings and top-ups for `duration` milliseconds. Only for the guardian. For at most 7
   * days; the next pause can begin as long after this one's end.
   *
   * Creates no item. Emits `PausedUntil`.
   *
   * # Errors
   * `Error::NotGuardian`, `Error::BadPause`.
   */
  pause: /* @__PURE__ */ message<{ duration: bigint }, null, ChannelsError>('pause', '0x81e0c604', 'write', { duration: u64 }, unit, ChannelsError),
  /**
   * Ends a pause early. Only for the guardian.
   *
   * Creates no item. Emits `PausedUntil`.
   *
   * # Errors
   * `Error::NotGuardian`.
   */
  resume: /* @__PURE__ */ message<Record<never, never>, null, ChannelsError>('resume', '0xc3a8f39e', 'write', {}, unit, ChannelsError),
  /** Returns what was fixed at deployment, and what changes. */
  overview: /* @__PURE__ */ message<Record<never, never>, Overview>('overview', '0x5b2f326a', 'read', {}, Overview),
  /** Returns the channel from a payer to a payee in a lane, open or over, until it is freed. */
  channel: /* @__PURE__ */ message<{ payer: string; payee: string; lane: number }, Channel | null>('channel', '0x2a058852', 'read', { payer: account, payee: account, lane: u32 }, option(Channel)),
  /**
   * Returns the channels of a list of payers, payees and lanes, `None` where there is none, and the
   * block's time and number, which decide whether an exit is over. Of a list of more than 96, the
   * first 96.
   */
  channels: /* @__PURE__ */ message<{ which: ([string, string, number])[] }, [Moment, (Channel | null)[]]>('channels', '0xe82912d6', 'read', { which: list(tuple<[string, string, number]>(account, account, u32)) }, tuple<[Moment, (Channel | null)[]]>(Moment, list(option(Channel)))),
  /**
   * Returns what a page of one account's channels shows: those with a list of others and lanes, and
   * what the account can withdraw. Of a list of more than 96, the first 96.
   */
  channelsOf: /* @__PURE__ */ message<{ side: Side; lanes: ([string, number])[] }, AccountPage>('channels_of', '0x2ff3e71e', 'read', { side: Side, lanes: list(tuple<[string, number]>(account, u32)) }, AccountPage),
  /**
   * Returns what the contract holds for an account because the chain refused to move it, if there
   * is a record.
   */
  keptFor: /* @__PURE__ */ message<{ account: string }, Kept | null>('kept_for', '0x13a3be09', 'read', { account: account }, option(Kept)),
  /**
   * Returns what the contract owes for these channels and keeps for these accounts, and what it
   * holds to pay it from (its existential deposit not counted), in the chain's smallest unit. Name
   * each once: over all there are, the first is never more than the second.
   */
  solvency: /* @__PURE__ */ message<{ channels: ([string, string, number])[]; accounts: string[] }, [bigint, bigint]>('solvency', '0x4795d50a', 'read', { channels: list(tuple<[string, string, number]>(account, account, u32)), accounts: list(account) }, tuple<[bigint, bigint]>(u128, u128)),
};

/** What it tells. */
export type Event =
  /**
   * Channels of one account changed. The only anonymous event: it has no topics at all, as a topic costs
   * half a transfer. Emitted only if something changed: nobody can write lines about strangers for a fee.
   */
  | {
      name: 'ChannelsChanged';
      fields: {
        /** Whose channels changed, and on which side of them that account is. */
        side: Side;
        /** Who called, if it was not that account: who claimed for a payee, or paid for a gift. */
        by: string | null;
        /** Which channels changed and how, in the order of the call. */
        changes: ChannelChange[];
      };
    }
  /** The chain refused to move money to an account: it is kept for the account, to be withdrawn. */
  | {
      name: 'KeptFor';
      fields: {
        /** The account that can have the money. */
        account: string;
        /** How much more is kept for the account, in the chain's smallest unit. */
        amount: bigint;
        /** Who paid the storage deposit of the account's record. */
        paidBy: string;
      };
    }
  /** What was kept for an account went to it. */
  | {
      name: 'Withdrawn';
      fields: {
        /** The account for which the money was kept. */
        account: string;
        /** How much went to the account, in the chain's smallest unit. */
        amount: bigint;
        /** Whether the record is gone; else it stays, empty, until who paid for it withdraws. */
        freed: boolean;
      };
    }
  /** The contract was deployed, with what can never change. */
  | {
      name: 'Deployed';
      fields: {
        /** The chain's genesis hash, as the deployer gave it. */
        genesis: Hex;
        /** Who can pause openings and top-ups, if anyone. */
        guardian: string | null;
      };
    }
  /** Openings and top-ups are stopped until a time, or possible again if it is not in the future. */
  | {
      name: 'PausedUntil';
      fields: {
        /** When openings and top-ups are possible again, in milliseconds since the Unix epoch. */
        until: bigint;
      };
    };

export const abi: Abi<Event> = {
  name: 'channels',
  codeHash: '0x0adbc9885bc0373da96be788755a707845e85780857db25f09d746865495aa7d',
  events: [
    { name: 'ChannelsChanged', topic: null, fields: /* @__PURE__ */ struct({ side: Side, by: option(account), changes: list(ChannelChange) }) },
    { name: 'KeptFor', topic: '0x0c1ea492130701cd', fields: /* @__PURE__ */ struct({ account: account, amount: u128, paidBy: account }) },
    { name: 'Withdrawn', topic: '0x8521a1a90ef06ead', fields: /* @__PURE__ */ struct({ account: account, amount: u128, freed: bool }) },
    { name: 'Deployed', topic: '0x9831d6b17f255d8e', fields: /* @__PURE__ */ struct({ genesis: hash, guardian: option(account) }) },
    { name: 'PausedUntil', topic: '0x56f5adb4f7f0b340', fields: /* @__PURE__ */ struct({ until: u64 }) },
  ],
};
