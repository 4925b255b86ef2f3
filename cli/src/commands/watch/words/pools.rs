//! The events of pools, and of the factory that makes them.

use super::{found_at, who, Words};
use crate::values::percent;
use farthing_client::{Account, Event};
use farthing_contracts::{
    pool::events::{
        Arrival, Arrived, Created, Donation, Donations, Explained, Finalised, Forgotten, News,
        Release, Released, ShareMoved, ShareOffered,
    },
    pool_factory::events::{FactoryDeployed, ListingChanged, PoolCreated},
};

impl Words<'_> {
    pub(super) fn of_factory(&self, event: &Event) -> Option<Vec<String>> {
        let emitted = &event.emitted;
        if let Some(made) = emitted.decode::<FactoryDeployed>() {
            let fee = made.fee.map(|fee| {
                let (part, treasury) = (percent(fee.points), who(fee.treasury));
                format!(": {part} of what its pools pay out goes to {treasury}")
            });
            let line = "the pool factory was made".to_string() + &fee.unwrap_or_default();
            return Some(vec![line]);
        }
        if let Some(created) = emitted.decode::<PoolCreated>() {
            let (number, pool, maker) = (created.number, who(created.account), who(created.maker));
            let of = created
                .creator
                .map(|id| format!(" for {}", self.names.creator(id)));
            let of = of.unwrap_or_default();
            return Some(vec![format!(
                "pool #{number} is {pool}, made by {maker}{of}"
            )]);
        }
        let changed = emitted.decode::<ListingChanged>()?;
        let (by, number) = (who(changed.by), changed.number);
        Some(vec![match changed.listed {
            true => format!("{by} put pool #{number} back into the list"),
            false => format!("{by} took pool #{number} out of the list"),
        }])
    }

    pub(super) fn of_pool(&self, event: &Event) -> Option<Vec<String>> {
        let emitted = &event.emitted;
        let pool = self.names.pool(emitted.contract);
        if let Some(donations) = emitted.decode::<Donations>() {
            let donations = donations.donations.iter();
            return Some(donations.map(|one| self.donation(one, &pool)).collect());
        }
        let line = if let Some(created) = emitted.decode::<Created>() {
            format!("{pool} was made by {}", who(created.maker))
        } else if let Some(finalised) = emitted.decode::<Finalised>() {
            format!("{pool} has its {}", self.sum(finalised.raised))
        } else if let Some(arrived) = emitted.decode::<Arrived>() {
            self.arrival(&arrived.arrival, &pool)
        } else if let Some(released) = emitted.decode::<Released>() {
            self.release(&released.release, &pool)
        } else {
            self.words_of_people(event, &pool)?
        };
        Some(vec![line])
    }

    fn donation(&self, one: &Donation, pool: &str) -> String {
        let (donor, sum) = (who(one.donor), self.sum(one.amount));
        let matched: u128 = one.matched.iter().map(|one| one.amount).sum();
        match matched {
            0 => format!("{donor} gave {sum} to {pool}"),
            more => format!(
                "{donor} gave {sum} to {pool}, and sponsors {}",
                self.sum(more)
            ),
        }
    }

    fn arrival(&self, arrival: &Arrival, pool: &str) -> String {
        let (from, amount, how) = match arrival {
            Arrival::Sponsorship {
                account, amount, ..
            } => (who(*account).to_string(), *amount, "sponsors"),
            Arrival::Grant { from, amount } => (who(*from).to_string(), *amount, "granted"),
            Arrival::Surplus { amount } => ("somebody".into(), *amount, "sent"),
        };
        match arrival {
            Arrival::Sponsorship { .. } => {
                format!("{from} {how} {pool} with {}", self.sum(amount))
            }
            _ => format!("{from} {how} {} to {pool}", self.sum(amount)),
        }
    }

    fn release(&self, release: &Release, pool: &str) -> String {
        match release {
            Release::Payout { payout, amount, .. } => {
                format!("{pool} paid out {}, payout {payout}", self.sum(*amount))
            }
            Release::Refund { to, amount, .. } => {
                format!("{pool} gave {} back to {}", self.sum(*amount), who(*to))
            }
            Release::Sponsorship {
                account, amount, ..
            } => format!(
                "{pool} gave its sponsor {} {} back",
                who(*account),
                self.sum(*amount)
            ),
            Release::Withdrawal { account, amount } => format!(
                "{} had {} that waited in {pool}",
                who(*account),
                self.sum(*amount)
            ),
        }
    }

    /// What moves no money.
    fn words_of_people(&self, event: &Event, pool: &str) -> Option<String> {
        let emitted = &event.emitted;
        Some(if let Some(news) = emitted.decode::<News>() {
            format!(
                "{} wrote news of {pool}{}",
                who(news.by),
                found_at(&news.note.uri)
            )
        } else if let Some(told) = emitted.decode::<Explained>() {
            let of = match told.payout {
                Some(payout) => format!("payout {payout} of {pool}"),
                None => pool.to_string(),
            };
            format!(
                "{} accounted for {of}{}",
                who(told.by),
                found_at(&told.note.uri)
            )
        } else if let Some(offered) = emitted.decode::<ShareOffered>() {
            let by = who(offered.by);
            match offered.to {
                Some(to) => format!("{by} offered their share of {pool} to {}", who(to)),
                None => format!("{by} no longer offers their share of {pool}"),
            }
        } else if let Some(moved) = emitted.decode::<ShareMoved>() {
            let (from, to) = (who(moved.from), who(moved.to));
            format!("the share of {from} in {pool} is {to}'s now")
        } else {
            let forgotten = emitted.decode::<Forgotten>()?;
            let donor: Account = who(forgotten.donor);
            format!("{pool} freed its record of {donor}")
        })
    }
}
