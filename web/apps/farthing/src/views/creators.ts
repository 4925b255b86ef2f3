// All creators, and one with all that they offer.

import { type Creator, type Farthing, ITEMS_OF_PAGE, type Item, sentenceOf, type Till } from '@farthing/client';
import { h } from '@farthing/elements';
import { formatPaper } from '@farthing/vouchers';
import type { App, Show } from '../app.js';
import { cards, creatorsOf, field, form, link } from '../parts.js';

/** Shows all creators. */
export const creators: Show = async (app) => {
  const all = await creatorsOf(await app.farthing());
  const handle = field('Handle', { placeholder: 'ada-paints', required: true });
  const find = form(() => { location.hash = `#/creator/${encodeURIComponent(handle.input.value.trim())}`; }, h('div', { class: 'row' }, handle.node, h('button', { type: 'submit' }, 'Find')));
  const found = all.filter((one) => one.handle !== null);
  const shown = found.map((creator) => [h('h2', {}, h('a', { href: `#/creator/${creator.handle}` }, creator.handle ?? '')), ...present(link(creator.profile.uri))]);
  return { title: 'Creators', nodes: [find, cards(shown, 'Nobody is here yet.')] };
};

/** Shows a creator. */
export const creator: Show = async (app, handle = '') => {
  const farthing = await app.farthing();
  const found = await farthing.creator(/^\d+$/.test(handle) ? Number(handle) : handle);
  if (!found) return { title: handle, nodes: [h('p', {}, 'There is no creator by this name.')] };
  const [books, self] = await Promise.all([farthing.shop.books(found), app.self()]);
  if (!books) return { title: handle, nodes: [...present(link(found.profile.uri)), h('p', {}, 'They have no storefront yet.')] };
  const [items, owned] = await Promise.all([farthing.shop.catalogue(found), self ? ownedBy(farthing, self, found, books.items) : new Set<number>()]);
  return {
    title: found.handle ?? `Creator ${found.id}`,
    nodes: [
      ...present(link(found.profile.uri)),
      h('h2', {}, 'Items'),
      cards(items.map((item) => itemCard(app, farthing, found, item, owned.has(item.id))), 'Nothing is for sale yet.'),
      h('h2', {}, 'Tip'),
      tipForm(app, farthing, found),
      h('h2', {}, 'Pay as you go'),
      ...(await channelPart(app, farthing, found, self)),
    ],
  };
};

/** Shows all that somebody has. */
export const library: Show = async (app) => {
  const self = await app.self();
  if (!self) return app.welcome('Library', 'Here is all that you have bought or were given.');
  const farthing = await app.farthing();
  const all = await creatorsOf(farthing);
  const parts = await Promise.all(
    all.map(async (one): Promise<Node[][]> => {
      const books = await farthing.shop.books(one);
      if (!books || books.items === 0) return [];
      const owned = await ownedBy(farthing, self, one, books.items);
      if (owned.size === 0) return [];
      const items = (await farthing.shop.catalogue(one)).filter(({ id }) => owned.has(id));
      return items.map((item) => [h('h2', {}, item.content.title), h('p', { class: 'quiet' }, one.handle ?? ''), ...present(link(item.content.uri, 'Get it'))]);
    }),
  );
  return { title: 'Library', nodes: [cards(parts.flat(), 'You have nothing yet.')] };
};

/** Which items of a creator somebody has access to: those for ever, and those whose time is not over. */
async function ownedBy(farthing: Farthing, account: string, creator: Creator, items: number): Promise<Set<number>> {
  const numbers = Array.from({ length: Math.ceil(items / ITEMS_OF_PAGE) }, (_, page) => page);
  const pages = await farthing.shop.owned(account, numbers.map((page) => ({ creator, page })));
  const now = BigInt(Date.now());
  const all = pages.flatMap(({ owned, passes }, page) => {
    const forEver = Array.from({ length: ITEMS_OF_PAGE }, (_, slot) => slot).filter((slot) => (owned >> BigInt(slot)) & 1n);
    const forNow = passes.filter(({ until }) => until > now).map(({ slot }) => slot);
    return [...forEver, ...forNow].map((slot) => page * ITEMS_OF_PAGE + slot);
  });
  return new Set(all);
}

