//! A pool and a small cast.

pub use farthing_chain::{
    Account, AccountId, AsInk, Balance, Chain, DonationPool, Failure, Message, Receipt,
    GENESIS_MILLIS, UNIT,
};
pub use farthing_contracts::pool::{
    books::{Stage, Sums},
    events::{Arrival, Arrived, Division, Donation, Donations, Gift, Note, Release, Share},
    sponsors::{Match, Pledge, PledgeError},
    terms::{Fee, Mode, Step, Terms, TermsError},
    Error,
};
pub use farthing_types::{
    split::{Recipient, PARTS},
    Millis, DAY,
};

use crate::calls;
pub use crate::calls::{only as events, refused};
use farthing_contracts::pool;
use farthing_contracts::pool::{pool::Overview, PoolRef};
use ink::{
    codegen::TraitCallBuilder,
    env::call::FromAccountId,
    scale::{Decode, Encode},
};
use std::fmt::Debug;

/// When the pools here close, if they do.
pub const CLOSES: Millis = GENESIS_MILLIS + 30 * DAY;
/// What the chain asks as deposit for one more storage item, and for one more byte.
pub const PER_ITEM: i128 = 100_000_000_000;
/// See [`PER_ITEM`].
pub const PER_BYTE: i128 = 5_000_000;
/// What a donor's record of one who signed for themselves costs: an item of twice 16 bytes for what was
/// given, 33 for who paid, and 8 times 16 for sponsors.
pub const RECORD: i128 = PER_ITEM + RECORD_BYTES as i128 * PER_BYTE;
/// The bytes of that item.
pub const RECORD_BYTES: u32 = 2 * 16 + 33 + 8 * 16;

/// Everything to `who`, for ever and at once, without sponsors.
pub fn keep_all(who: &Account) -> Terms {
    Terms {
        title: "A well".into(),
        description: [1; 32],
        uri: "https://example.org/well".into(),
        beneficiaries: split(&[(&who.id(), PARTS)]),
        mode: Mode::KeepAll { closes: None },
        minimum: 1,
        fee: None,
        release: Vec::new(),
        least_sponsorship: 0,
    }
}

/// Everything to `who`, for ever; but it is held until it is paid out, as the rules have a schedule, which
/// releases all of it.
pub fn holding(who: &Account) -> Terms {
    Terms {
        release: vec![Step {
            from: 0,
            parts: PARTS,
        }],
        ..keep_all(who)
    }
}

/// All or nothing, until [`CLOSES`].
pub fn with_goal(who: &Account, goal: Balance) -> Terms {
    Terms {
        mode: Mode::AllOrNothing {
            goal,
            deadline: CLOSES,
        },
        least_sponsorship: goal.div_ceil(100),
        ..keep_all(who)
    }
}

/// A split.
pub fn split(parts: &[(&AccountId, u32)]) -> Vec<Recipient<ink::primitives::AccountId>> {
    let one = |&(account, parts): &(&AccountId, u32)| Recipient {
        account: account.ink(),
        parts,
    };
    parts.iter().map(one).collect()
}

/// A gift without a memo.
pub fn gift(donor: &Account, amount: Balance) -> Gift {
    Gift {
        donor: donor.id().ink(),
        amount,
        memo: None,
    }
}

/// A donation that nobody matches.
pub fn unmatched(donor: &Account, amount: Balance) -> Donation {
    gift(donor, amount).matched_by(vec![])
}

/// As much as is donated, up to `per_donor`.
pub fn one_to_one(per_donor: Balance) -> Pledge {
    Pledge {
        ratio: 10_000,
        per_donor,
        until: None,
    }
}

/// A note of what money is spent on.
pub fn note() -> Note {
    Note {
        commitment: [3; 32],
        uri: "https://example.org/pump".into(),
    }
}

/// A share that arrived.
pub fn sent(account: &AccountId, amount: Balance) -> Share {
    Share {
        account: account.ink(),
        amount,
        sent: true,
    }
}

