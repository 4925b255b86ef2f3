// The life of every contract on a chain, once through each library: what it answers, refuses and emits must be
// what the scenario says and `expected.json` has, in all of them.
//
// UPDATE_CLIENTS=1 writes `expected.json` anew, from the first library; the others are compared with it.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import { isShared, noChain, noDevchain, startChain } from './chain.mjs';
import { Driver, libraries, missing } from './driver.mjs';
import { contracts, metadata } from './metadata.mjs';
import { begin, perform } from './run.mjs';
import { scenario } from './scenario/index.mjs';
import { UNREACHABLE } from './scenario/unreachable.mjs';

const file = new URL('expected.json', import.meta.url);
const transcripts = new Map();

/** polkadot-api has JSON-RPC v2 only, on which a node that makes blocks for transactions alone waits for one. */
const waits = (library) => library === 'polkadot-api' && (isShared || noDevchain) && 'It would wait for ever on some nodes.';
const cannot = (library) => noChain || missing(library) || waits(library);

for (const library of libraries) {
  test(`the scenario through ${library}`, { skip: cannot(library) }, async () => {
    const transcript = await running.get(library)();
    transcripts.set(library, transcript);
    if (process.env.UPDATE_CLIENTS && transcripts.size === 1) write(transcript);
    const expected = JSON.parse(readFileSync(file));
    // Step by step, so that a difference is short.
    transcript.forEach((entry, i) => assert.deepEqual(entry, expected[i], `${library} at ${entry.step}`));
    assert.equal(transcript.length, expected.length);
  });
}

// At the same time, each on its own chain, as most of the time is waiting for deadlines; one after the other on
// a chain that somebody else started.
const running = new Map();
for (const library of libraries.filter((library) => !cannot(library))) {
  const start = async () => {
    const driver = new Driver(library);
    const chain = await startChain();
    try {
      return await perform(await begin(driver, chain.url, scenario.accounts), scenario.steps);
    } finally {
      driver.close();
      chain.stop();
    }
  };
  if (isShared) {
    running.set(library, start);
  } else {
    const started = start();
    // Whoever waits for it is told; until then it is nobody's failure.
    started.catch(() => {});
    running.set(library, () => started);
  }
}

function write(transcript) {
  // A step a line.
  const lines = transcript.map((entry) => JSON.stringify(entry));
  writeFileSync(file, `[\n${lines.join(',\n')}\n]\n`);
}

const steps = scenario.steps.filter(({ kind }) => kind === 'deploy' || kind === 'call');
const isRefusal = (step) => step.refused !== undefined || step.undone !== undefined;

/** Which contract a step calls: a pool may have any name. */
const contractOf = new Map(
  scenario.steps.flatMap(({ kind, name, contract }) => (kind === 'deploy' || kind === 'watch' ? [[name, contract]] : [])),
);

/** What there is of the contracts and what the scenario has of it, as text to compare. */
const here = (list) => [...new Set(list)].sort();

test('every constructor is in the scenario, and succeeds', () => {
  const all = contracts.flatMap((name) => metadata(name).constructors.map(({ label }) => `${name}.${label}`));
  const done = steps.filter((step) => step.kind === 'deploy' && !isRefusal(step));
  assert.deepEqual(here(done.map(({ contract, label }) => `${contract}.${label}`)), here(all));
});

test('every message is in the scenario, and succeeds unless that takes longer than a test', () => {
  const all = contracts.flatMap((name) => metadata(name).messages.map(({ label }) => `${name}.${label}`));
  const called = steps.filter(({ kind }) => kind === 'call');
  const name = ({ to, label }) => `${contractOf.get(to)}.${label}`;
  assert.deepEqual(here(called.map(name)), here(all));
  const succeed = called.filter((step) => !isRefusal(step)).map(name);
  const never = all.filter((one) => !succeed.includes(one));
  assert.deepEqual(here(never), here(Object.keys(UNREACHABLE.messages)));
});

test('every event is in the scenario, unless that takes longer than a test', () => {
  const all = contracts.flatMap((name) => metadata(name).events.map(({ label }) => `${name}.${label}`));
  const emitted = steps.flatMap(({ emits = [] }) => emits).map((one) => {
    const [from, event] = one.split('.');
    return `${contractOf.get(from)}.${event}`;
  });
  const never = all.filter((one) => !emitted.includes(one));
  assert.deepEqual(here(never), here(Object.keys(UNREACHABLE.events)));
});

test('each answer and event of the transcript has the fields of the metadata', { skip: !existsSync(file) }, () => {
  for (const { events } of JSON.parse(readFileSync(file))) {
    for (const { from, event, fields } of events) {
      const { fields: known } = metadata(contractOf.get(from.slice(1))).event(event);
      assert.deepEqual(Object.keys(fields), known.map(({ name }) => name), `${from}.${event}`);
    }
  }
});
