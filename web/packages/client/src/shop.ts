// The storefront: items, purchases, tips, and what is owed.

import { blindedPurchase, type Hex, toHex } from '@farthing/vouchers';
import { type CreatorLike, idOf, nameOf } from './creators.js';
import * as storefront from './generated/storefront.js';
import { messages } from './generated/storefront.js';
import { bytesOf, count, pages, Part, random, short } from './part.js';
import type { Plan } from './plan.js';

/** An item and its number. */
export interface Item extends storefront.Item {
  id: number;
}

/** What a purchase may be besides its item. */
export interface Buying {
  /** The most to pay; what one pays, where one pays what one wants. The present price, if it is left out. */
  maxPrice?: bigint;
  /** The edition that is meant: another is refused. The present one, if it is left out; null for any. */
  edition?: number | null;
  /** Whom it is for, if it is a gift. */
  owner?: string | null;
  referrer?: string | null;
}

/** How many items one answer has at most, how many pages of owned items, and how many items such a page has. */
const ITEMS = 50;
const OWNED = 12;
export const ITEMS_OF_PAGE = 128;

/** A new item's listing, with what most items have. */
export const listing = (price: bigint, rest: Partial<storefront.Listing> = {}): storefront.Listing => ({
  price,
  payWhatYouWant: false,
  period: null,
  referral: 0,
  tier: null,
  copies: null,
  ...rest,
});

/** The storefront of all creators. */
export class Shop extends Part {
  // ---- Reading ----

  /** Returns what was fixed at deployment, and what changes. */
  overview(): Promise<storefront.Overview> {
    return this.read(messages.overview, {});
  }

  /** Returns what is owed in all, and what there is to pay it from. */
  solvency(): Promise<[bigint, bigint]> {
    return this.read(messages.solvency, {});
  }

  /** Returns what is owed to so many creators from a number on. */
  owedToCreators(first: number, size: number): Promise<bigint> {
    return this.read(messages.owedToCreators, { first, count: size });
  }

  /** Returns a creator's books; null if there is no storefront. */
  books(creator: CreatorLike): Promise<storefront.Books | null> {
    return this.read(messages.books, { creator: idOf(creator) });
  }

  /** Returns an item as it is offered now. */
  async item(creator: CreatorLike, id: number): Promise<Item | null> {
    const found = await this.read(messages.item, { creator: idOf(creator), item: id });
    return found && { ...found, id };
  }

  /** Returns a creator's items from a number on, 50 at most. */
  async page(creator: CreatorLike, first: number, size = ITEMS): Promise<Item[]> {
    const found = await this.read(messages.items, { creator: idOf(creator), first, count: size });
    return found.map((item, i) => ({ ...item, id: first + i }));
  }

  /** Reads all items of a creator. */
  items(creator: CreatorLike): AsyncGenerator<Item> {
    return pages(ITEMS, (first) => this.page(creator, first));
  }

  /** Returns all items of a creator; all pages are asked for at once. */
  async catalogue(creator: CreatorLike): Promise<Item[]> {
    const all = (await this.books(creator))?.items ?? 0;
    const firsts = Array.from({ length: Math.ceil(all / ITEMS) }, (_, i) => i * ITEMS);
    return (await Promise.all(firsts.map((first) => this.page(creator, first)))).flat();
  }

  /** Returns the price of a tier; null if there is none. */
  tier(creator: CreatorLike, tier: number): Promise<bigint | null> {
    return this.read(messages.tier, { creator: idOf(creator), tier });
  }

  /** Returns a creator's tiers with their prices. */
  tiers(creator: CreatorLike): Promise<[number, bigint][]> {
    return this.read(messages.tiers, { creator: idOf(creator) });
  }

  /** Returns whether an account has access to an item now. */
  hasAccess(creator: CreatorLike, item: number, account: string): Promise<boolean> {
    return this.read(messages.hasAccess, { creator: idOf(creator), item, account });
  }

  /** Returns what an account has of one page of a creator's items. */
  ownedPage(creator: CreatorLike, account: string, number: number): Promise<storefront.Page> {
    return this.read(messages.page, { creator: idOf(creator), account, number });
  }

