// Why a payment or a voucher is refused.

type Unit = (amount: bigint) => string;
const time = (millis: bigint): string => new Date(Number(millis)).toISOString();

/** What goes with each refusal. */
export interface Details {
  Begun: { amount: bigint };
  Nothing: Record<never, never>;
  ReserveTooLow: { reserve: bigint; promised: bigint };
  NoVoucher: Record<never, never>;
  Elsewhere: Record<never, never>;
  ForAnother: { account: string };
  OfAnother: { account: string };
  NoChannel: Record<never, never>;
  BadSignature: Record<never, never>;
  NothingNew: { before: bigint };
  TooLittle: { new: bigint; wanted: bigint };
  BeyondReserve: { reserve: bigint };
  Ending: { from: bigint };
  BadCloser: Record<never, never>;
  ShortDelay: { delay: bigint; wanted: bigint };
  GivesAway: { kept: bigint };
  Agreed: { amount: bigint; expires: bigint };
  Damaged: { key: string };
  Busy: Record<never, never>;
}

export type Code = keyof Details;

const sentences: { [C in Code]: (details: Details[C], unit: Unit) => string } = {
  Begun: ({ amount }, unit) =>
    `A payment of ${unit(amount)} on this channel was interrupted, and it is not known whether its voucher was handed out. Make the same payment again to finish it.`,
  Nothing: () => 'A payment is more than nothing.',
  ReserveTooLow: ({ reserve, promised }, unit) =>
    `The channel's reserve of ${unit(reserve)} does not cover this: ${unit(promised)} of it are promised already. Top it up first.`,
  NoVoucher: () => 'This is no voucher: it begins with farthing-voucher-2: and has 253 bytes in hexadecimal.',
  Elsewhere: () => 'The voucher is for another chain, or another channels contract.',
  ForAnother: ({ account }) => `The voucher is for ${account}.`,
  OfAnother: ({ account }) => `The voucher is of a channel of ${account}, who is another payer.`,
  NoChannel: () => 'There is no open channel that the voucher could be of.',
  BadSignature: () => "The voucher was not signed with the channel's key.",
  NothingNew: ({ before }, unit) => `The voucher is worth nothing new: ${unit(before)} of the channel are the payee's already.`,
  TooLittle: (details, unit) =>
    `Only ${unit(details.new)} of it are new, and at least ${unit(details.wanted)} were wanted: nothing was kept.`,
  BeyondReserve: ({ reserve }, unit) =>
    `The voucher says more than the channel's reserve of ${unit(reserve)}: the payer must top it up first.`,
  Ending: ({ from }) =>
    `The channel is ending, at ${time(from)} at the earliest: claim what was kept, and give nothing for this voucher.`,
  BadCloser: () =>
    "The channel names another key than the payee's for closings: whoever has it can take back what was not claimed.",
  ShortDelay: ({ delay, wanted }) =>
    `The channel's exit takes only ${delay / 1000n} s, and the payee wants at least ${wanted / 1000n} s.`,
  GivesAway: ({ kept }, unit) =>
    `Vouchers that were kept are worth ${unit(kept)}, and the closing gives less: claim them before.`,
  Agreed: ({ amount, expires }, unit) =>
    `It was agreed that this channel is closed for ${unit(amount)} in all, which the payer can do until ${time(expires)}: a voucher for more is worth nothing then.`,
  Damaged: ({ key }) => `What was kept as "${key}" is damaged, and is not used.`,
  Busy: () => 'Another program has these vouchers open at this moment.',
};

/** Why a payment or a voucher is refused: a code for programs, and a sentence for people. */
export class VoucherError<C extends Code = Code> extends Error {
  override readonly name = 'VoucherError';

  constructor(
    readonly code: C,
    readonly details: Details[C] = {} as Details[C],
  ) {
    super(sentences[code](details, (amount) => `${amount} of the smallest unit`));
  }

  /** Returns the sentence with amounts as `unit` writes them. */
  explain(unit: Unit): string {
    return sentences[this.code](this.details, unit);
  }
}

/** Returns whether something is a refusal with this code. */
export const isRefusal = <C extends Code>(error: unknown, code: C): error is VoucherError<C> =>
  error instanceof VoucherError && error.code === code;
