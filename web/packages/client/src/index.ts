// Farthing's contracts for pages, servers and workers.

export { type Abi, encodeCall, type Message } from './abi.js';
export { type Balance, type Block, Chain } from './chain.js';
export { Channels, DELAY, GIFTS, lifeOf, signedVoucher } from './channels.js';
export { type Creator, type CreatorLike, Creators } from './creators.js';
export { developmentAccount } from './development.js';
export { Failed, KeyLost, Mismatch, NodeError, NotSent, Refused, sentenceOf, TooPoor, Undone, Unknown, WalletError } from './errors.js';
export { type Deployment, Farthing, type Options } from './farthing.js';
export * as abi from './generated/all.js';
export type { ContractName, Emitted } from './known.js';
export { type Certainty, Outbox, type Progress } from './outbox.js';
export { type Earned, type Found, type Gave, type GivenBack, type Happened, Index, type KnownRound, type Ledger, type Line, type Listed, type Moved, type Paid, type Released, type Tipped } from './past.js';
export { Plan, type Sending, type Surroundings } from './plan.js';
export { Pool, Pools, terms } from './pools.js';
export type { Receipt } from './receipt.js';
export { DonorList, Round, Rounds } from './rounds.js';
export { decode, encode, type Outcome } from './scale.js';
export { BrowserSeeds, PlainSeeds, type Seeds } from './session.js';
export { type Buying, type Item, ITEMS_OF_PAGE, listing, Shop } from './shop.js';
export { type Stream, Streams } from './streams.js';
export { type Opening, Till } from './till.js';
export { NotAnAmount, Token } from './token.js';
export { type Account, type InjectedSigner, openWallet, type Wallet, walletNames, walletOf } from './wallet.js';
