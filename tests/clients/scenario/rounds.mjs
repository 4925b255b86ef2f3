// A round of matching over two pools of the factory, and one that has a goal.

import { merkleProof, merkleRoot } from '../offchain.mjs';
import { ada, all, bob, cy, dan, eve, fay, SECOND, set, UNIT, watch } from './steps.mjs';

const GIFT = UNIT / 50n;
const terms = {
  title: 'Wells of the valley',
  description: all(1),
  uri: 'https://example.org/round',
  organiser: '$dan',
  factory: '$factory',
  chosen: '$chosen',
  opens: '$opens',
  closes: '$closes',
  divides: '$closes',
  minimum: 1,
  cap: UNIT,
  max_share: 10_000,
  min_donors: 2,
  verifier: '$eve',
};
const withGoal = {
  title: 'A pump',
  description: all(1),
  uri: '',
  beneficiaries: [{ account: '$ada', parts: 1_000_000 }],
  mode: { AllOrNothing: { goal: 1_000, deadline: '$closes' } },
  minimum: 1,
  fee: null,
  release: [],
  least_sponsorship: 0,
};

/** Who can donate: a list that is known by its Merkle root. */
const donors = (world) => ['bob', 'cy', 'fay'].map((name) => world.get(name));
const membership = (place) => (world) => ({ list: 0, proof: merkleProof(donors(world), place) });

const opened = [
  set('chosen', (world) => Date.now() + world.pace),
  set('opens', (world) => Number(world.get('chosen')) + SECOND),
  set('closes', (world) => Number(world.get('opens')) + world.pace),
  ada('factory.address_of', { maker: '$ada', creator: null, terms: withGoal, salt: all(3) }, { keep: 'planned' }),
  watch('pool', 'pump', '$planned'),
  ada('factory.create', { creator: null, terms: withGoal, salt: all(3) }, { gives: '$pump', emits: ['pump.Created', 'factory.PoolCreated'] }),

  ada.deploy('matching_round.new', 'none', { terms: { ...terms, closes: '$opens' } }, { refused: { BadTerms: 'Times' } }),
  ada.deploy('matching_round.new', 'none', { terms: { ...terms, factory: '$bob' } }, { refused: 'FactoryFailed' }),
  ada.deploy('matching_round.new', 'round', { terms }, { emits: ['round.RoundCreated'] }),
  ada('round.overview', {}, { gives: { terms, stage: 'Entering', books: { organiser: '$dan', pools: 0, divided: false, '…': 1 } } }),
  bob('round.enter', { number: 0 }, { refused: 'NotOrganiser' }),
  dan('round.enter', { number: 0 }, { gives: '$first', emits: ['round.Entered'] }),
  dan('round.enter', { number: 0 }, { refused: 'AlreadyEntered' }),
  dan('round.enter', { number: 1 }, { gives: '$second', emits: ['round.Entered'] }),
  dan('round.enter', { number: 2 }, { gives: '$pump', emits: ['round.Entered'] }),
  dan('round.enter', { number: 9 }, { refused: 'UnknownPool' }),
  dan('round.take_out', { pool: '$second' }, { emits: ['round.TakenOut'] }),
  dan('round.take_out', { pool: '$bob' }, { refused: 'NotEntered' }),
  dan('round.enter', { number: 1 }, { gives: '$second', emits: ['round.Entered'] }),
  dan('round.strike_off', { pool: '$second', reason: all(6) }, { refused: { ChosenUntil: '$chosen' } }),
  dan('round.reinstate', { pool: '$second' }, { refused: { ChosenUntil: '$chosen' } }),

  bob('round.sponsor', {}, { refused: 'NothingGiven' }),
  fay('round.sponsor', {}, { value: UNIT, emits: ['round.Sponsored'] }),
  fay('round.sponsored', { sponsor: '$fay' }, { gives: UNIT }),
  fay('round.leave', {}, { gives: UNIT, emits: ['round.Left'] }),
  fay('round.leave', {}, { refused: 'NothingDue' }),
  dan('round.sponsor', {}, { value: UNIT, emits: ['round.Sponsored'] }),
  dan('round.take_back', { sponsor: '$dan' }, { refused: 'NotDivided' }),

  bob('round.set_list', { list: 0, root: all(1), uri: '' }, { refused: 'NotVerifier' }),
  eve('round.set_list', { list: 1, root: all(1), uri: '' }, { refused: { WrongList: '*' } }),
  eve('round.set_list', { list: 0, root: (world) => merkleRoot(donors(world)), uri: 'https://example.org/list' }, { emits: ['round.Listed'] }),
  bob('round.lists', {}, { gives: [(world) => merkleRoot(donors(world))] }),
  bob('round.is_listed', { account: '$bob', membership: null }, { gives: false }),
  bob('round.is_listed', { account: '$bob', membership: membership(0) }, { gives: true }),
  bob('round.is_listed', { account: '$bob', membership: membership(1) }, { gives: false }),
  bob('round.donate', { pool: '$first', memo: null, membership: membership(0) }, { value: GIFT, refused: { OpensAt: '$opens' } }),
];

