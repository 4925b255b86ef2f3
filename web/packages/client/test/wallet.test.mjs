// Texts that wallets sign: as they are, or wrapped as extensions do it, with the kind of key before or not.

import assert from 'node:assert/strict';
import test from 'node:test';
import { accountHex, fromHex, isSignedBy, toHex } from '@farthing/vouchers';
import { developmentAccount, WalletError } from '@farthing/client';
import { signText } from '../dist/wallet.js';

const bob = developmentAccount('Bob');
const WORDS = 'Open item 7 of creator 0 at https://ada.example until 2026-11-27T19:00:00Z: größer';
const bytes = new TextEncoder().encode(WORDS);
const wrap = (data) => Uint8Array.from([...new TextEncoder().encode('<Bytes>'), ...fromHex(data), ...new TextEncoder().encode('</Bytes>')]);
const injected = (signRaw) => ({ address: bob.address, signer: { signRaw } });
const isBobs = (signature) => isSignedBy(accountHex(bob.address), bytes, signature);
const refused = (code) => (error) => error instanceof WalletError && error.code === code;

test('a key signs a text as it is, and an extension wraps it', async () => {
  const plain = await signText(bob, WORDS);
  assert.ok(isBobs(plain) && !plain.wrapped);
  const seen = [];
  const wrapped = await signText(injected(async (raw) => (seen.push(raw), { signature: toHex(bob.key(wrap(raw.data)).slice(1)) })), WORDS);
  assert.ok(isBobs(wrapped) && wrapped.wrapped);
  assert.deepEqual(seen, [{ address: bob.address, data: toHex(bytes), type: 'bytes' }]);
});

test('an extension may put the kind of key before its signature, and need not wrap', async () => {
  const withKind = await signText(injected(async ({ data }) => ({ signature: toHex(bob.key(wrap(data))) })), WORDS);
  assert.ok(isBobs(withKind) && withKind.wrapped);
  const plain = await signText(injected(async ({ data }) => ({ signature: toHex(bob.key(fromHex(data)).slice(1)) })), WORDS);
  assert.ok(isBobs(plain) && !plain.wrapped);
});

test('what is no signature of the account, a wallet that signs no texts, and one that will not, are told apart', async () => {
  const other = developmentAccount('Dave');
  await assert.rejects(signText(injected(async ({ data }) => ({ signature: toHex(other.key(wrap(data)).slice(1)) })), WORDS), refused('account'));
  await assert.rejects(signText(injected(async () => ({ signature: '0x00' })), WORDS), refused('account'));
  await assert.rejects(signText({ address: bob.address, signer: {} }, WORDS), refused('account'));
  await assert.rejects(signText(injected(async () => { throw new Error('Cancelled'); }), WORDS), refused('refused'));
});
