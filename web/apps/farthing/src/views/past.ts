// What was, as an index tells it: without one, the page says so where somebody would look for it.

import { type Creator, type Farthing } from '@farthing/client';
import type { App } from '../app.js';

/** Returns a way to search, if there is an index. */
export const searchForm = (_farthing: Farthing): Node[] => [];

/** Returns what an account has paid for, if there is an index. */
export const paidBy = async (_app: App, _farthing: Farthing, _account: string, _creators: Creator[]): Promise<Node[]> => [];

/** Returns in which blocks an account bought of a creator or had its money back, if there is an index. */
export const blocksOf = async (_farthing: Farthing, _creator: Creator, _owner: string): Promise<number[] | null> => null;

/** Returns what a creator earned, if there is an index. */
export const earningsOf = async (_app: App, _farthing: Farthing, _creator: Creator): Promise<Node[]> => [];

/** Returns who gave to a pool, if there is an index. */
export const donorsOf = async (_app: App, _farthing: Farthing, _pool: string): Promise<Node[]> => [];

/** Returns what left a pool, if there is an index. */
export const releasesOf = async (_app: App, _farthing: Farthing, _pool: string): Promise<Node[]> => [];

/** Returns what happened in a round, if there is an index. */
export const movesOf = async (_app: App, _farthing: Farthing, _round: string): Promise<Node[]> => [];

/** Returns the rounds that the deployment names, and all others if there is an index. */
export const roundsOf = async (farthing: Farthing): Promise<{ name: string; title: string }[]> =>
  Object.keys(farthing.rounds.named).map((name) => ({ name, title: name }));
