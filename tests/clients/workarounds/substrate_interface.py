"""What a program on substrate-interface 1.8.1 needs besides it. A test says when one of these is needed no more."""

from scalecodec.base import ScaleBytes
from substrateinterface import ExtrinsicReceipt


def know_instantiation(substrate):
    """Tells substrate-interface how today's chains answer the dry run of a constructor.

    It has types of years ago, with which the answer cannot be decoded. Call this once for a connection.
    """
    substrate.init_runtime()
    types = substrate.runtime_config.type_registry['runtime_api']['ContractsApi']['types']
    types['ContractInstantiateResult']['type_mapping'] = [
        ['gas_consumed', 'Weight'],
        ['gas_required', 'Weight'],
        ['storage_deposit', 'StorageDeposit'],
        ['debug_message', 'Bytes'],
        ['result', 'InstantiateReturnValue'],
        ['events', 'Option<Vec<frame_system::eventrecord>>'],
    ]
    types['InstantiateReturnValueOk']['type_mapping'] = [
        ['result', 'ContractExecResultOk'],
        ['account_id', 'AccountId'],
    ]


def know_amounts(substrate):
    """Tells substrate-interface how long the chain's amounts are.

    It takes them for 16 bytes in every runtime call, dry runs among them, whatever the metadata says. Where they
    have 8, the chain cannot read what it is asked. Call this once for a connection.
    """
    amount = substrate.get_constant('Balances', 'ExistentialDeposit')
    substrate.runtime_config.update_type_registry_types({'Balance': f'u{8 * len(amount.data.data)}'})


def upload(code, keypair):
    """`ContractCode.upload_wasm` leaves out a parameter that chains have asked for since 2023."""
    call = code.substrate.compose_call('Contracts', 'upload_code', {
        'code': f'0x{code.wasm_bytes.hex()}',
        'storage_deposit_limit': None,
        'determinism': 'Enforced',
    })
    extrinsic = code.substrate.create_signed_extrinsic(call=call, keypair=keypair)
    return code.substrate.submit_extrinsic(extrinsic, wait_for_inclusion=True)


def plain_receipt(receipt):
    """The receipt of `ContractInstance.exec` that knows nothing of contracts.

    That of `exec` decodes events while it finds out whether the call succeeded. It takes the first byte of
    an anonymous event for the event's number, and so throws although the call succeeded, or decodes
    another event than there was. It also gives two events of a kind the fields of the last one.
    """
    return ExtrinsicReceipt(
        substrate=receipt.substrate,
        extrinsic_hash=receipt.extrinsic_hash,
        block_hash=receipt.block_hash,
        finalized=receipt.finalized,
    )


def decode_event(metadata, topics, data):
    """The name and the fields of an event, by its first topic; without a topic, the contract's anonymous one.

    `metadata` is the `ContractMetadata` of the contract at the address that the event came from.
    """
    topic = topics[0] if topics else None
    event = next(one for one in metadata.metadata_dict['spec']['events'] if one['signature_topic'] == topic)
    rest = ScaleBytes(bytearray(data))
    fields = {}
    for field in event['args']:
        codec = metadata.substrate.create_scale_object(
            metadata.get_type_string_for_metadata_type(field['type']['type']))
        codec.decode(rest, check_remaining=False)
        fields[field['label']] = codec.value
    return event['label'], fields


def text(value):
    """A text that begins with `0x` is taken for hexadecimal digits. Given as bytes, it is not."""
    return value.encode()
