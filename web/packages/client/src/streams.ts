// Streams: use that is billed by time.

import * as generated from './generated/streams.js';
import { messages } from './generated/streams.js';
import { count, pages, Part, short } from './part.js';
import type { Plan } from './plan.js';

/** A stream and its number, with what is whose at this moment. */
export interface Stream extends generated.StreamNow {
  id: bigint;
}

/** How many streams one answer has at most. */
const PAGE = 64;

/** All streams of a deployment. */
export class Streams extends Part {
  // ---- Reading ----

  /** Returns what was fixed at deployment, and what changes. */
  overview(): Promise<generated.Overview> {
    return this.read(messages.overview, {});
  }

  /** Returns what is owed in all, and what there is to pay it from. */
  solvency(): Promise<[bigint, bigint]> {
    return this.read(messages.solvency, {});
  }

  /** Returns what is owed to so many streams from a number on. */
  owedToStreams(first: bigint, size: bigint): Promise<bigint> {
    return this.read(messages.owedToStreams, { first, count: size });
  }

  /** Returns a stream; null if there is none. */
  get(id: bigint): Promise<generated.Stream | null> {
    return this.read(messages.stream, { stream: id });
  }

  /** Returns what is whose of a stream at this moment. */
  due(id: bigint): Promise<generated.Due | null> {
    return this.read(messages.due, { stream: id });
  }

  /** Returns streams from a number on, 64 at most. */
  async page(first: bigint, size = PAGE): Promise<(Stream | null)[]> {
    const found = await this.read(messages.streams, { first, count: BigInt(size) });
    return found.map((one, i) => one && { ...one, id: first + BigInt(i) });
  }

  /** Reads all streams there are. */
  async *all(): AsyncGenerator<Stream> {
    for await (const stream of pages(PAGE, (first) => this.page(BigInt(first)))) if (stream) yield stream;
  }

  /** Returns these streams, 64 at most. */
  async listed(ids: bigint[]): Promise<(Stream | null)[]> {
    const found = await this.read(messages.streamsListed, { which: ids });
    return found.map((one, i) => one && { ...one, id: ids[i] as bigint });
  }

  // ---- For payers ----

  /** Opens a stream to an account, at a rate in billionths of the smallest unit a millisecond, as the contract has it. */
  open(payee: string, rate: bigint, deposit: bigint): Promise<Plan<bigint>> {
    return this.plan(messages.open, { payee, rate }, `Open a stream to ${short(payee)} with ${this.format(deposit)}.`, deposit);
  }

  /** Adds money to a stream. */
  topUp(stream: bigint, amount: bigint): Promise<Plan<null>> {
    return this.plan(messages.topUp, { stream }, `Add ${this.format(amount)} to stream ${stream}.`, amount);
  }

  /** Changes a stream's rate from now on. */
  setRate(stream: bigint, rate: bigint): Promise<Plan<null>> {
    return this.plan(messages.setRate, { stream, rate }, `Change the rate of stream ${stream}.`);
  }

  /** Pauses a stream. */
  pauseStream(stream: bigint): Promise<Plan<null>> {
    return this.plan(messages.pauseStream, { stream }, `Pause stream ${stream}.`);
  }

  /** Has a stream run again. */
  resumeStream(stream: bigint): Promise<Plan<null>> {
    return this.plan(messages.resumeStream, { stream }, `Have stream ${stream} run again.`);
  }

  /** Frees the records of streams that were stopped, and sends what is left. */
  clear(streams: bigint[]): Promise<Plan<null>> {
    return this.plan(messages.clear, { streams }, `Free the records of ${count(streams.length, 'stream')}.`);
  }

  // ---- For payees, and for either side ----

  /** Sends a stream's payee what is theirs. */
  claim(stream: bigint): Promise<Plan<null>> {
    return this.plan(messages.claim, { stream }, `Claim what stream ${stream} has paid so far.`);
  }

  /** Claims several streams at once. */
  claimMany(streams: bigint[]): Promise<Plan<null>> {
    return this.plan(messages.claimMany, { streams }, `Claim what ${count(streams.length, 'stream')} have paid so far.`);
  }

  /** Stops a stream, and sends both what is theirs. */
  stop(stream: bigint): Promise<Plan<null>> {
    return this.plan(messages.stop, { stream }, `Stop stream ${stream}, and send both sides what is theirs.`);
  }

  /** Stops several streams at once. */
  stopMany(streams: bigint[]): Promise<Plan<null>> {
    return this.plan(messages.stopMany, { streams }, `Stop ${count(streams.length, 'stream')}.`);
  }

  // ---- For the guardian ----

  /** Stops openings for so many milliseconds. */
  pause(duration: bigint): Promise<Plan<null>> {
    return this.plan(messages.pause, { duration }, `Stop openings of streams for ${duration / 1000n} seconds.`);
  }

  /** Ends a pause early. */
  resume(): Promise<Plan<null>> {
    return this.plan(messages.resume, {}, 'Allow openings of streams again.');
  }
}
