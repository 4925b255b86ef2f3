// Chains whose amounts have 8 bytes, and whose coin has 9 decimals, as subtensor's: through each library, all that
// contracts do is the same there, and money and deposits are right to the unit.

import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import test, { describe } from 'node:test';
import { encodeAddress, xxhashAsHex } from '@polkadot/util-crypto';
import { noDevchain, startDevchain } from './chain.mjs';
import { ask, sleep } from './conformance/rpc.mjs';
import { Driver, libraries, missing } from './driver.mjs';
import { abi, metadata } from './metadata.mjs';
import { begin, perform } from './run.mjs';
import { bytes, encodeCall, hex } from './scale.mjs';
import { scenario } from './scenario/index.mjs';
import { accounts, ada, all, bob } from './scenario/steps.mjs';

/** One more than a JavaScript number can count to, and what 8 bytes hold only if none is for a sign. */
const ODD = 2n ** 53n + 1n;
const RICH = 2n ** 63n + 12_345_678_901n;
const EXISTENTIAL_DEPOSIT = 500n;
const [PER_ITEM, PER_BYTE] = [75n, 30n];
/** What is stored of a code beside it: the owner (32), two numbers (8 each), a flag (1) and its length (4). */
const CODE_INFO = 53;

/** A test of one library, on a chain of its own. */
const withDriver = (library, ...options) => (body) => async () => {
  const chain = await startDevchain('--profile', 'subtensor');
  const driver = new Driver(library, ...options);
  try {
    await body(driver, chain.url);
  } finally {
    driver.close();
    chain.stop();
  }
};

async function must(url, method, ...params) {
  const { result, error } = await ask(url, method, params);
  assert.equal(error, undefined, method);
  return result;
}

/** Reads until it is as it should be, or for ten seconds: libraries hear of a block a moment later. */
async function seen(read, isRight) {
  for (let tries = 100; ; tries--) {
    const found = await read();
    if (isRight(found) || tries === 0) return found;
    await sleep(100);
  }
}

/** All the money that there is: fees are burnt, and nothing else changes it. */
async function issuance(url) {
  const key = xxhashAsHex('Balances', 128) + xxhashAsHex('TotalIssuance', 128).slice(2);
  const stored = bytes(await must(url, 'state_getStorage', key));
  assert.equal(stored.length, 8);
  return Buffer.from(stored).readBigUInt64LE();
}

/** What a call will lock: a value that is new is an item, and what values grow by are bytes. */
async function locks(url, call) {
  const { storage, deposit, result } = await must(url, 'dev_trace', call);
  assert.equal(result.reverted, false);
  const size = (value) => (value === null ? 0n : BigInt(bytes(value).length));
  const count = (value) => (value === null ? 0n : 1n);
  const change = (measure) => storage.reduce((sum, { before, after }) => sum + measure(after) - measure(before), 0n);
  const locked = PER_ITEM * change(count) + PER_BYTE * change(size);
  assert.ok(locked > 0n);
  assert.equal(deposit.charge, String(locked));
  return locked;
}

/** Does something, and says what an account lost by it beside the fee. */
async function costs(url, balance, action) {
  const total = async () => {
    const { free, reserved } = await balance();
    return free + reserved;
  };
  const before = [await total(), await issuance(url)];
  await action();
  const [lost, fee] = [before[0] - (await total()), before[1] - (await issuance(url))];
  assert.ok(fee > 0n);
  return lost - fee;
}

const openStream = (world) => ({ payee: world.get('ada'), rate: '1' });
const opened = (deposit) => ({ Opened: { payer: '$bob', payee: '$ada', rate: '1', deposit: String(deposit) } });

