// What somebody bought of a creator, as the contract's hash of it demands, and where they bought without telling what:
// found in the chain's events.

import { type abi, type Creator, type Farthing, Index, ITEMS_OF_PAGE } from '@farthing/client';
import { type Hex, receiptHash, sameAccount } from '@farthing/vouchers';

type Purchase = abi.storefront.Purchase;

/** Purchases of one page of items, as `refund` takes them. */
export interface History {
  earlier: Hex;
  history: Purchase[];
}

const NOTHING: Hex = `0x${'00'.repeat(32)}`;
/** How many purchases a refund has room for. */
const ROOM = 180;
/** How many blocks are looked into at most where no index says which. */
const BLOCKS = 20_000;

/**
 * Finds what an account has bought of the items of one page that was not given back. Looks from the latest block
 * backwards until what is found has the hash that the contract keeps; null if it is not found. `blocks` says where to
 * look, if that is known.
 */
export async function historyOf(farthing: Farthing, creator: Creator, owner: string, page: number, blocks: number[] | null): Promise<History | null> {
  const { receipts } = await farthing.shop.ownedPage(creator, owner, page);
  if (receipts === NOTHING) return { earlier: NOTHING, history: [] };
  const { best } = await farthing.chain.heads();
  const numbers = blocks ? [...new Set(blocks)].sort((one, other) => other - one) : latest(best.number);
  const given: Purchase[] = [];
  const history: Purchase[] = [];
  for (const number of numbers) {
    for (const told of (await ofBlock(farthing, creator, owner, page, number)).reverse()) {
      if (told.isRefund) given.push(...told.purchases);
      else history.unshift(...told.purchases.filter((one) => !wasGiven(given, one)));
    }
    if (hashOf(history) === receipts) return { earlier: hashOf(history.slice(0, -ROOM)), history: history.slice(-ROOM) };
  }
  return null;
}

const latest = (best: number): number[] => Array.from({ length: Math.min(best, BLOCKS) }, (_, i) => best - i);

const hashOf = (history: Purchase[]): Hex => history.reduce((soFar, one) => receiptHash(soFar, one), NOTHING);

/** Returns whether a purchase was given back later, and takes one such off the list. */
function wasGiven(given: Purchase[], one: Purchase): boolean {
  const at = given.findIndex((other) => receiptHash(NOTHING, other) === receiptHash(NOTHING, one));
  if (at >= 0) given.splice(at, 1);
  return at >= 0;
}

/** What a block tells of it, in order. */
async function ofBlock(farthing: Farthing, creator: Creator, owner: string, page: number, number: number): Promise<{ isRefund: boolean; purchases: Purchase[] }[]> {
  const hash = await farthing.chain.hashOf(number);
  if (!hash) return [];
  const isOnPage = ({ item }: { item: number }): boolean => Math.floor(item / ITEMS_OF_PAGE) === page;
  const told: { isRefund: boolean; purchases: Purchase[] }[] = [];
  for (const event of farthing.known.decodeAll(await farthing.chain.eventsOf(hash))) {
    if (event.contract !== 'storefront') continue;
    if (event.name === 'Payments') {
      const { payer, payments } = event.fields;
      const bought = payments.flatMap((one) => (one.type === 'Purchase' && one.value.creator === creator.id && sameAccount(one.value.owner, owner) && isOnPage(one.value) ? [one.value] : []));
      told.push({ isRefund: false, purchases: bought.map(({ item, paid, term }) => ({ item, payer, paid, term })) });
    }
    if (event.name === 'Released' && event.fields.release.type === 'Refund') {
      const { value } = event.fields.release;
      if (value.creator === creator.id && sameAccount(value.owner, owner)) told.push({ isRefund: true, purchases: value.purchases.filter(isOnPage) });
    }
  }
  return told;
}

/** Returns the block that a hidden purchase is in: where it was seen, where the index says, or one of the latest; null if it is not found. */
export async function blockOfHidden(farthing: Farthing, commitment: Hex, payer: string, seen: number | null): Promise<number | null> {
  if (seen !== null && (await isHiddenIn(farthing, commitment, seen))) return seen;
  const { best } = await farthing.chain.heads();
  for (const number of (await blocksPaidBy(farthing, payer)) ?? latest(best.number)) if (await isHiddenIn(farthing, commitment, number)) return number;
  return null;
}

async function isHiddenIn(farthing: Farthing, commitment: Hex, number: number): Promise<boolean> {
  const hash = await farthing.chain.hashOf(number);
  if (!hash) return false;
  const events = farthing.known.decodeAll(await farthing.chain.eventsOf(hash));
  return events.some((event) => event.contract === 'storefront' && event.name === 'Payments' && event.fields.payments.some((one) => one.type === 'Blinded' && one.value.commitment === commitment));
}

/** In which blocks an account bought without telling what; null if no index tells. */
async function blocksPaidBy(farthing: Farthing, payer: string): Promise<number[] | null> {
  try {
    const index = await Index.of(farthing);
    if (!index) return null;
    const blocks = new Set<number>();
    for await (const { kind, block } of index.all((after) => index.paidBy(payer, after))) if (kind === 'blinded') blocks.add(block);
    return [...blocks];
  } catch {
    // Then the chain is looked through.
    return null;
  }
}
