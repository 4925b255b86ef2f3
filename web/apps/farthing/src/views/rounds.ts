// For organisers, sponsors and donors of matching rounds.

import { type abi, type Farthing, type Round } from '@farthing/client';
import { h } from '@farthing/elements';
import { sameAccount } from '@farthing/vouchers';
import type { App, Show } from '../app.js';
import { area, cards, facts, field, form, link, moment, money, more, note, number, part, present, row, submit, textHash, time } from '../parts.js';
import { listsOf } from './lists.js';
import { movesOf } from './past.js';

const HOUR = 3_600_000n;

/** What the parts of the view need. */
export interface Shown {
  app: App;
  farthing: Farthing;
  round: Round;
  overview: abi.matchingRound.Overview;
  pools: abi.matchingRound.Shown[];
  self: string | null;
  /** Returns the round on the connection that pays. */
  own: (farthing: Farthing) => Round;
}

/** Shows a round, by the name that the deployment has for it, or by its address. */
export const round: Show = async (app, name = '') => {
  const { round: w, common } = app.words;
  const farthing = await app.farthing();
  const found = farthing.rounds.at(name);
  const [overview, pools, self] = await Promise.all([found.overview(), allPools(found), app.self()]);
  const shown: Shown = { app, farthing, round: found, overview, pools, self, own: (connected) => connected.rounds.at(found.address) };
  const tag = document.createElement('farthing-round');
  tag.setAttribute('address', found.address);
  const deeds = self ? await deedsOf(shown, self) : [];
  return {
    title: overview.terms.title,
    nodes: [
      tag,
      ...part(common.about, facts(await rules(shown)), ...present(link(overview.terms.uri))),
      ...(deeds.length ? part(common.deeds, ...deeds) : []),
      ...part(w.pools, cards(await Promise.all(pools.map((one) => poolCard(shown, one))), w.noPools)),
      ...(overview.terms.verifier ? part(w.lists, ...(await listsOf(shown))) : []),
      ...(await movesOf(farthing, found.address)),
    ],
  };
};

async function allPools(round: Round): Promise<abi.matchingRound.Shown[]> {
  const all: abi.matchingRound.Shown[] = [];
  for (let page = await round.page(); page.length; page = await round.page(all.length)) all.push(...page);
  return all;
}

async function rules({ app, farthing, round, overview: { terms, stage }, self }: Shown): Promise<[string, string][]> {
  const w = app.words.round;
  const put = self ? await round.sponsored(self) : 0n;
  return [
    [w.stage, w.stages[stage]],
    [w.chosen, time(terms.chosen)],
    [w.opens, time(terms.opens)],
    [w.closes, time(terms.closes)],
    [w.divides, time(terms.divides)],
    [w.capped, farthing.format(terms.cap)],
    [w.maxShareOf, `${terms.maxShare / 100} %`],
    [w.minDonors, String(terms.minDonors)],
    [w.organiser, terms.organiser],
    ...(terms.verifier ? [[w.verifierIs, terms.verifier] as [string, string]] : []),
    ...(put > 0n ? [[w.sponsored, farthing.format(put)] as [string, string]] : []),
  ];
}

/** What whoever is there can do with a round, at this stage. */
async function deedsOf({ app, farthing, round, overview: { stage, books }, self: account, own }: Shown, self: string): Promise<Node[]> {
  const w = app.words.round;
  const nodes: Node[] = [];
  const put = account ? await round.sponsored(account) : 0n;
  if (stage === 'Entering' && sameAccount(books.organiser, self)) {
    const number = field(w.number, { inputmode: 'numeric', required: true, pattern: '\\d+' });
    nodes.push(form(() => void app.pay((connected) => own(connected).enter(Number(number.input.value))), row(number.node, submit(w.enter))));
  }
  if (['Entering', 'Chosen', 'Open'].includes(stage)) {
    const amount = money(w.sponsor(farthing.chain.token.symbol), { required: true });
    nodes.push(form(() => void app.pay(async (connected) => own(connected).sponsor(connected.unit(amount.input.value))), row(amount.node, submit(w.sponsorDo))));
  }
  if (['Entering', 'Chosen'].includes(stage) && put > 0n) nodes.push(app.button(w.leave, () => app.pay((connected) => own(connected).leave())));
  if (stage === 'Due') nodes.push(app.button(w.divide, () => app.pay((connected) => own(connected).divide()), true));
  if (stage === 'Divided' && put > 0n) nodes.push(app.button(w.takeBack, () => app.pay((connected) => own(connected).takeBack(self))));
  return nodes;
}

