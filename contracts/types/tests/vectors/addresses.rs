//! Accounts of pools that the factory makes, known before there is a pool.

use crate::{bytes, file, hash};
use farthing_types::{address, commitment::blake2_256};
use serde::{Deserialize, Serialize};

/// A pool, and what its account is made of.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Pool {
    maker: String,
    /// The creator it is registered for, if any.
    creator: Option<u32>,
    /// The maker's own.
    salt: String,
    salt_preimage: String,
    /// What the chain gets as the salt.
    salt_hash: String,
    factory: String,
    code_hash: String,
    /// Of the constructor: four bytes that name it, then its arguments.
    input: String,
    preimage: String,
    account: String,
}

pub fn pools() -> Vec<Pool> {
    let made = |maker: u8, creator, salt: u8, input: &[u8]| {
        let (maker, salt) = ([maker; 32], [salt; 32]);
        let (factory, code) = ([0x44; 32], [0x55; 32]);
        let salt_preimage = address::pool_salt_preimage(&maker, creator, &salt);
        let salt_hash = blake2_256(&salt_preimage);
        let preimage = address::contract_preimage(&factory, &code, input, &salt_hash);
        let account = address::pool(&factory, &code, input, &maker, creator, &salt);
        Pool {
            maker: hex::encode(maker),
            creator,
            salt: hex::encode(salt),
            salt_preimage: hex::encode(salt_preimage),
            salt_hash: hex::encode(salt_hash),
            factory: hex::encode(factory),
            code_hash: hex::encode(code),
            input: hex::encode(input),
            preimage: hex::encode(preimage),
            account: hex::encode(account),
        }
    };
    vec![
        made(1, None, 2, &[0x9b, 0xae, 0x9d, 0x5e]),
        made(1, Some(0), 2, &[0x9b, 0xae, 0x9d, 0x5e]),
        made(1, Some(7), 3, &[0xab; 63]),
        // From 64 bytes on, lengths take two bytes.
        made(4, None, 2, &[0xab; 64]),
        made(4, Some(u32::MAX), 2, &[0xcd; 300]),
    ]
}

/// The length of bytes as SCALE has it: in one byte, or from 64 on in two.
fn length(bytes: &[u8]) -> Vec<u8> {
    match bytes.len() {
        short @ 0..64 => vec![short as u8 * 4],
        long => (long as u16 * 4 + 1).to_le_bytes().into(),
    }
}

#[test]
fn accounts_of_pools_are_put_together_as_the_documentation_says() {
    for case in file().pools {
        let creator = match case.creator {
            None => vec![0],
            Some(creator) => [&[1], &creator.to_le_bytes()[..]].concat(),
        };
        let (maker, salt) = (bytes::<32>(&case.maker), bytes::<32>(&case.salt));
        let parts: [&[u8]; 4] = [b"farthing/pool-salt/v1", &maker, &creator, &salt];
        assert_eq!(hex::encode(parts.concat()), case.salt_preimage);
        assert_eq!(hash(&parts), case.salt_hash);

        let (factory, code) = (bytes::<32>(&case.factory), bytes::<32>(&case.code_hash));
        let (input, salt) = (
            hex::decode(&case.input).unwrap(),
            bytes::<32>(&case.salt_hash),
        );
        let parts: [&[u8]; 7] = [
            b"contract_addr_v1",
            &factory,
            &code,
            &length(&input),
            &input,
            &length(&salt),
            &salt,
        ];
        assert_eq!(hex::encode(parts.concat()), case.preimage);
        assert_eq!(hash(&parts), case.account);
    }
}
