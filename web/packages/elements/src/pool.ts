// <farthing-pool address="5…">

import type { abi, Farthing } from '@farthing/client';
import { h } from './dom.js';
import { FarthingElement } from './element.js';

/** Shows how far a pool has come, and takes donations. */
export class FarthingPool extends FarthingElement {
  protected async content(farthing: Farthing): Promise<Node[]> {
    const { words } = this;
    const pool = farthing.pools.at(this.getAttribute('address') ?? '');
    const { terms, stage, sums } = await pool.summary();
    const { symbol } = farthing.chain.token;
    const amount = h('input', { inputmode: 'decimal', autocomplete: 'off', required: true, value: this.getAttribute('amounts') ?? '' });
    const form = h(
      'form',
      { class: 'row', submit: (event) => { event.preventDefault(); void this.pay(async (own) => own.pools.at(pool.address).donate(own.unit(amount.value))); } },
      h('label', {}, words.amount(symbol), amount),
      h('button', { type: 'submit', class: 'main' }, words.donate),
    );
    return [
      h('h2', {}, terms.title),
      ...this.#progress(farthing, terms, sums),
      ...(stage === 'Open' ? [form] : [h('p', {}, stage === 'Missed' ? words.missed : words.ended)]),
    ];
  }

  #progress(farthing: Farthing, { mode }: abi.pool.Terms, { donated, matched }: abi.pool.Sums): Node[] {
    const { words } = this;
    const sum = donated + matched;
    const time = (millis: bigint): string => new Date(Number(millis)).toLocaleString(this.lang || undefined);
    if (mode.type === 'KeepAll') {
      const { closes } = mode.value;
      return closes === null ? [] : [h('p', { class: 'quiet' }, words.ends(time(closes)))];
    }
    const { goal, deadline } = mode.value;
    const label = words.raised(farthing.format(sum), farthing.format(goal));
    const share = Number((sum * 1000n) / goal) / 1000;
    return [
      h('progress', { max: 1, value: Math.min(1, share), 'aria-label': label }),
      h('p', {}, label),
      h('p', { class: 'quiet' }, words.ends(time(deadline))),
    ];
  }
}
