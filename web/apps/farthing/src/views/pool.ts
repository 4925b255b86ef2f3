// A pool: its rules, what it has, and what donors, sponsors and beneficiaries can do.

import { type abi, type Farthing, type Pool } from '@farthing/client';
import { h } from '@farthing/elements';
import { sameAccount } from '@farthing/vouchers';
import type { App, Show } from '../app.js';
import { area, facts, field, form, link, money, more, note, number, part, present, row, short, submit, textHash, time } from '../parts.js';
import { donorsOf, releasesOf } from './past.js';
import { sponsorsOf } from './sponsors.js';

type Overview = abi.pool.Overview;

/** What the parts of the view need. */
export interface Shown {
  app: App;
  farthing: Farthing;
  pool: Pool;
  overview: Overview;
  self: string | null;
  /** Returns the pool on the connection that pays. */
  own: (farthing: Farthing) => Pool;
}

/** Shows a pool. */
export const pool: Show = async (app, address = '') => {
  const farthing = await app.farthing();
  const found = farthing.pools.at(address);
  const [overview, self] = await Promise.all([found.overview(), app.self()]);
  const shown: Shown = { app, farthing, pool: found, overview, self, own: (connected) => connected.pools.at(address) };
  const { pool: w, common } = app.words;
  const tag = document.createElement('farthing-pool');
  tag.setAttribute('address', address);
  const deeds = self ? await deedsOf(shown, self) : [];
  return {
    title: overview.terms.title,
    nodes: [
      tag,
      ...part(common.about, facts(rules(shown)), ...present(link(overview.terms.uri)), ...schedule(shown)),
      ...(deeds.length ? part(common.deeds, ...deeds) : []),
      ...part(w.sponsors, ...(await sponsorsOf(shown))),
      ...(self ? sharesOf(shown, self) : []),
      ...(await donorsOf(farthing, address)),
      ...(await releasesOf(farthing, address)),
    ],
  };
};

/** Whether money waits in a pool. What goes straight through is in none of its sums. */
const holds = ({ mode, release }: abi.pool.Terms): boolean => mode.type === 'AllOrNothing' || release.length > 0;

function rules({ app, farthing, overview }: Shown): [string, string][] {
  const w = app.words.pool;
  const { terms, stage, sums, till, releasable, maker } = overview;
  const held: [string, string][] = [
    [w.donated, farthing.format(sums.donated)],
    [w.matched, farthing.format(sums.matched)],
    [w.releasable, farthing.format(releasable)],
    [w.settled, farthing.format(till.settled)],
  ];
  return [
    [w.stage, w.stages[stage]],
    ...(holds(terms) ? held : []),
    [w.minimum, farthing.format(terms.minimum)],
    [w.fee, terms.fee ? w.feeTo(String(terms.fee.points / 100), terms.fee.treasury) : w.noFee],
    [w.maker, maker],
    ...terms.beneficiaries.map(({ account, parts }): [string, string] => [w.to(parts / 10_000), account]),
    ...keptOf(overview).map(({ account, sum }): [string, string] => [w.keptFor(account), farthing.format(sum)]),
  ];
}

/** What the chain refused to move: first the treasury's, then that of each beneficiary. */
const keptOf = ({ terms, till }: Overview): { account: string; sum: bigint }[] =>
  till.kept.flatMap((sum, i) => {
    const account = i === 0 ? terms.fee?.treasury : terms.beneficiaries[i - 1]?.account;
    return sum > 0n && account ? [{ account, sum }] : [];
  });

function schedule({ app, overview: { terms } }: Shown): Node[] {
  const w = app.words.pool;
  if (terms.release.length === 0) return [];
  return [h('h3', {}, w.schedule), facts(terms.release.map(({ from, parts }) => [w.by(time(from)), w.percent(parts / 10_000)]))];
}

const isBeneficiary = ({ overview: { terms } }: Shown, self: string): boolean => terms.beneficiaries.some(({ account }) => sameAccount(account, self));

