// The scenario's steps through polkadot-js: @polkadot/api and @polkadot/api-contract.

import { ApiPromise, WsProvider } from '@polkadot/api';
import { Abi, BlueprintPromise, ContractPromise } from '@polkadot/api-contract';
import { Keyring } from '@polkadot/keyring';
import { hexToU8a, stringCamelCase, u8aToHex } from '@polkadot/util';
import { readFileSync } from 'node:fs';
import { abi, contracts, held, metadata, variantOf } from '../metadata.mjs';
import { text, wholeBlock } from '../workarounds/polkadot-js.mjs';
import { serve } from './serve.mjs';

const plain = process.argv.includes('--without-workarounds');
const all = Object.fromEntries(contracts.map((name) => [name, metadata(name)]));
const abis = Object.fromEntries(contracts.map((name) => [name, new Abi(all[name].json)]));
/** Which contract is at an address. */
const known = new Map();
let api;
let keyring;

// ---- Values ----

function toPolkadot(shape, value) {
  switch (shape.kind) {
    case 'str':
      return plain ? value : text(value);
    case 'list':
      return value.map((one) => toPolkadot(shape.of, one));
    case 'tuple':
      return shape.of.map((of, i) => toPolkadot(of, value[i]));
    case 'struct':
      return Object.fromEntries(
        shape.fields.map(({ name, shape }) => [stringCamelCase(name), toPolkadot(shape, value[name])]),
      );
    case 'option':
      return value === null ? null : toPolkadot(shape.of, value);
    case 'enum': {
      const [type, inner] = variantOf(value);
      const holds = held(shape.variants.find(({ name }) => name === type));
      return holds ? { [type]: toPolkadot(holds, inner) } : type;
    }
    default:
      return value;
  }
}

function fromPolkadot(shape, codec) {
  switch (shape.kind) {
    case 'int':
      return codec.toString();
    case 'bool':
      return codec.isTrue;
    case 'str':
      return codec.toString();
    case 'account':
      return u8aToHex(codec.toU8a());
    case 'bytes':
      return codec.toHex();
    case 'list':
      return codec.map((one) => fromPolkadot(shape.of, one));
    case 'tuple':
      return shape.of.map((of, i) => fromPolkadot(of, codec[i]));
    case 'struct':
      return Object.fromEntries(
        shape.fields.map(({ name, shape }, i) => [name, fromPolkadot(shape, codec.getAtIndex(i))]),
      );
    case 'option':
      return codec.isNone ? null : fromPolkadot(shape.of, codec.unwrap());
    case 'result':
      return codec.isOk ? { Ok: fromPolkadot(shape.ok, codec.asOk) } : { Err: fromPolkadot(shape.err, codec.asErr) };
    case 'enum': {
      const holds = held(shape.variants.find(({ name }) => name === codec.type));
      return holds ? { [codec.type]: fromPolkadot(holds, codec.inner) } : codec.type;
    }
  }
  throw new Error(`Cannot read ${shape.kind}.`);
}

const toArguments = ({ args }, values) => args.map(({ name, shape }) => toPolkadot(shape, values[name]));

// ---- Contracts ----

const signer = (uri) => keyring.addFromUri(uri);

const gas = () => (plain ? {} : { gasLimit: wholeBlock(api) });

const nameOf = (error) => (error.isModule ? api.registry.findMetaError(error.asModule).name : error.type);

/** What a dry run answered, or why the chain undid it. */
function answerOf(result, output, returns) {
  if (result.isErr) return { Undone: nameOf(result.asErr) };
  const understood = fromPolkadot(returns, output);
  if ('Err' in understood) throw new Error(`The contract did not understand: ${understood.Err}.`);
  const answer = understood.Ok;
  const { flags } = result.asOk.result ?? result.asOk;
  return wasReverted(flags) && !isError(answer) ? { Undone: 'ContractReverted' } : answer;
}

/** The first flag. By the chain's own metadata, which api takes where it can, flags have no other name. */
const wasReverted = (flags) => flags.isRevert ?? flags.bits.toNumber() % 2 === 1;

const isObject = (answer) => answer !== null && typeof answer === 'object';
const isError = (answer) => isObject(answer) && 'Err' in answer;
const isRefused = (answer) => isError(answer) || (isObject(answer) && 'Undone' in answer);

/** Somewhat more than the dry run took: the clock has gone on when the transaction is carried out. */
function limits({ gasRequired, storageDeposit }) {
  const more = (weight) => (weight.toBigInt() * 6n) / 5n;
  return {
    gasLimit: api.registry.createType('WeightV2', {
      refTime: more(gasRequired.refTime),
      proofSize: more(gasRequired.proofSize),
    }),
    storageDepositLimit: storageDeposit.isCharge ? storageDeposit.asCharge.toBigInt() : 0n,
  };
}

/** Whether the contract undid the call, where what it answered is not what the metadata says. */
async function isReverted({ by, at, value }, contract, label, given) {
  const input = abis[contract].findMessage(label).toU8a(given);
  const { result } = await api.call.contractsApi.call(signer(by).address, at, value, null, null, input);
  return result.isOk && wasReverted(result.asOk.flags);
}

