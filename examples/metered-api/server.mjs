// An API that is paid by the request, by voucher: nothing touches the chain but an opening and a claim.
//
//   cd web && npm ci && npm run build && cd ../examples/metered-api && npm install
//   farthing account --dev alice                            # whose address is the payee's
//   node server.mjs ../../deployments/local.json PAYEE vouchers 0.001 8402
//   curl -s http://127.0.0.1:8402/best | tr -d '[]"' | tr , '\n' | farthing channel receive - --dev alice && farthing channel claim --dev alice
//
// A client sends a voucher in the header `Voucher`. It is checked against the channel as it is in the latest final block,
// and written down before anything is served. What is short of the price is answered with 402, and what it costs.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { Farthing } from '@farthing/client';
import { accountHex, formatPaper, parsePaper, Payee, VoucherError } from '@farthing/vouchers';
import { FileStore } from '@farthing/vouchers/file';

const [file, payee, folder, price, port] = process.argv.slice(2);
const url = process.env.FARTHING_NODE_URL ?? 'ws://127.0.0.1:9944';
const farthing = await Farthing.connect(JSON.parse(await readFile(file, 'utf8')), { url });
const { channels } = farthing.deployment.contracts;
const till = new Payee(await FileStore.open(folder), { genesis: farthing.chain.genesis, payee });
const cost = farthing.unit(price);

// The payee's account signs closings, and an exit leaves an hour for claiming.
const wanted = { closer: accountHex(payee), minDelay: 3_600_000n, atLeast: cost };

/** Takes a voucher that is worth the price, or throws why not. */
async function take(text) {
  const paper = parsePaper(text);
  const { payer, lane } = paper.voucher.channel;
  const { now, channels: [channel] } = await farthing.channels.list([[payer, payee, lane]], { final: true });
  await till.take(paper, channels.address, wanted, channel, now);
}

/** What is sold. */
const answer = () => ({ temperature: 20 + Math.round(Math.random() * 50) / 10 });

const server = createServer(async (request, response) => {
  const say = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (request.url === '/best') return say(200, (await till.best(channels.address)).map(formatPaper));
  try {
    if (!request.headers.voucher) throw new VoucherError('NoVoucher');
    await take(request.headers.voucher);
  } catch (error) {
    if (!(error instanceof VoucherError)) return say(503, { error: error.message });
    return say(402, { error: error.message, price: String(cost), payee, contract: channels.address });
  }
  say(200, answer());
});
server.listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
