// Keys that `farthing key` keeps are read by polkadot-js, and so by the wallets that follow it; and the other way
// round.

import { Keyring } from '@polkadot/keyring';
import { mnemonicGenerate } from '@polkadot/util-crypto';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { farthing } from './chain.mjs';

const PASSWORD = 'correct-horse-7';
const skip = !farthing && 'There is no farthing here.';

/** Runs `farthing` with an empty folder of its own, and hands over what it printed. */
function withFarthing(body) {
  const state = mkdtempSync(join(tmpdir(), 'farthing-keys-'));
  const env = { PATH: process.env.PATH, HOME: state, FARTHING_STATE: state, FARTHING_PASSWORD: PASSWORD };
  const run = (...words) =>
    JSON.parse(execFileSync(farthing, ['--json', ...words], { env, encoding: 'utf8', cwd: state }));
  try {
    body(run, state);
  } finally {
    rmSync(state, { recursive: true });
  }
}

test('polkadot_js_opens_a_key_that_farthing_made', { skip }, () =>
  withFarthing((run, state) => {
    const made = run('key', 'new', 'ada');
    const file = join(state, 'ada.json');
    run('key', 'export', 'ada', file);
    const ring = new Keyring({ type: 'sr25519' });
    const pair = ring.addFromJson(JSON.parse(readFileSync(file, 'utf8')));
    assert.equal(pair.address, made.key.account);
    assert.throws(() => pair.unlock('another'));
    pair.unlock(PASSWORD);
    const message = new Uint8Array([1, 2, 3]);
    assert.ok(pair.verify(message, pair.sign(message), pair.publicKey));
    // Its words are the same key.
    assert.equal(ring.addFromUri(made.phrase).address, made.key.account);
  }));

test('farthing_opens_a_key_that_polkadot_js_exported', { skip }, () =>
  withFarthing((run, state) => {
    const pair = new Keyring({ type: 'sr25519' }).addFromUri(mnemonicGenerate());
    const file = join(state, 'exported.json');
    writeFileSync(file, JSON.stringify(pair.toJson(PASSWORD)));
    assert.equal(run('key', 'import', 'ben', file).key.account, pair.address);
  }));
