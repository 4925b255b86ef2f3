// The storefront: items, tips, purchases, refunds.

import { blindedPurchase, receipt } from '../offchain.mjs';
import { ada, all, bob, cy, DAY, dan, DUST, eve, fay, reader, set, UNIT, ZEROS } from './steps.mjs';

const PRICE = UNIT / 50n;
const catalogue = { emits: ['storefront.CatalogueChanged'] };
const paid = { emits: ['storefront.Payments'] };
const terms = { registry: '$registry', fee: 250, treasury: '$fay', guardian: '$eve' };
const listing = { price: PRICE, pay_what_you_want: false, period: null, referral: 500, tier: 1, copies: null };
const content = { commitment: all(5), title: 'A sunrise', uri: 'https://example.org/sunrise' };
const second = { commitment: all(6), title: 'A sunrise, with clouds', uri: 'https://example.org/clouds' };
const pass = { ...listing, period: DAY, referral: 0, tier: null };
const order = (item, max_price = PRICE, edition = null) => ({ creator, item, max_price, edition });
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

  ada('storefront.books', { creator }, { gives: null }),
  bob('storefront.tip', { creator, memo: '0x' }, { value: UNIT, refused: 'NotOpen' }),
  ada('storefront.open', { creator }, { emits: ['storefront.CatalogueChanged', 'storefront.CatalogueChanged'] }),
  ada('storefront.open', { creator }, { refused: 'AlreadyOpen' }),
  ada('storefront.books', { creator }, { gives: { balance: 0, items: 0, payee: { Account: '$ada' }, '…': 1 } }),

  // An item for ever, and one for a day, which a delegate publishes.
  ada('storefront.publish', { creator, listing, content: { ...content, title: '' } }, { refused: { BadListing: 'NoTitle' } }),
  ada('storefront.publish', { creator, listing, content: { ...content, uri: 'line\nbreak' } }, {
    refused: { BadListing: { BadUri: 'Unprintable' } },
  }),
  cy('storefront.publish', { creator, listing, content }, { refused: 'NotPermitted' }),
  ada('storefront.publish', { creator, listing, content }, { gives: 0, ...catalogue }),
  bob('storefront.publish', { creator, listing: pass, content }, { gives: 1, ...catalogue }),
  ada('storefront.publish', { creator, listing: { ...listing, tier: null }, content }, { gives: 2, ...catalogue }),
  // One copy, for as much as one likes.
  ada('storefront.publish', { creator, listing: { ...listing, price: 0, pay_what_you_want: true, copies: 1 }, content }, {
    gives: 3,
    ...catalogue,
  }),
  cy('storefront.revise', { creator, item: 2, content: second }, { refused: 'NotPermitted' }),
  ada('storefront.revise', { creator, item: 2, content: second }, { gives: 2, ...catalogue }),
  bob('storefront.set_price', { creator, item: 1, price: 2n * PRICE }, catalogue),
  bob('storefront.set_item_tier', { creator, item: 1, tier: 255 }, catalogue),
  bob('storefront.set_item_tier', { creator, item: 1, tier: null }, catalogue),
  ada('storefront.relist', { creator, item: 2 }, { refused: 'OnSale' }),
  ada('storefront.retire', { creator, item: 2 }, catalogue),
  cy('storefront.buy', { order: order(2), owner: null, referrer: null }, { value: PRICE, refused: 'Retired' }),
  ada('storefront.relist', { creator, item: 2 }, catalogue),
  ada('storefront.set_tier', { creator, tier: 1, price: null }, { refused: 'UnknownTier' }),
  ada('storefront.set_tier', { creator, tier: 1, price: PRICE }, catalogue),
  ada('storefront.tier', { creator, tier: 1 }, { gives: PRICE }),
  ada('storefront.tier', { creator, tier: 2 }, { gives: null }),
  ada('storefront.item', { creator, item: 9 }, { gives: null }),
  ada('storefront.item', { creator, item: 0 }, { gives: { listing, left: null, retired: false, edition: 1, content } }),
  ada('storefront.item', { creator, item: 1 }, {
    gives: { listing: { ...pass, price: 2n * PRICE }, left: null, retired: false, edition: 1, content },
  }),
  ada('storefront.items', { creator, first: 2, count: 50 }, {
    gives: [
      { edition: 2, content: second, '…': 1 },
      { left: 1, content, '…': 1 },
    ],
  }),
  ada('storefront.tiers', { creator }, { gives: [[1, PRICE]] }),

  bob('storefront.tip', { creator, memo: text('thank you') }, { value: UNIT / 200n, ...paid }),
  bob('storefront.tip', { creator, memo: '0x' }, { refused: 'ZeroTip' }),
  bob('storefront.tip_many', {
    tips: [{ creator, amount: PRICE, memo: '0x' }, { creator, amount: PRICE, memo: '0xff' }],
  }, { value: 2n * PRICE, ...paid }),
  bob('storefront.tip_many', { tips: [{ creator, amount: PRICE, memo: '0x' }] }, { value: 1, refused: { WrongValue: '*' } }),

  cy('storefront.buy', { order: order(0, PRICE - 1n), owner: null, referrer: null }, {
    value: PRICE,
    refused: { PriceAboveMax: PRICE },
  }),
  cy('storefront.buy', { order: order(0), owner: null, referrer: null }, {
    value: PRICE,
    ...paid,
    learn: { bought: purchases },
  }),
  cy('storefront.buy', { order: order(0), owner: null, referrer: null }, {
    value: PRICE,
    refused: { Access: 'AlreadyOwned' },
  }),
  cy('storefront.buy', { order: order(0, PRICE, 1), owner: '$dan', referrer: '$eve' }, { value: PRICE, ...paid }),
  cy('storefront.buy_many', {
    orders: [order(1, 2n * PRICE), order(2)], owner: null, referrer: null,
  }, { value: 3n * PRICE, ...paid, learn: { basket: purchases } }),
  dan('storefront.buy', { order: order(2, PRICE, 1), owner: null, referrer: null }, { value: PRICE, refused: { Revised: 2 } }),
  dan('storefront.buy', { order: order(3, 7, null), owner: null, referrer: null }, { value: 7, ...paid }),
  bob('storefront.buy', { order: order(3, 7, null), owner: null, referrer: null }, { value: 7, refused: 'SoldOut' }),
  cy('storefront.give', { creator, item: 1, owner: '$eve' }, { refused: 'NotPermitted' }),
  ada('storefront.give', { creator, item: 1, owner: '$eve' }, paid),
  ada('storefront.give', { creator, item: 9, owner: '$eve' }, { refused: 'UnknownItem' }),
  dan('storefront.buy_many', { orders: [], owner: '$cy', referrer: '$eve' }, { refused: 'BatchSize' }),
  set('blinded', (world) =>
    blindedPurchase(world.get('storefront'), world.get('ada_paints'), 1, world.get('dan'), 0, all(9)),
  ),
  dan('storefront.buy_blinded', {
    creator, tier: 1, max_price: PRICE,
    commitment: '$blinded',
  }, { value: PRICE, ...paid }),
  dan('storefront.buy_blinded', { creator, tier: 2, commitment: ZEROS, max_price: PRICE }, { value: PRICE, refused: 'UnknownTier' }),
  // Who has too little: nothing at all, and then the price, but not what is locked for a first purchase.
  reader('storefront.buy', { order: order(0), owner: null, referrer: null }, { value: PRICE, undone: 'TransferFailed' }),
  fay.transfer('$reader', (world) => PRICE + BigInt(world.get('existential_deposit'))),
  reader('storefront.buy', { order: order(0), owner: null, referrer: null }, {
    value: PRICE,
    undone: 'StorageDepositLimitExhausted',
  }),
  ada('storefront.has_access', { creator, item: 0, account: '$cy' }, { gives: true }),
  ada('storefront.has_access', { creator, item: 0, account: '$bob' }, { gives: false }),
  ada('storefront.page', { creator, account: '$bob', number: 0 }, { gives: { owned: 0, receipts: ZEROS, passes: [] } }),
  // The contract's running hash is that of what its events tell.
  set('receipts', (world) => [...world.get('bought'), ...world.get('basket')].reduce(receipt, ZEROS)),
  ada('storefront.page', { creator, account: '$cy', number: 0 }, { gives: { owned: 0b101, receipts: '$receipts', passes: [{ slot: 1, until: '*' }] } }),
  ada('storefront.owned', { account: '$cy', pages: [[creator, 0], [creator, 1]] }, {
    gives: [{ owned: 0b101, receipts: '$receipts', '…': 1 }, { owned: 0, receipts: ZEROS, passes: [] }],
  }),
  ada('storefront.owed_to_creators', { first: 0, count: 10 }, { gives: 0 }),
  ada('storefront.solvency', {}, { gives: [0, 0] }),

  // Dan's gift goes back to cy, who paid for it: ada attaches what her books do not hold.
  ada('storefront.refund', {
    creator,
    owner: '$dan',
    earlier: ZEROS,
    history: [{ item: 0, payer: '$cy', paid: PRICE, term: null }, { item: 3, payer: '$dan', paid: 7, term: null }],
    which: [0],
  }, { value: PRICE, emits: ['storefront.Released'] }),
  ada('storefront.refund', { creator, owner: '$cy', earlier: ZEROS, history: [], which: [] }, { refused: { Access: '*' } }),

  // Shared from now on: the registry tells the storefront so itself.
  ada('registry.set_payout', {
    creator, recipients: [{ account: '$ada', parts: 600_000 }, { account: '$dan', parts: 400_000 }], seen: null, tell: ['$storefront'],
  }, { emits: ['registry.CreatorChanged', 'storefront.CatalogueChanged'] }),
  ada('storefront.PayoutListener::payout_changed', { creator, payout: { version: 1, recipients: [] } }, { refused: 'NotRegistry' }),
  ada('storefront.payout', { creator }, { refused: 'NothingDue' }),
  ada('storefront.payout_deleted', { creator, recipients: [] }, { refused: 'NotDeleted' }),
  bob('storefront.tip', { creator, memo: '0x' }, { value: UNIT, ...paid }),
  ada('storefront.books', { creator }, { gives: { items: 4, payee: { Split: '*' }, '…': 1 } }),
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
  bob('kiosk.tip', { creator, memo: '0x' }, { value: 10n * DUST, emits: ['kiosk.Payments'] }),
  ada('kiosk.withdraw_fees', {}, { refused: 'TransferFailed' }),
  fay.transfer('$treasury', '$existential_deposit'),
  ada('kiosk.withdraw_fees', {}, { emits: ['kiosk.Released'] }),
];
