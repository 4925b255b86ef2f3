// What was bought on the chain, from the gateway that delivers it: whoever bought it signs the gateway's words.
//
// The words come from a stranger, so nothing else is signed than what they must be: this item, at the place that was
// asked, for a short time. A server cannot have something signed that counts elsewhere.

import { type AccountLike, type Hex, type Signature, toAddress } from '@farthing/vouchers';
import { NotPaid } from './error.js';
import { FETCH, toBase64 } from './protocol.js';

/** Who bought it, and how they sign a text: `farthing.signText`. */
export interface Buyer {
  account: AccountLike;
  sign: (words: string) => Promise<Signature>;
}

/** What was bought. */
export interface Bought {
  creator: number;
  item: number;
  /** What shows that a hidden purchase was of it. */
  proof?: { tier: number; secret: Hex; block: number } | undefined;
}

/** For how long words may count at most, in milliseconds: they say a quarter of an hour. */
const LONGEST = 24 * 3_600_000;
const WORDS = /^Open item (\d+) of creator (\d+) at (\S+) until (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ): [\w-]{43}$/;

/** What a buyer gets from gateways. A signature serves until its words expire, so that the wallet is not asked for each part. */
export class Deliveries {
  readonly #signed = new Map<string, { access: string; until: number }>();

  constructor(readonly buyer: Buyer) {}

  /** Fetches what was bought. What costs nothing, or was not bought, is answered without asking the buyer. */
  async fetch(url: string, bought: Bought, init: RequestInit = {}): Promise<Response> {
    const key = `${new URL(url).origin} ${bought.creator} ${bought.item} ${bought.proof?.secret ?? ''}`;
    const kept = this.#signed.get(key);
    if (kept && Date.now() < kept.until) {
      const answer = await show(url, kept.access, init);
      // Only a server that does not take the words any more is shown others.
      if (answer.status !== 402 && answer.status !== 403) return answer;
      await answer.body?.cancel();
      this.#signed.delete(key);
    }
    const asked = await fetch(url, { ...FETCH, ...init });
    if (asked.status !== 402) return asked;
    await asked.body?.cancel();
    const { words, until } = readWords(asked.headers.get('Farthing-Challenge'), url, bought);
    const access = await this.#access(words, bought);
    const answer = await show(url, access, init);
    if (answer.ok) this.#signed.set(key, { access, until });
    if (answer.status !== 402) return answer;
    await answer.body?.cancel();
    throw new NotPaid('declined', 'The server does not see that this account bought it. If you just did, try again in a minute.');
  }

  async #access(words: string, { proof }: Bought): Promise<string> {
    const { bytes: signature, wrapped } = await this.buyer.sign(words);
    const shown = { challenge: words, account: toAddress(this.buyer.account), signature, wrapped, ...(proof ? { proof } : {}) };
    return toBase64(JSON.stringify(shown)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  }
}

function show(url: string, access: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('Farthing-Access', access);
  return fetch(url, { ...FETCH, ...init, headers });
}

const originOf = (url = ''): string | null => (URL.canParse(url) ? new URL(url).origin : null);

/** Returns the words that are to be signed, and until when they count; throws, if they are of something else. */
function readWords(words: string | null, url: string, { creator, item }: Bought): { words: string; until: number } {
  if (words === null) throw new NotPaid('offer', 'The server sells this, and does not deliver what was bought on the chain.');
  const [, ofItem, ofCreator, place, time = ''] = WORDS.exec(words) ?? [];
  const until = Date.parse(time);
  const isMeant = ofItem === String(item) && ofCreator === String(creator) && originOf(place) === originOf(url);
  if (!isMeant || !(until <= Date.now() + LONGEST)) {
    throw new NotPaid('malformed', 'The server wants something else signed than that this item was bought. It was not signed.');
  }
  return { words, until };
}
