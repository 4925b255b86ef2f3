// The scenario's steps through dedot, with the metadata for the web.

import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { DedotClient, WsProvider } from 'dedot';
import { AccountId32 } from 'dedot/codecs';
import { Contract, ContractDeployer, TypinkRegistry } from 'dedot/contracts';
import { hexToU8a, stringCamelCase, u8aToHex } from 'dedot/utils';
import { readFileSync } from 'node:fs';
import { abi, contracts, held, metadata, variantOf } from '../metadata.mjs';
import { connection, countOptionalFields } from '../workarounds/dedot.mjs';
import { serve } from './serve.mjs';

if (!process.argv.includes('--without-workarounds')) countOptionalFields();

const all = Object.fromEntries(contracts.map((name) => [name, metadata(name, { web: true })]));
const registries = Object.fromEntries(contracts.map((name) => [name, new TypinkRegistry(all[name].json)]));
/** Which contract is at an address. */
const known = new Map();
let client;
let keyring;

// ---- Values ----

const isFlat = (shape) => shape.variants.every(({ fields }) => fields.length === 0);

function toDedot(shape, value) {
  switch (shape.kind) {
    case 'int':
      return shape.bits > 32 ? BigInt(value) : Number(value);
    case 'list':
      return value.map((one) => toDedot(shape.of, one));
    case 'tuple':
      return shape.of.map((of, i) => toDedot(of, value[i]));
    case 'struct':
      return Object.fromEntries(
        shape.fields.map(({ name, shape }) => [stringCamelCase(name), toDedot(shape, value[name])]),
      );
    case 'option':
      return value === null ? undefined : toDedot(shape.of, value);
    case 'enum': {
      if (isFlat(shape)) return value;
      const [type, inner] = variantOf(value);
      const holds = held(shape.variants.find(({ name }) => name === type));
      return holds ? { type, value: toDedot(holds, inner) } : { type };
    }
    default:
      return value;
  }
}

function fromDedot(shape, value) {
  switch (shape.kind) {
    case 'int':
      return value.toString();
    case 'account':
      return u8aToHex(hexToU8a(value.raw));
    case 'list':
      return value.map((one) => fromDedot(shape.of, one));
    case 'tuple':
      return shape.of.map((of, i) => fromDedot(of, value[i]));
    case 'struct':
      return Object.fromEntries(
        shape.fields.map(({ name, shape }) => [name, fromDedot(shape, value[stringCamelCase(name)])]),
      );
    case 'option':
      return value === undefined ? null : fromDedot(shape.of, value);
    case 'result':
      return value.isOk ? { Ok: fromDedot(shape.ok, value.value) } : { Err: fromDedot(shape.err, value.err) };
    case 'enum': {
      if (isFlat(shape)) return value;
      const holds = held(shape.variants.find(({ name }) => name === value.type));
      return holds ? { [value.type]: fromDedot(holds, value.value) } : value.type;
    }
    default:
      return value;
  }
}

const toArguments = ({ args }, values) => args.map(({ name, shape }) => toDedot(shape, values[name]));

/** dedot's name for a message. */
const method = (label) => stringCamelCase(label.replaceAll('::', '_'));

// ---- Contracts ----

/** Numbers as JSON keeps them whole. */
const text = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

const signer = (uri) => keyring.addFromUri(uri);

/** What a dry run answered, or why the chain undid it. */
async function dryRun(run, returns) {
  try {
    const { data, raw, flags } = await run();
    // dedot has taken off what says whether the message was understood.
    const answer = fromDedot(returns.ok, data);
    return { answer: flags.revert && !isError(answer) ? { Undone: 'ContractReverted' } : answer, raw };
  } catch (error) {
    if (error.moduleError) return { answer: { Undone: error.moduleError.name } };
    throw error;
  }
}

/** Somewhat more than the dry run took: the clock has gone on when the transaction is carried out. */
function limits({ gasRequired: { refTime, proofSize }, storageDeposit }) {
  return {
    gasLimit: { refTime: (refTime * 6n) / 5n, proofSize: (proofSize * 6n) / 5n },
    storageDepositLimit: storageDeposit.type === 'Charge' ? storageDeposit.value : 0n,
  };
}

const isObject = (answer) => answer !== null && typeof answer === 'object';
const isError = (answer) => isObject(answer) && 'Err' in answer;
const isRefused = (answer) => isError(answer) || (isObject(answer) && 'Undone' in answer);

async function send(transaction, by) {
  const result = await transaction.signAndSend(signer(by)).untilBestChainBlockIncluded();
  if (result.dispatchError) {
    const { name } = client.registry.findErrorMeta(result.dispatchError) ?? {};
    throw new Error(`It was signed, and failed with ${name ?? JSON.stringify(result.dispatchError)}.`);
  }
  return result;
}

