//! Accounts of contracts, known before there is a contract.
//!
//! pallet-contracts derives a contract's account from who makes it, the hash of its code, the input of
//! its constructor (four bytes that name it, then its arguments) and a salt. So a pool's account can be
//! shown, printed and checked before the pool is made; and it is the account of a pool with exactly
//! these rules, or of nothing at all.

use crate::{CreatorId, Hash};
use alloc::vec::Vec;
use scale::Encode;

/// What pallet-contracts puts first.
pub const CONTRACT_TAG: &[u8; 16] = b"contract_addr_v1";
/// Tag of [`pool_salt_preimage`].
pub const POOL_SALT_TAG: &[u8; 21] = b"farthing/pool-salt/v1";

/// What is hashed for the account of a contract that `deployer` makes.
pub fn contract_preimage<Account: Encode>(
    deployer: &Account,
    code_hash: &Hash,
    input: &[u8],
    salt: &[u8],
) -> Vec<u8> {
    (CONTRACT_TAG, deployer, code_hash, input, salt).encode()
}

/// What is hashed for the salt with which the factory makes a pool: the tag, who asks for it, the
/// creator it is registered for, and that account's own salt. So nobody can make the pool of another,
/// and two who choose the same salt make two pools.
pub fn pool_salt_preimage<Account: Encode>(
    maker: &Account,
    creator: Option<CreatorId>,
    salt: &[u8; 32],
) -> Vec<u8> {
    (POOL_SALT_TAG, maker, creator, salt).encode()
}

/// The account of a contract; see [`contract_preimage`].
#[cfg(feature = "std")]
pub fn contract<Account: Encode>(
    deployer: &Account,
    code_hash: &Hash,
    input: &[u8],
    salt: &[u8],
) -> Hash {
    crate::commitment::blake2_256(&contract_preimage(deployer, code_hash, input, salt))
}

/// The account of the pool that `factory` makes for `maker`; `input` is that of the pool's constructor.
#[cfg(feature = "std")]
pub fn pool<Account: Encode>(
    factory: &Account,
    code_hash: &Hash,
    input: &[u8],
    maker: &Account,
    creator: Option<CreatorId>,
    salt: &[u8; 32],
) -> Hash {
    let salt = crate::commitment::blake2_256(&pool_salt_preimage(maker, creator, salt));
    contract(factory, code_hash, input, &salt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_fixed() {
        let made = contract_preimage(&[1u8; 32], &[2; 32], &[3, 4], &[5; 32]);
        let expected = [
            b"contract_addr_v1".as_slice(),
            &[1; 32],
            &[2; 32],
            // Both of the last are SCALE byte strings: their lengths, times four, come first.
            &[8, 3, 4],
            &[128],
            &[5; 32],
        ];
        assert_eq!(made, expected.concat());
        let salt = pool_salt_preimage(&[1u8; 32], Some(7), &[2; 32]);
        let expected = [
            b"farthing/pool-salt/v1".as_slice(),
            &[1; 32],
            &[1, 7, 0, 0, 0],
            &[2; 32],
        ];
        assert_eq!(salt, expected.concat());
    }

    #[test]
    fn pool_binds_everything_it_names() {
        let made = |factory: u8, code: u8, input: u8, maker: u8, creator, salt: u8| {
            pool(
                &[factory; 32],
                &[code; 32],
                &[input],
                &[maker; 32],
                creator,
                &[salt; 32],
            )
        };
        let one = made(1, 2, 3, 4, None, 5);
        assert_eq!(one, made(1, 2, 3, 4, None, 5));
        for other in [
            made(9, 2, 3, 4, None, 5),
            made(1, 9, 3, 4, None, 5),
            made(1, 2, 9, 4, None, 5),
            made(1, 2, 3, 9, None, 5),
            made(1, 2, 3, 4, Some(0), 5),
            made(1, 2, 3, 4, None, 9),
        ] {
            assert_ne!(one, other);
        }
    }
}
