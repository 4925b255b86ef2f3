// Encoding and decoding, without anything being sent: every message and constructor with arguments of all
// shapes, every answer and every event with values of all shapes, in each library.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { noChain, startChain } from './chain.mjs';
import { Driver, libraries, missing } from './driver.mjs';
import { contracts, held, metadata, read, variantOf } from './metadata.mjs';
import { namedSamples, samples } from './samples.mjs';
import { encode, encodeCall, encodeFields, hex } from './scale.mjs';

const callables = contracts.flatMap((contract) => {
  const { constructors, messages } = metadata(contract);
  return [
    ...constructors.map((one) => ({ contract, constructor: true, ...one })),
    ...messages.map((one) => ({ contract, constructor: false, ...one })),
  ];
});
const events = contracts.flatMap((contract) => metadata(contract).events.map((one) => ({ contract, ...one })));

let chain;

/** substrate-interface reads no metadata without a chain, so it needs one even to encode. */
const cannot = (library) =>
  missing(library) || (library === 'substrate-interface' && noChain);

const drivers = new Map();

before(async () => {
  if (!cannot('substrate-interface')) chain = await startChain();
  for (const library of libraries.filter((library) => !cannot(library))) {
    const driver = new Driver(library);
    if (library === 'substrate-interface') await driver.ask('connect', { url: chain.url });
    drivers.set(library, driver);
  }
});

after(() => {
  drivers.forEach((driver) => driver.close());
  chain?.stop();
});

/** A value of `abi/calls.json`, where Some is a variant like others, in the notation of these tests. */
function neutral(shape, value) {
  switch (shape.kind) {
    case 'int':
      return String(value);
    case 'option':
      return value === 'None' ? null : neutral(shape.of, value.Some);
    case 'list':
      return value.map((one) => neutral(shape.of, one));
    case 'tuple':
      return shape.of.map((of, i) => neutral(of, value[i]));
    case 'struct':
      return Object.fromEntries(shape.fields.map(({ name, shape }) => [name, neutral(shape, value[name])]));
    case 'enum': {
      const [name, inner] = variantOf(value);
      const holds = held(shape.variants.find((variant) => variant.name === name));
      return holds ? { [name]: neutral(holds, inner) } : name;
    }
    default:
      return value;
  }
}

for (const library of libraries) {
  test(`${library} encodes each call of abi/calls.json as Rust does`, { skip: cannot(library) }, async () => {
    const calls = read('calls.json');
    for (const { contract, constructor, ...one } of callables) {
      const made = calls[contract][constructor ? 'constructors' : 'messages'][one.label];
      const args = neutral({ kind: 'struct', fields: one.args }, made.arguments);
      const encoded = await drivers.get(library).ask('encode', { contract, constructor, label: one.label, args });
      assert.equal(encoded, made.call, `${contract}.${one.label}`);
    }
  });

  test(`${library} encodes every message`, { skip: cannot(library) }, async () => {
    const wrong = [];
    for (const { contract, constructor, ...one } of callables) {
      for (const args of namedSamples(one.args)) {
        const expected = hex(encodeCall(one, args));
        const actual = await drivers
          .get(library)
          .ask('encode', { contract, constructor, label: one.label, args })
          .catch((error) => error.message.slice(0, 300));
        if (actual !== expected) wrong.push({ contract, label: one.label, args, expected, actual });
      }
    }
    assert.deepEqual(wrong, []);
  });

  test(`${library} decodes every answer`, { skip: cannot(library) }, async () => {
    const wrong = [];
    for (const { contract, constructor, ...one } of callables) {
      for (const expected of samples(one.returns)) {
        const data = hex(encode(one.returns, expected));
        const actual = await drivers
          .get(library)
          .ask('decode', { contract, constructor, label: one.label, data })
          .catch((error) => error.message.slice(0, 300));
        if (!equal(actual, expected)) wrong.push({ contract, label: one.label, data, expected, actual });
      }
    }
    assert.deepEqual(wrong.slice(0, 3), []);
  });

  test(`${library} decodes every event`, { skip: cannot(library) }, async () => {
    const wrong = [];
    for (const { contract, label, topic, fields } of events) {
      for (const expected of namedSamples(fields)) {
        const data = hex(encodeFields(fields, expected));
        const topics = topic ? [topic] : [];
        const actual = await drivers
          .get(library)
          .ask('decodeEvent', { contract, topics, data })
          .catch((error) => error.message.slice(0, 300));
        if (!equal(actual, { name: label, fields: expected })) {
          wrong.push({ contract, label, data, expected, actual });
        }
      }
    }
    assert.deepEqual(wrong.slice(0, 3), []);
  });
}

function equal(actual, expected) {
  try {
    assert.deepEqual(actual, expected);
    return true;
  } catch {
    return false;
  }
}
