// Made by scripts/generate.mjs of abi/streams.json. Do not change it by hand: npm run generate

import { type Abi, message } from '../abi.js';
import { type Codec, account, bool, list, names, option, struct, tuple, u128, u32, u64, unit, variants, wordy } from '../scale.js';

/** Why a pause cannot begin. */
export type PauseError =
  /** It would be empty, or longer than `MAX_PAUSE`. */
  | { type: 'Duration' }
  /** The earlier pause, or the gap after it, lasts until this time; the next can begin then. */
  | { type: 'NotBefore'; value: bigint };
export const PauseError: Codec<PauseError> = /* @__PURE__ */ variants<PauseError>([
  ['Duration', null, "It would be empty, or longer than `MAX_PAUSE`."],
  ['NotBefore', u64, "The earlier pause, or the gap after it, lasts until this time; the next can begin then."],
]);

/** Why a message was refused. Nothing it did remains. */
export type StreamsError =
  /** There is no such stream, or its record was freed. */
  | { type: 'UnknownStream'; value: bigint }
  /** Only the payer of this stream may do this. */
  | { type: 'NotPayer'; value: bigint }
  /** Only the payer or the payee of this stream may do this. */
  | { type: 'NotParty'; value: bigint }
  /** A stream must be paid for by another than who is paid. */
  | { type: 'PayeeIsPayer' }
  /** This contract itself cannot be paid: the money would be nobody's. */
  | { type: 'PayeeIsThis' }
  /** No money is attached. */
  | { type: 'ZeroDeposit' }
  /** A rate of nothing; to stop for a while, pause. */
  | { type: 'ZeroRate' }
  /** The stream was stopped, for good. */
  | { type: 'Stopped'; value: bigint }
  /** The stream is paused already. */
  | { type: 'AlreadyPaused'; value: bigint }
  /** The stream is not paused. */
  | { type: 'NotPaused'; value: bigint }
  /** The payee has nothing to claim yet. */
  | { type: 'NothingDue'; value: bigint }
  /**
   * The chain refused to move the money: less than the existential deposit to an account that
   * does not exist.
   */
  | { type: 'TransferFailed' }
  /** This stream was not stopped; stop it first. */
  | { type: 'NotStopped'; value: bigint }
  /**
   * The chain refuses to move what this stream's payee earned, as for `Error::TransferFailed`; send
   * the payee the existential deposit first.
   */
  | { type: 'Unclaimed'; value: [bigint, bigint] }
  /** The record of this stream can be freed from this time on. */
  | { type: 'NotBefore'; value: [bigint, bigint] }
  /** A batch has no entries, or more than 64. */
  | { type: 'BatchSize' }
  /** No stream can be opened until this time. */
  | { type: 'Paused'; value: bigint }
  /** Only the guardian may do this. */
  | { type: 'NotGuardian' }
  /** The opening of streams cannot be paused like this. */
  | { type: 'BadPause'; value: PauseError }
  /** A sum is too large to be represented. */
  | { type: 'Overflow' };
export const StreamsError: Codec<StreamsError> = /* @__PURE__ */ variants<StreamsError>([
  ['UnknownStream', u64, "There is no such stream, or its record was freed."],
  ['NotPayer', u64, "Only the payer of this stream may do this."],
  ['NotParty', u64, "Only the payer or the payee of this stream may do this."],
  ['PayeeIsPayer', null, "A stream must be paid for by another than who is paid."],
  ['PayeeIsThis', null, "This contract itself cannot be paid: the money would be nobody's."],
  ['ZeroDeposit', null, "No money is attached."],
  ['ZeroRate', null, "A rate of nothing; to stop for a while, pause."],
  ['Stopped', u64, "The stream was stopped, for good."],
  ['AlreadyPaused', u64, "The stream is paused already."],
  ['NotPaused', u64, "The stream is not paused."],
  ['NothingDue', u64, "The payee has nothing to claim yet."],
  ['TransferFailed', null, "The chain refused to move the money: less than the existential deposit to an account that does not exist."],
  ['NotStopped', u64, "This stream was not stopped; stop it first."],
  ['Unclaimed', wordy<[bigint, bigint]>(u64, u128), "The chain refuses to move what this stream's payee earned, as for `Error::TransferFailed`; send the payee the existential deposit first."],
  ['NotBefore', wordy<[bigint, bigint]>(u64, u64), "The record of this stream can be freed from this time on."],
  ['BatchSize', null, "A batch has no entries, or more than 64."],
  ['Paused', u64, "No stream can be opened until this time."],
  ['NotGuardian', null, "Only the guardian may do this."],
  ['BadPause', PauseError, "The opening of streams cannot be paused like this."],
  ['Overflow', null, "A sum is too large to be represented."],
]);

