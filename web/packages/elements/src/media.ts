// What was paid for, to see, hear or keep. Nothing of it can become a part of the page: it is shown as text, or by an
// address of its own, for which a strict policy must allow `img-src blob:` and `media-src blob:`.

import { h } from './dom.js';

const isPicture = (kind: string): boolean => /^image\/(png|jpeg|gif|webp|avif)/.test(kind);

/** Returns something to see, hear or keep. */
export function viewOf(bytes: Uint8Array, kind: string, title: string, save: string): Node {
  const isShown = kind.startsWith('audio/') || kind.startsWith('video/') || isPicture(kind);
  const url = URL.createObjectURL(new Blob([bytes as BlobPart], { type: isShown ? kind : 'application/octet-stream' }));
  const seen = (): Node | null => {
    if (kind.startsWith('audio/')) return h('audio', { controls: true, src: url, 'aria-label': title });
    if (kind.startsWith('video/')) return h('video', { controls: true, src: url, 'aria-label': title });
    if (isPicture(kind)) return h('img', { src: url, alt: title });
    if (kind.startsWith('text/plain')) return h('pre', { tabindex: 0 }, new TextDecoder().decode(bytes));
    return null;
  };
  return h('span', {}, ...[seen(), h('a', { href: url, download: title }, save)].filter((one) => one !== null));
}

/** Shows what flows, as it comes: words as they are read, sound as it is heard; all else once it is whole. */
export class Flowing {
  readonly node: HTMLElement;
  readonly #kind: string;
  readonly #text = new TextDecoder();
  readonly #parts: Uint8Array[] = [];
  readonly #sound: Sound | null;

  constructor(kind: string, readonly title: string, readonly save: string) {
    this.#kind = kind;
    this.#sound = Sound.of(kind, title);
    this.node = this.#sound?.node ?? h(kind.startsWith('text/') ? 'pre' : 'div', { tabindex: 0 });
  }

  async add(part: Uint8Array): Promise<void> {
    if (this.#sound) return this.#sound.add(part);
    if (this.#kind.startsWith('text/')) this.node.append(this.#text.decode(part, { stream: true }));
    else this.#parts.push(part);
  }

  /** It is through, or was stopped. */
  async end(): Promise<void> {
    if (this.#sound) return this.#sound.end();
    if (this.#parts.length === 0) return;
    const bytes = new Uint8Array(await new Blob(this.#parts as BlobPart[]).arrayBuffer());
    this.node.replaceChildren(viewOf(bytes, this.#kind, this.title, this.save));
  }
}

/** Returns whether the browser plays such sound piece by piece. */
export const isHeard = (kind: string): boolean => kind.startsWith('audio/') && typeof MediaSource !== 'undefined' && MediaSource.isTypeSupported(kind);

/** So much may be there that was not heard yet, in seconds: then no more is read, and so no more is paid for. */
const AHEAD = 10;

/** Sound that is heard as it comes. */
class Sound {
  readonly node: HTMLAudioElement;
  readonly #source = new MediaSource();
  readonly #buffer: Promise<SourceBuffer>;

  private constructor(kind: string, title: string) {
    this.node = h('audio', { controls: true, autoplay: true, 'aria-label': title });
    this.#buffer = new Promise((resolve) => {
      this.#source.addEventListener('sourceopen', () => resolve(this.#source.addSourceBuffer(kind)), { once: true });
    });
    this.node.src = URL.createObjectURL(this.#source);
  }

  /** Null, if the browser must have all of such a sound before it plays. */
  static of(kind: string, title: string): Sound | null {
    return isHeard(kind) ? new Sound(kind, title) : null;
  }

  async add(part: Uint8Array): Promise<void> {
    const buffer = await this.#buffer;
    const done = new Promise<void>((resolve, reject) => {
      buffer.addEventListener('updateend', () => resolve(), { once: true });
      buffer.addEventListener('error', () => reject(new Error('The browser cannot play this.')), { once: true });
    });
    buffer.appendBuffer(part as BufferSource);
    await done;
    while (this.node.isConnected && !this.node.ended && this.#ahead(buffer) > AHEAD) await heard(this.node);
  }

  async end(): Promise<void> {
    if (this.#source.readyState === 'open') this.#source.endOfStream();
  }

  #ahead({ buffered }: SourceBuffer): number {
    return buffered.length === 0 ? 0 : buffered.end(buffered.length - 1) - this.node.currentTime;
  }
}

const heard = (node: HTMLAudioElement): Promise<void> =>
  new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(timer);
      node.removeEventListener('timeupdate', go);
      resolve();
    };
    const timer = setTimeout(go, 500);
    node.addEventListener('timeupdate', go);
  });
