// Pools and their factory: one for ever, one that reaches its goal, one that misses it.

import { read } from '../metadata.mjs';
import { ada, all, bob, cy, DUST, eve, fay, set, UNIT, watch } from './steps.mjs';

const GIFT = UNIT / 50n;
/** A millionth of this, the smallest share that there is, is too little for an account, and so is four times that. */
const CRUMBS = 1_000_000n * DUST;
const whole = [{ account: '$ada', parts: 1_000_000 }];
const terms = {
  title: 'A well for the village',
  description: all(1),
  uri: 'https://example.org/well',
  beneficiaries: whole,
  mode: { KeepAll: { closes: null } },
  minimum: 1_000,
  fee: { points: 100, treasury: '$fay' },
  release: [],
  least_sponsorship: UNIT,
};
/** As the factory wants it: without a fee. */
const free = { ...terms, fee: null };
const goal = (amount) => ({ AllOrNothing: { goal: amount, deadline: '$deadline' } });
const note = { commitment: all(2), uri: 'https://example.org/spent' };
const pledge = { ratio: 1_000, per_donor: UNIT / 10n, until: null };

const made = [
  set('deadline', (world) => Date.now() + world.pace),
  set('pool_code', () => read('code-hashes.json').pool),

  ada.deploy('pool.new', 'none', { terms: { ...terms, title: '' } }, { refused: { BadTerms: 'Title' } }),
  ada.deploy('pool.new', 'none', { terms: { ...terms, least_sponsorship: 1, mode: goal(UNIT) } }, { refused: { BadTerms: { LeastSponsorship: '*' } } }),
  ada.deploy('pool.new', 'reached', { terms: { ...terms, mode: goal(UNIT) } }, { emits: ['reached.Created'] }),
  ada.deploy('pool.new', 'missed', { terms: { ...terms, mode: goal(100n * UNIT) } }, { emits: ['missed.Created'] }),

  // Towards a goal: held, with a record for each donor.
  eve('reached.sponsor', { pledge: { ...pledge, ratio: 1 } }, { value: UNIT, refused: { BadPledge: 'Ratio' } }),
  eve('reached.sponsor', { pledge }, { value: 2n * UNIT, gives: '*', keep: 'sponsor', emits: ['reached.Arrived'] }),
  bob('reached.donate', { memo: all(3) }, { value: UNIT, emits: ['reached.Donations'] }),
  bob('reached.donate', { memo: null }, { value: 1, refused: { BelowMinimum: 1_000 } }),
  bob('reached.finalise', {}, { refused: { OpenUntil: '$deadline' } }),
  bob('reached.forget', { donor: '$bob' }, { refused: 'StillNeeded' }),
  bob('reached.donor', { account: '$bob' }, { gives: { given: UNIT, paid: UNIT, payer: '$bob', matched: '*' } }),
  bob('reached.donor', { account: '$eve' }, { gives: null }),
  bob('reached.donors', { accounts: ['$eve', '$bob'] }, { gives: [null, { given: UNIT, '…': 1 }] }),
  bob('reached.summary', {}, { gives: { terms: { ...terms, mode: goal(UNIT) }, stage: 'Open', sums: { donated: UNIT, '…': 1 } } }),
  bob('reached.sponsors', {}, { gives: [{ account: '$eve', number: '$sponsor', ratio: 1_000, given: 2n * UNIT, returned: false, '…': 1 }] }),
  bob('reached.standing', {}, { gives: { stage: 'Open', closes: '$deadline', goal: UNIT } }),
  bob('reached.overview', {}, { gives: { maker: '$ada', terms: { ...terms, mode: goal(UNIT) }, offers: [], stage: 'Open', '…': 1 } }),
  eve('missed.sponsor', { pledge }, { value: UNIT, gives: '*', emits: ['missed.Arrived'] }),
  cy('missed.donate_for', { donor: '$dan', memo: null }, { value: GIFT, emits: ['missed.Donations'] }),
  cy('missed.donate_many', { gifts: [{ donor: '$bob', amount: GIFT, memo: all(4) }, { donor: '$fay', amount: GIFT, memo: null }] }, {
    value: 2n * GIFT,
    emits: ['missed.Donations'],
  }),
  bob('missed.refund', { donor: '$bob' }, { refused: { OpenUntil: '$deadline' } }),

  // For ever: money goes on at once; a share that is too little for an account waits.
  ada.deploy('pool.new', 'open', {
    terms: { ...terms, beneficiaries: [{ account: '$ada', parts: 999_999 }, { account: '$nobody', parts: 1 }] },
  }, { emits: ['open.Created'] }),
  bob('open.donate', { memo: null }, { value: CRUMBS, emits: ['open.Donations'] }),
  bob('open.donate_for', { donor: '$cy', memo: all(5) }, { value: CRUMBS, emits: ['open.Donations'] }),
  bob('open.donate_many', { gifts: [] }, { refused: 'BatchSize' }),
  bob('open.sponsor', { pledge: { ...pledge, until: (world) => Date.now() } }, { value: UNIT, refused: { BadPledge: 'Until' } }),
  bob('open.grant', {}, { value: CRUMBS, emits: ['open.Arrived'] }),
  bob('open.grant', {}, { refused: 'NothingDue' }),
  bob('open.take_in', {}, { refused: 'NothingDue' }),
  bob.transfer('$open', CRUMBS),
  bob('open.take_in', {}, { gives: '*', emits: ['open.Arrived'] }),
  bob('open.payout', { note }, { refused: 'NotBeneficiary' }),
  bob('open.payout', { note: null }, { refused: 'NothingDue' }),
  ada('open.explain', { payout: null, note }, { emits: ['open.Explained'] }),
  ada('open.explain', { payout: 7, note }, { refused: 'UnknownPayout' }),
  ada('open.kept_for', { account: '$nobody' }, { gives: '*' }),
  ada('open.withdraw', { account: '$nobody' }, { refused: 'TransferFailed' }),
  fay.transfer('$nobody', '$existential_deposit'),
  ada('open.withdraw', { account: '$nobody' }, { emits: ['open.Released'] }),
  ada('open.kept_for', { account: '$nobody' }, { gives: 0 }),
  ada('open.refund', { donor: '$bob' }, { refused: 'NoRefunds' }),
  ada('open.solvency', {}, { gives: '*' }),

  // News, and a share that moves to another account in two steps.
  bob('open.publish', { news: note }, { refused: 'NotPermitted' }),
  ada('open.publish', { news: { ...note, uri: 'line\nbreak' } }, { refused: { BadNote: 'Unprintable' } }),
  ada('open.publish', { news: note }, { emits: ['open.News'] }),
  bob('open.offer_share', { to: '$cy' }, { refused: 'NotBeneficiary' }),
  ada('open.offer_share', { to: '$nobody' }, { refused: 'HasShare' }),
  ada('open.offer_share', { to: null }, { refused: 'NotOffered' }),
  ada('open.offer_share', { to: '$cy' }, { emits: ['open.ShareOffered'] }),
  ada('open.offer_share', { to: null }, { emits: ['open.ShareOffered'] }),
  cy('open.accept_share', { from: '$ada' }, { refused: 'NotOffered' }),
  ada('open.offer_share', { to: '$cy' }, { emits: ['open.ShareOffered'] }),
  cy('open.accept_share', { from: '$ada' }, { emits: ['open.ShareMoved'] }),
  bob('open.donate_in_round', { donor: '$cy', memo: null }, { value: GIFT, refused: 'IsBeneficiary' }),
  bob('open.donate_in_round', { donor: '$bob', memo: null }, { value: GIFT, emits: ['open.Donations'] }),
  ada.deploy('pool.made_for', 'bobs', { maker: '$bob', terms: free }, { emits: ['bobs.Created'] }),
  ada.deploy('pool.made_for', 'none', { maker: '$bob', terms: { ...terms, minimum: 0 } }, { refused: { BadTerms: 'ZeroMinimum' } }),

  // The factory's.
  ada.deploy('pool_factory.new', 'none', { registry: '$registry', code_hash: '$pool_code', fee: { points: 9_999, treasury: '$fay' } }, {
    refused: 'FeeTooHigh',
  }),
  ada.deploy('pool_factory.new', 'factory', { registry: '$registry', code_hash: '$pool_code', fee: null }, {
    emits: ['factory.FactoryDeployed'],
  }),
  ada('factory.overview', {}, { gives: { registry: '$registry', code_hash: '$pool_code', fee: null, pools: 0 } }),
  bob('factory.create', { creator: null, terms, salt: all(1) }, { refused: { WrongFee: null } }),
  bob('factory.address_of', { maker: '$bob', creator: null, terms: free, salt: all(1) }, { gives: '*', keep: 'planned' }),
  watch('pool', 'first', '$planned'),
  bob('factory.create', { creator: null, terms: free, salt: all(1) }, { gives: '$first', emits: ['first.Created', 'factory.PoolCreated'] }),
  bob('factory.create', { creator: null, terms: free, salt: all(1) }, { refused: { Exists: '$first' } }),
  bob('factory.create', { creator: null, terms: { ...free, title: '' }, salt: all(2) }, { refused: { BadTerms: 'Title' } }),
  cy('factory.create', { creator: '$ada_paints', terms: free, salt: all(2) }, { refused: 'NotPermitted' }),
  ada('factory.address_of', { maker: '$ada', creator: '$ada_paints', terms: free, salt: all(2) }, { keep: 'planned' }),
  watch('pool', 'second', '$planned'),
  ada('factory.create', { creator: '$ada_paints', terms: free, salt: all(2) }, { gives: '$second', emits: ['second.Created', 'factory.PoolCreated'] }),
  cy('factory.set_listed', { number: 1, listed: false }, { refused: 'NotPermitted' }),
  ada('factory.set_listed', { number: 9, listed: false }, { refused: 'UnknownPool' }),
  ada('factory.set_listed', { number: 1, listed: false }, { emits: ['factory.ListingChanged'] }),
  ada('factory.latest_of', { creator: '$ada_paints', skip: 0, count: 10 }, { gives: [] }),
  ada('factory.set_listed', { number: 1, listed: true }, { emits: ['factory.ListingChanged'] }),
  ada('factory.pool', { number: 9 }, { gives: null }),
  ada('factory.pool', { number: 0 }, { gives: { number: 0, account: '$first', creator: null, maker: '$bob', created: '*', listed: false } }),
  ada('factory.page', { creator: '$ada_paints', skip: 0, count: 32 }, {
    gives: { pools: [{ listed: { account: '$second', '…': 1 }, summary: { terms: free, stage: 'Open', sums: '*' } }], next: null },
  }),
  ada('factory.page', { creator: null, skip: 1, count: 1 }, { gives: { pools: [{ listed: { account: '$first', '…': 1 }, summary: '*' }], next: null } }),
  ada('factory.count_of', { creator: '$ada_paints' }, { gives: 1 }),
  ada('factory.latest', { skip: 0, count: 10 }, { gives: [{ number: 1, '…': 1 }, { number: 0, '…': 1 }] }),
  ada('factory.latest_of', { creator: '$ada_paints', skip: 0, count: 10 }, { gives: [{ account: '$second', creator: '$ada_paints', '…': 1 }] }),
];