function eventsOf(records) {
  const emitted = records.filter(({ event }) => event.pallet === 'Contracts' && event.palletEvent.name === 'ContractEmitted');
  return emitted.map((record) => {
    const address = u8aToHex(hexToU8a(record.event.palletEvent.data.contract.raw));
    return { address, ...decodeEvent(known.get(address), record) };
  });
}

function decodeEvent(contract, record) {
  const { name, data = {} } = registries[contract].decodeEvent(record);
  const { fields } = all[contract].event(name);
  return { contract, name, fields: fromDedot({ kind: 'struct', fields }, data) };
}

await cryptoWaitReady();
keyring = new Keyring({ type: 'sr25519' });

await serve({
  version: () => JSON.parse(readFileSync(new URL('../node_modules/dedot/package.json', import.meta.url))).version,

  async connect({ url }) {
    const options = process.argv.includes('--json-rpc-v2') ? {} : connection;
    client = await DedotClient.new({ provider: new WsProvider(url), ...options });
    return client.genesisHash;
  },

  async nonce({ of }) {
    return String((await client.query.system.account(signer(of).address)).nonce);
  },

  async chain() {
    const { tokenDecimals, tokenSymbol } = await client.rpc.system_properties();
    const { existentialDeposit } = client.consts.balances;
    const { depositPerItem, depositPerByte } = client.consts.contracts;
    return text({ tokenDecimals, tokenSymbol, existentialDeposit, depositPerItem, depositPerByte });
  },

  async balance({ of }) {
    const { free, reserved } = (await client.query.system.account(of)).data;
    return text({ free, reserved });
  },

  watch({ contract, address }) {
    known.set(address, contract);
  },

  async transfer({ by, to, amount }) {
    await send(client.tx.balances.transferKeepAlive(to, BigInt(amount)), by);
  },

  async upload({ by, contract }) {
    const code = `0x${readFileSync(new URL(`${contract}.wasm`, abi)).toString('hex')}`;
    const { events } = await send(client.tx.contracts.uploadCode(code, undefined, 'Enforced'), by);
    return client.events.contracts.CodeStored.find(events)?.palletEvent.data.codeHash ?? null;
  },

  async instantiate({ by, contract, label, args, value, salt, hash }) {
    const of = all[contract].constructorOf(label);
    const deployer = new ContractDeployer(client, all[contract].json, hash, { defaultCaller: signer(by).address });
    const given = toArguments(of, args);
    const options = { value: BigInt(value), salt };
    const { answer, raw } = await dryRun(() => deployer.query[method(label)](...given, options), of.returns);
    if (isRefused(answer)) return { answer };
    const result = await send(deployer.tx[method(label)](...given, { ...options, ...limits(raw) }), by);
    const address = new AccountId32(await result.contractAddress());
    const at = u8aToHex(hexToU8a(address.raw));
    known.set(at, contract);
    return { answer, address: at, events: eventsOf(result.events) };
  },

  async call({ by, contract, at, label, args, value }) {
    const of = all[contract].message(label);
    const instance = new Contract(client, all[contract].json, at, { defaultCaller: signer(by).address });
    const given = toArguments(of, args);
    const options = { value: BigInt(value) };
    const { answer, raw } = await dryRun(() => instance.query[method(label)](...given, options), of.returns);
    if (!of.mutates || isRefused(answer)) return { answer };
    const { events } = await send(instance.tx[method(label)](...given, { ...options, ...limits(raw) }), by);
    return { answer, events: eventsOf(events) };
  },

  encode({ contract, label, args, constructor }) {
    const of = constructor ? all[contract].constructorOf(label) : all[contract].message(label);
    const list = all[contract].json.spec[constructor ? 'constructors' : 'messages'];
    const spec = list.find((one) => one.label === label);
    const encoded = toArguments(of, args).map((value, i) =>
      u8aToHex(registries[contract].findCodec(spec.args[i].type.type).tryEncode(value)).slice(2),
    );
    return spec.selector + encoded.join('');
  },

  decode({ contract, label, data, constructor }) {
    const of = constructor ? all[contract].constructorOf(label) : all[contract].message(label);
    return fromDedot(of.returns, registries[contract].findCodec(of.returnType).tryDecode(data));
  },

  decodeEvent({ contract, topics, data }) {
    const emitted = { name: 'ContractEmitted', data: { contract: new AccountId32(`0x${'00'.repeat(32)}`), data } };
    const { name, fields } = decodeEvent(contract, { event: { pallet: 'Contracts', palletEvent: emitted }, topics });
    return { name, fields };
  },
});
