//! Derives tips, purchases and refunds.

use super::{Seen, Writer};
use crate::{
    kinds::PaymentKind,
    tables::Which,
    value::{row, Amount},
    Result,
};
use farthing_client::ops::ledger::Known;
use farthing_contracts::storefront::{
    access::{Purchase, Term},
    events::{CatalogueChanged, Deployed, Payment, Payments, Release, Released},
};
use farthing_types::{money::basis_points, Balance, CreatorId};
use ink::primitives::AccountId;

/// A payment in parts, as its row has them.
pub(super) struct Parts {
    pub kind: PaymentKind,
    pub creator: CreatorId,
    /// The item or the tier.
    pub number: Option<u32>,
    pub owner: Option<AccountId>,
    pub paid: Balance,
    pub fee: Balance,
    pub referral: Balance,
    /// The memo of a tip, or the commitment of a blinded purchase.
    pub note: Option<Vec<u8>>,
    pub term: Option<Term>,
}

/// Of the purchases that were like this one, the latest that was not refunded.
const LIKE: &str = "SELECT p.seq, p.place FROM payments p
WHERE p.owner = $1 AND p.creator = $2 AND p.number = $3 AND p.payer = $4 AND p.paid = $5
AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.payment = p.seq AND r.payment_place = p.place)";

impl Writer<'_> {
    pub(super) fn storefront(&mut self, seen: Seen) -> Result<()> {
        if let Some(payments) = seen.decode::<Payments>() {
            self.payments(seen, payments)
        } else if let Some(released) = seen.decode::<Released>() {
            self.released(seen, released.release)
        } else if let Some(changed) = seen.decode::<CatalogueChanged>() {
            self.catalogue(seen, changed)
        } else if let Some(deployed) = seen.decode::<Deployed>() {
            let row = row![seen.seq, deployed.fee, deployed.treasury];
            self.put(Which::Terms, row);
            self.memory.fee = Some(deployed.fee);
            Ok(())
        } else {
            Ok(())
        }
    }

    fn payments(&mut self, seen: Seen, payments: Payments) -> Result<()> {
        let fee = self.fee()?;
        for (place, payment) in (0u32..).zip(payments.payments) {
            let parts = Parts::of(payment, fee);
            self.earn(seen, &parts)?;
            let referrer = payments.referrer.filter(|_| parts.referral > 0);
            let row = row![
                seen.seq,
                place,
                parts.kind,
                payments.payer,
                parts.creator,
                parts.number,
                parts.owner,
                referrer,
                Amount(parts.paid),
                Amount(parts.fee),
                Amount(parts.referral),
                parts.note,
                parts.term.map(|term| term.at),
                parts.term.map(|term| term.from),
                parts.term.map(|term| term.period),
            ];
            self.put(Which::Payments, row);
        }
        Ok(())
    }

    fn released(&mut self, seen: Seen, release: Release) -> Result<()> {
        if let Release::Refund {
            creator,
            owner,
            purchases,
            ..
        } = release
        {
            for (place, purchase) in (0u32..).zip(purchases) {
                // What it refunds must be in the store to be found; so must refunds of others like it.
                self.flush()?;
                self.refund(seen, place, (creator, owner), purchase)?;
            }
        }
        Ok(())
    }

    fn refund(
        &mut self,
        seen: Seen,
        place: u32,
        (creator, owner): (CreatorId, AccountId),
        purchase: Purchase,
    ) -> Result<()> {
        let mut like = row![
            owner,
            creator,
            purchase.item,
            purchase.payer,
            Amount(purchase.paid),
        ];
        // A pass is known by when it was bought; when it begins changes as others are refunded.
        let bought = match purchase.term {
            Some(term) => {
                like.extend(row![term.at]);
                "p.bought = $6"
            }
            None => "p.bought IS NULL",
        };
        let question = format!("{LIKE} AND {bought} ORDER BY p.seq DESC, p.place DESC LIMIT 1");
        let found = self.store.first(&question, &like, |row| {
            Ok((row.get::<i64>(0)?, row.get::<i64>(1)?))
        })?;
        let Some((payment, payment_place)) = found else {
            let reason = format!(
                "it refunds a purchase of item {} of creator #{creator} that was never made",
                purchase.item
            );
            return Err(seen.impossible(reason));
        };
        let row = row![
            seen.seq,
            place,
            creator,
            owner,
            purchase.payer,
            purchase.item,
            Amount(purchase.paid),
            purchase.term.map(|term| term.at),
            payment,
            payment_place,
        ];
        self.put(Which::Refunds, row);
        Ok(())
    }
}

impl Parts {
    fn of(payment: Payment, fee: u16) -> Self {
        // Of each payment by itself, as the contract takes it.
        let fee = |paid| basis_points(paid, fee).unwrap_or(0);
        match payment {
            Payment::Tip(tip) => Self {
                kind: PaymentKind::Tip,
                creator: tip.creator,
                number: None,
                owner: None,
                paid: tip.amount,
                fee: fee(tip.amount),
                referral: 0,
                note: Some(tip.memo),
                term: None,
            },
            Payment::Purchase {
                creator,
                item,
                owner,
                paid,
                term,
                referral,
            } => Self {
                kind: PaymentKind::Purchase,
                creator,
                number: Some(item),
                owner: Some(owner),
                paid,
                fee: fee(paid),
                referral,
                note: None,
                term,
            },
            Payment::Blinded {
                creator,
                tier,
                paid,
                commitment,
            } => Self {
                kind: PaymentKind::Blinded,
                creator,
                number: Some(tier.into()),
                owner: None,
                paid,
                fee: fee(paid),
                referral: 0,
                note: Some(commitment.to_vec()),
                term: None,
            },
        }
    }
}