/// Who got what a call brought in, in the only event there is.
pub fn divisions(receipt: &Receipt) -> Option<Division> {
    let [told] = &events::<Donations>(receipt)[..] else {
        panic!("one event")
    };
    told.division.clone()
}

/// What each sponsor added to each donation of a call, by their numbers.
pub fn matches(receipt: &Receipt) -> Vec<Vec<(u32, Balance)>> {
    let told = &events::<Donations>(receipt)[0].donations;
    let pairs = |one: &Match| (one.sponsor, one.amount);
    told.iter()
        .map(|one| one.matched.iter().map(pairs).collect())
        .collect()
}

/// The money that a call let out.
pub fn releases(receipt: &Receipt) -> Vec<Release> {
    let events = events::<pool::events::Released>(receipt);
    events.into_iter().map(|event| event.release).collect()
}

type Messages = <PoolRef as TraitCallBuilder>::Builder;

/// A pool on a chain of its own.
pub struct World {
    pub chain: Chain,
    pub at: DonationPool,
    /// Made the pool, and gets its money.
    pub alice: Account,
    pub bob: Account,
    pub carol: Account,
    /// Sponsors.
    pub sue: Account,
}

impl World {
    /// A pool with the rules that `terms` makes for alice.
    pub fn new(terms: impl FnOnce(&Account) -> Terms) -> Self {
        let mut chain = Chain::new();
        let [alice, bob, carol, sue] =
            ["alice", "bob", "carol", "sue"].map(|name| chain.account(name, 1_000 * UNIT));
        let terms = terms(&alice);
        let at = DonationPool::deploy(&mut chain, &alice, terms)
            .unwrap_or_else(|e| panic!("the pool cannot be deployed: {e:?}"));
        Self {
            chain,
            at,
            alice,
            bob,
            carol,
            sue,
        }
    }

    /// A pool that keeps everything for alice and never closes.
    pub fn keeping() -> Self {
        Self::new(|alice| Terms {
            least_sponsorship: 1,
            ..keep_all(alice)
        })
    }

    /// A pool that keeps everything for alice and holds it until it is paid out.
    pub fn holding() -> Self {
        Self::new(holding)
    }

    /// A pool for alice with a goal.
    pub fn with_goal(goal: Balance) -> Self {
        Self::new(|alice| with_goal(alice, goal))
    }

    /// The pool's messages.
    pub fn to(&self) -> Messages {
        Messages::from_account_id(self.at.id.ink())
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
        let contracts = [self.at.id.clone()];
        calls::refuse(&mut self.chain, &contracts, signer, message, value)
    }

    pub fn read<Args: Encode, R: Decode>(&mut self, message: Message<Args, R>) -> R {
        self.chain.read(message)
    }

    pub fn overview(&mut self) -> Overview {
        self.read(self.to().overview())
    }

    /// What the pool owes in all.
    pub fn owed(&mut self) -> Balance {
        self.read(self.to().solvency()).0
    }

    /// Donates for oneself, without a memo.
    pub fn donate(&mut self, donor: &Account, amount: Balance) -> Receipt {
        self.done(donor, self.to().donate(None), amount)
    }

    /// What is written down of a donor's gifts.
    pub fn given(&mut self, donor: &Account) -> Balance {
        let record = self.read(self.to().donor(donor.id().ink()));
        record.map_or(0, |record| record.given)
    }

    /// What sponsors have added so far, each.
    pub fn spent(&mut self) -> Vec<Balance> {
        let sponsors = self.read(self.to().sponsors());
        sponsors.iter().map(|one| one.spent).collect()
    }

    pub fn balance(&mut self, account: &Account) -> Balance {
        self.chain.balance(&account.id())
    }

    /// Opens a block at the time the pool closes.
    pub fn close(&mut self) {
        self.chain.seal_at(CLOSES);
    }

    pub fn assert_solvent(&mut self) {
        self.at.assert_solvent(&mut self.chain);
    }
}
