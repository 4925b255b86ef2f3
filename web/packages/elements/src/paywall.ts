// <farthing-paywall src="https://ada.example/chapter-2.txt" creator="ada-paints" reserve="0.5" limit="0.05">
//
// Sells what is behind a gateway. Money is set aside once, with the wallet; then it pays by itself as one reads or
// listens, up to a limit, and shows what is left and the way out.

import { type abi, DELAY, type Farthing, type Till } from '@farthing/client';
import { IndexedDbShelf, isPlaylist, isUsedUp, NotPaid, type Offer, type Piece, piecesOf, playlistAt, priceOf, Purse, within } from '@farthing/http';
import { accountHex, contentHash } from '@farthing/vouchers';
import { h } from './dom.js';
import { FarthingElement } from './element.js';
import { Flowing, isHeard, viewOf } from './media.js';
import { isChosen } from './page.js';

const purses = new Map<string, Promise<Purse>>();

/** What flowed and was paid for: the next page goes on after it. */
let shelf: IndexedDbShelf | null = null;

/** Returns what pays a payee on this page: all elements share it, as what was charged is known to it. */
async function purseOf(farthing: Farthing, payee: string): Promise<Purse> {
  const { address } = await farthing.account();
  const key = [farthing.chain.genesis, accountHex(address), accountHex(payee)].join(' ');
  const found = purses.get(key) ?? farthing.till(payee).then((till) => new Purse(till, (shelf ??= new IndexedDbShelf())));
  purses.set(key, found);
  found.catch(() => purses.delete(key));
  return found;
}

/** Told to the page when something was paid by voucher. */
const PAID = 'farthing-voucher';

/** For so many pieces is set aside what the page does not say. */
const PIECES = 200n;

/** Told among the tags when more may be paid than before. */
const ALLOWED = 'farthing-allowed';

const tell = (): boolean => document.dispatchEvent(new CustomEvent(PAID));

/** What is being fetched, and its end before it is through. */
class Running {
  readonly #abort = new AbortController();
  readonly ended = new Promise<null>((resolve) => this.signal.addEventListener('abort', () => resolve(null)));

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  end(): void {
    this.#abort.abort();
  }
}

/** Fetches a piece of sound, and pays for it, unless it was had before; null if there is not to be more. */
function pieceOf(purse: Purse, { url, range }: Piece, signal: AbortSignal, onLimit: () => Promise<boolean>): Promise<Uint8Array | null> {
  const asked = { signal, ...(range ? { headers: { Range: range } } : {}) };
  return within(async () => {
    signal.throwIfAborted();
    const answer = (await purse.again(url, asked)) ?? (await purse.fetch(url, asked));
    if (!answer.ok) throw new NotPaid('answer', `The server answers ${answer.status}.`);
    return new Uint8Array(await answer.arrayBuffer());
  }, onLimit);
}

/** Sells what a gateway asks vouchers for. */
export class FarthingPaywall extends FarthingElement {
  readonly #facts = h('div', { part: 'facts' });
  #factsTurn = 0;
  #shown: Node | null = null;
  #running: Running | null = null;
  #had: { src: string; shown: Promise<void> } | null = null;
  #visible: IntersectionObserver | null = null;
  readonly #told = (): void => void this.#showFacts().catch(() => {});

  readonly #allowed = (): void => {
    if (!this.#shown && !this.#running) void this.refresh();
  };

