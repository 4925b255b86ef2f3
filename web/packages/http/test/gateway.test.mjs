// A real gateway: what was bought on the chain is had by whoever bought it, and signs its words; and what was paid for
// by voucher is paid for once, though the answer is lost. And servers that want something else signed.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import test, { after, before } from 'node:test';
import { contentHash, MapStore, sameAccount, toHex } from '@farthing/vouchers';
import { developmentAccount, Farthing, listing, walletOf } from '@farthing/client';
import { Deliveries, NotPaid, Purse } from '@farthing/http';
import { noChain, startChain } from '../../../test-support/chain.mjs';
import { noGateway, startGateway } from '../../../test-support/gateway.mjs';

const skip = noChain || noGateway;
const withGateway = (name, what) => test(name, { skip, timeout: 60_000 }, what);
const [alice, bob, dave] = ['Alice', 'Bob', 'Dave'].map(developmentAccount);
const RULES = `otherwise = 'free'
creator = 0
[[site.rule]]
paths = ['/book.txt']
price = '0.002'
item = 0
[[site.rule]]
paths = ['/hidden.txt']
price = '0.002'
item = 1
[[site.rule]]
paths = ['/voucher*']
price = '0.002'
`;
const BOOK = { creator: 0, item: 0 };
let chain;
let farthing;
let gateway;
let ada;

/** What is behind the gateway: one thing is longer than gateways keep. */
const answer = ({ url }, response) => response.end(url === '/voucher-long' ? LONG : `This is ${url}.`);
const LONG = 'la'.repeat(300_000);

before(async () => {
  if (skip) return;
  chain = await startChain();
  farthing = await Farthing.connect(chain.deployment, { url: chain.url });
  gateway = await startGateway(chain, { payee: alice.address, answer, rules: RULES });
  await sell();
});

after(async () => {
  await gateway?.end();
  await farthing?.disconnect();
  await chain?.end();
});

const does = async (account, make) => {
  farthing.use(walletOf(account));
  return (await make(farthing)).send({ until: 'best' });
};

async function sell() {
  let salt;
  const nothing = { commitment: contentHash(new Uint8Array()), uri: '' };
  await does(alice, async (own) => {
    const announced = await own.creators.announce('ada-paints');
    ({ salt } = announced);
    return announced.plan;
  });
  const { wait } = await farthing.creators.overview();
  await chain.ask('dev_forward', Number(wait.millis));
  await chain.ask('dev_newBlock', wait.blocks);
  await does(alice, (own) => own.creators.register('ada-paints', salt, nothing));
  ada = await farthing.creator('ada-paints');
  await does(alice, (own) => own.shop.open(ada));
  for (const title of ['A book', 'Hidden']) await does(alice, (own) => own.shop.publish(ada, listing(own.unit('0.5'), { tier: title === 'Hidden' ? 1 : null }), { ...nothing, title }));
  await does(alice, (own) => own.shop.setTier(ada, 1, own.unit('0.3')));
}

/** Somebody who counts what they sign. */
function buyerOf(account) {
  const signed = [];
  const sign = async (words) => {
    signed.push(words);
    const own = await Farthing.connect(chain.deployment, { url: chain.url, wallet: walletOf(account) });
    try {
      return await own.signText(words);
    } finally {
      await own.disconnect();
    }
  };
  return { deliveries: new Deliveries({ account: account.address, sign }), signed };
}

const at = (path) => `${gateway.url}${path}`;
const refused = (why) => (error) => error instanceof NotPaid && error.why === why;

withGateway('whoever bought it gets it by one signature, and whoever did not, does not', async () => {
  const { deliveries, signed } = buyerOf(bob);
  await assert.rejects(deliveries.fetch(at('/book.txt'), BOOK), refused('declined'));
  await does(bob, (own) => own.shop.buy(ada, 0));
  const before = signed.length;
  for (let n = 0; n < 2; n++) assert.equal(await (await deliveries.fetch(at('/book.txt'), BOOK)).text(), 'This is /book.txt.');
  assert.equal(signed.length - before, 1);
  assert.match(signed.at(-1), /^Open item 0 of creator 0 at http:\/\/127\.0\.0\.1:\d+ until /);
  await assert.rejects(buyerOf(dave).deliveries.fetch(at('/book.txt'), BOOK), refused('declined'));
  assert.equal((await gateway.figures()).earned, 0n);
});

