// A creator's money: what waits, who gets it, price tiers, vouchers, and money that is given back.

import { type abi, type Creator, type Farthing, ITEMS_OF_PAGE } from '@farthing/client';
import { h } from '@farthing/elements';
import type { App } from '../app.js';
import { type History, historyOf } from '../history.js';
import { area, facts, field, form, money, note, number, part, recipients, row, submit, tick } from '../parts.js';
import { claims } from './claims.js';
import { blocksOf, earningsOf } from './past.js';

type Books = abi.storefront.Books;

/** Shows a creator's money. */
export async function moneyOf(app: App, farthing: Farthing, creator: Creator, books: Books): Promise<Node[]> {
  const w = app.words.money;
  const [split, tiers, vouchers, items] = await Promise.all([farthing.creators.split(creator), farthing.shop.tiers(creator), claims(app, farthing, creator), farthing.shop.catalogue(creator)]);
  const titles = new Map(items.map(({ id, content }) => [id, content.title]));
  const waits = books.balance > 0n ? [app.button(w.payout, () => app.pay((own) => own.shop.payout(creator)))] : [];
  return [
    facts([[w.items, String(books.items)], [w.waits, farthing.format(books.balance)]]),
    ...waits,
    ...(await earningsOf(farthing, creator, titles)),
    ...part(app.words.claims.title, ...vouchers),
    ...part(w.who, facts((split?.recipients ?? []).map(({ account, parts }) => [account, `${parts / 10_000} %`])), ...splitForm(app, creator)),
    ...part(w.tiers, note(w.tiersText), ...tiersOf(app, farthing, creator, tiers)),
    ...part(w.refund, ...refunds(app, farthing, creator, books)),
  ];
}

function splitForm(app: App, creator: Creator): Node[] {
  const w = app.words.money;
  const text = area(w.split, { required: true, placeholder: '5Grwva… 60\n5FHneW… 40' });
  const set = (): void => void app.pay(async (own) => own.creators.setPayout(creator, recipients(text.input.value), { seen: creator.version }));
  return [form(set, text.node, submit(w.divide)), app.button(w.unset, () => app.pay((own) => own.creators.unsetPayout(creator, { seen: creator.version })))];
}

function tiersOf(app: App, farthing: Farthing, creator: Creator, tiers: [number, bigint][]): Node[] {
  const { money: w, common } = app.words;
  const tier = field(w.tier, { inputmode: 'numeric', required: true });
  const price = money(common.price(farthing.chain.token.symbol), { required: true });
  const set = (): void => void app.pay(async (own) => own.shop.setTier(creator, number(tier.input.value) ?? 0, own.unit(price.input.value)));
  const ends = tiers.map(([one]) => app.button(w.endTier(one), () => app.pay((own) => own.shop.setTier(creator, one, null))));
  return [
    tiers.length ? facts(tiers.map(([one, cost]) => [`${w.tier} ${one}`, farthing.format(cost)])) : note(w.noTiers),
    ...(ends.length ? [row(...ends)] : []),
    form(set, row(tier.node, price.node, submit(w.setTier))),
  ];
}

/** Looks up what somebody bought, and gives back what is ticked. */
function refunds(app: App, farthing: Farthing, creator: Creator, books: Books): Node[] {
  const w = app.words.money;
  const buyer = field(w.buyer, { required: true });
  const found = h('div', {});
  const look = async (): Promise<void> => {
    const owner = buyer.input.value.trim();
    const blocks = await blocksOf(farthing, creator, owner);
    const pages = Array.from({ length: Math.ceil(books.items / ITEMS_OF_PAGE) }, (_, page) => page);
    const find = async (page: number): Promise<History | null> => (blocks && (await historyOf(farthing, creator, owner, page, blocks))) ?? historyOf(farthing, creator, owner, page, null);
    const all = await Promise.all(pages.map(find));
    const forms = all.flatMap((history) => (history && history.history.length ? [refundForm(app, farthing, creator, owner, history)] : []));
    const none = all.includes(null) ? [note(w.unknownPast)] : forms.length === 0 ? [note(w.noPurchases)] : [];
    found.replaceChildren(...forms, ...none);
  };
  return [form(() => app.attempt(look), row(buyer.node, submit(w.look))), found];
}

function refundForm(app: App, farthing: Farthing, creator: Creator, owner: string, { earlier, history }: History): Node {
  const w = app.words.money;
  const boxes = history.map(({ item, paid }) => tick(w.purchase(w.sale(item), farthing.format(paid))));
  const added = money(w.added(farthing.chain.token.symbol), { value: '0', required: true });
  const addUp = (): void => {
    const sum = history.reduce((all, { paid }, i) => all + (boxes[i]?.input.checked ? paid : 0n), 0n);
    added.input.value = farthing.chain.token.text(sum);
  };
  for (const { input } of boxes) input.addEventListener('change', addUp);
  const refund = (): Promise<void> =>
    app.pay(async (own) => {
      const which = boxes.flatMap(({ input }, i) => (input.checked ? [i] : []));
      if (which.length === 0) throw new RangeError(w.choose);
      return own.shop.refund(creator, { owner, earlier, history, which }, own.unit(added.input.value));
    });
  return form(() => void refund(), ...boxes.map(({ node }) => node), added.node, submit(w.refundDo));
}
