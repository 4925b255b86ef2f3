// Values between the notation of tests/clients, in which all clients are compared, and what this library takes and
// gives. Written from the metadata, without the library.

import { held, variantOf } from '../../../../tests/clients/metadata.mjs';
import { accountHex } from '@farthing/vouchers';

export const camel = (name) => name.split('::').at(-1).replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());

const isFlat = (shape) => shape.variants.every(({ fields }) => fields.length === 0);

export function toKit(shape, value) {
  switch (shape.kind) {
    case 'int':
      return shape.bits > 32 ? BigInt(value) : Number(value);
    case 'list':
      return value.map((one) => toKit(shape.of, one));
    case 'tuple':
      return shape.of.length === 0 ? null : shape.of.map((of, i) => toKit(of, value[i]));
    case 'struct':
      return Object.fromEntries(shape.fields.map(({ name, shape }) => [camel(name), toKit(shape, value[name])]));
    case 'option':
      return value === null ? null : toKit(shape.of, value);
    case 'result':
      return 'Ok' in value ? { ok: true, value: toKit(shape.ok, value.Ok) } : { ok: false, error: toKit(shape.err, value.Err) };
    case 'enum': {
      if (isFlat(shape)) return value;
      const [type, inner] = variantOf(value);
      const holds = held(shape.variants.find(({ name }) => name === type));
      return holds ? { type, value: toKit(holds, inner) } : { type };
    }
    default:
      return value;
  }
}

export function fromKit(shape, value) {
  switch (shape.kind) {
    case 'int':
      return value.toString();
    case 'account':
      return accountHex(value);
    case 'list':
      return value.map((one) => fromKit(shape.of, one));
    case 'tuple':
      return shape.of.length === 0 ? [] : shape.of.map((of, i) => fromKit(of, value[i]));
    case 'struct':
      return Object.fromEntries(shape.fields.map(({ name, shape }) => [name, fromKit(shape, value[camel(name)])]));
    case 'option':
      return value === null ? null : fromKit(shape.of, value);
    case 'result':
      return value.ok ? { Ok: fromKit(shape.ok, value.value) } : { Err: fromKit(shape.err, value.error) };
    case 'enum': {
      if (isFlat(shape)) return value;
      const holds = held(shape.variants.find(({ name }) => name === value.type));
      return holds ? { [value.type]: fromKit(holds, value.value) } : value.type;
    }
    default:
      return value;
  }
}
