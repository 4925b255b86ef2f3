//! A round over pools of a factory, and a small cast.

pub use crate::pool::world::{
    holding as keep_all, refused, Account, AccountId, AsInk, Balance, Chain, DonationPool, Failure,
    Message, Millis, Mode, Receipt, Terms as PoolTerms, DAY, GENESIS_MILLIS, PER_BYTE, PER_ITEM,
    UNIT,
};
pub use farthing_chain::{Factory, Farthing, Round};
pub use matching_round::{
    books::{Outcome, Stage, MAX_POOLS, PATIENCE},
    events::{self, Share},
    matching_round::{Overview, Projection},
    tally::{Contribution, Tally},
    terms::{Terms, TermsError},
    Error,
};

use crate::calls;
use ink::{
    codegen::TraitCallBuilder,
    env::call::FromAccountId,
    scale::{Decode, Encode},
};
use matching_round::MatchingRoundRef;
use std::fmt::Debug;

/// When the rounds here open.
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

/// The rules of a round organised by olga, which anyone can donate through.
pub fn terms(factory: &AccountId) -> Terms {
    Terms {
        title: "Wells".into(),
        description: [2; 32],
        uri: "https://example.org/wells".into(),
        organiser: Account::named("olga").id().ink(),
        factory: factory.ink(),
        opens: OPENS,
        closes: CLOSES,
        divides: DIVIDES,
        minimum: 1,
        cap: CAP,
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

    /// A donation through the round.
    pub fn donation(&self, pool: u32) -> Message<impl Encode + Clone, Result<(), Error>> {
        self.to().donate(self.pool(pool), None)
    }

    /// Donates through the round.
    pub fn donate(&mut self, donor: &Account, pool: u32, amount: Balance) -> Receipt {
        self.done(donor, self.donation(pool), amount)
    }

    /// Sponsors the round.
    pub fn sponsor(&mut self, sponsor: &Account, amount: Balance) -> Receipt {
        self.done(sponsor, self.to().sponsor(), amount)
    }

    /// Divides the money, at the first time that is possible.
    pub fn divide(&mut self) -> Receipt {
        if self.chain.now() < DIVIDES {
            self.chain.seal_at(DIVIDES);
        }
        let dave = self.dave.clone();
        self.done(&dave, self.to().divide(64), 0)
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
        self.pool_overview(pool).books.donated
    }

    /// What a pool has had as a grant.
    pub fn granted(&mut self, pool: u32) -> Balance {
        self.pool_overview(pool).books.pocket
    }

    fn pool_overview(&mut self, pool: u32) -> pool::pool::Overview {
        let message = self.pools[pool as usize].pool.call().overview();
        self.chain.read(message)
    }

    /// What the round owes in all.
    pub fn owed(&mut self) -> Balance {
        self.read(self.to().solvency()).0
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
        if books.outcome == Outcome::Divided {
            let shares: Balance = pools.iter().map(|one| one.entry.share).sum();
            assert_eq!(shares, books.money, "shares are all of the money");
            let unpaid = pools.iter().filter(|one| !one.entry.paid);
            let unpaid: Balance = unpaid.map(|one| one.entry.share).sum();
            assert_eq!(self.owed(), unpaid);
        }
        for pool in &self.pools {
            pool.assert_solvent(&mut self.chain);
        }
    }
}
