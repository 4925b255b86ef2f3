// The life of every contract, as tests/clients has it: every message and every event of every contract, through this
// library. What it answers, refuses and tells must be what the other libraries answer, to the last field.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { accountHex, MapStore } from '@farthing/vouchers';
import { abi, Chain, developmentAccount, encodeCall, Outbox, Plan, Refused, TooPoor, Undone } from '@farthing/client';
import { LegacyClient, WsProvider } from 'dedot';
import { Known } from '../dist/known.js';
import { read } from '../dist/plan.js';
import { noChain, noOfficialNode, startChain, startOfficialNode } from '../../../test-support/chain.mjs';
import { sameAsWatched } from '../../../test-support/watched.mjs';
import { metadata } from '../../../../tests/clients/metadata.mjs';
import { camel, fromKit, toKit } from './values.mjs';

const clients = new URL('../../../../tests/clients/', import.meta.url);
const notInstalled = !existsSync(new URL('node_modules', clients)) && 'tests/clients is not installed: ./scripts/test-clients does.';

/** Asks, sends and decodes as the scenario's runner wants it. */
class Kit {
  library = 'farthing';
  #account;

  ask(op, request = {}) {
    return op === 'chain' ? this.chainFacts() : this[op](request);
  }

  async connect({ url }) {
    this.chain = await Chain.connect(url);
    // Only for what the library does not do: transfers, and bringing code onto the chain.
    this.plain = await LegacyClient.new({ provider: new WsProvider(url) });
    this.known = new Known(this.chain.prefix, (one) => this.chain.address(one));
    for (const kind of [abi.pool, abi.matchingRound]) this.known.addKind(kind.abi);
    this.outbox = new Outbox(this.chain, new MapStore());
    return this.chain.genesis;
  }

  async end() {
    await Promise.all([this.chain?.disconnect(), this.plain?.disconnect()]);
  }

  async account() {
    return this.#account;
  }

  #act(by) {
    this.#account = developmentAccount(by.replace(/^\/\//, ''));
    return this.#account;
  }

  async chainFacts() {
    return { existentialDeposit: String(this.chain.existentialDeposit) };
  }

  watch({ contract, address }) {
    this.known.add(address, abi[camel(contract)].abi);
  }

  async #plainly(by, transaction) {
    const { address, key } = this.#act(by);
    const nonce = await this.chain.nextNonce(address);
    const { dispatchError } = await transaction.signAndSend({ address, sign: key }, { nonce }).untilBestChainBlockIncluded();
    assert.equal(dispatchError, undefined);
  }

  transfer({ by, to, amount }) {
    return this.#plainly(by, this.plain.tx.balances.transferKeepAlive(to, BigInt(amount)));
  }

  async upload({ by, contract }) {
    const code = `0x${readFileSync(new URL(`../../abi/${contract}.wasm`, clients)).toString('hex')}`;
    await this.#plainly(by, this.plain.tx.contracts.uploadCode(code, undefined, 'Enforced'));
    return abi[camel(contract)].abi.codeHash;
  }

  async instantiate({ by, contract, label, args, value, salt, hash }) {
    this.#act(by);
    const of = metadata(contract).constructorOf(label);
    const known = abi[camel(contract)];
    this.known.addKind(known.abi);
    const message = known.constructors[camel(label)];
    const call = { codeHash: hash, value: BigInt(value), input: this.#input(of, message, args), salt };
    const { answer, receipt } = await this.#do(contract, message, of, call);
    return receipt ? { answer, address: accountHex(receipt.made.at(-1)), events: this.#events(receipt) } : { answer };
  }

  async call({ by, contract, at, label, args, value }) {
    this.#act(by);
    const of = metadata(contract).message(label);
    const message = abi[camel(contract)].messages[camel(label)];
    const input = this.#input(of, message, args);
    if (!message.mutates) {
      const given = Object.fromEntries(of.args.map(({ name, shape }) => [camel(name), toKit(shape, args[name])]));
      const answer = await read(this.chain, { name: contract, address: at }, message, given);
      return { answer: this.#answer(of, message, answer) };
    }
    const { answer, receipt } = await this.#do(contract, message, of, { address: at, value: BigInt(value), input });
    return { answer, ...(receipt ? { events: this.#events(receipt) } : {}) };
  }

  #input({ args: specs }, message, args) {
    return encodeCall(message, Object.fromEntries(specs.map(({ name, shape }) => [camel(name), toKit(shape, args[name])])));
  }

  async #do(contract, message, of, call) {
    try {
      const plan = await Plan.of(this, message, contract, { call, what: `${contract}.${message.name}` });
      return { answer: this.#answer(of, message, plan.answer), receipt: await plan.send({ until: 'best' }) };
    } catch (error) {
      if (error instanceof Refused) return { answer: { Err: fromKit(of.returns.ok.err, error.reason) } };
      if (error instanceof Undone || error instanceof TooPoor) return { answer: { Undone: error.reason.split('.').at(-1) } };
      throw error;
    }
  }

  #answer({ returns }, message, answer) {
    return message.refusal ? { Ok: fromKit(returns.ok.ok, answer) } : fromKit(returns.ok, answer);
  }

  #events({ events }) {
    return events.map(({ contract, address, name, fields }) => ({
      contract,
      address: accountHex(address),
      name,
      fields: fromKit({ kind: 'struct', fields: metadata(contract).event(name).fields }, fields),
    }));
  }
}

/** Has the command line watch the contracts of the scenario, and compares every event with it. */
async function compareWithWatch(chain, kit, world) {
  // The scenario has no hour to wait for this.
  await chain.ask('dev_forward', 2 * 3_600_000);
  const clear = { by: world.signers.get('bob').uri, contract: 'streams', at: world.get('streams'), label: 'clear', args: { streams: [world.get('slow'), world.get('fast')] }, value: 0 };
  assert.deepEqual((await kit.call(clear)).answer, { Ok: [] });
  const names = { registry: 'registry', storefront: 'storefront', channels: 'channels', streams: 'streams', pool_factory: 'factory' };
  const contracts = Object.fromEntries(Object.entries(names).map(([contract, name]) => [contract, { ...chain.deployment.contracts[contract], address: kit.chain.address(world.get(name)) }]));
  writeFileSync(join(chain.folder, 'local.json'), JSON.stringify({ ...chain.deployment, contracts }));
  const told = await sameAsWatched({ chain, farthing: kit });
  if (told === null) return;
  const all = Object.values(abi).flatMap((contract) => contract.abi.events.map(({ name }) => `${contract.abi.name}.${name}`));
  assert.deepEqual(all.filter((name) => !told.has(name)), []);
}

const chains = { 'the development chain': [noChain, startChain], 'the official node': [noOfficialNode, startOfficialNode] };

for (const [name, [none, start]] of Object.entries(chains)) {
  const skip = none || notInstalled;
  test(`every message and every event of every contract, as the other libraries have them: ${name}`, { skip, timeout: 400_000 }, async () => {
    const [{ begin, perform }, { scenario }] = await Promise.all([import(new URL('run.mjs', clients)), import(new URL('scenario/index.mjs', clients))]);
    const expected = JSON.parse(readFileSync(new URL('expected.json', clients)));
    const chain = await start();
    const kit = new Kit();
    try {
      const world = await begin(kit, chain.url, scenario.accounts);
      const transcript = await perform(world, scenario.steps);
      transcript.forEach((entry, i) => assert.deepEqual(entry, expected[i], entry.step));
      assert.equal(transcript.length, expected.length);
      if (chain.deployment) await compareWithWatch(chain, kit, world);
    } finally {
      await kit.end();
      await chain.end();
    }
  });
}
