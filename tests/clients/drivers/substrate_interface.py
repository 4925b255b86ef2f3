"""The scenario's steps through Python's substrate-interface.

Reads a request as a line of JSON, and answers with one, as the drivers in JavaScript do.
"""

import importlib.metadata
import importlib.util
import json
import sys
import traceback
from pathlib import Path

from scalecodec.base import ScaleBytes
from scalecodec.utils.ss58 import ss58_decode
from scalecodec.exceptions import RemainingScaleBytesNotEmptyException
from substrateinterface import Keypair, SubstrateInterface
from substrateinterface.contracts import ContractCode, ContractInstance, ContractMetadata
from substrateinterface.exceptions import ContractReadFailedException

TESTS = Path(__file__).resolve().parent.parent
ABI = TESTS.parent.parent / 'abi'
CONTRACTS = sorted(path.name.removesuffix('.web.json') for path in ABI.glob('*.web.json'))
# The flag that says that a call was undone; substrate-interface calls it by another flag's name.
REVERTED = 'ForwardInput'
PLAIN = '--without-workarounds' in sys.argv

spec = importlib.util.spec_from_file_location('workarounds', TESTS / 'workarounds' / 'substrate_interface.py')
workarounds = importlib.util.module_from_spec(spec)
spec.loader.exec_module(workarounds)


# ---- Values ----

class Types:
    """A contract's types, as the tests' notation knows them; `metadata.mjs` says the same in JavaScript."""

    def __init__(self, contract):
        self.json = json.loads((ABI / f'{contract}.json').read_text())
        self.types = {one['id']: one['type'] for one in self.json['types']}

    def find(self, kind, label):
        return next(one for one in self.json['spec'][kind] if one['label'] == label)

    def is_byte(self, number):
        return self.types[number]['def'].get('primitive') == 'u8'

    def variant(self, number, name):
        variants = self.types[number]['def']['variant']['variants']
        return next(one for one in variants if one['name'] == name).get('fields', [])

    def to_library(self, number, value):
        definition, path = self.types[number]['def'], self.types[number].get('path', [])
        params = self.types[number].get('params', [])
        if 'primitive' in definition:
            if definition['primitive'] == 'str':
                return value if PLAIN else workarounds.text(value)
            return value if definition['primitive'] == 'bool' else int(value)
        if 'sequence' in definition or 'array' in definition:
            inner = (definition.get('sequence') or definition['array'])['type']
            if self.is_byte(inner):
                return bytes.fromhex(value[2:])
            return [self.to_library(inner, one) for one in value]
        if 'tuple' in definition:
            return tuple(self.to_library(inner, one) for inner, one in zip(definition['tuple'], value))
        if 'composite' in definition:
            if path[-1:] == ['AccountId']:
                return value
            return self.fields_to_library(definition['composite'].get('fields', []), value)
        if path == ['Option']:
            return None if value is None else self.to_library(params[0]['type'], value)
        if isinstance(value, str):
            return value
        [(name, inner)] = value.items()
        return {name: self.fields_to_library(self.variant(number, name), inner)}

    def fields_to_library(self, fields, value):
        if fields and 'name' in fields[0]:
            return {one['name']: self.to_library(one['type'], value[one['name']]) for one in fields}
        if len(fields) == 1:
            return self.to_library(fields[0]['type'], value)
        return tuple(self.to_library(one['type'], inner) for one, inner in zip(fields, value))

    def from_library(self, number, value):
        definition, path = self.types[number]['def'], self.types[number].get('path', [])
        params = self.types[number].get('params', [])
        if 'primitive' in definition:
            return value if definition['primitive'] in ('bool', 'str') else str(value)
        if 'sequence' in definition or 'array' in definition:
            inner = (definition.get('sequence') or definition['array'])['type']
            if self.is_byte(inner):
                return as_hex(value)
            return [self.from_library(inner, one) for one in value]
        if 'tuple' in definition:
            return [self.from_library(inner, one) for inner, one in zip(definition['tuple'], value)]
        if 'composite' in definition:
            if path[-1:] == ['AccountId']:
                return value if value.startswith('0x') else f'0x{ss58_decode(value)}'
            return self.fields_from_library(definition['composite'].get('fields', []), value)
        if path == ['Option']:
            return None if value is None else self.from_library(params[0]['type'], value)
        if path == ['Result']:
            [(name, inner)] = value.items()
            return {name: self.from_library(params[0 if name == 'Ok' else 1]['type'], inner)}
        if isinstance(value, str):
            return value
        [(name, inner)] = value.items()
        return {name: self.fields_from_library(self.variant(number, name), inner)}

    def fields_from_library(self, fields, value):
        if fields and 'name' in fields[0]:
            return {one['name']: self.from_library(one['type'], value[one['name']]) for one in fields}
        if len(fields) == 1:
            return self.from_library(fields[0]['type'], value)
        return [self.from_library(one['type'], inner) for one, inner in zip(fields, value)]

    def arguments(self, of, values):
        return {one['label']: self.to_library(one['type']['type'], values[one['label']]) for one in of['args']}


