// The front door: a deployment's contracts, on the chain that they are on, with a wallet.

import { type Hex, MapStore, type Signature, type Store } from '@farthing/vouchers';
import type { Abi } from './abi.js';
import { Chain } from './chain.js';
import { Channels } from './channels.js';
import { type Creator, type CreatorLike, Creators } from './creators.js';
import { Mismatch, WalletError } from './errors.js';
import * as all from './generated/all.js';
import { Known } from './known.js';
import { Outbox, type Written } from './outbox.js';
import type { Plan, Surroundings } from './plan.js';
import { Pools } from './pools.js';
import { type Receipt, readReceipt } from './receipt.js';
import { Rounds } from './rounds.js';
import { type Seeds, PlainSeeds } from './session.js';
import { type Buying, Shop } from './shop.js';
import { Streams } from './streams.js';
import { Till } from './till.js';
import { type Account, accountOf, signText, type Wallet } from './wallet.js';

/** Which contracts are where: `deployments/NAME.json`. */
export interface Deployment {
  network: string;
  genesis: string;
  contracts: Record<string, { address: string }>;
  code: Record<string, { hash: string }>;
  rounds?: Record<string, string>;
  /** Where nodes of the chain are. */
  endpoints?: string[];
  /** Where an index of what happened is, if there is one. */
  index?: string;
}

/** What to connect with. */
export interface Options {
  /** Where nodes are, if the deployment does not say. */
  url?: string | string[];
  /** Where an index is, if the deployment does not say. */
  index?: string;
  /** Who signs. Without one, everything can be read and nothing planned. */
  wallet?: Wallet;
  /** Which of the wallet's accounts; its first, if left out. */
  account?: string;
  /** Where what must not be lost is kept: a page gives an `IndexedDbStore`. Nothing is kept without one. */
  store?: Store;
  /** Where keys of channels are kept: a page gives `BrowserSeeds`. */
  seeds?: Seeds;
}

/** Contracts that there is one of in a deployment. */
const SINGLE = { registry: all.registry, storefront: all.storefront, channels: all.channels, streams: all.streams, pool_factory: all.poolFactory };
/** Contracts that there are many of. */
const MANY = { pool: all.pool, matching_round: all.matchingRound };

/** A deployment of Farthing. */
export class Farthing implements Surroundings {
  readonly known: Known;
  readonly outbox: Outbox;
  readonly creators: Creators;
  readonly shop: Shop;
  readonly channels: Channels;
  readonly streams: Streams;
  readonly pools: Pools;
  readonly rounds: Rounds;
  /** Where an index of what happened is, if there is one: `Index.of` opens it. */
  readonly indexUrl: string | null;
  readonly #seeds: Seeds;
  #wallet: Wallet | null;
  #address: string | undefined;

  private constructor(
    readonly deployment: Deployment,
    readonly chain: Chain,
    { wallet, account, index = deployment.index, store = new MapStore(), seeds = new PlainSeeds(store) }: Options,
  ) {
    this.#wallet = wallet ?? null;
    this.#address = account;
    this.#seeds = seeds;
    this.indexUrl = index ?? null;
    this.known = new Known(chain.prefix, (one) => chain.address(one));
    this.outbox = new Outbox(chain, store);
    const at = (name: keyof typeof SINGLE): [Surroundings, string, string] => [this, name, deployment.contracts[name]?.address ?? ''];
    this.creators = new Creators(...at('registry'));
    this.shop = new Shop(...at('storefront'));
    this.channels = new Channels(...at('channels'));
    this.streams = new Streams(...at('streams'));
    this.pools = new Pools(...at('pool_factory'));
    this.rounds = new Rounds(this, all.matchingRound.abi.codeHash, deployment.rounds ?? {});
    this.creators.listeners = [this.shop.address];
  }

  /** Connects, and checks that the chain is the deployment's and its contracts are those that this library knows. */
  static async connect(deployment: Deployment, options: Options = {}): Promise<Farthing> {
    const url = options.url ?? deployment.endpoints;
    if (!url || url.length === 0) throw new Mismatch('deployment', `The deployment "${deployment.network}" does not say where a node is.`);
    const chain = await Chain.connect(url);
    try {
      checkGenesis(deployment, chain);
      const farthing = new Farthing(deployment, chain, options);
      await farthing.#checkCode();
      return farthing;
    } catch (error) {
      await chain.disconnect();
      throw error;
    }
  }

