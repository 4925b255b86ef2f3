"""What substrate-interface cannot do by its own fault: each of these tests fails when it can.

Run by `workarounds.test.mjs`, which gives it a chain.
"""

import os
import runpy
import unittest
from pathlib import Path

from scalecodec.base import ScaleBytes
from substrateinterface import Keypair, SubstrateInterface
from substrateinterface.contracts import ContractCode, ContractMetadata
from substrateinterface.exceptions import SubstrateRequestException

HERE = Path(__file__).resolve().parent
ABI = HERE.parent.parent / 'abi'
ways_round = runpy.run_path(str(HERE / 'workarounds' / 'substrate_interface.py'))


def dry_run(substrate, code, keypair, args):
    return substrate.runtime_call('ContractsApi', 'instantiate', {
        'origin': keypair.ss58_address,
        'value': 0,
        'gas_limit': None,
        'storage_deposit_limit': None,
        'code': {'Existing': f'0x{code.code_hash.hex()}'},
        'data': code.metadata.generate_constructor_data('new', args).to_hex(),
        'salt': '0x',
    })


class Workarounds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.substrate = SubstrateInterface(url=os.environ['CHAIN'])
        cls.alice, cls.bob = Keypair.create_from_uri('//Alice'), Keypair.create_from_uri('//Bob')
        cls.code = ContractCode.create_from_contract_files(
            str(ABI / 'streams.wasm'), str(ABI / 'streams.json'), cls.substrate)
        cls.tried = None
        try:
            cls.code.upload_wasm(cls.alice)
        except Exception as error:
            cls.tried = error
        assert ways_round['upload'](cls.code, cls.alice).is_success
        cls.undecoded = None
        try:
            dry_run(cls.substrate, cls.code, cls.alice, {'guardian': None})
        except Exception as error:
            cls.undecoded = error
        ways_round['know_instantiation'](cls.substrate)
        gas = dry_run(cls.substrate, cls.code, cls.alice, {'guardian': None}).value['gas_required']
        # Another each time: the chain may not be new.
        salt = f'0x{os.urandom(8).hex()}'
        cls.streams = cls.code.deploy(
            cls.alice, 'new', args={'guardian': None}, gas_limit=gas, deployment_salt=salt)

    @classmethod
    def tearDownClass(cls):
        cls.substrate.close()

    def test_it_cannot_upload_code(self):
        self.assertIn('determinism', str(self.tried))

    def test_it_needs_a_chain_to_read_metadata(self):
        with self.assertRaises(AttributeError):
            ContractMetadata.create_from_file(str(ABI / 'streams.json'), None)

    def test_it_cannot_read_the_dry_run_of_a_constructor(self):
        self.assertIsNotNone(self.undecoded)

    def test_it_allows_a_constructor_more_gas_than_a_block_has(self):
        with self.assertRaisesRegex(SubstrateRequestException, 'exhaust the block limits'):
            self.code.deploy(self.alice, 'new', args={'guardian': None}, deployment_salt='0x01')

    def send(self, keypair, label, args, value=0):
        gas = self.streams.read(keypair, label, args, value).value['gas_required']
        more = {part: needed * 2 for part, needed in gas.items()}
        return self.streams.exec(keypair, label, args, value, gas_limit=more)

    def opened(self):
        """How many streams there ever were; they are numbered from 0."""
        return self.streams.read(self.alice, 'overview').value['result']['Ok']['data']['Ok']['opened']

    def test_its_receipt_misreads_anonymous_events(self):
        """Two streams, all of which is earned at once; claiming both makes two events without a topic."""
        first = self.opened()
        for payee in (self.bob, Keypair.create_from_uri('//Charlie')):
            fast = {'payee': f'0x{payee.public_key.hex()}', 'rate': 10 ** 30}
            self.assertTrue(self.send(self.alice, 'open', fast, 10 ** 12).is_success)
        self.send(self.alice, 'top_up', {'stream': first}, 10 ** 12)
        receipt = self.send(self.bob, 'claim_many', {'streams': [first, first + 1]})
        plain = ways_round['plain_receipt'](receipt)
        self.assertTrue(plain.is_success)
        claimed = []
        for record in plain.triggered_events:
            event = record.value['event']
            if event['event_id'] == 'ContractEmitted':
                data = record['event'][1][1]['data'].value_object
                name, fields = ways_round['decode_event'](self.streams.metadata, record.value['topics'], data)
                claimed.append((name, fields['stream']))
        self.assertEqual(claimed, [('Claimed', first), ('Claimed', first + 1)])
        try:
            misread = [(event.value['name'], event.value['args'][0]['value']) for event in receipt.contract_events]
        except Exception:
            return
        self.assertNotEqual(misread, claimed)

    def test_it_gives_two_events_of_a_kind_the_fields_of_the_last(self):
        first = self.opened()
        for rate in (1, 2):
            self.send(self.alice, 'open', {'payee': f'0x{self.bob.public_key.hex()}', 'rate': rate}, 10 ** 12)
        receipt = self.send(self.alice, 'stop_many', {'streams': [first, first + 1]})
        numbers = [
            next(one['value'] for one in event.value['args'] if one['label'] == 'stream')
            for event in receipt.contract_events
        ]
        self.assertEqual(numbers, [first + 1, first + 1])

    def test_it_takes_text_that_begins_with_0x_for_hexadecimal_digits(self):
        encode = lambda value: self.substrate.encode_scale('Str', value).to_hex()
        self.assertEqual(encode('0x6869'), '0x086869')
        self.assertEqual(encode(ways_round['text']('0x6869')), '0x18307836383639')
        with self.assertRaises(ValueError):
            encode('0x, the first byte')

    def test_it_gives_bytes_that_are_a_text_as_that_text(self):
        decode = lambda data: self.substrate.create_scale_object('Vec<u8>').decode(ScaleBytes(data))
        self.assertEqual(decode('0x086869'), 'hi')
        # The byte ff, and the four characters of its name.
        self.assertEqual(decode('0x04ff'), decode('0x1030786666'))


if __name__ == '__main__':
    unittest.main()
