// Pays for requests to the API beside this, with a channel that is opened once.
//
//   node client.mjs ../../deployments/local.json Bob wallet http://127.0.0.1:8402 10

import { readFile } from 'node:fs/promises';
import { developmentAccount, Farthing, PlainSeeds, walletOf } from '@farthing/client';
import { formatPaper } from '@farthing/vouchers';
import { FileStore } from '@farthing/vouchers/file';

const [file, name, folder, url, times] = process.argv.slice(2);
const store = await FileStore.open(folder);
const farthing = await Farthing.connect(JSON.parse(await readFile(file, 'utf8')), {
  url: process.env.FARTHING_NODE_URL ?? 'ws://127.0.0.1:9944',
  wallet: walletOf(developmentAccount(name)),
  store,
  seeds: new PlainSeeds(store),
});

// What it costs, and whom.
const { price, payee } = await (await fetch(url)).json();
const till = await farthing.till(payee);
if (!(await till.isOpen())) await till.open({ reserve: farthing.unit('1') });
for (let n = 0; n < Number(times); n++) {
  // Each voucher says what was paid in all, so that one which got lost is paid for by the next.
  const voucher = await till.pay(BigInt(price));
  const answered = await fetch(url, { headers: { voucher: formatPaper(voucher) } });
  if (!answered.ok) throw new Error((await answered.json()).error);
  console.log(await answered.text());
}
await farthing.disconnect();
await store.close();
