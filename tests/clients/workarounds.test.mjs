// What the libraries cannot do by their own fault. Each of these tests fails when a library can: then the way
// round in `workarounds/` and the row in docs/frontends.md can go. Those of Python's are in
// `test_workarounds.py`.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test, { after, before } from 'node:test';
import { promisify } from 'node:util';
import { ApiPromise, WsProvider as PolkadotProvider } from '@polkadot/api';
import { Abi, BlueprintPromise, ContractPromise } from '@polkadot/api-contract';
import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { DedotClient, WsProvider as DedotProvider } from 'dedot';
import { Contract, TypinkRegistry } from 'dedot/contracts';
import { getInkClient } from 'polkadot-api/ink';
import { noChain, noOfficialNode, startChain, startOfficialNode } from './chain.mjs';
import { Driver, missing } from './driver.mjs';
import { contracts, metadata, read } from './metadata.mjs';
import { begin, perform } from './run.mjs';
import { namedSamples } from './samples.mjs';
import { encode, encodeCall, encodeFields, hex } from './scale.mjs';
import { accounts, ada } from './scenario/steps.mjs';
import { ANONYMOUS, nameAnonymousEvent } from './workarounds/polkadot-api.mjs';

const plain = {
  dedot: new Driver('dedot', '--without-workarounds'),
  'polkadot-js': new Driver('polkadot-js', '--without-workarounds'),
};
const mended = { 'polkadot-js': new Driver('polkadot-js') };
let chain;
let world;
let api;

before(async () => {
  await cryptoWaitReady();
  if (noChain) return;
  chain = await startChain();
  world = await begin(new Driver('dedot'), chain.url, accounts);
  await perform(world, [
    ada.upload('registry'),
    ada.deploy('registry.new', 'registry', { reserved: [] }, { emits: ['registry.Deployed'] }),
  ]);
  api = await ApiPromise.create({ provider: new PolkadotProvider(chain.url), noInitWarn: true });
});

after(async () => {
  await api?.disconnect();
  [...Object.values(plain), ...Object.values(mended), world?.driver].forEach((driver) => driver?.close());
  chain?.stop();
});

// ---- dedot ----

test('dedot alone does not encode structs with optional fields', async () => {
  const cannot = new Set();
  for (const contract of contracts) {
    const { constructors, messages } = metadata(contract);
    const all = [...constructors.map((one) => ({ ...one, constructor: true })), ...messages];
    for (const { constructor, ...one } of all) {
      for (const args of namedSamples(one.args)) {
        const asked = { contract, constructor: constructor === true, label: one.label, args };
        const encoded = await plain.dedot.ask('encode', asked).catch((error) => {
          assert.match(error.message, /Offset is outside the bounds of the DataView/);
        });
        // Where there is room left by chance, it can be right; where the last byte has none, it is lost.
        if (encoded !== hex(encodeCall(one, args))) cannot.add(`${contract}.${one.label}`);
      }
    }
  }
  assert.ok(cannot.size > 0);
  const guide = readFileSync(new URL('../../docs/frontends.md', import.meta.url), 'utf8');
  const row = guide.split('\n').find((line) => line.includes('a struct with an optional field'));
  const unnamed = [...cannot].filter((one) => !row.includes(`\`${one.split('.')[1]}\``));
  assert.deepEqual(unnamed, [], 'docs/frontends.md does not name them');
});

test('dedot loses the names of what variants hold, without the metadata for the web', () => {
  const named = { Purchase: { creator: '1', item: '2', owner: `0x${'11'.repeat(32)}`, paid: '3', term: null, referral: '0' } };
  const decoded = Object.fromEntries(
    [true, false].map((web) => {
      const { json, event } = { json: metadata('storefront', { web }).json, event: metadata('storefront', { web }).event('Payments') };
      const { shape } = event.fields.find(({ name }) => name === 'payments');
      const spec = json.spec.events.find(({ label }) => label === 'Payments').args.find(({ label }) => label === 'payments');
      const codec = new TypinkRegistry(json).findCodec(spec.type.type);
      return [web, codec.tryDecode(hex(encode(shape, [sample(shape.of, named)])))[0].value];
    }),
  );
  assert.ok(Array.isArray(decoded[false]), 'it has names without the metadata for the web, too');
  assert.equal(decoded[true].item, 2);
});

/** The given variant, with whatever fields it has by now that the test does not know. */
function sample(shape, value) {
  const [[name, known]] = Object.entries(value);
  const { fields } = shape.variants.find((variant) => variant.name === name);
  const all = fields[0].name ? fields : fields[0].shape.fields;
  const [some] = namedSamples(all);
  return { [name]: { ...some, ...known } };
}

test('dedot signs and sends what the contract refuses', { skip: noChain }, async () => {
  const client = await DedotClient.new({ provider: new DedotProvider(chain.url), rpcVersion: 'legacy' });
  try {
    const pair = new Keyring({ type: 'sr25519' }).addFromUri('//Ferdie');
    const registry = new Contract(client, read('registry.web.json'), world.get('registry'), { defaultCaller: pair.address });
    // It asks for a dry run itself, for the gas, and does not look at the answer.
    const { dispatchError } = await registry.tx.cancelCommitment().signAndSend(pair).untilBestChainBlockIncluded();
    assert.equal(client.registry.findErrorMeta(dispatchError).name, 'ContractReverted');
  } finally {
    // Or it tries to connect again, for ever.
    await client.disconnect();
  }
});

