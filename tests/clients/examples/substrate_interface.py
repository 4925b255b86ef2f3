# python examples/substrate_interface.py ws://… STOREFRONT CREATOR ITEM //Bob
import runpy
import sys
from pathlib import Path

from substrateinterface import Keypair, SubstrateInterface
from substrateinterface.contracts import ContractInstance

url, address, creator, item, key = sys.argv[1:]
here = Path(__file__).resolve().parent
ways_round = runpy.run_path(str(here.parent / 'workarounds' / 'substrate_interface.py'))
metadata = here.parent.parent.parent / 'abi' / 'storefront.json'

substrate = SubstrateInterface(url=url)
buyer = Keypair.create_from_uri(key)
storefront = ContractInstance.create_from_address(substrate.ss58_encode(address), str(metadata), substrate)

found = storefront.read(buyer, 'item', {'creator': int(creator), 'item': int(item)})
offered = found.value['result']['Ok']['data']['Ok']
price = offered['listing']['price']
order = {'creator': int(creator), 'item': int(item), 'max_price': price, 'edition': offered['edition']}
buying = {'order': order, 'owner': None, 'referrer': None}
dry_run = storefront.read(buyer, 'buy', buying, value=price).value
answer = dry_run['result']['Ok']['data']['Ok']
if 'Err' in answer:
    sys.exit(f"Refused: {answer['Err']}")

gas = {part: needed * 6 // 5 for part, needed in dry_run['gas_required'].items()}
deposit = dry_run['storage_deposit'].get('Charge', 0)
sent = storefront.exec(
    buyer, 'buy', buying, value=price, gas_limit=gas, storage_deposit_limit=deposit, wait_for_finalization=True)
receipt = ways_round['plain_receipt'](sent)
if not receipt.is_success:
    sys.exit('The chain undid it.')

for record in receipt.triggered_events:
    event = record.value['event']
    if event['event_id'] == 'ContractEmitted' and event['attributes']['contract'] == storefront.contract_address:
        data = record['event'][1][1]['data'].value_object
        name, fields = ways_round['decode_event'](storefront.metadata, record.value['topics'], data)
        print(name, fields['payments'][0]['Purchase']['paid'])
