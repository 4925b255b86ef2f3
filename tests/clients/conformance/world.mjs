// A chain that is compared with another: the same history is made on both, and what must differ has names.

import { ApiPromise, WsProvider } from '@polkadot/api';
import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { readFileSync } from 'node:fs';
import { metadata } from '../metadata.mjs';
import { encodeCall, hex } from '../scale.mjs';
import { ask, Connection } from './rpc.mjs';

export const UNIT = 1_000_000_000_000n;
/** All that a call of these tests may need, and less than a block takes. */
const GAS = { refTime: 100_000_000_000n, proofSize: 2_000_000n };

/** What the runtimes call themselves. */
const RUNTIMES = ['substrate-contracts-node', 'farthing-embedded'];
/** How a runtime gave up: one that is WebAssembly says where in its code, the other one why. */
const TRAP = /(Execution failed: Execution aborted due to ).*/s;
/** Where a node listens for others. */
const PEER = /^\/ip4\/.*\/p2p\/.*/;
/** What the official node's runtime has for other things than contracts: consensus, session keys, and revive. */
const LEFT_OUT = ['0xf78b278be53f454c', '0xab3c0572291feb8b', '0x8c403e5c4a9fd442', '0xfbc577b9d747efd6'];

export class World {
  names = [];
  transcript = [];

  static async begin(url) {
    await cryptoWaitReady();
    const world = new this();
    world.url = url;
    world.socket = await Connection.open(url);
    world.api = await ApiPromise.create({ provider: new WsProvider(url), noInitWarn: true });
    const keyring = new Keyring({ type: 'sr25519' });
    world.people = Object.fromEntries(
      ['Alice', 'Ferdie', 'one', 'two', 'three', 'poor'].map((name) => [
        name,
        keyring.addFromUri(['Alice', 'Ferdie'].includes(name) ? `//${name}` : `//conformance//${name}`),
      ]),
    );
    await world.makeHistory();
    return world;
  }

  async end() {
    await this.api.disconnect();
    this.socket.close();
  }

  ask(method, ...params) {
    return ask(this.url, method, params);
  }

  /** What a method answers that must not fail. */
  async get(method, ...params) {
    const { result, error } = await this.ask(method, ...params);
    if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  }

  /** Writes down what was answered. */
  note(name, answer) {
    this.transcript.push([name, answer]);
  }

  // ---- Transactions ----

  address = (name) => this.people[name].address;
  account = (name) => hex(this.people[name].publicKey);
  nonce = (name) => this.get('system_accountNextIndex', this.address(name));

  /** A signed transaction, as bytes in hex; it gets a name, as its signature is another one each time. */
  async sign(name, call, by, options = {}) {
    const nonce = options.nonce ?? (await this.nonce(by));
    const genesisHash = options.genesisHash ?? this.api.genesisHash;
    const signed = this.api.tx(call).sign(this.people[by], {
      era: 0,
      blockHash: genesisHash,
      runtimeVersion: this.api.runtimeVersion,
      ...options,
      genesisHash,
      nonce,
    });
    this.call(`transaction ${name}`, signed.toHex());
    this.call(`bytes of transaction ${name}`, hex(signed.toU8a(true)).slice(2), 0);
    this.call(`hash of transaction ${name}`, signed.hash.toHex());
    this.call(`signature of ${name}`, signed.signature.toHex());
    return signed.toHex();
  }

  pay = (to, amount) => this.api.tx.balances.transferKeepAlive(this.address(to), amount);

  /** Has a transaction in a block, which the chain makes for it, and the block final. */
  async send(name, call, by, options) {
    await this.include(name, call, by, options);
    await this.settled();
  }

  async include(name, call, by, options) {
    const before = (await this.get('chain_getHeader')).number;
    await this.get('author_submitExtrinsic', await this.sign(name, call, by, options));
    while ((await this.get('chain_getHeader')).number === before);
  }

  /** Until the best block is final. */
  async settled() {
    const best = await this.get('chain_getBlockHash');
    while ((await this.get('chain_getFinalizedHead')) !== best);
  }

  // ---- History ----

