// Payments signed off the chain: what is signed, byte by byte; a payer's wallet, which writes down before it hands
// out; a payee's checks. Nothing here knows of a chain: for pages, servers and workers.

export { type AccountLike, accountBytes, accountHex, GENERIC_PREFIX, sameAccount, toAddress } from './account.js';
export { fromHex, type Hex, toHex } from './bytes.js';
export {
  type Blinded,
  blake2,
  blindedPurchase,
  contentHash,
  handleClaim,
  poolAccount,
  type Receipt,
  receiptHash,
} from './commitment.js';
export { type Code, type Details, isRefusal, VoucherError } from './error.js';
export { isProved, leaf, NO_ENTRIES, type Proof, prove, Root, rootOf } from './merkle.js';
export { type Channel, dueOf, formatPaper, isOver, isPaperSignedBy, type Moment, type Paper, parsePaper } from './paper.js';
export {
  type ChannelId,
  type Closing,
  CLOSING_LENGTH,
  closingPayload,
  type Place,
  type Signature,
  type Voucher,
  VOUCHER_LENGTH,
  voucherPayload,
  wrap,
} from './payload.js';
export { checkChannel, Payee, type Received, type Wanted } from './payee.js';
export { type Begun, type Doubt, Payer, type Payment } from './payer.js';
export { isSignedBy, Signer } from './signing.js';
export { type Change, MapStore, type Store } from './store.js';