/** What was fixed at deployment, and what changes. */
export interface Overview {
  /** Who can pause the opening of streams, if anyone. */
  guardian: string | null;
  /** Until when no stream can be opened, if that is paused, in milliseconds since the Unix epoch. */
  pausedUntil: bigint | null;
  /** How many streams were ever opened; they are numbered from 0. */
  opened: bigint;
}
export const Overview: Codec<Overview> = /* @__PURE__ */ struct<Overview>({ guardian: option(account), pausedUntil: option(u64), opened: u64 });

/** What a stream does. */
export type State =
  /** The stream earns, as long as there is a deposit. */
  | 'Running'
  /** The stream earns nothing until it is resumed. */
  | 'Paused'
  /** The stream ended. What the chain refused to move can still be claimed and cleared. */
  | 'Stopped';
export const State: Codec<State> = /* @__PURE__ */ names(['Running', 'Paused', 'Stopped']);

/**
 * A stream, as of the last message that changed it. A fixed size, so that no message but those that open
 * and clear it ever changes a storage deposit.
 *
 * What is held for it is `rest + earned`, at any time; accruing moves money from the one
 * to the other.
 */
export interface Stream {
  /** The account that pays, and has what is not earned back in the end. */
  payer: string;
  /** The account that is paid. */
  payee: string;
  /** What the stream earns, in `BILLIONTHS` of the chain's smallest unit in a millisecond; never 0. */
  rate: bigint;
  /** What of the deposit was not earned by `since`. */
  rest: bigint;
  /** What was earned by `since` and not sent to the payee. */
  earned: bigint;
  /** What was earned by `since` of the next unit, in `BILLIONTHS`; always less than one unit. */
  fraction: number;
  /** Up to when `rest` and `earned` count, in milliseconds since the Unix epoch. */
  since: bigint;
  /** Whether the stream earns. */
  state: State;
  /** When the stream was opened, in milliseconds since the Unix epoch. */
  opened: bigint;
}
export const Stream: Codec<Stream> = /* @__PURE__ */ struct<Stream>({ payer: account, payee: account, rate: u128, rest: u128, earned: u128, fraction: u32, since: u64, state: State, opened: u64 });

/** How a stream stands at this moment. */
export interface Due {
  /** What a claim sends to the payee, in the chain's smallest unit. */
  payee: bigint;
  /** What stopping the stream sends to the payer, or clearing it if it is stopped. */
  payer: bigint;
  /**
   * When the deposit is used up at this rate, if the stream runs; not in the future if it is used
   * up already. `None` too if that is more than 500 million years away, or if more than 10^29
   * units are left.
   */
  dryAt: bigint | null;
}
export const Due: Codec<Due> = /* @__PURE__ */ struct<Due>({ payee: u128, payer: u128, dryAt: option(u64) });

/** A stream as a page shows it. */
export interface StreamNow {
  /** The stream as of the last message that changed it. */
  stream: Stream;
  /** What either side could have at this moment. */
  due: Due;
}
export const StreamNow: Codec<StreamNow> = /* @__PURE__ */ struct<StreamNow>({ stream: Stream, due: Due });

/** The two sides of a stream. */
export type Party =
  /** The side that pays. */
  | 'Payer'
  /** The side that is paid. */
  | 'Payee';
export const Party: Codec<Party> = /* @__PURE__ */ names(['Payer', 'Payee']);

/** Money that was to be sent on. */
export interface Payment {
  /** How much there was to send, in the chain's smallest unit. */
  amount: bigint;
  /**
   * Whether the money arrived, which nothing always does. If not, the chain refused to move it, and the
   * stream holds it.
   */
  sent: boolean;
}
export const Payment: Codec<Payment> = /* @__PURE__ */ struct<Payment>({ amount: u128, sent: bool });

