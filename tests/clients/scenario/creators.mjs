// The registry: from a handle to a split of the money.

import { handleClaim } from '../offchain.mjs';
import { ada, all, bob, cy, dan, set } from './steps.mjs';

const SALT = all(7);
const NOBODY = { catalogue: false, price: false, profile: false };
const changed = { emits: ['registry.CreatorChanged'] };

const claim = (handle, who) => (world) => handleClaim(handle, world.get(who), SALT);
const profile = { commitment: all(1), uri: 'https://example.org/ada' };

/** An account announces a handle, and may say which a block later. */
const commit = (person, who, handle) => [person('registry.commit', { hash: claim(handle, who) }), person.blocks()];

export default [
  ...['registry', 'storefront', 'pool', 'pool_factory', 'matching_round', 'channels', 'streams'].map(ada.upload),

  ada.deploy('registry.new', 'standard_registry', { reserved: [] }, {
    emits: ['standard_registry.Deployed'],
  }),
  ada.deploy('registry.with_wait', 'none', { reserved: [], wait: { millis: 0, blocks: 0 } }, { refused: 'BadWait' }),
  ada.deploy('registry.with_wait', 'none', { reserved: ['Nope'], wait: { millis: 0, blocks: 1 } }, {
    refused: { BadHandle: 'Character' },
  }),
  ada.deploy('registry.with_wait', 'registry', { reserved: ['farthing'], wait: { millis: 0, blocks: 1 } }, {
    emits: ['registry.Deployed'],
  }),
  ada('standard_registry.overview', {}, { gives: { wait: { millis: 60_000, blocks: 5 }, creators: 0 } }),
  ada('registry.overview', {}, { gives: { wait: { millis: 0, blocks: 1 }, creators: 0 } }),
  ada('registry.creator_count', {}, { gives: 0 }),

  ada('registry.commitment', { account: '$ada' }, { gives: null }),
  ada('registry.cancel_commitment', {}, { refused: 'NoCommitment' }),
  ...commit(ada, 'ada', 'ada-paints'),
  ada('registry.commitment', { account: '$ada' }, { gives: { hash: claim('ada-paints', 'ada'), block: '*', at: '*' } }),
  ada('registry.cancel_commitment', {}, { refused: { NotBefore: '*' } }),
  ada('registry.register', { handle: 'ada-paints', salt: all(8), profile }, { refused: { BadClaim: 'Mismatch' } }),
  ada('registry.register', { handle: 'farthing', salt: SALT, profile }, { refused: { Unavailable: 'Reserved' } }),
  ada('registry.register', { handle: 'ada-paints', salt: SALT, profile }, { gives: 0, keep: 'ada_paints', ...changed }),
  ...commit(cy, 'cy', 'cy-sings'),
  cy('registry.register', { handle: 'cy-sings', salt: SALT, profile: { commitment: all(2), uri: '' } }, {
    gives: 1,
    keep: 'cy_sings',
    ...changed,
  }),
  ada('registry.creator_count', {}, { gives: 2 }),
  ada('registry.creator', { creator: 7 }, { gives: null }),
  ada('registry.creators', { first: 0, count: 48 }, { gives: [{ owner: '$ada', '…': 1 }, { owner: '$cy', '…': 1 }] }),
  ada('registry.creators', { first: 2, count: 48 }, { gives: [] }),
  ada('registry.creator', { creator: '$ada_paints' }, {
    gives: {
      owner: '$ada', offered_to: null, handle: 'ada-paints', released: null, profile, owners: '*', version: '*',
      split_version: '*',
    },
  }),
  ada('registry.creator_by_handle', { handle: 'nobody' }, { gives: null }),
  ada('registry.creator_by_handle', { handle: 'cy-sings' }, { gives: ['$cy_sings', { owner: '$cy', '…': 1 }] }),
  ada('registry.handle_state', { handle: 'nobody' }, { gives: null }),
  ada('registry.handle_state', { handle: 'farthing' }, { gives: 'Reserved' }),
  ada('registry.handle_state', { handle: 'ada-paints' }, { gives: { Taken: '$ada_paints' } }),

  ada('registry.set_profile', { creator: '$ada_paints', profile: { commitment: all(3), uri: 'https://example.org/new' } }, changed),
  bob('registry.set_profile', { creator: '$ada_paints', profile }, { refused: 'NotPermitted' }),
  ada('registry.set_profile', { creator: '$ada_paints', profile: { commitment: all(3), uri: 'line\nbreak' } }, {
    refused: { BadUri: 'Unprintable' },
  }),
  ada('registry.set_delegate', { creator: '$ada_paints', delegate: '$bob', permissions: { catalogue: true, price: true, profile: false } }, changed),
  ada('registry.permissions', { creator: '$ada_paints', delegate: '$bob' }, { gives: { catalogue: true, price: true, profile: false } }),
  ada('registry.permissions', { creator: '$ada_paints', delegate: '$cy' }, { gives: NOBODY }),
  ada('registry.permissions_of', { creator: '$ada_paints', delegates: ['$cy', '$bob'] }, {
    gives: [NOBODY, { catalogue: true, price: true, profile: false }],
  }),
  ada('registry.owns', { creator: '$ada_paints', account: '$ada' }, { gives: true }),
  ada('registry.controls', { creator: '$ada_paints', account: '$bob', permission: 'Price' }, { gives: true }),
  ada('registry.controls', { creator: '$ada_paints', account: '$bob', permission: 'Profile' }, { gives: false }),
  ada('registry.payout_split', { creator: 7 }, { gives: null }),
  ada('registry.payout_split', { creator: '$ada_paints' }, { gives: { version: '*', recipients: [{ account: '$ada', parts: 1_000_000 }] } }),

  cy('registry.unset_payout', { creator: '$cy_sings', seen: null, tell: [] }, { refused: 'NoSplit' }),
  cy('registry.set_payout', { creator: '$cy_sings', recipients: [], seen: null, tell: [] }, { refused: { BadSplit: 'RecipientCount' } }),
  cy('registry.set_payout', { creator: '$cy_sings', recipients: [{ account: '$cy', parts: 1 }], seen: null, tell: [] }, {
    refused: { BadSplit: { SumOff: 1 } },
  }),
  cy('registry.set_payout', {
    creator: '$cy_sings', recipients: [{ account: '$cy', parts: 999_999 }, { account: '$dan', parts: 1 }], seen: null, tell: [],
  }, changed),
  cy('registry.unset_payout', { creator: '$cy_sings', seen: null, tell: [] }, { refused: { NotBefore: '*' } }),

  cy('registry.delete', { creator: '$cy_sings', seen: null }, { refused: 'HasHandle' }),
  cy('registry.forget_handle', { creator: '$cy_sings', handle: 'cy-sings' }, { refused: 'NotReleased' }),
  cy('registry.release_handle', { creator: '$cy_sings' }, changed),
  cy('registry.release_handle', { creator: '$cy_sings' }, { refused: 'HasNoHandle' }),
  cy('registry.forget_handle', { creator: '$cy_sings', handle: 'cy-sings' }, { refused: { NotBefore: '*' } }),
  cy('registry.delete', { creator: '$cy_sings', seen: null }, { refused: { NotBefore: '*' } }),
  cy('registry.handle_state', { handle: 'cy-sings' }, { gives: { Released: { creator: '$cy_sings', free_from: '*' } } }),
  ...commit(cy, 'cy', 'cy-sings'),
  cy('registry.claim_handle', { creator: '$cy_sings', handle: 'cy-sings', salt: SALT }, changed),

  cy('registry.offer_ownership', { creator: '$cy_sings', to: '$dan' }, changed),
  bob('registry.accept_ownership', { creator: '$cy_sings', seen: null, tell: [] }, { refused: 'NotOffered' }),
  dan('registry.accept_ownership', { creator: '$cy_sings', seen: 999, tell: [] }, { refused: { Changed: '*' } }),
  cy('registry.offer_ownership', { creator: '$cy_sings', to: null }, changed),
  cy('registry.offer_ownership', { creator: '$cy_sings', to: '$dan' }, changed),
  dan('registry.accept_ownership', { creator: '$cy_sings', seen: null, tell: [] }, changed),
];
