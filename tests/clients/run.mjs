// Runs the scenario through one library, and writes down what it answered: the transcript.
//
// Values that are known only when it runs have names. `$name` stands for such a value in the scenario, and in
// the transcript again, so that transcripts of different chains can be compared.

import { isDeepStrictEqual } from 'node:util';
import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { metadata, read } from './metadata.mjs';
import { hex } from './scale.mjs';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/** What is known while the scenario runs. */
export class World {
  names = new Map();
  contracts = new Map();
  signers = new Map();

  constructor(driver) {
    this.driver = driver;
    this.start = Date.now();
    this.steps = 0;
  }

  /**
   * How far ahead what must really end here ends: a hundred steps as long as those so far, as a machine can become
   * busy, and never so little that a few slow steps would be too late.
   */
  get pace() {
    const mean = (Date.now() - this.start) / Math.max(1, this.steps);
    return Math.round(Math.max(20_000, 100 * mean));
  }

  get(name) {
    if (!this.names.has(name)) throw new Error(`Nothing is called $${name}.`);
    return this.names.get(name);
  }

  set(name, value) {
    this.names.set(name, value);
  }

  /** An account that the tests have the key of. */
  addAccount(name, uri) {
    const pair = new Keyring({ type: 'sr25519' }).addFromUri(uri);
    this.signers.set(name, { uri, pair });
    this.set(name, hex(pair.publicKey));
  }

  sign(name, payload) {
    return hex(this.signers.get(name).pair.sign(payload));
  }

  /** Replaces names by what they stand for, and makes all numbers text. */
  resolve(value) {
    if (typeof value === 'function') return this.resolve(value(this));
    if (typeof value === 'number' || typeof value === 'bigint') return String(value);
    if (Array.isArray(value)) return value.map((one) => this.resolve(one));
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.resolve(one)]));
    }
    return typeof value === 'string' && value.startsWith('$') ? this.resolve(this.get(value.slice(1))) : value;
  }

  /** The other way round. What is a time without a name is one of the chain's; numbers of blocks are, too. */
  name(value, key) {
    if (Array.isArray(value)) return value.map((one) => this.name(one));
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.name(one, key)]));
    }
    if (typeof value !== 'string') return value;
    const isHash = /^0x[0-9a-f]{64}$/.test(value);
    const isTime = /^\d{13}$/.test(value) && value > this.start - HOUR && value < this.start + 400 * DAY;
    if (isHash || isTime) {
      const called = [...this.names].filter(([, known]) => known === value).map(([name]) => name);
      const [name] = [...called.filter((name) => this.contracts.has(name)), ...called];
      if (name) return `$${name}`;
    }
    if (isTime) return 'a time';
    return key === 'block' ? 'a block' : value;
  }

  /** Whether an answer is the expected one. `*` is any, `…` the rest of an object. */
  matches(actual, expected) {
    if (expected === '*') return true;
    if (Array.isArray(expected)) {
      return (
        Array.isArray(actual) &&
        actual.length === expected.length &&
        expected.every((one, i) => this.matches(actual[i], one))
      );
    }
    if (expected !== null && typeof expected === 'object') {
      return (
        actual !== null &&
        typeof actual === 'object' &&
        Object.keys(expected).every((key) => key === '…' || (key in actual && this.matches(actual[key], expected[key]))) &&
        ('…' in expected || Object.keys(actual).length === Object.keys(expected).length)
      );
    }
    return isDeepStrictEqual(actual, expected);
  }
}

const kinds = { upload, deploy, call, watch, transfer, blocks, wait, set };

/** A driver on a chain, before anything has happened. */
export async function begin(driver, url, accounts) {
  await cryptoWaitReady();
  const world = new World(driver);
  world.set('genesis', await driver.ask('connect', { url }));
  world.set('existential_deposit', (await driver.ask('chain')).existentialDeposit);
  for (const [name, uri] of Object.entries(accounts)) world.addAccount(name, typeof uri === 'function' ? uri(world.start) : uri);
  return world;
}

/** Does these steps, and returns the transcript of them. */
export async function perform(world, steps) {
  const transcript = [];
  for (const step of steps) {
    const title = titleOf(step);
    try {
      const entry = await kinds[step.kind](world, step);
      world.steps += 1;
      if (entry) transcript.push({ step: title, ...entry });
    } catch (error) {
      error.message = `${world.driver.library}, step "${title}": ${error.message}`;
      throw error;
    }
  }
  return transcript;
}