const given = [
  bob.wait('$opens'),
  bob('round.donate', { pool: '$first', memo: null, membership: null }, { value: GIFT, refused: 'NotListed' }),
  bob('round.donate', { pool: '$first', memo: all(7), membership: membership(0) }, { value: GIFT, emits: ['first.Donations', 'round.Donated'] }),
  cy('round.donate', { pool: '$first', memo: null, membership: membership(1) }, { value: GIFT, emits: ['first.Donations', 'round.Donated'] }),
  fay('round.donate', { pool: '$second', memo: null, membership: membership(2) }, { value: GIFT, emits: ['second.Donations', 'round.Donated'] }),
  bob('round.donate', { pool: '$pump', memo: null, membership: membership(0) }, { value: GIFT, emits: ['pump.Donations', 'round.Donated'] }),
  cy('round.donate', { pool: '$pump', memo: null, membership: membership(1) }, { value: GIFT, emits: ['pump.Donations', 'round.Donated'] }),
  dan('round.donate', { pool: '$first', memo: null, membership: null }, { value: GIFT, refused: 'NotADonor' }),
  bob('round.contribution', { pool: '$first', donor: '$bob' }, { gives: { counted: GIFT, root: '*' } }),
  bob('round.contribution', { pool: '$first', donor: '$dan' }, { gives: null }),
  bob('round.tally_of', { pool: '$first' }, { gives: { roots: '*', counted: 2n * GIFT, donors: 2 } }),
  bob('round.tally_of', { pool: '$bob' }, { gives: null }),
  bob('round.beneficiaries_of', { pool: '$first' }, { gives: ['$ada'] }),
  bob('round.page', { skip: 1, count: 32 }, { gives: [{ projection: '*', told: { title: '*', stage: 'Open', sums: '*' } }, '*'] }),
  bob('round.pools', {}, { gives: [{ entry: { account: '$first', '…': 1 }, '…': 1 }, '*', '*'] }),
  dan('round.strike_off', { pool: '$second', reason: all(6) }, { emits: ['round.Objected'] }),
  dan('round.strike_off', { pool: '$second', reason: all(6) }, { refused: 'StruckOff' }),
  dan('round.reinstate', { pool: '$second' }, { emits: ['round.Objected'] }),
  dan('round.reinstate', { pool: '$second' }, { refused: 'NotStruckOff' }),
  bob('round.forget', { pool: '$first' }, { refused: { OpenUntil: '$closes' } }),
  eve('round.free_lists', {}, { refused: { OpenUntil: '$closes' } }),
  bob('round.ask', { pool: '$pump' }, { refused: { DividesAt: '$closes' } }),
  bob('round.divide', { calls: 64 }, { refused: { DividesAt: '$closes' } }),
  bob('round.solvency', {}, { gives: [UNIT, UNIT] }),
];

const divided = [
  bob.wait('$closes'),
  bob('round.pay', { pool: '$first' }, { refused: 'NotDivided' }),
  bob('round.ask', { pool: '$first' }, { refused: 'NothingDue' }),
  bob('round.ask', { pool: '$pump' }, { gives: false, emits: ['round.Asked'] }),
  // Enough to divide and to pay one of them.
  bob('round.divide', { calls: 1 }, { gives: '*', emits: ['round.Asked', 'round.Divided', 'first.Arrived', 'round.Paid'] }),
  bob('round.pay', { pool: '$second' }, { refused: 'NothingDue' }),
  bob('round.pay', { pool: '$pump' }, { emits: ['pump.Arrived', 'round.Paid'] }),
  dan('round.take_back', { sponsor: '$dan' }, { gives: '*', emits: ['round.TakenBack'] }),
  bob('round.forget', { pool: '$first' }, { emits: ['round.Freed'] }),
  bob('round.forget', { pool: '$second' }, { refused: 'NotPayer' }),
  eve('round.free_lists', {}, { emits: ['round.ListsFreed'] }),
  eve('round.free_lists', {}, { refused: 'NothingDue' }),
  bob('round.overview', {}, { gives: { terms, stage: 'Divided', books: { divided: true, '…': 1 } } }),
  bob('round.solvency', {}, { gives: [0, 0] }),
];

export default { opened, given, divided };