/** What whoever is there can do. */
async function deedsOf(shown: Shown, self: string): Promise<Node[]> {
  const { app, farthing, pool, own, overview } = shown;
  const { stage, sums, releasable, maker } = overview;
  const w = app.words.pool;
  const [donor, [owed, held]] = await Promise.all([pool.donor(self), pool.solvency()]);
  const buttons: Node[] = [];
  if (stage === 'Missed' && donor && donor.given > 0n) buttons.push(app.button(w.refund, () => app.pay((farthing) => own(farthing).refund(self)), true));
  if (stage !== 'Open' && donor && (stage === 'Ended' || donor.given === 0n)) buttons.push(app.button(w.forget, () => app.pay((farthing) => own(farthing).forget(self))));
  if (stage === 'Ended' && !sums.finalised) buttons.push(app.button(w.finalise, () => app.pay((farthing) => own(farthing).finalise())));
  if (releasable > 0n) buttons.push(app.button(w.payout, () => app.pay((farthing) => own(farthing).payout())));
  for (const { account, sum } of keptOf(overview)) buttons.push(app.button(w.withdraw(farthing.format(sum), short(account)), () => app.pay((farthing) => own(farthing).withdraw(account))));
  if (held > owed) buttons.push(app.button(w.takeIn, () => app.pay((farthing) => own(farthing).takeIn())));
  const isOwn = isBeneficiary(shown, self);
  return [
    ...(buttons.length ? [row(...buttons)] : []),
    ...(stage === 'Open' ? [donateForForm(shown)] : []),
    ...(stage === 'Missed' ? [refundForm(shown)] : []),
    grantForm(shown),
    ...(isOwn && releasable > 0n ? [noteForm(shown, w.payoutNote, (connected, said) => own(connected).payout(said))] : []),
    ...(isOwn ? [explainForm(shown)] : []),
    ...(isOwn || sameAccount(maker, self) ? [newsForm(shown)] : []),
  ];
}

function donateForForm({ app, farthing, own }: Shown): Node {
  const { pool: w, common } = app.words;
  const donor = field(w.donateForWho, { required: true });
  const amount = money(common.amount(farthing.chain.token.symbol), { required: true });
  const give = (): void => void app.pay(async (connected) => own(connected).donateFor(donor.input.value.trim(), connected.unit(amount.input.value)));
  return more(w.donateFor, form(give, row(donor.node, amount.node, submit(w.donateForDo))));
}

function refundForm({ app, own }: Shown): Node {
  const w = app.words.pool;
  const donor = field(w.donor, { required: true });
  return more(w.refundOther, form(() => void app.pay((connected) => own(connected).refund(donor.input.value.trim())), row(donor.node, submit(w.refundDo))));
}

function grantForm({ app, farthing, own }: Shown): Node {
  const { pool: w, common } = app.words;
  const amount = money(common.amount(farthing.chain.token.symbol), { required: true });
  return more(w.grant, note(w.grantText), form(() => void app.pay(async (connected) => own(connected).grant(connected.unit(amount.input.value))), row(amount.node, submit(w.grantDo))));
}

type Noted = (farthing: Farthing, note: abi.pool.Note) => ReturnType<Pool['publish']>;

/** A form that tells what money is spent on, along with something that it does. */
function noteForm({ app }: Shown, label: string, does: Noted): Node {
  const { pool: w, common } = app.words;
  const text = area(w.noteText, { required: true });
  const uri = field(common.where, { type: 'url', required: true, maxlength: 128 });
  const send = (): void => void app.pay((connected) => does(connected, { commitment: textHash(text.input.value), uri: uri.input.value }));
  return more(w.note, form(send, text.node, uri.node, submit(label)));
}

function explainForm({ app, own }: Shown): Node {
  const { pool: w, common } = app.words;
  const which = field(w.which, { inputmode: 'numeric' });
  const text = area(w.noteText, { required: true });
  const uri = field(common.where, { type: 'url', required: true, maxlength: 128 });
  const send = (): void => void app.pay(async (connected) => own(connected).explainPayout(number(which.input.value), { commitment: textHash(text.input.value), uri: uri.input.value }));
  return more(w.explain, form(send, which.node, text.node, uri.node, submit(w.explainDo)));
}

function newsForm({ app, own }: Shown): Node {
  const { pool: w, common } = app.words;
  const text = area(w.news, { required: true });
  const uri = field(common.where, { type: 'url', required: true, maxlength: 128 });
  const publish = (): void => void app.pay((connected) => own(connected).publish({ commitment: textHash(text.input.value), uri: uri.input.value }));
  return more(w.newsTitle, form(publish, text.node, uri.node, submit(w.publish)));
}

/** Shares that are offered, and what whoever is there can do with theirs. */
function sharesOf(shown: Shown, self: string): Node[] {
  const { app, own, overview: { offers } } = shown;
  const w = app.words.pool;
  const told = offers.map(({ from, to }) => h('p', {}, w.shareOffered(from, to)));
  const accept = offers.filter(({ to }) => sameAccount(to, self)).map(({ from }) => app.button(w.acceptShare(from), () => app.pay((connected) => own(connected).acceptShare(from)), true));
  const isOffered = offers.some(({ from }) => sameAccount(from, self));
  const to = field(w.offerShare, { required: true });
  const offer = form(() => void app.pay((connected) => own(connected).offerShare(to.input.value.trim())), row(to.node, submit(w.offerShareDo)));
  const back = app.button(w.takeShareBack, () => app.pay((connected) => own(connected).offerShare(null)));
  const nodes = [...told, ...accept, ...(isOffered ? [back] : []), ...(isBeneficiary(shown, self) ? [offer] : [])];
  return nodes.length ? part(w.shares, ...nodes) : [];
}
