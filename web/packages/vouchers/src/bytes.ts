// Bytes, and their hexadecimal form in which the kit hands them round: text can be compared, kept and sent.

/** Bytes in hexadecimal, after `0x`. */
export type Hex = `0x${string}`;

/** Returns the hexadecimal form of bytes. */
export function toHex(bytes: Uint8Array): Hex {
  let text = '0x';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text as Hex;
}

/** Returns the bytes of a hexadecimal text, with or without `0x`; of so many bytes, if the caller says. */
export function fromHex(text: string, length?: number): Uint8Array {
  const digits = text.startsWith('0x') ? text.slice(2) : text;
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) {
    throw new TypeError(`"${text}" is not hexadecimal.`);
  }
  const bytes = Uint8Array.from({ length: digits.length / 2 }, (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16));
  return ofLength(bytes, length);
}

/** Takes bytes or their hexadecimal form. */
export function asBytes(value: Uint8Array | string, length?: number): Uint8Array {
  return typeof value === 'string' ? fromHex(value, length) : ofLength(value, length);
}

/** Joins bytes. */
export function concat(...parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Returns a text's bytes. */
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Returns a whole number as little-endian bytes, and refuses one that does not fit. */
export function littleEndian(value: bigint | number, bits: number): Uint8Array {
  let rest = BigInt(value);
  if (rest < 0n || rest >> BigInt(bits) !== 0n) throw new RangeError(`${value} does not fit into ${bits} bits.`);
  const bytes = new Uint8Array(bits / 8);
  for (let i = 0; i < bytes.length; i++, rest >>= 8n) bytes[i] = Number(rest & 255n);
  return bytes;
}

/** Reads a whole number from little-endian bytes. */
export function fromLittleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** Returns a length as SCALE writes it. */
export function compactLength(length: number): Uint8Array {
  if (length < 1 << 6) return littleEndian(length << 2, 8);
  if (length < 1 << 14) return littleEndian((length << 2) | 1, 16);
  return littleEndian(length * 4 + 2, 32);
}

/** Returns an option as SCALE writes it. */
export const option = (bytes: Uint8Array | null): Uint8Array =>
  bytes === null ? Uint8Array.of(0) : concat(Uint8Array.of(1), bytes);

function ofLength(bytes: Uint8Array, length?: number): Uint8Array {
  if (length !== undefined && bytes.length !== length) {
    throw new RangeError(`These are ${bytes.length} bytes, and ${length} are wanted.`);
  }
  return bytes;
}
