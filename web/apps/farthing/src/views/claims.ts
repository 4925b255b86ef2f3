// For creators: vouchers that readers have signed, taken and claimed.

import { type Creator, DELAY, type Farthing } from '@farthing/client';
import { h } from '@farthing/elements';
import { accountHex, dueOf, type Paper, parsePaper, Payee } from '@farthing/vouchers';
import type { App } from '../app.js';
import { area, explain, form, submit } from '../parts.js';

/** How many vouchers one claim takes. */
const AT_ONCE = 64;

/** Takes vouchers that somebody brings, and claims what those that were taken are worth. */
export async function claims(app: App, farthing: Farthing, { owner }: Creator): Promise<Node[]> {
  const w = app.words.claims;
  const { address } = farthing.channels;
  const payee = new Payee(farthing.outbox.store, { genesis: farthing.chain.genesis, payee: owner });
  const due = await worth(farthing, await payee.best(address));
  const sum = due.reduce((all, one) => all + one.due, 0n);
  const text = area(w.vouchers, { required: true, spellcheck: 'false' });
  const take = async (): Promise<void> => {
    const lines = text.input.value.split('\n').filter((line) => line.trim());
    const verdicts = [];
    for (const line of lines) verdicts.push(await takeOne(app, farthing, payee, owner, line));
    await app.show();
    app.flow.say(verdicts.join(' '));
  };
  const claim = (): Promise<void> => app.pay((own) => own.channels.claim(owner, due.slice(0, AT_ONCE).map(({ paper }) => paper)));
  return [
    h('p', {}, sum > 0n ? w.worth(farthing.format(sum)) : w.none),
    ...(sum > 0n ? [app.button(w.claim, claim, true)] : []),
    form(() => void take(), text.node, submit(w.take)),
  ];
}

async function takeOne({ words: { claims: w } }: App, farthing: Farthing, payee: Payee, owner: string, line: string): Promise<string> {
  try {
    const paper = parsePaper(line);
    const { payer, lane } = paper.voucher.channel;
    const { now, channels } = await farthing.channels.list([[payer, owner, lane]]);
    const wanted = { closer: accountHex(owner), minDelay: DELAY.least };
    const received = await payee.take(paper, farthing.channels.address, wanted, channels[0] ?? null, now);
    return w.taken(farthing.format(received.new));
  } catch (error) {
    return explain(error);
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