  /** Returns what an account has of each of these pages; as many as one likes. */
  async owned(account: string, wanted: { creator: CreatorLike; page: number }[]): Promise<storefront.Page[]> {
    const all = wanted.map(({ creator, page }): [number, number] => [idOf(creator), page]);
    const parts = Array.from({ length: Math.ceil(all.length / OWNED) }, (_, i) => all.slice(i * OWNED, (i + 1) * OWNED));
    return (await Promise.all(parts.map((part) => this.read(messages.owned, { account, pages: part })))).flat();
  }

  // ---- For readers ----

  /** Tips a creator. */
  tip(creator: CreatorLike, amount: bigint, { memo = '' }: { memo?: string | Uint8Array } = {}): Promise<Plan<null>> {
    const values = { creator: idOf(creator), memo: toHex(bytesOf(memo)) };
    return this.plan(messages.tip, values, `Tip ${nameOf(creator)} ${this.format(amount)}.`, amount);
  }

  /** Tips several creators at once, 64 at most. */
  tipMany(tips: { creator: CreatorLike; amount: bigint; memo?: string | Uint8Array }[]): Promise<Plan<null>> {
    const sum = tips.reduce((all, { amount }) => all + amount, 0n);
    const values = tips.map(({ creator, amount, memo = '' }) => ({ creator: idOf(creator), amount, memo: toHex(bytesOf(memo)) }));
    return this.plan(messages.tipMany, { tips: values }, `Give ${count(tips.length, 'tip')} of ${this.format(sum)} in all.`, sum);
  }

  /** Buys an item. */
  async buy(creator: CreatorLike, item: number, buying: Buying = {}): Promise<Plan<null>> {
    const { order, value, title } = await this.#order(creator, item, buying);
    const { owner = null, referrer = null } = buying;
    const whom = owner ? ` for ${short(owner)}` : '';
    return this.plan(messages.buy, { order, owner, referrer }, `Buy ${title} of ${nameOf(creator)}${whom}.`, value);
  }

