//! Lists of donors, which a round's verifier publishes by their Merkle roots.

use crate::{Account, Error};
use farthing_contracts::matching_round::lists::Membership;
use farthing_types::{
    merkle::{leaf, prove, root_of, Proof},
    Hash,
};
use std::{fs, path::Path};

/// A list of accounts. It is sorted by their bytes, whatever order the file has, and has each account once.
/// So the same people always have the same root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Donors {
    accounts: Vec<Account>,
    leaves: Vec<Hash>,
}

impl Donors {
    /// Reads a file with one account's address on each line. Ignores empty lines and whatever follows a `#`.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Input`] with the number of a line that is not an address.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
        text.parse()
    }

    /// Makes the list of these accounts.
    pub fn new(mut accounts: Vec<Account>) -> Self {
        accounts.sort();
        accounts.dedup();
        let leaves = accounts.iter().map(|account| leaf(&account.0)).collect();
        Self { accounts, leaves }
    }

    /// Returns the list's Merkle root.
    pub fn root(&self) -> Hash {
        root_of(&self.leaves)
    }

    /// Returns the accounts of the list.
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// Returns the proof that an account is on the list; `None` if it is not.
    pub fn proof(&self, account: Account) -> Option<Proof> {
        let index = self.accounts.binary_search(&account).ok()?;
        prove(&self.leaves, index)
    }

    /// Returns what a donor sends with a donation. `None` unless the root of this list is among these roots
    /// and the donor is on it.
    pub fn membership(&self, lists: &[Hash], account: Account) -> Option<Membership> {
        let root = self.root();
        let list = lists.iter().position(|list| *list == root)?;
        Some(Membership {
            list: list.try_into().ok()?,
            proof: self.proof(account)?,
        })
    }
}

impl std::str::FromStr for Donors {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut accounts = Vec::new();
        for (line, number) in text.lines().zip(1..) {
            let address = line.split('#').next().unwrap_or_default().trim();
            if address.is_empty() {
                continue;
            }
            let account = address
                .parse()
                .map_err(|error| Error::Input(format!("In line {number}: {error}")))?;
            accounts.push(account);
        }
        Ok(Self::new(accounts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use farthing_types::{commitment::blake2_256, merkle::verify};

    fn account(n: u8) -> Account {
        Account([n; 32])
    }

    #[test]
    fn same_people_have_the_same_root_in_any_order() {
        let text = format!(
            "# people\n{}\n\n {} # twice\n{}\n",
            account(2),
            account(1),
            account(2)
        );
        let donors: Donors = text.parse().unwrap();
        assert_eq!(donors, Donors::new(vec![account(1), account(2)]));
        assert_eq!(donors.accounts(), [account(1), account(2)]);
        assert_ne!(donors.root(), Donors::new(vec![account(1)]).root());
    }

    #[test]
    fn who_is_on_the_list_can_show_it() {
        let donors = Donors::new((0..9).map(account).collect());
        let lists = [[1; 32], donors.root()];
        let shown = donors.membership(&lists, account(4)).unwrap();
        assert_eq!(shown.list, 1);
        assert!(verify(&donors.root(), &[4; 32], &shown.proof));
        assert!(shown.shows(blake2_256, &donors.root(), &account(4).id()));
        assert_eq!(donors.membership(&lists, account(9)), None);
        assert_eq!(donors.membership(&[], account(4)), None);
    }

    #[test]
    fn line_that_is_no_address_is_named() {
        let text = format!("{}\nada\n", account(1));
        let error = text.parse::<Donors>().unwrap_err().to_string();
        assert!(error.starts_with("In line 2: \"ada\""), "{error}");
    }
}
