// The page around the views: which one is shown, who is there, in which language, and the place where payments happen.

import { type Farthing, type Plan, WalletError } from '@farthing/client';
import { connectionOf, Flow, h, isChosen, type Made, wordsOf } from '@farthing/elements';
import { Deliveries } from '@farthing/http';
import type { Signature } from '@farthing/vouchers';
import { explain } from './parts.js';
import { language, languages, speak, type Words, words } from './words.js';

/** What is shown at an address. */
export interface View {
  title: string;
  nodes: Node[];
}

/** Makes what is shown of what stands behind the name of a view in the address. */
export type Show = (app: App, ...rest: string[]) => Promise<View>;

const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

/** The page. */
export class App {
  readonly flow = new Flow(() => wordsOf(document.documentElement.lang), () => this.farthing());
  readonly #main = byId('main');
  readonly #wallet = byId<HTMLButtonElement>('wallet');
  readonly #language = byId<HTMLSelectElement>('language');
  readonly #views: Record<string, Show>;
  readonly #payment = h('section', { class: 'payment' }, this.flow.node, this.flow.status);
  readonly #deliveries = new Map<string, Deliveries>();
  #turn = 0;

  constructor(views: Record<string, Show>) {
    this.#views = views;
    this.#wallet.addEventListener('click', () => void this.signIn());
    window.addEventListener('hashchange', () => {
      this.flow.node.replaceChildren();
      this.flow.say('');
      void this.show({ focus: true });
    });
    document.documentElement.lang = language();
    this.#language.append(...Object.entries(languages).map(([name, one]) => h('option', { value: name, lang: name }, one.language)));
    this.#language.value = document.documentElement.lang;
    this.#language.addEventListener('change', () => {
      speak(this.#language.value);
      this.#frame();
      void this.show();
    });
    this.#frame();
  }

  /** Returns what the page says. */
  get words(): Words {
    return words();
  }

  /** Returns the connection of the page's deployment. */
  farthing(): Promise<Farthing> {
    return connectionOf(document.querySelector<HTMLMetaElement>('meta[name="farthing-deployment"]')?.content ?? 'deployment.json');
  }

  /** Returns the address of whoever is there; null before a wallet was chosen. */
  async self(): Promise<string | null> {
    const farthing = await this.farthing();
    return isChosen() ? (await farthing.account()).address : null;
  }

  /** Returns what fetches what whoever is there bought; null before a wallet was chosen. The wallet is asked in words first. */
  async deliveries(): Promise<Deliveries | null> {
    const [farthing, account] = [await this.farthing(), await this.self()];
    if (!account) return null;
    const found = this.#deliveries.get(account) ?? new Deliveries({ account, sign: (text) => this.#signText(farthing, text) });
    this.#deliveries.set(account, found);
    return found;
  }

  async #signText(farthing: Farthing, text: string): Promise<Signature> {
    const { signs, signsNothing, notSigned } = words().content;
    this.#payment.scrollIntoView({ block: 'nearest' });
    if (!(await this.flow.confirm(signs, h('p', {}, signsNothing), h('blockquote', { lang: 'en' }, text)))) throw new WalletError('refused', notSigned);
    return farthing.signText(text);
  }

  /** Has somebody choose a wallet. */
  async signIn(): Promise<void> {
    try {
      if (await this.flow.askWallet(await this.farthing(), { anew: isChosen() })) await this.show();
    } catch (error) {
      await this.#fail(error);
    }
  }

  /** Takes somebody through a payment, and shows what became of it. */
  pay(make: (farthing: Farthing) => Promise<Plan<unknown>>, then?: (made: Made) => void | Promise<void>): Promise<void> {
    this.#payment.scrollIntoView({ block: 'nearest' });
    return this.flow.pay(make, async (made) => {
      const { hash } = location;
      await then?.(made);
      // Another address is shown anyway.
      if (location.hash === hash) await this.show();
    });
  }

  /** Shows what the address says. */
  async show({ focus = false } = {}): Promise<void> {
    const turn = ++this.#turn;
    const [name = '', ...rest] = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
    this.#mark(name);
    let view: View;
    try {
      const show = this.#views[name];
      view = show ? await show(this, ...rest) : { title: words().page.nowhere, nodes: [] };
      await this.#greet();
    } catch (error) {
      const { failed, again } = words().page;
      view = { title: failed, nodes: [h('p', { class: 'wrong', role: 'alert' }, await explain(error)), this.button(again, () => this.show())] };
    }
    // Somebody may have gone on meanwhile.
    if (turn !== this.#turn) return;
    document.title = `${view.title} – Farthing`;
    this.#main.replaceChildren(h('h1', {}, view.title), this.#payment, ...view.nodes);
    if (focus) this.#main.focus();
  }

  /** Makes a button that does something, and says what went wrong. */
  button(label: string, does: () => Promise<void>, isMain = false): HTMLButtonElement {
    const button = h('button', { type: 'button', class: isMain ? 'main' : '' }, label);
    button.addEventListener('click', () => {
      does().catch((error) => this.#fail(error));
    });
    return button;
  }

  /** Does something, and says what went wrong. */
  attempt(does: () => Promise<void>): void {
    does().catch((error) => this.#fail(error));
  }

  async #fail(error: unknown): Promise<void> {
    this.flow.say(await explain(error), true);
  }

  /** Returns what is shown to those who have chosen no wallet yet. */
  welcome(title: string, why: string): View {
    return { title, nodes: [h('p', {}, why), this.button(words().page.connect, () => this.signIn(), true)] };
  }

  /** Says in the page's language what stands around the views. */
  #frame(): void {
    const { page } = words();
    const links: [string, string][] = [['', page.creators], ['library', page.library], ['channels', page.channels], ['studio', page.studio], ['causes', page.causes]];
    const nav = byId('nav');
    nav.setAttribute('aria-label', page.main);
    nav.replaceChildren(...links.map(([name, label]) => h('a', { href: `#/${name}` }, label)));
    this.#language.setAttribute('aria-label', page.speaks);
    this.#payment.setAttribute('aria-label', page.payment);
    if (!isChosen()) this.#wallet.textContent = page.connect;
  }

  #mark(name: string): void {
    for (const link of document.querySelectorAll<HTMLAnchorElement>('#nav a')) {
      if (link.hash.replace('#/', '') === name) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  }

  async #greet(): Promise<void> {
    const farthing = await this.farthing();
    const { page } = words();
    byId('foot').textContent = page.foot(farthing.deployment.network, farthing.chain.name);
    const address = await this.self();
    if (!address) return;
    const { spendable } = await farthing.chain.balanceOf(address);
    const { token } = farthing.chain;
    const cents = token.whole / 100n;
    this.#wallet.setAttribute('aria-label', page.another(address));
    this.#wallet.textContent = `${address.slice(0, 6)}…${address.slice(-4)}: ${token.format((spendable / cents) * cents)}`;
  }
}
