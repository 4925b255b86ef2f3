// <farthing-tip creator="ada-paints" amounts="0.01 0.1 1">

import type { Farthing } from '@farthing/client';
import { h } from './dom.js';
import { FarthingElement } from './element.js';

/** Takes tips for a creator. */
export class FarthingTip extends FarthingElement {
  protected async content(farthing: Farthing): Promise<Node[]> {
    const { words } = this;
    const handle = this.getAttribute('creator') ?? '';
    const creator = await farthing.creator(/^\d+$/.test(handle) ? Number(handle) : handle);
    if (!creator) return [h('p', {}, words.notFound)];
    const memo = h('input', { maxlength: 64, autocomplete: 'off' });
    const give = (amount: bigint) => this.pay((own) => own.tip(creator, amount, { memo: memo.value }));
    const amounts = (this.getAttribute('amounts') ?? '0.01 0.1 1').split(/\s+/).filter(Boolean).map((text) => farthing.unit(text));
    const buttons = amounts.map((amount, i) =>
      h('button', { type: 'button', class: i === 0 ? 'main' : '', click: () => void give(amount) }, words.tipAmount(farthing.format(amount))),
    );
    return [
      h('h2', {}, words.tip(creator.handle ?? handle)),
      h('div', { class: 'row' }, h('label', {}, words.memo, memo)),
      h('div', { class: 'row' }, ...buttons),
    ];
  }
}
