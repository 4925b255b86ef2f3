//! What the messages that only read return, and what others read of the root item.

use crate::{
    books::NEVER,
    donor::Donor,
    messages::unpack,
    offers::{Offers, ShareOffer},
    pool::{Overview, Pool, Standing, Summary},
    sponsors::Sponsors,
    terms::{Charter, Payees, Terms},
    till::Till,
};
use farthing_types::Balance;
use ink::{codegen::StaticEnv, prelude::vec::Vec, primitives::AccountId};

/// Most donors that are asked for at once.
pub const MAX_DONORS: usize = 64;

impl Pool {
    pub(crate) fn summarise(&self) -> Summary {
        Summary {
            terms: self.rules(),
            stage: self.books.stage(Self::env().block_timestamp()),
            sums: self.books.sums(),
        }
    }

    pub(crate) fn look_over(&self) -> Overview {
        let Summary { terms, stage, sums } = self.summarise();
        Overview {
            maker: self.maker(),
            offers: self.offered_shares(),
            terms,
            stage,
            sums,
            till: self.till(),
            releasable: self.releasable(),
        }
    }

    pub(crate) fn stand(&self) -> Standing {
        Standing {
            stage: self.books.stage(Self::env().block_timestamp()),
            closes: Some(self.books.closes).filter(|at| *at != NEVER),
            goal: Some(self.books.goal).filter(|goal| *goal != 0),
        }
    }

    pub(crate) fn records(&self, accounts: Vec<AccountId>) -> Vec<Option<Donor>> {
        let accounts = accounts.iter().take(MAX_DONORS);
        accounts.map(|account| self.donors.get(account)).collect()
    }

    fn offered_shares(&self) -> Vec<ShareOffer> {
        let payees = self.payees();
        let offer = |(place, to): (u8, AccountId)| {
            let share = payees.beneficiaries.get(usize::from(place))?;
            let from = share.account;
            Some(ShareOffer { from, to })
        };
        self.all_offers().0.into_iter().filter_map(offer).collect()
    }

    /// Returns what a payout would take out of the books now.
    pub(crate) fn releasable(&self) -> Balance {
        let total = self.books.beneficiaries_due();
        // The schedule's times are read only where there is one.
        let released = match self.books.scheduled {
            true => {
                let terms = self.charter().terms;
                terms.released(total, Self::env().block_timestamp())
            }
            false => total,
        };
        released.saturating_sub(self.till().settled)
    }

    pub(crate) fn owed(&self) -> Balance {
        let now = Self::env().block_timestamp();
        let sponsors = self.all_sponsors().list;
        self.books.owed(now, &self.till(), &sponsors)
    }

    /// Returns the pool's rules, and in them who gets the money now.
    pub(crate) fn rules(&self) -> Terms {
        let Payees { fee, beneficiaries } = self.payees();
        Terms {
            fee,
            beneficiaries,
            ..self.charter().terms
        }
    }

    /// Returns who made the pool.
    pub(crate) fn maker(&self) -> AccountId {
        self.charter().maker
    }

    /// Returns what the pool was made with.
    #[inline(never)]
    pub(crate) fn charter(&self) -> Charter {
        unpack(&self.charter)
    }

    /// Returns who gets the money.
    #[inline(never)]
    pub(crate) fn payees(&self) -> Payees {
        unpack(&self.payees)
    }

    /// Returns what went out.
    #[inline(never)]
    pub(crate) fn till(&self) -> Till {
        unpack(&self.till)
    }

    /// Returns which shares are offered to whom.
    #[inline(never)]
    pub(crate) fn all_offers(&self) -> Offers {
        unpack(&self.offers)
    }

    #[inline(never)]
    pub(crate) fn all_sponsors(&self) -> Sponsors {
        self.sponsors.get_or_default()
    }
}
