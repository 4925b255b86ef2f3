// What can go wrong, each by a class of its own, so that nobody has to look into messages.

import type { Hex } from '@farthing/vouchers';
import type { Receipt } from './receipt.js';
import type { Token } from './token.js';

/** The contract refuses: nothing was signed. Its message is the contract's own sentence. */
export class Refused<Reason = unknown> extends Error {
  override readonly name = 'Refused';

  constructor(
    readonly contract: string,
    readonly call: string,
    /** The contract's error, as its generated type says. */
    readonly reason: Reason,
    /** What the contract says: its own sentence, and that of the reason behind it, if there is one. */
    readonly sentences: readonly string[],
  ) {
    super(sentences.join(' ') || `${contract} refuses ${call}.`);
  }

  /** Returns the name of the contract's error. */
  get code(): string {
    return codeOf(this.reason);
  }
}

const codeOf = (reason: unknown): string =>
  typeof reason === 'object' && reason !== null && 'type' in reason ? String(reason.type) : String(reason);

/** The chain would undo the call: nothing was signed. */
export class Undone extends Error {
  override readonly name = 'Undone';

  constructor(
    /** The chain's name for it, such as `Contracts.OutOfGas`. */
    readonly reason: string,
    message = `The chain would undo this: ${reason}.`,
  ) {
    super(message);
  }
}

/** What an account would need, and what it has. */
export interface Needs {
  price: bigint;
  /** What the chain demands that an account keeps. */
  keep: bigint;
  /** What the account can spend, with what it must keep. */
  has: bigint;
  fee?: bigint;
  deposit?: bigint;
}

/** The account has too little money: nothing was signed. */
export class TooPoor extends Error {
  override readonly name = 'TooPoor';

  constructor(
    readonly needs: Needs,
    readonly token: Token,
    /** The chain's name for it, if it was the chain that said so. */
    readonly reason: string | null = null,
  ) {
    super(explain(needs, token));
  }
}

function explain({ price, keep, has, fee, deposit }: Needs, token: Token): string {
  const parts = [
    [price, 'for the price'],
    [fee ?? 0n, 'for the fee'],
    [deposit ?? 0n, 'as a deposit for what is stored'],
    [keep, 'that the chain demands an account keeps'],
  ] as const;
  const needed = parts.filter(([amount]) => amount > 0n).map(([amount, what]) => `${token.format(amount)} ${what}`);
  const more = fee === undefined ? ', and some for the fee and a deposit' : '';
  return `This account has ${token.format(has)}, and this needs ${needed.join(', ')}${more}.`;
}

/** It was sent, and the chain undid it. The fee is paid, and nothing else has changed. */
export class Failed extends Error {
  override readonly name = 'Failed';

  constructor(
    readonly reason: string,
    readonly receipt: Receipt,
  ) {
    super(`The chain undid this: ${reason}. The fee is paid, and nothing else has changed.`);
  }
}

/** The node did not take the transaction: it cannot have happened. */
export class NotSent extends Error {
  override readonly name = 'NotSent';

  constructor(reason: string, options?: ErrorOptions) {
    super(`The node did not take the transaction: ${reason}`, options);
  }
}

/**
 * It is not known yet what became of a transaction: it may still happen. It is written down. Do the same again, or
 * ask `unfinished`, and nothing is done twice.
 */
export class Unknown extends Error {
  override readonly name = 'Unknown';

  constructor(
    /** The transaction's hash. */
    readonly hash: Hex,
    readonly what: string,
    options?: ErrorOptions,
  ) {
    super(`It is not known yet what became of this: ${what}. It may still happen. Do the same again later, and it is not done twice.`, options);
  }
}

/** The node does not answer, or not as one does. */
export class NodeError extends Error {
  override readonly name = 'NodeError';
}

/** The chain or a contract on it is not what the deployment says. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';

  constructor(
    readonly what: 'genesis' | 'code' | 'missing' | 'deployment' | 'index',
    message: string,
  ) {
    super(message);
  }
}

/** The channel is open, and its key is not here: it was opened elsewhere, or this page's memory was lost. */
export class KeyLost extends Error {
  override readonly name = 'KeyLost';

  constructor(readonly lane: number) {
    super(`This page does not have the key of the channel in lane ${lane}. Take back what is left of it, or open another lane.`);
  }
}

/** There is no wallet, no account in it, or it will not sign. */
export class WalletError extends Error {
  override readonly name = 'WalletError';

  constructor(
    readonly code: 'none' | 'account' | 'refused',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Returns a sentence for people, of whatever was thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
