// Pays for HTTP with the vouchers of a channel, as docs/x402-binding.md says it.

export { NotPaid, type Why } from './error.js';
export { type Offer, readOffer } from './protocol.js';
export { type Fetching, priceOf, Purse } from './purse.js';