  /** Ends the connection. */
  disconnect(): Promise<void> {
    return this.chain.disconnect();
  }

  // ---- Who signs ----

  /** Uses a wallet from now on, and one of its accounts, or none. */
  use(wallet: Wallet | null, account?: string): void {
    this.#wallet = wallet;
    this.#address = account;
  }

  /** Returns the account that signs, as long as the wallet has it. */
  async account(): Promise<Account> {
    if (!this.#wallet) throw new WalletError('none', 'Connect a wallet first.');
    return accountOf(this.#wallet, this.#address);
  }

  /** Has the account sign a text, such as the words of a gateway that delivers what was bought. It moves nothing. */
  async signText(text: string): Promise<Signature> {
    return signText(await this.account(), text);
  }

  /**
   * Finds out what became of a transaction of the account's whose end nobody has seen, such as before a reload.
   * Null if there is none, or if it did not happen and never will.
   */
  async unfinished(patience = 30_000): Promise<{ what: string; receipt: Receipt; failure: string | null } | null> {
    const { address } = await this.account();
    return this.outbox.alone(address, async () => {
      const pending: Written | null = await this.outbox.pending(address);
      if (!pending) return null;
      const found = await this.outbox.settle(pending, { until: 'best', patience });
      const read = found && (await readReceipt(this.chain, this.known, pending, found));
      await this.outbox.forget(address);
      return read && { what: pending.what, ...read };
    });
  }

  // ---- What is done most ----

  /** Reads an amount in whole units, such as `0.02`. */
  unit(text: string): bigint {
    return this.chain.token.parse(text);
  }

  /** Writes an amount with the chain's token. */
  format(amount: bigint): string {
    return this.chain.token.format(amount);
  }

  /** Returns the creator with this handle or number; null if there is none. */
  creator(handle: string | number): Promise<Creator | null> {
    return typeof handle === 'number' ? this.creators.get(handle) : this.creators.byHandle(handle);
  }

  /** Buys an item. */
  buy(creator: CreatorLike, item: number, buying: Buying = {}): Promise<Plan<null>> {
    return this.shop.buy(creator, item, buying);
  }

  /** Tips a creator. */
  tip(creator: CreatorLike, amount: bigint, options: { memo?: string | Uint8Array } = {}): Promise<Plan<null>> {
    return this.shop.tip(creator, amount, options);
  }

  /** Returns the account's channel to a payee, or to a creator's owner. It need not be open yet. */
  async till(payee: string | Creator, lane = 0): Promise<Till> {
    return Till.of(this, this.channels, this.#seeds, typeof payee === 'string' ? payee : payee.owner, lane);
  }

  async #checkCode(): Promise<void> {
    const names = Object.keys(SINGLE) as (keyof typeof SINGLE)[];
    for (const name of names) if (!this.deployment.contracts[name]) throw incomplete(this.deployment, name);
    const addresses = names.map((name) => this.deployment.contracts[name]?.address as string);
    const found = await this.chain.codeHashesOf(addresses);
    names.forEach((name, i) => {
      this.known.add(addresses[i] as string, SINGLE[name].abi);
      checkCode(name, SINGLE[name].abi, found[i] ?? null);
    });
    for (const { abi } of Object.values(MANY)) this.known.addKind(abi);
  }
}

const incomplete = ({ network }: Deployment, name: string): Mismatch =>
  new Mismatch('deployment', `The deployment "${network}" is not complete: it has no ${name}.`);

function checkGenesis({ network, genesis }: Deployment, chain: Chain): void {
  if (genesis.toLowerCase() === chain.genesis.toLowerCase()) return;
  throw new Mismatch('genesis', `The deployment "${network}" is on another chain than ${chain.name}, which the node is of.`);
}

function checkCode(name: string, { codeHash }: Abi<unknown>, found: Hex | null): void {
  if (found === codeHash) return;
  if (found === null) throw new Mismatch('missing', `The chain has no ${name} where the deployment says. Was the chain begun anew?`);
  throw new Mismatch('code', `The ${name} is of other code than this page was made for: ${found}.`);
}
