// An item as a reader sees it: to be bought, given away, bought without telling what, or theirs.

import { type Creator, type Farthing, ITEMS_OF_PAGE, type Item } from '@farthing/client';
import { h } from '@farthing/elements';
import type { Bought } from '@farthing/http';
import { type Hex, toHex } from '@farthing/vouchers';
import type { App } from '../app.js';
import { getting } from '../content.js';
import { blockOfHidden } from '../history.js';
import { area, called, cards, field, form, isLink, money, more, note, submit, time } from '../parts.js';

const DAY = 86_400_000n;

/** What a card shows. */
interface Shown {
  creator: Creator;
  item: Item;
  /** Until when it is whoever's is there; null for ever, undefined if it never was. */
  until: bigint | null | undefined;
  now: bigint;
  self: string | null;
}

/** Which items of a creator somebody has, and until when; null for ever. */
export async function ownedBy(farthing: Farthing, account: string, creator: Creator, items: number): Promise<Map<number, bigint | null>> {
  const numbers = Array.from({ length: Math.ceil(items / ITEMS_OF_PAGE) }, (_, page) => page);
  const pages = await farthing.shop.owned(account, numbers.map((page) => ({ creator, page })));
  const all = new Map<number, bigint | null>();
  pages.forEach(({ owned, passes }, page) => {
    for (const { slot, until } of passes) all.set(page * ITEMS_OF_PAGE + slot, until);
    for (let slot = 0; slot < ITEMS_OF_PAGE; slot++) if ((owned >> BigInt(slot)) & 1n) all.set(page * ITEMS_OF_PAGE + slot, null);
  });
  return all;
}

/** Returns an item's card. */
export function itemCard(app: App, farthing: Farthing, shown: Shown): Node[] {
  const w = app.words.item;
  const { creator, item, until, now } = shown;
  const { listing, content, left, retired } = item;
  const title = h('h3', {}, content.title);
  const own = { ...content, bought: async () => ({ creator: creator.id, item: item.id }) };
  if (until === null) return [title, h('p', {}, w.yours), ...getting(app, own)];
  const pass = until === undefined ? [] : until > now ? [h('p', {}, w.until(time(until))), ...getting(app, own)] : [note(w.ended(time(until)))];
  const start = [title, ...notes(app, item), ...pass];
  if (retired || left === 0) return [...start, note(w.gone)];
  if (listing.price === 0n && !listing.payWhatYouWant) return [...start, h('p', {}, w.free), ...getting(app, content)];
  return [...start, buying(app, farthing, shown), ...byVoucher(app, shown), giving(app, farthing, shown), ...hidden(app, farthing, shown)];
}

function notes({ words: { item: w } }: App, { listing, left, edition }: Item): Node[] {
  const all = [
    left !== null && w.left(left),
    listing.period !== null && w.period(String(Number((listing.period * 100n) / DAY) / 100)),
    listing.payWhatYouWant && w.payWhatYouWant,
    edition > 1 && w.edition(edition),
  ];
  const text = all.filter(Boolean).join(', ');
  return text ? [note(text)] : [];
}

function buying(app: App, farthing: Farthing, { creator, item: { id, listing }, until }: Shown): Node {
  const { item: w, common } = app.words;
  const price = farthing.format(listing.price);
  if (!listing.payWhatYouWant) return app.button(until === undefined ? w.buyFor(price) : w.extend(price), () => app.pay((own) => own.buy(creator, id)), true);
  const amount = money(common.amount(farthing.chain.token.symbol), { required: true, value: farthing.chain.token.text(listing.price) });
  return form(() => void app.pay(async (own) => own.buy(creator, id, { maxPrice: own.unit(amount.input.value) })), amount.node, submit(w.buy, true));
}

