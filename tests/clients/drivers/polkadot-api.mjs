// The scenario's steps through polkadot-api, on JSON-RPC v2, with what it has for contracts: `polkadot-api/ink`.

import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady, decodeAddress, encodeAddress } from '@polkadot/util-crypto';
import { createClient, Enum } from 'polkadot-api';
import { getInkClient } from 'polkadot-api/ink';
import { getPolkadotSigner } from 'polkadot-api/signer';
import { getWsProvider } from 'polkadot-api/ws';
import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { abi, contracts, held, metadata, variantOf } from '../metadata.mjs';
import { bytes, hex } from '../scale.mjs';
import { ANONYMOUS, nameAnonymousEvent } from '../workarounds/polkadot-api.mjs';
import { serve } from './serve.mjs';

const all = Object.fromEntries(contracts.map((name) => [name, metadata(name)]));
const inks = Object.fromEntries(
  contracts.map((name) => [name, getInkClient({ metadata: nameAnonymousEvent(all[name].json) })]),
);
/** Which contract is at an address. */
const known = new Map();
let client;
let api;
let keyring;

// ---- Values ----

function toPapi(shape, value) {
  switch (shape.kind) {
    case 'int':
      return shape.bits > 32 ? BigInt(value) : Number(value);
    case 'account':
      return encodeAddress(value);
    case 'bytes':
      return shape.len === undefined ? bytes(value) : value;
    case 'list':
      return value.map((one) => toPapi(shape.of, one));
    case 'tuple':
      return shape.of.map((of, i) => toPapi(of, value[i]));
    case 'struct':
      return Object.fromEntries(shape.fields.map(({ name, shape }) => [name, toPapi(shape, value[name])]));
    case 'option':
      return value === null ? undefined : toPapi(shape.of, value);
    case 'enum': {
      const [type, inner] = variantOf(value);
      const holds = held(shape.variants.find(({ name }) => name === type));
      return Enum(type, holds ? toPapi(holds, inner) : undefined);
    }
    default:
      return value;
  }
}

function fromPapi(shape, value) {
  switch (shape.kind) {
    case 'int':
      return value.toString();
    case 'account':
      return hex(decodeAddress(value));
    case 'bytes':
      return typeof value === 'string' ? value : hex(value);
    case 'list':
      return value.map((one) => fromPapi(shape.of, one));
    case 'tuple':
      return shape.of.map((of, i) => fromPapi(of, value[i]));
    case 'struct':
      return Object.fromEntries(shape.fields.map(({ name, shape }) => [name, fromPapi(shape, value[name])]));
    case 'option':
      return value === undefined ? null : fromPapi(shape.of, value);
    case 'result':
      return value.success ? { Ok: fromPapi(shape.ok, value.value) } : { Err: fromPapi(shape.err, value.value) };
    case 'enum': {
      const holds = held(shape.variants.find(({ name }) => name === value.type));
      return holds ? { [value.type]: fromPapi(holds, value.value) } : value.type;
    }
    default:
      return value;
  }
}

const struct = (fields) => ({ kind: 'struct', fields });
const toArguments = ({ args }, values) => toPapi(struct(args), values);

// ---- Contracts ----

const pair = (uri) => keyring.addFromUri(uri);
const BEST = { at: 'best' };

/** The chain's error by its last name: of a pallet's error, or of another. */
const nameOf = ({ type, value }) => (type === 'Module' ? value.value.type : type);

/** The first flag says that the contract undid the call. */
const wasReverted = (flags) => flags % 2 === 1;

const isObject = (answer) => answer !== null && typeof answer === 'object';
const isError = (answer) => isObject(answer) && 'Err' in answer;
const isRefused = (answer) => isError(answer) || (isObject(answer) && 'Undone' in answer);

/** What a dry run answered, or why the chain undid it. */
function answerOf({ result }, codec, returns) {
  if (!result.success) return { Undone: nameOf(result.value) };
  const done = result.value.result ?? result.value;
  let understood;
  try {
    understood = fromPapi(returns, codec.decode(done));
  } catch (error) {
    if (wasReverted(done.flags)) return { Undone: 'ContractReverted' };
    throw error;
  }
  if ('Err' in understood) throw new Error(`The contract did not understand: ${understood.Err}.`);
  const answer = understood.Ok;
  return wasReverted(done.flags) && !isError(answer) ? { Undone: 'ContractReverted' } : answer;
}

/** Somewhat more than the dry run took: the clock has gone on when the transaction is carried out. */
const limits = ({ gas_required: { ref_time, proof_size }, storage_deposit: { type, value } }) => ({
  gas_limit: { ref_time: (ref_time * 6n) / 5n, proof_size: (proof_size * 6n) / 5n },
  storage_deposit_limit: type === 'Charge' ? value : 0n,
});

