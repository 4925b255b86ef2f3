// Values of a type that together try each of its shapes: None and Some, empty and full lists, each variant,
// the smallest and largest numbers. The same every time.

import { held } from './metadata.mjs';

const pattern = (length, from) =>
  `0x${Buffer.from(Array.from({ length }, (_, i) => (i * 7 + from) % 256)).toString('hex')}`;

/** `rows` rows of `columns`, such that every sample of every column occurs. */
function rows(columns) {
  const count = Math.max(1, ...columns.map((column) => column.length));
  return Array.from({ length: count }, (_, row) =>
    // Shifted by the column, so that equal columns do not always have equal values.
    columns.map((column, i) => column[(row + i) % column.length]),
  );
}

export function samples(shape) {
  switch (shape.kind) {
    case 'int': {
      const largest = (1n << BigInt(shape.bits)) - 1n;
      return [0n, 1n, largest, (largest >> 1n) + 1n, largest / 7n].map(String);
    }
    case 'bool':
      return [false, true];
    case 'str':
      // The last is of 70 bytes: a length of two bytes.
      return ['', 'ada-paints', 'Brunnen für Łódź 水 🌊', 'x'.repeat(70)];
    case 'account':
      return [pattern(32, 0), pattern(32, 130), `0x${'00'.repeat(32)}`];
    case 'bytes':
      return shape.len === undefined
        ? ['0x', '0x00', '0x7465787420', '0xff00fe', pattern(70, 1)]
        : [pattern(shape.len, 3), `0x${'00'.repeat(shape.len)}`, `0x${'ff'.repeat(shape.len)}`];
    case 'list': {
      const some = samples(shape.of);
      if (shape.len !== undefined) {
        return some.map((_, i) => Array.from({ length: shape.len }, (_, j) => some[(i + j) % some.length]));
      }
      return [[], some.slice(0, 1), some, Array.from({ length: 65 }, (_, i) => some[i % some.length])];
    }
    case 'tuple':
      return rows(shape.of.map(samples));
    case 'struct':
      return namedSamples(shape.fields);
    case 'option':
      return [null, ...samples(shape.of)];
    case 'result':
      return [
        ...samples(shape.ok).map((Ok) => ({ Ok })),
        ...samples(shape.err).map((Err) => ({ Err })),
      ];
    case 'enum':
      return shape.variants.flatMap((variant) => {
        const holds = held(variant);
        return holds ? samples(holds).map((inner) => ({ [variant.name]: inner })) : [variant.name];
      });
  }
  throw new Error(`No samples of ${shape.kind}.`);
}

/** Samples of named fields or arguments, as objects. */
export function namedSamples(fields) {
  return rows(fields.map(({ shape }) => samples(shape))).map((row) =>
    Object.fromEntries(row.map((value, i) => [fields[i].name, value])),
  );
}
