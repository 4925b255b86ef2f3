// Streams: money by the millisecond.

import { ada, bob, cy, eve, UNIT } from './steps.mjs';

/** Billionths of the smallest unit in a millisecond: so little that nothing is earned here, or all at once. */
const [SLOW, FAST] = [1, 10n ** 30n];
const changed = { emits: ['streams.StreamChanged'] };

export default [
  ada.deploy('streams.new', 'streams', { guardian: '$eve' }, { emits: ['streams.Deployed'] }),
  bob('streams.open', { payee: '$ada', rate: 0 }, { value: UNIT, refused: 'ZeroRate' }),
  bob('streams.open', { payee: '$bob', rate: 1 }, { value: UNIT, refused: 'PayeeIsPayer' }),
  bob('streams.open', { payee: '$ada', rate: SLOW }, { value: UNIT, gives: '*', keep: 'slow', ...changed }),
  bob('streams.open', { payee: '$ada', rate: FAST }, { value: UNIT, gives: '*', keep: 'fast', ...changed }),
  bob('streams.open', { payee: '$cy', rate: FAST }, { value: UNIT, gives: '*', keep: 'faster', ...changed }),
  bob('streams.open', { payee: '$cy', rate: SLOW }, { value: UNIT, gives: '*', keep: 'slower', ...changed }),
  ada('streams.overview', {}, { gives: { guardian: '$eve', paused_until: null, opened: 4 } }),
  ada('streams.stream', { stream: 99 }, { gives: null }),
  ada('streams.stream', { stream: '$slow' }, { gives: { payer: '$bob', payee: '$ada', rate: SLOW, state: 'Running', '…': 1 } }),
  ada('streams.due', { stream: 99 }, { gives: null }),
  ada('streams.due', { stream: '$fast' }, { gives: { payee: UNIT, payer: 0, dry_at: '*' } }),
  ada('streams.streams', { first: 0, count: 64 }, {
    gives: [{ stream: { payee: '$ada', '…': 1 }, due: { payee: 0, '…': 1 } }, '*', '*', '*'],
  }),
  ada('streams.streams_listed', { which: ['$fast', 99] }, { gives: [{ stream: '*', due: { payee: UNIT, payer: 0, dry_at: '*' } }, null] }),
  ada('streams.owed_to_streams', { first: 0, count: 10 }, { gives: 4n * UNIT }),
  ada('streams.solvency', {}, { gives: [4n * UNIT, 4n * UNIT] }),

  bob('streams.top_up', { stream: '$slow' }, { value: UNIT, ...changed }),
  ada('streams.top_up', { stream: '$slow' }, { value: UNIT, refused: { NotPayer: '$slow' } }),
  bob('streams.set_rate', { stream: '$slow', rate: 2 }, changed),
  bob('streams.pause_stream', { stream: '$slow' }, changed),
  bob('streams.pause_stream', { stream: '$slow' }, { refused: { AlreadyPaused: '$slow' } }),
  bob('streams.resume_stream', { stream: '$slow' }, changed),
  bob('streams.resume_stream', { stream: '$slow' }, { refused: { NotPaused: '$slow' } }),
  ada('streams.claim', { stream: '$slow' }, { refused: { NothingDue: '$slow' } }),
  ada('streams.claim', { stream: '$fast' }, { emits: ['streams.Claimed'] }),
  bob('streams.top_up', { stream: '$fast' }, { value: UNIT, ...changed }),
  bob.blocks(),
  // Two events of a kind in one call, and one stream left out.
  ada('streams.claim_many', { streams: ['$fast', '$faster', '$slow'] }, { emits: ['streams.Claimed', 'streams.Claimed'] }),
  ada('streams.claim_many', { streams: [] }, { refused: 'BatchSize' }),
  eve('streams.stop', { stream: '$slow' }, { refused: { NotParty: '$slow' } }),
  bob('streams.clear', { streams: ['$slow'] }, { refused: { NotStopped: '$slow' } }),
  ada('streams.stop', { stream: '$slow' }, changed),
  bob('streams.stop_many', { streams: ['$fast', '$faster', '$slower'] }, {
    emits: ['streams.StreamChanged', 'streams.StreamChanged', 'streams.StreamChanged'],
  }),
  bob('streams.stop_many', { streams: ['$fast'] }, { refused: { Stopped: '$fast' } }),
  bob('streams.clear', { streams: ['$slow', '$fast'] }, { refused: { NotBefore: ['$slow', '*'] } }),

  cy('streams.pause', { duration: 1 }, { refused: 'NotGuardian' }),
  eve('streams.pause', { duration: 0 }, { refused: { BadPause: 'Duration' } }),
  eve('streams.pause', { duration: 60_000 }, { emits: ['streams.PausedUntil'] }),
  bob('streams.open', { payee: '$ada', rate: SLOW }, { value: UNIT, refused: { Paused: '*' } }),
  eve('streams.resume', {}, { emits: ['streams.PausedUntil'] }),
];
