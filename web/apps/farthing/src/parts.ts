// Pieces that several views are made of.

import { type Creator, type Farthing, type Listed } from '@farthing/client';
import { h, wordsOf } from '@farthing/elements';
import { accountHex, contentHash, type Hex } from '@farthing/vouchers';
import { words } from './words.js';

type Attributes = Record<string, string | number | boolean>;

/** Returns a labelled field. */
export function field(label: string, attributes: Attributes = {}): { node: HTMLLabelElement; input: HTMLInputElement } {
  const input = h('input', { autocomplete: 'off', ...attributes });
  return { node: h('label', {}, label, input), input };
}

/** Returns a labelled field for an amount. */
export const money = (label: string, attributes: Attributes = {}): ReturnType<typeof field> => field(label, { inputmode: 'decimal', ...attributes });

/** Returns a labelled field of several lines. */
export function area(label: string, attributes: Attributes = {}): { node: HTMLLabelElement; input: HTMLTextAreaElement } {
  const input = h('textarea', { rows: 3, ...attributes });
  return { node: h('label', {}, label, input), input };
}

/** Returns a box to be ticked. */
export function tick(label: string, checked = false): { node: HTMLLabelElement; input: HTMLInputElement } {
  const input = h('input', { type: 'checkbox', checked });
  return { node: h('label', { class: 'tick' }, input, label), input };
}

/** Returns a labelled choice of one. */
export function select(label: string, options: [value: string, text: string][]): { node: HTMLLabelElement; input: HTMLSelectElement } {
  const input = h('select', {}, ...options.map(([value, text]) => h('option', { value }, text)));
  return { node: h('label', {}, label, input), input };
}

/** Returns a form that does something when it is sent. */
export function form(submit: () => void, ...children: Node[]): HTMLFormElement {
  return h('form', { submit: (event) => { event.preventDefault(); submit(); } }, ...children);
}

/** Returns a button that sends its form. */
export const submit = (label: string, isMain = false): HTMLButtonElement => h('button', { type: 'submit', class: isMain ? 'main' : '' }, label);

/** Returns things that stand beside each other. */
export const row = (...children: Node[]): HTMLElement => h('div', { class: 'row' }, ...children);

/** Returns something that is shown when somebody asks for it. */
export const more = (label: string, ...children: Node[]): HTMLElement => h('details', {}, h('summary', {}, label), ...children);

/** Returns a part of a view with its heading. */
export const part = (title: string, ...children: Node[]): Node[] => [h('h2', {}, title), ...children];

/** Returns a quiet line. */
export const note = (text: string): HTMLElement => h('p', { class: 'quiet' }, text);

/** Returns names with what stands behind them. */
export const facts = (rows: [string, string][]): HTMLElement =>
  h('dl', {}, ...rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));

/** Returns a list of cards, or what is said if there are none. */
export const cards = (all: Node[][], none: string): HTMLElement =>
  all.length === 0 ? note(none) : h('ul', { class: 'cards' }, ...all.map((nodes) => h('li', { class: 'card' }, ...nodes)));

/** Reads a part of a list, and the next one from where that one ended. */
export type Pages<T> = (after?: string) => Promise<Listed<T>>;

/**
 * Shows a list as far as one answer has it, and a button for what comes next, as long as there is something. `add`
 * shows one of its items, and says whether it is to be shown. Returns what to put below; null if there is nothing.
 */
async function growing<T>(pages: Pages<T>, add: (one: T) => boolean): Promise<Node[] | null> {
  const told = h('p', { class: 'wrong', role: 'alert' });
  const button = h('button', { type: 'button', click: () => void more() }, words().page.more);
  let after: string | null | undefined;
  const next = async (): Promise<boolean> => {
    // What is not to be shown must not look like the end.
    while (after !== null) {
      const part: Listed<T> = await pages(after);
      after = part.next;
      if (part.items.filter(add).length > 0) return true;
    }
    return false;
  };
  const more = async (): Promise<void> => {
    button.disabled = true;
    told.textContent = '';
    try {
      await next();
    } catch (error) {
      told.textContent = await explain(error);
    }
    button.disabled = false;
    if (after !== null) return button.focus();
    // Whoever goes on by keys goes on at the list.
    (told.previousElementSibling as HTMLElement | null)?.focus();
    button.remove();
  };
  if (!(await next())) return null;
  return after === null ? [] : [told, button];
}

/**
 * Returns a table of a list that may be longer than one answer, or what is said if it has no rows. It can be scrolled,
 * by keys, too. What `row` makes nothing of is left out.
 */
