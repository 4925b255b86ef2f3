// One contract, at one address, in the words of its users: what they all share.

import type { Hex } from '@farthing/vouchers';
import { encodeCall, type Message } from './abi.js';
import { Plan, read, type Surroundings } from './plan.js';

/** Somebody, as a sentence names them. */
export const short = (address: string): string => (address.length > 16 ? `${address.slice(0, 6)}…${address.slice(-6)}` : address);

/** A number of things, as a sentence says it. */
export const count = (number: number, one: string, more = `${one}s`): string => `${number} ${number === 1 ? one : more}`;

/** A contract at an address. */
export abstract class Part {
  constructor(
    protected readonly surroundings: Surroundings,
    /** The contract's name. */
    readonly contract: string,
    readonly address: string,
  ) {}

  /** Asks the contract something, as of the latest block, or of the block with this hash. */
  protected read<Arguments, Answer, Refusal>(message: Message<Arguments, Answer, Refusal>, values: Arguments, at?: Hex): Promise<Answer> {
    return read(this.surroundings.chain, { name: this.contract, address: this.address }, message, values, at);
  }

  /** Plans a call, as the account that is to sign it. */
  protected plan<Arguments, Answer, Refusal>(
    message: Message<Arguments, Answer, Refusal>,
    values: Arguments,
    what: string,
    value = 0n,
  ): Promise<Plan<Answer>> {
    const call = { address: this.address, value, input: encodeCall(message, values) };
    return Plan.of(this.surroundings, message, this.contract, { call, what });
  }

  /** Writes an amount with the chain's token. */
  protected format(amount: bigint): string {
    return this.surroundings.chain.token.format(amount);
  }

  /** Returns the account that signs. */
  protected async self(): Promise<string> {
    return (await this.surroundings.account()).address;
  }
}

/** Reads a list page by page, until one is not full. */
export async function* pages<T>(size: number, page: (first: number) => Promise<T[]>): AsyncGenerator<T> {
  for (let first = 0; ; first += size) {
    const found = await page(first);
    yield* found;
    if (found.length < size) return;
  }
}

/** Returns the bytes of a text, or bytes as they are. */
export const bytesOf = (text: string | Uint8Array): Uint8Array => (typeof text === 'string' ? new TextEncoder().encode(text) : text);

/** Returns 32 random bytes. */
export const random = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32));

