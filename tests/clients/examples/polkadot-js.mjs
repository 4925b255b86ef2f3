// node examples/polkadot-js.mjs ws://… STOREFRONT CREATOR ITEM //Bob
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { Abi, ContractPromise } from '@polkadot/api-contract';
import { readFileSync } from 'node:fs';
import { wholeBlock } from '../workarounds/polkadot-js.mjs';

const [url, address, creator, item, key] = process.argv.slice(2);
const metadata = JSON.parse(readFileSync(new URL('../../../abi/storefront.json', import.meta.url)));
const api = await ApiPromise.create({ provider: new WsProvider(url), noInitWarn: true });
// In a page, a wallet signs: give `signAndSend` its address, and its signer as an option.
const buyer = new Keyring({ type: 'sr25519' }).addFromUri(key);

const storefront = new ContractPromise(api, new Abi(metadata), address);
const ask = (value) => ({ value, gasLimit: wholeBlock(api) });

const found = await storefront.query.item(buyer.address, ask(0), creator, item);
const offered = found.output.asOk.unwrap();
const [price, edition] = [offered.get('listing').get('price'), offered.get('edition')];
const order = [{ creator, item, maxPrice: price, edition }, null, null];
const dryRun = await storefront.query.buy(buyer.address, ask(price), ...order);
if (dryRun.result.isErr || dryRun.output.asOk.isErr) throw new Error(`Refused: ${dryRun.output ?? dryRun.result}`);

const { gasRequired, storageDeposit } = dryRun;
const more = (weight) => (weight.toBigInt() * 6n) / 5n;
const gasLimit = { refTime: more(gasRequired.refTime), proofSize: more(gasRequired.proofSize) };
const storageDepositLimit = storageDeposit.isCharge ? storageDeposit.asCharge : 0;
const { contractEvents, dispatchError } = await new Promise((resolve, reject) => {
  storefront.tx
    .buy({ value: price, gasLimit: api.createType('WeightV2', gasLimit), storageDepositLimit }, ...order)
    .signAndSend(buyer, (result) => (result.isFinalized || result.isError) && resolve(result))
    .catch(reject);
});
if (dispatchError) throw new Error('The chain undid it.');

const [{ event, args }] = contractEvents;
const payments = args[event.args.findIndex(({ name }) => name === 'payments')];
console.log(event.identifier.split('::').at(-1), payments[0].asPurchase.get('paid').toString());
await api.disconnect();
