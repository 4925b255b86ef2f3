//! A round over pools of a factory, and a small cast.

pub use crate::pool::world::{
    holding as keep_all, refused, Account, AccountId, AsInk, Balance, Chain, DonationPool, Failure,
    Message, Millis, Mode, Receipt, Terms as PoolTerms, DAY, GENESIS_MILLIS, PER_BYTE, PER_ITEM,
    UNIT,
};
pub use farthing_chain::{Factory, Farthing, Round};
pub use farthing_contracts::matching_round::{
    books::{Stage, MAX_POOLS, PATIENCE},
    entries::{Objections, Projection},
    events::{self, Payment, Share},
    lists::{Membership, MAX_LISTS},
    matching_round::Overview,
    tally::{Contribution, Tally},
    terms::{Terms, TermsError},
    Error,
};
pub use farthing_types::merkle::{leaf, prove, root_of};

use crate::calls;
use farthing_contracts::matching_round::MatchingRoundRef;
use farthing_contracts::pool;
use ink::{
    codegen::TraitCallBuilder,
    env::call::FromAccountId,
    scale::{Decode, Encode},
};
use std::fmt::Debug;

/// Until when the pools of the rounds here are chosen.
pub const CHOSEN: Millis = GENESIS_MILLIS + 8 * DAY;
/// When they open.
pub const OPENS: Millis = GENESIS_MILLIS + 10 * DAY;
/// When they close.
pub const CLOSES: Millis = GENESIS_MILLIS + 40 * DAY;
/// When their money can be divided.
pub const DIVIDES: Millis = GENESIS_MILLIS + 50 * DAY;
/// How much of what one donor gives to one pool counts.
pub const CAP: Balance = 1_000_000;
/// What a donor's record costs: an item of 16 bytes for what counts, and 8 for its root.
pub const RECORD: i128 = PER_ITEM + (16 + 8) * PER_BYTE;
/// What a sponsor's record costs: an item of 16 bytes.
pub const SPONSORS_RECORD: i128 = PER_ITEM + 16 * PER_BYTE;

/// Checks that the signer has had back `deposit`. The chain gives back a share of all that a contract
/// has locked, rounded down for each kind of deposit.
pub fn assert_given_back(receipt: &Receipt, deposit: i128) {
    let back = -receipt.deposit;
    assert!((deposit - 2..=deposit).contains(&back), "{back}");
}

type Messages = <MatchingRoundRef as TraitCallBuilder>::Builder;

/// The rules of a round organised by olga, which anyone can donate through, and all of whose money one pool
/// can get.
pub fn terms(factory: &AccountId) -> Terms {
    Terms {
        title: "Wells".into(),
        description: [2; 32],
        uri: "https://example.org/wells".into(),
        organiser: Account::named("olga").id().ink(),
        factory: factory.ink(),
        chosen: CHOSEN,
        opens: OPENS,
        closes: CLOSES,
        divides: DIVIDES,
        minimum: 1,
        cap: CAP,
        max_share: 10_000,
        min_donors: 2,
        verifier: None,
    }
}

/// Adds a verifier, vera.
pub fn verified(terms: &mut Terms) {
    terms.verifier = Some(Account::named("vera").id().ink());
}

/// A round on a chain of its own.
pub struct World {
    pub chain: Chain,
    pub factory: Factory,
    pub at: Round,
    /// Pools of the factory, in the order of their numbers there.
    pub pools: Vec<DonationPool>,
    /// The verifier's lists.
    pub lists: Vec<Vec<ink::primitives::AccountId>>,
    /// Makes pools, and gets their money.
    pub ada: Account,
    /// Organises the round.
    pub olga: Account,
    /// Verifies donors, if the round has a verifier.
    pub vera: Account,
    /// Sponsors.
    pub sue: Account,
    pub sam: Account,
    /// Donors.
    pub bob: Account,
    pub carol: Account,
    pub dave: Account,
}

