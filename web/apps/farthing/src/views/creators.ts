// All creators, and one with all that they offer.

import { type Creator, type Farthing, type Till } from '@farthing/client';
import { h } from '@farthing/elements';
import { formatPaper } from '@farthing/vouchers';
import type { App, Show } from '../app.js';
import { area, called, cards, creatorAt, creatorsOf, explain, field, form, link, money, note, now, part, present, row, submit } from '../parts.js';
import { searchForm } from './past.js';
import { itemCard, ownedBy } from './items.js';

/** Shows all creators. */
export const creators: Show = async (app) => {
  const { creators: w, common } = app.words;
  const farthing = await app.farthing();
  const all = await creatorsOf(farthing);
  const handle = field(common.handle, { placeholder: 'ada-paints', required: true });
  const find = form(() => { location.hash = `#/creator/${encodeURIComponent(handle.input.value.trim())}`; }, row(handle.node, submit(common.find)));
  const found = all.filter((one) => one.handle !== null);
  const shown = found.map((creator) => [h('h2', {}, h('a', { href: `#/creator/${creator.handle}` }, creator.handle ?? '')), ...present(link(creator.profile.uri))]);
  return { title: w.title, nodes: [find, ...searchForm(app, farthing, all), cards(shown, w.none)] };
};

/** Shows a creator. */
export const creator: Show = async (app, handle = '') => {
  const { creators: w, common } = app.words;
  const farthing = await app.farthing();
  const found = await creatorAt(farthing, handle);
  if (!found) return { title: handle, nodes: [h('p', {}, common.noCreator)] };
  const [books, self] = await Promise.all([farthing.shop.books(found), app.self()]);
  if (!books) return { title: handle, nodes: [...present(link(found.profile.uri)), h('p', {}, w.noStorefront)] };
  const [items, owned, time] = await Promise.all([farthing.shop.catalogue(found), self ? ownedBy(farthing, self, found, books.items) : new Map<number, bigint | null>(), now(farthing)]);
  return {
    title: called(found),
    nodes: [
      ...present(link(found.profile.uri)),
      ...part(w.items, cards(items.map((item) => itemCard(app, farthing, { creator: found, item, until: owned.get(item.id), now: time, self })), w.noItems)),
      ...part(w.tip, tipForm(app, farthing, found)),
      ...part(w.payAsYouGo, ...(await channelPart(app, farthing, found, self))),
    ],
  };
};

function tipForm(app: App, farthing: Farthing, creator: Creator): Node {
  const { creators: w, common } = app.words;
  const amount = money(common.amount(farthing.chain.token.symbol), { required: true });
  const memo = field(w.memo, { maxlength: 64 });
  const tip = (): void => void app.pay(async (own) => own.tip(creator, own.unit(amount.input.value), { memo: memo.input.value }));
  return form(tip, row(amount.node, memo.node, submit(w.tip, true)));
}

/** A channel to the creator: opened once with the wallet, and then paid from by this page. */
async function channelPart(app: App, farthing: Farthing, creator: Creator, self: string | null): Promise<Node[]> {
  const w = app.words.creators;
  if (!self) return [note(w.payAsYouGoText)];
  const till = await farthing.till(creator);
  const { symbol } = farthing.chain.token;
  if (await till.isOpen()) {
    const left = h('p', {}, w.left(farthing.format(await till.left())), h('a', { href: '#/channels' }, w.yourChannels));
    return [left, ...payForm(app, till, symbol)];
  }
  const reserve = money(w.reserve(symbol), { required: true });
  const open = (): void => void app.pay(async (own) => (await (await own.till(creator)).plan({ reserve: own.unit(reserve.input.value) })).plan);
  return [note(w.payAsYouGoText), form(open, row(reserve.node, submit(w.open)))];
}

/** Signs a voucher, which the creator takes wherever they are: this page keeps what was promised. */
function payForm(app: App, till: Till, symbol: string): Node[] {
  const w = app.words.creators;
  const amount = money(w.payVoucher(symbol), { required: true });
  const voucher = area(w.voucher, { readonly: true });
  voucher.node.hidden = true;
  const pay = async (): Promise<void> => {
    try {
      voucher.input.value = formatPaper(await till.pay((await app.farthing()).unit(amount.input.value)));
      voucher.node.hidden = false;
      app.flow.say(w.signed);
    } catch (error) {
      app.flow.say(await explain(error), true);
    }
  };
  return [form(() => void pay(), row(amount.node, submit(w.sign)), voucher.node)];
}