export async function tableOf<T>(caption: string, heads: string[], pages: Pages<T>, row: (one: T) => string[] | null, none: string): Promise<Node> {
  const head = h('tr', {}, ...heads.map((one) => h('th', { scope: 'col' }, one)));
  const body = h('tbody', {});
  const rest = await growing(pages, (one) => {
    const cells = row(one);
    if (cells) body.append(h('tr', {}, ...cells.map((cell) => h('td', {}, cell))));
    return cells !== null;
  });
  if (!rest) return note(none);
  return h('div', {}, h('div', { class: 'table', tabindex: 0, role: 'region', 'aria-label': caption }, h('table', {}, h('thead', {}, head), body)), ...rest);
}

/** Returns cards of a list that may be longer than one answer; or what is said if there are none. */
export async function cardsOf<T>(pages: Pages<T>, card: (one: T) => Node[], none: string): Promise<Node> {
  const list = h('ul', { class: 'cards' });
  const rest = await growing(pages, (one) => (list.append(h('li', { class: 'card' }, ...card(one))), true));
  return rest ? h('div', {}, list, ...rest) : note(none);
}

/** Returns whether something a stranger named can be followed. */
export const isLink = (uri: string): boolean => /^https?:\/\//.test(uri);

/** Returns a link to what a stranger named, if it is one that can be followed. */
export function link(uri: string, text = uri): Node | null {
  if (!isLink(uri)) return uri ? h('span', { class: 'quiet' }, uri) : null;
  return h('a', { href: uri, rel: 'noopener noreferrer nofollow', target: '_blank' }, text);
}

/** Returns a paragraph of a node, if there is one. */
export const present = (node: Node | null): Node[] => (node ? [h('p', {}, node)] : []);

/** Returns what went wrong, in the page's language. */
export const explain = (error: unknown): Promise<string> => wordsOf(document.documentElement.lang).explain(error);

/** Returns a moment as people write it. */
export const time = (millis: bigint | number): string => new Date(Number(millis)).toLocaleString(document.documentElement.lang);

/** Returns a day as people write it. */
export const day = (millis: number): string => new Date(millis).toLocaleDateString(document.documentElement.lang, { timeZone: 'UTC' });

/** Returns an account, short enough for a table. */
export const short = (account: string): string => (account.length > 16 ? `${account.slice(0, 6)}…${account.slice(-6)}` : account);

/** Returns the hash of a text, as contracts keep it. */
export const textHash = (text: string): Hex => contentHash(new TextEncoder().encode(text));

/** Reads a number that may be left out. */
export function number(text: string): number | null {
  if (!text.trim()) return null;
  const found = Number(text);
  if (!Number.isFinite(found)) throw new RangeError(words().page.notSaid(text));
  return found;
}

/** Reads a moment that may be left out. */
export const moment = (text: string): bigint | null => (text ? BigInt(new Date(text).getTime()) : null);

const rows = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter(Boolean);

/** Reads accounts, one a line. */
export const accounts = (text: string): string[] => rows(text).map((line) => (accountHex(line), line));

/** Reads accounts and their percentages, a line each. */
export function recipients(text: string): { account: string; parts: number }[] {
  return rows(text).map((line) => {
    const [account = '', percent = '', ...rest] = line.split(/\s+/);
    const parts = Math.round(Number(percent) * 10_000);
    if (rest.length || !percent || !Number.isFinite(parts)) throw new RangeError(words().page.noSplit);
    return { account, parts };
  });
}

/** Reads days and percentages, a line each. */
export function steps(text: string): { from: bigint; parts: number }[] {
  return rows(text).map((line) => {
    const [when = '', percent = '', ...rest] = line.split(/\s+/);
    const [from, parts] = [new Date(when).getTime(), Math.round(Number(percent) * 10_000)];
    if (rest.length || !percent || !Number.isFinite(from) || !Number.isFinite(parts)) throw new RangeError(words().page.noSteps);
    return { from: BigInt(from), parts };
  });
}

/** Returns all creators, newest first. */
export async function creatorsOf(farthing: Farthing): Promise<Creator[]> {
  const all = [];
  for await (const creator of farthing.creators.all()) all.push(creator);
  return all.reverse();
}

/** Returns how a creator is called. */
export const called = ({ handle, id }: { handle: string | null; id: number }): string => handle ?? words().common.creator(id);

/** Returns the creator with a handle, or a number, as an address of the page has it. */
export const creatorAt = (farthing: Farthing, handle: string): Promise<Creator | null> => farthing.creator(/^\d+$/.test(handle) ? Number(handle) : handle);

/** Returns the chain's time, which its contracts go by. */
export const now = async (farthing: Farthing): Promise<bigint> => (await farthing.channels.list([])).now.time;
