// For organisers, sponsors and donors of matching rounds.

import { type Farthing, type Round } from '@farthing/client';
import { h } from '@farthing/elements';
import { contentHash, sameAccount } from '@farthing/vouchers';
import type { App, Show } from '../app.js';
import { facts, field, form, time } from '../parts.js';

const HOUR = 3_600_000n;

/** Shows a round, by the name that the deployment has for it, or by its address. */
export const round: Show = async (app, name = '') => {
  const farthing = await app.farthing();
  const found = farthing.rounds.at(name);
  const { terms: rules, stage, books } = await found.overview();
  const tag = document.createElement('farthing-round');
  tag.setAttribute('address', found.address);
  const rows: [string, string][] = [
    ['Stage', stage],
    ['Pools are chosen', time(rules.chosen)],
    ['Opens', time(rules.opens)],
    ['Closes', time(rules.closes)],
    ['Is divided', time(rules.divides)],
    ['Counts of one donor, at most', farthing.format(rules.cap)],
    ['Organised by', rules.organiser],
  ];
  const self = await app.self();
  return { title: rules.title, nodes: [tag, h('h2', {}, 'What it is'), facts(rows), ...(self ? await deeds(app, farthing, found, stage, books.organiser, self) : [])] };
};

/** What whoever is there can do with a round, at this stage. */
async function deeds(app: App, farthing: Farthing, found: Round, stage: string, organiser: string, self: string): Promise<Node[]> {
  const own = (connected: Farthing): Round => connected.rounds.at(found.address);
  const nodes: Node[] = [];
  if (stage === 'Entering' && sameAccount(organiser, self)) {
    const number = field('Number of a pool', { inputmode: 'numeric', required: true, pattern: '\\d+' });
    nodes.push(form(() => void app.pay((connected) => own(connected).enter(Number(number.input.value))), h('div', { class: 'row' }, number.node, h('button', { type: 'submit' }, 'Take it in'))));
  }
  if (['Entering', 'Chosen', 'Open'].includes(stage)) {
    const amount = field(`Sponsor, in ${farthing.chain.token.symbol}`, { inputmode: 'decimal', required: true });
    nodes.push(form(() => void app.pay(async (connected) => own(connected).sponsor(connected.unit(amount.input.value))), h('div', { class: 'row' }, amount.node, h('button', { type: 'submit' }, 'Sponsor'))));
  }
  if (stage === 'Due') nodes.push(app.button('Divide the money', () => app.pay((connected) => own(connected).divide()), true));
  if (stage === 'Divided' && (await found.sponsored(self)) > 0n) nodes.push(app.button('Take back what was not divided', () => app.pay((connected) => own(connected).takeBack(self))));
  return nodes.length ? [h('h2', {}, 'What you can do'), ...nodes] : [];
}

/** Finds a round by its address. */
export function findRound(): Node {
  const address = field('Name or address of a round', { required: true });
  const go = (): void => {
    location.hash = `#/round/${encodeURIComponent(address.input.value.trim())}`;
  };
  return form(go, h('div', { class: 'row' }, address.node, h('button', { type: 'submit' }, 'Go to the round')));
}

/** Makes a round. Its pools enter until an hour before it opens. */
export function createRound(app: App, farthing: Farthing, self: string): Node {
  const { symbol } = farthing.chain.token;
  const title = field('Title of the round', { required: true, maxlength: 64 });
  const times = ['Opens', 'Closes', 'Is divided'].map((label) => field(label, { type: 'datetime-local', required: true }));
  const cap = field(`What counts of one donor at most, in ${symbol}`, { inputmode: 'decimal', required: true });
  const create = (): Promise<void> =>
    app.pay(
      async (own) => {
        const [opens = 0n, closes = 0n, divides = 0n] = times.map(({ input }) => BigInt(new Date(input.value).getTime()));
        return own.rounds.create({
          title: title.input.value,
          description: contentHash(new Uint8Array()),
          uri: '',
          organiser: self,
          factory: own.pools.address,
          chosen: opens - HOUR,
          opens,
          closes,
          divides,
          minimum: 1n,
          cap: own.unit(cap.input.value),
          maxShare: 10_000,
          minDonors: 2,
          verifier: null,
        });
      },
      ({ receipt }) => {
        location.hash = `#/round/${receipt.made[0]}`;
      },
    );
  return form(() => void create(), title.node, h('div', { class: 'row' }, ...times.map(({ node }) => node)), cap.node, h('button', { type: 'submit' }, 'Make a round'));
}
