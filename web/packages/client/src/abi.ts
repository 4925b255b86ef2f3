// What a contract is to a client: its messages, its constructors, its events, and the hash of its code.

import { type Hex, toHex } from '@farthing/vouchers';
import { type Codec, encode, type Fields, result, struct, type Outcome } from './scale.js';

/** A message, or a constructor. */
export interface Message<Arguments, Answer, Refusal = never> {
  readonly name: string;
  readonly selector: Hex;
  /** Whether it changes anything. */
  readonly mutates: boolean;
  /** Whether it takes money. */
  readonly payable: boolean;
  readonly arguments: Codec<Arguments>;
  readonly answer: Codec<Answer>;
  /** Why it refuses; null if it never does. */
  readonly refusal: Codec<Refusal> | null;
}

/** An event of a contract's. */
export interface EventKind {
  readonly name: string;
  /** What the topic begins with that says which it is; null for the one that has none. */
  readonly topic: Hex | null;
  // Of whatever the event has; its generated type says what that is.
  readonly fields: Codec<any>;
}

/** All that is known of a contract. */
export interface Abi<Event> {
  readonly name: string;
  readonly codeHash: Hex;
  readonly events: readonly EventKind[];
  /** The type of its events; there is no value of it. */
  readonly event?: Event;
}

/** What a message may do. */
type May = 'read' | 'write' | 'pay';

/** Describes a message. */
export const message = <Arguments extends object, Answer, Refusal = never>(
  name: string,
  selector: Hex,
  may: May,
  fields: Fields<Arguments>,
  answer: Codec<Answer>,
  refusal: Codec<Refusal> | null = null,
): Message<Arguments, Answer, Refusal> => ({
  name,
  selector,
  mutates: may !== 'read',
  payable: may === 'pay',
  arguments: struct(fields),
  answer,
  refusal,
});

/** Encodes a call: what a transaction carries. */
export const encodeCall = <Arguments, Answer, Refusal>(of: Message<Arguments, Answer, Refusal>, values: Arguments): Hex =>
  (of.selector + toHex(encode(of.arguments, values)).slice(2)) as Hex;

/** What ink! says if it did not understand a call. */
const misunderstood: Codec<'CouldNotReadInput'> = {
  write: (out) => out.push(1),
  read: (from) => {
    from.byte();
    return 'CouldNotReadInput';
  },
};

/** The codec of all that a message may answer: ink! wraps the contract's answer into one of its own. */
export const answerOf = <Arguments, Answer, Refusal>(
  of: Message<Arguments, Answer, Refusal>,
): Codec<Outcome<Outcome<Answer, Refusal>, 'CouldNotReadInput'>> => {
  if (of.refusal) return result(result(of.answer, of.refusal), misunderstood);
  const plain: Codec<Outcome<Answer, Refusal>> = {
    write: (out, value) => value.ok && of.answer.write(out, value.value),
    read: (from) => ({ ok: true, value: of.answer.read(from) }),
  };
  return result(plain, misunderstood);
};
