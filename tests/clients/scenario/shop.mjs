// The least that there must be before somebody can buy something: for the examples.

import { handleClaim } from '../offchain.mjs';
import { ada, all, UNIT } from './steps.mjs';

const SALT = all(7);
const listing = { price: UNIT / 50n, pay_what_you_want: false, period: null, referral: 0, tier: null, copies: null };
const content = { commitment: all(5), title: 'A sunrise', uri: 'https://example.org/sunrise' };

export default [
  ada.upload('registry'),
  ada.upload('storefront'),
  ada.deploy('registry.with_wait', 'registry', { reserved: [], wait: { millis: 0, blocks: 1 } }, {
    emits: ['registry.Deployed'],
  }),
  ada('registry.commit', { hash: (world) => handleClaim('ada-paints', world.get('ada'), SALT) }),
  ada.blocks(),
  ada('registry.register', { handle: 'ada-paints', salt: SALT, profile: { commitment: all(1), uri: '' } }, {
    keep: 'creator',
    emits: ['registry.CreatorChanged'],
  }),
  ada.deploy('storefront.new', 'storefront', { registry: '$registry', fee: 250, treasury: '$fay', guardian: null }, {
    emits: ['storefront.Deployed'],
  }),
  ada('storefront.open', { creator: '$creator' }, { emits: ['storefront.CatalogueChanged', 'storefront.CatalogueChanged'] }),
  ada('storefront.publish', { creator: '$creator', listing, content }, { keep: 'item', emits: ['storefront.CatalogueChanged'] }),
];
