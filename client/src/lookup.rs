//! Finds a transaction by its hash.

use crate::{Account, Block, Chain, Error, Receipt};
use farthing_types::{commitment::blake2_256, Hash};
use futures_util::future::try_join_all;
use scale::{Compact, Decode};

/// How many blocks are asked for at once.
const AT_ONCE: usize = 16;

/// Where a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located {
    /// The block that the transaction is in.
    pub block: Block,
    /// The transaction's place in the block.
    pub index: u32,
    /// The account that signed it, if it was signed.
    pub signer: Option<Account>,
}

/// A function that is told, during a search, how many blocks have been searched.
pub type Looking<'a> = &'a mut (dyn FnMut(u32) + Send);

impl Chain {
    /// Searches the blocks from `last` down to `first` for the transaction with a hash.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn locate(
        &self,
        transaction: Hash,
        first: u32,
        last: u32,
        looking: Looking<'_>,
    ) -> Result<Option<Located>, Error> {
        let numbers: Vec<u32> = (first..=last).rev().collect();
        let mut done = 0;
        for chunk in numbers.chunks(AT_ONCE) {
            let searched = chunk
                .iter()
                .map(|number| self.locate_in(transaction, *number));
            let found = try_join_all(searched).await?;
            if let Some(found) = found.into_iter().flatten().next() {
                return Ok(Some(found));
            }
            done += AT_ONCE as u32;
            looking(done);
        }
        Ok(None)
    }

    async fn locate_in(&self, transaction: Hash, number: u32) -> Result<Option<Located>, Error> {
        let block = self.block(number).await?;
        let transactions = self.transactions(block.hash).await?;
        let found = (0..)
            .zip(&transactions)
            .find(|(_, bytes)| blake2_256(bytes) == transaction);
        Ok(found.map(|(index, bytes)| Located {
            block,
            index,
            signer: signer_of(bytes),
        }))
    }

    /// Returns what a transaction did and cost, given the block that it was found in.
    ///
    /// # Errors
    /// [`Error::Node`] if the node no longer knows the events of the block.
    pub async fn receipt_of(&self, transaction: Hash, at: &Located) -> Result<Receipt, Error> {
        let signer = at.signer.unwrap_or(Account([0; 32]));
        self.receipt(transaction, at.block, at.index, signer).await
    }
}

/// Returns who signed a transaction. Its bytes are a length, a version with a bit for whether it is signed,
/// and then an address, of which the first kind is an account.
fn signer_of(mut bytes: &[u8]) -> Option<Account> {
    const SIGNED: u8 = 0x80;
    const ACCOUNT: u8 = 0;
    Compact::<u32>::decode(&mut bytes).ok()?;
    let [version, kind, rest @ ..] = bytes else {
        return None;
    };
    let is_account = version & SIGNED != 0 && *kind == ACCOUNT;
    is_account.then(|| rest.first_chunk().copied().map(Account))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use scale::Encode;

    fn framed(inner: &[u8]) -> Vec<u8> {
        [Compact(inner.len() as u32).encode(), inner.to_vec()].concat()
    }

    #[test]
    fn signer_is_read_of_signed_transactions_only() {
        let account = [7; 32];
        let signed = [&[0x84, 0][..], &account, &[1; 80]].concat();
        assert_eq!(signer_of(&framed(&signed)), Some(Account(account)));
        let unsigned = [&[0x04, 0][..], &account].concat();
        assert_eq!(signer_of(&framed(&unsigned)), None);
        let by_index = [&[0x84, 1][..], &account].concat();
        assert_eq!(signer_of(&framed(&by_index)), None);
        for length in 0..34 {
            assert_eq!(signer_of(&framed(&signed[..length])), None);
        }
        assert_eq!(signer_of(&[]), None);
    }
}