/** What is behind a gateway can be had by voucher, too: by the piece, by the byte, by the second. It is asked when that is unfolded. */
function byVoucher(app: App, { creator, item: { content } }: Shown): Node[] {
  if (!isLink(content.uri)) return [];
  const w = app.words.item;
  const place = h('div', {});
  const folded = more(w.voucher, note(w.voucherText), place);
  folded.addEventListener('toggle', () => {
    if (place.hasChildNodes()) return;
    const tag = document.createElement('farthing-paywall');
    for (const [name, value] of Object.entries({ src: content.uri, payee: creator.owner, title: content.title, commitment: content.commitment })) tag.setAttribute(name, value);
    place.append(tag);
  });
  return [folded];
}

function giving(app: App, farthing: Farthing, { creator, item: { id, listing } }: Shown): Node {
  const w = app.words.item;
  const owner = field(w.giftFor, { required: true });
  const give = (): void => void app.pay((own) => own.buy(creator, id, { owner: owner.input.value.trim() }));
  return more(w.gift, form(give, owner.node, submit(w.giftBuy(farthing.format(listing.price)))));
}

/** A purchase that hides the item, where a tier pays for it. Its proof is kept before it is sent. */
function hidden(app: App, farthing: Farthing, { creator, item: { id, listing, content } }: Shown): Node[] {
  const w = app.words.item;
  const { tier } = listing;
  if (tier === null) return [];
  const buy = (): Promise<void> => {
    let keep: (block: number | null) => Promise<void> = async () => {};
    return app.pay(async (own) => {
      const { address } = await own.account();
      const secret = toHex(crypto.getRandomValues(new Uint8Array(32)));
      const { plan, commitment } = await own.shop.buyBlinded(creator, tier, id, { secret: fromText(secret) });
      const kept: Omit<Kept, 'block'> = { title: content.title, creator: called(creator), proof: { storefront: own.shop.address, creator: creator.id, tier, buyer: address, item: id, secret, commitment } };
      const key = `${keyOf(own, address)}${commitment}`;
      keep = (block) => own.outbox.store.update(key, () => ({ keep: JSON.stringify({ ...kept, block }), give: undefined }));
      await keep(null);
      return plan;
    }, ({ receipt }) => keep(receipt.block.number));
  };
  return [more(w.hidden, note(w.hiddenText), app.button(w.hiddenBuy(farthing.format(listing.price)), buy))];
}

/** A hidden purchase that this browser keeps. */
interface Kept {
  title: string;
  creator: string;
  proof: { storefront: string; creator: number; tier: number; buyer: string; item: number; secret: Hex; commitment: Hex };
  /** In which block it was paid for, as far as the page has seen. */
  block?: number | null;
}

const keyOf = ({ chain }: Farthing, account: string): string => `hidden ${chain.genesis} ${account} `;
const fromText = (hex: string): Uint8Array => Uint8Array.from(hex.slice(2).match(/../g) ?? [], (byte) => parseInt(byte, 16));

/** Returns the hidden purchases that this browser keeps, with their proofs, which their creators take. */
export async function proofs(app: App, farthing: Farthing, account: string): Promise<Node[]> {
  const kept = await farthing.outbox.store.list(keyOf(farthing, account));
  if (kept.length === 0) return [];
  const all = await Promise.all(kept.map(([, text]) => proofCard(app, farthing, account, JSON.parse(text) as Kept)));
  return [h('h2', {}, app.words.item.proofs), cards(all, '')];
}

async function proofCard(app: App, farthing: Farthing, account: string, kept: Kept): Promise<Node[]> {
  const { item: w } = app.words;
  const { title, creator, proof } = kept;
  const shown = area(w.proof(title), { readonly: true });
  shown.input.value = JSON.stringify(proof);
  const item = await farthing.shop.item(proof.creator, proof.item);
  const bought = async (): Promise<Bought> => {
    const block = await blockOfHidden(farthing, proof.commitment, account, kept.block ?? null);
    if (block === null) throw new RangeError(w.noPurchase);
    return { creator: proof.creator, item: proof.item, proof: { tier: proof.tier, secret: proof.secret, block } };
  };
  return [h('h3', {}, title), note(creator), ...(item ? getting(app, { ...item.content, bought }) : []), more(w.proof(title), shown.node)];
}
