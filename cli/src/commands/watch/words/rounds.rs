//! The events of matching rounds.

use super::{found_at, who, Words};
use farthing_client::Event;
use farthing_contracts::matching_round::events::{
    Asked, Divided, Donated, Entered, Freed, Left, Listed, ListsFreed, Objected, Paid,
    RoundCreated, Sponsored, TakenBack, TakenOut,
};
use ink::primitives::AccountId;

impl Words<'_> {
    pub(super) fn of_round(&self, event: &Event) -> Option<Vec<String>> {
        let emitted = &event.emitted;
        let round = self.names.round(emitted.contract);
        if let Some(paid) = emitted.decode::<Paid>() {
            let lines = paid.payments.iter().map(|one| {
                let (pool, sum) = (self.pool(one.pool), self.sum(one.amount));
                match one.taken {
                    true => format!("{round} paid {sum} to {pool}"),
                    false => format!("{round} could not pay {sum} to {pool}: it waits"),
                }
            });
            return Some(lines.collect());
        }
        if let Some(asked) = emitted.decode::<Asked>() {
            let missed = asked.answers.iter().filter(|one| one.missed);
            let missed = missed.map(|one| {
                format!(
                    "{} gets nothing of {round}: it missed its goal",
                    self.pool(one.pool)
                )
            });
            let asked = format!("{round} has asked {} pools", asked.asked);
            return Some([asked].into_iter().chain(missed).collect());
        }
        let line = self.round_of_pools(event, &round);
        let line = line.or_else(|| self.round_of_money(event, &round));
        line.map(|line| vec![line])
    }

    /// What happens to pools and donors in a round.
    fn round_of_pools(&self, event: &Event, round: &str) -> Option<String> {
        let emitted = &event.emitted;
        Some(if let Some(donated) = emitted.decode::<Donated>() {
            let (donor, pool) = (who(donated.donor), self.pool(donated.pool));
            format!(
                "{donor} gave {} to {pool} through {round}",
                self.sum(donated.amount)
            )
        } else if emitted.decode::<RoundCreated>().is_some() {
            format!("{round} was made")
        } else if let Some(entered) = emitted.decode::<Entered>() {
            format!("{} takes part in {round}", self.pool(entered.pool))
        } else if let Some(out) = emitted.decode::<TakenOut>() {
            format!("{} was taken out of {round}", self.pool(out.pool))
        } else if let Some(objected) = emitted.decode::<Objected>() {
            let (by, pool) = (who(objected.by), self.pool(objected.pool));
            match objected.reason {
                Some(_) => format!("{by} objected to {pool} in {round}"),
                None => format!("{by} took back the objection to {pool} in {round}"),
            }
        } else if let Some(freed) = emitted.decode::<Freed>() {
            let (donor, pool) = (who(freed.donor), self.pool(freed.pool));
            format!("{round} freed its record of what {donor} gave to {pool}")
        } else if let Some(listed) = emitted.decode::<Listed>() {
            format!(
                "{round} has list {} of donors{}",
                listed.list,
                found_at(&listed.uri)
            )
        } else {
            emitted.decode::<ListsFreed>()?;
            format!("{round} freed its lists of donors")
        })
    }

    /// What happens to a round's own money.
    fn round_of_money(&self, event: &Event, round: &str) -> Option<String> {
        let emitted = &event.emitted;
        Some(if let Some(put) = emitted.decode::<Sponsored>() {
            format!(
                "{} put {} into {round}",
                who(put.sponsor),
                self.sum(put.amount)
            )
        } else if let Some(left) = emitted.decode::<Left>() {
            format!(
                "{} took {} out of {round} again",
                who(left.sponsor),
                self.sum(left.amount)
            )
        } else if let Some(back) = emitted.decode::<TakenBack>() {
            format!(
                "{round} gave {} {} back",
                who(back.sponsor),
                self.sum(back.amount)
            )
        } else {
            let divided = emitted.decode::<Divided>()?;
            format!("{round} divides {}", self.sum(divided.money))
        })
    }

    fn pool(&self, pool: AccountId) -> String {
        self.names.pool(who(pool))
    }
}
