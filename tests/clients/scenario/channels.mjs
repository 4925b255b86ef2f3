// Channels: vouchers, claimed and closed; and what is kept for who has no account.

import { closing, voucher, wrap } from '../offchain.mjs';
import { ada, all, bob, cy, DUST, eve, fay, set, UNIT, ZEROS } from './steps.mjs';

const RESERVE = 10n * UNIT;
const QUARTER = 15 * 60_000;
const GIFTS = 2 ** 31;
const LATER = 2n ** 64n - 1n;
const changed = { emits: ['channels.ChannelsChanged'] };
const terms = { reserve: RESERVE, signer: '$phone', closer: '$ada', delay: QUARTER };
const to = (payee, lane, more = {}) => ({ payee, lane, terms: { ...terms, ...more } });

/** Bob's word that a channel's payee has earned this much, signed by his phone, as wallets sign or plainly. */
const signed = ({ payee = 'ada', lane = 0, cumulative, root = ZEROS, wrapped = false, claims = cumulative }) => (world) => {
  const [payer, epoch] = [world.get('bob'), world.get('epoch')];
  const payload = voucher({
    genesis: world.get('genesis'), contract: world.get('channels'), payer, payee: world.get(payee), lane, epoch, cumulative, root,
  });
  const bytes = world.sign('phone', wrapped ? wrap(payload) : payload);
  return { payer, lane, epoch, cumulative: claims, root, signature: { bytes, wrapped } };
};

/** Ada's consent to close a lane at this amount. */
const consent = ({ lane, amount }) => (world) => {
  const payload = closing({
    genesis: world.get('genesis'), contract: world.get('channels'), payer: world.get('bob'), payee: world.get('ada'), lane,
    epoch: world.get('epoch'), amount, expires: LATER,
  });
  return { bytes: world.sign('ada', payload), wrapped: false };
};

const life = (other, lane) => ({ other, lane, epoch: '$epoch' });