impl World {
    /// A round with the rules of [`terms`], changed by `change`, and no pools.
    pub fn with(change: impl FnOnce(&mut Terms)) -> Self {
        let mut farthing = Farthing::default();
        let registry = farthing.registry_id.clone();
        let chain = &mut farthing.chain;
        let mut account = |name| chain.account(name, 1_000 * UNIT);
        let [ada, olga, vera, sue] = ["ada", "olga", "vera", "sue"].map(&mut account);
        let [sam, bob, carol, dave] = ["sam", "bob", "carol", "dave"].map(account);
        let factory = Factory::deploy(chain, &ada, &registry, None).unwrap();
        let mut terms = terms(&factory.id);
        change(&mut terms);
        let at = Round::deploy(chain, &olga, terms)
            .unwrap_or_else(|e| panic!("the round cannot be deployed: {e:?}"));
        Self {
            chain: farthing.chain,
            factory,
            at,
            pools: Vec::new(),
            lists: Vec::new(),
            ada,
            olga,
            vera,
            sue,
            sam,
            bob,
            carol,
            dave,
        }
    }

    /// An open round that anyone can donate through, with pools that keep everything.
    pub fn open(pools: u32) -> Self {
        let mut w = Self::with(|_| ());
        for _ in 0..pools {
            w.entered(keep_all(&w.ada));
        }
        w.chain.seal_at(OPENS);
        w
    }

    /// Has the factory make a pool, and returns its number.
    pub fn made(&mut self, terms: PoolTerms) -> u32 {
        let number = self.pools.len() as u32;
        let mut salt = [0; 32];
        salt[..4].copy_from_slice(&number.to_le_bytes());
        let chain = &mut self.chain;
        let made = self.factory.create(chain, &self.ada, None, terms, salt);
        self.pools.push(made.unwrap().0);
        number
    }

    /// Has the factory make a pool, takes it into the round, and returns its number.
    pub fn entered(&mut self, terms: PoolTerms) -> u32 {
        let number = self.made(terms);
        let olga = self.olga.clone();
        self.done(&olga, self.to().enter(number), 0);
        number
    }

    /// A pool of ada's with a goal, settled at `deadline`.
    pub fn goal(&self, goal: Balance, deadline: Millis) -> PoolTerms {
        PoolTerms {
            mode: Mode::AllOrNothing { goal, deadline },
            ..keep_all(&self.ada)
        }
    }

    /// The account of a pool.
    pub fn pool(&self, number: u32) -> ink::primitives::AccountId {
        self.pools[number as usize].id.ink()
    }

    /// The round's messages.
    pub fn to(&self) -> Messages {
        Messages::from_account_id(self.at.id.ink())
    }

    /// A donation through the round, by somebody who is on no list.
    pub fn donation(&self, pool: u32) -> Message<impl Encode + Clone, Result<(), Error>> {
        self.to().donate(self.pool(pool), None, None)
    }

    /// A donation through the round, with the donor's proof if they are on a list.
    pub fn donation_of(
        &self,
        donor: &Account,
        pool: u32,
    ) -> Message<impl Encode + Clone, Result<(), Error>> {
        let membership = self.membership(donor);
        self.to().donate(self.pool(pool), None, membership)
    }

    /// Donates through the round.
    pub fn donate(&mut self, donor: &Account, pool: u32, amount: Balance) -> Receipt {
        self.done(donor, self.donation_of(donor, pool), amount)
    }

    /// Has vera make one more list known.
    pub fn list(&mut self, members: &[&Account]) -> Receipt {
        let members: Vec<_> = members.iter().map(|one| one.id().ink()).collect();
        let (number, root) = (self.lists.len() as u8, root(&members));
        self.lists.push(members);
        let vera = self.vera.clone();
        self.done(&vera, self.to().set_list(number, root, String::new()), 0)
    }

    /// That somebody is on the first list that they are on.
    pub fn membership(&self, who: &Account) -> Option<Membership> {
        let who = who.id().ink();
        (0u8..).zip(&self.lists).find_map(|(list, members)| {
            let index = members.iter().position(|one| *one == who)?;
            let proof = prove(&leaves(members), index)?;
            Some(Membership { list, proof })
        })
    }

    /// Olga, the organiser, or vera, the verifier.
    pub fn objector(&self, organiser: bool) -> Account {
        match organiser {
            true => self.olga.clone(),
            false => self.vera.clone(),
        }
    }

    /// Sponsors the round.
    pub fn sponsor(&mut self, sponsor: &Account, amount: Balance) -> Receipt {
        self.done(sponsor, self.to().sponsor(), amount)
    }

