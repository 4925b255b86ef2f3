// What all elements are: something to see, and a way to pay.

import { type Farthing, type Plan, WalletError } from '@farthing/client';
import type { Signature } from '@farthing/vouchers';
import { h, sheet } from './dom.js';
import { Flow, type Made } from './flow.js';
import { connectionOf } from './page.js';
import { type Words, wordsOf } from './words.js';

/** What an element tells the page when something was paid. */
export type Paid = CustomEvent<Made>;

/** A tag that pays. */
export abstract class FarthingElement extends HTMLElement {
  static readonly observedAttributes: readonly string[] = ['creator', 'item', 'address', 'amounts', 'deployment', 'lang', 'src', 'payee', 'reserve', 'limit', 'gateway'];

  readonly #content = h('div', { part: 'content' });
  readonly #flow = new Flow(() => this.words, () => this.farthing());
  #turn = 0;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet()];
    root.append(h('section', { part: 'card' }, this.#content, this.#flow.node, this.#flow.status));
  }

  connectedCallback(): void {
    void this.refresh();
  }

  attributeChangedCallback(_name?: string, _before?: string | null, _now?: string | null): void {
    if (this.isConnected) void this.refresh();
  }

  /** Shows what the element is about. */
  protected abstract content(farthing: Farthing): Promise<Node[]>;

  /** What is said, in the language of the element or of what it stands in. */
  protected get words(): Words {
    return wordsOf((this.closest('[lang]') as HTMLElement | null)?.lang ?? document.documentElement.lang);
  }

  /** Looks everything up again. */
  async refresh(): Promise<void> {
    const turn = ++this.#turn;
    const { loading } = this.words;
    if (!this.#content.hasChildNodes()) this.#flow.say(loading);
    try {
      const nodes = await this.content(await this.farthing());
      // Something newer may have been shown meanwhile.
      if (turn !== this.#turn) return;
      this.#content.replaceChildren(...nodes);
      if (this.#flow.status.textContent === loading) this.#flow.say('');
    } catch (error) {
      if (turn === this.#turn) this.#flow.fail(error, () => this.refresh());
    }
  }

  /** Takes somebody through a payment. */
  protected pay(make: (farthing: Farthing) => Promise<Plan<unknown>>, then?: () => Promise<void>): Promise<void> {
    return this.#flow.pay(make, async (made) => {
      await then?.();
      this.dispatchEvent(new CustomEvent('farthing-paid', { detail: made, bubbles: true, composed: true }));
      await this.refresh();
      this.#content.querySelector('button')?.focus();
    });
  }

  /** Has somebody choose a wallet, unless one is chosen. Returns whether there is one. */
  protected async askWallet(): Promise<boolean> {
    return this.#flow.askWallet(await this.farthing());
  }

  /** Has the wallet sign a gateway's words, once somebody has seen them. */
  protected async signText(farthing: Farthing, text: string): Promise<Signature> {
    const { signs, signsNothing, notSigned } = this.words;
    if (!(await this.#flow.confirm(signs, h('p', {}, signsNothing), h('blockquote', { lang: 'en' }, text)))) throw new WalletError('refused', notSigned);
    return farthing.signText(text);
  }

  /** Makes a button that does something, and says what went wrong. */
  protected button(label: string, act: () => Promise<void>, isMain = false): HTMLButtonElement {
    return h('button', { type: 'button', class: isMain ? 'main' : '', click: () => void act().catch((error: unknown) => this.fail(error, act)) }, label);
  }

  protected row(...nodes: Node[]): Node {
    return h('div', { class: 'row' }, ...nodes);
  }

  /** Says something, which screen readers read out. */
  protected say(text: string, isWrong = false): void {
    this.#flow.say(text, isWrong);
  }

  /** Says what went wrong, and offers to try again. */
  protected fail(error: unknown, again: () => Promise<void>): void {
    this.#flow.fail(error, again);
  }

  /** Returns the deployment that the page names. */
  protected farthing(): Promise<Farthing> {
    const meta = document.querySelector<HTMLMetaElement>('meta[name="farthing-deployment"]');
    return connectionOf(this.getAttribute('deployment') ?? meta?.content ?? 'deployment.json');
  }
}
