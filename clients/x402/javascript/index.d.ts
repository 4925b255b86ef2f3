/** Why something is not paid. */
export declare class PaymentRefused extends Error {
  readonly code:
    | 'amount' | 'asset' | 'busy' | 'closing' | 'contract' | 'malformed' | 'network' | 'payee' | 'reserve' | 'total' | 'version' | 'wallet'
  constructor(code: PaymentRefused['code'], message: string)
}

/** An amount in the chain's smallest unit. */
export type Amount = string | bigint

/** A channel that was opened on the chain. */
export interface Channel {
  /** Whom it pays: an address, or 32 bytes in hexadecimal. */
  payee: string
  /** Whose money it is. */
  payer: string
  /** Which of the channels between the two; 0 if left out. */
  lane?: number
  /** Which life of it. */
  epoch: string | number | bigint
  /** What is set aside in it. */
  reserve: Amount
  /** The payer's signed transaction that opens it, if the server is to submit it with the first payment. */
  extrinsic?: string
}

/** Where a wallet's text is kept, if not in a file. `save` returns once the text survives whatever happens. */
export interface Store {
  load(): Promise<string | undefined>
  save(text: string): Promise<void>
  close?(): Promise<void> | void
}

export interface Options {
  /** Where the wallet is kept. */
  file?: string
  /** Where it is kept instead. */
  store?: Store
  /** The 32 bytes of the key that signs vouchers. */
  seed: string | Uint8Array
  /** The genesis hash of the chain. */
  genesis: string
  /** The channels contract. */
  contract: string
  /** The channels. No other payee is paid. */
  channels?: Channel[]
  /** The most for one request. */
  maxAmount: Amount
  /** The most in all while the wallet is open. */
  maxTotal?: Amount
  /** Whether to keep a list of the addresses that are paid for, and to sign its root with each voucher. */
  keepBought?: boolean
}

export interface Paid {
  payer: string
  lane: number
  epoch: bigint
  cumulative: bigint
  root: string
  signature: string
  /** What comes with the voucher. */
  action: 'voucher' | 'open' | 'topUp'
  extrinsic?: string
}

/** That an entry is in a list: its place from 0, how many there are, and what it is combined with up to the root. */
export interface Proof {
  index: number
  count: number
  path: string[]
}

export declare class Wallet {
  static open(options: Options): Promise<Wallet>
  private constructor()
  /** The chain, as CAIP-2 names it. */
  readonly network: `polkadot:${string}`
  /** The public key that channels must be opened with. */
  readonly signer: string
  /** Adds a channel, or tells that one has a higher reserve. */
  add(channel: Channel): Promise<void>
  /** Has the next payment bring the payer's signed transaction after which so much is set aside in all. */
  topUp(more: { payee: string; reserve: Amount; extrinsic: string }): void
  /** Asks a payee to close the channel, at any address where it sells. Nothing is paid from it any more then. */
  closeChannel(url: string): Promise<Response>
  /** Returns the proof that an entry is in the list whose root the last voucher signs. */
  proof(payee: string, entry: string): (Proof & { root: string }) | undefined
  /** Returns what was promised to a payee. */
  promised(payee: string): { cumulative: bigint; reserve: bigint; root: string }
  /** Signs a voucher for so much more, and from then on for this entry of the list of what was bought. */
  pay(payee: string, amount: Amount, entry?: string): Promise<Paid>
  /** Learns what a payee says of a channel, as far as this wallet's own signature shows it. */
  learn(payee: string, state?: { channelState?: unknown; voucherState?: unknown }): Promise<boolean>
  /** Learns from the `PAYMENT-REQUIRED` of a 402 that answered a payment. */
  correct(header: string): Promise<boolean>
  /** For `x402Client.setSpendControls`. */
  spendControls(): { allowedAssets: Array<{ network: `polkadot:${string}`; asset: string; maxAmountPerPayment: string }> }
  /** For `x402Client.register(wallet.network, wallet.scheme())`. */
  scheme(): {
    readonly scheme: 'batch-settlement'
    createPaymentPayload(x402Version: number, requirements: any): Promise<{ x402Version: number; payload: any }>
    readonly schemeHooks: {
      onBeforePaymentCreation(context: any): Promise<void>
      onPaymentResponse(context: any): Promise<{ recovered: true } | void>
    }
  }
  /** For `Mppx.create({ methods: [wallet.method()] })`. */
  method(): any
  /** Fetches, and pays with the first request where the price is known. */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>
  /** Gives the file back for other programs. */
  close(): Promise<void>
}

export declare function accountOf(address: string): string
export declare function addressOf(account: string): string
/** Returns the entry of an address in the list of what was bought. */
export declare function entryOf(url: string): string
/** Returns the root of a list of entries. */
export declare function rootOf(entries: string[]): string
/** Returns the proof of the entry at a place of a list. */
export declare function prove(entries: string[], index: number): Proof | undefined
/** Returns whether a proof shows that the list with this root has this entry. */
export declare function isProved(root: string, entry: string, proof: Proof): boolean
export declare function voucherPayload(voucher: {
  genesis: string
  contract: string
  payer: string
  payee: string
  lane: number
  epoch: string | number | bigint
  cumulative: Amount
  root: string
}): Uint8Array
export declare function isSigned(payload: Uint8Array, voucher: { signature: string; wrapped?: boolean }, signer: string): boolean
/** The scheme for a server that sells with x402's middleware and has `farthing gateway` for its facilitator. */
export declare function serverScheme(): {
  readonly scheme: 'batch-settlement'
  parsePrice(price: any, network: string): Promise<{ amount: string; asset: string; extra: Record<string, unknown> }>
  enhancePaymentRequirements(requirements: any, kind: any, extensions: string[]): Promise<any>
}