withGateway('a signature of somebody else opens nothing', async () => {
  const sign = (words) => (farthing.use(walletOf(dave)), farthing.signText(words));
  const thief = new Deliveries({ account: bob.address, sign });
  assert.equal((await thief.fetch(at('/book.txt'), BOOK)).status, 403);
});

withGateway('what was bought without telling the chain what is had by its proof, and nothing else is', async () => {
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const receipt = await does(bob, async (own) => (await own.shop.buyBlinded(ada, 1, 1, { secret })).plan);
  const proof = { tier: 1, secret: toHex(secret), block: receipt.block.number };
  const { deliveries } = buyerOf(bob);
  assert.equal(await (await deliveries.fetch(at('/hidden.txt'), { creator: 0, item: 1, proof })).text(), 'This is /hidden.txt.');
  const wrong = { ...proof, secret: `0x${'11'.repeat(32)}` };
  await assert.rejects(deliveries.fetch(at('/hidden.txt'), { creator: 0, item: 1, proof: wrong }), refused('declined'));
  await assert.rejects(buyerOf(dave).deliveries.fetch(at('/hidden.txt'), { creator: 0, item: 1, proof }), refused('declined'));
});

withGateway('what is free, or only sold by voucher, has nobody sign', async () => {
  const { deliveries, signed } = buyerOf(bob);
  assert.equal((await deliveries.fetch(at('/free.txt'), BOOK)).status, 200);
  await assert.rejects(deliveries.fetch(at('/voucher.txt'), BOOK), refused('offer'));
  assert.deepEqual(signed, []);
});

