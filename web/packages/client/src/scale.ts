// SCALE, as far as the contracts' types go. Values are as JavaScript has them: whole numbers of up to 32 bits are
// numbers and larger ones bigint, bytes are hexadecimal text, accounts are addresses, None is null, a variant is
// its name, or, where variants hold something, { type, value }.
//
// Encoding is strict: a number that does not fit, a field that is missing, a variant that there is not are errors,
// and never other bytes. So is decoding: what is left over, cut short or not canonical is refused.

import { accountBytes, fromHex, type Hex, toAddress, toHex } from '@farthing/vouchers';

/** Encodes and decodes values of one type. */
export interface Codec<T> {
  write(out: number[], value: T): void;
  read(from: Reader): T;
  /** For choices whose variants have sentences: what a value means, in words. */
  words?: ((value: T) => string[]) | undefined;
}

/** The type of a codec's values. */
export type ValueOf<C> = C extends Codec<infer T> ? T : never;

/** What is wrong with bytes or values. */
export class ScaleError extends Error {
  override readonly name = 'ScaleError';
}

/** Bytes, and how far they were read. */
export class Reader {
  #at = 0;

  constructor(
    readonly bytes: Uint8Array,
    /** The prefix that addresses are written with. */
    readonly prefix: number,
  ) {}

  take(length: number): Uint8Array {
    const part = this.bytes.subarray(this.#at, this.#at + length);
    if (part.length !== length) throw new ScaleError('The bytes end too early.');
    this.#at += length;
    return part;
  }

  byte(): number {
    return this.take(1)[0] as number;
  }

  /** Returns how many bytes are left. */
  get left(): number {
    return this.bytes.length - this.#at;
  }
}

/** Encodes a value. */
export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  const out: number[] = [];
  codec.write(out, value);
  return Uint8Array.from(out);
}

/** Decodes bytes, all of them. */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array | Hex, prefix: number): T {
  const reader = new Reader(typeof bytes === 'string' ? fromHex(bytes) : bytes, prefix);
  const value = codec.read(reader);
  if (reader.left > 0) throw new ScaleError(`${reader.left} bytes are left over.`);
  return value;
}

const whole = (value: bigint | number, bits: number): bigint => {
  const isWhole = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
  const number = isWhole ? BigInt(value) : -1n;
  if (number < 0n || number >> BigInt(bits) !== 0n) throw new ScaleError(`${value} is no whole number of ${bits} bits.`);
  return number;
};

function writeWhole(out: number[], value: bigint | number, bits: number): void {
  let rest = whole(value, bits);
  for (let i = 0; i < bits; i += 8, rest >>= 8n) out.push(Number(rest & 255n));
}

const readWhole = (from: Reader, bits: number): bigint =>
  from.take(bits / 8).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

const small = (bits: number): Codec<number> => ({
  write: (out, value) => writeWhole(out, value, bits),
  read: (from) => Number(readWhole(from, bits)),
});

const large = (bits: number): Codec<bigint> => ({
  write: (out, value) => writeWhole(out, value, bits),
  read: (from) => readWhole(from, bits),
});

export const u8 = /* @__PURE__ */ small(8);
export const u16 = /* @__PURE__ */ small(16);
export const u32 = /* @__PURE__ */ small(32);
export const u64 = /* @__PURE__ */ large(64);
export const u128 = /* @__PURE__ */ large(128);

/** A truth value. */
export const bool: Codec<boolean> = {
  write(out, value) {
    if (typeof value !== 'boolean') throw new ScaleError(`${value} is neither true nor false.`);
    out.push(value ? 1 : 0);
  },
  read: (from) => readFlag(from),
};

function readFlag(from: Reader): boolean {
  const byte = from.byte();
  if (byte > 1) throw new ScaleError(`${byte} is neither 0 nor 1.`);
  return byte === 1;
}

function writeLength(out: number[], length: number): void {
  if (length < 1 << 6) return writeWhole(out, length << 2, 8);
  if (length < 1 << 14) return writeWhole(out, (length << 2) | 1, 16);
  if (length < 2 ** 30) return writeWhole(out, length * 4 + 2, 32);
  throw new ScaleError(`A list of ${length} is too long.`);
}

function readLength(from: Reader): number {
  const first = from.byte();
  const form = first & 3;
  if (form === 3) throw new ScaleError('A list is too long.');
  const more = [0, 1, 3][form] as number;
  const length = Number(from.take(more).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n) * 64n) + (first >> 2);
  // The shortest form is the only one.
  if (form > 0 && length < 2 ** (form === 1 ? 6 : 14)) throw new ScaleError('A length is not written in its shortest form.');
  return length;
}

const append = (out: number[], bytes: Uint8Array): void => bytes.forEach((byte) => out.push(byte));

/** Bytes, as many as there are. */
export const bytes: Codec<Hex> = {
  write(out, value) {
    const raw = fromHex(value);
    writeLength(out, raw.length);
    append(out, raw);
  },
  read: (from) => toHex(from.take(readLength(from))),
};

/** So many bytes. */
export const fixed = (length: number): Codec<Hex> => ({
  write: (out, value) => append(out, fromHex(value, length)),
  read: (from) => toHex(from.take(length)),
});

export const hash = /* @__PURE__ */ fixed(32);

/** A text. */
export const str: Codec<string> = {
  write(out, value) {
    // A text that is no Unicode would be sent as another.
    if (typeof value !== 'string' || /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(value)) {
      throw new ScaleError('This is no text.');
    }
    const raw = new TextEncoder().encode(value);
    writeLength(out, raw.length);
    append(out, raw);
  },
  read: (from) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(from.take(readLength(from))),
};

