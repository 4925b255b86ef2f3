// A wallet as browser extensions inject it. It signs in the test's process, and builds the bytes that it signs from
// the payload itself, as extensions do, and not with the library that made it.

import { blake2b } from '@noble/hashes/blake2.js';
import { fromHex, toHex } from '@farthing/vouchers';

const compact = (number) => {
  const value = BigInt(number);
  if (value < 64n) return [Number(value) << 2];
  if (value < 1n << 14n) return [...littleEndian((value << 2n) | 1n, 2)];
  return [...littleEndian((value << 2n) | 2n, 4)];
};

function littleEndian(value, length) {
  return Array.from({ length }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 255n));
}

/** What each extension of a transaction adds to it, and to what is signed. */
const parts = {
  CheckMortality: ({ era, blockHash }) => [fromHex(era), fromHex(blockHash)],
  CheckEra: ({ era, blockHash }) => [fromHex(era), fromHex(blockHash)],
  CheckNonce: ({ nonce }) => [compact(nonce), []],
  ChargeTransactionPayment: ({ tip }) => [compact(tip ?? 0), []],
  CheckSpecVersion: ({ specVersion }) => [[], littleEndian(specVersion, 4)],
  CheckTxVersion: ({ transactionVersion }) => [[], littleEndian(transactionVersion, 4)],
  CheckGenesis: ({ genesisHash }) => [[], fromHex(genesisHash)],
  CheckMetadataHash: () => [[0], [0]],
  CheckNonZeroSender: () => [[], []],
  CheckWeight: () => [[], []],
};

/** Signs a payload as extensions do. */
export function signPayload(account, payload) {
  const all = payload.signedExtensions.map((name) => {
    if (!parts[name]) throw new Error(`The test's wallet does not know ${name}.`);
    return parts[name](payload);
  });
  const message = Uint8Array.from([...fromHex(payload.method), ...all.flatMap(([own]) => [...own]), ...all.flatMap(([, more]) => [...more])]);
  return toHex(account.key(message.length > 256 ? blake2b(message, { dkLen: 32 }) : message));
}

/** Injects a wallet into all pages of a browser's context. `asked` says how often it was asked to sign, and `texts` what of that were texts. */
export async function injectWallet(context, accounts) {
  const wallet = { accounts: [...accounts], asked: 0, refuses: false, texts: [] };
  await context.exposeFunction('testWalletAccounts', () => wallet.accounts.map(({ address, name }) => ({ address, name, type: 'sr25519' })));
  await context.exposeFunction('testWalletSign', async (payload) => {
    wallet.asked += 1;
    await wallet.before?.();
    if (wallet.refuses) throw new Error('Cancelled');
    return signPayload(accounts.find(({ address }) => address === payload.address), payload);
  });
  await context.exposeFunction('testWalletSignRaw', async ({ address, data, type }) => {
    wallet.asked += 1;
    if (wallet.refuses || type !== 'bytes') throw new Error('Cancelled');
    const text = new TextDecoder().decode(fromHex(data));
    wallet.texts.push(text);
    // Without the kind of key, which goes before it.
    return toHex(accounts.find((one) => one.address === address).key(new TextEncoder().encode(`<Bytes>${text}</Bytes>`)).slice(1));
  });
  await context.addInitScript(() => {
    const listeners = new Set();
    window.testWalletChanged = async () => {
      const all = await window.testWalletAccounts();
      listeners.forEach((tell) => tell(all));
    };
    const accounts = {
      get: () => window.testWalletAccounts(),
      subscribe(tell) {
        listeners.add(tell);
        window.testWalletAccounts().then(tell);
        return () => listeners.delete(tell);
      },
    };
    let id = 0;
    const signer = { signPayload: async (payload) => ({ id: (id += 1), signature: await window.testWalletSign(payload) }), signRaw: async (raw) => ({ id: (id += 1), signature: await window.testWalletSignRaw(raw) }) };
    window.injectedWeb3 = { test: { version: '1', enable: async () => ({ accounts, signer }) } };
  });
  return wallet;
}
