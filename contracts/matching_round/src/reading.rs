//! What the messages that only read return, and what others read of the storage.

use crate::{
    books::Books,
    entries::{Entry, Place, Projection, Shown, Told},
    lists::Membership,
    matching_round::{MatchingRound, Overview},
    messages::summary_of,
    tally::Contribution,
    terms::Terms,
};
use farthing_shared::fixed::Raw;
use ink::{
    codegen::StaticEnv,
    prelude::vec::Vec,
    primitives::AccountId,
    storage::{Lazy, Mapping},
};
use scale::{Decode, Encode};

/// Most pools on a page, half of all that a round can have: each is asked, and a chain may allow a call no
/// more than 5 MiB of proof, as for a block.
pub const MAX_PAGE: u32 = 32;

impl MatchingRound {
    pub(crate) fn look_over(&self) -> Overview {
        Overview {
            terms: self.rules(),
            stage: self.books.stage(Self::env().block_timestamp()),
            books: self.books.clone(),
        }
    }

    /// Returns all pools, and their shares as they are or would be.
    pub(crate) fn projections(&self) -> Vec<Projection> {
        let mut entries = self.all_entries();
        if !self.books.divided {
            let shares = self.shares(&entries);
            for (entry, share) in entries.iter_mut().zip(shares) {
                entry.share = share;
            }
        }
        let with_place = |entry: Entry| {
            let place = self.place_at(entry.account)?;
            Some(Projection {
                entry,
                objections: place.objections,
                tally: place.tally,
            })
        };
        entries.into_iter().filter_map(with_place).collect()
    }

    pub(crate) fn show(&self, skip: u32, count: u32) -> Vec<Shown> {
        let all = self.projections().into_iter();
        all.skip(skip as usize)
            .take(count.min(MAX_PAGE) as usize)
            .map(shown)
            .collect()
    }

    pub(crate) fn excluded(&self, pool: AccountId) -> Vec<AccountId> {
        let place = self.place_at(pool);
        place.map(|place| place.beneficiaries).unwrap_or_default()
    }

    pub(crate) fn contribution_of(
        &self,
        pool: AccountId,
        donor: AccountId,
    ) -> Option<Contribution> {
        let place = self.place_at(pool)?.place;
        self.contributions.get((place, donor))
    }

    pub(crate) fn may_donate(&self, account: &AccountId, membership: Option<Membership>) -> bool {
        self.books.verifier.is_none() || membership.is_some_and(|one| self.is_member(account, &one))
    }

    /// Returns a pool's place in the round, if it is in it.
    #[inline(always)]
    pub(crate) fn place_at(&self, pool: AccountId) -> Option<Place> {
        let raw = self.places.get(pool)?;
        Place::decode(&mut &raw.bytes[..]).ok()
    }

    /// Writes a pool's place down.
    pub(crate) fn put_place(&mut self, pool: AccountId, place: &Place) {
        self.places.insert(pool, &Raw::new(place.encode()));
    }

    pub(crate) fn all_entries(&self) -> Vec<Entry> {
        self.entries.get_or_default()
    }

    pub(crate) fn rules(&self) -> Terms {
        // Were it not there, nothing could be done.
        self.terms
            .get()
            .unwrap_or_else(|| panic!("stored by the constructor"))
    }

    /// Returns the contract without its root item. For what needs other items only, and for the
    /// constructor.
    pub(crate) fn unread() -> Self {
        Self {
            books: Books::unread(),
            terms: Lazy::new(),
            entries: Lazy::new(),
            places: Mapping::new(),
            contributions: Mapping::new(),
            sponsors: Mapping::new(),
            lists: Mapping::new(),
        }
    }
}

fn shown(projection: Projection) -> Shown {
    let told = summary_of(projection.entry.account).map(|summary| Told {
        title: summary.terms.title,
        stage: summary.stage,
        sums: summary.sums,
    });
    Shown { projection, told }
}