  /** Buys several items at once, 64 at most. Those that cannot be bought are skipped. */
  async buyMany(
    orders: (Omit<Buying, 'owner' | 'referrer'> & { creator: CreatorLike; item: number })[],
    { owner = null, referrer = null }: Pick<Buying, 'owner' | 'referrer'> = {},
  ): Promise<Plan<null>> {
    const all = await Promise.all(orders.map(({ creator, item, ...buying }) => this.#order(creator, item, buying)));
    const value = all.reduce((sum, one) => sum + one.value, 0n);
    const values = { orders: all.map(({ order }) => order), owner, referrer };
    return this.plan(messages.buyMany, values, `Buy ${count(all.length, 'item')}${owner ? ` for ${short(owner)}` : ''}.`, value);
  }

  async #order(creator: CreatorLike, id: number, { maxPrice, edition }: Buying): Promise<{ order: storefront.Order; value: bigint; title: string }> {
    const item = await this.item(creator, id);
    const { price = 0n, payWhatYouWant = false } = item?.listing ?? {};
    const most = maxPrice ?? price;
    // What is more than the price comes back at once; so no more goes along than it costs now.
    const value = payWhatYouWant || most < price ? most : price;
    const order = { creator: idOf(creator), item: id, maxPrice: most, edition: edition === undefined ? (item?.edition ?? null) : edition };
    return { order, value, title: item?.content.title ? `"${item.content.title}"` : `item ${id}` };
  }

  /**
   * Buys something of a price tier without telling the chain what. Keep the secret, and show it to the creator: it is
   * what proves what was bought.
   */
  async buyBlinded(
    creator: CreatorLike,
    tier: number,
    item: number,
    { maxPrice, secret = random() }: { maxPrice?: bigint; secret?: Uint8Array } = {},
  ): Promise<{ plan: Plan<null>; secret: Hex; commitment: Hex }> {
    const most = maxPrice ?? (await this.tier(creator, tier)) ?? 0n;
    const buyer = await this.self();
    const commitment = blindedPurchase({ storefront: this.address, creator: idOf(creator), tier, buyer, item, secret });
    const what = `Buy something of price tier ${tier} of ${nameOf(creator)}, without telling the chain what.`;
    const plan = await this.plan(messages.buyBlinded, { creator: idOf(creator), tier, commitment, maxPrice: most }, what, most);
    return { plan, secret: toHex(secret), commitment };
  }

  // ---- For creators ----

  /** Opens a creator's storefront. */
  open(creator: CreatorLike): Promise<Plan<null>> {
    return this.plan(messages.open, { creator: idOf(creator) }, `Open the storefront of ${nameOf(creator)}.`);
  }

  /** Publishes an item, and returns its number. */
  publish(creator: CreatorLike, listing: storefront.Listing, content: storefront.Content): Promise<Plan<number>> {
    const what = `Publish "${content.title}" for ${this.format(listing.price)}.`;
    return this.plan(messages.publish, { creator: idOf(creator), listing, content }, what);
  }

  /** Brings out another edition of an item, and returns its number. */
  revise(creator: CreatorLike, item: number, content: storefront.Content): Promise<Plan<number>> {
    return this.plan(messages.revise, { creator: idOf(creator), item, content }, `Bring out a new edition of item ${item}: "${content.title}".`);
  }

  /** Changes an item's price. */
  setPrice(creator: CreatorLike, item: number, price: bigint): Promise<Plan<null>> {
    return this.plan(messages.setPrice, { creator: idOf(creator), item, price }, `Sell item ${item} for ${this.format(price)}.`);
  }

  /** Says which price tier pays for an item, too. */
  setItemTier(creator: CreatorLike, item: number, tier: number | null): Promise<Plan<null>> {
    const what = tier === null ? `Take item ${item} out of its price tier.` : `Put item ${item} into price tier ${tier}.`;
    return this.plan(messages.setItemTier, { creator: idOf(creator), item, tier }, what);
  }

  /** Takes an item off sale. */
  retire(creator: CreatorLike, item: number): Promise<Plan<null>> {
    return this.plan(messages.retire, { creator: idOf(creator), item }, `Take item ${item} off sale.`);
  }

  /** Puts an item on sale again. */
  relist(creator: CreatorLike, item: number): Promise<Plan<null>> {
    return this.plan(messages.relist, { creator: idOf(creator), item }, `Put item ${item} on sale again.`);
  }

  /** Sets the price of a tier for blinded purchases; null ends it. */
  setTier(creator: CreatorLike, tier: number, price: bigint | null): Promise<Plan<null>> {
    const what = price === null ? `End price tier ${tier}.` : `Let price tier ${tier} cost ${this.format(price)}.`;
    return this.plan(messages.setTier, { creator: idOf(creator), tier, price }, what);
  }

  /** Gives an account access to an item for nothing. */
  give(creator: CreatorLike, item: number, owner: string): Promise<Plan<null>> {
    return this.plan(messages.give, { creator: idOf(creator), item, owner }, `Give item ${item} to ${short(owner)} for nothing.`);
  }

  /** Refunds purchases from one page of 128 items, with money attached if the books have too little. */
  refund(
    creator: CreatorLike,
    refund: { owner: string; earlier: Hex; history: storefront.Purchase[]; which: number[] },
    added = 0n,
  ): Promise<Plan<null>> {
    const what = `Refund ${count(refund.which.length, 'purchase')} of ${short(refund.owner)}.`;
    return this.plan(messages.refund, { creator: idOf(creator), ...refund }, what, added);
  }

  // ---- For anybody ----

  /** Pays what waits for a creator. */
  payout(creator: CreatorLike): Promise<Plan<null>> {
    return this.plan(messages.payout, { creator: idOf(creator) }, `Pay out what waits for ${nameOf(creator)}.`);
  }

  /** Pays what waits for a creator who was deleted. */
  payoutDeleted(creator: CreatorLike, recipients: storefront.Recipient[]): Promise<Plan<null>> {
    return this.plan(messages.payoutDeleted, { creator: idOf(creator), recipients }, `Pay out what waits for ${nameOf(creator)}, who was deleted.`);
  }

  /** Has the storefront look up where a creator's money goes. */
  refresh(creator: CreatorLike): Promise<Plan<null>> {
    return this.plan(messages.refresh, { creator: idOf(creator) }, `Look up where the money of ${nameOf(creator)} goes.`);
  }

  /** Sends the platform's fees to the treasury. */
  withdrawFees(): Promise<Plan<null>> {
    return this.plan(messages.withdrawFees, {}, "Send the platform's fees to its treasury.");
  }

  // ---- For the guardian ----

  /** Stops tips and purchases for so many milliseconds. */
  pause(duration: bigint): Promise<Plan<null>> {
    return this.plan(messages.pause, { duration }, `Stop tips and purchases for ${duration / 1000n} seconds.`);
  }

  /** Ends a pause early. */
  resume(): Promise<Plan<null>> {
    return this.plan(messages.resume, {}, 'Allow tips and purchases again.');
  }
}
