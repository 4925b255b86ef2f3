// Every message's arguments are encoded as the metadata says and as Rust does, and every answer and event decoded.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fromHex, toHex } from '@farthing/vouchers';
import { abi, decode, encode, encodeCall } from '@farthing/client';
import { answerOf } from '../dist/abi.js';
import { ScaleError } from '../dist/scale.js';
import { contracts, metadata, read } from '../../../../tests/clients/metadata.mjs';
import { namedSamples, samples } from '../../../../tests/clients/samples.mjs';
import { encode as encodeShape, encodeCall as encodeShapeCall, encodeFields, hex } from '../../../../tests/clients/scale.mjs';
import { camel, fromKit, toKit } from './values.mjs';

const own = (contract) => abi[camel(contract)];

/** All messages and constructors of a contract, or one of these parts, each with what the library knows of it. */
function callables(contract, part) {
  const of = metadata(contract);
  const known = own(contract);
  return ['messages', 'constructors']
    .filter((one) => part === undefined || part === one)
    .flatMap((one) => of[one].map((callable) => ({ ...callable, known: known[one][camel(callable.label)] })));
}

/** A value of `abi/calls.json`, where Some is a variant like others, in the notation of the tests. */
function plain(shape, value) {
  if (shape.kind === 'option') return value === 'None' ? null : plain(shape.of, value.Some);
  if (shape.kind === 'list') return value.map((one) => plain(shape.of, one));
  if (shape.kind === 'tuple') return shape.of.map((of, i) => plain(of, value[i]));
  if (shape.kind === 'struct') return Object.fromEntries(shape.fields.map(({ name, shape }) => [name, plain(shape, value[name])]));
  if (shape.kind === 'int') return String(value);
  if (shape.kind !== 'enum' || typeof value === 'string') return value;
  const [[name, inner]] = Object.entries(value);
  const { fields } = shape.variants.find((variant) => variant.name === name);
  const holds = fields[0].name ? { kind: 'struct', fields } : fields.length === 1 ? fields[0].shape : { kind: 'tuple', of: fields.map((field) => field.shape) };
  return { [name]: plain(holds, inner) };
}

for (const contract of contracts) {
  test(`${contract}: each call of abi/calls.json is encoded as Rust does it`, () => {
    const calls = read('calls.json')[contract];
    const found = { ...calls.messages, ...calls.constructors };
    for (const { label, args, known } of callables(contract)) {
      const { arguments: values, call } = found[label];
      const given = Object.fromEntries(args.map(({ name, shape }) => [camel(name), toKit(shape, plain(shape, values[name]))]));
      assert.equal(encodeCall(known, given), call, label);
    }
  });

  test(`${contract}: all messages take all shapes of arguments, and are encoded as the metadata says`, () => {
    let count = 0;
    for (const one of callables(contract)) {
      assert.ok(one.known, `There is no ${one.label}.`);
      assert.deepEqual([one.known.mutates, one.known.payable], [one.mutates, one.payable], one.label);
      for (const args of namedSamples(one.args)) {
        const given = Object.fromEntries(one.args.map(({ name, shape }) => [camel(name), toKit(shape, args[name])]));
        const call = encodeCall(one.known, given);
        assert.equal(call, hex(encodeShapeCall(one, args)), one.label);
        const back = decode(one.known.arguments, fromHex(call).slice(4), 42);
        assert.deepEqual(encodeCall(one.known, back), call, one.label);
        count += 1;
      }
    }
    assert.ok(count >= callables(contract).length);
  });

  test(`${contract}: all answers and refusals are decoded as the metadata says`, () => {
    for (const { label, returns, known } of callables(contract)) {
      for (const answer of samples(returns)) {
        const bytes = encodeShape(returns, answer);
        const found = decode(answerOf(known), bytes, 42);
        if ('Err' in answer) {
          assert.deepEqual(found, { ok: false, error: 'CouldNotReadInput' });
          continue;
        }
        const inner = known.refusal ? fromKit(returns.ok, found.value) : fromKit(returns.ok, found.value.value);
        assert.deepEqual(inner, answer.Ok, label);
      }
    }
  });

  test(`${contract}: all events are decoded as the metadata says, each by its topic`, () => {
    const known = own(contract).abi;
    const { events } = metadata(contract);
    assert.deepEqual(known.events.map(({ name }) => name), events.map(({ label }) => label));
    for (const { topic } of events) {
      const found = known.events.filter((one) => (topic === null ? one.topic === null : one.topic !== null && topic.startsWith(one.topic)));
      assert.equal(found.length, 1);
    }
    assert.ok(events.filter(({ topic }) => topic === null).length <= 1);
    for (const [i, { fields }] of events.entries()) {
      for (const values of namedSamples(fields)) {
        const found = decode(known.events[i].fields, encodeFields(fields, values), 42);
        assert.deepEqual(fromKit({ kind: 'struct', fields }, found), values);
      }
    }
  });

  test(`${contract}: each refusal has the sentences that the contract gives it`, () => {
    const { refusal } = Object.values(own(contract).messages).find((one) => one.refusal) ?? {};
    if (!refusal) return;
    const { returns } = callables(contract).find(({ known }) => known.refusal === refusal);
    for (const error of samples(returns.ok.err)) {
      const words = refusal.words(toKit(returns.ok.err, error));
      assert.ok(words.length > 0 && words.every((one) => /^[A-Z].*[.:]$|\)$/s.test(one)), JSON.stringify([error, words]));
    }
  });
}

