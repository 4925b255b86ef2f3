// <farthing-buy creator="ada-paints" item="0" gateway="https://ada.example/song.mp3">
//
// Sells an item, and delivers it: who has it gets it from where the creator says that it is, or from `gateway`. A gateway
// that asks who bought it is shown a signature.

import type { Creator, Farthing, Item } from '@farthing/client';
import { type Bought, Deliveries, type Get } from '@farthing/http';
import { h } from './dom.js';
import { FarthingElement } from './element.js';
import { isChosen } from './page.js';
import { fetchSold, isSold, showSold, type Sold } from './sold.js';

const DAY = 24n * 3_600_000n;

/** Sells an item. */
export class FarthingBuy extends FarthingElement {
  readonly #deliveries = new Map<string, Deliveries>();

  protected async content(farthing: Farthing): Promise<Node[]> {
    const { words } = this;
    const creator = await farthing.creator(this.getAttribute('creator') ?? '');
    const id = Number(this.getAttribute('item') ?? '0');
    const item = creator && (await farthing.shop.item(creator, id));
    if (!creator || !item) return [h('p', {}, words.notFound)];
    const title = h('h2', {}, item.content.title);
    if (await this.#isOwned(farthing, creator.id, id)) return [title, h('p', {}, words.yours), ...this.#getting(farthing, creator, item)];
    const { price } = item.listing;
    if (item.retired || item.left === 0) return [title, h('p', {}, words.gone), this.row(...this.#having(farthing, creator, id))];
    if (price === 0n && !item.listing.payWhatYouWant) return [title, h('p', {}, words.free), ...this.#getting(farthing, creator, item)];
    const buy = this.button(`${words.buy}: ${farthing.format(price)}`, () => this.pay((own) => own.buy(creator, id)), true);
    return [title, ...this.#limits(item), this.row(buy, ...this.#having(farthing, creator, id))];
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

  /** Whoever has it need not begin a purchase to say who they are. */
  #having(farthing: Farthing, creator: Creator, id: number): Node[] {
    if (isChosen()) return [];
    const look = async (): Promise<void> => {
      if (!(await this.askWallet())) return;
      await this.refresh();
      this.shadowRoot?.querySelector('button')?.focus();
      if (!(await this.#isOwned(farthing, creator.id, id))) this.say(this.words.notHad);
    };
    return [this.button(this.words.have, look)];
  }

  // ---- What was bought ----

  #getting(farthing: Farthing, creator: Creator, { id, content }: Item): Node[] {
    const { words } = this;
    const gateway = this.getAttribute('gateway');
    const uri = gateway === null ? content.uri : new URL(gateway, document.baseURI).href;
    if (!/^https?:\/\//.test(uri)) return [h('p', { class: 'quiet' }, uri || words.nowhere)];
    const place = h('div', { part: 'sold' });
    const sold = { uri, title: content.title, commitment: content.commitment };
    const button = this.button(words.get, () => this.#get(farthing, { creator: creator.id, item: id }, sold, place, button), true);
    return [this.row(button), place];
  }

  async #get(farthing: Farthing, bought: Bought, sold: Sold, place: HTMLElement, button: HTMLButtonElement): Promise<void> {
    const { words } = this;
    this.say(words.getting);
    place.replaceChildren();
    const get = await this.#getOf(farthing, bought);
    const got = await this.#once(button, () => fetchSold(sold, get));
    if (!got || !isSold(sold, got)) return this.say(got ? words.notSold : words.notGot, true);
    this.say(words.right(sold.title));
    await showSold(place, sold, got, get, words.save);
  }

  /** Does something that a button began, which cannot be begun again meanwhile. Whoever goes on by keys goes on there. */
  async #once<T>(button: HTMLButtonElement, does: () => Promise<T>): Promise<T> {
    button.disabled = true;
    try {
      return await does();
    } finally {
      button.disabled = false;
      button.focus();
    }
  }

  /** Returns what fetches for the account that was chosen, which shows that it bought it where somebody asks. */
  async #getOf(farthing: Farthing, bought: Bought): Promise<Get> {
    const careful = { credentials: 'omit', referrerPolicy: 'no-referrer' } as const;
    if (!isChosen()) return (url, init) => fetch(url, { ...careful, ...init });
    const { address: account } = await farthing.account();
    const found = this.#deliveries.get(account) ?? new Deliveries({ account, sign: (text) => this.signText(farthing, text) });
    this.#deliveries.set(account, found);
    return (url, init) => found.fetch(url, bought, { ...careful, ...init });
  }
}
