// Channels of whoever is there: what is left, and the way out.

import { type Farthing, lifeOf } from '@farthing/client';
import { h } from '@farthing/elements';
import { isOver, type Moment } from '@farthing/vouchers';
import type { abi } from '@farthing/client';
import type { App, Show } from '../app.js';
import { called, cards, creatorsOf, facts, form, money, row, submit, time } from '../parts.js';

/** How many lanes are looked into for each creator. */
const LANES = 2;
/** How many channels one answer has at most. */
const AT_ONCE = 96;

/** Shows all channels to creators. */
export const channels: Show = async (app) => {
  const w = app.words.channels;
  const self = await app.self();
  if (!self) return app.welcome(w.title, w.why);
  const farthing = await app.farthing();
  const all = await creatorsOf(farthing);
  const lanes = all.flatMap((creator) => Array.from({ length: LANES }, (_, lane) => ({ creator, lane })));
  const shown: Node[][] = [];
  for (let first = 0; first < lanes.length; first += AT_ONCE) {
    const some = lanes.slice(first, first + AT_ONCE);
    const { now, channels: found } = await farthing.channels.list(some.map(({ creator, lane }) => [self, creator.owner, lane]));
    for (const [i, channel] of found.entries()) {
      if (!channel) continue;
      const { creator, lane } = some[i] as (typeof some)[number];
      const left = await (await farthing.till(creator, lane)).left();
      shown.push(card(app, farthing, { name: called(creator), payer: self, payee: creator.owner, lane, channel, left, now }));
    }
  }
  return { title: w.title, nodes: [cards(shown, w.none)] };
};

interface Shown {
  name: string;
  payer: string;
  payee: string;
  lane: number;
  channel: abi.channels.Channel;
  /** What of it was neither claimed nor promised, as far as this browser knows. */
  left: bigint;
  now: Moment;
}

function card(app: App, farthing: Farthing, { name, payer, payee, lane, channel, left, now }: Shown): Node[] {
  const w = app.words.channels;
  const { reserve, claimed, end, epoch } = channel;
  const id = { payer, payee, lane, epoch };
  const rows: [string, string][] = [[w.reserve, farthing.format(reserve)], [w.claimed, farthing.format(claimed)]];
  const promised = reserve - claimed - left;
  if (promised > 0n) rows.push([w.promised, farthing.format(promised)]);
  rows.push([w.left, farthing.format(left)]);
  const start = [h('h2', {}, lane === 0 ? name : w.lane(name, lane)), facts(rows)];
  if (end && isOver(channel, now)) return [...start, h('p', {}, w.over), app.button(w.clear, () => app.pay((own) => own.channels.clear([lifeOf(id)])), true)];
  if (end) return [...start, h('p', {}, w.ends(time(end.time)))];
  const amount = money(w.more(farthing.chain.token.symbol), { required: true });
  return [
    ...start,
    form(() => void app.pay(async (own) => own.channels.topUp(id, own.unit(amount.input.value))), row(amount.node, submit(w.topUp))),
    app.button(w.exit, () => app.pay((own) => own.channels.exit([lifeOf(id)]))),
  ];
}
