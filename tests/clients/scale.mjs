// SCALE, from the metadata alone and without any library: what the libraries' encodings are compared with,
// and what they are given to decode.

import { held, variantOf } from './metadata.mjs';

export const hex = (bytes) => `0x${Buffer.from(bytes).toString('hex')}`;
export const bytes = (text) => Uint8Array.from(Buffer.from(text.replace(/^0x/, ''), 'hex'));
export const concat = (...parts) => Uint8Array.from(Buffer.concat(parts.map((part) => Buffer.from(part))));
export const utf8 = (text) => new TextEncoder().encode(text);

export function int(value, bits) {
  const out = new Uint8Array(bits / 8);
  let rest = BigInt.asUintN(bits, BigInt(value));
  for (let i = 0; i < out.length; i++, rest >>= 8n) out[i] = Number(rest & 255n);
  return out;
}

/** Lengths of lists; those of these tests fit into the first two forms. */
export function length(count) {
  if (count < 1 << 6) return int(count << 2, 8);
  if (count < 1 << 14) return int((count << 2) | 1, 16);
  throw new Error(`A list of ${count} is too long for these tests.`);
}

const withLength = (raw) => concat(length(raw.length), raw);

export function encode(shape, value) {
  switch (shape.kind) {
    case 'int':
      return int(value, shape.bits);
    case 'bool':
      return int(value ? 1 : 0, 8);
    case 'str':
      return withLength(utf8(value));
    case 'account':
      return bytes(value);
    case 'bytes':
      return shape.len === undefined ? withLength(bytes(value)) : bytes(value);
    case 'list': {
      const all = concat(...value.map((one) => encode(shape.of, one)));
      return shape.len === undefined ? concat(length(value.length), all) : all;
    }
    case 'tuple':
      return concat(...shape.of.map((of, i) => encode(of, value[i])));
    case 'struct':
      return encodeFields(shape.fields, value);
    case 'option':
      return value === null ? int(0, 8) : concat(int(1, 8), encode(shape.of, value));
    case 'result':
      return 'Ok' in value
        ? concat(int(0, 8), encode(shape.ok, value.Ok))
        : concat(int(1, 8), encode(shape.err, value.Err));
    case 'enum': {
      const [name, inner] = variantOf(value);
      const variant = shape.variants.find((one) => one.name === name);
      if (!variant) throw new Error(`${shape.name} has no variant ${name}.`);
      const holds = held(variant);
      return concat(int(variant.index, 8), holds ? encode(holds, inner) : []);
    }
  }
  throw new Error(`Cannot encode ${shape.kind}.`);
}

/** Named fields, one after the other. */
export function encodeFields(fields, values) {
  return concat(
    ...fields.map(({ name, shape }) => {
      if (!(name in values)) throw new Error(`${name} is missing.`);
      return encode(shape, values[name]);
    }),
  );
}

/** What a transaction carries for a message or a constructor. */
export const encodeCall = ({ selector, args }, values) => concat(bytes(selector), encodeFields(args, values));
