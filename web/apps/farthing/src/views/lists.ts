// Who can donate through a round, if not everybody can: lists, and the proof that somebody is on one.

import { DonorList, type Round } from '@farthing/client';
import { h } from '@farthing/elements';
import { type Hex, sameAccount } from '@farthing/vouchers';
import { accounts, area, facts, field, form, money, more, note, row, select, submit } from '../parts.js';
import type { Shown } from './rounds.js';

type Membership = NonNullable<ReturnType<DonorList['membership']>>;

/** Shows a round's lists; makes others known, for the verifier; and donates, for those who are on one. */
export async function listsOf(shown: Shown): Promise<Node[]> {
  const { app, round, self, overview: { stage, books } } = shown;
  const w = app.words.round;
  const roots = await round.lists();
  const isVerifier = self !== null && books.verifier !== null && sameAccount(books.verifier, self);
  return [
    note(w.listsText),
    roots.length ? facts(roots.map((root, i) => [w.list(i), root])) : note(w.noLists),
    ...(isVerifier && ['Entering', 'Chosen', 'Open'].includes(stage) ? [makeKnown(shown, roots.length)] : []),
    ...(isVerifier && stage === 'Divided' && roots.length ? [app.button(w.freeLists, () => app.pay((connected) => shown.own(connected).freeLists()))] : []),
    ...(self && roots.length && stage === 'Open' ? await donating(shown, roots, self) : []),
  ];
}

function makeKnown({ app, own }: Shown, next: number): Node {
  const w = app.words.round;
  const text = area(w.accounts, { required: true });
  const uri = field(w.listWhere, { type: 'url', maxlength: 128 });
  const set = (): void => void app.pay(async (connected) => own(connected).setList(next, new DonorList(accounts(text.input.value)).root, uri.input.value));
  return more(w.setList, form(set, text.node, uri.node, submit(w.setList)));
}

/** A donation with the proof of a list, which is asked for once and kept by this browser. */
async function donating(shown: Shown, roots: Hex[], self: string): Promise<Node[]> {
  const { app, farthing, own, pools } = shown;
  const { round: w, common } = app.words;
  const known = await membershipOf(shown, roots, self);
  if (!known) return [note(w.notOnList), listForm(shown, roots)];
  const pool = select(w.donateTo, pools.map(({ projection: { entry }, told }): [string, string] => [entry.account, told?.title ?? entry.account]));
  const amount = money(common.amount(farthing.chain.token.symbol), { required: true });
  const give = (): void => void app.pay(async (connected) => own(connected).donate(pool.input.value, connected.unit(amount.input.value), { membership: known }));
  return [h('p', {}, w.onList(known.list)), form(give, row(pool.node, amount.node, submit(w.donate, true)))];
}

function listForm({ app, farthing, round }: Shown, roots: Hex[]): Node {
  const w = app.words.round;
  const text = area(w.accounts, { required: true });
  const use = async (): Promise<void> => {
    const { root } = new DonorList(accounts(text.input.value));
    if (!roots.includes(root)) throw new RangeError(w.noSuchList);
    await farthing.outbox.store.update(keyOf(round, root), () => ({ keep: text.input.value, give: undefined }));
    await app.show();
  };
  return form(() => app.attempt(use), text.node, submit(w.useList));
}

/** The proof that somebody is on a list that this browser has. */
async function membershipOf({ farthing, round }: Shown, roots: Hex[], self: string): Promise<Membership | null> {
  for (const [i, root] of roots.entries()) {
    const text = await farthing.outbox.store.get(keyOf(round, root));
    const found = text ? new DonorList(accounts(text)).membership(i, self) : null;
    if (found) return found;
  }
  return null;
}

const keyOf = ({ address }: Round, root: Hex): string => `list ${address} ${root}`;
