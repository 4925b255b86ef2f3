// The headers of x402, as far as a payer reads and writes them. Whatever comes from a server is a stranger's.

import { accountHex, fromHex, type Hex, type Paper, sameAccount, type Place, toHex } from '@farthing/vouchers';
import { NotPaid } from './error.js';

/** How everything is fetched: no server is told from where, and no answer is kept by the browser. */
export const FETCH = { referrerPolicy: 'no-referrer', cache: 'no-store' } as const;

const SCHEME = 'batch-settlement';
const NO_ROOT = `0x${'00'.repeat(32)}`;
const MOST = (1n << 128n) - 1n;

/** What a server asks for. */
export interface Offer {
  /** What a request costs, or a step of what flows. */
  price: bigint;
  /** What the price is for: `request`, `byte`, `second`, `segment`. */
  unit: string;
  /** What kind of content it is, as the server says; empty, if it does not. */
  kind: string;
  /** Why the server did not take what it was paid, if it was. */
  error: string | null;
  /** What the server says of the channel. */
  state: State;
  /** The shortest delay of an exit that it takes, in milliseconds. */
  minDelay: bigint;
  /** The smallest reserve that it takes. */
  minReserve: bigint;
  /** What is sent back, as it came. */
  readonly sent: Readonly<Record<string, unknown>>;
}

/** What a server says of a channel. */
export interface State {
  charged: bigint | null;
  /** The newest voucher that it has. */
  voucher: { cumulative: bigint; root: Hex; signature: { bytes: Hex; wrapped: boolean } } | null;
}

/** How a chain is called in x402. */
export const networkOf = (genesis: Hex): string => `polkadot:${genesis.slice(2, 34)}`;

/** Reads what a 402 asks for; throws, if it is not to be paid to this payee, on this chain, with this contract. */
export function readOffer(headers: Headers, place: Place, payee: string): Offer {
  const required = readHeader(headers, 'PAYMENT-REQUIRED');
  if (!required) throw new NotPaid('offer', 'The server asks for money, and does not say how.');
  const all = Array.isArray(required.accepts) ? required.accepts.map(record) : [];
  const ours = all.filter(({ scheme, network, asset }) => scheme === SCHEME && network === networkOf(place.genesis) && asset === 'native');
  if (ours.length === 0) throw new NotPaid('offer', 'The server does not take vouchers of this chain.');
  const found = ours.find(({ payTo, extra }) => isAccount(payTo, payee) && isPlace(record(extra), place));
  if (!found) throw new NotPaid('offer', 'The server asks for money for somebody else than this page names, or with another contract.');
  const extra = record(found.extra);
  const { channelState: _, voucherState: __, ...rest } = extra;
  const { resource, extensions } = required;
  const { mimeType } = record(resource);
  return {
    price: readAmount(found.amount),
    unit: typeof extra.unit === 'string' ? extra.unit : 'request',
    kind: typeof mimeType === 'string' ? mimeType : '',
    error: typeof required.error === 'string' ? required.error : null,
    state: readState(extra),
    minDelay: readAmount(String(extra.withdrawDelay ?? 0)) * 1000n,
    minReserve: readAmount(extra.minDeposit ?? '0'),
    // What only corrects need not be sent back.
    sent: { x402Version: 2, resource, extensions, accepted: { ...found, extra: rest } },
  };
}

/** Writes a payment, for `PAYMENT-SIGNATURE`. */
export function writePayment({ sent }: Offer, { voucher, signature }: Paper): string {
  const { payer, lane, epoch } = voucher.channel;
  const channel = { payer, ...(lane ? { lane: String(lane) } : {}), epoch: String(epoch) };
  const signed = { cumulative: String(voucher.cumulative), root: voucher.root, signature: signature.bytes, wrapped: signature.wrapped };
  return toBase64(JSON.stringify({ ...sent, payload: { type: 'voucher', channel, voucher: signed } }));
}

/** Reads what a server says that it took; null, if it does not say. */
export function readReceipt(headers: Headers): State | null {
  try {
    const answer = readHeader(headers, 'PAYMENT-RESPONSE');
    return answer?.success === true ? readState(record(answer.extra)) : null;
  } catch {
    // What was paid for is not thrown away for it.
    return null;
  }
}

function readState({ channelState, voucherState }: Record<string, unknown>): State {
  const { chargedCumulativeAmount } = record(channelState);
  const charged = chargedCumulativeAmount === undefined ? null : readAmount(chargedCumulativeAmount);
  if (!voucherState) return { charged, voucher: null };
  const { cumulative, root = NO_ROOT, signature, wrapped } = record(voucherState);
  const bytes = { bytes: readHex(signature, 64), wrapped: wrapped === true };
  return { charged, voucher: { cumulative: readAmount(cumulative), root: readHex(root, 32), signature: bytes } };
}

function readHeader(headers: Headers, name: string): Record<string, unknown> | null {
  const text = headers.get(name);
  if (text === null) return null;
  try {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return record(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    throw new NotPaid('malformed', `The server's ${name} cannot be read.`);
  }
}

function readAmount(value: unknown): bigint {
  if (typeof value === 'string' && /^(0|[1-9]\d{0,38})$/.test(value) && BigInt(value) <= MOST) return BigInt(value);
  throw new NotPaid('malformed', 'The server names an amount that is none.');
}

function readHex(value: unknown, length: number): Hex {
  try {
    return toHex(fromHex(value as Hex, length));
  } catch {
    throw new NotPaid('malformed', 'The server writes bytes that are none.');
  }
}

function isPlace({ genesis, contract }: Record<string, unknown>, place: Place): boolean {
  const isGenesis = genesis === undefined || String(genesis).toLowerCase() === place.genesis.toLowerCase();
  return isGenesis && (contract === undefined || isAccount(contract, place.contract));
}

function isAccount(text: unknown, account: string): boolean {
  try {
    return typeof text === 'string' && sameAccount(accountHex(text), account);
  } catch {
    return false;
  }
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** Writes a text as headers have it. */
export function toBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
