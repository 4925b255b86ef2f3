// <farthing-buy creator="ada-paints" item="0">

import type { Farthing, Item } from '@farthing/client';
import { h } from './dom.js';
import { FarthingElement } from './element.js';
import { isChosen } from './page.js';

const DAY = 24n * 3_600_000n;

/** Sells an item. */
export class FarthingBuy extends FarthingElement {
  protected async content(farthing: Farthing): Promise<Node[]> {
    const { words } = this;
    const creator = await farthing.creator(this.getAttribute('creator') ?? '');
    const id = Number(this.getAttribute('item') ?? '0');
    const item = creator && (await farthing.shop.item(creator, id));
    if (!creator || !item) return [h('p', {}, words.notFound)];
    const title = h('h2', {}, item.content.title);
    if (await this.#isOwned(farthing, creator.id, id)) return [title, h('p', {}, words.yours)];
    const { price } = item.listing;
    if (item.retired || item.left === 0) return [title, h('p', {}, words.gone)];
    if (price === 0n && !item.listing.payWhatYouWant) return [title, h('p', {}, words.free)];
    const buy = () => void this.pay((own) => own.buy(creator, id));
    return [
      title,
      ...this.#limits(item),
      h('div', { class: 'row' }, h('button', { type: 'button', class: 'main', click: buy }, `${words.buy}: ${farthing.format(price)}`)),
    ];
  }

  async #isOwned(farthing: Farthing, creator: number, item: number): Promise<boolean> {
    if (!isChosen()) return false;
    const { address } = await farthing.account();
    return farthing.shop.hasAccess(creator, item, address);
  }

  #limits({ left, listing }: Item): Node[] {
    const { words } = this;
    return [
      left !== null && words.copies(left),
      listing.period !== null && words.until(String(listing.period / DAY)),
    ].flatMap((text) => (text ? [h('p', { class: 'quiet' }, text)] : []));
  }
}
