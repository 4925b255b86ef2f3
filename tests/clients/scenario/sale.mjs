// The storefront: items, tips, purchases, refunds.

import { blindedPurchase, receipt } from '../offchain.mjs';
import { ada, all, bob, cy, DAY, dan, eve, EXISTENTIAL_DEPOSIT, fay, set, UNIT, ZEROS } from './steps.mjs';

const PRICE = UNIT / 50n;
const catalogue = { emits: ['storefront.CatalogueChanged'] };
const paid = { emits: ['storefront.Payments'] };
const terms = { registry: '$registry', fee: 250, treasury: '$fay', guardian: '$eve' };
const listing = { price: PRICE, content: all(5), period: null, referral: 500, tier: 1 };
const creator = '$ada_paints';
/** What a refund has to list of a purchase, from its event. */
const purchases = ([{ fields }]) =>
  fields.payments.map(({ Purchase: { item, paid, term } }) => ({ item, payer: fields.payer, paid, term }));
const text = (words) => `0x${Buffer.from(words).toString('hex')}`;

export default [
  ada.deploy('storefront.new', 'none', { ...terms, fee: 501 }, { refused: 'FeeTooHigh' }),
  ada.deploy('storefront.new', 'none', { ...terms, registry: '$bob' }, { refused: 'RegistryFailed' }),
  ada.deploy('storefront.new', 'storefront', terms, { emits: ['storefront.Deployed'] }),
  ada('storefront.overview', {}, { gives: { ...terms, paused_until: null, fees_due: 0 } }),

  ada('storefront.shop', { creator }, { gives: null }),
  bob('storefront.tip', { creator, memo: '0x' }, { value: UNIT, refused: 'NotOpen' }),
  ada('storefront.open', { creator }, { emits: ['storefront.CatalogueChanged', 'storefront.CatalogueChanged'] }),
  ada('storefront.open', { creator }, { refused: 'AlreadyOpen' }),
  ada('storefront.shop', { creator }, { gives: { balance: 0, items: 0, alone: true, payee: '$ada', '…': 1 } }),

  // An item for ever, and one for a day, which a delegate publishes.
  ada('storefront.publish', { creator, listing: { ...listing, price: 0 } }, { refused: { BadListing: 'ZeroPrice' } }),
  cy('storefront.publish', { creator, listing }, { refused: 'NotPermitted' }),
  ada('storefront.publish', { creator, listing }, { gives: 0, ...catalogue }),
  bob('storefront.publish', { creator, listing: { ...listing, content: all(6), period: DAY, referral: 0, tier: null } }, {
    gives: 1,
    ...catalogue,
  }),
  ada('storefront.publish', { creator, listing: { ...listing, content: all(7), tier: null } }, { gives: 2, ...catalogue }),
  bob('storefront.set_price', { creator, item: 1, price: 2n * PRICE }, catalogue),
  bob('storefront.set_item_tier', { creator, item: 1, tier: 255 }, catalogue),
  bob('storefront.set_item_tier', { creator, item: 1, tier: null }, catalogue),
  ada('storefront.relist', { creator, item: 2 }, { refused: 'OnSale' }),
  ada('storefront.retire', { creator, item: 2 }, catalogue),
  cy('storefront.buy', { creator, item: 2, owner: null, max_price: PRICE, referrer: null }, { value: PRICE, refused: 'Retired' }),
  ada('storefront.relist', { creator, item: 2 }, catalogue),
  ada('storefront.set_tier', { creator, tier: 1, price: null }, { refused: 'UnknownTier' }),
  ada('storefront.set_tier', { creator, tier: 1, price: PRICE }, catalogue),
  ada('storefront.tier', { creator, tier: 1 }, { gives: PRICE }),
  ada('storefront.tier', { creator, tier: 2 }, { gives: null }),
  ada('storefront.item', { creator, item: 9 }, { gives: null }),
  ada('storefront.item', { creator, item: 0 }, { gives: { listing, retired: false } }),
  ada('storefront.item', { creator, item: 1 }, {
    gives: { listing: { price: 2n * PRICE, content: all(6), period: DAY, referral: 0, tier: null }, retired: false },
  }),

  bob('storefront.tip', { creator, memo: text('thank you') }, { value: UNIT / 200n, ...paid }),
  bob('storefront.tip', { creator, memo: '0x' }, { refused: 'ZeroTip' }),
  bob('storefront.tip_many', {
    tips: [{ creator, amount: PRICE, memo: '0x' }, { creator, amount: PRICE, memo: '0xff' }],
  }, { value: 2n * PRICE, ...paid }),
  bob('storefront.tip_many', { tips: [{ creator, amount: PRICE, memo: '0x' }] }, { value: 1, refused: { WrongValue: '*' } }),

  cy('storefront.buy', { creator, item: 0, owner: null, max_price: PRICE - 1n, referrer: null }, {
    value: PRICE,
    refused: { PriceAboveMax: PRICE },
  }),
  cy('storefront.buy', { creator, item: 0, owner: null, max_price: PRICE, referrer: null }, {
    value: PRICE,
    ...paid,
    learn: { bought: purchases },
  }),
  cy('storefront.buy', { creator, item: 0, owner: null, max_price: PRICE, referrer: null }, {
    value: PRICE,
    refused: { Access: 'AlreadyOwned' },
  }),
  cy('storefront.buy', { creator, item: 0, owner: '$dan', max_price: PRICE, referrer: '$eve' }, { value: PRICE, ...paid }),
  cy('storefront.buy_many', {
    orders: [{ creator, item: 1, max_price: 2n * PRICE }, { creator, item: 2, max_price: PRICE }], owner: null, referrer: null,
  }, { value: 3n * PRICE, ...paid, learn: { basket: purchases } }),
  dan('storefront.buy_many', { orders: [], owner: '$cy', referrer: '$eve' }, { refused: 'BatchSize' }),
  set('blinded', (world) =>
    blindedPurchase(world.get('storefront'), world.get('ada_paints'), 1, world.get('dan'), 0, all(9)),
  ),
  dan('storefront.buy_blinded', {
    creator, tier: 1, max_price: PRICE,
    commitment: '$blinded',
  }, { value: PRICE, ...paid }),
  dan('storefront.buy_blinded', { creator, tier: 2, commitment: ZEROS, max_price: PRICE }, { value: PRICE, refused: 'UnknownTier' }),
  ada('storefront.has_access', { creator, item: 0, account: '$cy' }, { gives: true }),
  ada('storefront.has_access', { creator, item: 0, account: '$bob' }, { gives: false }),
  ada('storefront.page', { creator, account: '$bob', number: 0 }, { gives: { owned: 0, receipts: ZEROS, passes: [] } }),
  // The contract's running hash is that of what its events tell.
  set('receipts', (world) => [...world.get('bought'), ...world.get('basket')].reduce(receipt, ZEROS)),
  ada('storefront.page', { creator, account: '$cy', number: 0 }, { gives: { owned: 0b101, receipts: '$receipts', passes: [{ slot: 1, until: '*' }] } }),
  ada('storefront.owed_to_creators', { first: 0, count: 10 }, { gives: 0 }),
  ada('storefront.solvency', {}, { gives: [0, 0] }),

  // Dan's gift goes back to cy, who paid for it: ada attaches what her books do not hold.
  ada('storefront.refund', {
    creator, owner: '$dan', earlier: ZEROS, history: [{ item: 0, payer: '$cy', paid: PRICE, term: null }], which: [0],
  }, { value: PRICE, emits: ['storefront.Released'] }),
  ada('storefront.refund', { creator, owner: '$cy', earlier: ZEROS, history: [], which: [] }, { refused: { Access: '*' } }),

  // Shared from now on: the registry tells the storefront so itself.
  ada('registry.set_payout', {
    creator, recipients: [{ account: '$ada', parts: 600_000 }, { account: '$dan', parts: 400_000 }], seen: null, tell: ['$storefront'],
  }, { emits: ['registry.CreatorChanged', 'storefront.CatalogueChanged'] }),
  ada('storefront.PayoutListener::payout_changed', { creator, payout: { version: 1, recipients: [] } }, { undone: 'ContractReverted' }),
  ada('storefront.payout', { creator }, { refused: 'NothingDue' }),
  bob('storefront.tip', { creator, memo: '0x' }, { value: UNIT, ...paid }),
  ada('storefront.shop', { creator }, { gives: { alone: false, '…': 1 } }),
  bob('storefront.payout', { creator }, { emits: ['storefront.Released'] }),
  bob('storefront.refresh', { creator }),
  bob('storefront.refresh', { creator: 9 }, { refused: 'NotOpen' }),

  eve('storefront.pause', { duration: 60_000 }, { emits: ['storefront.PausedUntil'] }),
  ada('storefront.overview', {}, { gives: { paused_until: '*', '…': 1 } }),
  bob('storefront.tip', { creator, memo: '0x' }, { value: UNIT, refused: { Paused: '*' } }),
  eve('storefront.pause', { duration: 60_000 }, { refused: { BadPause: { NotBefore: '*' } } }),
  bob('storefront.resume', {}, { refused: 'NotGuardian' }),
  eve('storefront.resume', {}, { emits: ['storefront.PausedUntil'] }),

  // A treasury without an account: the fee is too little to make one, and is kept.
  ada.deploy('storefront.new', 'kiosk', { ...terms, treasury: '$treasury', guardian: null }, { emits: ['kiosk.Deployed'] }),
  ada('kiosk.open', { creator }, { emits: ['kiosk.CatalogueChanged', 'kiosk.CatalogueChanged'] }),
  ada('kiosk.withdraw_fees', {}, { refused: 'NothingDue' }),
  bob('kiosk.tip', { creator, memo: '0x' }, { value: PRICE, emits: ['kiosk.Payments'] }),
  ada('kiosk.withdraw_fees', {}, { refused: 'TransferFailed' }),
  fay.transfer('$treasury', EXISTENTIAL_DEPOSIT),
  ada('kiosk.withdraw_fees', {}, { emits: ['kiosk.Released'] }),
];
