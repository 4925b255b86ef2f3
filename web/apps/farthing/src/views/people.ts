// Who may act for a creator, whose it is, and what they say of themselves.

import { type abi, type Creator } from '@farthing/client';
import { h } from '@farthing/elements';
import { sameAccount } from '@farthing/vouchers';
import type { App } from '../app.js';
import { area, field, form, note, part, row, submit, textHash, tick } from '../parts.js';

/** Shows delegates, the profile, and the way to hand everything over. */
export async function peopleOf(app: App, creator: Creator, self: string): Promise<Node[]> {
  const w = app.words.people;
  const own = sameAccount(creator.owner, self);
  return [
    ...part(w.profile, profileForm(app, creator)),
    ...(own ? part(w.delegates, note(w.delegatesText), delegateForm(app, creator)) : []),
    ...(own ? part(w.handOver, note(w.handOverText), ...handOver(app, creator)) : []),
  ];
}

function profileForm(app: App, creator: Creator): Node {
  const { people: w, common } = app.words;
  const text = area(w.profileText, { required: true });
  const uri = field(common.where, { type: 'url', maxlength: 128, required: true, value: creator.profile.uri });
  const set = (): void => void app.pay((own) => own.creators.setProfile(creator, { commitment: textHash(text.input.value), uri: uri.input.value }));
  return form(set, text.node, uri.node, submit(w.setProfile));
}

function delegateForm(app: App, creator: Creator): Node {
  const w = app.words.people;
  const account = field(w.delegate, { required: true });
  const boxes = { catalogue: tick(w.catalogue), price: tick(w.price), profile: tick(w.profileMay) };
  const names: [keyof abi.registry.Permissions, string][] = [['catalogue', w.catalogue], ['price', w.price], ['profile', w.profileMay]];
  const told = h('p', { role: 'status' });
  const ask = async (): Promise<void> => {
    const may = await (await app.farthing()).creators.permissions(creator, account.input.value.trim());
    for (const [name] of names) boxes[name].input.checked = may[name];
    const all = names.filter(([name]) => may[name]).map(([, label]) => label);
    told.textContent = all.length ? w.mayDo(all.join('; ')) : w.mayNothing;
  };
  const set = (): void =>
    void app.pay((own) => {
      const [catalogue, price, profile] = [boxes.catalogue, boxes.price, boxes.profile].map(({ input }) => input.checked);
      return own.creators.setDelegate(creator, account.input.value.trim(), { catalogue: !!catalogue, price: !!price, profile: !!profile });
    });
  const may = h('fieldset', {}, h('legend', {}, w.may), ...Object.values(boxes).map(({ node }) => node));
  return form(set, row(account.node, app.button(w.ask, ask)), told, may, submit(w.allow));
}

function handOver(app: App, creator: Creator): Node[] {
  const w = app.words.people;
  const { offeredTo } = creator;
  if (offeredTo !== null) return [h('p', {}, w.offered(offeredTo)), app.button(w.takeBack, () => app.pay((own) => own.creators.offerOwnership(creator, null)))];
  const to = field(w.to, { required: true });
  return [form(() => void app.pay((own) => own.creators.offerOwnership(creator, to.input.value.trim())), row(to.node, submit(w.offer)))];
}
