// What a program that uses the library may write, and what its compiler says no to. Only ever compiled.

import { abi, encodeCall, Farthing, listing, type Plan, Refused, type Receipt, walletOf } from '@farthing/client';
import { type Paper, Payer, MapStore, Signer } from '@farthing/vouchers';

export async function sell(deployment: Parameters<typeof Farthing.connect>[0]): Promise<bigint> {
  const farthing = await Farthing.connect(deployment, { url: 'ws://127.0.0.1:9944', wallet: walletOf() });
  const ada = await farthing.creator('ada-paints');
  // @ts-expect-error: there may be no such creator.
  await farthing.buy(ada, 0);
  if (!ada) return 0n;
  const plan: Plan<null> = await farthing.buy(ada, 0, { maxPrice: farthing.unit('0.02') });
  // @ts-expect-error: amounts are bigint.
  await farthing.tip(ada, 0.5);
  const total: bigint = plan.total;
  const receipt: Receipt = await plan.send({ until: 'best' });
  for (const event of receipt.events) {
    // The contract and the name say which fields there are.
    if (event.contract !== 'storefront' || event.name !== 'Payments') continue;
    for (const payment of event.fields.payments) if (payment.type === 'Purchase') total satisfies bigint & typeof payment.value.paid;
  }
  const published: Plan<number> = await farthing.shop.publish(ada, listing(total), { commitment: '0x00', title: 'A song', uri: '' });
  return BigInt(published.answer);
}

export function why(error: unknown): string {
  if (!(error instanceof Refused) || error.contract !== 'storefront') return '';
  const reason = error.reason as abi.storefront.StorefrontError;
  return reason.type === 'PriceAboveMax' ? String(reason.value + 1n) : reason.type;
}

export function calls(): string[] {
  const { buy } = abi.storefront.messages;
  const order = { creator: 0, item: 1, maxPrice: 2n, edition: null };
  // @ts-expect-error: who it is for, and who referred, have to be said.
  const missing = encodeCall(buy, { order });
  // @ts-expect-error: amounts are bigint.
  const small = encodeCall(buy, { order: { ...order, maxPrice: 2 }, owner: null, referrer: null });
  return [missing, small, encodeCall(buy, { order, owner: null, referrer: null })];
}

export async function pay(channel: Parameters<Payer['pay']>[3]): Promise<Paper> {
  const { signer } = Signer.generate();
  const payer = new Payer(new MapStore(), { genesis: '0x00', payer: '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY' });
  // @ts-expect-error: times are bigint.
  await payer.pay(signer, '0x00', { payer: '', payee: '', lane: 0, epoch: 5 }, channel, 1n);
  return payer.pay(signer, '0x00', { payer: '', payee: '', lane: 0, epoch: 5n }, channel, 1n);
}
