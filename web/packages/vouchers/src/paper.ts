// A signed voucher, and where it counts: what a payer hands out, and a payee keeps.

import { accountHex, toAddress } from './account.js';
import { concat, fromHex, fromLittleEndian, type Hex, toHex } from './bytes.js';
import { VoucherError } from './error.js';
import { type ChannelId, type Place, placeBytes, type Signature, type Voucher, voucherBytes, voucherPayload } from './payload.js';
import { isSignedBy } from './signing.js';

/** A signed voucher. */
export interface Paper {
  place: Place;
  voucher: Voucher;
  signature: Signature;
}

/** A moment of the chain's. */
export interface Moment {
  /** In milliseconds since the Unix epoch. */
  time: bigint;
  block: number;
}

/** A channel as it is on the chain. */
export interface Channel {
  epoch: bigint;
  /** The key that signs its vouchers. */
  signer: Hex;
  /** The key that signs its closings. */
  closer: Hex;
  reserve: bigint;
  claimed: bigint;
  /** How long an exit takes, in milliseconds. */
  delay: bigint;
  /** When claims end, if that is set. */
  end: Moment | null;
}

const PREFIX = 'farthing-voucher-2:';
/** Genesis, contract, payer and payee; lane, epoch, amount; root; signature and its form. */
const LENGTH = 4 * 32 + 4 + 8 + 16 + 32 + 64 + 1;

/** Returns a voucher as text, which `farthing channel receive` takes, too. */
export function formatPaper({ place, voucher, signature }: Paper): string {
  const form = Uint8Array.of(signature.wrapped ? 1 : 0);
  const bytes = concat(placeBytes(place), voucherBytes(voucher), fromHex(signature.bytes, 64), form);
  return PREFIX + toHex(bytes).slice(2);
}

/** Reads a voucher's text. Accounts in it come as addresses of no network in particular. */
export function parsePaper(text: string): Paper {
  const digits = text.trim();
  if (!digits.startsWith(PREFIX) || !/^[0-9a-f]+$/i.test(digits.slice(PREFIX.length))) throw new VoucherError('NoVoucher');
  if (digits.length !== PREFIX.length + 2 * LENGTH) throw new VoucherError('NoVoucher');
  const bytes = fromHex(digits.slice(PREFIX.length));
  let at = 0;
  const take = (length: number): Uint8Array => bytes.subarray(at, (at += length));
  const hash = (): Hex => toHex(take(32));
  const account = (): string => toAddress(take(32));
  const number = (length: number): bigint => fromLittleEndian(take(length));
  const place = { genesis: hash(), contract: account() };
  const channel = { payer: account(), payee: account(), lane: Number(number(4)), epoch: number(8) };
  const voucher = { channel, cumulative: number(16), root: hash() };
  const signature = { bytes: toHex(take(64)), wrapped: readForm(bytes[at]) };
  return { place, voucher, signature };
}

/** Returns whether the channel's signer key signed a voucher. */
export const isPaperSignedBy = ({ place, voucher, signature }: Paper, signer: string): boolean =>
  isSignedBy(signer, voucherPayload(place, voucher), signature);

/** Returns what a voucher would bring if it were claimed now from the channel that is on the chain. */
export function dueOf(paper: Paper, channel: Channel | null, now: Moment): bigint {
  if (!channel || channel.epoch !== paper.voucher.channel.epoch || isOver(channel, now)) return 0n;
  const { cumulative } = paper.voucher;
  const worth = cumulative < channel.reserve ? cumulative : channel.reserve;
  return worth > channel.claimed ? worth - channel.claimed : 0n;
}

/** Returns whether claims on a channel have ended. */
export const isOver = ({ end }: Channel, now: Moment): boolean =>
  end !== null && now.time >= end.time && now.block >= end.block;

/** Returns what tells one life of a channel from all others, as a key of what is kept. */
export const lifeKey = (contract: string, { payer, payee, lane, epoch }: ChannelId): string =>
  [accountHex(contract), accountHex(payer), accountHex(payee), lane, epoch].join(' ');

/** As SCALE reads a truth value: nothing but 0 and 1. */
function readForm(byte: number | undefined): boolean {
  if (byte !== 0 && byte !== 1) throw new VoucherError('NoVoucher');
  return byte === 1;
}
