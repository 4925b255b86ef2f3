// A purse and servers that lie: it pays nobody else, no more than was asked and allowed, and loses nothing.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import test, { after, before } from 'node:test';
import { fromHex, MapStore, toHex } from '@farthing/vouchers';
import { developmentAccount, Farthing, walletOf } from '@farthing/client';
import { NotPaid, Purse } from '@farthing/http';
import { noChain, startChain } from '../../../test-support/chain.mjs';
import { sizeOf } from '../../../scripts/size.mjs';

const [bob, charlie, dave] = ['Bob', 'Charlie', 'Dave'].map(developmentAccount);
const PRICE = 1_000n;
const onChain = (name, what) => test(name, { skip: noChain, timeout: 60_000 }, what);
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64');
const decode = (text) => JSON.parse(Buffer.from(text, 'base64').toString());
let chain;
let lane = 0;
let accepted;

before(async () => {
  if (noChain) return;
  chain = await startChain();
  const genesis = `0x${chain.deployment.genesis.replace(/^0x/, '')}`;
  const extra = { contract: chain.deployment.contracts.channels.address, genesis, withdrawDelay: 900, minDeposit: '1' };
  accepted = { scheme: 'batch-settlement', network: `polkadot:${genesis.slice(2, 34)}`, amount: String(PRICE), asset: 'native', payTo: charlie.address, extra };
});

after(() => chain?.end());

/** A purse with a channel of its own, with so much allowed. */
async function purseFor(t, allowed, kept = new Map(), Store = MapStore) {
  const farthing = await Farthing.connect(chain.deployment, { url: chain.url, wallet: walletOf(bob), store: new Store(kept) });
  t.after(() => farthing.disconnect());
  const till = await farthing.till(charlie.address, lane);
  if (!(await till.isOpen())) await till.open({ reserve: PRICE * 1_000_000_000n });
  const purse = new Purse(till);
  await purse.allow(allowed);
  return purse;
}