export function titleOf({ kind, by, to, label, name, contract }) {
  if (kind === 'call') return `${by}: ${to}.${label}`;
  if (kind === 'deploy') return `${by}: ${contract}.${label} as ${name}`;
  return `${kind} ${name ?? contract ?? ''}`.trim();
}

async function upload(world, { by, contract }) {
  const expected = read('code-hashes.json')[contract];
  const stored = await world.driver.ask('upload', { by: world.signers.get(by).uri, contract });
  // None if the chain had it already, as one that is not the test's own may.
  if (stored !== null && stored !== expected) throw new Error(`The chain has ${contract} as ${stored}.`);
}

async function deploy(world, step) {
  const { by, contract, label, name, args, value = 0, salt } = step;
  const result = await world.driver.ask('instantiate', {
    by: world.signers.get(by).uri,
    contract,
    label,
    args: world.resolve(args),
    value: world.resolve(value),
    // Others, where the tests run twice on one chain.
    salt: salt ?? hex(new TextEncoder().encode(`${name} ${world.start}`)),
    hash: read('code-hashes.json')[contract],
  });
  if (result.address) {
    world.set(name, result.address);
    world.contracts.set(name, contract);
  }
  return judge(world, step, metadata(contract).constructorOf(label), result);
}

async function call(world, step) {
  const { by, to, label, args, value = 0, wrong } = step;
  const contract = world.contracts.get(to);
  const result = await world.driver.ask('call', {
    by: world.signers.get(by).uri,
    contract,
    at: world.get(to),
    label,
    args: world.resolve(args),
    value: world.resolve(value),
  });
  return judge(world, step, metadata(contract).message(label), result);
}

/** Compares an answer with the step's expectation, and remembers what it asks to keep. */
function judge(world, { gives, refused, undone, emits = [], keep, learn }, { returns }, { answer, events = [] }) {
  const fallible = returns.ok.kind === 'result';
  let expected = '*';
  if (undone !== undefined) expected = { Undone: undone };
  else if (refused !== undefined) expected = { Err: world.resolve(refused) };
  else if (fallible) expected = { Ok: gives === undefined ? '*' : world.resolve(gives) };
  else if (gives !== undefined) expected = world.resolve(gives);
  if (!world.matches(answer, expected)) {
    throw new Error(`it answered ${JSON.stringify(answer)}, and not ${JSON.stringify(expected)}`);
  }
  // Before events are named, so that those of contracts that were just made have their names.
  if (keep) world.set(keep, fallible ? answer.Ok : answer);
  if (learn) for (const [name, from] of Object.entries(learn)) world.set(name, from(events));
  const named = events.map(({ address, name, fields }) => ({
    from: world.name(address),
    event: name,
    fields: world.name(fields),
  }));
  const emitted = named.map(({ from, event }) => `${from.slice(1)}.${event}`);
  if (!isDeepStrictEqual(emitted, emits)) {
    throw new Error(`it emitted ${JSON.stringify(emitted)}, and not ${JSON.stringify(emits)}`);
  }
  return { answer: world.name(answer), events: named };
}

/** Says which contract is at an address before there is one, so that its first event can be read. */
async function watch(world, { contract, name, at }) {
  world.set(name, world.resolve(at));
  world.contracts.set(name, contract);
  await world.driver.ask('watch', { contract, address: world.get(name) });
}

async function transfer(world, { by, to, amount }) {
  await world.driver.ask('transfer', {
    by: world.signers.get(by).uri,
    to: world.resolve(to),
    amount: world.resolve(amount),
  });
}

/** The node makes a block for each transaction, and no other. */
async function blocks(world, { by, count = 1 }) {
  for (let i = 0; i < count; i++) await transfer(world, { by, to: `$${by}`, amount: 1 });
}

/** Until a time, and a block of then: a dry run is as of the latest block. */
async function wait(world, { by, until }) {
  await sleep(Math.max(0, Number(world.resolve(until)) - Date.now()) + 20);
  await blocks(world, { by });
}

async function set(world, { name, value }) {
  world.set(name, world.resolve(value));
}