async function send(transaction, by) {
  const { publicKey, sign } = pair(by);
  const result = await transaction.signAndSubmit(getPolkadotSigner(publicKey, 'Sr25519', (data) => sign(data)));
  if (!result.ok) throw new Error(`It was signed, and failed with ${nameOf(result.dispatchError)}.`);
  return result.events;
}

function find(events, name) {
  const found = events.filter(({ type, value }) => type === 'Contracts' && value.type === name);
  return found.map(({ value, topics }) => ({ ...value.value, topics }));
}

function eventsOf(events) {
  return find(events, 'ContractEmitted').map(({ contract, data, topics }) => {
    const address = hex(decodeAddress(contract));
    return { address, ...decodeEvent(known.get(address), data, topics) };
  });
}

function decodeEvent(contract, data, topics) {
  const [topic = ANONYMOUS] = topics;
  const { type, value } = inks[contract].event.decode({ data }, topic);
  return { contract, name: type, fields: fromPapi(struct(all[contract].event(type).fields), value) };
}

await cryptoWaitReady();
keyring = new Keyring({ type: 'sr25519' });

await serve({
  async connect({ url }) {
    client = createClient(getWsProvider(url, { websocketClass: WebSocket }));
    api = client.getUnsafeApi();
    return (await client.getChainSpecData()).genesisHash;
  },

  async chain() {
    const { tokenDecimals, tokenSymbol } = (await client.getChainSpecData()).properties;
    const { Balances, Contracts } = api.constants;
    return {
      tokenDecimals: String(tokenDecimals),
      tokenSymbol,
      existentialDeposit: String(await Balances.ExistentialDeposit()),
      depositPerItem: String(await Contracts.DepositPerItem()),
      depositPerByte: String(await Contracts.DepositPerByte()),
    };
  },

  async balance({ of }) {
    const { free, reserved } = (await api.query.System.Account.getValue(encodeAddress(of), BEST)).data;
    return { free: String(free), reserved: String(reserved) };
  },

  watch({ contract, address }) {
    known.set(address, contract);
  },

  async transfer({ by, to, amount }) {
    const dest = Enum('Id', encodeAddress(to));
    await send(api.tx.Balances.transfer_keep_alive({ dest, value: BigInt(amount) }), by);
  },

  async upload({ by, contract }) {
    const code = new Uint8Array(readFileSync(new URL(`${contract}.wasm`, abi)));
    const events = await send(api.tx.Contracts.upload_code({ code, determinism: Enum('Enforced') }), by);
    return find(events, 'CodeStored')[0]?.code_hash ?? null;
  },

  async instantiate({ by, contract, label, args, value, salt, hash }) {
    const of = all[contract].constructorOf(label);
    const ink = inks[contract].constructor(label);
    const [data, money] = [ink.encode(toArguments(of, args)), BigInt(value)];
    const code = Enum('Existing', hash);
    const dryRun = await api.apis.ContractsApi.instantiate(
      pair(by).address, money, undefined, undefined, code, data, bytes(salt), BEST,
    );
    const answer = answerOf(dryRun, ink, of.returns);
    if (isRefused(answer)) return { answer };
    const given = { value: money, code_hash: hash, data, salt: bytes(salt), ...limits(dryRun) };
    const events = await send(api.tx.Contracts.instantiate(given), by);
    const address = hex(decodeAddress(find(events, 'Instantiated').at(-1).contract));
    known.set(address, contract);
    return { answer, address, events: eventsOf(events) };
  },

  async call({ by, contract, at, label, args, value }) {
    const of = all[contract].message(label);
    const ink = inks[contract].message(label);
    const [data, money, address] = [ink.encode(toArguments(of, args)), BigInt(value), encodeAddress(at)];
    const dryRun = await api.apis.ContractsApi.call(pair(by).address, address, money, undefined, undefined, data, BEST);
    const answer = answerOf(dryRun, ink, of.returns);
    if (!of.mutates || isRefused(answer)) return { answer };
    const given = { dest: Enum('Id', address), value: money, data, ...limits(dryRun) };
    return { answer, events: eventsOf(await send(api.tx.Contracts.call(given), by)) };
  },

  encode({ contract, label, args, constructor }) {
    const of = constructor ? all[contract].constructorOf(label) : all[contract].message(label);
    const ink = constructor ? inks[contract].constructor(label) : inks[contract].message(label);
    return hex(ink.encode(toArguments(of, args)));
  },

  decode({ contract, label, data, constructor }) {
    const of = constructor ? all[contract].constructorOf(label) : all[contract].message(label);
    const ink = constructor ? inks[contract].constructor(label) : inks[contract].message(label);
    return fromPapi(of.returns, ink.decode({ data: bytes(data) }));
  },

  decodeEvent({ contract, topics, data }) {
    const { name, fields } = decodeEvent(contract, bytes(data), topics);
    return { name, fields };
  },
});
