// Channels of whoever is there: what is left, and the way out.

import { type Farthing, lifeOf } from '@farthing/client';
import { h } from '@farthing/elements';
import { isOver, type Moment } from '@farthing/vouchers';
import type { abi } from '@farthing/client';
import type { App, Show } from '../app.js';
import { cards, creatorsOf, facts, field, form, time } from '../parts.js';

/** How many lanes are looked into for each creator. */
const LANES = 2;
/** How many channels one answer has at most. */
const AT_ONCE = 96;

/** Shows all channels to creators. */
export const channels: Show = async (app) => {
  const self = await app.self();
  if (!self) return app.welcome('Channels', 'Here is what you have set aside for creators, and the way to have it back.');
  const farthing = await app.farthing();
  const all = await creatorsOf(farthing);
  const lanes = all.flatMap((creator) => Array.from({ length: LANES }, (_, lane) => ({ creator, lane })));
  const shown: Node[][] = [];
  for (let first = 0; first < lanes.length; first += AT_ONCE) {
    const some = lanes.slice(first, first + AT_ONCE);
    const { now, channels: found } = await farthing.channels.list(some.map(({ creator, lane }) => [self, creator.owner, lane]));
    found.forEach((channel, i) => {
      const { creator, lane } = some[i] as (typeof some)[number];
      if (channel) shown.push(card(app, farthing, { name: creator.handle ?? `creator ${creator.id}`, payer: self, payee: creator.owner, lane, channel, now }));
    });
  }
  return { title: 'Channels', nodes: [cards(shown, 'You have no channels.')] };
};

interface Shown {
  name: string;
  payer: string;
  payee: string;
  lane: number;
  channel: abi.channels.Channel;
  now: Moment;
}

function card(app: App, farthing: Farthing, { name, payer, payee, lane, channel, now }: Shown): Node[] {
  const { reserve, claimed, end, epoch } = channel;
  const id = { payer, payee, lane, epoch };
  const rows: [string, string][] = [['Set aside', farthing.format(reserve)], ['Claimed', farthing.format(claimed)], ['Left', farthing.format(reserve - claimed)]];
  const start = [h('h2', {}, lane === 0 ? name : `${name}, lane ${lane}`), facts(rows)];
  if (end && isOver(channel, now)) return [...start, h('p', {}, 'It is over.'), app.button('Take what is left', () => app.pay((own) => own.channels.clear([lifeOf(id)])), true)];
  if (end) return [...start, h('p', {}, `It ends at ${time(end.time)} at the earliest; then you can take what is left.`)];
  const amount = field(`More, in ${farthing.chain.token.symbol}`, { inputmode: 'decimal', required: true });
  return [
    ...start,
    form(() => void app.pay(async (own) => own.channels.topUp(id, own.unit(amount.input.value))), h('div', { class: 'row' }, amount.node, h('button', { type: 'submit' }, 'Set aside'))),
    app.button('Have it back', () => app.pay((own) => own.channels.exit([lifeOf(id)]))),
  ];
}
