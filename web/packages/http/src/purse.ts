// What pays over HTTP by itself, from one channel, up to what somebody allowed.
//
// - No 402 is trusted: only the channel's payee is paid, with the channel's contract, and no more for one request than
//   its price and what was allowed. A lying server gets no more than that.
// - What is allowed is written down, and is taken before a voucher is signed, whichever tab signs it.
// - What was promised and not charged is credit, and pays for what comes next.
// - What was paid for and lost on its way is asked for again under the same name, and not paid for again.

import type { Till } from '@farthing/client';
import { accountHex, type ChannelId, NO_ENTRIES, type Paper, type Place, VoucherError } from '@farthing/vouchers';
import { NotPaid } from './error.js';
import { Names } from './names.js';
import { FETCH, type Offer, readOffer, readReceipt, type State, writePayment } from './protocol.js';
import { type Had, keeping, type Shelf } from './shelf.js';

/** How often one request is sent: unpaid, paid, and paid once more after a correction. A voucher for nothing is one more. */
const TRIES = 3;
/** What a request is called, so that it is charged for once; and how often it is sent under that. */
const NAME = 'Idempotency-Key';
const AGAIN = 4;
/** After how long a stream from which nothing comes may be waiting for a voucher, in milliseconds. */
const QUIET = 250;
/** How long a stream that is paid for may say nothing before it is asked about less often. */
const PATIENCE = 4_000;

/** Returns what an address costs, if a payee is to be paid for it; null if it is free. Needs no wallet. */
export async function priceOf(url: string, place: Place, payee: string): Promise<Offer | null> {
  const answer = await fetch(url, { ...FETCH, method: 'HEAD' });
  if (answer.status === 402) return readOffer(answer.headers, place, payee);
  if (!answer.ok) throw new NotPaid('answer', `The server answers ${answer.status}.`);
  return null;
}

/** How something is fetched, besides what `fetch` takes. */
export interface Fetching extends RequestInit {
  /** The most that a request or a step may cost. */
  most?: bigint;
  /** Asked when a stream needs more than is allowed, or than is left: resolves once there is more, with whether it goes on. */
  onLimit?: () => Promise<boolean>;
}

/** What flows: its media type and its parts, which say at their end whether that was all. */
export interface Flow {
  type: string;
  parts: AsyncGenerator<Uint8Array, boolean>;
}

/** What came, and what it was paid by. */
interface Got {
  response: Response;
  offer: Offer | null;
}

/** An answer; what it asks for, if it does, and whether asking once more is of use. */
interface Heard {
  response: Response;
  asks: Offer | null;
  isNews: boolean;
}

/** Returns whether something was not paid because what is allowed, or what was set aside, is used up. */
export const isUsedUp = (error: unknown): boolean =>
  (error instanceof VoucherError && error.code === 'ReserveTooLow') || (error instanceof NotPaid && error.why === 'limit');

/** Does what costs something; asks, if that is more than is allowed or left. Null, if there is not to be more. */
export async function within<T>(pay: () => Promise<T>, onLimit?: () => Promise<boolean>): Promise<T | null> {
  try {
    return await pay();
  } catch (error) {
    if (!onLimit || !isUsedUp(error)) throw error;
    return (await onLimit()) ? within(pay, onLimit) : null;
  }
}

/** A channel that pays for HTTP. */
export class Purse {
  /** What the payee has charged in all, as it said last. */
  #charged: bigint | null = null;
  #underWay = 0;
  /** Whether the payee hides what was promised before: see `#hides`. False, if it did not show it to the channel's key. */
  #isHidden: boolean | null = null;
  /** By address: what it cost the last time. */
  readonly #known = new Map<string, Offer>();

  readonly #names: Names;

  /** `shelf` keeps what flows, if it is to be paid for once. */
  constructor(
    readonly till: Till,
    readonly shelf: Shelf | null = null,
  ) {
    this.#names = new Names(this.#store, this.#key.replace('allowed', 'asked'));
  }

  // ---- What is allowed ----