/** What happened to a stream. */
export type Change =
  /** The stream was opened, and runs. */
  | { type: 'Opened'; value: {
    /** The account that pays. */
    payer: string;
    /** The account that is paid. */
    payee: string;
    /** What the stream earns, in billionths of the chain's smallest unit in a millisecond. */
    rate: bigint;
    /** What there is to stream, in the chain's smallest unit. */
    deposit: bigint;
  } }
  /** The payer added to the deposit. */
  | { type: 'ToppedUp'; value: {
    /** How much was added, in the chain's smallest unit. */
    amount: bigint;
  } }
  /** The rate is another from now on. */
  | { type: 'RateSet'; value: {
    /** What the stream earns, in billionths of the chain's smallest unit in a millisecond. */
    rate: bigint;
  } }
  /** The stream earns nothing until it is resumed. */
  | { type: 'Paused' }
  /** The stream earns again. */
  | { type: 'Resumed' }
  /** The stream ended. */
  | { type: 'Stopped'; value: {
    /** Which side stopped the stream. */
    by: Party;
    /** What the payee had earned and not been sent before. */
    earned: Payment;
    /** What was left of the deposit, for the payer. */
    rest: Payment;
    /** Whether the stream's record is gone. If not, the payer can clear it. */
    freed: boolean;
  } };
export const Change: Codec<Change> = /* @__PURE__ */ variants<Change>([
  ['Opened', struct({ payer: account, payee: account, rate: u128, deposit: u128 })],
  ['ToppedUp', struct({ amount: u128 })],
  ['RateSet', struct({ rate: u128 })],
  ['Paused'],
  ['Resumed'],
  ['Stopped', struct({ by: Party, earned: Payment, rest: Payment, freed: bool })],
]);

/** What clearing one stream gave the payer. */
export interface Rest {
  /** The stream's number; its record is gone. */
  stream: bigint;
  /** How much was left of its deposit, in the chain's smallest unit. */
  amount: bigint;
}
export const Rest: Codec<Rest> = /* @__PURE__ */ struct<Rest>({ stream: u64, amount: u128 });

/** What makes one. */
export const constructors = {
  /**
   * Makes a contract without streams, with a `guardian` who can pause the opening of streams, or
   * none. That can never change. Emits `Deployed`.
   */
  new: /* @__PURE__ */ message<{ guardian: string | null }, null>('new', '0x9bae9d5e', 'write', { guardian: option(account) }, unit),
};