/** A pool of the round: what it would get, who objects, and what organiser and verifier can do about it. */
async function poolCard({ app, farthing, round, own, overview: { stage, books }, self }: Shown, { projection: { entry, objections, tally }, told }: abi.matchingRound.Shown): Promise<Node[]> {
  const w = app.words.round;
  const { account } = entry;
  const title = told?.title ?? account;
  const by = [objections.organiser && w.byOrganiser, objections.verifier && w.byVerifier].filter(Boolean).join(', ');
  const nodes: Node[] = [
    h('h3', {}, h('a', { href: `#/pool/${account}` }, title)),
    facts([[w.donors, String(tally.donors)], [w.share, farthing.format(entry.share)]]),
    ...(by ? [h('p', { class: 'wrong' }, w.struck(by))] : []),
    ...(entry.paid && entry.share > 0n ? [note(w.paid)] : []),
  ];
  if (!self) return nodes;
  const [isOrganiser, isVerifier] = [sameAccount(books.organiser, self), books.verifier !== null && sameAccount(books.verifier, self)];
  if (stage === 'Entering' && isOrganiser) nodes.push(app.button(w.takeOut(title), () => app.pay((connected) => own(connected).takeOut(account))));
  if (['Chosen', 'Open', 'Closed'].includes(stage) && (isOrganiser || isVerifier)) nodes.push(objection({ app, own }, account, title, (isOrganiser && objections.organiser) || (isVerifier && objections.verifier)));
  if (stage === 'Divided' && !entry.paid && entry.share > 0n) nodes.push(app.button(w.pay(title), () => app.pay((connected) => own(connected).pay(account))));
  if (stage === 'Divided' && (await round.contribution(account, self))) nodes.push(app.button(w.forget(title), () => app.pay((connected) => own(connected).forget(account))));
  return nodes;
}

function objection({ app, own }: Pick<Shown, 'app' | 'own'>, account: string, title: string, objects: boolean): Node {
  const w = app.words.round;
  if (objects) return app.button(w.reinstate(title), () => app.pay((connected) => own(connected).reinstate(account)));
  const reason = area(w.reason(title), { required: true });
  return more(w.strikeOff(title), form(() => void app.pay((connected) => own(connected).strikeOff(account, textHash(reason.input.value))), reason.node, submit(w.strikeOff(title))));
}

/** Finds a round by its address. */
export function findRound({ words: { round: w } }: App): Node {
  const address = field(w.find, { required: true });
  const go = (): void => {
    location.hash = `#/round/${encodeURIComponent(address.input.value.trim())}`;
  };
  return form(go, row(address.node, submit(w.go)));
}

/** Makes a round. Its pools enter until an hour before it opens, unless another time is said. */
export function createRound(app: App, farthing: Farthing, self: string): Node {
  const { round: w, common } = app.words;
  const title = field(w.title, { required: true, maxlength: 64 });
  const times = [w.opens, w.closes, w.divides].map((label) => field(label, { type: 'datetime-local', required: true }));
  const cap = money(w.cap(farthing.chain.token.symbol), { required: true });
  const description = area(w.description);
  const uri = field(common.where, { type: 'url', maxlength: 128 });
  const maxShare = money(w.maxShare, { value: '100' });
  const minDonors = field(w.minDonors, { inputmode: 'numeric', value: '2' });
  const verifier = field(w.verifier);
  const chosen = field(w.enterUntil, { type: 'datetime-local' });
  const create = (): Promise<void> =>
    app.pay(
      async (own) => {
        const [opens = 0n, closes = 0n, divides = 0n] = times.map(({ input }) => moment(input.value) ?? 0n);
        return own.rounds.create({
          title: title.input.value,
          description: textHash(description.input.value),
          uri: uri.input.value,
          organiser: self,
          factory: own.pools.address,
          chosen: moment(chosen.input.value) ?? opens - HOUR,
          opens,
          closes,
          divides,
          minimum: 1n,
          cap: own.unit(cap.input.value),
          maxShare: Math.round((number(maxShare.input.value) ?? 100) * 100),
          minDonors: number(minDonors.input.value) ?? 2,
          verifier: verifier.input.value.trim() || null,
        });
      },
      ({ receipt }) => {
        location.hash = `#/round/${receipt.made[0]}`;
      },
    );
  const rest = more(w.more, description.node, uri.node, chosen.node, row(maxShare.node, minDonors.node), verifier.node);
  return form(() => void create(), title.node, row(...times.map(({ node }) => node)), cap.node, rest, submit(w.make));
}
