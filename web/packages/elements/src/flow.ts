// A payment from the click to the thanks: which wallet, what it costs, the signature, and what became of it.

import { type Account, type Farthing, type Plan, type Progress, type Receipt, WalletError } from '@farthing/client';
import { h } from './dom.js';
import { choices, choose, isChosen } from './page.js';
import type { Words } from './words.js';

/** What is told of a payment that was made. */
export interface Made {
  receipt: Receipt;
  what: string;
  /** What the contract answered, as the plan had it. */
  answer: unknown;
}

/** Takes somebody through a payment, in two nodes that stand where the page wants them. */
export class Flow {
  readonly node = h('div', { part: 'flow' });
  readonly status = h('p', { part: 'status', role: 'status', class: 'quiet' });

  constructor(
    readonly words: () => Words,
    readonly connect: () => Promise<Farthing>,
  ) {}

  /** Makes a payment, unless it is cancelled or refused; null then. */
  async pay(make: (farthing: Farthing) => Promise<Plan<unknown>>, made: (made: Made) => void | Promise<void>): Promise<void> {
    try {
      const farthing = await this.connect();
      if (!(await this.askWallet(farthing))) return;
      this.say(this.words().asking);
      const plan = await make(farthing);
      this.say('');
      if (!(await this.#askConsent(plan))) return;
      const receipt = await plan.send({ until: 'best', onStatus: (progress) => this.say(this.#progress(progress)) });
      // What is shown anew must not take away what somebody has begun to fill in once it says that it is done.
      await made({ receipt, what: plan.what, answer: plan.answer });
      this.say(this.words().done);
    } catch (error) {
      this.fail(error, () => this.pay(make, made));
    }
  }

  /** Asks which wallet to use, and which of its accounts, unless it is known. Returns whether there is one. */
  async askWallet(farthing: Farthing, { anew = false } = {}): Promise<boolean> {
    if (isChosen() && !anew) return true;
    const all = choices(farthing);
    const { noWallet, development, chooseWallet, chooseAccount } = this.words();
    if (all.length === 0) throw new WalletError('none', noWallet);
    const buttons = all.map((choice) => [choice.isDevelopment ? development(choice.name) : choice.name, choice] as const);
    const choice = await this.#choose(chooseWallet, [], buttons);
    if (!choice) return false;
    const pick = (accounts: Account[]): Promise<Account | null> =>
      this.#choose(chooseAccount, [], accounts.map((one) => [[one.name, one.address].filter(Boolean).join(': '), one] as const));
    if (!(await choose(farthing, choice, pick))) return false;
    const found = await farthing.unfinished(5_000);
    if (found) this.say(this.words().before(found.what));
    return true;
  }

  /** Asks whether something is to be signed that pays nothing, and says what. */
  async confirm(title: string, ...details: Node[]): Promise<boolean> {
    return (await this.#choose(title, details, [[this.words().confirm, true]])) === true;
  }

  /** Says what is signed, what it costs, what is locked and what comes back. */
  async #askConsent(plan: Plan<unknown>): Promise<boolean> {
    const { token } = plan.surroundings.chain;
    const words = this.words();
    const rows: [string, string][] = [[words.price, token.format(plan.price)], [words.fee, words.atMost(token.format(plan.fee))]];
    if (plan.deposit > 0n) rows.push([words.deposit, token.format(plan.deposit)]);
    if (plan.refund > 0n) rows.push([words.back, token.format(plan.refund)]);
    rows.push([words.total, words.atMost(token.format(plan.total))]);
    const deed = words.deed(`${plan.contract}.${plan.message.name}`);
    const exactly = deed === null ? [] : [h('p', { class: 'quiet', lang: 'en' }, plan.what)];
    const details: Node[] = [...exactly, h('dl', {}, ...rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]))];
    if (plan.deposit > 0n) details.push(h('p', { class: 'quiet' }, words.depositNote));
    if (!plan.affordable) details.push(h('p', { class: 'wrong' }, words.short(token.format(plan.missing))));
    const options = plan.affordable ? ([[words.confirm, true]] as const) : [];
    return (await this.#choose(deed ?? plan.what, details, options)) === true;
  }

  /** Shows options, and returns what was chosen; null if it was cancelled. */
  #choose<T>(title: string, details: Node[], options: readonly (readonly [string, T])[]): Promise<T | null> {
    return new Promise((resolve) => {
      const settle = (value: T | null): void => {
        this.node.replaceChildren();
        resolve(value);
      };
      const buttons = options.map(([label, value], i) => h('button', { type: 'button', class: i === 0 ? 'main' : '', click: () => settle(value) }, label));
      const cancel = h('button', { type: 'button', click: () => settle(null) }, this.words().cancel);
      const group = h('div', { role: 'group', 'aria-label': title }, h('h2', {}, title), ...details, h('div', { class: 'row' }, ...buttons, cancel));
      group.addEventListener('keydown', (event) => {
        if (event.key === 'Escape') settle(null);
      });
      this.node.replaceChildren(group);
      (buttons[0] ?? cancel).focus();
    });
  }

  #progress({ type }: Progress): string {
    const { asking, signing, sent, inBlock } = this.words();
    return { asking, signing, sent, 'in block': inBlock, final: inBlock }[type];
  }

  /** Says what went wrong, and offers to try again. */
  fail(error: unknown, again: () => Promise<void>): void {
    const retry = (): void => {
      this.node.replaceChildren();
      void again();
    };
    this.node.replaceChildren(h('button', { type: 'button', click: retry }, this.words().again));
    void this.words().explain(error).then((text) => this.say(text, true));
  }

  /** Says something, which screen readers read out. */
  say(text: string, isWrong = false): void {
    this.status.className = isWrong ? 'wrong' : 'quiet';
    this.status.textContent = text;
  }
}
