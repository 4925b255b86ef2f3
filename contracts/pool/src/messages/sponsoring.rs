//! Sponsors' money, in and out.

use super::{arrived, released};
use crate::{
    books::Stage,
    error::{Error, Result},
    events::{Arrival, Release},
    pool::Pool,
    sponsors::{Pledge, PledgeError, Sponsor},
};
use farthing_shared::{end_without_root, try_send};
use ink::codegen::StaticEnv;

impl Pool {
    pub(crate) fn admit_sponsor(&mut self, pledge: Pledge) -> Result<u32> {
        let now = Self::env().block_timestamp();
        let (closes, refunds) = (self.books.closes, self.books.goal != 0);
        if now >= closes {
            return Err(Error::Closed(closes));
        }
        let least = self.charter().terms.least_sponsorship;
        if least == 0 {
            return Err(Error::NoSponsors);
        }
        let (account, amount) = (Self::env().caller(), Self::env().transferred_value());
        if amount < least {
            return Err(Error::BadPledge(PledgeError::TooLittle(least)));
        }
        let until = pledge.check(now, closes, least).map_err(Error::BadPledge)?;
        let mut sponsors = self.all_sponsors();
        let sponsor = sponsors.admit(
            Sponsor {
                account,
                number: 0,
                ratio: pledge.ratio,
                per_donor: pledge.per_donor,
                until,
                given: amount,
                spent: 0,
                returned: false,
            },
            refunds,
        )?;
        self.books.matching_until = sponsors.matching_until();
        self.sponsors.set(&sponsors);
        let arrival = Arrival::Sponsorship {
            sponsor,
            account,
            amount,
            pledge,
        };
        arrived(arrival, None);
        Ok(sponsor)
    }

    pub(crate) fn end_sponsorship(&mut self, number: u32) -> Result<()> {
        let now = Self::env().block_timestamp();
        let mut sponsors = self.all_sponsors();
        let sponsor = sponsors.find(number).ok_or(Error::UnknownSponsor)?;
        let stage = self.books.stage(now);
        if self.books.goal != 0 && stage == Stage::Open {
            return Err(Error::OpenUntil(self.books.closes));
        }
        if now < sponsor.until {
            return Err(Error::MatchingUntil(sponsor.until));
        }
        let (account, amount) = (sponsor.account, sponsor.due(stage == Stage::Missed));
        if amount == 0 {
            return Err(Error::NothingDue);
        }
        sponsor.returned = true;
        if !try_send(account, amount) {
            return Err(Error::TransferFailed);
        }
        self.sponsors.set(&sponsors);
        released(Release::Sponsorship {
            sponsor: number,
            account,
            amount,
        });
        end_without_root(())
    }
}