export const messages = {
  /**
   * Opens a stream from the caller to `payee` and returns its number. The attached value is the
   * deposit; `rate` is in billionths of the smallest unit in a millisecond. It earns from this
   * block's time on.
   *
   * Creates one item, whose storage deposit the caller has back when it is freed, by `stop` or
   * `clear`. Emits `StreamChanged`.
   *
   * # Errors
   * `Error::Paused`, `Error::ZeroDeposit`, `Error::ZeroRate`,
   * `Error::PayeeIsPayer`, `Error::PayeeIsThis`; `Error::Overflow` if there are no numbers
   * left.
   */
  open: /* @__PURE__ */ message<{ payee: string; rate: bigint }, bigint, StreamsError>('open', '0x8a1b6a4c', 'pay', { payee: account, rate: u128 }, u64, StreamsError),
  /**
   * Adds the attached value to a stream's deposit. A stream that ran dry earns again from now on;
   * for the time that it was dry it earns nothing. Only for the payer: what is left goes back to
   * them, whoever had paid it. No pause stops it.
   *
   * Creates no item. Emits `StreamChanged`.
   *
   * # Errors
   * `Error::ZeroDeposit`, `Error::UnknownStream`, `Error::NotPayer`, `Error::Stopped`;
   * `Error::Overflow`, which no amount that exists on a chain can cause.
   */
  topUp: /* @__PURE__ */ message<{ stream: bigint }, null, StreamsError>('top_up', '0x29b2765c', 'pay', { stream: u64 }, unit, StreamsError),
  /**
   * Changes what a stream earns in a millisecond from now on, paused or not. Only for the payer.
   *
   * Creates no item. Emits `StreamChanged`.
   *
   * # Errors
   * `Error::ZeroRate`, `Error::UnknownStream`, `Error::NotPayer`, `Error::Stopped`.
   */
  setRate: /* @__PURE__ */ message<{ stream: bigint; rate: bigint }, null, StreamsError>('set_rate', '0xc75ab042', 'write', { stream: u64, rate: u128 }, unit, StreamsError),
  /**
   * Lets a stream earn nothing until it is resumed; what was earned stays earned. Only for the
   * payer.
   *
   * Creates no item. Emits `StreamChanged`.
   *
   * # Errors
   * `Error::UnknownStream`, `Error::NotPayer`, `Error::Stopped`,
   * `Error::AlreadyPaused`.
   */
  pauseStream: /* @__PURE__ */ message<{ stream: bigint }, null, StreamsError>('pause_stream', '0x2f0548ab', 'write', { stream: u64 }, unit, StreamsError),
  /**
   * Lets a paused stream earn again from now on. Only for the payer.
   *
   * Creates no item. Emits `StreamChanged`.
   *
   * # Errors
   * `Error::UnknownStream`, `Error::NotPayer`, `Error::Stopped`, `Error::NotPaused`.
   */
  resumeStream: /* @__PURE__ */ message<{ stream: bigint }, null, StreamsError>('resume_stream', '0x88272276', 'write', { stream: u64 }, unit, StreamsError),
  /**
   * Frees the records of 1 to 64 stopped streams and sends the caller what is left of them, in one
   * sum. What their payees earned and the chain refused to move before is sent first. Only for the
   * payer. Streams that cannot be cleared are left out; if none can, the first one's reason is
   * the answer.
   *
   * Frees one item for each stream; the caller gets their storage deposits. Emits one
   * `StreamsCleared`, and a `Claimed`
   * for each payee who was sent something.
   *
   * # Errors
   * `Error::BatchSize`, `Error::UnknownStream`, `Error::NotPayer`, `Error::NotStopped`;
   * `Error::NotBefore` in the hour after the stream was opened; `Error::Unclaimed` if the
   * chain refuses what the payee earned; `Error::TransferFailed` if it refuses the caller's
   * sum.
   */
  clear: /* @__PURE__ */ message<{ streams: bigint[] }, null, StreamsError>('clear', '0x6b385365', 'write', { streams: list(u64) }, unit, StreamsError),
  /**
   * Sends the payee all that a stream has earned and not paid yet. Anyone can call it, and pays
   * the fee: the money goes nowhere else.
   *
   * Creates no item. Emits `Claimed`.
   *
   * # Errors
   * `Error::UnknownStream`, `Error::NothingDue`; `Error::TransferFailed` as long as the
   * payee has no account and less than the existential deposit was earned.
   */
  claim: /* @__PURE__ */ message<{ stream: bigint }, null, StreamsError>('claim', '0xb388803f', 'write', { stream: u64 }, unit, StreamsError),
  /**
   * Claims from 1 to 64 streams, each for its payee. Those that cannot be claimed from are left
   * out; if none can, the first one's reason is the answer.
   *
   * Creates no item. Emits a `Claimed` for each.
   *
   * # Errors
   * `Error::BatchSize`, and those of `claim`.
   */
  claimMany: /* @__PURE__ */ message<{ streams: bigint[] }, null, StreamsError>('claim_many', '0x0db12fb7', 'write', { streams: list(u64) }, unit, StreamsError),
  /**
   * Ends a stream, for good, and sends the payee what was earned and not claimed, and the payer
   * what was not earned. What the chain refuses to move is kept, to be claimed or cleared.
   *
   * Creates no item. Frees the stream's if the payer stops it, an hour or more after opening it,
   * and nothing is kept; the payer gets its storage deposit. Emits
   * `StreamChanged`.
   *
   * # Errors
   * `Error::UnknownStream`, `Error::NotParty`, `Error::Stopped`.
   */
  stop: /* @__PURE__ */ message<{ stream: bigint }, null, StreamsError>('stop', '0x9e319d78', 'write', { stream: u64 }, unit, StreamsError),
  /**
   * Stops 1 to 64 streams of which the caller is payer or payee. Those that cannot be stopped are
   * left out; if none can, the first one's reason is the answer.
   *
   * Creates no item; frees as `stop` does. Emits a
   * `StreamChanged` for each.
   *
   * # Errors
   * `Error::BatchSize`, and those of `stop`.
   */
  stopMany: /* @__PURE__ */ message<{ streams: bigint[] }, null, StreamsError>('stop_many', '0x39800a2f', 'write', { streams: list(u64) }, unit, StreamsError),
  /**
   * Stops `open` for `duration` milliseconds, at most 7 days and no sooner than 7 days after the
   * last pause ended. Streams that are open go on and can be topped up, and nothing that lets
   * money out stops.
   *
   * Creates no item. Emits `PausedUntil`.
   *
   * # Errors
   * `Error::NotGuardian`, `Error::BadPause`.
   */
  pause: /* @__PURE__ */ message<{ duration: bigint }, null, StreamsError>('pause', '0x81e0c604', 'write', { duration: u64 }, unit, StreamsError),
  /**
   * Ends a pause at once. Creates no item. Emits
   * `PausedUntil`.
   *
   * # Errors
   * `Error::NotGuardian`.
   */
  resume: /* @__PURE__ */ message<Record<never, never>, null, StreamsError>('resume', '0xc3a8f39e', 'write', {}, unit, StreamsError),
  /** Returns what was fixed at deployment, and what changes. */
  overview: /* @__PURE__ */ message<Record<never, never>, Overview>('overview', '0x5b2f326a', 'read', {}, Overview),
  /**
   * Returns what the contract owes in all, and what it holds to pay it from (its existential
   * deposit not counted), in the chain's smallest unit. The first is never more than the second.
   *
   * Reads every stream there ever was. Where those are more than one call can read (tens of
   * thousands), add up `owed_to_streams`, all of it as of the same block.
   */
  solvency: /* @__PURE__ */ message<Record<never, never>, [bigint, bigint]>('solvency', '0x4795d50a', 'read', {}, tuple<[bigint, bigint]>(u128, u128)),
  /**
   * Returns what is held for `count` streams from number `first` on, for payers and payees
   * together. Time does not change it, only money that comes in or goes out.
   */
  owedToStreams: /* @__PURE__ */ message<{ first: bigint; count: bigint }, bigint>('owed_to_streams', '0x30c45659', 'read', { first: u64, count: u64 }, u128),
  /**
   * Returns a stream, as of the last message that changed it; `None` if there never was one, or no
   * more.
   */
  stream: /* @__PURE__ */ message<{ stream: bigint }, Stream | null>('stream', '0x25f82985', 'read', { stream: u64 }, option(Stream)),
  /** Returns how a stream stands now: what either side could have. */
  due: /* @__PURE__ */ message<{ stream: bigint }, Due | null>('due', '0xfd5d2204', 'read', { stream: u64 }, option(Due)),
  /**
   * Returns `count` streams from number `first` on, with what is due now, `None` for those whose
   * records are gone. At most 64; none beyond the last that was ever opened.
   */
  streams: /* @__PURE__ */ message<{ first: bigint; count: bigint }, (StreamNow | null)[]>('streams', '0x0c0ac13f', 'read', { first: u64, count: u64 }, list(option(StreamNow))),
  /**
   * Returns the streams with these numbers, with what is due now, `None` where there is none. Of a
   * list of more than 64, the first 64.
   */
  streamsListed: /* @__PURE__ */ message<{ which: bigint[] }, (StreamNow | null)[]>('streams_listed', '0x7d8343ce', 'read', { which: list(u64) }, list(option(StreamNow))),
};