/** A server that does what it wants: `answer` gets the request's payment, if it has one. */
async function serverOf(t, answer) {
  const seen = [];
  const server = createServer((request, response) => {
    const header = request.headers['payment-signature'];
    const paid = header ? decode(header) : null;
    const state = { paid: paid && BigInt(paid.payload.voucher.cumulative), voucher: paid?.payload.voucher, method: request.method, headers: request.headers };
    seen.push(state);
    answer(state, {
      asks: (change = {}, extra = {}) => {
        const one = { ...accepted, ...change, extra: { ...accepted.extra, ...change.extra, ...extra } };
        response.writeHead(402, { 'PAYMENT-REQUIRED': encode({ x402Version: 2, accepts: [one], error: 'so it is' }) }).end();
      },
      says: (header) => response.writeHead(402, { 'PAYMENT-REQUIRED': header }).end(),
      gives: (charged, text = 'here') => {
        const channelState = { chargedCumulativeAmount: String(charged) };
        response.writeHead(200, { 'PAYMENT-RESPONSE': encode({ success: true, extra: { channelState } }) }).end(text);
      },
      response,
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}/`, seen };
}

const refused = (why) => (error) => error instanceof NotPaid && error.why === why;
const promised = async (purse) => (await purse.sums()).promised;

onChain('each request is paid for exactly, and what was allowed goes down by it', async (t) => {
  lane += 1;
  const purse = await purseFor(t, PRICE * 10n);
  let charged = 0n;
  const { url, seen } = await serverOf(t, ({ paid }, { asks, gives }) => {
    if (paid === null || paid < charged + PRICE) return asks({}, paid === null ? {} : { channelState: { chargedCumulativeAmount: String(charged) } });
    charged += PRICE;
    gives(charged);
  });
  for (let n = 0; n < 3; n++) assert.equal(await (await purse.fetch(url)).text(), 'here');
  assert.equal(charged, PRICE * 3n);
  assert.equal(await promised(purse), charged);
  assert.equal(await purse.allowed(), PRICE * 7n);
  // The price is known after the first answer.
  assert.deepEqual(seen.map(({ paid }) => paid), [null, PRICE, PRICE * 2n, PRICE * 3n]);
  // Several at once are all paid for.
  await Promise.all([1, 2, 3, 4].map(() => purse.fetch(url)));
  assert.equal(charged, PRICE * 7n);
  await assert.rejects(async () => { for (let n = 0; n < 4; n++) await purse.fetch(url); }, refused('limit'));
  assert.equal(charged, PRICE * 10n);
  assert.equal(await promised(purse), charged);
});

onChain('payments that begin while an answer is written down are paid for by themselves, and not by what it was for', async (t) => {
  lane += 1;
  /** A store on a slow disk. */
  class Slow extends MapStore {
    async update(...asked) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return super.update(...asked);
    }
  }
  const purse = await purseFor(t, PRICE * 20n, new Map(), Slow);
  let charged = 0n;
  const { url } = await serverOf(t, ({ paid }, { asks, gives }) => {
    if (paid === null || paid < charged + PRICE) return asks({}, paid === null ? {} : { channelState: { chargedCumulativeAmount: String(charged) } });
    charged += PRICE;
    gives(charged);
  });
  assert.equal(await (await purse.fetch(url)).text(), 'here');
  const begun = [];
  for (let n = 0; n < 19; n++) {
    begun.push(purse.fetch(url));
    await new Promise((resolve) => setTimeout(resolve, 7));
  }
  for (const one of begun) assert.equal((await one).status, 200);
  assert.equal(charged, PRICE * 20n);
  assert.equal(await promised(purse), charged);
  assert.equal(await purse.allowed(), 0n);
});

onChain('whoever asks for another payee, chain, contract or coin is not paid', async (t) => {
  lane += 1;
  const purse = await purseFor(t, PRICE * 10n);
  const changes = [
    { payTo: dave.address },
    { payTo: 'nobody' },
    { network: 'polkadot:00' },
    { asset: 'dollars' },
    { scheme: 'exact' },
    { extra: { genesis: `0x${'11'.repeat(32)}` } },
    { extra: { contract: dave.address } },
  ];
  for (const change of changes) {
    const { url } = await serverOf(t, (_, { asks }) => asks(change));
    await assert.rejects(purse.fetch(url), refused('offer'), JSON.stringify(change));
  }
  for (const amount of ['-1', '01', '1.5', 5, null, '9'.repeat(40)]) {
    const { url } = await serverOf(t, (_, { asks }) => asks({ amount }));
    await assert.rejects(purse.fetch(url), refused('malformed'), String(amount));
  }
  for (const header of ['???', encode([]).slice(1), Buffer.from('{').toString('base64')]) {
    const { url } = await serverOf(t, (_, { says }) => says(header));
    await assert.rejects(purse.fetch(url), NotPaid, header);
  }
  assert.equal(await promised(purse), 0n);
  assert.equal(await purse.allowed(), PRICE * 10n);
});

onChain('a server that never has enough gets two prices for a request, and never more than is allowed', async (t) => {
  lane += 1;
  const purse = await purseFor(t, PRICE * 3n);
  const { url } = await serverOf(t, ({ paid }, { asks }) => asks({}, { channelState: { chargedCumulativeAmount: String(paid ?? 0n) } }));
  await assert.rejects(purse.fetch(url), refused('declined'));
  assert.equal(await promised(purse), PRICE * 2n);
  await assert.rejects(purse.fetch(url), NotPaid);
  await assert.rejects(purse.fetch(url), refused('limit'));
  assert.equal(await promised(purse), PRICE * 3n);
});

onChain('a price that rises is paid up to what the caller says', async (t) => {
  lane += 1;
  const purse = await purseFor(t, PRICE * 1_000n);
  let price = PRICE;
  const { url } = await serverOf(t, (_, { asks }) => asks({ amount: String((price *= 2n)) }));
  await assert.rejects(purse.fetch(url, { most: PRICE * 3n }), refused('limit'));
  assert.ok((await promised(purse)) <= PRICE * 3n);
});

onChain('sums that were never signed are not believed', async (t) => {
  lane += 1;
  const purse = await purseFor(t, PRICE * 10n);
  const voucherState = { cumulative: String(PRICE * 900n), root: `0x${'00'.repeat(32)}`, signature: toHex(fromHex(`0x${'42'.repeat(64)}`)), wrapped: false };
  const { url } = await serverOf(t, ({ paid }, { asks, gives }) => (paid === PRICE ? gives(PRICE * 800n) : asks({}, { voucherState, channelState: { chargedCumulativeAmount: String(PRICE * 900n) } })));
  assert.equal((await purse.fetch(url)).status, 200);
  assert.deepEqual(await purse.sums(), { promised: PRICE, credit: 0n });
});

onChain('what was paid and not charged pays for what comes next', async (t) => {
  lane += 1;
  const purse = await purseFor(t, PRICE * 10n);
  const charges = [0n, PRICE, PRICE * 2n];
  const { url, seen } = await serverOf(t, ({ paid }, { asks, gives }) => (paid === null ? asks() : gives(charges.shift())));
  for (let n = 0; n < 3; n++) await (await purse.fetch(url)).text();
  assert.deepEqual(seen.map(({ paid }) => paid), [null, PRICE, PRICE, PRICE * 2n]);
  assert.equal(await purse.allowed(), PRICE * 8n);
});

onChain('the next page knows what is credit', async (t) => {
  lane += 1;
  const kept = new Map();
  let charged = 0n;
  const { url, seen } = await serverOf(t, ({ paid }, { asks, gives }) => (paid === null ? asks() : gives(charged)));
  await (await purseFor(t, PRICE * 10n, kept)).fetch(url);
  charged = PRICE;
  const second = await purseFor(t, PRICE * 10n, kept);
  assert.deepEqual(await second.sums(), { promised: PRICE, credit: PRICE });
  await second.fetch(url);
  assert.deepEqual(seen.map(({ paid }) => paid), [null, PRICE, null, PRICE]);
  assert.deepEqual(await second.sums(), { promised: PRICE, credit: 0n });
});

onChain('a page that forgot what it promised goes on from what the server shows', async (t) => {
  lane += 1;
  const kept = new Map();
  let best = null;
  let charged = 0n;
  const { url } = await serverOf(t, ({ paid, voucher }, { asks, gives }) => {
    if (paid !== null && paid >= charged + PRICE) {
      best = voucher;
      charged += PRICE;
      return gives(charged);
    }
    asks({}, paid === null ? {} : { voucherState: best, channelState: { chargedCumulativeAmount: String(charged) } });
  });
  const first = await purseFor(t, PRICE * 10n, kept);
  for (let n = 0; n < 3; n++) await first.fetch(url);
  for (const key of kept.keys()) if (key.startsWith('paid ')) kept.delete(key);
  const second = await purseFor(t, PRICE * 10n, kept);
  assert.equal((await second.fetch(url)).status, 200);
  assert.equal(charged, PRICE * 4n);
  assert.equal(await promised(second), PRICE * 4n);
});

/**
 * A page that forgot that it promised four prices, and a server that claimed with them: it shows that voucher only to who
 * sends one for nothing, and takes it only if it is signed anew.
 */
async function forgotten(t, charged) {
  const kept = new Map();
  let best = null;
  const first = await purseFor(t, PRICE * 10n, kept);
  const before = await serverOf(t, ({ paid, voucher }, { asks, gives }) => (paid === null ? asks() : gives((best = voucher) && paid)));
  for (let n = 0; n < 4; n++) await (await first.fetch(before.url)).text();
  for (const key of kept.keys()) if (/^(paid|charged) /.test(key)) kept.delete(key);
  const [claimed, allowed] = [PRICE * 4n, await first.allowed()];
  const server = await serverOf(t, ({ paid, voucher, method }, { asks, gives }) => {
    const state = { channelState: { chargedCumulativeAmount: String(charged) } };
    if (paid === null) return asks();
    if (method === 'HEAD' && paid === 0n) return gives(charged, '');
    if (paid === 0n) return asks({}, { ...state, voucherState: best });
    if (paid < claimed || voucher.signature === best.signature) return asks({}, state);
    if (paid > BigInt(best.cumulative)) best = voucher;
    if (method === 'HEAD') return gives(charged, '');
    if (paid < charged + PRICE) return asks({}, { ...state, voucherState: best });
    gives((charged += PRICE));
  });
  return { ...server, purse: await purseFor(t, allowed, kept), sums: () => server.seen.flatMap(({ paid }) => (paid === null ? [] : [paid])) };
}

onChain('a page that forgot what it promised shows itself by a voucher for nothing where its own may be known', async (t) => {
  lane += 1;
  const { url, seen, purse, sums } = await forgotten(t, PRICE * 4n);
  const before = await purse.allowed();
  assert.equal(await (await purse.fetch(url)).text(), 'here');
  assert.deepEqual(sums(), [PRICE, 0n, PRICE * 5n]);
  assert.equal(seen[2].voucher.root, `0x${'00'.repeat(32)}`);
  assert.deepEqual(await purse.sums(), { promised: PRICE * 5n, credit: 0n });
  assert.equal(before - (await purse.allowed()), PRICE * 2n);
  await purse.fetch(url);
  assert.equal(sums().at(-1), PRICE * 6n);
});

onChain('a voucher for nothing is not counted as under way: what is credit pays for what comes next', async (t) => {
  lane += 1;
  const { url, purse, sums } = await forgotten(t, PRICE * 3n);
  assert.equal((await purse.fetch(url)).status, 200);
  assert.deepEqual(sums(), [PRICE, 0n, PRICE * 4n]);
  assert.deepEqual(await purse.sums(), { promised: PRICE * 4n, credit: 0n });
});

onChain('a page that forgot what it promised is corrected while it pays for what a tag plays', async (t) => {
  lane += 1;
  const { url, seen, purse } = await forgotten(t, PRICE * 4n);
  const abort = new AbortController();
  await purse.feed(url, { signal: abort.signal }).next();
  const paid = () => seen.flatMap(({ paid, method }) => (paid === null ? [] : [[method, paid]]));
  assert.deepEqual(paid(), [['HEAD', PRICE], ['GET', 0n]]);
  await purse.feed(url, { signal: abort.signal }).next();
  assert.deepEqual(paid().slice(2), [['HEAD', PRICE * 4n], ['HEAD', PRICE * 5n]]);
  assert.equal(await promised(purse), PRICE * 5n);
});

onChain('a server that says again and again that more was charged gets one voucher for nothing', async (t) => {
  lane += 1;
  const purse = await purseFor(t, PRICE * 10n);
  const { url, seen } = await serverOf(t, (_, { asks }) => asks({}, { channelState: { chargedCumulativeAmount: String(PRICE * 900n) } }));
  for (let n = 0; n < 3; n++) await assert.rejects(purse.fetch(url), refused('declined'));
  await assert.rejects(purse.feed(url, { signal: new AbortController().signal }).next(), refused('declined'));
  const sums = seen.flatMap(({ paid, method }) => (paid === null || method === 'HEAD' ? [] : [paid]));
  assert.deepEqual(sums, [PRICE, 0n, PRICE * 2n, PRICE * 3n]);
  assert.equal(await promised(purse), PRICE * 3n);
});

onChain('what may change something is sent once, unless its caller names it', async (t) => {
  lane += 1;
  const purse = await purseFor(t, PRICE * 10n);
  const { url, seen } = await serverOf(t, ({ paid }, { asks, response }) => (paid === null ? asks() : response.destroy()));
  await assert.rejects(purse.fetch(url, { method: 'POST', body: 'x' }), TypeError);
  assert.equal(seen.filter(({ paid }) => paid !== null).length, 1);
  await assert.rejects(purse.fetch(url, { method: 'POST', body: 'x', headers: { 'Idempotency-Key': 'mine' } }), TypeError);
  assert.equal(seen.filter(({ paid }) => paid !== null).length, 5);
  // A price for each of the two, and not for each time: the server has never said what it charged.
  assert.equal(await promised(purse), PRICE * 2n);
});

/** A shelf for as long as a test runs. */
class MapShelf {
  had = new Map();
  async find(name) {
    return this.had.get(name) ?? null;
  }
  async *parts(name) {
    yield* this.had.get(name).parts;
  }
  async begin(name, type, tag) {
    this.had.set(name, { type, tag, length: 0, isWhole: false, parts: [] });
  }
  async add(name, tag, at, part) {
    const kept = this.had.get(name);
    if (!kept || kept.tag !== tag || kept.length !== at) return;
    kept.parts.push(part);
    kept.length += part.length;
  }
  async end(name, tag) {
    if (this.had.get(name)?.tag === tag) this.had.get(name).isWhole = true;
  }
  async drop(name) {
    this.had.delete(name);
  }
}

/** Something sold by the byte, whose first answer breaks off after `la`. It charges a price for each answer. */
async function breakingOff(t, rest) {
  const charged = { sum: 0n };
  const asked = [];
  const server = await serverOf(t, ({ paid, method, headers }, { asks, gives, response }) => {
    if (paid === null || (method !== 'HEAD' && paid < charged.sum + PRICE)) return asks({ extra: { unit: 'byte', unitSize: '1000' } }, { channelState: { chargedCumulativeAmount: String(charged.sum) } });
    if (method === 'HEAD') return gives(charged.sum, '');
    charged.sum += PRICE;
    asked.push([headers.range, headers['if-range']]);
    const say = (status, more, text) => response.writeHead(status, { 'Content-Type': 'text/plain', ETag: '"one"', 'PAYMENT-RESPONSE': encode({ success: true, extra: { channelState: { chargedCumulativeAmount: String(charged.sum) } } }), ...more }).end(text);
    if (headers.range) return rest(say);
    response.writeHead(200, { 'Content-Type': 'text/plain', ETag: '"one"', 'Content-Length': 5, 'PAYMENT-RESPONSE': encode({ success: true, extra: { channelState: { chargedCumulativeAmount: String(charged.sum) } } }) });
    response.write('la', () => setTimeout(() => response.destroy(), 100));
  });
  return { ...server, charged, asked };
}

const heardOf = async (purse, url, heard = []) => {
  const { parts } = await purse.stream(url);
  for await (const part of parts) heard.push(new TextDecoder().decode(part));
  return heard.join('');
};

onChain('what flowed comes from the shelf, and the server is asked and paid for the rest of the same edition', async (t) => {
  lane += 1;
  const purse = await purseFor(t, PRICE * 10n);
  purse.shelf = new MapShelf();
  const { url, asked, charged } = await breakingOff(t, (say) => say(206, { 'Content-Range': 'bytes 2-4/5' }, 'lu!'));
  await assert.rejects(heardOf(purse, url));
  assert.equal((await purse.had(url)).length, 2);
  assert.equal(await heardOf(purse, url), 'lalu!');
  // All of it is had, and the server is asked no more.
  assert.equal(await heardOf(purse, url), 'lalu!');
  assert.deepEqual(asked, [[undefined, undefined], ['bytes=2-', '"one"']]);
  assert.equal(charged.sum, PRICE * 2n);
  assert.equal(await promised(purse), charged.sum);
});

onChain('what a server gives of another edition, or from another place, is not joined to what was had', async (t) => {
  for (const rest of [
    (say) => say(200, { ETag: '"two"' }, 'something new'),
    (say) => say(206, { ETag: '"two"', 'Content-Range': 'bytes 2-4/5' }, 'new'),
    (say) => say(206, { 'Content-Range': 'bytes 3-4/5' }, 'u!'),
    (say) => say(206, { 'Content-Range': 'lines 2-4' }, 'lu!'),
    (say) => say(206, {}, 'lu!'),
  ]) {
    lane += 1;
    const purse = await purseFor(t, PRICE * 10n);
    purse.shelf = new MapShelf();
    const { url } = await breakingOff(t, rest);
    await assert.rejects(heardOf(purse, url));
    const heard = [];
    await assert.rejects(heardOf(purse, url, heard), refused('answer'));
    assert.deepEqual(heard, ['la']);
    // It begins anew the next time.
    assert.equal(await purse.had(url), null);
  }
});

onChain('a part that is not the last leads to the next, and a range that is none was the end', async (t) => {
  lane += 1;
  const purse = await purseFor(t, PRICE * 10n);
  purse.shelf = new MapShelf();
  const answers = [(say) => say(206, { 'Content-Range': 'bytes 2-2/5' }, 'l'), (say) => say(206, { 'Content-Range': 'bytes 3-4/*' }, 'u!'), (say) => say(416, {}, '')];
  const { url, asked } = await breakingOff(t, (say) => answers.shift()(say));
  await assert.rejects(heardOf(purse, url));
  assert.equal(await heardOf(purse, url), 'lalu!');
  assert.deepEqual(asked.slice(1).map(([range]) => range), ['bytes=2-', 'bytes=3-']);
  // Its end was not seen.
  [...purse.shelf.had.values()].forEach((kept) => (kept.isWhole = false));
  assert.equal(await heardOf(purse, url), 'lalu!');
  assert.equal((await purse.had(url)).isWhole, true);
});

onChain('a server that fails takes nothing from the shelf, and neither does who may not pay more', async (t) => {
  lane += 1;
  const purse = await purseFor(t, PRICE * 2n);
  purse.shelf = new MapShelf();
  const { url } = await breakingOff(t, (say) => say(502, {}, ''));
  await assert.rejects(heardOf(purse, url));
  await assert.rejects(heardOf(purse, url), refused('answer'));
  const heard = [];
  await assert.rejects(heardOf(purse, url, heard), refused('limit'));
  assert.deepEqual(heard, ['la']);
  assert.equal((await purse.had(url)).length, 2);
});

onChain('what has no edition that can be told, is packed or tells events is not kept', async (t) => {
  for (const headers of [{}, { ETag: 'W/"weak"' }, { ETag: '"one"', 'Content-Encoding': 'identity' }, { ETag: '"one"', 'Content-Type': 'text/event-stream' }]) {
    lane += 1;
    const purse = await purseFor(t, PRICE * 10n);
    purse.shelf = new MapShelf();
    const { url } = await serverOf(t, ({ paid }, { asks, response }) => (paid === null ? asks({ extra: { unit: 'byte' } }) : response.writeHead(200, headers).end('la')));
    assert.equal(await heardOf(purse, url), 'la');
    assert.equal(purse.shelf.had.size, 0);
  }
});

onChain('a shelf that fails takes nothing from who listens', async (t) => {
  lane += 1;
  const purse = await purseFor(t, PRICE * 10n);
  purse.shelf = new Proxy({}, { get: () => async () => { throw new Error('The disk is full.'); } });
  const { url } = await serverOf(t, ({ paid }, { asks, response }) => (paid === null ? asks({ extra: { unit: 'byte' } }) : response.writeHead(200, { ETag: '"one"' }).end('la')));
  assert.equal(await heardOf(purse, url), 'la');
});

onChain('a stream that says nothing gets no more while it has not charged what it got', async (t) => {
  lane += 1;
  const purse = await purseFor(t, PRICE * 10n);
  let heads = 0;
  const { url } = await serverOf(t, ({ paid, method }, { asks, gives, response }) => {
    if (paid === null) return asks({ extra: { unit: 'second' } });
    if (method === 'HEAD') {
      heads += 1;
      // The third time it says that it has charged all.
      return gives(heads < 3 ? 0n : PRICE, '');
    }
    response.writeHead(200, { 'PAYMENT-RESPONSE': encode({ success: true, extra: { channelState: { chargedCumulativeAmount: '0' } } }) });
    response.write('la');
  });
  const { parts } = await purse.stream(url);
  assert.equal(new TextDecoder().decode((await parts.next()).value), 'la');
  const next = parts.next();
  while (heads < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(await promised(purse), PRICE);
  while (heads < 4) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(await promised(purse), PRICE * 2n);
  next.catch(() => {});
});

onChain('once it is ended, a stream that stays silent is paid for no more', async (t) => {
  lane += 1;
  const purse = await purseFor(t, PRICE * 100n);
  // It charges whatever it gets, and sends nothing.
  const { url } = await serverOf(t, ({ paid, method }, { asks, gives, response }) => {
    if (paid === null) return asks({ extra: { unit: 'second' } });
    if (method === 'HEAD') return gives(paid, '');
    response.writeHead(200, { 'PAYMENT-RESPONSE': encode({ success: true, extra: { channelState: { chargedCumulativeAmount: String(paid) } } }) });
    response.flushHeaders();
  });
  const abort = new AbortController();
  const { parts } = await purse.stream(url, { signal: abort.signal });
  const next = assert.rejects(parts.next(), { name: 'AbortError' });
  while ((await promised(purse)) < PRICE * 3n) await new Promise((resolve) => setTimeout(resolve, 20));
  abort.abort();
  await next;
  const after = await promised(purse);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  assert.equal(await promised(purse), after);
});

test('it adds at most 6.8 KB, with deliveries, playlists and what is kept, to a page that has the client', async () => {
  const here = new URL('.', import.meta.url).pathname;
  const client = "export * from '@farthing/client'; export * from '@farthing/vouchers/indexed-db'; export { accountHex, VoucherError, sameAccount } from '@farthing/vouchers';";
  const [without, all] = await Promise.all([sizeOf(client, here), sizeOf(`${client} export * from '@farthing/http';`, here)]);
  assert.ok(all - without <= 6.8 * 1024, `It is ${all - without} bytes.`);
});
