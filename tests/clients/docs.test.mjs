// What docs/frontends.md shows its readers: programs that run as they stand there.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cryptoWaitReady, sr25519Verify } from '@polkadot/util-crypto';
import { noChain, startChain } from './chain.mjs';
import { Driver, missing } from './driver.mjs';
import { sentences } from './examples/sentences.mjs';
import * as offchain from './offchain.mjs';
import { begin, perform } from './run.mjs';
import { bytes, hex } from './scale.mjs';
import shop from './scenario/shop.mjs';
import { accounts } from './scenario/steps.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const guide = read('../../docs/frontends.md');

const examples = [
  { library: 'dedot', program: process.execPath, file: 'examples/dedot.mjs', buyer: '//Bob' },
  { library: 'polkadot-js', program: process.execPath, file: 'examples/polkadot-js.mjs', buyer: '//Charlie' },
  {
    library: 'substrate-interface',
    program: process.env.CLIENTS_PYTHON,
    file: 'examples/substrate_interface.py',
    buyer: '//Dave',
  },
];

let chain;
let world;

before(async () => {
  if (noChain) return;
  chain = await startChain();
  world = await begin(new Driver('dedot'), chain.url, accounts);
  await perform(world, shop);
});

after(() => {
  world?.driver.close();
  chain?.stop();
});

for (const { library, program, file, buyer } of examples) {
  test(`the guide's program for ${library} buys`, { skip: noChain || missing(library) }, async () => {
    const what = [chain.url, world.get('storefront'), world.get('creator'), world.get('item'), buyer];
    const run = () => promisify(execFile)(program, [file, ...what], { cwd: here, timeout: 60_000 });
    const { stdout } = await run();
    assert.equal(stdout.trim(), 'Payments 20000000000');
    // Once more is refused, and nothing is signed.
    const nonce = () => world.driver.ask('nonce', { of: buyer });
    const before = await nonce();
    await assert.rejects(run(), /Refused: .*AlreadyOwned/);
    assert.equal(await nonce(), before);
  });
}

for (const file of [...examples.map(({ file }) => file), 'examples/sentences.mjs', 'workarounds/dedot.mjs']) {
  test(`the guide shows ${file} as it is`, () => {
    // Without what the reader has around it: the comment on top.
    const shown = read(file).split('\n').slice(1).join('\n').trim();
    assert.ok(guide.includes(shown), `docs/frontends.md does not have ${file} as it is`);
  });
}

test('the metadata has a sentence for an error, and for the one in it', () => {
  const metadata = JSON.parse(read('../../abi/storefront.web.json'));
  const said = sentences(metadata, { type: 'Access', value: 'AlreadyOwned' });
  assert.equal(said.length, 2);
  said.forEach((sentence) => assert.match(sentence, /^[A-Z].*\.$/));
  assert.equal(sentences(metadata, { type: 'Paused', value: 1n }).length, 1);
});

function isSigned(message, { signature, signer }) {
  try {
    return sr25519Verify(message, bytes(signature), bytes(signer));
  } catch {
    // It throws on what is no key, and on what is no signature.
    return false;
  }
}

test('what frontends hash and sign themselves is what the contracts do', async () => {
  await cryptoWaitReady();
  const vectors = JSON.parse(read('../../contracts/types/vectors.json'));
  const given = (name) => `0x${name}`;
  for (const one of vectors.signatures) {
    const fields = {
      ...one,
      genesis: given(one.genesis),
      contract: given(one.contract),
      payer: given(one.payer),
      payee: given(one.payee),
      root: one.root && given(one.root),
    };
    const make = { voucher: offchain.voucher, closing: offchain.closing }[one.kind];
    const payload = make({ ...fields, cumulative: one.amount });
    assert.equal(hex(payload), given(one.payload), one.name);
    assert.equal(isSigned(one.wrapped ? offchain.wrap(payload) : payload, one), one.valid, one.name);
  }
  for (const { handle, owner, salt, hash } of vectors.handle_claims) {
    assert.equal(offchain.handleClaim(handle, given(owner), given(salt)), given(hash));
  }
  for (const { storefront, creator, tier, buyer, item, secret, hash } of vectors.blinded_purchases) {
    const made = offchain.blindedPurchase(given(storefront), creator, tier, given(buyer), item, given(secret));
    assert.equal(made, given(hash));
  }
  for (const { so_far, item, payer, paid, term, hash } of vectors.receipts) {
    assert.equal(offchain.receipt(given(so_far), { item, payer: given(payer), paid, term }), given(hash));
  }
  for (const { entries, root, proofs } of vectors.merkle) {
    assert.equal(offchain.merkleRoot(entries.map(given)), given(root));
    proofs.forEach((proof, i) => {
      assert.deepEqual(offchain.merkleProof(entries.map(given), i).path, proof.map(given));
    });
  }
});
