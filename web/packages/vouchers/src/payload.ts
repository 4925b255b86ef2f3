// What is signed, byte by byte, as contracts/types/src/voucher.rs says.

import { accountBytes } from './account.js';
import { asBytes, concat, type Hex, littleEndian, utf8 } from './bytes.js';

/** Where a payload counts. */
export interface Place {
  /** The chain's genesis hash. */
  genesis: Hex;
  /** The account of the channels contract. */
  contract: string;
}

/** One life of a channel, and all of what names it. */
export interface ChannelId {
  payer: string;
  payee: string;
  /** Which of the channels between the two: 0 for most, others for further devices of the payer. */
  lane: number;
  /** When the payer meant to open it, in milliseconds since the Unix epoch. */
  epoch: bigint;
}

/** The payer's word for what the payee has earned so far. */
export interface Voucher {
  channel: ChannelId;
  /** How much in all since the channel was opened, in the chain's smallest unit. */
  cumulative: bigint;
  /** The Merkle root of all that was bought; zeros for none. */
  root: Hex;
}

/** The payee's word that the channel can be closed at once if they get this much in all. */
export interface Closing {
  channel: ChannelId;
  amount: bigint;
  /** The last moment at which it counts, in milliseconds since the Unix epoch. */
  expires: bigint;
}

/** An sr25519 signature over a payload. */
export interface Signature {
  bytes: Hex;
  /** Whether it is over the payload between `<Bytes>` and `</Bytes>`, as wallet extensions sign. */
  wrapped: boolean;
}

/** Bytes of a voucher's payload. */
export const VOUCHER_LENGTH = 207;
/** Bytes of a closing's payload. */
export const CLOSING_LENGTH = 183;

/** Returns what is signed for a voucher, unless wrapped. */
export const voucherPayload = (place: Place, { channel, cumulative, root }: Voucher): Uint8Array =>
  concat(utf8('farthing/voucher/v2'), placeBytes(place), voucherBytes({ channel, cumulative, root }));

/** Returns what is signed for a closing, unless wrapped. */
export const closingPayload = (place: Place, { channel, amount, expires }: Closing): Uint8Array =>
  concat(
    utf8('farthing/closing/v2'),
    placeBytes(place),
    channelBytes(channel),
    littleEndian(amount, 128),
    littleEndian(expires, 64),
  );

/** Returns a payload as wallet extensions sign it. */
export const wrap = (payload: Uint8Array): Uint8Array => concat(utf8('<Bytes>'), payload, utf8('</Bytes>'));

/** Encodes where a payload counts. */
export const placeBytes = ({ genesis, contract }: Place): Uint8Array =>
  concat(asBytes(genesis, 32), accountBytes(contract));

/** Encodes a voucher. */
export const voucherBytes = ({ channel, cumulative, root }: Voucher): Uint8Array =>
  concat(channelBytes(channel), littleEndian(cumulative, 128), asBytes(root, 32));

const channelBytes = ({ payer, payee, lane, epoch }: ChannelId): Uint8Array =>
  concat(accountBytes(payer), accountBytes(payee), littleEndian(lane, 32), littleEndian(epoch, 64));