function send(transaction, by) {
  return new Promise((resolve, reject) => {
    transaction
      .signAndSend(signer(by), (result) => {
        if (result.dispatchError) reject(new Error(`It was signed, and failed with ${nameOf(result.dispatchError)}.`));
        else if (result.isError) reject(new Error(`The node did not take it: ${result.status.type}.`));
        // Now and then nothing is said of the block, and a second later that it is final.
        else if (result.isInBlock || result.isFinalized) resolve(result);
      })
      .catch(reject);
  });
}

function eventsOf(result) {
  return result.filterRecords('contracts', 'ContractEmitted').map((record) => {
    const address = u8aToHex(record.event.data[0].toU8a());
    return { address, ...decodeEvent(known.get(address), record) };
  });
}

function decodeEvent(contract, record) {
  const { event, args } = abis[contract].decodeEvent(record);
  const name = event.identifier.split('::').at(-1);
  const fields = all[contract].event(name).fields.map(({ name, shape }, i) => [name, fromPolkadot(shape, args[i])]);
  return { contract, name, fields: Object.fromEntries(fields) };
}

keyring = new Keyring({ type: 'sr25519' });

await serve({
  version: () =>
    JSON.parse(readFileSync(new URL('../node_modules/@polkadot/api-contract/package.json', import.meta.url))).version,

  async connect({ url }) {
    api = await ApiPromise.create({ provider: new WsProvider(url), noInitWarn: true });
    return api.genesisHash.toHex();
  },

  chain() {
    const { balances, contracts } = api.consts;
    return {
      tokenDecimals: String(api.registry.chainDecimals[0]),
      tokenSymbol: api.registry.chainTokens[0],
      existentialDeposit: balances.existentialDeposit.toString(),
      depositPerItem: contracts.depositPerItem.toString(),
      depositPerByte: contracts.depositPerByte.toString(),
    };
  },

  async balance({ of }) {
    const { free, reserved } = (await api.query.system.account(of)).data;
    return { free: free.toString(), reserved: reserved.toString() };
  },

  watch({ contract, address }) {
    known.set(address, contract);
  },

  async transfer({ by, to, amount }) {
    await send(api.tx.balances.transferKeepAlive(to, amount), by);
  },

  async upload({ by, contract }) {
    const code = `0x${readFileSync(new URL(`${contract}.wasm`, abi)).toString('hex')}`;
    const result = await send(api.tx.contracts.uploadCode(code, null, 'Enforced'), by);
    return result.findRecord('contracts', 'CodeStored')?.event.data[0].toHex() ?? null;
  },

  async instantiate({ by, contract, label, args, value, salt, hash }) {
    const of = all[contract].constructorOf(label);
    const given = toArguments(of, args);
    // api-contract has no dry run of a constructor; the runtime has.
    const found = abis[contract].findConstructor(label);
    const input = found.toU8a(given);
    const dryRun = await api.call.contractsApi.instantiate(
      signer(by).address, value, null, null, { Existing: hash }, input, salt,
    );
    const output = dryRun.result.isOk
      ? abis[contract].registry.createType(found.returnType.lookupName || found.returnType.type, dryRun.result.asOk.result.data.toU8a(true))
      : null;
    const answer = answerOf(dryRun.result, output, of.returns);
    if (isRefused(answer)) return { answer };
    const blueprint = new BlueprintPromise(api, abis[contract], hash);
    const options = { value, salt: hexToU8a(salt), ...limits(dryRun) };
    const result = await send(blueprint.tx[stringCamelCase(label)](options, ...given), by);
    const address = u8aToHex(result.contract.address.toU8a());
    known.set(address, contract);
    return { answer, address, events: eventsOf(result) };
  },

  async call({ by, contract, at, label, args, value }) {
    const of = all[contract].message(label);
    const instance = new ContractPromise(api, abis[contract], at);
    const given = toArguments(of, args);
    const name = stringCamelCase(label);
    const dryRun = await instance.query[name](signer(by).address, { value, ...gas() }, ...given).catch((error) =>
      isReverted({ by, at, value }, contract, label, given).then((reverted) => {
        if (!reverted) throw error;
      }),
    );
    if (!dryRun) return { answer: { Undone: 'ContractReverted' } };
    const answer = answerOf(dryRun.result, dryRun.output, of.returns);
    if (!of.mutates || isRefused(answer)) return { answer };
    const result = await send(instance.tx[name]({ value, ...limits(dryRun) }, ...given), by);
    return { answer, events: eventsOf(result) };
  },

  encode({ contract, label, args, constructor }) {
    const of = constructor ? all[contract].constructorOf(label) : all[contract].message(label);
    const found = constructor ? abis[contract].findConstructor(label) : abis[contract].findMessage(label);
    // In front is the length, as a transaction has it.
    const encoded = api?.registry ?? abis[contract].registry;
    return encoded.createType('Bytes', found.toU8a(toArguments(of, args))).toHex();
  },

  decode({ contract, label, data, constructor }) {
    const of = constructor ? all[contract].constructorOf(label) : all[contract].message(label);
    const found = constructor ? abis[contract].findConstructor(label) : abis[contract].findMessage(label);
    const { lookupName, type } = found.returnType;
    return fromPolkadot(of.returns, abis[contract].registry.createType(lookupName || type, hexToU8a(data)));
  },

  decodeEvent({ contract, topics, data }) {
    const record = {
      topics: topics.map((topic) => ({ toHex: () => topic })),
      event: { data: [null, hexToU8a(data)] },
    };
    const { name, fields } = decodeEvent(contract, record);
    return { name, fields };
  },
});