export default [
  ada.deploy('channels.new', 'channels', { genesis: '$genesis', guardian: '$eve' }, { emits: ['channels.Deployed'] }),
  ada('channels.overview', {}, { gives: { genesis: '$genesis', guardian: '$eve', paused_until: null } }),

  // A second ago: the block's clock is the node's, and no channel is from after the block.
  set('epoch', () => Date.now() - 1_000),
  bob('channels.open', { epoch: '$epoch', openings: [] }, { refused: 'BatchSize' }),
  bob('channels.open', { epoch: '$epoch', openings: [to('$ada', GIFTS)] }, {
    value: RESERVE,
    refused: { Channel: ['$ada', 'BadLane'] },
  }),
  bob('channels.open', { epoch: '$epoch', openings: [to('$ada', 0)] }, { value: 1, refused: { ValueTooLow: 1 } }),
  bob('channels.open', {
    epoch: '$epoch', openings: [to('$ada', 0), to('$ada', 1), to('$cy', 2), to('$poor', 3, { closer: '$eve' })],
  }, { value: 4n * RESERVE, ...changed }),
  bob('channels.open_for', { payer: '$cy', epoch: '$epoch', openings: [to('$ada', GIFTS)] }, { value: RESERVE, ...changed }),
  ada('channels.channel', { payer: '$bob', payee: '$ada', lane: 9 }, { gives: null }),
  ada('channels.channel', { payer: '$bob', payee: '$ada', lane: 0 }, {
    gives: { epoch: '$epoch', signer: '$phone', closer: '$ada', reserve: RESERVE, claimed: 0, delay: QUARTER, end: null },
  }),
  ada('channels.channels', { which: [['$bob', '$ada', 0], ['$bob', '$bob', 0]] }, { gives: [{ time: '*', block: '*' }, ['*', null]] }),
  ada('channels.top_up', { payer: '$bob', payee: '$ada', lane: 7, epoch: '$epoch' }, { value: 1, refused: { Channel: ['$ada', 'Missing'] } }),
  ada('channels.top_up', { payer: '$bob', payee: '$ada', lane: 0, epoch: '$epoch' }, { value: UNIT, ...changed }),

  ada('channels.claim', {
    payee: '$ada',
    vouchers: [
      signed({ cumulative: UNIT, root: all(4) }),
      signed({ lane: 1, cumulative: 3n * UNIT, wrapped: true }),
      // Others than were signed.
      signed({ cumulative: 3n * UNIT, claims: 4n * UNIT }),
      signed({ lane: 9, cumulative: UNIT }),
    ],
  }, { gives: [{ Ok: UNIT }, { Ok: 3n * UNIT }, { Err: 'BadSignature' }, { Err: 'NoChannel' }], ...changed }),
  ada('channels.claim', { payee: '$ada', vouchers: [signed({ cumulative: UNIT })] }, { gives: [{ Err: { NothingNew: UNIT } }] }),
  ada('channels.claim', { payee: '$ada', vouchers: [] }, { refused: 'BatchSize' }),
  bob('channels.close_together', { payee: '$ada', lane: 1, amount: 5n * UNIT, expires: LATER, signature: consent({ lane: 1, amount: 6n * UNIT }) }, {
    refused: { Channel: ['$ada', 'BadSignature'] },
  }),
  bob('channels.close_together', { payee: '$ada', lane: 1, amount: 5n * UNIT, expires: LATER, signature: consent({ lane: 1, amount: 5n * UNIT }) }, changed),
  ada('channels.close', { channels: [life('$bob', 0), life('$bob', 1)] }, { gives: [{ Ok: RESERVE }, { Err: 'Over' }], ...changed }),
  bob('channels.exit', { channels: [life('$cy', 2), life('$cy', 9)] }, { gives: [{ Ok: '*' }, { Err: 'Missing' }], ...changed }),
  bob('channels.clear', { channels: [life('$cy', 2), life('$ada', 0)] }, { gives: [{ Err: { Open: '*' } }, { Err: { NotBefore: '*' } }] }),
  bob('channels.clear', { channels: [] }, { refused: 'BatchSize' }),

  // Less than an account needs, to who has none.
  ada('channels.kept_for', { account: '$poor' }, { gives: null }),
  ada('channels.claim', { payee: '$poor', vouchers: [signed({ payee: 'poor', lane: 3, cumulative: DUST })] }, {
    gives: [{ Ok: DUST }],
    emits: ['channels.KeptFor', 'channels.ChannelsChanged'],
  }),
  ada('channels.kept_for', { account: '$poor' }, { gives: { amount: DUST, paid_by: '$ada' } }),
  ada('channels.solvency', { channels: [['$bob', '$poor', 3]], accounts: ['$poor'] }, { gives: [RESERVE, 3n * RESERVE] }),
  ada('channels.channels_of', { side: { Payer: '$bob' }, lanes: [['$ada', 0], ['$cy', 2], ['$cy', 9]] }, {
    gives: { now: '*', channels: [{ end: '*', '…': 1 }, { end: '*', '…': 1 }, null], kept: null },
  }),
  ada('channels.channels_of', { side: { Payee: '$poor' }, lanes: [['$bob', 3]] }, {
    gives: { now: '*', channels: [{ claimed: DUST, end: null, '…': 1 }], kept: { amount: DUST, paid_by: '$ada' } },
  }),
  ada('channels.withdraw', { account: '$bob' }, { refused: 'NothingDue' }),
  ada('channels.withdraw', { account: '$poor' }, { refused: 'TransferFailed' }),
  fay.transfer('$poor', '$existential_deposit'),
  ada('channels.withdraw', { account: '$poor' }, { gives: DUST, emits: ['channels.Withdrawn'] }),

  eve('channels.pause', { duration: 60_000 }, { emits: ['channels.PausedUntil'] }),
  bob('channels.open', { epoch: '$epoch', openings: [to('$ada', 5)] }, { value: RESERVE, refused: { Paused: '*' } }),
  cy('channels.resume', {}, { refused: 'NotGuardian' }),
  eve('channels.resume', {}, { emits: ['channels.PausedUntil'] }),
];