// At the same time, each on its own chain, as most of the time is waiting for deadlines.
describe('amounts of 8 bytes', { concurrency: libraries.length }, () => {
  for (const library of libraries) {
    const options = { skip: noDevchain || missing(library) };

    test(`the scenario is the same through ${library}`, options, withDriver(library)(async (driver, url) => {
      const expected = JSON.parse(readFileSync(new URL('expected.json', import.meta.url)));
      const transcript = await perform(await begin(driver, url, scenario.accounts), scenario.steps);
      transcript.forEach((entry, i) => assert.deepEqual(entry, expected[i], `${library} at ${entry.step}`));
      assert.equal(transcript.length, expected.length);
    }));

    test(`money is right to the unit through ${library}`, options, withDriver(library)(async (driver, url) => {
      const world = await begin(driver, url, accounts);
      const balanceOf = (name) => async () => {
        const { free, reserved } = await driver.ask('balance', { of: world.get(name) });
        return { free: BigInt(free), reserved: BigInt(reserved) };
      };
      const address = (name) => encodeAddress(world.get(name));
      assert.deepEqual(await driver.ask('chain'), {
        tokenDecimals: '9',
        tokenSymbol: 'TAO',
        existentialDeposit: String(EXISTENTIAL_DEPOSIT),
        depositPerItem: String(PER_ITEM),
        depositPerByte: String(PER_BYTE),
      });

      await must(url, 'dev_setBalance', address('bob'), String(RICH));
      assert.deepEqual(await seen(balanceOf('bob'), ({ free }) => free === RICH), { free: RICH, reserved: 0n });

      const paid = await costs(url, balanceOf('bob'), () => perform(world, [bob.transfer('$nobody', ODD)]));
      assert.equal(paid, ODD);
      assert.deepEqual(await balanceOf('nobody')(), { free: ODD, reserved: 0n });

      // What is locked for a code is its owner's still.
      assert.equal(await costs(url, balanceOf('ada'), () => perform(world, [ada.upload('streams')])), 0n);
      const { reserved } = await balanceOf('ada')();
      assert.equal(reserved, 2n * PER_ITEM + PER_BYTE * BigInt(sizeOf('streams') + CODE_INFO));

      // What is locked for a contract is held by the contract, and is given by who causes it.
      const deploy = ada.deploy('streams.new', 'streams', { guardian: null }, { emits: ['streams.Deployed'] });
      const given = await costs(url, balanceOf('ada'), () => perform(world, [deploy]));
      const made = await balanceOf('streams')();
      assert.equal(made.free, EXISTENTIAL_DEPOSIT);
      assert.equal(given, made.free + made.reserved);

      const call = encodeCall(metadata('streams').message('open'), openStream(world));
      const locked = await locks(url, {
        from: address('bob'), to: address('streams'), input: hex(call), value: String(ODD),
      });
      let transcript;
      const attached = await costs(url, balanceOf('bob'), async () => {
        transcript = await perform(world, [
          bob('streams.open', openStream, { value: ODD, gives: 0, emits: ['streams.StreamChanged'] }),
          bob('streams.stream', { stream: 0 }, { gives: { rest: ODD, '…': 1 } }),
        ]);
      });
      assert.equal(attached, ODD + locked);
      assert.deepEqual(transcript[0].events[0].fields.change, opened(ODD));
      assert.deepEqual(await balanceOf('streams')(), { free: made.free + ODD, reserved: made.reserved + locked });
    }));
  }
});

const noPython = { skip: noDevchain || missing('substrate-interface') };
const plainPython = withDriver('substrate-interface', '--without-workarounds');

test('substrate-interface takes amounts for 16 bytes, unless it is told', noPython, plainPython(async (driver, url) => {
  await driver.ask('connect', { url });
  const call = { by: '//Alice', contract: 'streams', at: all(1), label: 'overview', args: {}, value: '0' };
  // If the chain could read what it is asked, it would say that there is no contract.
  await assert.rejects(driver.ask('call', call), /Input buffer has still data left/);
}));

const sizeOf = (contract) => statSync(new URL(`${contract}.wasm`, abi)).size;