  /** Returns how much may still be paid without asking. */
  async allowed(): Promise<bigint> {
    return BigInt((await this.#store.get(this.#key)) ?? 0);
  }

  /** Allows so much from now on, and no more. */
  allow(amount: bigint): Promise<void> {
    return this.#store.update(this.#key, () => ({ keep: String(amount), give: undefined }));
  }

  // ---- Asking and fetching ----

  /** Returns what an address costs, and pays nothing; null if it is free. */
  async ask(url: string): Promise<Offer | null> {
    const offer = await priceOf(url, this.#place, this.till.payee);
    if (offer) this.#known.set(url, offer);
    return offer;
  }

  /** Returns what the best voucher promises, and what of it is credit. */
  async sums(): Promise<{ promised: bigint; credit: bigint }> {
    const last = await this.#last();
    return { promised: last?.voucher.cumulative ?? 0n, credit: this.#spare(last) };
  }

  /** Fetches an address, and pays what it costs, at most `most`, if that is allowed. */
  async fetch(url: string, { most, onLimit: _, ...init }: Fetching = {}): Promise<Response> {
    return (await this.#once(url, init, most)).response;
  }

  /**
   * Fetches what was had of an address before, under the name that it was paid for then: that is not charged again, as
   * long as the server knows it. Signs nothing; null, if it is not to be had so any more.
   */
  async again(url: string, init: RequestInit = {}): Promise<Response | null> {
    const part = partOf(url, init);
    const name = await this.#names.last(part);
    const got = name && (await this.#under(name, url, init));
    if (!got) return null;
    if (got.response.ok) return got.response;
    await got.response.body?.cancel();
    // A server that is away for a moment may know it still.
    if (got.response.status < 500) await this.#names.drop(part, name);
    return null;
  }

  /**
   * Fetches what flows, and pays for each step when the server has charged all before it. Once `signal` says so,
   * nothing is signed any more, whether something comes or not. What the shelf has of it comes first, and is not paid
   * for again; the server is asked for what comes after that, of the same edition. The flow says at its end whether
   * that was all.
   */
  async stream(url: string, fetching: Fetching = {}): Promise<Flow> {
    const had = await this.had(url);
    if (had && !new Headers(fetching.headers).has('Range')) return { type: had.type, parts: this.#goOn(url, had, fetching) };
    const { most, onLimit, ...init } = fetching;
    const { response, offer } = await this.#get(url, init, most);
    if (!response.ok) throw new NotPaid('answer', `The server answers ${response.status}.`);
    const type = response.headers.get('Content-Type') ?? '';
    const flow = this.#flow(url, response, offer, init.signal ?? null, onLimit);
    const tag = response.status === 200 && offer ? editionOf(response) : null;
    if (!this.shelf || tag === null) return { type, parts: flow };
    await this.shelf.begin(this.#nameOf(url), type, tag).catch(() => {});
    return { type, parts: keeping(this.shelf, this.#nameOf(url), tag, 0, flow) };
  }

  /** Returns what of an address flowed before and was paid for; null if nothing is kept of it. */
  async had(url: string): Promise<Had | null> {
    // A browser that keeps nothing for its reader, such as in a private window, has nothing.
    const had = (await this.shelf?.find(this.#nameOf(url)).catch(() => null)) ?? null;
    return had?.length ? had : null;
  }

  /**
   * Pays for what a tag of the gateway's own site plays, which has the gateway's cookie and cannot pay itself: says each
   * time that there is credit for the next step. Promises a step at a time, once all before it was charged.
   */
  async *feed(url: string, { signal, onLimit }: Pick<Fetching, 'onLimit'> & { signal: AbortSignal }): AsyncGenerator<void, void> {
    const offer = this.#known.get(url) ?? (await this.ask(url));
    for (let quiet = QUIET; offer; ) {
      const paid = await this.#feed(url, offer, signal, onLimit);
      if (paid === null) return;
      yield;
      // What plays has little ahead, so it is asked about often enough.
      quiet = paid ? QUIET : Math.min(quiet * 2, PATIENCE / 4);
      await pause(quiet);
      signal.throwIfAborted();
    }
  }

  /** Gives what was had, and goes on after it, in as many answers as the server makes of it. */
  async *#goOn(url: string, had: Had, { most, onLimit, ...init }: Fetching): AsyncGenerator<Uint8Array, boolean> {
    const shelf = this.shelf as Shelf;
    const name = this.#nameOf(url);
    yield* shelf.parts(name);
    for (let { length: at, isWhole } = had; !isWhole; ) {
      const headers = new Headers(init.headers);
      headers.set('Range', `bytes=${at}-`);
      headers.set('If-Range', had.tag);
      const got = await within(() => this.#get(url, { ...init, headers }, most), onLimit);
      if (!got) return false;
      const rest = await this.#restOf(got.response, name, had.tag, at);
      if (!rest) return true;
      const flow = this.#flow(url, got.response, got.offer, init.signal ?? null, onLimit);
      const isThrough = yield* keeping(shelf, name, had.tag, at, flow, rest.isLast);
      if (!isThrough) return false;
      ({ end: at, isLast: isWhole } = rest);
    }
    return true;
  }

  /** Returns up to where an answer has the rest of an edition; null, if there is no rest. */
  async #restOf({ status, headers, body }: Response, name: string, tag: string, at: number): Promise<{ end: number; isLast: boolean } | null> {
    const [, first, last, total] = headers.get('Content-Range')?.match(/^bytes (\d+)-(\d+)\/(\d+|\*)$/) ?? [];
    const end = Number(last) + 1;
    if (status === 206 && headers.get('ETag') === tag && Number(first) === at && end > at) return { end, isLast: total === '*' || Number(total) <= end };
    await body?.cancel();
    if (status === 416) {
      await this.shelf?.end(name, tag);
      return null;
    }
    if (status !== 200 && status !== 206) throw new NotPaid('answer', `The server answers ${status}.`);
    await this.shelf?.drop(name);
    throw new NotPaid('answer', 'What is sold here has changed since it was begun. It has to be begun anew.');
  }

  /** Returns whether all of it came: not, if there was not to be more. */
  async *#flow(url: string, response: Response, offer: Offer | null, signal: AbortSignal | null, onLimit?: () => Promise<boolean>): AsyncGenerator<Uint8Array, boolean> {
    const reader = response.body?.getReader();
    try {
      let coming = reader?.read();
      let quiet = QUIET;
      while (reader && coming) {
        const next = offer ? await orQuiet(coming, quiet) : await coming;
        if (next === 'quiet') {
          const paid = await this.#feed(url, offer as Offer, signal, onLimit);
          if (paid === null) return false;
          quiet = paid ? QUIET : Math.min(quiet * 2, PATIENCE);
          continue;
        }
        if (next.done) return true;
        quiet = QUIET;
        yield next.value;
        coming = reader.read();
      }
      return true;
    } finally {
      await reader?.cancel().catch(() => {});
    }
  }

  /** Waits until the channel, with so much set aside in all, is in a final block: no payee takes vouchers for more before. */
  async ready(reserve = 0n, patience = 60_000): Promise<void> {
    const { channels, payer, payee, lane, signer } = this.till;
    for (const until = Date.now() + patience; ; await pause(500)) {
      const [channel] = (await channels.list([[payer, payee, lane]], { final: true })).channels;
      if (channel?.signer === signer.publicKey && channel.reserve >= reserve) return;
      if (Date.now() > until) throw new VoucherError('NoChannel');
    }
  }

  /** Fetches under a name, so that what was paid for and did not come is not paid for again. */
  async #once(url: string, init: RequestInit, most?: bigint): Promise<Got> {
    // What may change something is sent once, unless the caller names it.
    const isPlain = !init.body && (init.method ?? 'GET') === 'GET';
    if (!isPlain || new Headers(init.headers).has(NAME)) return this.#get(url, init, most);
    const part = partOf(url, init);
    const { name, isNew } = await this.#names.begin(part);
    try {
      const got = (isNew ? null : await this.#under(name, url, init, most)) ?? (await this.#get(url, init, most, name));
      const response = await this.#noted(part, name, got);
      // The server answered under this name too often.
      return response.status === 409 && !isNew ? this.#once(url, init, most) : { ...got, response };
    } catch (error) {
      // What was not paid for is not lost.
      if (isNew && error instanceof NotPaid) await this.#names.drop(part, name);
      else this.#names.lose(name);
      throw error;
    }
  }

  /** Asks under a name that was paid for, as far as is known, and signs nothing; null, if the server asks for money. */
  async #under(name: string, url: string, init: RequestInit, most?: bigint): Promise<Got | null> {
    const last = await this.#last();
    const offer = last && (this.#known.get(url) ?? (await this.ask(url)));
    // A server that does not know the name may charge what is credit.
    if (!offer || isMetered(offer) || (most !== undefined && offer.price > most)) return null;
    const headers = new Headers(init.headers);
    headers.set('PAYMENT-SIGNATURE', writePayment(offer, last));
    headers.set(NAME, name);
    const response = await persist(() => fetch(url, { ...FETCH, ...init, headers }), true, init.signal);
    const receipt = response.status === 402 ? readOffer(response.headers, this.#place, this.till.payee).state : readReceipt(response.headers);
    if (receipt) await this.#learn(receipt);
    if (response.status !== 402) return { response, offer };
    await response.body?.cancel();
    return null;
  }

  /** Writes down once an answer came whole, or that there is none. */
  async #noted(part: string, name: string, { response, offer }: Got): Promise<Response> {
    const { body, status, statusText, headers, ok } = response;
    // A server that fails may answer later.
    if (status >= 500) this.#names.lose(name);
    else if (!ok || !offer || isMetered(offer)) await this.#names.drop(part, name);
    else if (!body) await this.#names.had(part, name);
    else {
      const whole = body.pipeThrough(new TransformStream({ flush: () => this.#names.had(part, name) }));
      // Whoever does not read to the end did not get it.
      this.#names.lose(name);
      return new Response(whole, { status, statusText, headers });
    }
    return response;
  }

  async #get(url: string, init: RequestInit, most?: bigint, name?: string): Promise<Got> {
    let offer = this.#known.get(url) ?? null;
    for (let tries = 1; ; tries++) {
      const { response, asks, isNews } = await this.#send(url, init, offer, most, name);
      if (!asks) return { response, offer };
      await response.body?.cancel();
      this.#known.set(url, asks);
      const mayAgree = isNews || offer?.price !== asks.price;
      if (this.#isHidden) tries -= 1;
      if (!mayAgree || tries >= TRIES) throw new NotPaid('declined', `The server does not take the payment: ${asks.error ?? 'it does not say why'}.`, asks.price);
      offer = asks;
    }
  }

  async #send(url: string, init: RequestInit, offer: Offer | null, most?: bigint, name?: string): Promise<Heard> {
    if (!offer) return this.#heard(await fetch(url, { ...FETCH, ...init }), this.#charged, null);
    if (most !== undefined && offer.price > most) throw new NotPaid('limit', 'It costs more than this page was to pay for it.', offer.price);
    const { paper, charged } = await this.#pay(offer.price);
    try {
      const headers = new Headers(init.headers);
      headers.set('PAYMENT-SIGNATURE', writePayment(offer, paper));
      if (name && !isMetered(offer)) headers.set(NAME, name);
      const response = await persist(() => fetch(url, { ...FETCH, ...init, headers }), headers.has(NAME), init.signal);
      const receipt = readReceipt(response.headers);
      if (receipt) await this.#learn(receipt);
      return await this.#heard(response, charged, paper);
    } finally {
      // Not before it is known what was charged: until then it looks like credit to the next payment.
      if (paper.voucher.cumulative > 0n) this.#underWay -= 1;
    }
  }

  /** Reads what the answer to a voucher asks for. `before` is what had been charged, as far as was known, when it was asked. */
  async #heard(response: Response, before: bigint | null, paper: Paper | null): Promise<Heard> {
    if (response.status !== 402) {
      // The voucher was taken, or a server that fails has not said no.
      if (paper) this.#isHidden = null;
      return { response, asks: null, isNews: false };
    }
    const asks = readOffer(response.headers, this.#place, this.till.payee);
    const isLearnt = await this.#learn(asks.state);
    const isHidden = paper && (await this.#hides(asks.state, paper));
    // Another payment may have heard of it first.
    return { response, asks, isNews: isLearnt || isHidden === true || this.#charged !== before };
  }

  // ---- Vouchers ----

  /** Signs a voucher that is good for so much; credit counts first. Says by what it was reckoned. */
  #pay(price: bigint): Promise<{ paper: Paper; charged: bigint | null }> {
    return this.#store.alone(this.#key, async () => {
      const last = await this.#last();
      const id = this.#isHidden && (await this.till.id());
      if (id) return { paper: this.#forNothing(id), charged: this.#charged };
      const step = more(price, this.#spare(last));
      const paper = step === 0n && last ? last : await this.#sign(step);
      this.#underWay += 1;
      return { paper, charged: this.#charged };
    });
  }

  /** Promises nothing, and takes nothing from what is allowed: it shows whose channel it is. */
  #forNothing(id: ChannelId): Paper {
    const { vouchers, signer, channels } = this.till;
    return vouchers.paper(signer, channels.address, id, { cumulative: 0n, root: NO_ENTRIES });
  }

  /**
   * Returns whether a correction leaves open what was promised, and there is something to do about it. A payee that has
   * charged more than is known here hides the voucher for it, if that may be known to everybody. It shows it to who has
   * the channel's key: so the next voucher is for nothing, which nobody claims, and so nobody else can have. A payee
   * that shows nothing then is sent no other.
   */
  async #hides({ charged, voucher }: State, { voucher: { cumulative } }: Paper): Promise<boolean> {
    if (cumulative === 0n) {
      // Null, if another answer had what was hidden.
      this.#isHidden &&= false;
      return this.#isHidden === null;
    }
    const promised = (await this.till.last())?.voucher.cumulative ?? 0n;
    if (!voucher && charged !== null && charged > promised) this.#isHidden ??= true;
    return this.#isHidden === true;
  }

  async #sign(step: bigint): Promise<Paper> {
    await this.#take(step);
    try {
      return await this.till.pay(step);
    } catch (error) {
      await this.#take(-step);
      throw error;
    }
  }

  /** Brings what the next step costs, if that is needed. Says whether it was; null, if there is not to be more. */
  #feed(url: string, offer: Offer, signal: AbortSignal | null, onLimit?: () => Promise<boolean>): Promise<boolean | null> {
    return within(() => this.#bringNext(url, offer, signal), onLimit);
  }

  /** Nothing is signed unless the server has charged all that it was promised. */
  async #bringNext(url: string, offer: Offer, signal: AbortSignal | null): Promise<boolean> {
    const last = await this.#last();
    if (last) await this.#bring(url, offer, last);
    const paper = await this.#store.alone(this.#key, async () => {
      const now = await this.till.last();
      signal?.throwIfAborted();
      const step = more(offer.price, this.#credit(now));
      return step === 0n ? null : this.#sign(step);
    });
    if (paper) await this.#bring(url, offer, paper);
    return paper !== null;
  }

  /** A voucher alone costs nothing, and the answer says what was charged. */
  async #bring(url: string, offer: Offer, paper: Paper, method = 'HEAD'): Promise<void> {
    const before = this.#charged;
    const answer = await fetch(url, { ...FETCH, method, headers: { 'PAYMENT-SIGNATURE': writePayment(offer, paper) } });
    await answer.body?.cancel();
    const { asks, isNews } = await this.#heard(answer, before, paper);
    if (asks && !isNews) throw new NotPaid('declined', `The server does not take the payment: ${asks.error ?? 'it does not say why'}.`, asks.price);
    const receipt = readReceipt(answer.headers);
    if (receipt) await this.#learn(receipt);
    const id = this.#isHidden && (await this.till.id());
    // Headers cost nothing, so a voucher for nothing is good for them: it is corrected only where it has to pay.
    if (id) await this.#bring(url, offer, this.#forNothing(id), 'GET');
  }

  /** While payments are under way, credit is theirs. */
  #spare(last: Paper | null): bigint {
    return this.#underWay > 0 ? 0n : this.#credit(last);
  }

  #credit(last: Paper | null): bigint {
    const promised = last?.voucher.cumulative ?? 0n;
    return this.#charged === null || this.#charged > promised ? 0n : promised - this.#charged;
  }

  /** Learns what a payee says, as far as this channel's own signature shows it. Says whether anything was new. */
  async #learn({ charged, voucher }: State): Promise<boolean> {
    await this.#last();
    const before = this.#charged;
    const raised = voucher !== null && (await this.#adopt(voucher));
    if (raised) this.#isHidden = null;
    const promised = (await this.till.last())?.voucher.cumulative ?? 0n;
    // More than was signed cannot have been charged; and what was charged once stays so.
    if (charged !== null && charged <= promised && charged > (before ?? -1n)) await this.#note(charged);
    return raised || this.#charged !== before;
  }

  /** The best voucher. The first time, what was charged before this page was loaded is read. */
  async #last(): Promise<Paper | null> {
    const last = await this.till.last();
    if (last && this.#charged === null) {
      const kept = await this.#store.get(this.#chargedKey(last));
      if (kept !== undefined) this.#charged ??= BigInt(kept);
    }
    return last;
  }

  /** Writes down what was charged, so that the next page knows what is credit. If it is wrong, the server says so. */
  async #note(charged: bigint): Promise<void> {
    this.#charged = charged;
    const last = await this.till.last();
    if (last) await this.#store.update(this.#chargedKey(last), () => ({ keep: String(charged), give: undefined }));
  }

  #chargedKey({ voucher }: Paper): string {
    return `${this.#key.replace('allowed', 'charged')} ${voucher.channel.epoch}`;
  }

  async #adopt({ signature, ...said }: NonNullable<State['voucher']>): Promise<boolean> {
    const last = await this.till.last();
    if (last && said.cumulative <= last.voucher.cumulative) return false;
    const channel = await this.till.id();
    if (!channel) return false;
    try {
      const { before, now } = await this.till.adopt({ place: this.#place, voucher: { channel, ...said }, signature });
      return now > before;
    } catch (error) {
      // It is none of ours, whatever the server says.
      if (error instanceof VoucherError) return false;
      throw error;
    }
  }

  /** Takes from what is allowed, before it is promised. */
  #take(amount: bigint): Promise<void> {
    return this.#store.update(this.#key, (kept) => {
      const left = BigInt(kept ?? 0) - amount;
      if (left < 0n) throw new NotPaid('limit', 'This would be more than was allowed.', amount);
      return { keep: String(left), give: undefined };
    });
  }

  get #store() {
    return this.till.surroundings.outbox.store;
  }

