// The chain, through dedot. No other file knows of dedot, so that something else can take its place.
//
// It speaks the older JSON-RPC: every node with contracts has it, and where blocks are made only for transactions
// the newer one waits for a block before it hands a transaction in, and so for ever.

import { accountHex, fromHex, type Hex, toAddress, toHex } from '@farthing/vouchers';
import { LegacyClient, WsProvider } from 'dedot';
import { NodeError, NotSent, WalletError } from './errors.js';
import { Token } from './token.js';
import type { Account } from './wallet.js';

/** For how many blocks a transaction is valid: a power of two, as the chain counts. */
export const VALID_FOR = 64;

/** A block. */
export interface Block {
  number: number;
  hash: Hex;
}

/** Gas, in both of its parts. */
export interface Gas {
  refTime: bigint;
  proofSize: bigint;
}

/** What a dry run answers. */
export interface DryRun {
  gas: Gas;
  /** What would be locked for storage; negative if something comes back. */
  deposit: bigint;
  /** Whether the contract undid what it did. */
  reverted: boolean;
  /** What the contract answered; null if the chain undid the call. */
  data: Hex | null;
  /** Why the chain undid it, such as `Contracts.OutOfGas`. */
  undone: string | null;
}

/** What a transaction does: calls a contract, or makes one. */
export type Call =
  | { address: string; value: bigint; input: Hex }
  | { codeHash: Hex; value: bigint; input: Hex; salt: Hex };

/** What a call may use at most. */
export interface Limits {
  gas: Gas;
  deposit: bigint;
}

/** A signed transaction. */
export interface Signed {
  hash: Hex;
  bytes: Hex;
  /** The number of the last block that it can be in. */
  dies: number;
}

/** An event, with what of it this library reads. */
export interface ChainEvent {
  /** The number of the transaction in its block; null for events of the block itself. */
  index: number | null;
  pallet: string;
  name: string;
  // As the chain's metadata has it.
  data: any;
  topics: Hex[];
}

/** What an account has. */
export interface Balance {
  free: bigint;
  reserved: bigint;
  /** What it can spend, with what it must keep. */
  spendable: bigint;
}

/** A connection to a node of one chain. */
export class Chain {
  // dedot's types are made for one chain; ours is known when it runs.
  readonly #api: any;

  private constructor(
    api: any,
    readonly genesis: Hex,
    readonly name: string,
    readonly isDevelopment: boolean,
    readonly token: Token,
    /** The prefix of the chain's addresses. */
    readonly prefix: number,
    /** What the chain demands that an account keeps. */
    readonly existentialDeposit: bigint,
  ) {
    this.#api = api;
  }

  /** Connects to the first node that answers. */
  static async connect(urls: string | string[], patience = 20_000): Promise<Chain> {
    const all = [urls].flat();
    const late = new NodeError(`No node answers at ${all.join(', ')}.`);
    const first = await within(patience, firstThatAnswers(all), late);
    // Once it has answered, a node that is gone is waited for, and the others are tried.
    const endpoint = ({ attempt }: { attempt: number }): string => all[(first + attempt - 1) % all.length] as string;
    const provider = new Connection({ endpoint, retryDelayMs: 500, timeout: patience });
    const api: any = await within(patience, LegacyClient.new({ provider, stalingDetectionTimeout: 0 }), late);
    const [properties, name, kind] = await Promise.all([api.rpc.system_properties(), api.rpc.system_chain(), api.rpc.system_chainType()]);
    const single = <T>(one: T | T[] | undefined): T | undefined => (Array.isArray(one) ? one[0] : one);
    const token = new Token(single(properties.tokenSymbol) ?? 'UNIT', Number(single(properties.tokenDecimals) ?? 12));
    const prefix = Number(properties.ss58Format ?? api.consts.system.ss58Prefix ?? 42);
    const isDevelopment = kind === 'Development' || kind?.type === 'Development';
    const keep = BigInt(api.consts.balances.existentialDeposit);
    return new Chain(api, api.genesisHash, name, isDevelopment, token, prefix, keep);
  }

  /** Ends the connection. */
  async disconnect(): Promise<void> {
    await this.#api.disconnect();
  }

  /** Writes an account's address as this chain's wallets do. */
  address(account: string): string {
    return toAddress(account, this.prefix);
  }