    /// Settles whose the money is, at the first time that is possible, and pays nobody. Returns what came
    /// of the last call.
    pub fn divide(&mut self) -> Receipt {
        if self.chain.now() < DIVIDES {
            self.chain.seal_at(DIVIDES);
        }
        let dave = self.dave.clone();
        // One call asks one pool; the last of them leaves none to pay with.
        for calls in [0].into_iter().chain([1; 64]) {
            let receipt = self.done(&dave, self.to().divide(calls), 0);
            if self.stage() == Stage::Divided {
                return receipt;
            }
        }
        panic!("the division has no end");
    }

    /// Calls a message that must go through.
    pub fn done<Args: Encode, T: Decode>(
        &mut self,
        signer: &Account,
        message: Message<Args, Result<T, Error>>,
        value: Balance,
    ) -> Receipt {
        calls::done(&mut self.chain, signer, message, value)
    }

    /// Has a message refused; see [`calls::refuse`].
    pub fn refuse<Args: Encode + Clone, T: Decode + Debug>(
        &mut self,
        signer: &Account,
        message: Message<Args, Result<T, Error>>,
        value: Balance,
    ) -> Error {
        let pools = self.pools.iter().map(|pool| &pool.id);
        let contracts: Vec<_> = pools.chain([&self.at.id]).cloned().collect();
        calls::refuse(&mut self.chain, &contracts, signer, message, value)
    }

    pub fn read<Args: Encode, R: Decode>(&mut self, message: Message<Args, R>) -> R {
        self.chain.read(message)
    }

    pub fn overview(&mut self) -> Overview {
        self.read(self.to().overview())
    }

    pub fn stage(&mut self) -> Stage {
        self.overview().stage
    }

    pub fn projections(&mut self) -> Vec<Projection> {
        self.read(self.to().pools())
    }

    /// What the pools get, or would.
    pub fn shares(&mut self) -> Vec<Balance> {
        let pools = self.projections();
        pools.into_iter().map(|one| one.entry.share).collect()
    }

    /// What counts of a donor's gifts to a pool.
    pub fn counted(&mut self, donor: &Account, pool: u32) -> Balance {
        let message = self.to().contribution(self.pool(pool), donor.id().ink());
        self.read(message).map_or(0, |one| one.counted)
    }

    /// What donors have given to a pool in all.
    pub fn donated(&mut self, pool: u32) -> Balance {
        self.pool_overview(pool).sums.donated
    }

    /// What a pool has had as a grant.
    pub fn granted(&mut self, pool: u32) -> Balance {
        self.pool_overview(pool).sums.pocket
    }

    fn pool_overview(&mut self, pool: u32) -> pool::pool::Overview {
        let message = self.pools[pool as usize].pool.call().overview();
        self.chain.read(message)
    }

    /// What the round owes in all.
    pub fn owed(&mut self) -> Balance {
        self.read(self.to().solvency()).0
    }

    /// What would go back to the sponsors, or does.
    pub fn rest(&mut self) -> Balance {
        self.overview().books.money - self.shares().iter().sum::<Balance>()
    }

    pub fn balance(&mut self, account: &Account) -> Balance {
        self.chain.balance(&account.id())
    }

    /// Checks that the round owes no more than it holds, and what it owes is what its records say; and
    /// the pools likewise.
    pub fn assert_solvent(&mut self) {
        self.at.assert_solvent(&mut self.chain);
        let books = self.overview().books;
        let pools = self.projections();
        if books.divided {
            let shares: Balance = pools.iter().map(|one| one.entry.share).sum();
            assert_eq!(shares + books.rest, books.money, "all money is somebody's");
            let unpaid = pools.iter().filter(|one| !one.entry.paid);
            let unpaid: Balance = unpaid.map(|one| one.entry.share).sum();
            assert_eq!(self.owed(), unpaid + books.rest_left);
        } else {
            assert_eq!(self.owed(), books.money);
        }
        for pool in &self.pools {
            pool.assert_solvent(&mut self.chain);
        }
    }
}

/// The leaves of a list.
pub fn leaves(members: &[ink::primitives::AccountId]) -> Vec<[u8; 32]> {
    members.iter().map(|one| leaf(one.as_ref())).collect()
}

/// The root of a list.
pub fn root(members: &[ink::primitives::AccountId]) -> [u8; 32] {
    root_of(&leaves(members))
}
