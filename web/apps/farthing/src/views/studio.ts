// For creators: register, and go to work: items, money, people.

import { type Creator, type Farthing } from '@farthing/client';
import { h } from '@farthing/elements';
import { contentHash, type Hex, sameAccount } from '@farthing/vouchers';
import type { App, Show, View } from '../app.js';
import { called, cards, creatorAt, creatorsOf, field, form, more, part, row, submit } from '../parts.js';
import { moneyOf } from './money.js';
import { peopleOf } from './people.js';
import { workshop } from './workshop.js';

/** A claim that waits to be revealed, as this browser keeps it. */
interface Claim {
  handle: string;
  salt: Hex;
}

/** Shows one's own creators, or one of them. */
export const studio: Show = async (app, handle, section = '') => {
  const w = app.words.studio;
  const self = await app.self();
  if (!self) return app.welcome(w.title, w.why);
  const farthing = await app.farthing();
  if (handle) return ofCreator(app, farthing, handle, section, self);
  const all = await creatorsOf(farthing);
  const own = all.filter(({ owner }) => sameAccount(owner, self));
  const links = own.map((one) => [h('h2', {}, h('a', { href: `#/studio/${one.handle ?? one.id}` }, called(one)))]);
  const offered = all.filter(({ offeredTo }) => offeredTo !== null && sameAccount(offeredTo, self));
  const accept = offered.map((one) => app.button(w.accept(called(one)), () => app.pay((connected) => connected.creators.acceptOwnership(one, { seen: one.version })), true));
  return {
    title: w.title,
    nodes: [cards(links, w.none), ...(accept.length ? part(w.offered, ...accept) : []), ...part(w.register, ...(await registration(app, farthing, self))), asDelegate(app)],
  };
};

function asDelegate({ words: { studio: w, common } }: App): Node {
  const handle = field(w.whose, { required: true });
  return more(w.delegateOf, form(() => { location.hash = `#/studio/${encodeURIComponent(handle.input.value.trim())}`; }, row(handle.node, submit(common.find))));
}

/** Two steps, so that nobody can snatch a handle: announce it hidden, wait, and reveal it. */
async function registration(app: App, farthing: Farthing, self: string): Promise<Node[]> {
  const { studio: w, common } = app.words;
  const key = `claim ${farthing.chain.genesis} ${self}`;
  const { store } = farthing.outbox;
  const [text, commitment, { wait }] = await Promise.all([store.get(key), farthing.creators.commitment(self), farthing.creators.overview()]);
  const claim = text ? (JSON.parse(text) as Claim) : null;
  if (claim && commitment) {
    const reveal = (): Promise<void> =>
      app.pay(
        (own) => own.creators.register(claim.handle, claim.salt, { commitment: contentHash(new Uint8Array()), uri: '' }),
        () => store.update(key, () => ({ keep: '', give: undefined })),
      );
    return [h('p', {}, w.announced(claim.handle, String(wait.millis / 1000n), wait.blocks)), app.button(w.register, reveal, true)];
  }
  const handle = field(common.handle, { required: true, minlength: 3, maxlength: 32, pattern: '[a-z0-9]+(-[a-z0-9]+)*', placeholder: 'ada-paints' });
  const announce = async (): Promise<void> => {
    const name = handle.input.value;
    await app.pay(async (own) => {
      const { plan, salt } = await own.creators.announce(name);
      // Kept before it is sent: without the salt nobody can reveal it.
      await store.update(key, () => ({ keep: JSON.stringify({ handle: name, salt }), give: undefined }));
      return plan;
    });
  };
  return [form(() => void announce(), row(handle.node, submit(w.announce, true)))];
}

async function ofCreator(app: App, farthing: Farthing, handle: string, section: string, self: string): Promise<View> {
  const { studio: w, common } = app.words;
  const creator = await creatorAt(farthing, handle);
  if (!creator) return { title: handle, nodes: [h('p', {}, common.noCreator)] };
  const books = await farthing.shop.books(creator);
  const title = w.of(called(creator));
  if (!books) return { title, nodes: [app.button(w.open, () => app.pay((own) => own.shop.open(creator)), true)] };
  const nodes = section === 'money' ? moneyOf(app, farthing, creator, books) : section === 'people' ? peopleOf(app, creator, self) : workshop(app, farthing, creator);
  return { title, nodes: [sections(app, creator, section), ...(await nodes)] };
}

function sections({ words: { studio: w } }: App, creator: Creator, section: string): Node {
  const all: [string, string][] = [['', w.items], ['money', w.money], ['people', w.people]];
  const base = `#/studio/${creator.handle ?? creator.id}`;
  const links = all.map(([name, label]) => h('a', { href: name ? `${base}/${name}` : base, ...(name === section ? { 'aria-current': 'page' } : {}) }, label));
  return h('nav', { 'aria-label': w.sections, class: 'sections' }, ...links);
}