  /** Returns the latest block, and the latest that cannot be undone. */
  async heads(): Promise<{ best: Block; final: Block }> {
    const [best, hash] = await ask(() => Promise.all([this.#api.rpc.chain_getHeader(), this.#api.rpc.chain_getFinalizedHead()]));
    const [bestHash, final] = await ask(() => Promise.all([this.hashOf(best.number), this.#api.rpc.chain_getHeader(hash)]));
    return { best: { number: best.number, hash: bestHash as Hex }, final: { number: final.number, hash } };
  }

  /** Returns the hash of the block with this number in the best chain; null if there is none yet. */
  hashOf(number: number): Promise<Hex | null> {
    return ask(async () => (await this.#api.rpc.chain_getBlockHash(number)) ?? null);
  }

  /** Returns the hashes of a block's transactions, in their order. */
  async transactionsOf(block: Hex): Promise<Hex[]> {
    const found: any = await ask(() => this.#api.rpc.chain_getBlock(block));
    return found.block.extrinsics.map((bytes: Hex) => this.hash(bytes));
  }

  /** Returns the events of a block. */
  async eventsOf(block: Hex): Promise<ChainEvent[]> {
    const records = await ask(async () => (await this.#api.at(block)).query.system.events());
    return records.map(({ phase, event, topics }: any): ChainEvent => {
      const inner = event.palletEvent;
      const [name, data] = typeof inner === 'string' ? [inner, null] : [inner.name, inner.data];
      return { index: phase.type === 'ApplyExtrinsic' ? phase.value : null, pallet: event.pallet, name, data, topics };
    });
  }

  /** Returns what an account has. */
  async balanceOf(account: string): Promise<Balance> {
    const { data }: any = await ask(() => this.#api.query.system.account(accountHex(account)));
    const [free, reserved, frozen] = [data.free, data.reserved, data.frozen ?? 0n].map(BigInt) as [bigint, bigint, bigint];
    // What is reserved counts towards what is frozen.
    const held = frozen > reserved ? frozen - reserved : 0n;
    return { free, reserved, spendable: free > held ? free - held : 0n };
  }

  /** Returns the number of an account's next transaction, with those that wait. */
  async nextNonce(account: string): Promise<number> {
    return Number(await ask(() => this.#api.rpc.system_accountNextIndex(this.address(account))));
  }

  /** Returns how many transactions of an account are in the chain up to a block. */
  async nonceAt(account: string, block: Hex): Promise<number> {
    const { nonce } = await ask(async () => (await this.#api.at(block)).query.system.account(accountHex(account)));
    return Number(nonce);
  }

  /** Returns the hash of the code of each contract; null where there is none. */
  async codeHashesOf(addresses: string[]): Promise<(Hex | null)[]> {
    const found: any = await ask(() => this.#api.query.contracts.contractInfoOf.multi(addresses.map((one) => accountHex(one))));
    return found.map((info: any) => info?.codeHash ?? null);
  }

  /** Asks what a call would do, as of the latest block or another. */
  async dryRun(caller: string, call: Call, at?: Hex): Promise<DryRun> {
    const api: any = at ? await ask(() => this.#api.at(at)) : this.#api;
    const from = accountHex(caller);
    const run = () =>
      'address' in call
        ? api.call.contractsApi.call(from, accountHex(call.address), call.value, undefined, undefined, call.input)
        : api.call.contractsApi.instantiate(from, call.value, undefined, undefined, { type: 'Existing', value: call.codeHash }, call.input, call.salt);
    const { gasRequired, storageDeposit, result }: any = await ask(run);
    const size = BigInt(storageDeposit.value);
    const common = { gas: gasRequired, deposit: storageDeposit.type === 'Charge' ? size : -size };
    if (!result.isOk) return { ...common, reverted: false, data: null, undone: this.#nameOf(result.err) };
    const { flags, data } = result.value.result ?? result.value;
    return { ...common, reverted: (Number(flags.bits ?? flags) & 1) === 1, data, undone: null };
  }

  /** Returns the most that the fee of a call can be. */
  async feeOf(caller: string, call: Call, limits: Limits): Promise<bigint> {
    const { partialFee }: any = await ask(() => this.#transaction(call, limits).paymentInfo(this.address(caller)));
    return BigInt(partialFee);
  }

  /** Signs a call. */
  async sign(account: Account, call: Call, limits: Limits, nonce: number): Promise<Signed> {
    const transaction = this.#transaction(call, limits);
    const options = { nonce, mortality: { type: 'Mortal', period: VALID_FOR } };
    const signed = 'key' in account
      ? transaction.sign({ address: account.address, sign: (message: Uint8Array) => account.key(message) }, options)
      : transaction.sign(account.address, { ...options, signer: account.signer });
    try {
      await signed;
    } catch (error) {
      if (error instanceof NodeError) throw error;
      throw new WalletError('refused', 'The wallet did not sign.', { cause: error });
    }
    const bytes: Hex = transaction.toHex();
    // Wallets may add what only concerns themselves; what is called is ours.
    if (!bytes.endsWith(transaction.callHex.slice(2))) throw new WalletError('refused', 'The wallet signed something else.');
    const era = transaction.preamble.signature.extra.find((one: any) => one?.period !== undefined);
    return { bytes, hash: this.hash(bytes), dies: Number(era.current) + Number(era.period) };
  }

  /** Hands a transaction to the node. One that it has already is taken for handed in. */
  async submit(bytes: Hex): Promise<void> {
    try {
      const sent = this.#api.rpc.author_submitExtrinsic(bytes);
      await within(PATIENCE, sent, new NodeError('The node does not answer.'));
    } catch (error) {
      if (error instanceof NodeError) throw error;
      const code = codeOf(error);
      if (code === ALREADY_IMPORTED) return;
      if (code !== null) throw new NotSent(error instanceof Error ? error.message : String(error), { cause: error });
      throw new NodeError('The node does not answer.', { cause: error });
    }
  }

  /** Asks the node for something that has no name here, such as what only development chains have. */
  request<T>(method: string, ...parameters: unknown[]): Promise<T> {
    return ask(() => this.#api.rpc[method](...parameters));
  }

  /** Returns the hash of bytes as the chain does it. */
  hash(bytes: Hex): Hex {
    return toHex(this.#api.registry.hash(fromHex(bytes)));
  }

  /** Returns the name of an error that the chain's metadata knows. */
  errorName(error: any): string {
    return this.#nameOf(error);
  }

  #transaction(call: Call, { gas, deposit }: Limits): any {
    const { contracts } = this.#api.tx;
    return 'address' in call
      ? contracts.call({ type: 'Id', value: accountHex(call.address) }, call.value, gas, deposit, call.input)
      : contracts.instantiate(call.value, gas, deposit, call.codeHash, call.input, call.salt);
  }

  #nameOf(error: any): string {
    const found = error?.type === 'Module' ? this.#api.registry.findErrorMeta(error) : null;
    if (found) return `${found.pallet}.${found.name}`;
    return typeof error?.value === 'string' ? `${error.type}.${error.value}` : String(error?.type ?? error);
  }
}

/** A connection that says so when it is gone: dedot's own can wait for ever where it was lost twice. */
class Connection extends WsProvider {
  override async send<T = any>(method: string, params: any[]): Promise<T> {
    if (this.status !== 'connected') {
      const back = new Promise<void>((resolve) => this.once('connected', () => resolve()));
      await within(PATIENCE, back, new NodeError('The node does not answer.'));
    }
    return Object.getPrototypeOf(WsProvider.prototype).send.call(this, method, params);
  }
}

/** Returns the number of the first node that answers. */
async function firstThatAnswers(urls: string[]): Promise<number> {
  for (const [i, endpoint] of urls.entries()) {
    const provider = new WsProvider({ endpoint, retryDelayMs: 0 });
    try {
      await provider.connect();
      await provider.disconnect();
      return i;
    } catch {
      // The next may.
    }
  }
  throw new NodeError(`No node answers at ${urls.join(', ')}.`);
}

/** The node's code for a transaction that it has already. */
const ALREADY_IMPORTED = 1013;
/** What dedot gives as a code where there is none. */
const NO_CODE = -99999;

/** The code with which a node refuses; null if it did not answer. */
function codeOf(error: any): number | null {
  const code = error?.code ?? error?.data?.code ?? error?.cause?.code;
  return typeof code === 'number' && code !== NO_CODE ? code : null;
}

/** For how long to wait for an answer, in milliseconds. */
const PATIENCE = 8_000;

async function ask<T>(what: () => Promise<T>): Promise<T> {
  try {
    return await within(PATIENCE, what(), new NodeError('The node does not answer.'));
  } catch (error) {
    if (error instanceof NodeError) throw error;
    throw new NodeError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function within<T>(millis: number, promise: Promise<T>, late: Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late), millis);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}
