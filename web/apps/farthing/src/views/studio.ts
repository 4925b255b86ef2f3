// For creators: register, sell, set prices, divide the money, have it paid out.

import { type Creator, type Farthing, type Item, listing } from '@farthing/client';
import { h } from '@farthing/elements';
import { contentHash, type Hex, sameAccount } from '@farthing/vouchers';
import type { App, Show } from '../app.js';
import { claims } from './claims.js';
import { cards, creatorsOf, facts, field, form } from '../parts.js';

/** A claim that waits to be revealed, as this browser keeps it. */
interface Claim {
  handle: string;
  salt: Hex;
}

/** Shows one's own creators. */
export const studio: Show = async (app, handle) => {
  const self = await app.self();
  if (!self) return app.welcome('Studio', 'Here you register as a creator, sell what you made, and are paid.');
  const farthing = await app.farthing();
  if (handle) return workshop(app, farthing, handle);
  const own = (await creatorsOf(farthing)).filter(({ owner }) => sameAccount(owner, self));
  const links = own.map((one) => [h('h2', {}, h('a', { href: `#/studio/${one.handle ?? one.id}` }, one.handle ?? `Creator ${one.id}`))]);
  return { title: 'Studio', nodes: [cards(links, 'You are no creator yet.'), h('h2', {}, 'Register'), ...(await registration(app, farthing, self))] };
};

/** Two steps, so that nobody can snatch a handle: announce it hidden, wait, and reveal it. */
async function registration(app: App, farthing: Farthing, self: string): Promise<Node[]> {
  const key = `claim ${farthing.chain.genesis} ${self}`;
  const { store } = farthing.outbox;
  const [text, commitment, { wait }] = await Promise.all([store.get(key), farthing.creators.commitment(self), farthing.creators.overview()]);
  const claim = text ? (JSON.parse(text) as Claim) : null;
  if (claim && commitment) {
    const reveal = (): Promise<void> =>
      app.pay(
        (own) => own.creators.register(claim.handle, claim.salt, { commitment: contentHash(new Uint8Array()), uri: '' }),
        () => store.update(key, () => ({ keep: '', give: undefined })),
      );
    return [h('p', {}, `"${claim.handle}" is announced. Once ${wait.millis / 1000n} seconds and ${wait.blocks} blocks are over, register.`), app.button('Register', reveal, true)];
  }
  const handle = field('Handle', { required: true, minlength: 3, maxlength: 32, pattern: '[a-z0-9]+(-[a-z0-9]+)*', placeholder: 'ada-paints' });
  const announce = async (): Promise<void> => {
    const name = handle.input.value;
    await app.pay(async (own) => {
      const { plan, salt } = await own.creators.announce(name);
      // Kept before it is sent: without the salt nobody can reveal it.
      await store.update(key, () => ({ keep: JSON.stringify({ handle: name, salt }), give: undefined }));
      return plan;
    });
  };
  return [form(() => void announce(), h('div', { class: 'row' }, handle.node, h('button', { type: 'submit', class: 'main' }, 'Announce')))];
}

async function workshop(app: App, farthing: Farthing, handle: string): ReturnType<Show> {
  const creator = await farthing.creator(/^\d+$/.test(handle) ? Number(handle) : handle);
  if (!creator) return { title: handle, nodes: [h('p', {}, 'There is no creator by this name.')] };
  const books = await farthing.shop.books(creator);
  const title = `Studio: ${creator.handle ?? creator.id}`;
  if (!books) return { title, nodes: [app.button('Open the storefront', () => app.pay((own) => own.shop.open(creator)), true)] };
  const [items, split] = await Promise.all([farthing.shop.catalogue(creator), farthing.creators.split(creator)]);
  const waits = books.balance > 0n ? [app.button('Pay it out', () => app.pay((own) => own.shop.payout(creator)))] : [];
  return {
    title,
    nodes: [
      facts([['Items', String(books.items)], ['Waits to be paid out', farthing.format(books.balance)]]),
      ...waits,
      h('h2', {}, 'Sell a file'),
      publishForm(app, farthing, creator),
      h('h2', {}, 'Items'),
      cards(items.map((item) => itemCard(app, farthing, creator, item)), 'Nothing is for sale yet.'),
      h('h2', {}, 'Vouchers'),
      ...(await claims(app, farthing, creator)),
      h('h2', {}, 'Who gets the money'),
      facts((split?.recipients ?? []).map(({ account, parts }) => [account, `${parts / 10_000} %`])),
      splitForm(app, creator),
    ],
  };
}

