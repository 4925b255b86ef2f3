// What a call would do and cost, known before a wallet opens; and then doing it.

import { accountHex, contentHash, type Hex } from '@farthing/vouchers';
import type { Message } from './abi.js';
import { answerOf, encodeCall } from './abi.js';
import type { Call, Chain, Limits } from './chain.js';
import { Failed, Mismatch, Refused, TooPoor, Undone } from './errors.js';
import type { Known } from './known.js';
import type { Certainty, Found, Outbox, Progress, Written } from './outbox.js';
import { type Receipt, readReceipt } from './receipt.js';
import { decode } from './scale.js';
import type { Account } from './wallet.js';

/** What is needed to plan and to send. */
export interface Surroundings {
  readonly chain: Chain;
  readonly known: Known;
  readonly outbox: Outbox;
  /** The account that signs at this moment. */
  account(): Promise<Account>;
}

/** How to send. */
export interface Sending {
  /** How sure the result must be: `final` for what is delivered, `best` for what is shown. */
  until?: Certainty;
  onStatus?: (progress: Progress) => void;
  /** For how long to wait, in milliseconds, before saying that it is not known. */
  patience?: number;
}

/** A fifth more than the dry run took, as the clock goes on in between. What is not used costs nothing. */
const more = (amount: bigint): bigint => (amount * 6n) / 5n;

/** What a call would do and cost. */
export class Plan<Answer = unknown> {
  private constructor(
    readonly surroundings: Surroundings,
    readonly account: Account,
    readonly contract: string,
    readonly message: Message<any, any, any>,
    readonly call: Call,
    readonly limits: Limits,
    /** In words: what is signed. */
    readonly what: string,
    /** What the contract would answer. */
    readonly answer: Answer,
    /** The money that goes with it. */
    readonly price: bigint,
    /** The most that the fee can be. */
    readonly fee: bigint,
    /** What is locked for storage until that is freed. */
    readonly deposit: bigint,
    /** What comes back of earlier deposits. */
    readonly refund: bigint,
    /** What the account can spend, with what it must keep. */
    readonly has: bigint,
  ) {}

  /** Asks the chain what a call would do, as the account that is to sign it. */
  static async of<Arguments, Answer, Refusal>(
    surroundings: Surroundings,
    message: Message<Arguments, Answer, Refusal>,
    contract: string,
    make: { call: Call; what: string },
  ): Promise<Plan<Answer>> {
    const account = await surroundings.account();
    const { chain } = surroundings;
    const { call, what } = make;
    const run = await tryOut(chain, account.address, contract, message, call);
    const limits = {
      gas: { refTime: more(run.gas.refTime), proofSize: more(run.gas.proofSize) },
      deposit: run.deposit > 0n ? run.deposit : 0n,
    };
    const [fee, { spendable }] = await Promise.all([chain.feeOf(account.address, call, limits), chain.balanceOf(account.address)]);
    const refund = run.deposit < 0n ? -run.deposit : 0n;
    return new Plan(surroundings, account, contract, message, call, limits, what, run.answer, call.value, fee, limits.deposit, refund, spendable);
  }

  /** What leaves the account, at most: price, fee and deposit. */
  get total(): bigint {
    return this.price + this.fee + this.deposit;
  }

  /** How much the account is short of; 0 if it can pay. */
  get missing(): bigint {
    const short = this.total + this.surroundings.chain.existentialDeposit - this.has;
    return short > 0n ? short : 0n;
  }

  /** Whether the account can pay, and keep what the chain demands. */
  get affordable(): boolean {
    return this.missing === 0n;
  }

  /** Returns in words what is signed, what it costs, what is locked, and what comes back. */
  explain(): string {
    const { token } = this.surroundings.chain;
    const parts = [
      this.what,
      this.price > 0n ? `This pays ${token.format(this.price)}.` : 'This pays nothing.',
      `The fee is ${token.format(this.fee)} at most.`,
      this.deposit > 0n ? `${token.format(this.deposit)} are locked, and come back when what is stored is freed.` : '',
      this.refund > 0n ? `${token.format(this.refund)} that were locked come back.` : '',
    ];
    return parts.filter(Boolean).join(' ');
  }

