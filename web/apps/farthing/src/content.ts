// What was sold: fetched, and compared with what its creator has promised, before anything of it is shown.

import { fetchSold, type Got, h, isSold, showSold, type Sold } from '@farthing/elements';
import type { Bought, Get } from '@farthing/http';
import type { App } from './app.js';
import { explain, field, isLink, link, more, note, present } from './parts.js';
import { words } from './words.js';

/** What is needed to find and to know some content. */
interface Sought extends Sold {
  /** Which item it is, for somebody who bought it: then a gateway gives it to them. Looked up when it is to be got. */
  bought?: () => Promise<Bought>;
}

/** Returns the way to get what somebody has: by the page, or by a file that they got elsewhere. */
export function getting(app: App, sought: Sought): Node[] {
  const w = words().content;
  const shown = h('div', { class: 'content' });
  const told = h('p', { role: 'status' });
  const show = async (got: Got, get: Get): Promise<void> => {
    const isRight = isSold(sought, got);
    told.className = isRight ? '' : 'wrong';
    told.textContent = isRight ? w.right(sought.title, String(got.bytes.length)) : w.wrong;
    shown.replaceChildren();
    if (isRight) await showSold(shown, sought, got, get, w.save);
  };
  const attempt = async (does: () => Promise<void>): Promise<void> => {
    told.className = '';
    told.textContent = w.getting;
    try {
      await does();
    } catch (error) {
      told.className = 'wrong';
      told.textContent = await explain(error);
    }
  };
  const get = (): Promise<void> =>
    attempt(async () => {
      const from = lazily(app, sought);
      const got = await fetchSold(sought, from);
      if (!got) throw new RangeError(w.notGot);
      await show(got, from);
    });
  const file = field(w.compare, { type: 'file' });
  file.input.addEventListener('change', async () => {
    const [chosen] = file.input.files ?? [];
    if (!chosen) return;
    const got = { bytes: new Uint8Array(await chosen.arrayBuffer()), kind: chosen.type };
    await attempt(() => show(got, lazily(app, sought)));
  });
  const start = isLink(sought.uri) ? [app.button(w.get, get), ...present(link(sought.uri, w.link))] : [note(sought.uri || w.nowhere)];
  return [...start, told, shown, more(w.compare, file.node)];
}

/** Returns what fetches, and asks who is there only once there is something to fetch: a file of the reader's needs nobody. */
function lazily(app: App, sought: Sought): Get {
  let from: Promise<Get> | undefined;
  return async (url, init) => (await (from ??= getOf(app, sought)))(url, init);
}

/** Returns what fetches for whoever is there. Where it is sold, whoever bought it on the chain gets it by signing for it. */
async function getOf(app: App, { bought }: Sought): Promise<Get> {
  const careful = { credentials: 'omit', referrerPolicy: 'no-referrer' } as const;
  const deliveries = bought ? await app.deliveries() : null;
  if (!deliveries || !bought) return (url, init) => fetch(url, { ...careful, ...init });
  // Which purchase it was need not be looked up for each part.
  const known = await bought();
  return (url, init) => deliveries.fetch(url, known, { ...careful, ...init });
}
