// What was, as an index tells it: without one, or while it does not answer, the page says so where somebody would look
// for it, and goes on with what the chain tells.

import { type Creator, type Earned, type Farthing, type Found, type Gave, Index, type Listed, type Moved, type Paid, type Released, type Tipped } from '@farthing/client';
import { h } from '@farthing/elements';
import { sameAccount } from '@farthing/vouchers';
import type { App } from '../app.js';
import { type Bar, chart } from '../chart.js';
import { cardsOf, day, explain, field, form, link, note, part, row, short, submit, tableOf, time } from '../parts.js';
import { words } from '../words.js';

const DAY = 86_400_000;
const DAYS = 30;

/** Makes nodes of what the index tells; says so if there is none, or why it tells nothing. */
async function told(farthing: Farthing, make: (index: Index) => Promise<Node[]>): Promise<Node[]> {
  try {
    const index = await Index.of(farthing);
    return index ? await make(index) : [note(words().past.none)];
  } catch (error) {
    return [h('p', { class: 'wrong' }, await explain(error))];
  }
}

const amount = (farthing: Farthing, sum: bigint | null): string => (sum === null ? '' : farthing.format(sum));

// ---- For readers ----

/** Returns a way to search what is on sale, if there is an index. */
export function searchForm(app: App, farthing: Farthing, creators: Creator[]): Node[] {
  const w = words().creators;
  if (farthing.indexUrl === null) return [note(words().past.none)];
  const text = field(w.search, { required: true });
  const found = h('div', { role: 'status' });
  const search = async (): Promise<void> => {
    found.replaceChildren(...(await told(farthing, async (index) => {
      const sought = text.input.value;
      const card = ({ creator, title, uri, price }: Found): Node[] => {
        const handle = creators.find(({ id }) => id === creator)?.handle ?? String(creator);
        return [h('h3', {}, h('a', { href: `#/creator/${handle}` }, title)), note(handle), note(farthing.format(price)), ...(link(uri) ? [h('p', {}, link(uri))] : [])];
      };
      return [h('h2', {}, w.found), await cardsOf((after) => index.search(sought, after), card, w.foundNone)];
    })));
  };
  return [form(() => app.attempt(search), row(text.node, submit(w.searching))), found];
}

/** Returns what an account has paid in storefronts, with prices and dates. */
export async function paidBy(farthing: Farthing, account: string, creators: Creator[]): Promise<Node[]> {
  const w = words().library;
  const nodes = await told(farthing, async (index) => {
    const titles = new Map<number, Map<number, string>>();
    const pages = async (after?: string): Promise<Listed<Paid>> => {
      const part = await index.paidBy(account, after);
      const unknown = [...new Set(part.items.map(({ creator }) => creator))].filter((creator) => !titles.has(creator));
      await Promise.all(unknown.map(async (creator) => titles.set(creator, await titlesOf(farthing, creator))));
      return part;
    };
    const row = (one: Paid): string[] => [time(one.time), `${creators.find(({ id }) => id === one.creator)?.handle ?? one.creator}: ${whatFor(one, titles.get(one.creator))}`, paid(farthing, one)];
    return [await tableOf(w.bought, [w.when, w.what, w.paid], pages, row, words().money.noneYet)];
  });
  return part(w.bought, ...nodes);
}

/** Returns how a creator's items are called; those of a creator who is no more have numbers only. */
const titlesOf = async (farthing: Farthing, creator: number): Promise<Map<number, string>> =>
  new Map((await farthing.shop.catalogue(creator).catch(() => [])).map(({ id, content }) => [id, content.title]));

/** Returns what somebody paid for, in words. */
function whatFor({ kind, number, payer, owner }: Paid, titles?: Map<number, string>): string {
  const w = words().money;
  if (kind === 'tip' || number === null) return w.tip;
  if (kind === 'blinded') return w.hidden(number);
  const item = titles?.get(number) ?? w.sale(number);
  return owner !== null && !sameAccount(payer, owner) ? w.giftTo(item, short(owner)) : item;
}

const paid = (farthing: Farthing, { paid: sum, refunded }: Paid): string => (refunded ? `${farthing.format(sum)} (${words().money.refunded})` : farthing.format(sum));

// ---- For creators ----

/** Returns in which blocks an account bought of a creator, if an index tells. */
export async function blocksOf(farthing: Farthing, creator: Creator, owner: string): Promise<number[] | null> {
  try {
    const index = await Index.of(farthing);
    if (!index) return null;
    const blocks: number[] = [];
    const payments = index.all((after) => index.payments(creator.id, after));
    for await (const one of payments) if (one.owner !== null && sameAccount(one.owner, owner) && !one.refunded) blocks.push(one.block);
    return blocks;
  } catch {
    // Then the chain is looked through.
    return null;
  }
}

