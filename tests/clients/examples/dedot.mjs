// node examples/dedot.mjs ws://… STOREFRONT CREATOR ITEM //Bob
import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { DedotClient, WsProvider } from 'dedot';
import { Contract } from 'dedot/contracts';
import { readFileSync } from 'node:fs';
import { connection, countOptionalFields } from '../workarounds/dedot.mjs';

const [url, address, creator, item, key] = process.argv.slice(2);
const metadata = JSON.parse(readFileSync(new URL('../../../abi/storefront.web.json', import.meta.url)));
await cryptoWaitReady();
// In a page, a wallet signs: give `signAndSend` its address, and its signer as an option.
const buyer = new Keyring({ type: 'sr25519' }).addFromUri(key);

countOptionalFields();
const client = await DedotClient.new({ provider: new WsProvider(url), ...connection });
const storefront = new Contract(client, metadata, address, { defaultCaller: buyer.address });

const { listing, edition } = (await storefront.query.item(Number(creator), Number(item))).data;
const { price } = listing;
const order = [{ creator: Number(creator), item: Number(item), maxPrice: price, edition }, undefined, undefined];
const { data, flags, raw } = await storefront.query.buy(...order, { value: price });
if (data.isErr || flags.revert) throw new Error(`Refused: ${JSON.stringify(data.err)}`);

const { refTime, proofSize } = raw.gasRequired;
const { events, dispatchError } = await storefront.tx
  .buy(...order, {
    value: price,
    gasLimit: { refTime: (refTime * 6n) / 5n, proofSize: (proofSize * 6n) / 5n },
    storageDepositLimit: raw.storageDeposit.type === 'Charge' ? raw.storageDeposit.value : 0n,
  })
  .signAndSend(buyer)
  .untilFinalized();
if (dispatchError) throw new Error('The chain undid it.');

const [payments] = storefront.decodeEvents(events);
console.log(payments.name, String(payments.data.payments[0].value.paid));
await client.disconnect();
