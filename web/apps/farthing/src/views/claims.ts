// For creators: vouchers that readers have signed, taken and claimed.

import { type Creator, DELAY, type Farthing, sentenceOf } from '@farthing/client';
import { h } from '@farthing/elements';
import { accountHex, dueOf, type Paper, parsePaper, Payee } from '@farthing/vouchers';
import type { App } from '../app.js';
import { form } from '../parts.js';

/** How many vouchers one claim takes. */
const AT_ONCE = 64;

/** Takes vouchers that somebody brings, and claims what those that were taken are worth. */
export async function claims(app: App, farthing: Farthing, { owner }: Creator): Promise<Node[]> {
  const { address } = farthing.channels;
  const payee = new Payee(farthing.outbox.store, { genesis: farthing.chain.genesis, payee: owner });
  const due = await worth(farthing, await payee.best(address));
  const sum = due.reduce((all, one) => all + one.due, 0n);
  const text = h('textarea', { rows: 3, required: true, spellcheck: 'false' });
  const take = async (): Promise<void> => {
    const lines = text.value.split('\n').filter((line) => line.trim());
    const verdicts = [];
    for (const line of lines) verdicts.push(await takeOne(farthing, payee, owner, line));
    await app.show();
    app.flow.say(verdicts.join(' '));
  };
  const claim = (): Promise<void> => app.pay((own) => own.channels.claim(owner, due.slice(0, AT_ONCE).map(({ paper }) => paper)));
  return [
    h('p', {}, sum > 0n ? `Vouchers that you have taken are worth ${farthing.format(sum)}.` : 'You have no vouchers to claim.'),
    ...(sum > 0n ? [app.button('Claim them', claim, true)] : []),
    form(() => void take(), h('label', {}, 'Vouchers, a line each', text), h('button', { type: 'submit' }, 'Take')),
  ];
}

async function takeOne(farthing: Farthing, payee: Payee, owner: string, line: string): Promise<string> {
  try {
    const paper = parsePaper(line);
    const { payer, lane } = paper.voucher.channel;
    const { now, channels } = await farthing.channels.list([[payer, owner, lane]]);
    const wanted = { closer: accountHex(owner), minDelay: DELAY.least };
    const received = await payee.take(paper, farthing.channels.address, wanted, channels[0] ?? null, now);
    return `Taken: ${farthing.format(received.new)} more.`;
  } catch (error) {
    return sentenceOf(error);
  }
}

/** What each voucher would bring now; those that bring nothing are left out. */
async function worth(farthing: Farthing, papers: Paper[]): Promise<{ paper: Paper; due: bigint }[]> {
  const all = [];
  for (const paper of papers) {
    const { payer, payee, lane } = paper.voucher.channel;
    const { now, channels } = await farthing.channels.list([[payer, payee, lane]]);
    all.push({ paper, due: dueOf(paper, channels[0] ?? null, now) });
  }
  return all.filter(({ due }) => due > 0n);
}