function itemCard(app: App, farthing: Farthing, creator: Creator, item: Item, isOwned: boolean): Node[] {
  const { listing, content, left, retired, id } = item;
  const title = h('h3', {}, content.title);
  if (isOwned) return [title, h('p', {}, 'Yours.'), ...present(link(content.uri, 'Get it'))];
  const notes = [left !== null && `${left} left`, listing.period !== null && `for ${listing.period / 86_400_000n} days`, listing.payWhatYouWant && 'pay what you want'];
  const note = notes.filter(Boolean).join(', ');
  const start = [title, ...(note ? [h('p', { class: 'quiet' }, note)] : [])];
  if (retired || left === 0) return [...start, h('p', { class: 'quiet' }, 'Not for sale.')];
  if (listing.price === 0n && !listing.payWhatYouWant) return [...start, h('p', {}, 'Free.'), ...present(link(content.uri, 'Get it'))];
  if (!listing.payWhatYouWant) return [...start, app.button(`Buy for ${farthing.format(listing.price)}`, () => app.pay((own) => own.buy(creator, id)), true)];
  const amount = field(`Amount in ${farthing.chain.token.symbol}`, { inputmode: 'decimal', required: true, value: farthing.chain.token.text(listing.price) });
  return [...start, form(() => void app.pay(async (own) => own.buy(creator, id, { maxPrice: own.unit(amount.input.value) })), amount.node, h('button', { type: 'submit', class: 'main' }, 'Buy'))];
}

function tipForm(app: App, farthing: Farthing, creator: Creator): Node {
  const amount = field(`Amount in ${farthing.chain.token.symbol}`, { inputmode: 'decimal', required: true });
  const memo = field('A word to go with it', { maxlength: 64 });
  const tip = (): void => void app.pay(async (own) => own.tip(creator, own.unit(amount.input.value), { memo: memo.input.value }));
  return form(tip, h('div', { class: 'row' }, amount.node, memo.node, h('button', { type: 'submit', class: 'main' }, 'Tip')));
}

/** A channel to the creator: opened once with the wallet, and then paid from by this page. */
async function channelPart(app: App, farthing: Farthing, creator: Creator, self: string | null): Promise<Node[]> {
  const text = 'Set something aside once, and pay by the second or by the page from then on without being asked. What is left is yours.';
  if (!self) return [h('p', { class: 'quiet' }, text)];
  const till = await farthing.till(creator);
  const { symbol } = farthing.chain.token;
  if (await till.isOpen()) {
    const left = h('p', {}, `${farthing.format(await till.left())} are left of what you set aside. `, h('a', { href: '#/channels' }, 'Your channels'));
    return [left, ...payForm(app, till, symbol)];
  }
  const reserve = field(`Set aside, in ${symbol}`, { inputmode: 'decimal', required: true });
  const open = (): void => void app.pay(async (own) => (await (await own.till(creator)).plan({ reserve: own.unit(reserve.input.value) })).plan);
  return [h('p', { class: 'quiet' }, text), form(open, h('div', { class: 'row' }, reserve.node, h('button', { type: 'submit' }, 'Open a channel')))];
}

/** Signs a voucher, which the creator takes wherever they are: this page keeps what was promised. */
function payForm(app: App, till: Till, symbol: string): Node[] {
  const amount = field(`Pay by voucher, in ${symbol}`, { inputmode: 'decimal', required: true });
  const voucher = h('textarea', { rows: 3, readonly: true });
  const shown = h('label', { hidden: true }, 'The voucher, for the creator', voucher);
  const pay = async (): Promise<void> => {
    try {
      voucher.value = formatPaper(await till.pay((await app.farthing()).unit(amount.input.value)));
      shown.hidden = false;
      app.flow.say('The voucher is signed. Each one takes the place of those before it.');
    } catch (error) {
      app.flow.say(sentenceOf(error), true);
    }
  };
  return [form(() => void pay(), h('div', { class: 'row' }, amount.node, h('button', { type: 'submit' }, 'Sign')), shown)];
}

const present = (node: Node | null): Node[] => (node ? [h('p', {}, node)] : []);

