// What all elements of a page share: the connection, and the wallet that was chosen.

import {
  type Account,
  BrowserSeeds,
  type Deployment,
  developmentAccount,
  Farthing,
  Mismatch,
  openWallet,
  type Wallet,
  walletNames,
  walletOf,
} from '@farthing/client';
import { sameAccount } from '@farthing/vouchers';
import { IndexedDbStore } from '@farthing/vouchers/indexed-db';

/** A wallet that can be chosen. */
export interface Choice {
  name: string;
  isDevelopment: boolean;
  open(): Promise<Wallet>;
}

const DEVELOPMENT = ['Alice', 'Bob', 'Charlie'];
const connections = new Map<string, Promise<Farthing>>();
let chosen = false;

/** Returns the connection of a deployment, whose file is at this address. */
export function connectionOf(file: string): Promise<Farthing> {
  const url = new URL(file, document.baseURI).href;
  const found = connections.get(url) ?? connect(url);
  connections.set(url, found);
  // What failed is tried anew the next time.
  found.catch(() => connections.delete(url));
  return found;
}

async function connect(url: string): Promise<Farthing> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Mismatch('deployment', `There is no deployment at ${url}.`);
  const deployment = (await answer.json()) as Deployment;
  const store = await IndexedDbStore.open();
  const farthing = await Farthing.connect(deployment, { store, seeds: await BrowserSeeds.open(store) });
  await restore(farthing);
  return farthing;
}

/** Returns the wallets that can be chosen: those of the browser, and development accounts on development chains. */
export function choices({ chain }: Farthing): Choice[] {
  const own = walletNames().map((name) => ({ name, isDevelopment: false, open: () => openWallet(name, document.title || location.host) }));
  const development = DEVELOPMENT.map((name) => ({ name, isDevelopment: true, open: async () => walletOf(developmentAccount(name)) }));
  return chain.isDevelopment ? [...own, ...development] : own;
}

/** Returns whether a wallet was chosen on this page. */
export const isChosen = (): boolean => chosen;

/**
 * Opens a wallet, and uses the account that `pick` names, from now on and after the next load. Returns whether there
 * is one.
 */
export async function choose(farthing: Farthing, choice: Choice, pick: (accounts: Account[]) => Promise<Account | null>): Promise<boolean> {
  const wallet = await choice.open();
  const accounts = await wallet.accounts();
  const account = accounts.length > 1 ? await pick(accounts) : (accounts[0] ?? null);
  if (!account) {
    if (accounts.length === 0) farthing.use(wallet);
    return accounts.length === 0;
  }
  use(farthing, wallet, account.address);
  remember({ name: choice.name, address: account.address });
  return true;
}

/** Uses the wallet that was chosen before this page was loaded, if it is still there. */
async function restore(farthing: Farthing): Promise<void> {
  try {
    const { name, address } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Remembered>;
    const choice = choices(farthing).find((one) => one.name === name);
    if (!choice || !address) return;
    const wallet = await choice.open();
    if ((await wallet.accounts()).some((one) => sameAccount(one.address, address))) use(farthing, wallet, address);
  } catch {
    // Then it is asked for again.
  }
}

/** Another account takes the place of one that the wallet shows no more. */
function use(farthing: Farthing, wallet: Wallet, address: string): void {
  farthing.use(wallet, address);
  wallet.onChange?.((all) => {
    const next = all.find((one) => sameAccount(one.address, address)) ?? all[0];
    farthing.use(wallet, next?.address ?? address);
  });
  chosen = true;
}

interface Remembered {
  name: string;
  address: string;
}

const KEY = 'farthing-wallet';

function remember(remembered: Remembered): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(remembered));
  } catch {
    // Browsers can forbid it; then it is asked for again.
  }
}
