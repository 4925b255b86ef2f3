// Pieces that several views are made of.

import type { Farthing } from '@farthing/client';
import { h } from '@farthing/elements';

/** Returns a labelled field. */
export function field(label: string, attributes: Record<string, string | number | boolean> = {}): { node: HTMLLabelElement; input: HTMLInputElement } {
  const input = h('input', { autocomplete: 'off', ...attributes });
  return { node: h('label', {}, label, input), input };
}

/** Returns a form that does something when it is sent. */
export function form(submit: () => void, ...children: Node[]): HTMLFormElement {
  return h('form', { submit: (event) => { event.preventDefault(); submit(); } }, ...children);
}

/** Returns names with what stands behind them. */
export const facts = (rows: [string, string][]): HTMLElement =>
  h('dl', {}, ...rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));

/** Returns a list of cards, or what is said if there are none. */
export const cards = (all: Node[][], none: string): HTMLElement =>
  all.length === 0 ? h('p', { class: 'quiet' }, none) : h('ul', { class: 'cards' }, ...all.map((nodes) => h('li', { class: 'card' }, ...nodes)));

/** Returns a link to what a stranger named, if it is one that can be followed. */
export function link(uri: string, text = uri): Node | null {
  if (!/^https?:\/\//.test(uri)) return uri ? h('span', { class: 'quiet' }, uri) : null;
  return h('a', { href: uri, rel: 'noopener noreferrer nofollow', target: '_blank' }, text);
}

/** Returns a moment as people write it. */
export const time = (millis: bigint): string => new Date(Number(millis)).toLocaleString();

/** Returns all creators, newest first. */
export async function creatorsOf(farthing: Farthing): Promise<import('@farthing/client').Creator[]> {
  const all = [];
  for await (const creator of farthing.creators.all()) all.push(creator);
  return all.reverse();
}