/** An account, as an address. */
export const account: Codec<string> = {
  write: (out, value) => append(out, accountBytes(value)),
  read: (from) => toAddress(from.take(32), from.prefix),
};

/** Nothing. */
export const unit: Codec<null> = { write() {}, read: () => null };

/** Something, or null. */
export const option = <T>(of: Codec<T>): Codec<T | null> => ({
  write(out, value) {
    // Left out is not None: a name that was misspelt would be taken for it.
    if (value === undefined) throw new ScaleError('What may be null is missing.');
    out.push(value === null ? 0 : 1);
    if (value !== null) of.write(out, value);
  },
  read: (from) => (readFlag(from) ? of.read(from) : null),
});

/** A list. */
export const list = <T>(of: Codec<T>): Codec<T[]> => ({
  write(out, value) {
    writeLength(out, value.length);
    value.forEach((one) => of.write(out, one));
  },
  read: (from) => readMany(from, of, readLength(from)),
});

/** A list of so many. */
export const array = <T>(of: Codec<T>, length: number): Codec<T[]> => ({
  write(out, value) {
    if (value.length !== length) throw new ScaleError(`This is a list of ${value.length}, and not of ${length}.`);
    value.forEach((one) => of.write(out, one));
  },
  read: (from) => readMany(from, of, length),
});

function readMany<T>(from: Reader, of: Codec<T>, count: number): T[] {
  const all: T[] = [];
  // Bytes are asked for one by one, so that a length that was made up takes no memory.
  for (let i = 0; i < count; i++) all.push(of.read(from));
  return all;
}

/** Several values, one after the other. */
export const tuple = <T extends unknown[]>(...of: { [I in keyof T]: Codec<T[I]> }): Codec<T> => ({
  write(out, value) {
    if (value.length !== of.length) throw new ScaleError(`These are ${value.length} values, and not ${of.length}.`);
    of.forEach((one, i) => one.write(out, value[i]));
  },
  read: (from) => of.map((one) => one.read(from)) as T,
});

/** Codecs of named fields. */
export type Fields<T> = { [N in keyof T]-?: Codec<T[N]> };

/** Named fields, one after the other. */
export const struct = <T extends object>(fields: Fields<T>): Codec<T> => {
  const all = Object.entries(fields) as [keyof T & string, Codec<T[keyof T]>][];
  return {
    write(out, value) {
      for (const [name, of] of all) {
        if (value === null || typeof value !== 'object' || !(name in value)) throw new ScaleError(`${name} is missing.`);
        try {
          of.write(out, value[name]);
        } catch (error) {
          throw new ScaleError(`${name}: ${error instanceof Error ? error.message : error}`);
        }
      }
    },
    read: (from) => Object.fromEntries(all.map(([name, of]) => [name, of.read(from)])) as T,
  };
};

/** What came of one of several: a value, or why there is none. */
export type Outcome<T, E> = { ok: true; value: T } | { ok: false; error: E };

/** A value, or why there is none. */
export const result = <T, E>(ok: Codec<T>, err: Codec<E>): Codec<Outcome<T, E>> => ({
  write(out, value) {
    out.push(value.ok ? 0 : 1);
    if (value.ok) ok.write(out, value.value);
    else err.write(out, value.error);
  },
  read: (from) => (readFlag(from) ? { ok: false, error: err.read(from) } : { ok: true, value: ok.read(from) }),
});

/** A choice of names. */
export const names = <T extends string>(all: readonly T[], sentences?: readonly string[]): Codec<T> => ({
  write: (out, value) => out.push(indexOf(all, value)),
  read: (from) => at(all, from.byte()),
  words: sentences && ((value) => [sentences[all.indexOf(value)] ?? '']),
});

/** A codec of whatever a variant holds. */
type AnyCodec = Codec<any>;

/** A variant: its name, what it holds, and what it means, in words. */
export type Variant = readonly [name: string, holds?: AnyCodec | null, sentence?: string];

/** A choice whose variants hold something. */
export const variants = <T extends { type: string; value?: unknown }>(all: readonly Variant[]): Codec<T> => {
  const labels = all.map(([name]) => name);
  const holds = (type: string): AnyCodec | null => all[labels.indexOf(type)]?.[1] ?? null;
  return {
    write(out, { type, value }) {
      out.push(indexOf(labels, type));
      holds(type)?.write(out, value);
    },
    read(from) {
      const type = at(labels, from.byte());
      const inner = holds(type);
      return (inner ? { type, value: inner.read(from) } : { type }) as T;
    },
    words({ type, value }) {
      const sentence = all[labels.indexOf(type)]?.[2];
      const inner = holds(type);
      return [...(sentence ? [sentence] : []), ...wordsOf(inner, value)];
    },
  };
};

/** What several values mean, such as those of a variant without names. */
function wordsOf(codec: Codec<unknown> | null, value: unknown): string[] {
  return codec?.words?.(value) ?? [];
}

/** As `tuple`, where one of the values has sentences. */
export const wordy = <T extends unknown[]>(...of: { [I in keyof T]: Codec<T[I]> }): Codec<T> => ({
  ...tuple<T>(...of),
  words: (value) => of.flatMap((one, i) => wordsOf(one as Codec<unknown>, value[i])),
});

function indexOf(all: readonly string[], name: string): number {
  const index = all.indexOf(name);
  if (index < 0) throw new ScaleError(`There is no choice ${name} here, but ${all.join(', ')}.`);
  return index;
}

function at<T extends string>(all: readonly T[], index: number): T {
  const name = all[index];
  if (name === undefined) throw new ScaleError(`There is no choice number ${index}.`);
  return name;
}
