// A page as small as one can be: what the tests in the browser click on.

import { formatPaper } from '@farthing/vouchers';
import { IndexedDbStore } from '@farthing/vouchers/indexed-db';
import { BrowserSeeds, Farthing, openWallet, sentenceOf } from '@farthing/client';

const show = (id, text) => {
  document.getElementById(id).textContent = text;
};

let farthing;
let ada;
let till;

async function connect() {
  const deployment = await (await fetch('deployment.json')).json();
  const store = await IndexedDbStore.open();
  const seeds = await BrowserSeeds.open(store);
  const wallet = await openWallet('test', 'A page that pays');
  farthing = await Farthing.connect(deployment, { wallet, store, seeds });
  ada = await farthing.creator('ada-paints');
  wallet.onChange(([first]) => farthing.use(wallet, first?.address));
  const found = await farthing.unfinished(5_000);
  return found ? `Connected. Before: ${found.what}` : 'Connected.';
}

async function send(plan) {
  show('plan', plan.explain());
  const statuses = [];
  await plan.send({ until: 'best', onStatus: ({ type }) => statuses.push(type) });
  return `Done: ${plan.what}`;
}

const actions = {
  connect,
  buy: async () => send(await farthing.buy(ada, 0)),
  tip: async () => send(await farthing.tip(ada, farthing.unit('0.1'), { memo: 'thank you' })),
  open: async () => {
    till = await farthing.till(ada);
    await till.open({ reserve: farthing.unit('1') }, { until: 'best' });
    return 'Open.';
  },
  pay: async () => {
    till ??= await farthing.till(ada);
    return formatPaper(await till.pay(farthing.unit('0.001')));
  },
};

for (const [id, action] of Object.entries(actions)) {
  document.getElementById(id).addEventListener('click', async () => {
    show('done', '');
    try {
      show('done', await action());
    } catch (error) {
      show('done', `${error.name}: ${sentenceOf(error)}`);
    }
  });
}