withGateway('the words of another item, of another place, or for long are not signed', async (t) => {
  let words;
  const server = createServer((_, response) => response.writeHead(402, { 'Farthing-Challenge': words }).end());
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${server.address().port}`;
  const code = 'A'.repeat(43);
  const soon = `${new Date(Date.now() + 600_000).toISOString().slice(0, 19)}Z`;
  const { deliveries, signed } = buyerOf(bob);
  for (words of [
    `Open item 1 of creator 0 at ${url} until ${soon}: ${code}`,
    `Open item 0 of creator 1 at ${url} until ${soon}: ${code}`,
    `Open item 0 of creator 0 at ${gateway.url} until ${soon}: ${code}`,
    `Open item 0 of creator 0 at ${url}.evil.example until ${soon}: ${code}`,
    `Open item 0 of creator 0 at ${url} until 2999-01-01T00:00:00Z: ${code}`,
    `Open item 0 of creator 0 at ${url} until ${soon}: ${code}, and give everything away`,
    'farthing/closing/v2',
  ]) await assert.rejects(deliveries.fetch(`${url}/book.txt`, BOOK), refused('malformed'), words);
  assert.deepEqual(signed, []);
  words = `Open item 0 of creator 0 at ${url} until ${soon}: ${code}`;
  await assert.rejects(deliveries.fetch(`${url}/book.txt`, BOOK), refused('declined'));
  assert.deepEqual(signed, [words]);
  assert.ok(sameAccount(bob.address, deliveries.buyer.account));
});

// ---- Paid for once ----

let lanes = 0;

/** A purse with a channel of its own; `next` makes that of the next page, which knows what this one has written down. */
async function purseFor(t) {
  const kept = new Map();
  const lane = (lanes += 1);
  const open = async () => {
    const own = await Farthing.connect(chain.deployment, { url: chain.url, wallet: walletOf(bob), store: new MapStore(kept) });
    t.after(() => own.disconnect());
    return new Purse(await own.till(alice.address, lane));
  };
  const purse = await open();
  await purse.till.open({ reserve: farthing.unit('1') });
  await purse.ready();
  await purse.allow(farthing.unit('0.1'));
  return { purse, next: open };
}

/** A line to the gateway that is cut after so many bytes of an answer to a payment, so many times. */
async function cutLine(t, { cuts, after = 0 }) {
  const line = { cuts, seen: [] };
  const server = createServer(async ({ url, method, headers: { host: _, connection: __, ...headers } }, response) => {
    const answer = await fetch(`${gateway.url}${url}`, { method, headers });
    const body = Buffer.from(await answer.arrayBuffer());
    if (headers['payment-signature'] && method === 'GET') line.seen.push([headers['idempotency-key'], answer.status]);
    response.writeHead(answer.status, Object.fromEntries(['payment-required', 'payment-response', 'retry-after'].filter((name) => answer.headers.has(name)).map((name) => [name, answer.headers.get(name)])));
    if (!headers['payment-signature'] || method !== 'GET' || line.cuts === 0) return void response.end(body);
    line.cuts -= 1;
    if (after === 0) response.destroy();
    else response.write(body.subarray(0, after), () => setTimeout(() => response.destroy(), 100));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => (server.closeAllConnections(), server.close()));
  return Object.assign(line, { url: `http://127.0.0.1:${server.address().port}` });
}

const earned = async () => (await gateway.figures()).earned;

withGateway('a request whose answer is lost after it was paid is asked for again, and paid once', async (t) => {
  const { purse } = await purseFor(t);
  const line = await cutLine(t, { cuts: 2 });
  const before = await earned();
  assert.equal(await (await purse.fetch(`${line.url}/voucher.txt`)).text(), 'This is /voucher.txt.');
  assert.equal((await earned()) - before, farthing.unit('0.002'));
  assert.deepEqual(await purse.sums(), { promised: farthing.unit('0.002'), credit: 0n });
  assert.deepEqual([new Set(line.seen.map(([name]) => name)).size, line.seen.length], [1, 3]);
  // What is meant anew is paid for anew.
  await (await purse.fetch(`${line.url}/voucher.txt`)).text();
  assert.equal((await earned()) - before, farthing.unit('0.004'));
});

withGateway('the next page, too, asks again for what was paid and did not come, and does not pay again', async (t) => {
  const { purse, next } = await purseFor(t);
  const line = await cutLine(t, { cuts: 4 });
  const before = await earned();
  await assert.rejects(purse.fetch(`${line.url}/voucher.txt`), TypeError);
  const later = await next();
  assert.equal(await (await later.fetch(`${line.url}/voucher.txt`)).text(), 'This is /voucher.txt.');
  assert.equal((await earned()) - before, farthing.unit('0.002'));
  assert.deepEqual(await later.sums(), { promised: farthing.unit('0.002'), credit: 0n });
});

withGateway('what was cut in the middle comes whole the next time, and is not paid for again', async (t) => {
  const { purse, next } = await purseFor(t);
  const line = await cutLine(t, { cuts: 1, after: 1000 });
  const before = await earned();
  await assert.rejects((await purse.fetch(`${line.url}/voucher-long`)).text());
  assert.equal((await (await (await next()).fetch(`${line.url}/voucher-long`)).text()).length, LONG.length);
  assert.equal((await earned()) - before, farthing.unit('0.002'));
});

withGateway('what was had is had again without paying, and what was not had is not asked for so', async (t) => {
  const { purse, next } = await purseFor(t);
  const url = `${gateway.url}/voucher-again.txt`;
  assert.equal(await purse.again(url), null);
  await (await purse.fetch(url)).text();
  const before = await earned();
  const later = await next();
  for (let n = 0; n < 12; n++) assert.equal(await (await later.again(url)).text(), 'This is /voucher-again.txt.');
  assert.equal(await later.again(`${gateway.url}/voucher-never.txt`), null);
  assert.equal(await later.again(`${gateway.url}/free.txt`), null);
  assert.equal(await earned(), before);
  assert.deepEqual(await later.sums(), { promised: farthing.unit('0.002'), credit: 0n });
});
