// A creator's items: sell a file, change what is offered, bring out another edition, give it away.

import { type Creator, type Farthing, type Item, listing } from '@farthing/client';
import { h } from '@farthing/elements';
import { contentHash, type Hex } from '@farthing/vouchers';
import type { App } from '../app.js';
import { cards, field, form, money, more, note, number, part, row, submit, tick } from '../parts.js';

const DAY = 86_400_000;

/** Shows a creator's items, and what can be done with them. */
export async function workshop(app: App, farthing: Farthing, creator: Creator): Promise<Node[]> {
  const w = app.words.sell;
  const items = await farthing.shop.catalogue(creator);
  return [...part(w.title, publishForm(app, farthing, creator)), ...part(w.items, cards(items.map((item) => itemCard(app, farthing, creator, item)), w.none))];
}

/** Hashes a file that is dropped or chosen, here: buyers check what they get against it. */
function publishForm(app: App, farthing: Farthing, creator: Creator): Node {
  const { sell: w, common } = app.words;
  const file = fileField(app, w.file);
  const title = field(common.title, { required: true, maxlength: 64 });
  const price = money(common.price(farthing.chain.token.symbol), { required: true });
  const uri = field(w.where, { type: 'url', maxlength: 128 });
  const days = money(w.days);
  const copies = field(w.copies, { inputmode: 'numeric' });
  const tier = field(w.tier, { inputmode: 'numeric' });
  const referral = money(w.referral);
  const free = tick(w.payWhatYouWant);
  file.input.addEventListener('change', () => {
    const [chosen] = file.input.files ?? [];
    if (!title.input.value && chosen) title.input.value = chosen.name.replace(/\.[^.]*$/, '').slice(0, 64);
  });
  const publish = (): Promise<void> =>
    app.pay(async (own) => {
      const period = number(days.input.value);
      const offer = listing(own.unit(price.input.value), {
        payWhatYouWant: free.input.checked,
        period: period === null ? null : BigInt(Math.round(period * DAY)),
        referral: Math.round((number(referral.input.value) ?? 0) * 100),
        tier: number(tier.input.value),
        copies: number(copies.input.value),
      });
      return own.shop.publish(creator, offer, { commitment: await file.hash(), title: title.input.value, uri: uri.input.value });
    });
  return form(() => void publish(), file.node, title.node, price.node, uri.node, more(w.more, row(days.node, copies.node), row(tier.node, referral.node), free.node), submit(w.publish, true));
}

/** Returns a place for a file, which can be dropped there. */
function fileField({ words: { sell: w } }: App, label: string): { node: Node; input: HTMLInputElement; hash: () => Promise<Hex> } {
  const file = field(label, { type: 'file', required: true });
  const told = h('p', { class: 'quiet', role: 'status' });
  file.input.addEventListener('change', () => {
    const [chosen] = file.input.files ?? [];
    told.textContent = chosen ? w.bytes(chosen.name, chosen.size) : '';
  });
  const node = h('div', { class: 'drop' }, file.node, told);
  dropInto(node, file.input);
  const hash = async (): Promise<Hex> => {
    const [chosen] = file.input.files ?? [];
    return contentHash(chosen ? new Uint8Array(await chosen.arrayBuffer()) : new Uint8Array());
  };
  return { node, input: file.input, hash };
}

function dropInto(place: HTMLElement, input: HTMLInputElement): void {
  const mark = (over: boolean) => (event: Event): void => {
    event.preventDefault();
    place.classList.toggle('over', over);
  };
  place.addEventListener('dragover', mark(true));
  place.addEventListener('dragleave', mark(false));
  place.addEventListener('drop', (event) => {
    mark(false)(event);
    if (!event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event('change'));
  });
}

function itemCard(app: App, farthing: Farthing, creator: Creator, item: Item): Node[] {
  const { sell: w, common } = app.words;
  const { id, content, listing: { price }, retired, edition } = item;
  const next = money(common.price(farthing.chain.token.symbol), { required: true, value: farthing.chain.token.text(price) });
  const sale = retired
    ? app.button(w.onSale, () => app.pay((own) => own.shop.relist(creator, id)))
    : app.button(w.offSale, () => app.pay((own) => own.shop.retire(creator, id)));
  const change = (): void => void app.pay(async (own) => own.shop.setPrice(creator, id, own.unit(next.input.value)));
  return [
    h('h3', {}, content.title),
    ...(edition > 1 ? [note(w.edition(edition))] : []),
    form(change, row(next.node, submit(w.change))),
    sale,
    reviseForm(app, creator, item),
    giveForm(app, creator, id),
    tierForm(app, creator, item),
  ];
}

function reviseForm(app: App, creator: Creator, { id, content }: Item): Node {
  const w = app.words.sell;
  const file = fileField(app, w.newFile);
  const title = field(w.newTitle, { required: true, maxlength: 64, value: content.title });
  const uri = field(w.newWhere, { type: 'url', maxlength: 128, value: content.uri });
  const revise = (): void => void app.pay(async (own) => own.shop.revise(creator, id, { commitment: await file.hash(), title: title.input.value, uri: uri.input.value }));
  return more(w.revise, form(revise, file.node, title.node, uri.node, submit(w.revise)));
}

function giveForm(app: App, creator: Creator, id: number): Node {
  const { sell: w, common } = app.words;
  const owner = field(common.account, { required: true });
  return more(w.give, form(() => void app.pay((own) => own.shop.give(creator, id, owner.input.value.trim())), owner.node, submit(w.giving)));
}

function tierForm(app: App, creator: Creator, { id, listing: { tier } }: Item): Node {
  const w = app.words.sell;
  const next = field(w.tiered, { inputmode: 'numeric', value: tier ?? '' });
  return more(w.setTier, form(() => void app.pay(async (own) => own.shop.setItemTier(creator, id, number(next.input.value))), next.node, submit(w.setTier)));
}
