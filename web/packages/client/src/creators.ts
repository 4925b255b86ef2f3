// The registry: creators, their handles, their delegates, and where their money goes.

import { handleClaim, type Hex, toHex } from '@farthing/vouchers';
import * as registry from './generated/registry.js';
import { messages } from './generated/registry.js';
import { count, pages, Part, random, short } from './part.js';
import type { Plan } from './plan.js';

/** A creator and its number. */
export interface Creator extends registry.Creator {
  id: number;
}

/** A creator, or its number. */
export type CreatorLike = number | { id: number };

/** Returns a creator's number. */
export const idOf = (creator: CreatorLike): number => (typeof creator === 'number' ? creator : creator.id);

/** Returns how a sentence names a creator. */
export const nameOf = (creator: CreatorLike): string =>
  (typeof creator === 'object' && 'handle' in creator && typeof creator.handle === 'string' && creator.handle) || `creator ${idOf(creator)}`;

/** How many creators one answer has at most. */
const PAGE = 48;

/** What a change can be made to depend on, and whom it tells. */
export interface Change {
  /** The version that the caller saw: another is refused. */
  seen?: number | null;
  /** The storefronts that learn in the same message where money goes; the deployment's, if left out. */
  tell?: string[];
}

/** The registry of creators. */
export class Creators extends Part {
  /** The contracts that are told of a new split, unless the caller says otherwise. */
  listeners: string[] = [];

  // ---- Reading ----

  /** Returns what was fixed at deployment, and how many creators there ever were. */
  overview(): Promise<registry.Overview> {
    return this.read(messages.overview, {});
  }

  /** Returns how many creators there ever were. */
  count(): Promise<number> {
    return this.read(messages.creatorCount, {});
  }

  /** Returns a creator; null if there is none with this number. */
  async get(id: number): Promise<Creator | null> {
    const found = await this.read(messages.creator, { creator: id });
    return found && { ...found, id };
  }

  /** Returns the creator with this handle; null if there is none. */
  async byHandle(handle: string): Promise<Creator | null> {
    const found = await this.read(messages.creatorByHandle, { handle });
    return found && { ...found[1], id: found[0] };
  }

  /** Returns creators from a number on, 48 at most. */
  async page(first: number, size = PAGE): Promise<(Creator | null)[]> {
    const found = await this.read(messages.creators, { first, count: size });
    return found.map((creator, i) => creator && { ...creator, id: first + i });
  }

  /** Reads all creators there are. */
  async *all(): AsyncGenerator<Creator> {
    for await (const creator of pages(PAGE, (first) => this.page(first))) if (creator) yield creator;
  }

  /** Returns whether a handle can be had, and if not, why. */
  handleState(handle: string): Promise<registry.HandleState | null> {
    return this.read(messages.handleState, { handle });
  }

  /** Returns an account's claim that waits. */
  commitment(account: string): Promise<registry.Commitment | null> {
    return this.read(messages.commitment, { account });
  }

  /** Returns whether an account owns a creator. */
  owns(creator: CreatorLike, account: string): Promise<boolean> {
    return this.read(messages.owns, { creator: idOf(creator), account });
  }

  /** Returns whether an account may do this for a creator, as its owner or a delegate. */
  controls(creator: CreatorLike, account: string, permission: registry.Permission): Promise<boolean> {
    return this.read(messages.controls, { creator: idOf(creator), account, permission });
  }

  /** Returns all that a delegate may do. */
  permissions(creator: CreatorLike, delegate: string): Promise<registry.Permissions> {
    return this.read(messages.permissions, { creator: idOf(creator), delegate });
  }

  /** Returns all that each of these delegates may do. */
  permissionsOf(creator: CreatorLike, delegates: string[]): Promise<registry.Permissions[]> {
    return this.read(messages.permissionsOf, { creator: idOf(creator), delegates });
  }

  /** Returns where a creator's money goes; null if there is no such creator. */
  split(creator: CreatorLike): Promise<registry.PayoutSplit | null> {
    return this.read(messages.payoutSplit, { creator: idOf(creator) });
  }

  // ---- Handles ----

  /**
   * Announces a claim without telling the handle. Keep the salt: `register` and `claimHandle` need it, once the
   * registry's wait is over and for a day.
   */
  async announce(handle: string, salt: Uint8Array = random()): Promise<{ plan: Plan<null>; salt: Hex }> {
    const hash = handleClaim(handle, await this.self(), salt);
    const plan = await this.commit(hash, `Announce that you claim a handle, without telling which: "${handle}".`);
    return { plan, salt: toHex(salt) };
  }

