//! The storefront's events.

use super::{guarded, memo, until, who, Words};
use crate::values::percent;
use farthing_client::{Account, Event};
use farthing_contracts::storefront::events::{
    CatalogueChanged, Change as ShopChange, Deployed, PausedUntil, Payment, Payments, Release,
    Released,
};

impl Words<'_> {
    pub(super) fn of_shop(&self, event: &Event) -> Option<Vec<String>> {
        let emitted = &event.emitted;
        if let Some(payments) = emitted.decode::<Payments>() {
            let payer = who(payments.payer);
            let lines = payments.payments.iter();
            return Some(lines.map(|one| self.payment(payer, one)).collect());
        }
        if let Some(released) = emitted.decode::<Released>() {
            return Some(self.released(released.release));
        }
        if let Some(made) = emitted.decode::<Deployed>() {
            let (fee, treasury) = (percent(made.fee), who(made.treasury));
            let line = format!("the storefront was made: {fee} of each payment goes to {treasury}");
            return Some(vec![
                line + &guarded(made.guardian, "the taking of payments"),
            ]);
        }
        if let Some(paused) = emitted.decode::<PausedUntil>() {
            return Some(vec![until(
                "the taking of payments",
                paused.until,
                event.time,
            )]);
        }
        let changed = emitted.decode::<CatalogueChanged>()?;
        let id = changed.creator;
        let what = match changed.change {
            ShopChange::Opened => "opened a storefront".into(),
            ShopChange::Published {
                item,
                listing,
                content,
            } => format!(
                "put up item {item}, \"{}\", for {}",
                content.title,
                self.sum(listing.price)
            ),
            ShopChange::Revised {
                item,
                edition,
                content,
            } => {
                format!(
                    "brought out edition {edition} of item {item}, \"{}\"",
                    content.title
                )
            }
            ShopChange::Repriced { item, price } => {
                format!(
                    "changed the price of {} to {}",
                    self.names.item(id, item),
                    self.sum(price)
                )
            }
            ShopChange::Tiered {
                item,
                tier: Some(tier),
            } => {
                format!("put {} into tier {tier}", self.names.item(id, item))
            }
            ShopChange::Tiered { item, tier: None } => {
                format!("took {} out of its tier", self.names.item(id, item))
            }
            ShopChange::Retired { item } => format!("took {} off sale", self.names.item(id, item)),
            ShopChange::Relisted { item } => {
                format!("put {} back on sale", self.names.item(id, item))
            }
            ShopChange::TierSet {
                tier,
                price: Some(price),
            } => {
                format!("set tier {tier} to {}", self.sum(price))
            }
            ShopChange::TierSet { tier, price: None } => format!("ended tier {tier}"),
            ShopChange::Payee { .. } => "is paid otherwise from now on".into(),
        };
        Some(vec![format!("{} {what}", self.names.creator(id))])
    }

    fn payment(&self, payer: Account, payment: &Payment) -> String {
        match payment {
            Payment::Tip(tip) => {
                let memo = memo(&tip.memo).map(|memo| format!(": {memo}"));
                format!(
                    "{payer} tipped {} {}{}",
                    self.names.creator(tip.creator),
                    self.sum(tip.amount),
                    memo.unwrap_or_default()
                )
            }
            Payment::Purchase {
                creator,
                item,
                owner,
                paid,
                ..
            } => {
                let other = who(*owner);
                let whom = if other == payer {
                    String::new()
                } else {
                    format!(" for {other}")
                };
                format!(
                    "{payer} bought {} of {}{whom} for {}",
                    self.names.item(*creator, *item),
                    self.names.creator(*creator),
                    self.sum(*paid)
                )
            }
            Payment::Blinded {
                creator,
                tier,
                paid,
                ..
            } => format!(
                "{payer} bought something in tier {tier} of {} for {}",
                self.names.creator(*creator),
                self.sum(*paid)
            ),
        }
    }

    fn released(&self, release: Release) -> Vec<String> {
        match release {
            Release::Payout { creator, shares } => {
                let shares = shares.into_iter();
                let line = |share: farthing_contracts::storefront::events::Share| {
                    let how = if share.sent {
                        "was paid"
                    } else {
                        "could not be paid"
                    };
                    let (account, sum) = (who(share.account), self.sum(share.amount));
                    let whose = self.names.creator(creator);
                    format!("{account} {how} {sum} of {whose}")
                };
                shares.map(line).collect()
            }
            Release::Refund {
                creator, purchases, ..
            } => {
                let lines = purchases.into_iter().map(|one| {
                    let (account, sum) = (who(one.payer), self.sum(one.paid));
                    let (whose, item) = (
                        self.names.creator(creator),
                        self.names.item(creator, one.item),
                    );
                    format!("{whose} gave {sum} back to {account} for {item}")
                });
                lines.collect()
            }
            Release::Fees { amount } => {
                vec![format!("the treasury got {} of fees", self.sum(amount))]
            }
        }
    }
}
