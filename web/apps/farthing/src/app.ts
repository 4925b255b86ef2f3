// The page around the views: which one is shown, who is there, and the place where payments happen.

import { type Farthing, type Plan, sentenceOf } from '@farthing/client';
import { connectionOf, Flow, h, isChosen, type Made, wordsOf } from '@farthing/elements';

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
  readonly #views: Record<string, Show>;
  readonly #payment = h('section', { class: 'payment', 'aria-label': 'Payment' }, this.flow.node, this.flow.status);
  #turn = 0;

  constructor(views: Record<string, Show>) {
    this.#views = views;
    this.#wallet.addEventListener('click', () => void this.signIn());
    window.addEventListener('hashchange', () => {
      this.flow.node.replaceChildren();
      this.flow.say('');
      void this.show({ focus: true });
    });
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

  /** Has somebody choose a wallet. */
  async signIn(): Promise<void> {
    try {
      if (await this.flow.askWallet(await this.farthing(), { anew: isChosen() })) await this.show();
    } catch (error) {
      this.flow.say(sentenceOf(error), true);
    }
  }

  /** Takes somebody through a payment, and shows what became of it. */
  pay(make: (farthing: Farthing) => Promise<Plan<unknown>>, then?: (made: Made) => void | Promise<void>): Promise<void> {
    this.#payment.scrollIntoView({ block: 'nearest' });
    return this.flow.pay(make, async (made) => {
      await then?.(made);
      await this.show();
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
      view = show ? await show(this, ...rest) : { title: 'There is no such page', nodes: [] };
      await this.#greet();
    } catch (error) {
      view = { title: 'This did not work', nodes: [h('p', { class: 'wrong', role: 'alert' }, sentenceOf(error)), this.button('Try again', () => this.show())] };
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
      does().catch((error) => this.flow.say(sentenceOf(error), true));
    });
    return button;
  }

  /** Returns what is shown to those who have chosen no wallet yet. */
  welcome(title: string, why: string): View {
    return { title, nodes: [h('p', {}, why), this.button('Connect a wallet', () => this.signIn(), true)] };
  }

  #mark(name: string): void {
    for (const link of document.querySelectorAll<HTMLAnchorElement>('nav a')) {
      if (link.hash.replace('#/', '') === name) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  }

  async #greet(): Promise<void> {
    const farthing = await this.farthing();
    byId('foot').textContent = `${farthing.deployment.network}, on ${farthing.chain.name}`;
    const address = await this.self();
    if (!address) return;
    const { spendable } = await farthing.chain.balanceOf(address);
    const { token } = farthing.chain;
    const cents = token.whole / 100n;
    this.#wallet.setAttribute('aria-label', `Another wallet or account than ${address}`);
    this.#wallet.textContent = `${address.slice(0, 6)}…${address.slice(-4)}: ${token.format((spendable / cents) * cents)}`;
  }
}