  /** A few blocks: payments, a contract with storage of its own, and a transaction that fails. */
  async makeHistory() {
    // The development chain has a block 1 when it starts.
    if ((await this.get('chain_getHeader')).number === '0x0') await this.include('first', this.api.tx.system.remark('0x'), 'Ferdie');
    const { number } = await this.get('chain_getHeader');
    await this.include('to one', this.pay('one', 1_000n * UNIT), 'Alice');
    await this.include('to two', this.pay('two', 500n * UNIT), 'Alice');
    const { constructors, messages } = Object.fromEntries(
      ['constructors', 'messages'].map((kind) => [kind, JSON.parse(readFileSync(abiFile('streams.json'))).spec[kind]]),
    );
    const code = hex(readFileSync(abiFile('streams.wasm')));
    const { contracts } = this.api.tx;
    const input = hex(encodeCall(metadata('streams').constructorOf(constructors[0].label), { guardian: null }));
    await this.include('deploying', contracts.instantiateWithCode(0, GAS, null, code, input, '0x01'), 'one');
    const [contract] = (await this.api.query.contracts.contractInfoOf.entries())[0][0].args;
    const { trieId } = (await this.api.query.contracts.contractInfoOf(contract)).unwrap();
    this.contract = hex(contract.toU8a());
    this.trie = `0x${Buffer.from(':child_storage:default:').toString('hex')}${trieId.toHex().slice(2)}`;
    this.input = hex(encodeCall(metadata('streams').message(messages[0].label), { payee: this.account('two'), rate: '1000' }));
    await this.include('opening', contracts.call(this.contract, UNIT, GAS, null, this.input), 'one');
    await this.include('failing', this.pay('three', 1n << 100n), 'one');
    await this.settled();
    this.childKeys = await this.get('childstate_getKeys', this.trie, '0x');
    this.blocks = [];
    for (let i = 0; i <= 5; i++) this.blocks.push(await this.get('chain_getBlockHash', Number(number) + i));
  }

  // ---- Names ----

  /** Gives a name to what is another on each chain: as it is, and wherever it is part of more. */
  call(name, value, from = 2) {
    if (value) this.names.push([value.slice(from), `{${name}}`]);
  }

  /** Gives names to all that blocks have of their own. */
  async callBlocks() {
    const { number: best } = await this.get('chain_getHeader');
    for (let number = 0; number <= Number(best); number++) {
      const hash = await this.get('chain_getBlockHash', number);
      const { stateRoot, extrinsicsRoot } = await this.get('chain_getHeader', hash);
      this.call(`block ${number}`, hash);
      this.call(`state of ${number}`, stateRoot);
      this.call(`extrinsics of ${number}`, extrinsicsRoot);
      const time = await this.get('state_getStorage', this.api.query.timestamp.now.key(), hash);
      await this.callFees(hash);
      // The first six bytes are in a transaction, too, where numbers are shortened.
      if (time) this.call(`time of ${number}`, time.slice(0, 14));
    }
    // What contains something else that has a name goes first.
    this.names.sort(([a], [b]) => b.length - a.length);
  }

  /** Fees: the official node's fall, very slowly, from block to block, and the development chain's never. */
  async callFees(hash) {
    const events = await (await this.api.at(hash)).query.system.events();
    for (const { event } of events) {
      if (!['Withdraw', 'Deposit', 'TransactionFeePaid'].includes(event.method)) continue;
      const amount = event.data[1].toU8a();
      if (amount.some((byte) => byte !== 0)) this.call('fee', hex(amount));
    }
  }

  /** The transcript, with names for what must differ. */
  named() {
    return new Map(this.transcript.map(([name, answer]) => [name, this.name(answer)]));
  }

  name(value) {
    if (Array.isArray(value)) return value.filter((one) => !LEFT_OUT.includes(one?.[0])).map((one) => this.name(one));
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [this.name(key), this.name(one)]));
    }
    if (typeof value !== 'string') return value;
    const text = this.names.reduce((text, [what, name]) => text.replaceAll(what, name), value);
    return RUNTIMES.reduce((text, name) => text.replaceAll(name, '{runtime}'), text).replace(TRAP, '$1…').replace(PEER, '{peer}');
  }
}

const abiFile = (name) => new URL(`../../../abi/${name}`, import.meta.url);