  override connectedCallback(): void {
    document.addEventListener(PAID, this.#told);
    document.addEventListener(ALLOWED, this.#allowed);
    super.connectedCallback();
  }

  disconnectedCallback(): void {
    document.removeEventListener(PAID, this.#told);
    document.removeEventListener(ALLOWED, this.#allowed);
    this.#visible?.disconnect();
    this.#running?.end();
  }

  override attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (name === 'src' && before !== now) {
      this.#running?.end();
      this.#shown = null;
    }
    super.attributeChangedCallback();
  }

  protected async content(farthing: Farthing): Promise<Node[]> {
    const { words } = this;
    const payee = await this.#payee(farthing);
    if (payee === null) return [h('p', {}, words.notFound)];
    const title = h('h2', {}, this.#title);
    if (this.#shown) return [title, this.#shown, this.#facts];
    const offer = await this.#offer(farthing, payee);
    if (!offer) return [title, h('p', {}, words.free), this.button(words.start, () => this.#read(farthing, payee), true)];
    const costs = h('p', { class: 'quiet' }, words.costs(farthing.format(offer.price), offer.unit));
    if (!isChosen()) return [title, costs, ...this.#opening(farthing, payee, offer)];
    const { till } = await purseOf(farthing, payee);
    const had = await this.#hadBefore(farthing, payee, offer);
    const found = await till.channels.get(till.payer, till.payee, till.lane);
    const begun = had ?? (await this.#begunBefore(farthing, payee));
    if (found?.end) return [title, ...(begun ?? [costs]), ...this.#ending(till, found)];
    if (had) return [title, ...had, this.#facts];
    if (!(await till.isOpen())) return [title, costs, ...(begun ?? []), ...this.#opening(farthing, payee, offer)];
    return [title, costs, ...(begun ?? (await this.#open(farthing, payee, offer))), this.#facts];
  }

  // ---- What is offered ----

  /** What it costs: of a playlist, what its first piece does. Null, if it is free. */
  async #offer(farthing: Farthing, payee: string): Promise<Offer | null> {
    const place = { genesis: farthing.chain.genesis, contract: farthing.channels.address };
    const price = (url: string): Promise<Offer | null> => priceOf(url, place, payee);
    const offer = await price(this.#src);
    if (offer || !isPlaylist(this.#src)) return offer;
    const { kind, pieces } = await playlistAt(this.#src);
    if (!isHeard(kind)) throw new NotPaid('answer', this.words.notPlayed);
    return price(pieces[0]?.url ?? this.#src);
  }

  /** What was paid for on an earlier page, as long as the gateway has it, which is asked once; null otherwise. */
  async #hadBefore(farthing: Farthing, payee: string, offer: Offer): Promise<Node[] | null> {
    const src = this.#src;
    if (this.#had?.src !== src) this.#had = { src, shown: this.#showAgain(farthing, payee, offer) };
    await this.#had.shown;
    return this.#shown && src === this.#src ? [this.#shown] : null;
  }

  async #showAgain(farthing: Farthing, payee: string, offer: Offer): Promise<void> {
    const purse = await purseOf(farthing, payee);
    // A server that does not answer this time says so when it is asked for the price.
    const answer = await purse.again(this.#src).catch(() => null);
    if (!answer) return;
    const view = await this.#view(answer);
    const anew = this.button(this.words.anew(farthing.format(offer.price)), () => this.#again(farthing, payee));
    this.#shown = h('div', {}, view, h('p', { class: 'quiet' }, this.words.hadBefore), this.row(anew));
    await this.#showFacts();
  }

  /** What flowed on an earlier page is heard again without paying, whatever is left, and goes on after that. */
  async #begunBefore(farthing: Farthing, payee: string): Promise<Node[] | null> {
    const had = await (await purseOf(farthing, payee)).had(this.#src);
    const start = this.button(this.words.start, () => this.#read(farthing, payee), true);
    return had && [h('p', { class: 'quiet' }, had.isWhole ? this.words.hadBefore : this.words.hadBegun), this.row(start)];
  }

  #opening(farthing: Farthing, payee: string, offer: Offer): Node[] {
    const { words } = this;
    const { reserve, limit } = this.#sums(farthing, offer);
    const delay = offer.minDelay > DELAY.usual ? offer.minDelay : DELAY.usual;
    const open = (): Promise<void> =>
      this.pay(
        async (own) => {
          const { till } = await purseOf(own, payee);
          return (await till.plan({ reserve, delay })).plan;
        },
        async () => {
          const purse = await purseOf(farthing, payee);
          this.say(words.waiting);
          await purse.ready();
          await this.#allow(purse, limit);
        },
      );
    const button = this.button(words.setAside(farthing.format(reserve)), open, true);
    return [this.row(button), h('p', { class: 'quiet' }, words.setAsideNote(farthing.format(limit)))];
  }

  async #open(farthing: Farthing, payee: string, offer: Offer): Promise<Node[]> {
    const { words } = this;
    const purse = await purseOf(farthing, payee);
    const { credit } = await purse.sums();
    const needed = offer.price > credit ? offer.price - credit : 0n;
    await this.#showFacts();
    if ((await purse.till.left()) < needed) return [h('p', {}, words.exhausted), this.row(this.#moreButton(farthing, purse, offer))];
    if ((await purse.allowed()) < needed) return [this.row(this.#allowButton(farthing, purse, offer, () => this.#read(farthing, payee)))];
    if (offer.unit !== 'request') return [this.row(this.button(words.start, () => this.#read(farthing, payee), true))];
    // It is paid for once somebody can see where it will be.
    this.#whenVisible(() => this.#read(farthing, payee));
    return [];
  }

  #allowButton(farthing: Farthing, purse: Purse, offer: Offer, then: () => Promise<void>): Node {
    const { limit } = this.#sums(farthing, offer);
    const allow = async (): Promise<void> => {
      await this.#allow(purse, limit);
      await then();
    };
    return this.button(this.words.allow(farthing.format(limit)), allow, true);
  }

  /** Other tags of the page may go on, too. */
  async #allow(purse: Purse, limit: bigint): Promise<void> {
    await purse.allow(limit);
    document.dispatchEvent(new CustomEvent(ALLOWED));
  }

  #moreButton(farthing: Farthing, purse: Purse, offer: Offer, then: () => void = () => {}): Node {
    const { reserve, limit } = this.#sums(farthing, offer);
    const more = async (): Promise<void> => {
      const before = (await purse.till.state())?.reserve ?? 0n;
      await this.pay(() => purse.till.topUp(reserve), async () => {
        this.say(this.words.waiting);
        await purse.ready(before + reserve);
        await this.#allow(purse, limit);
        then();
      });
    };
    return this.button(this.words.moreAside(farthing.format(reserve)), more, true);
  }

  #ending(till: Till, { end }: abi.channels.Channel): Node[] {
    const { words } = this;
    const until = new Date(Number(end?.time ?? 0n)).toLocaleString(this.lang || undefined);
    return [h('p', {}, words.ending(until)), this.row(this.button(words.takeNow, () => this.pay(() => till.clear())))];
  }

  // ---- Reading and listening ----

  /** Pays for it, and shows it. */
  async #read(farthing: Farthing, payee: string): Promise<void> {
    // What is shown is paid for: whatever looked at the tag meanwhile must not pay for it again.
    if (this.#running || this.#shown) return;
    const running = new Running();
    this.#running = running;
    try {
      this.say(this.words.loading);
      const purse = isChosen() ? await purseOf(farthing, payee) : null;
      const offer = purse && (await this.#offer(farthing, payee));
      if (purse && offer && offer.unit !== 'request') await this.#listen(farthing, purse, offer, running, () => this.#again(farthing, payee));
      else await this.#fetch(purse);
      this.say('');
    } catch (error) {
      this.#running = null;
      // What was allowed or set aside is used up: then there is something to choose, and nothing went wrong.
      this.#shown = null;
      if (isUsedUp(error)) await this.refresh();
      else this.fail(error, () => this.#read(farthing, payee));
    } finally {
      this.#running = null;
      tell();
    }
  }

  /** Pays for it from its beginning, since somebody wants to hear it again. */
  #again(farthing: Farthing, payee: string): Promise<void> {
    this.#shown = null;
    return this.#read(farthing, payee);
  }

  async #fetch(purse: Purse | null): Promise<void> {
    const answer = purse ? await purse.fetch(this.#src) : await fetch(this.#src);
    if (!answer.ok) throw new NotPaid('answer', `The server answers ${answer.status}.`);
    this.#shown = await this.#view(answer);
    await this.refresh();
  }

  async #view(answer: Response): Promise<Node> {
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const kind = answer.headers.get('Content-Type') ?? '';
    return this.#isRight(bytes) ? viewOf(bytes, kind, this.#title, this.words.save) : h('p', { class: 'wrong' }, this.words.notSold);
  }

  async #listen(farthing: Farthing, purse: Purse, offer: Offer, running: Running, again: () => Promise<void>): Promise<void> {
    const more = h('div', {});
    const isOwnSite = new URL(this.#src).origin === location.origin;
    if (isOwnSite && offer.kind.startsWith('audio/') && !isHeard(offer.kind)) return this.#byCookie(farthing, purse, offer, running, more, again);
    const onLimit = (): Promise<boolean> => this.#askMore(farthing, purse, offer, running, more);
    const { type, parts } = isPlaylist(this.#src) ? await this.#pieces(purse, running, onLimit) : await purse.stream(this.#src, { signal: running.signal, onLimit });
    const flowing = new Flowing(type, this.#title, this.words.save);
    const stop = this.button(this.words.stop, async () => running.end());
    this.#shown = h('div', {}, flowing.node, more, this.row(stop));
    await this.refresh();
    this.say('');
    const telling = setInterval(tell, 1_000);
    try {
      for (;;) {
        const coming = parts.next();
        // When it is ended, what was coming fails.
        coming.catch(() => {});
        const next = await Promise.race([running.ended, coming]).catch((error: unknown) => {
          if (running.signal.aborted) return null;
          throw error;
        });
        if (!next || next.done) break;
        await Promise.race([flowing.add(next.value), running.ended]);
      }
    } finally {
      clearInterval(telling);
      stop.replaceWith(this.button(this.words.start, again));
      // What is under way need not be waited for.
      void parts.return(false).catch(() => {});
      await flowing.end();
    }
  }

  /** Sound that only a tag can play as it comes. It has the gateway's cookie, as the page is of the gateway's own site. */
  async #byCookie(farthing: Farthing, purse: Purse, offer: Offer, running: Running, more: HTMLElement, again: () => Promise<void>): Promise<void> {
    const audio = h('audio', { controls: true, autoplay: true, 'aria-label': this.#title, ended: () => running.end() });
    const stop = this.button(this.words.stop, async () => running.end());
    const failed = new Promise<never>((_, reject) => audio.addEventListener('error', () => reject(new NotPaid('answer', this.words.notPlayed))));
    const feeding = async (): Promise<void> => {
      const onLimit = (): Promise<boolean> => this.#askMore(farthing, purse, offer, running, more);
      for await (const _ of purse.feed(this.#src, { signal: running.signal, onLimit })) {
        // The cookie came with the first answer.
        if (!audio.src) audio.src = this.#src;
        tell();
      }
    };
    this.#shown = h('div', {}, audio, more, this.row(stop));
    await this.refresh();
    this.say('');
    try {
      await Promise.race([feeding(), running.ended, failed]);
    } catch (error) {
      if (!running.signal.aborted) throw error;
    } finally {
      running.end();
      stop.replaceWith(this.button(this.words.start, again));
      if (!audio.ended) audio.removeAttribute('src');
      audio.load();
    }
  }

  /** Sound in pieces, each of which is paid for when it is about to be heard. */
  async #pieces(purse: Purse, { signal }: Running, onLimit: () => Promise<boolean>): Promise<{ type: string; parts: AsyncGenerator<Uint8Array, unknown> }> {
    const src = this.#src;
    const { kind } = await playlistAt(src, signal);
    async function* parts(): AsyncGenerator<Uint8Array, unknown> {
      for await (const piece of piecesOf(src, signal)) {
        const bytes = await pieceOf(purse, piece, signal, onLimit);
        if (!bytes) return;
        yield bytes;
      }
    }
    return { type: kind, parts: parts() };
  }

  /** Asks whether a stream may cost more, or more is to be set aside for it; it is held meanwhile. */
  async #askMore(farthing: Farthing, purse: Purse, offer: Offer, running: Running, at: HTMLElement): Promise<boolean> {
    const isEmpty = (await purse.till.left()) < offer.price;
    const answer = new Promise<boolean>((resolve) => {
      const button = isEmpty ? this.#moreButton(farthing, purse, offer, () => resolve(true)) : this.#allowButton(farthing, purse, offer, async () => resolve(true));
      at.replaceChildren(...(isEmpty ? [h('p', { role: 'status' }, this.words.exhausted)] : []), this.row(button));
      void running.ended.then(() => resolve(false));
    });
    return answer.finally(() => at.replaceChildren());
  }

  /** Whether it is what the page's author promised, if they did. */
  #isRight(bytes: Uint8Array): boolean {
    const commitment = this.getAttribute('commitment');
    return !commitment || contentHash(bytes) === commitment.toLowerCase();
  }

  #whenVisible(act: () => Promise<void>): void {
    this.#visible?.disconnect();
    this.#visible = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      this.#visible?.disconnect();
      void act();
    });
    this.#visible.observe(this);
  }

  // ---- What is left, and the way out ----

  async #showFacts(): Promise<void> {
    if (!isChosen() || !this.isConnected) return;
    const turn = ++this.#factsTurn;
    const { words } = this;
    const farthing = await this.farthing();
    const payee = await this.#payee(farthing);
    if (payee === null) return;
    const purse = await purseOf(farthing, payee);
    const { till } = purse;
    const channel = await till.state();
    if (!channel || channel.end) return this.#facts.replaceChildren();
    const [{ promised, credit }, left, allowed] = await Promise.all([purse.sums(), till.left(), purse.allowed()]);
    // Something newer is being looked up.
    if (turn !== this.#factsTurn) return;
    const format = (sum: bigint): string => farthing.format(sum);
    const stop = async (): Promise<void> => {
      await purse.allow(0n);
      tell();
    };
    const out = async (): Promise<void> => {
      await purse.allow(0n);
      await this.pay(() => till.exit(), async () => { this.#shown = null; });
    };
    const lines = [words.spent(format(promised - credit)), words.left(format(left + credit), format(channel.reserve)), words.allowed(format(allowed))];
    const buttons = [...(allowed > 0n ? [this.button(words.stopPaying, stop)] : []), this.button(words.takeBack, out)];
    this.#facts.replaceChildren(...lines.map((line) => h('p', { class: 'quiet' }, line)), this.row(...buttons));
  }

  // ---- What the page says ----

  get #src(): string {
    return new URL(this.getAttribute('src') ?? '', document.baseURI).href;
  }

  get #title(): string {
    return this.getAttribute('title') ?? decodeURIComponent(this.#src.split(/[?#]/)[0]?.split('/').pop() ?? '');
  }

  /** How much is set aside, and how much of it may be paid without asking. */
  #sums(farthing: Farthing, { price, minReserve }: Offer): { reserve: bigint; limit: bigint } {
    const read = (name: string): bigint | null => (this.hasAttribute(name) ? farthing.unit(this.getAttribute(name) as string) : null);
    const usual = price * PIECES > minReserve ? price * PIECES : minReserve;
    const reserve = read('reserve') ?? usual;
    return { reserve, limit: read('limit') ?? (price * PIECES) / 10n };
  }

  async #payee(farthing: Farthing): Promise<string | null> {
    const payee = this.getAttribute('payee');
    if (payee) return farthing.chain.address(accountHex(payee));
    const creator = this.getAttribute('creator') ?? '';
    return (await farthing.creator(/^\d+$/.test(creator) ? Number(creator) : creator))?.owner ?? null;
  }
}
