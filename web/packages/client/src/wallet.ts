// Wallets: those that extensions inject into a page (`injectedWeb3`), and keys that a program has itself.

import { accountHex, isSignedBy, sameAccount, type Signature, toHex } from '@farthing/vouchers';
import { WalletError } from './errors.js';

/** What an extension signs with. Its payloads are those of polkadot-js, which all extensions take. */
export interface InjectedSigner {
  signPayload?: (payload: any) => Promise<{ signature: `0x${string}`; signedTransaction?: `0x${string}` | Uint8Array }>;
  signRaw?: (raw: { address: string; data: string; type: 'bytes' }) => Promise<{ signature: `0x${string}` }>;
}

/** An account, and what signs for it: an extension, or a key. */
export type Account = { address: string; name?: string } & (
  | { signer: InjectedSigner }
  | { /** Signs a message, and puts the kind of key before the signature. */ key: (message: Uint8Array) => Uint8Array }
);

/** Something that has accounts. */
export interface Wallet {
  readonly name: string;
  /** Returns the accounts that the page may see now. */
  accounts(): Promise<Account[]>;
  /** Tells of changes, such as another account; returns what ends that. */
  onChange?(tell: (accounts: Account[]) => void): () => void;
}

interface InjectedAccount {
  address: string;
  name?: string;
  type?: string;
}

interface Injected {
  accounts: {
    get(): Promise<InjectedAccount[]>;
    subscribe?(tell: (accounts: InjectedAccount[]) => void): () => void;
  };
  signer: InjectedSigner;
}

interface Extension {
  version?: string;
  enable?(application: string): Promise<Injected>;
  connect?(application: string): Promise<Injected>;
}

const injected = (): Record<string, Extension> => (globalThis as { injectedWeb3?: Record<string, Extension> }).injectedWeb3 ?? {};

/** Returns the names of the wallets that are injected into this page. */
export const walletNames = (): string[] => Object.keys(injected());

/** Asks a wallet to show its accounts to this page. */
export async function openWallet(name: string, application: string): Promise<Wallet> {
  const extension = injected()[name];
  if (!extension) throw new WalletError('none', `There is no wallet "${name}" in this browser.`);
  let opened: Injected;
  try {
    opened = await (extension.enable ?? extension.connect ?? Promise.reject).call(extension, application);
  } catch (error) {
    throw new WalletError('refused', `The wallet "${name}" does not show its accounts to this page.`, { cause: error });
  }
  const own = (all: InjectedAccount[]): Account[] =>
    // Accounts of other kinds of chain cannot sign here.
    all.filter(({ type }) => type !== 'ethereum').map((one) => ({ address: one.address, ...(one.name ? { name: one.name } : {}), signer: opened.signer }));
  return {
    name,
    accounts: async () => own(await opened.accounts.get()),
    onChange: (tell) => opened.accounts.subscribe?.((all) => tell(own(all))) ?? (() => {}),
  };
}

/** Returns a wallet of accounts that the program has the keys of. */
export const walletOf = (...accounts: Account[]): Wallet => ({ name: 'keys', accounts: async () => accounts });

/** Returns the account that was asked for, as long as the wallet has it; or its first. */
export async function accountOf(wallet: Wallet, address?: string): Promise<Account> {
  const all = await wallet.accounts();
  const found = address === undefined ? all[0] : all.find((one) => sameAccount(one.address, address));
  if (found) return found;
  throw new WalletError(
    'account',
    address === undefined ? 'The wallet shows no account to this page.' : `The wallet has no account ${address} any more.`,
  );
}

/** Has an account sign a text, which moves nothing. The signature says whether the wallet wrapped the text, as extensions do. */
export async function signText(account: Account, text: string): Promise<Signature> {
  const bytes = new TextEncoder().encode(text);
  const signed = 'key' in account ? toHex(account.key(bytes)) : await signRaw(account, bytes);
  // Some wallets put the kind of key before it.
  const signature = { bytes: `0x${signed.slice(-128)}` as const };
  const found = [true, false].map((wrapped) => ({ ...signature, wrapped })).find((one) => isSignedBy(accountHex(account.address), bytes, one));
  if (found) return found;
  throw new WalletError('account', 'This account cannot sign texts that are checked here: that takes an account of the kind sr25519.');
}

async function signRaw({ address, signer }: Extract<Account, { signer: InjectedSigner }>, bytes: Uint8Array): Promise<string> {
  if (!signer.signRaw) throw new WalletError('account', 'This wallet signs no texts.');
  try {
    return (await signer.signRaw({ address, data: toHex(bytes), type: 'bytes' })).signature;
  } catch (error) {
    throw new WalletError('refused', 'The wallet did not sign.', { cause: error });
  }
}
