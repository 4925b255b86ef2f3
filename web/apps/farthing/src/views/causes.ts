// For causes: pools, what they have, and what can be done with them.

import { type abi, type Farthing, type Pool, terms } from '@farthing/client';
import { h } from '@farthing/elements';
import { contentHash, sameAccount } from '@farthing/vouchers';
import type { App, Show } from '../app.js';
import { cards, facts, field, form, time } from '../parts.js';
import { createRound, findRound } from './rounds.js';

/** Shows all pools, and rounds that the deployment names. */
export const causes: Show = async (app) => {
  const farthing = await app.farthing();
  const shown: Node[][] = [];
  for await (const { listed, summary } of farthing.pools.all()) {
    // Creators choose what is on their lists; a pool in nobody's name is on none.
    if (!summary || (listed.creator !== null && !listed.listed)) continue;
    shown.push([h('h2', {}, h('a', { href: `#/pool/${listed.account}` }, summary.terms.title)), h('p', { class: 'quiet' }, `Pool ${listed.number}`), ...progress(farthing, summary)]);
  }
  const rounds = Object.keys(farthing.rounds.named).map((name) => [h('h2', {}, h('a', { href: `#/round/${encodeURIComponent(name)}` }, name))]);
  const self = await app.self();
  return {
    title: 'Causes',
    nodes: [
      cards(shown, 'There are no pools yet.'),
      h('h2', {}, 'Matching rounds'),
      ...(rounds.length ? [cards(rounds, '')] : []),
      findRound(),
      h('h2', {}, 'Collect for a cause'),
      self ? createForm(app, farthing, self) : app.button('Connect a wallet', () => app.signIn()),
      ...(self ? [h('h2', {}, 'Organise a round'), createRound(app, farthing, self)] : []),
    ],
  };
};

/** Shows a pool. */
export const pool: Show = async (app, address = '') => {
  const farthing = await app.farthing();
  const found = farthing.pools.at(address);
  const [overview, self] = await Promise.all([found.overview(), app.self()]);
  const { terms: rules, stage, sums } = overview;
  const tag = document.createElement('farthing-pool');
  tag.setAttribute('address', address);
  return {
    title: rules.title,
    nodes: [
      tag,
      h('h2', {}, 'What it is'),
      facts([
        ['Stage', stage],
        ['Donated', farthing.format(sums.donated)],
        ['Added by sponsors', farthing.format(sums.matched)],
        ['Ready to be paid out', farthing.format(overview.releasable)],
        ['Made by', overview.maker],
        ...rules.beneficiaries.map(({ account, parts }): [string, string] => [`${parts / 10_000} % to`, account]),
      ]),
      ...(self ? await deeds(app, found, overview, self) : []),
    ],
  };
};

/** What whoever is there can do with a pool. */
async function deeds(app: App, found: Pool, { terms: rules, stage, releasable }: abi.pool.Overview, self: string): Promise<Node[]> {
  const own = (farthing: Farthing): Pool => farthing.pools.at(found.address);
  const donor = await found.donor(self);
  const nodes: Node[] = [];
  if (stage === 'Missed' && donor) nodes.push(app.button('Have my donation back', () => app.pay((farthing) => own(farthing).refund(self)), true));
  if (releasable > 0n) nodes.push(app.button('Pay the beneficiaries', () => app.pay((farthing) => own(farthing).payout())));
  if (rules.beneficiaries.some(({ account }) => sameAccount(account, self))) nodes.push(newsForm(app, found));
  return nodes.length ? [h('h2', {}, 'What you can do'), h('div', { class: 'row' }, ...nodes)] : [];
}

function newsForm(app: App, found: Pool): Node {
  const text = h('textarea', { rows: 3, required: true });
  const uri = field('Where it can be read', { type: 'url', required: true, maxlength: 128 });
  const publish = (): Promise<void> =>
    app.pay((own) => own.pools.at(found.address).publish({ commitment: contentHash(new TextEncoder().encode(text.value)), uri: uri.input.value }));
  return form(() => void publish(), h('label', {}, 'News, word for word as they stand there', text), uri.node, h('button', { type: 'submit' }, 'Publish news'));
}

function createForm(app: App, farthing: Farthing, self: string): Node {
  const { symbol } = farthing.chain.token;
  const title = field('Title', { required: true, maxlength: 64 });
  const account = field('Who gets it', { required: true, value: self });
  const goal = field(`Goal in ${symbol}, if it is all or nothing`, { inputmode: 'decimal' });
  const until = field('Until', { type: 'datetime-local' });
  const create = (): Promise<void> =>
    app.pay(
      async (own) => own.pools.create(terms(title.input.value, [{ account: account.input.value, parts: 1_000_000 }], { mode: modeOf(own, goal.input.value, until.input.value) })),
      ({ answer }) => { location.hash = `#/pool/${answer}`; },
    );
  return form(() => void create(), title.node, account.node, h('div', { class: 'row' }, goal.node, until.node), h('button', { type: 'submit', class: 'main' }, 'Make a pool'));
}

function modeOf(farthing: Farthing, goal: string, until: string): abi.pool.Mode {
  const closes = until ? BigInt(new Date(until).getTime()) : null;
  if (!goal) return { type: 'KeepAll', value: { closes } };
  if (closes === null) throw new RangeError('A goal needs a time by which it is reached.');
  return { type: 'AllOrNothing', value: { goal: farthing.unit(goal), deadline: closes } };
}

function progress(farthing: Farthing, { terms: rules, stage, sums }: abi.pool.Summary): Node[] {
  const { mode } = rules;
  if (mode.type === 'KeepAll') return [h('p', { class: 'quiet' }, stage === 'Open' ? 'Open' : 'Over')];
  const { goal, deadline } = mode.value;
  const sum = sums.donated + sums.matched;
  const label = `${farthing.format(sum)} of ${farthing.format(goal)}`;
  const share = Math.min(1, Number((sum * 1000n) / goal) / 1000);
  return [h('progress', { max: 1, value: share, 'aria-label': label }), h('p', {}, label), h('p', { class: 'quiet' }, `Until ${time(deadline)}`)];
}
