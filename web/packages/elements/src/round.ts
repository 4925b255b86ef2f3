// <farthing-round address="5…">

import type { Farthing } from '@farthing/client';
import { h } from './dom.js';
import { FarthingElement } from './element.js';

/** Shows a matching round: its pools, and what each would get if the money were divided now. */
export class FarthingRound extends FarthingElement {
  protected async content(farthing: Farthing): Promise<Node[]> {
    const { words } = this;
    const round = farthing.rounds.at(this.getAttribute('address') ?? '');
    const [{ terms, stage, books }, shown] = await Promise.all([round.overview(), round.page()]);
    // Where only some can donate, a proof goes along, which this tag does not have.
    const takes = stage === 'Open' && terms.verifier === null;
    const pools = shown.map(({ projection: { entry, tally }, told }) => {
      const name = told?.title ?? entry.account;
      const line = [words.donors(tally.donors), words.wouldGet(farthing.format(entry.share))].join(', ');
      const amount = h('input', { inputmode: 'decimal', autocomplete: 'off', required: true });
      const give = (event: Event): void => {
        event.preventDefault();
        void this.pay(async (own) => own.rounds.at(round.address).donate(entry.account, own.unit(amount.value)));
      };
      const form = h('form', { class: 'row', submit: give }, h('label', {}, words.amount(farthing.chain.token.symbol), amount), h('button', { type: 'submit' }, words.donate));
      return h('li', {}, h('strong', {}, name), h('p', { class: 'quiet' }, line), takes && form);
    });
    return [h('h2', {}, terms.title), h('p', {}, words.matching(farthing.format(books.money))), h('ul', {}, ...pools)];
  }
}
