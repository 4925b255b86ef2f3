// A pool's sponsors: who added money to gifts, and how one becomes one.

import { type abi } from '@farthing/client';
import { h } from '@farthing/elements';
import { cards, facts, field, form, moment, money, more, note, now, number, short, submit, time } from '../parts.js';
import type { Shown } from './pool.js';

const NEVER = 2n ** 63n;

/** Shows a pool's sponsors, and takes others. */
export async function sponsorsOf(shown: Shown): Promise<Node[]> {
  const { app, farthing, pool, self, overview: { terms, stage } } = shown;
  const [sponsors, moment] = await Promise.all([pool.sponsors(), now(farthing)]);
  const w = app.words.pool;
  const all = sponsors.map((one) => card(shown, one, moment));
  const takes = self && stage === 'Open' && terms.leastSponsorship > 0n;
  return [cards(all, w.noSponsors), ...(takes ? [sponsorForm(shown)] : [])];
}

function card({ app, farthing, own, self, overview: { stage, terms } }: Shown, one: abi.pool.Sponsor, now: bigint): Node[] {
  const w = app.words.pool;
  const rows: [string, string][] = [
    [w.ratio, w.ratioOf(one.ratio / 100)],
    [w.perDonor, farthing.format(one.perDonor)],
    [w.given, farthing.format(one.given)],
    [w.spent, farthing.format(one.spent)],
    ...(one.until < NEVER ? [[w.sponsorUntil, time(one.until)] as [string, string]] : []),
  ];
  // With a goal it is settled at the deadline; else a pledge has an end of its own.
  const isOver = terms.mode.type === 'AllOrNothing' ? stage !== 'Open' : one.until <= now;
  const rest = self !== null && isOver && !one.returned ? [app.button(w.return(one.number), () => app.pay((farthing) => own(farthing).returnSponsorship(one.number)))] : [];
  return [h('h3', {}, `${w.sponsorTitle(one.number)}: ${short(one.account)}`), facts(rows), ...(one.returned ? [note(w.returned)] : rest)];
}

function sponsorForm({ app, farthing, own, overview: { terms } }: Shown): Node {
  const { pool: w, common } = app.words;
  const { symbol } = farthing.chain.token;
  const amount = money(common.amount(symbol), { required: true, value: farthing.chain.token.text(terms.leastSponsorship) });
  const ratio = money(w.sponsorRatio, { required: true, value: '100' });
  const perDonor = money(w.sponsorPerDonor(symbol), { required: true });
  const until = field(w.sponsorEnds, { type: 'datetime-local' });
  const put = (): void =>
    void app.pay(async (connected) => {
      const pledge = { ratio: Math.round((number(ratio.input.value) ?? 0) * 100), perDonor: connected.unit(perDonor.input.value), until: moment(until.input.value) };
      return own(connected).sponsor(pledge, connected.unit(amount.input.value));
    });
  return more(w.sponsor, note(w.sponsorText(farthing.format(terms.leastSponsorship))), form(put, amount.node, ratio.node, perDonor.node, until.node, submit(w.sponsorDo)));
}