/** What it tells. */
export type Event =
  /** What was earned went to the payee. The only anonymous event: it has no topics at all. */
  | {
      name: 'Claimed';
      fields: {
        /** The number of the stream that earned it. */
        stream: bigint;
        /** The account that was paid. */
        payee: string;
        /** How much the payee got, in the chain's smallest unit. */
        amount: bigint;
        /** When that was, in milliseconds since the Unix epoch. */
        at: bigint;
      };
    }
  /** Something else happened to a stream. */
  | {
      name: 'StreamChanged';
      fields: {
        /** The stream's number. */
        stream: bigint;
        /** When that was, in milliseconds since the Unix epoch. */
        at: bigint;
        /** What happened to the stream. */
        change: Change;
      };
    }
  /** The payer took back what was left of stopped streams, and freed their records. */
  | {
      name: 'StreamsCleared';
      fields: {
        /** The account that paid for all of them. */
        payer: string;
        /** The streams that were cleared, in the order of the call. */
        streams: Rest[];
      };
    }
  /** Opening streams is stopped until a time, or possible again if it is not in the future. */
  | {
      name: 'PausedUntil';
      fields: {
        /** When streams can be opened again, in milliseconds since the Unix epoch. */
        until: bigint;
      };
    }
  /** The contract was deployed, with what can never change. */
  | {
      name: 'Deployed';
      fields: {
        /** Who can pause the opening of streams, if anyone. */
        guardian: string | null;
      };
    };

export const abi: Abi<Event> = {
  name: 'streams',
  codeHash: '0xd07454d44da7bb7f93b49fad3bd4767b4e09abdabc9157f9b3882906690d1070',
  events: [
    { name: 'Claimed', topic: null, fields: /* @__PURE__ */ struct({ stream: u64, payee: account, amount: u128, at: u64 }) },
    { name: 'StreamChanged', topic: '0x052f12416bc03da2', fields: /* @__PURE__ */ struct({ stream: u64, at: u64, change: Change }) },
    { name: 'StreamsCleared', topic: '0x7ef724e4b187e201', fields: /* @__PURE__ */ struct({ payer: account, streams: list(Rest) }) },
    { name: 'PausedUntil', topic: '0x56f5adb4f7f0b340', fields: /* @__PURE__ */ struct({ until: u64 }) },
    { name: 'Deployed', topic: '0xf9292e9d4be31d20', fields: /* @__PURE__ */ struct({ guardian: option(account) }) },
  ],
};
