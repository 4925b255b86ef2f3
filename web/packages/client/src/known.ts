// Which contract is at which address. An event is decoded as its contract's, by address first: decoded as another's
// it could be nonsense without an error.

import { accountHex, type Hex, toHex } from '@farthing/vouchers';
import type { Abi } from './abi.js';
import type { ChainEvent } from './chain.js';
import { decode } from './scale.js';
import type {
  channels,
  matchingRound,
  pool,
  poolFactory,
  registry,
  storefront,
  streams,
} from './generated/all.js';

/** What each contract tells. */
export interface Events {
  channels: channels.Event;
  matching_round: matchingRound.Event;
  pool: pool.Event;
  pool_factory: poolFactory.Event;
  registry: registry.Event;
  storefront: storefront.Event;
  streams: streams.Event;
}

/** The contracts, by name. */
export type ContractName = keyof Events;

/** What a contract told, and which one. */
export type Emitted = { [C in ContractName]: { contract: C; address: string } & Events[C] }[ContractName];

/** The contracts at the addresses that are known. */
export class Known {
  readonly #at = new Map<Hex, Abi<unknown>>();
  readonly #kinds: { abi: Abi<unknown>; hash: Hex }[] = [];

  constructor(
    readonly prefix: number,
    readonly address: (account: string) => string,
  ) {}

  /** Notes which contract is at an address. */
  add(address: string, abi: Abi<unknown>): void {
    this.#at.set(accountHex(address), abi);
  }

  /** Notes a contract that there are many of. */
  addKind(abi: Abi<unknown>): void {
    this.#kinds.push({ abi, hash: abi.codeHash });
  }

  /** Returns the contract at an address, if it is known. */
  at(address: string): Abi<unknown> | undefined {
    return this.#at.get(accountHex(address));
  }

  /**
   * Learns which contracts were made: what the factory makes are pools, and others are of the code that the
   * transaction names. Returns where they are.
   */
  learnMade(events: ChainEvent[], codeHash?: Hex): string[] {
    const made = events.filter(({ pallet, name }) => pallet === 'Contracts' && name === 'Instantiated');
    return made.map(({ data }) => {
      const [contract, deployer] = [rawOf(data.contract), rawOf(data.deployer)];
      const isPool = this.#at.get(deployer)?.name === 'pool_factory';
      const kind = this.#kinds.find(({ abi, hash }) => (isPool ? abi.name === 'pool' : hash === codeHash));
      if (kind && !this.#at.has(contract)) this.#at.set(contract, kind.abi);
      return this.address(contract);
    });
  }

  /** Decodes the events of those contracts that are known. */
  decodeAll(events: ChainEvent[]): Emitted[] {
    const emitted = events.filter(({ pallet, name }) => pallet === 'Contracts' && name === 'ContractEmitted');
    return emitted.flatMap(({ data, topics }) => this.#decode(rawOf(data.contract), data.data, topics));
  }

  #decode(contract: Hex, data: Hex, topics: Hex[]): Emitted[] {
    const abi = this.#at.get(contract);
    // Without a topic it is the one event of that contract that has none.
    const kind = abi?.events.find(({ topic }) => (topic === null ? topics.length === 0 : topics[0]?.startsWith(topic)));
    if (!abi || !kind) return [];
    const fields = decode(kind.fields, data, this.prefix);
    return [{ contract: abi.name, address: this.address(contract), name: kind.name, fields } as Emitted];
  }
}

const rawOf = ({ raw }: { raw: Hex | Uint8Array }): Hex => (typeof raw === 'string' ? raw : toHex(raw));