  /** Announces a claim by its hash. */
  commit(hash: Hex, what = 'Announce that you claim a handle, without telling which.'): Promise<Plan<null>> {
    return this.plan(messages.commit, { hash }, what);
  }

  /** Takes an announcement back, a day after it was made. */
  cancelCommitment(): Promise<Plan<null>> {
    return this.plan(messages.cancelCommitment, {}, 'Take back the claim of a handle, and its deposit.');
  }

  /** Registers a new creator with the handle that was announced. */
  register(handle: string, salt: Hex, profile: registry.Profile): Promise<Plan<number>> {
    return this.plan(messages.register, { handle, salt, profile }, `Register as the creator "${handle}".`);
  }

  /** Gives a creator the handle that was announced. */
  claimHandle(creator: CreatorLike, handle: string, salt: Hex): Promise<Plan<null>> {
    return this.plan(messages.claimHandle, { creator: idOf(creator), handle, salt }, `Give ${nameOf(creator)} the handle "${handle}".`);
  }

  /** Gives up a creator's handle. */
  releaseHandle(creator: CreatorLike): Promise<Plan<null>> {
    return this.plan(messages.releaseHandle, { creator: idOf(creator) }, `Give up the handle of ${nameOf(creator)}.`);
  }

  /** Frees the record of a handle that was given up 30 days ago. */
  forgetHandle(creator: CreatorLike, handle: string): Promise<Plan<null>> {
    return this.plan(messages.forgetHandle, { creator: idOf(creator), handle }, `Free the record of the handle "${handle}".`);
  }

  // ---- Owners ----

  /** Replaces a creator's profile. */
  setProfile(creator: CreatorLike, profile: registry.Profile): Promise<Plan<null>> {
    return this.plan(messages.setProfile, { creator: idOf(creator), profile }, `Replace the profile of ${nameOf(creator)}.`);
  }

  /** Sets all that a delegate may do; nothing at all takes the delegate off. */
  setDelegate(creator: CreatorLike, delegate: string, permissions: registry.Permissions): Promise<Plan<null>> {
    const may = Object.entries(permissions).filter(([, given]) => given).map(([name]) => name);
    const what = may.length
      ? `Let ${short(delegate)} change the ${may.join(', ')} of ${nameOf(creator)}.`
      : `Let ${short(delegate)} change nothing of ${nameOf(creator)} any more.`;
    return this.plan(messages.setDelegate, { creator: idOf(creator), delegate, permissions }, what);
  }

  /** Offers a creator to another account, or takes the offer back. */
  offerOwnership(creator: CreatorLike, to: string | null): Promise<Plan<null>> {
    const what = to ? `Offer ${nameOf(creator)}, with all of its money, to ${short(to)}.` : `Take back the offer of ${nameOf(creator)}.`;
    return this.plan(messages.offerOwnership, { creator: idOf(creator), to }, what);
  }

  /** Becomes the owner of a creator that was offered. */
  acceptOwnership(creator: CreatorLike, { seen = null, tell = this.listeners }: Change = {}): Promise<Plan<null>> {
    return this.plan(messages.acceptOwnership, { creator: idOf(creator), seen, tell }, `Become the owner of ${nameOf(creator)}.`);
  }

  /** Deletes a creator for good. */
  delete(creator: CreatorLike, { seen = null }: Change = {}): Promise<Plan<null>> {
    return this.plan(messages.delete, { creator: idOf(creator), seen }, `Delete ${nameOf(creator)} for good.`);
  }

  /** Says where a creator's money goes, in parts per million. */
  setPayout(creator: CreatorLike, recipients: registry.Recipient[], { seen = null, tell = this.listeners }: Change = {}): Promise<Plan<null>> {
    const what = `Divide the money of ${nameOf(creator)} among ${count(recipients.length, 'account')}.`;
    return this.plan(messages.setPayout, { creator: idOf(creator), recipients, seen, tell }, what);
  }

  /** Has all of a creator's money go to its owner. */
  unsetPayout(creator: CreatorLike, { seen = null, tell = this.listeners }: Change = {}): Promise<Plan<null>> {
    return this.plan(messages.unsetPayout, { creator: idOf(creator), seen, tell }, `Have all money of ${nameOf(creator)} go to its owner.`);
  }
}