test('random arguments of every message are encoded as Rust encodes them', () => {
  const lines = JSON.parse(readFileSync(new URL('../../../random-calls.json', import.meta.url)));
  const seen = new Set();
  for (const { contract, part, label, arguments: values, call } of lines) {
    const one = callables(contract, part).find((known) => known.label === label);
    const given = Object.fromEntries(one.args.map(({ name, shape }) => [camel(name), toKit(shape, plain(shape, values[name]))]));
    assert.equal(encodeCall(one.known, given), call, `${contract}.${label}`);
    seen.add(`${contract} ${part} ${label}`);
  }
  const all = contracts.flatMap((contract) => ['messages', 'constructors'].flatMap((part) => callables(contract, part).map(({ label }) => `${contract} ${part} ${label}`)));
  assert.deepEqual([...seen].sort(), all.sort());
});

test('what does not fit its type is refused, and never other bytes', () => {
  const { buy, publish, tip } = abi.storefront.messages;
  const order = { creator: 1, item: 2, maxPrice: 3n, edition: null };
  const good = { order, owner: null, referrer: null };
  encode(buy.arguments, good);
  const wrong = [
    { ...good, order: { ...order, creator: -1 } },
    { ...good, order: { ...order, creator: 2 ** 32 } },
    { ...good, order: { ...order, creator: 1.5 } },
    { ...good, order: { ...order, creator: '1' } },
    { ...good, order: { ...order, maxPrice: 1n << 128n } },
    { ...good, order: { ...order, edition: undefined } },
    { ...good, order: { creator: 1, item: 2, maxPrice: 3n } },
    { order, owner: null },
    { ...good, owner: 'nobody' },
  ];
  for (const one of wrong) assert.throws(() => encode(buy.arguments, one), ScaleError, JSON.stringify(one, (_, v) => String(v)));
  assert.throws(() => encode(tip.arguments, { creator: 1, memo: 'text' }), ScaleError);
  assert.throws(() => encode(abi.registry.messages.handleState.arguments, { handle: '\ud800' }), ScaleError);
  assert.throws(() => encode(abi.registry.messages.controls.arguments, { creator: 1, account: `0x${'11'.repeat(32)}`, permission: 'All' }), ScaleError);
  assert.ok(publish);
});

test('bytes that are cut short, left over, or not canonical are refused', () => {
  const { answer } = abi.registry.messages.creatorByHandle;
  const { arguments: permissions } = abi.registry.messages.permissionsOf;
  const good = toHex(encode(permissions, { creator: 1, delegates: [] }));
  assert.deepEqual(decode(permissions, good, 42), { creator: 1, delegates: [] });
  for (const bytes of ['0x', '0x02', good.slice(0, -2), `${good}00`, '0x010000000100', '0x01000000ff']) {
    assert.throws(() => decode(permissions, bytes, 42), ScaleError, bytes);
  }
  assert.throws(() => decode(answer, '0x02', 42), ScaleError);
});