def as_hex(value):
    """substrate-interface gives bytes that are a text as that text, and others as 0x and digits."""
    if value.startswith('0x'):
        return value
    return f'0x{value.encode().hex()}'


# ---- Contracts ----

class Driver:
    def __init__(self):
        self.substrate = None
        self.types = {contract: Types(contract) for contract in CONTRACTS}
        self.metadata = {}
        # Which contract is at an address.
        self.known = {}

    def version(self):
        return importlib.metadata.version('substrate-interface')

    def connect(self, url):
        self.substrate = SubstrateInterface(url=url)
        if not PLAIN:
            workarounds.know_instantiation(self.substrate)
            workarounds.know_amounts(self.substrate)
        self.metadata = {
            contract: ContractMetadata.create_from_file(str(ABI / f'{contract}.json'), self.substrate)
            for contract in CONTRACTS
        }
        return self.substrate.get_block_hash(0)

    def chain(self):
        return {
            'tokenDecimals': str(self.substrate.token_decimals),
            'tokenSymbol': self.substrate.token_symbol,
            'existentialDeposit': str(self.substrate.get_constant('Balances', 'ExistentialDeposit').value),
            'depositPerItem': str(self.substrate.get_constant('Contracts', 'DepositPerItem').value),
            'depositPerByte': str(self.substrate.get_constant('Contracts', 'DepositPerByte').value),
        }

    def balance(self, of):
        data = self.substrate.query('System', 'Account', [of]).value['data']
        return {'free': str(data['free']), 'reserved': str(data['reserved'])}

    def watch(self, contract, address):
        self.known[address] = contract

    def transfer(self, by, to, amount):
        call = self.substrate.compose_call('Balances', 'transfer_keep_alive', {'dest': to, 'value': int(amount)})
        extrinsic = self.substrate.create_signed_extrinsic(call=call, keypair=Keypair.create_from_uri(by))
        self.must_succeed(self.substrate.submit_extrinsic(extrinsic, wait_for_inclusion=True))

    def code(self, contract):
        code = ContractCode.create_from_contract_files(
            str(ABI / f'{contract}.wasm'), str(ABI / f'{contract}.json'), self.substrate)
        code.metadata = self.metadata[contract]
        return code

    def upload(self, by, contract):
        code, keypair = self.code(contract), Keypair.create_from_uri(by)
        receipt = code.upload_wasm(keypair) if PLAIN else workarounds.upload(code, keypair)
        self.must_succeed(receipt)
        stored = [one.value for one in receipt.triggered_events if one.value['event_id'] == 'CodeStored']
        return stored[0]['attributes']['code_hash'] if stored else None

    def instantiate(self, by, contract, label, args, value, salt, hash):
        keypair, code, types = Keypair.create_from_uri(by), self.code(contract), self.types[contract]
        of = types.find('constructors', label)
        given = types.arguments(of, args)
        dry_run = self.dry_run_of(code, keypair, label, given, value, salt)
        if 'Error' in dry_run['result']:
            return {'answer': self.undone(dry_run['result']['Error'])}
        done = dry_run.value_object['result'][1]['result']
        answer = or_reverted(self.decode_answer(contract, of, done['data'].value_object), done.value['flags'])
        if is_refused(answer):
            return {'answer': answer}
        instance = code.deploy(
            keypair, label, args=given, value=int(value), deployment_salt=salt, **limits(dry_run.value))
        address = f'0x{ss58_decode(instance.contract_address)}'
        self.known[address] = contract
        # `deploy` does not say what else happened; it waited for the block, which is the best one.
        events = self.events_of(self.substrate.get_events())
        return {'answer': answer, 'address': address, 'events': events}

    def dry_run_of(self, code, keypair, label, given, value, salt):
        """substrate-interface has no dry run of a constructor; the runtime has."""
        return self.substrate.runtime_call('ContractsApi', 'instantiate', {
            'origin': keypair.ss58_address,
            'value': int(value),
            'gas_limit': None,
            'storage_deposit_limit': None,
            'code': {'Existing': f'0x{code.code_hash.hex()}'},
            'data': code.metadata.generate_constructor_data(label, given).to_hex(),
            'salt': salt,
        })

    def call(self, by, contract, at, label, args, value):
        keypair, types = Keypair.create_from_uri(by), self.types[contract]
        of = types.find('messages', label)
        given = types.arguments(of, args)
        instance = ContractInstance(at, self.metadata[contract], self.substrate)
        try:
            dry_run = instance.read(keypair, label, given, value=int(value))
        except ContractReadFailedException as error:
            return {'answer': self.undone(error.args[0])}
        except RemainingScaleBytesNotEmptyException:
            if not self.is_reverted(keypair, instance, label, given, value):
                raise
            return {'answer': {'Undone': 'ContractReverted'}}
        done = dry_run.value['result']['Ok']
        answer = or_reverted(understood(types.from_library(of['returnType']['type'], done['data'])), done['flags'])
        if not of['mutates'] or is_refused(answer):
            return {'answer': answer}
        receipt = instance.exec(keypair, label, given, value=int(value), **limits(dry_run.value))
        if not PLAIN:
            receipt = workarounds.plain_receipt(receipt)
        self.must_succeed(receipt)
        return {'answer': answer, 'events': self.events_of(receipt.triggered_events)}

    def is_reverted(self, keypair, instance, label, given, value):
        """Whether the contract undid the call, where what it answered is not what the metadata says."""
        result = self.substrate.runtime_call('ContractsApi', 'call', {
            'origin': keypair.ss58_address,
            'dest': instance.contract_address,
            'value': int(value),
            'gas_limit': None,
            'storage_deposit_limit': None,
            'input_data': instance.metadata.generate_message_data(label, given).to_hex(),
        }).value['result']
        return 'Ok' in result and REVERTED in result['Ok']['flags']

    def must_succeed(self, receipt):
        if not receipt.is_success:
            raise RuntimeError(f'It was signed, and failed with {receipt.error_message}.')

    def undone(self, error):
        if 'Module' in error:
            module = error['Module']
            found = self.substrate.metadata.get_module_error(
                module['index'], int.from_bytes(bytes.fromhex(module['error'][2:4]), 'little'))
            return {'Undone': found.value['name']}
        return {'Undone': str(error)}

    def decode_answer(self, contract, of, data):
        number = of['returnType']['type']
        codec = self.substrate.create_scale_object(self.metadata[contract].get_type_string_for_metadata_type(number))
        # A constructor that cannot fail answers a byte more than its metadata says.
        codec.decode(ScaleBytes(bytearray(data)), check_remaining=False)
        return understood(self.types[contract].from_library(number, codec.value))

    def events_of(self, records):
        events = []
        for record in records:
            event = record.value['event']
            if (event['module_id'], event['event_id']) != ('Contracts', 'ContractEmitted'):
                continue
            address = f"0x{ss58_decode(event['attributes']['contract'])}"
            # The bytes themselves: the text that they may be is not reliable.
            data = record['event'][1][1]['data'].value_object
            contract = self.known[address]
            events.append({
                'address': address,
                'contract': contract,
                **self.read_event(contract, record.value['topics'], data),
            })
        return events

    def read_event(self, contract, topics, data):
        name, fields = workarounds.decode_event(self.metadata[contract], topics, data)
        of, types = self.types[contract].find('events', name), self.types[contract]
        return {
            'name': name,
            'fields': {
                one['label']: types.from_library(one['type']['type'], fields[one['label']]) for one in of['args']
            },
        }

    def encode(self, contract, label, args, constructor):
        of = self.types[contract].find('constructors' if constructor else 'messages', label)
        given = self.types[contract].arguments(of, args)
        metadata = self.metadata[contract]
        if constructor:
            return metadata.generate_constructor_data(label, given).to_hex()
        return metadata.generate_message_data(label, given).to_hex()

    def decode(self, contract, label, data, constructor):
        of = self.types[contract].find('constructors' if constructor else 'messages', label)
        number = of['returnType']['type']
        codec = self.substrate.create_scale_object(self.metadata[contract].get_type_string_for_metadata_type(number))
        codec.decode(ScaleBytes(data))
        return self.types[contract].from_library(number, codec.value)

    def decodeEvent(self, contract, topics, data):
        return self.read_event(contract, topics, bytes.fromhex(data[2:]))


def understood(answer):
    if 'Err' in answer:
        raise RuntimeError(f"The contract did not understand: {answer['Err']}.")
    return answer['Ok']


def or_reverted(answer, flags):
    return {'Undone': 'ContractReverted'} if REVERTED in flags and not is_refused(answer) else answer


def is_refused(answer):
    return isinstance(answer, dict) and ('Err' in answer or 'Undone' in answer)


def limits(dry_run):
    """Somewhat more than the dry run took: the clock has gone on when the transaction is carried out."""
    required, deposit = dry_run['gas_required'], dry_run['storage_deposit']
    return {
        'gas_limit': {'ref_time': required['ref_time'] * 6 // 5, 'proof_size': required['proof_size'] * 6 // 5},
        'storage_deposit_limit': deposit.get('Charge', 0),
    }


def main():
    driver = Driver()
    for line in sys.stdin:
        request = json.loads(line)
        operation = getattr(driver, request.pop('op'))
        try:
            answer = {'ok': operation(**request)}
        except Exception:
            answer = {'error': traceback.format_exc()}
        print(json.dumps(answer), flush=True)


if __name__ == '__main__':
    main()
