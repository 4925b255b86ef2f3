// What all elements are: something to see, and a way to pay that says first what it costs.

import { type Farthing, type Plan, type Progress, type Receipt, sentenceOf, WalletError } from '@farthing/client';
import { h, sheet } from './dom.js';
import { choices, choose, connectionOf, isChosen } from './page.js';
import { type Words, wordsOf } from './words.js';

/** What an element tells the page when something was paid. */
export type Paid = CustomEvent<{ receipt: Receipt; what: string }>;

/** A tag that pays. */
export abstract class FarthingElement extends HTMLElement {
  static readonly observedAttributes: readonly string[] = ['creator', 'item', 'address', 'amounts', 'deployment', 'lang'];

  readonly #content = h('div', { part: 'content' });
  readonly #flow = h('div', { part: 'flow' });
  readonly #status = h('p', { part: 'status', role: 'status', class: 'quiet' });
  #turn = 0;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet()];
    root.append(h('section', { part: 'card' }, this.#content, this.#flow, this.#status));
  }

  connectedCallback(): void {
    void this.refresh();
  }

  attributeChangedCallback(): void {
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
    if (!this.#content.hasChildNodes()) this.#say(this.words.loading);
    try {
      const nodes = await this.content(await this.#farthing());
      // Something newer may have been shown meanwhile.
      if (turn !== this.#turn) return;
      this.#content.replaceChildren(...nodes);
      if (this.#status.textContent === this.words.loading) this.#say('');
    } catch (error) {
      if (turn === this.#turn) this.#fail(error, () => this.refresh());
    }
  }

  /** Takes somebody through a payment: wallet, what it costs, signature, and what became of it. */
  protected async pay(make: (farthing: Farthing) => Promise<Plan<unknown>>): Promise<void> {
    try {
      const farthing = await this.#farthing();
      if (!(await this.#askWallet(farthing))) return;
      this.#say(this.words.asking);
      const plan = await make(farthing);
      this.#say('');
      if (!(await this.#askConsent(plan))) return this.#end('');
      const receipt = await plan.send({ until: 'best', onStatus: (progress) => this.#say(this.#progress(progress)) });
      this.dispatchEvent(new CustomEvent('farthing-paid', { detail: { receipt, what: plan.what }, bubbles: true, composed: true }));
      this.#end(this.words.done);
      await this.refresh();
    } catch (error) {
      this.#fail(error, () => this.pay(make));
    }
  }

  #farthing(): Promise<Farthing> {
    const meta = document.querySelector<HTMLMetaElement>('meta[name="farthing-deployment"]');
    return connectionOf(this.getAttribute('deployment') ?? meta?.content ?? 'deployment.json');
  }

  /** Asks which wallet to use, once on a page. Returns whether there is one. */
  async #askWallet(farthing: Farthing): Promise<boolean> {
    if (isChosen()) return true;
    const all = choices(farthing);
    if (all.length === 0) throw new WalletError('none', this.words.noWallet);
    const buttons = all.map((choice) => [choice.isDevelopment ? this.words.development(choice.name) : choice.name, choice] as const);
    const choice = await this.#choose(this.words.chooseWallet, [], buttons);
    if (!choice) return false;
    await choose(farthing, choice);
    const found = await farthing.unfinished(5_000);
    if (found) this.#say(this.words.before(found.what));
    return true;
  }

  /** Says what is signed, what it costs, what is locked and what comes back. */
  async #askConsent(plan: Plan<unknown>): Promise<boolean> {
    const { token } = plan.surroundings.chain;
    const { words } = this;
    const rows: [string, string][] = [[words.price, token.format(plan.price)], [words.fee, words.atMost(token.format(plan.fee))]];
    if (plan.deposit > 0n) rows.push([words.deposit, token.format(plan.deposit)]);
    if (plan.refund > 0n) rows.push([words.back, token.format(plan.refund)]);
    rows.push([words.total, words.atMost(token.format(plan.total))]);
    const details: Node[] = [h('dl', {}, ...rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]))];
    if (plan.deposit > 0n) details.push(h('p', { class: 'quiet' }, words.depositNote));
    if (!plan.affordable) details.push(h('p', { class: 'wrong' }, words.short(token.format(plan.missing))));
    const options = plan.affordable ? ([[words.confirm, true]] as const) : [];
    return (await this.#choose(plan.what, details, options)) === true;
  }

  /** Shows options, and returns what was chosen; null if it was cancelled. */
  #choose<T>(title: string, details: Node[], options: readonly (readonly [string, T])[]): Promise<T | null> {
    return new Promise((resolve) => {
      const settle = (value: T | null): void => {
        this.#flow.replaceChildren();
        resolve(value);
      };
      const buttons = options.map(([label, value], i) => h('button', { type: 'button', class: i === 0 ? 'main' : '', click: () => settle(value) }, label));
      const cancel = h('button', { type: 'button', click: () => settle(null) }, this.words.cancel);
      const group = h('div', { role: 'group', 'aria-label': title }, h('h2', {}, title), ...details, h('div', { class: 'row' }, ...buttons, cancel));
      group.addEventListener('keydown', (event) => {
        if (event.key === 'Escape') settle(null);
      });
      this.#flow.replaceChildren(group);
      (buttons[0] ?? cancel).focus();
    });
  }

  #progress({ type }: Progress): string {
    const { asking, signing, sent, inBlock } = this.words;
    return { asking, signing, sent, 'in block': inBlock, final: inBlock }[type];
  }

  #end(text: string): void {
    this.#flow.replaceChildren();
    this.#say(text);
    this.#content.querySelector('button')?.focus();
  }

  #fail(error: unknown, again: () => Promise<void>): void {
    this.#flow.replaceChildren(h('button', { type: 'button', click: () => { this.#flow.replaceChildren(); void again(); } }, this.words.again));
    this.#say(sentenceOf(error), true);
  }

  #say(text: string, isWrong = false): void {
    this.#status.className = isWrong ? 'wrong' : 'quiet';
    this.#status.textContent = text;
  }
}
