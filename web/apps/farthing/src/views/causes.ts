// For causes: all pools and rounds, and new ones.

import { type abi, type Farthing, terms } from '@farthing/client';
import { h } from '@farthing/elements';
import { sameAccount } from '@farthing/vouchers';
import type { App, Show } from '../app.js';
import { area, called, cards, creatorsOf, field, form, moment, money, more, note, part, recipients, row, select, steps, submit, textHash, time } from '../parts.js';
import { roundsOf } from './past.js';
import { createRound, findRound } from './rounds.js';

const ALL = 1_000_000;

/** Shows all pools, and rounds that the deployment or an index names. */
export const causes: Show = async (app) => {
  const w = app.words.causes;
  const farthing = await app.farthing();
  const shown: Node[][] = [];
  for await (const { listed, summary } of farthing.pools.all()) {
    // Creators choose what is on their lists; a pool in nobody's name is on none.
    if (!summary || (listed.creator !== null && !listed.listed)) continue;
    shown.push([h('h2', {}, h('a', { href: `#/pool/${listed.account}` }, summary.terms.title)), note(w.number(listed.number)), ...progress(app, farthing, summary)]);
  }
  const rounds = (await roundsOf(farthing)).map(({ name, title }) => [h('h2', {}, h('a', { href: `#/round/${encodeURIComponent(name)}` }, title))]);
  const self = await app.self();
  return {
    title: w.title,
    nodes: [
      cards(shown, w.none),
      ...part(w.rounds, ...(rounds.length ? [cards(rounds, '')] : []), findRound(app)),
      ...part(w.collect, self ? await createForm(app, farthing, self) : app.button(app.words.page.connect, () => app.signIn())),
      ...(self ? part(w.organise, createRound(app, farthing, self)) : []),
    ],
  };
};

/** A new pool: all of it to one account, or to several; with a goal or without; and what else its rules can say. */
async function createForm(app: App, farthing: Farthing, self: string): Promise<Node> {
  const { causes: w, common } = app.words;
  const { symbol } = farthing.chain.token;
  const title = field(common.title, { required: true, maxlength: 64 });
  const account = field(w.who, { required: true, value: self });
  const others = area(w.split, { placeholder: '5FHneW… 40' });
  const goal = money(w.goal(symbol));
  const until = field(w.closes, { type: 'datetime-local' });
  const description = area(w.description);
  const uri = field(w.where, { type: 'url', maxlength: 128 });
  const minimum = money(w.minimum(symbol));
  const sponsorship = money(w.sponsorship(symbol));
  const schedule = area(w.schedule, { placeholder: '2030-01-31 50\n2030-06-30 100' });
  const own = (await creatorsOf(farthing)).filter(({ owner }) => sameAccount(owner, self));
  const name = select(w.inName, [['', w.nobody], ...own.map((one): [string, string] => [String(one.id), called(one)])]);
  const amount = (connected: Farthing, text: string, none: bigint): bigint => (text ? connected.unit(text) : none);
  const create = (): Promise<void> =>
    app.pay(
      async (connected) => {
        const rules = terms(title.input.value, beneficiaries(account.input.value, others.input.value), {
          mode: modeOf(app, connected, goal.input.value, until.input.value),
          description: textHash(description.input.value),
          uri: uri.input.value,
          minimum: amount(connected, minimum.input.value, 1n),
          leastSponsorship: amount(connected, sponsorship.input.value, 0n),
          release: steps(schedule.input.value),
          // Pools of a factory have its fee, and no other.
          fee: (await connected.pools.overview()).fee,
        });
        return connected.pools.create(rules, { creator: name.input.value ? Number(name.input.value) : null });
      },
      ({ answer }) => { location.hash = `#/pool/${answer}`; },
    );
  const rest = more(w.more, others.node, row(minimum.node, sponsorship.node), schedule.node, name.node);
  return form(() => void create(), title.node, account.node, row(goal.node, until.node), description.node, uri.node, rest, submit(w.make, true));
}

/** The others have what is said, and the first account all the rest. */
function beneficiaries(account: string, text: string): abi.pool.Recipient[] {
  const others = recipients(text);
  const rest = ALL - others.reduce((sum, { parts }) => sum + parts, 0);
  return [{ account: account.trim(), parts: rest }, ...others].filter(({ parts }) => parts > 0);
}

function modeOf({ words: { causes: w } }: App, farthing: Farthing, goal: string, until: string): abi.pool.Mode {
  const closes = moment(until);
  if (!goal) return { type: 'KeepAll', value: { closes } };
  if (closes === null) throw new RangeError(w.goalNeedsTime);
  return { type: 'AllOrNothing', value: { goal: farthing.unit(goal), deadline: closes } };
}

function progress({ words: { causes: w } }: App, farthing: Farthing, { terms: { mode }, stage, sums }: abi.pool.Summary): Node[] {
  if (mode.type === 'KeepAll') return [note(stage === 'Open' ? w.open : w.over)];
  const { goal, deadline } = mode.value;
  const sum = sums.donated + sums.matched;
  const label = w.raised(farthing.format(sum), farthing.format(goal));
  const share = Math.min(1, Number((sum * 1000n) / goal) / 1000);
  return [h('progress', { max: 1, value: share, 'aria-label': label }), h('p', {}, label), note(w.until(time(deadline)))];
}
