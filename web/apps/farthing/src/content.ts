// What was sold: fetched, and compared with what its creator has promised, before anything of it is shown.

import { h, viewOf } from '@farthing/elements';
import type { Bought } from '@farthing/http';
import { contentHash, type Hex } from '@farthing/vouchers';
import type { App } from './app.js';
import { explain, field, isLink, link, more, note, present } from './parts.js';
import { words } from './words.js';

/** What this page fetches at most, in bytes. */
const MOST = 128 * 1024 * 1024;

/** What is needed to find and to know some content. */
interface Sought {
  commitment: Hex;
  title: string;
  uri: string;
  /** Which item it is, for somebody who bought it: then a gateway gives it to them. Looked up when it is to be got. */
  bought?: () => Promise<Bought>;
}

/** Returns the way to get what somebody has: by the page, or by a file that they got elsewhere. */
export function getting(app: App, sought: Sought): Node[] {
  const w = words().content;
  const shown = h('div', { class: 'content' });
  const told = h('p', { role: 'status' });
  const show = (bytes: Uint8Array, kind: string): void => {
    const isRight = contentHash(bytes) === sought.commitment;
    told.className = isRight ? '' : 'wrong';
    told.textContent = isRight ? w.right(sought.title, String(bytes.length)) : w.wrong;
    shown.replaceChildren(...(isRight ? present(viewOf(bytes, kind, sought.title, w.save)) : []));
  };
  const get = async (): Promise<void> => {
    told.className = '';
    told.textContent = w.getting;
    try {
      const { bytes, kind } = await fetched(app, sought);
      show(bytes, kind);
    } catch (error) {
      told.className = 'wrong';
      // What the browser says of a server that it may not ask helps nobody.
      told.textContent = error instanceof TypeError ? w.notGot : await explain(error);
    }
  };
  const file = field(w.compare, { type: 'file' });
  file.input.addEventListener('change', async () => {
    const [chosen] = file.input.files ?? [];
    if (chosen) show(new Uint8Array(await chosen.arrayBuffer()), chosen.type);
  });
  const start = isLink(sought.uri) ? [app.button(w.get, get), ...present(link(sought.uri, w.link))] : [note(sought.uri || w.nowhere)];
  return [...start, told, shown, more(w.compare, file.node)];
}

/** Fetches what is at an address. Where that is sold, whoever bought it on the chain gets it by signing for it. */
async function fetched(app: App, { uri, bought }: Sought): Promise<{ bytes: Uint8Array; kind: string }> {
  const init = { credentials: 'omit', referrerPolicy: 'no-referrer' } as const;
  const deliveries = bought ? await app.deliveries() : null;
  const answer = deliveries && bought ? await deliveries.fetch(uri, await bought(), init) : await fetch(uri, init);
  if (!answer.ok || Number(answer.headers.get('Content-Length') ?? 0) > MOST) throw new RangeError(words().content.notGot);
  return { bytes: new Uint8Array(await answer.arrayBuffer()), kind: answer.headers.get('Content-Type') ?? '' };
}
