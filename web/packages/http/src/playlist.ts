// Playlists of HLS, as far as sound needs them: which pieces there are, in which order, and what plays them. Whoever
// wrote one is a stranger: what it names is fetched and paid for at its own server only, for one payee and up to a limit.

import { NotPaid } from './error.js';
import { FETCH } from './protocol.js';

/** A piece of sound. */
export interface Piece {
  url: string;
  /** Which bytes of it, as a `Range` says it; null for all. */
  range: string | null;
}

/** How what a playlist names is fetched; `fetch` serves where nothing has to be shown for it. */
export type Get = (url: string, init: RequestInit) => Promise<Response>;

const plainly: Get = (url, init) => fetch(url, { ...FETCH, ...init });

/** What a playlist says. */
export interface Playlist {
  /** What plays its pieces, as `MediaSource` names it. */
  kind: string;
  /** What must come before all pieces, such as the head of an MP4; null if nothing. */
  head: Piece | null;
  pieces: Piece[];
  /** Which number the first piece has: a broadcast drops the oldest. */
  first: number;
  /** Whether there will be no more. */
  isWhole: boolean;
  /** After how long to look for more, in milliseconds. */
  patience: number;
}

const KINDS: Record<string, string> = { mp3: 'audio/mpeg', aac: 'audio/aac', m4s: 'audio/mp4', m4a: 'audio/mp4', mp4: 'audio/mp4', webm: 'audio/webm; codecs="opus"' };
const CHOICE = '#EXT-X-STREAM-INF:';
/** How many pieces one playlist may name. */
const MOST = 100_000;

/** Returns whether an address is that of a playlist. */
export const isPlaylist = (url: string): boolean => /\.m3u8$/i.test(new URL(url).pathname);

/** Fetches a playlist; of several that are offered, the first. */
export async function playlistAt(url: string, signal?: AbortSignal, get = plainly): Promise<Playlist> {
  const lines = await linesAt(url, signal, get);
  const choice = lines.findIndex((line) => line.startsWith(CHOICE));
  if (choice < 0) return read(lines, url, '');
  const next = lines.slice(choice).find((line) => !line.startsWith('#')) ?? '';
  const chosen = new URL(next, url).href;
  return read(await linesAt(chosen, signal, get), chosen, /CODECS="([^",]*)/.exec(lines[choice] ?? '')?.[1] ?? '');
}

async function linesAt(url: string, signal: AbortSignal | undefined, get: Get): Promise<string[]> {
  const answer = await get(url, signal ? { signal } : {});
  if (!answer.ok) throw new NotPaid('answer', `The server answers ${answer.status}.`);
  const lines = (await answer.text()).split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  if (lines[0] !== '#EXTM3U') throw new NotPaid('malformed', 'This is no playlist.');
  return lines;
}

/** Returns a playlist's pieces, its head first, for as long as there are more. */
export async function* piecesOf(url: string, signal: AbortSignal): AsyncGenerator<Piece, void> {
  for (let next = -1; ; ) {
    const { head, pieces, first, isWhole, patience } = await playlistAt(url, signal);
    if (next < 0) {
      if (head) yield head;
      next = first;
    }
    yield* pieces.slice(Math.max(next - first, 0));
    next = Math.max(next, first + pieces.length);
    if (isWhole) return;
    await new Promise((resolve) => setTimeout(resolve, patience));
    signal.throwIfAborted();
  }
}

function read(lines: string[], base: string, codecs: string): Playlist {
  const value = (name: string): string | undefined => lines.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1);
  const pieces: Piece[] = [];
  let range: string | null = null;
  let after = 0;
  for (const line of lines) {
    if (line.startsWith('#EXT-X-BYTERANGE:')) [range, after] = rangeOf(line.slice(17), after);
    if (line.startsWith('#')) continue;
    pieces.push({ url: placeOf(line, base), range });
    range = null;
  }
  const key = value('#EXT-X-KEY');
  const isLocked = key !== undefined && !key.includes('METHOD=NONE');
  // A playlist of playlists of playlists is none.
  const isChoice = lines.some((line) => line.startsWith(CHOICE));
  if (isLocked || isChoice || pieces.length === 0 || pieces.length > MOST) throw new NotPaid('malformed', 'This is no playlist that can be played here.');
  const ending = /\.(\w+)$/.exec(new URL(pieces[0]?.url ?? base).pathname)?.[1]?.toLowerCase() ?? '';
  const kind = KINDS[ending] ?? '';
  return {
    kind: kind === 'audio/mp4' ? `${kind}; codecs="${codecs || 'mp4a.40.2'}"` : kind,
    head: headOf(value('#EXT-X-MAP'), base),
    pieces,
    first: Number(value('#EXT-X-MEDIA-SEQUENCE') ?? 0),
    isWhole: lines.includes('#EXT-X-ENDLIST'),
    patience: Math.min(Math.max(Number(value('#EXT-X-TARGETDURATION') ?? 5), 1), 60) * 1000,
  };
}

function headOf(text: string | undefined, base: string): Piece | null {
  const uri = /URI="([^"]*)"/.exec(text ?? '')?.[1];
  if (uri === undefined) return null;
  const range = /BYTERANGE="([^"]*)"/.exec(text ?? '')?.[1];
  return { url: placeOf(uri, base), range: range ? rangeOf(range, 0)[0] : null };
}

/** Returns where a piece is. What pays for pieces is shown to the server of the playlist, and to no other. */
function placeOf(text: string, base: string): string {
  const { href, origin } = new URL(text, base);
  if (origin !== new URL(base).origin) throw new NotPaid('malformed', 'This playlist names pieces of another server.');
  return href;
}

/** Reads `length@offset`; without an offset it goes on after the one before. Returns where the next one begins, too. */
function rangeOf(text: string, after: number): [range: string, next: number] {
  const [length = NaN, offset = after] = text.split('@').map(Number);
  if (!(length > 0) || !(offset >= 0)) throw new NotPaid('malformed', 'This is no playlist.');
  return [`bytes=${offset}-${offset + length - 1}`, offset + length];
}
