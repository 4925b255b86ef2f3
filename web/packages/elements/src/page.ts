// What all elements of a page share: the connection, and the wallet that was chosen.

import {
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
import { IndexedDbStore } from '@farthing/vouchers/indexed-db';

/** A wallet that can be chosen. */
export interface Choice {
  name: string;
  isDevelopment: boolean;
  open(): Promise<Wallet>;
}

const DEVELOPMENT = ['Alice', 'Bob', 'Charlie'];
const connections = new Map<string, Promise<Farthing>>();
let chosen: Choice | null = null;

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
  return Farthing.connect(deployment, { store, seeds: await BrowserSeeds.open(store) });
}

/** Returns the wallets that can be chosen: those of the browser, and development accounts on development chains. */
export function choices({ chain }: Farthing): Choice[] {
  const own = walletNames().map((name) => ({ name, isDevelopment: false, open: () => openWallet(name, document.title || location.host) }));
  const development = DEVELOPMENT.map((name) => ({ name, isDevelopment: true, open: async () => walletOf(developmentAccount(name)) }));
  return chain.isDevelopment ? [...own, ...development] : own;
}

/** Returns whether a wallet was chosen on this page. */
export const isChosen = (): boolean => chosen !== null;

/** Uses a wallet from now on, and follows it when another account is chosen in it. */
export async function choose(farthing: Farthing, choice: Choice): Promise<void> {
  const wallet = await choice.open();
  farthing.use(wallet);
  wallet.onChange?.(([first]) => farthing.use(wallet, first?.address));
  chosen = choice;
}