  /**
   * Signs and sends, unless the contract would refuse by now, and waits for what comes of it. One at a time of each
   * account. If the same was signed before and nobody saw its end, that is waited for, and nothing is signed.
   */
  send({ until = 'final', onStatus, patience = 120_000 }: Sending = {}): Promise<Receipt> {
    const { outbox } = this.surroundings;
    const waiting = { until, onStatus, patience };
    return outbox.alone(this.account.address, async () => {
      const pending = await outbox.pending(this.account.address);
      if (pending) {
        const found = await outbox.settle(pending, waiting);
        if (found && pending.fingerprint === this.#fingerprint()) return this.#end(found, pending);
        await outbox.forget(this.account.address);
      }
      const written = await this.#sign(onStatus);
      const found = await outbox.follow(written, waiting);
      if (found) return this.#end(found, written);
      await outbox.forget(this.account.address);
      throw new Undone('its number was used by another transaction of this account');
    });
  }

  async #sign(onStatus: Sending['onStatus']): Promise<Written> {
    const { chain, outbox } = this.surroundings;
    onStatus?.({ type: 'asking' });
    this.#checkMoney();
    // What the contract refuses by now is never signed.
    await tryOut(chain, this.account.address, this.contract, this.message, this.call);
    const [nonce, { final }] = await Promise.all([chain.nextNonce(this.account.address), chain.heads()]);
    onStatus?.({ type: 'signing' });
    const signed = await chain.sign(this.account, this.call, this.limits, nonce);
    const { address: account } = this.account;
    const written = { ...signed, fingerprint: this.#fingerprint(), what: this.what, account, nonce, born: final, ...('codeHash' in this.call ? { makes: this.call.codeHash } : {}) };
    await outbox.write(written);
    return written;
  }

  #checkMoney(): void {
    if (this.affordable) return;
    const { existentialDeposit: keep, token } = this.surroundings.chain;
    const { price, fee, deposit, has } = this;
    throw new TooPoor({ price, fee, deposit, keep, has }, token);
  }

  async #end(found: Found, written: Written): Promise<Receipt> {
    const { chain, known, outbox } = this.surroundings;
    const { receipt, failure } = await readReceipt(chain, known, written, found);
    await outbox.forget(this.account.address);
    if (failure) throw new Failed(failure, receipt);
    return receipt;
  }

  /** What tells this from other calls: the same asked for again has the same. */
  #fingerprint(): string {
    const target = 'address' in this.call ? accountHex(this.call.address) : this.call.codeHash;
    return contentHash(new TextEncoder().encode(`${target} ${this.call.value} ${this.call.input}`));
  }
}

/** Asks a contract something, and changes nothing. */
export async function read<Arguments, Answer, Refusal>(
  chain: Chain,
  contract: { name: string; address: string },
  message: Message<Arguments, Answer, Refusal>,
  values: Arguments,
  at?: Hex,
): Promise<Answer> {
  const call = { address: contract.address, value: 0n, input: encodeCall(message, values) };
  return (await tryOut(chain, contract.address, contract.name, message, call, at)).answer;
}

/** Runs a call without doing it; throws what the contract or the chain has against it. */
async function tryOut<Answer, Refusal>(
  chain: Chain,
  caller: string,
  contract: string,
  message: Message<any, Answer, Refusal>,
  call: Call,
  at?: Hex,
): Promise<{ answer: Answer; gas: Limits['gas']; deposit: bigint }> {
  const { data, undone, reverted, gas, deposit } = await chain.dryRun(caller, call, at);
  if (undone !== null || data === null) throw await whyUndone(chain, caller, call, undone ?? 'nothing was answered');
  const outer = decode(answerOf(message), answered(message, call, data), chain.prefix);
  if (!outer.ok) throw new Mismatch('code', `What is at this address does not know the message ${message.name} of ${contract}.`);
  if (!outer.value.ok) {
    throw new Refused(contract, message.name, outer.value.error, message.refusal?.words?.(outer.value.error) ?? []);
  }
  if (reverted) throw new Undone('Contracts.ContractReverted');
  return { answer: outer.value.value, gas, deposit };
}

/** Of constructors that cannot fail, ink! answers a byte more than the metadata says. */
const answered = (message: Message<any, any, any>, call: Call, data: Hex): Hex =>
  'codeHash' in call && !message.refusal && data === '0x0000' ? '0x00' : data;

/** What the chain says of accounts that have too little, of the deposit or of what they must keep. */
const POVERTY = [
  'Contracts.StorageDepositNotEnoughFunds',
  'Contracts.StorageDepositLimitExhausted',
  'Token.FundsUnavailable',
  'Token.NotExpendable',
  'Token.BelowMinimum',
  'Arithmetic.Underflow',
];

async function whyUndone(chain: Chain, caller: string, { value: price }: Call, reason: string): Promise<Error> {
  const { spendable: has } = await chain.balanceOf(caller);
  const keep = chain.existentialDeposit;
  // Money that the account has can fail to arrive for other reasons.
  const lacksPrice = reason === 'Contracts.TransferFailed' && has < price + keep;
  return lacksPrice || POVERTY.includes(reason) ? new TooPoor({ price, keep, has }, chain.token, reason) : new Undone(reason);
}
