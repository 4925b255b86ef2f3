// What was sold on the chain, from where it lies. It is compared with what its creator promised before any of it is shown.

import { type Get, isPlaylist, NotPaid, type Piece, playlistAt } from '@farthing/http';
import { contentHash, type Hex } from '@farthing/vouchers';
import { Flowing, viewOf } from './media.js';

/** What is fetched at most, in bytes. */
const MOST = 128 * 1024 * 1024;

/** Something that was sold, and where it is. */
export interface Sold {
  uri: string;
  title: string;
  commitment: Hex;
}

/** What was at an address. */
export interface Got {
  bytes: Uint8Array;
  kind: string;
}

/** Fetches what was sold; null, if its server does not give it, or is none that this page may ask. */
export async function fetchSold({ uri }: Sold, get: Get): Promise<Got | null> {
  try {
    const answer = await get(uri, {});
    if (!answer.ok || Number(answer.headers.get('Content-Length') ?? 0) > MOST) return null;
    return { bytes: new Uint8Array(await answer.arrayBuffer()), kind: answer.headers.get('Content-Type') ?? '' };
  } catch (error) {
    // What the browser says of a server that it may not ask helps nobody.
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** Returns whether it is what its creator promised. */
export const isSold = ({ commitment }: Sold, { bytes }: Got): boolean => contentHash(bytes) === commitment;

/** Shows what was compared. Sound in pieces is played; the promise ends when all of it was fetched, or `place` shows something else. */
export async function showSold(place: HTMLElement, sold: Sold, got: Got, get: Get, save: string): Promise<void> {
  if (isPlaylist(sold.uri)) return play(place, sold, got, get, save);
  place.replaceChildren(viewOf(got.bytes, got.kind, sold.title, save));
}

/** Plays the pieces of a playlist as they come; those that the browser does not play so are one file to be kept. */
async function play(place: HTMLElement, { uri, title }: Sold, { bytes }: Got, get: Get, save: string): Promise<void> {
  // The list is the one that was compared. It is not asked for again, as nothing can come to it.
  const own: Get = async (url, init) => (url === uri ? new Response(bytes as BodyInit) : get(url, init));
  const { kind, head, pieces } = await playlistAt(uri, undefined, own);
  const flowing = new Flowing(kind, title, save);
  place.replaceChildren(flowing.node);
  let size = 0;
  for (const piece of head ? [head, ...pieces] : pieces) {
    if (!flowing.node.isConnected) return;
    const part = await pieceOf(piece, get);
    size += part.length;
    if (size > MOST) throw new NotPaid('answer', 'This is more than can be fetched here.');
    await flowing.add(part);
  }
  await flowing.end();
}

async function pieceOf({ url, range }: Piece, get: Get): Promise<Uint8Array> {
  const answer = await get(url, range ? { headers: { Range: range } } : {});
  if (!answer.ok) throw new NotPaid('answer', `The server answers ${answer.status}.`);
  return new Uint8Array(await answer.arrayBuffer());
}
