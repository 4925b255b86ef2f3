// All that somebody has: items, those for a time, and proofs of hidden purchases.

import { type Creator, type Farthing } from '@farthing/client';
import { h } from '@farthing/elements';
import type { App, Show } from '../app.js';
import { getting } from '../content.js';
import { called, cards, creatorsOf, note, now, time } from '../parts.js';
import { ownedBy, proofs } from './items.js';
import { paidBy } from './past.js';

/** Shows all that somebody has. */
export const library: Show = async (app) => {
  const w = app.words.library;
  const self = await app.self();
  if (!self) return app.welcome(w.title, w.why);
  const farthing = await app.farthing();
  const [all, moment] = await Promise.all([creatorsOf(farthing), now(farthing)]);
  const parts = await Promise.all(all.map((one) => ofCreator(app, farthing, self, one, moment)));
  return { title: w.title, nodes: [cards(parts.flat(), w.none), ...(await proofs(app, farthing, self)), ...(await paidBy(farthing, self, all))] };
};

async function ofCreator(app: App, farthing: Farthing, self: string, creator: Creator, moment: bigint): Promise<Node[][]> {
  const w = app.words.item;
  const books = await farthing.shop.books(creator);
  if (!books || books.items === 0) return [];
  const owned = await ownedBy(farthing, self, creator, books.items);
  if (owned.size === 0) return [];
  const items = (await farthing.shop.catalogue(creator)).filter(({ id }) => owned.has(id));
  return items.map(({ id, content }) => {
    const until = owned.get(id) ?? null;
    const start = [h('h2', {}, content.title), note(called(creator))];
    const own = { ...content, bought: async () => ({ creator: creator.id, item: id }) };
    if (until === null) return [...start, ...getting(app, own)];
    const extend = h('a', { href: `#/creator/${creator.handle ?? creator.id}` }, called(creator));
    return until > moment ? [...start, h('p', {}, w.until(time(until))), ...getting(app, own)] : [...start, note(w.ended(time(until))), h('p', {}, extend)];
  });
}