// The development chain takes a transaction in at once: json-rpc-v2.test.mjs. In a process of its own, as what
// dedot leaves behind cannot be ended.
const paying = `
  import { Keyring } from '@polkadot/keyring';
  import { cryptoWaitReady } from '@polkadot/util-crypto';
  import { DedotClient, WsProvider } from 'dedot';
  await cryptoWaitReady();
  const client = await DedotClient.new({ provider: new WsProvider(process.env.URL) });
  const pair = new Keyring({ type: 'sr25519' }).addFromUri('//Ferdie');
  const transfer = client.tx.balances.transferKeepAlive(pair.address, 1n);
  console.log('signs');
  await transfer.signAndSend(pair).untilBestChainBlockIncluded();
  console.log('sent');
`;

test('dedot waits for ever on JSON-RPC v2 where a node seals only for transactions', { skip: noOfficialNode }, async () => {
  const node = await startOfficialNode();
  try {
    const options = { env: { ...process.env, URL: node.url }, cwd: fileURLToPath(new URL('.', import.meta.url)), timeout: 10_000 };
    const pays = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', paying], options);
    await assert.rejects(pays, ({ killed, stdout }) => killed && stdout === 'signs\n');
  } finally {
    node.stop();
  }
});

// ---- polkadot-js ----

test('polkadot-js takes a text of hexadecimal digits for bytes', async () => {
  const one = metadata('registry').message('handle_state');
  const asked = { contract: 'registry', constructor: false, label: 'handle_state', args: { handle: '0x6869' } };
  assert.equal(await plain['polkadot-js'].ask('encode', asked), hex(encodeCall(one, { handle: 'hi' })));
  assert.equal(await mended['polkadot-js'].ask('encode', asked), hex(encodeCall(one, asked.args)));
});

test('polkadot-js allows a dry run no proof unless it is told to', { skip: noChain }, async () => {
  const registry = new ContractPromise(api, new Abi(read('registry.json')), world.get('registry'));
  const { address } = new Keyring({ type: 'sr25519' }).addFromUri('//Ferdie');
  for (const options of [{}, { gasLimit: -1 }]) {
    const { result } = await registry.query.creatorCount(address, options);
    assert.equal(api.registry.findMetaError(result.asErr.asModule).name, 'OutOfGas');
  }
});

test('polkadot-js has another name for a field that is called `hash`', () => {
  const { json } = metadata('registry');
  const abi = new Abi(json);
  const { lookupName, type } = abi.findMessage('commitment').returnType;
  const one = { hash: `0x${'12'.repeat(32)}`, block: '3', at: '4' };
  const data = encode(metadata('registry').message('commitment').returns, { Ok: one });
  const commitment = abi.registry.createType(lookupName || type, data).asOk.unwrap();
  assert.equal(commitment.get('hash'), undefined);
  assert.notEqual(commitment.hash.toHex(), one.hash);
  assert.equal(commitment.get('hash_').toHex(), one.hash);
});

test('polkadot-js says by a number only that a call was undone', { skip: noChain }, async () => {
  const abi = new Abi(read('registry.json'));
  const { address } = new Keyring({ type: 'sr25519' }).addFromUri('//Ferdie');
  const input = abi.findMessage('cancel_commitment').toU8a([]);
  const { result } = await api.call.contractsApi.call(address, world.get('registry'), 0, null, null, input);
  assert.equal(result.asOk.flags.isRevert, undefined);
  assert.equal(result.asOk.flags.bits.toNumber(), 1);
});

test('polkadot-js has no dry run of a constructor', { skip: noChain }, () => {
  const blueprint = new BlueprintPromise(api, new Abi(read('registry.json')), read('code-hashes.json').registry);
  assert.equal(typeof blueprint.tx.new, 'function');
  assert.equal(blueprint.query, undefined);
});

// ---- polkadot-api ----

const claimed = { stream: '1', payee: `0x${'11'.repeat(32)}`, amount: '2', at: '3' };
const emitted = {
  type: 'Contracts',
  value: {
    type: 'ContractEmitted',
    value: { contract: 'here', data: encodeFields(metadata('streams').event('Claimed').fields, claimed) },
  },
};

test('polkadot-api does not decode an event without a topic', () => {
  const json = read('streams.json');
  const { event } = getInkClient({ metadata: json });
  assert.throws(() => event.decode(emitted.value.value), /Cannot read properties of null/);
  assert.deepEqual(event.filter('here', [{ event: emitted, topics: [] }]), []);
  const decoded = getInkClient({ metadata: nameAnonymousEvent(json) }).event.decode(emitted.value.value, ANONYMOUS);
  assert.equal(decoded.type, 'Claimed');
  assert.equal(decoded.value.amount, 2n);
});

test('polkadot-api cannot pick the events of a contract from those of a transaction', () => {
  const { event } = getInkClient({ metadata: read('streams.json') });
  // As `signAndSubmit` gives them: what happened and its topics, side by side.
  assert.throws(() => event.filter('here', [{ ...emitted, topics: [] }]), TypeError);
});

// ---- substrate-interface ----

test('substrate-interface needs what is in workarounds/substrate_interface.py', { skip: noChain || missing('substrate-interface') }, async () => {
  await promisify(execFile)(process.env.CLIENTS_PYTHON, ['-m', 'unittest', 'test_workarounds'], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { ...process.env, CHAIN: chain.url },
    timeout: 120_000,
  });
});
