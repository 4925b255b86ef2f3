// What came of a transaction: in which block it is, what it cost, and what the contracts told.

import { accountHex, type Hex, toHex } from '@farthing/vouchers';
import type { Block, Chain, ChainEvent } from './chain.js';
import type { Emitted, Known } from './known.js';

/** What came of a transaction. */
export interface Receipt {
  /** The transaction's hash. */
  hash: Hex;
  block: Block;
  /** Whether the block can no longer be undone. */
  isFinal: boolean;
  /** What was paid as a fee. */
  fee: bigint;
  /** What was locked for storage; negative if something came back. */
  deposit: bigint;
  /** The contracts that were made. */
  made: string[];
  /** What the contracts told, in their order. */
  events: Emitted[];
}

/** Reads what came of a transaction, and why it failed, if it did. */
export async function readReceipt(
  chain: Chain,
  known: Known,
  { account, makes }: { account: string; makes?: Hex },
  found: { hash: Hex; block: Block; index: number; isFinal: boolean },
): Promise<{ receipt: Receipt; failure: string | null }> {
  const own = (await chain.eventsOf(found.block.hash)).filter(({ index }) => index === found.index);
  const { hash, block, isFinal } = found;
  const made = known.learnMade(own, makes);
  const receipt = { hash, block, isFinal, fee: feeOf(own), deposit: depositOf(own, account), made, events: known.decodeAll(own) };
  const failed = own.find(({ pallet, name }) => pallet === 'System' && name === 'ExtrinsicFailed');
  return { receipt, failure: failed ? chain.errorName(failed.data.dispatchError) : null };
}

const feeOf = (events: ChainEvent[]): bigint =>
  sum(events.filter(({ pallet, name }) => pallet === 'TransactionPayment' && name === 'TransactionFeePaid').map(({ data }) => BigInt(data.actualFee)));

function depositOf(events: ChainEvent[], account: string): bigint {
  const own = accountHex(account);
  const isOwn = (other: { raw: Hex }): boolean => toHexOf(other) === own;
  const moved = events.filter(({ pallet }) => pallet === 'Contracts').map(({ name, data }) => {
    if (name === 'StorageDepositTransferredAndHeld' && isOwn(data.from)) return BigInt(data.amount);
    if (name === 'StorageDepositTransferredAndReleased' && isOwn(data.to)) return -BigInt(data.amount);
    return 0n;
  });
  return sum(moved);
}

const toHexOf = ({ raw }: { raw: Hex | Uint8Array }): Hex => (typeof raw === 'string' ? raw : toHex(raw));

const sum = (amounts: bigint[]): bigint => amounts.reduce((all, one) => all + one, 0n);