/** Returns what a creator earned: by day as a chart, less what was given back on that day, payments with prices and dates, tips with what was said. */
export async function earningsOf(farthing: Farthing, creator: Creator, titles: Map<number, string>): Promise<Node[]> {
  const w = words().money;
  const nodes = await told(farthing, async (index) => {
    const earned = await daysOf(index, creator);
    const sale = (one: Paid): string[] | null => (one.kind === 'tip' ? null : [time(one.time), whatFor(one, titles), short(one.payer), paid(farthing, one)]);
    const tip = (one: Tipped): string[] => [time(one.time), short(one.payer), farthing.format(one.paid), one.memo];
    const [sales, tips] = await Promise.all([
      tableOf(w.purchases, [w.when, w.what, w.from, w.paid], (after) => index.payments(creator.id, after), sale, w.noneYet),
      tableOf(w.tips, [w.when, w.from, w.paid, w.memo], (after) => index.tips(creator.id, after), tip, w.noneYet),
    ]);
    return [
      ...(earned.size ? [chart(w.earningsOf(farthing.format([...earned.values()].reduce((sum, one) => sum + one, 0n))), byDay(farthing, earned))] : [note(w.noneYet)]),
      h('h3', {}, w.purchases),
      sales,
      h('h3', {}, w.tips),
      tips,
    ];
  });
  return part(w.earnings, ...nodes);
}

/** What of a day's payments is the creator's. */
const netOf = ({ paid: sum, fee, referral }: Earned): bigint => sum - fee - referral;

/** Returns what a creator earned on each day on which something was paid or given back: below nothing, if that was more. */
async function daysOf(index: Index, creator: Creator): Promise<Map<number, bigint>> {
  const sums = new Map<number, bigint>();
  const add = (one: number, sum: bigint): void => void sums.set(one, (sums.get(one) ?? 0n) + sum);
  for await (const one of index.all((after) => index.earnings(creator.id, after))) add(one.day, netOf(one));
  for await (const { time: when, amount: sum } of index.all((after) => index.refunds(creator.id, after))) add(Math.floor(when / DAY), sum);
  return sums;
}

/** Returns a bar for each day from the first on which something was earned; the last thirty at most. */
function byDay(farthing: Farthing, sums: Map<number, bigint>): Bar[] {
  const w = words().money;
  const [first, last] = [Math.min(...sums.keys()), Math.max(...sums.keys())];
  const from = Math.max(first, last - DAYS + 1);
  return Array.from({ length: last - from + 1 }, (_, i) => from + i).map((one) => {
    const sum = sums.get(one) ?? 0n;
    return { label: day(one * DAY), text: w.earned(day(one * DAY), farthing.format(sum)), value: Number(sum) };
  });
}

// ---- For causes ----

/** Returns who gave to a pool. */
export async function donorsOf(farthing: Farthing, pool: string): Promise<Node[]> {
  const w = words().pool;
  const nodes = await told(farthing, async (index) => {
    const row = ({ donor, total, refunded, time: when }: Gave): string[] => [donor, refunded ? `${farthing.format(total)} (${words().money.refunded})` : farthing.format(total), time(when)];
    return [await tableOf(w.donors, [w.donor, w.gave, w.last], (after) => index.donors(pool, after), row, w.noDonors)];
  });
  return part(w.donors, ...nodes);
}

/** Returns what left a pool, and what was told of it. */
export async function releasesOf(farthing: Farthing, pool: string): Promise<Node[]> {
  const w = words().pool;
  const nodes = await told(farthing, async (index) => {
    const row = ({ kind, account, amount: sum, uri, time: when }: Released): string[] => [time(when), w.releases[kind], account ? short(account) : '', uri || amount(farthing, sum)];
    return [await tableOf(w.paidOut, [w.when, w.what, w.who, w.much], (after) => index.releases(pool, after), row, words().money.noneYet)];
  });
  return part(w.paidOut, ...nodes);
}

/** Returns what happened in a round. */
export async function movesOf(farthing: Farthing, round: string): Promise<Node[]> {
  const w = words().round;
  const nodes = await told(farthing, async (index) => {
    const row = ({ kind, account, pool, amount: sum, time: when }: Moved): string[] => [time(when), w.kinds[kind], short(account ?? pool ?? ''), amount(farthing, sum)];
    return [await tableOf(w.moves, [w.when, w.what, w.who, w.much], (after) => index.moves(round, after), row, words().money.noneYet)];
  });
  return part(w.moves, ...nodes);
}

/** Returns the rounds that the deployment names, and all others if there is an index. */
export async function roundsOf(farthing: Farthing): Promise<{ name: string; title: string }[]> {
  const named = Object.entries(farthing.rounds.named);
  const own = named.map(([name]) => ({ name, title: name }));
  const index = await Index.of(farthing).catch(() => null);
  const others: { name: string; title: string }[] = [];
  try {
    if (index) for await (const { round, title } of index.all(index.rounds)) if (!named.some(([, address]) => sameAccount(address, round))) others.push({ name: round, title });
  } catch {
    // Those that the deployment names can be had without an index.
  }
  return [...own, ...others];
}