  /** What the shelf calls what comes from an address. */
  #nameOf(url: string): string {
    return `${this.#key.replace('allowed', 'had')} ${url}`;
  }

  get #place(): Place {
    return { genesis: this.till.surroundings.chain.genesis, contract: this.till.channels.address };
  }

  get #key(): string {
    const { payer, payee, lane } = this.till;
    const { genesis, contract } = this.#place;
    return `allowed ${[genesis, accountHex(contract), accountHex(payer), accountHex(payee), lane].join(' ')}`;
  }
}

/** What is asked for: an address, or a range of it, which is another thing. */
const partOf = (url: string, { headers }: RequestInit): string => [url, new Headers(headers).get('Range')].filter(Boolean).join(' ');

/** Returns what an answer's edition is called, if parts of it can be asked for: not if they are of something packed. */
function editionOf({ headers }: Response): string | null {
  const tag = headers.get('ETag');
  const isPacked = headers.has('Content-Encoding');
  return tag?.startsWith('"') && !isPacked && !headers.get('Content-Type')?.startsWith('text/event-stream') ? tag : null;
}

/** What flows is paid for as it comes, and has no name. */
const isMetered = ({ unit }: Offer): boolean => unit === 'byte' || unit === 'second';

/** Sends a request again if its answer is lost, or while the server still answers the one before: that is safe under a name. */
async function persist(send: () => Promise<Response>, isNamed: boolean, signal?: AbortSignal | null): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const isLast = !isNamed || tries === AGAIN;
    try {
      const response = await send();
      if (isLast || response.status !== 409 || !response.headers.has('Retry-After')) return response;
      await response.body?.cancel();
    } catch (error) {
      if (isLast || signal?.aborted) throw error;
    }
    await pause(tries * 300);
    signal?.throwIfAborted();
  }
}

const more = (price: bigint, credit: bigint): bigint => (price > credit ? price - credit : 0n);

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

async function orQuiet<T>(coming: Promise<T>, millis: number): Promise<T | 'quiet'> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const quiet = new Promise<'quiet'>((resolve) => (timer = setTimeout(() => resolve('quiet'), millis)));
  try {
    return await Promise.race([coming, quiet]);
  } finally {
    clearTimeout(timer);
  }
}