/** A file is hashed here and goes nowhere: buyers check what they get against it. */
function publishForm(app: App, farthing: Farthing, creator: Creator): Node {
  const { symbol } = farthing.chain.token;
  const file = field('File', { type: 'file', required: true });
  const title = field('Title', { required: true, maxlength: 64 });
  const price = field(`Price in ${symbol}`, { inputmode: 'decimal', required: true });
  const uri = field('Where it is, if anybody may know', { type: 'url', maxlength: 128 });
  const told = h('p', { class: 'quiet', role: 'status' });
  file.input.addEventListener('change', () => {
    const [chosen] = file.input.files ?? [];
    if (!title.input.value && chosen) title.input.value = chosen.name.replace(/\.[^.]*$/, '').slice(0, 64);
    told.textContent = chosen ? `${chosen.name}, ${chosen.size} bytes` : '';
  });
  const publish = (): Promise<void> =>
    app.pay(async (own) => {
      const [chosen] = file.input.files ?? [];
      const bytes = chosen ? new Uint8Array(await chosen.arrayBuffer()) : new Uint8Array();
      return own.shop.publish(creator, listing(own.unit(price.input.value)), { commitment: contentHash(bytes), title: title.input.value, uri: uri.input.value });
    });
  const drop = h('div', { class: 'drop' }, file.node, told);
  dropInto(drop, file.input);
  return form(() => void publish(), drop, title.node, price.node, uri.node, h('button', { type: 'submit', class: 'main' }, 'Publish'));
}

function dropInto(place: HTMLElement, input: HTMLInputElement): void {
  const mark = (over: boolean) => (event: Event): void => {
    event.preventDefault();
    place.classList.toggle('over', over);
  };
  place.addEventListener('dragover', mark(true));
  place.addEventListener('dragleave', mark(false));
  place.addEventListener('drop', (event) => {
    mark(false)(event);
    if (!event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event('change'));
  });
}

function itemCard(app: App, farthing: Farthing, creator: Creator, { id, content, listing: { price }, retired }: Item): Node[] {
  const next = field(`Price in ${farthing.chain.token.symbol}`, { inputmode: 'decimal', required: true, value: farthing.chain.token.text(price) });
  const sale = retired
    ? app.button('Put on sale again', () => app.pay((own) => own.shop.relist(creator, id)))
    : app.button('Take off sale', () => app.pay((own) => own.shop.retire(creator, id)));
  const change = (): void => void app.pay(async (own) => own.shop.setPrice(creator, id, own.unit(next.input.value)));
  return [h('h3', {}, content.title), form(change, h('div', { class: 'row' }, next.node, h('button', { type: 'submit' }, 'Change'))), sale];
}

function splitForm(app: App, creator: Creator): Node {
  const text = h('textarea', { rows: 3, required: true, placeholder: '5Grwva… 60\n5FHneW… 40' });
  const set = (): Promise<void> =>
    app.pay(async (own) => {
      const lines = text.value.trim().split('\n').map((line) => line.trim().split(/\s+/));
      const recipients = lines.map(([account = '', percent = '']) => ({ account, parts: Math.round(Number(percent) * 10_000) }));
      return own.creators.setPayout(creator, recipients);
    });
  return form(() => void set(), h('label', {}, 'An account and its percentage, a line each', text), h('button', { type: 'submit' }, 'Divide it like this'));
}
