// Pays for HTTP with the vouchers of a channel, as docs/x402-binding.md says it.

export { type Bought, type Buyer, Deliveries } from './delivery.js';
export { NotPaid, type Why } from './error.js';
export { type Get, isPlaylist, type Piece, piecesOf, type Playlist, playlistAt } from './playlist.js';
export { type Offer, readOffer } from './protocol.js';
export { type Fetching, type Flow, isUsedUp, priceOf, Purse, within } from './purse.js';
export { type Had, IndexedDbShelf, type Shelf } from './shelf.js';