// After the deadline.
const ended = [
  bob.wait('$deadline'),
  bob('reached.donate', { memo: null }, { value: GIFT, refused: { Closed: '$deadline' } }),
  bob('reached.standing', {}, { gives: { stage: 'Ended', closes: '$deadline', goal: UNIT } }),
  bob('reached.payout', { note: null }, { refused: '*' }),
  bob('reached.finalise', {}, { emits: ['reached.Finalised'] }),
  bob('reached.finalise', {}, { refused: 'AlreadyFinalised' }),
  ada('reached.payout', { note }, { emits: ['reached.Released'] }),
  ada('reached.explain', { payout: 0, note }, { emits: ['reached.Explained'] }),
  bob('reached.refund', { donor: '$bob' }, { refused: { GoalReached: '*' } }),
  cy('reached.forget', { donor: '$bob' }, { refused: 'NotPayer' }),
  bob('reached.forget', { donor: '$bob' }, { emits: ['reached.Forgotten'] }),
  bob('reached.return_sponsorship', { sponsor: '$sponsor' }, { emits: ['reached.Released'] }),
  bob('reached.return_sponsorship', { sponsor: 99 }, { refused: 'UnknownSponsor' }),
  bob('reached.solvency', {}, { gives: [0, 0] }),

  bob('missed.finalise', {}, { refused: { GoalMissed: '*' } }),
  bob('missed.standing', {}, { gives: { stage: 'Missed', '…': 1 } }),
  bob('missed.refund', { donor: '$bob' }, { emits: ['missed.Released'] }),
  bob('missed.refund', { donor: '$bob' }, { refused: 'NothingDue' }),
  bob('missed.return_sponsorship', { sponsor: 1 }, { emits: ['missed.Released'] }),
];

export default { made, ended };
