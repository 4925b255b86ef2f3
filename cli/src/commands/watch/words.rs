//! Events in words.

use farthing_client::{Account, Event, Token};
use farthing_contracts::{
    channels::events::{Change as ChannelChange, ChannelsChanged, KeptFor, Withdrawn},
    matching_round::events::{Divided, Donated, Sponsored},
    pool::events::{
        Arrival, Arrived, Created, Donations, Finalised, Release as PoolRelease,
        Released as PoolReleased,
    },
    pool_factory::events::PoolCreated,
    registry::events::{Change as CreatorChange, CreatorChanged},
    storefront::events::{
        CatalogueChanged, Change as ShopChange, Payment, Payments, Release, Released,
    },
    streams::events::{Change as StreamChange, Claimed, StreamChanged, StreamsCleared},
    Contract,
};
use ink::primitives::AccountId;

/// What happened, in lines. What has no words of its own is named.
pub fn of(event: &Event, token: &Token) -> Vec<String> {
    let words = Words { token };
    let lines = match event.contract {
        Contract::Storefront => words.of_shop(event),
        Contract::Registry => words.of_registry(event),
        Contract::Channels => words.of_channels(event),
        Contract::Streams => words.of_streams(event),
        Contract::PoolFactory => words.of_factory(event),
        Contract::Pool => words.of_pool(event),
        Contract::MatchingRound => words.of_round(event),
    };
    match lines {
        Some(lines) => lines,
        None => vec![format!("{}: something else changed", event.contract)],
    }
}

/// A memo for people: text if it is text, and hexadecimal if it is not.
pub fn memo(bytes: &[u8]) -> Option<String> {
    match std::str::from_utf8(bytes) {
        Ok("") => None,
        Ok(text) => Some(format!("\"{text}\"")),
        Err(_) => Some(format!("0x{}", hex::encode(bytes))),
    }
}

fn who(account: AccountId) -> Account {
    account.into()
}

struct Words<'a> {
    token: &'a Token,
}

impl Words<'_> {
    fn sum(&self, amount: u128) -> String {
        self.token.unit(amount)
    }

    fn of_shop(&self, event: &Event) -> Option<Vec<String>> {
        let emitted = &event.emitted;
        if let Some(payments) = emitted.decode::<Payments>() {
            let payer = who(payments.payer);
            let lines = payments.payments.iter();
            return Some(lines.map(|one| self.payment(payer, one)).collect());
        }
        if let Some(released) = emitted.decode::<Released>() {
            return Some(self.released(released.release));
        }
        let changed = emitted.decode::<CatalogueChanged>()?;
        let creator = changed.creator;
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
                format!("changed the price of item {item} to {}", self.sum(price))
            }
            ShopChange::Tiered {
                item,
                tier: Some(tier),
            } => {
                format!("put item {item} into tier {tier}")
            }
            ShopChange::Tiered { item, tier: None } => format!("took item {item} out of its tier"),
            ShopChange::Retired { item } => format!("took item {item} off sale"),
            ShopChange::Relisted { item } => format!("put item {item} back on sale"),
            ShopChange::TierSet {
                tier,
                price: Some(price),
            } => {
                format!("set tier {tier} to {}", self.sum(price))
            }
            ShopChange::TierSet { tier, price: None } => format!("ended tier {tier}"),
            ShopChange::Payee { .. } => "is paid otherwise from now on".into(),
        };
        Some(vec![format!("creator #{creator} {what}")])
    }

    fn payment(&self, payer: Account, payment: &Payment) -> String {
        match payment {
            Payment::Tip(tip) => {
                let memo = memo(&tip.memo).map(|memo| format!(": {memo}"));
                format!(
                    "{payer} tipped creator #{} {}{}",
                    tip.creator,
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
                    "{payer} bought item {item} of creator #{creator}{whom} for {}",
                    self.sum(*paid)
                )
            }
            Payment::Blinded {
                creator,
                tier,
                paid,
                ..
            } => format!(
                "{payer} bought something in tier {tier} of creator #{creator} for {}",
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
                    format!("{account} {how} {sum} of creator #{creator}")
                };
                shares.map(line).collect()
            }
            Release::Refund {
                creator, purchases, ..
            } => {
                let lines = purchases.into_iter().map(|one| {
                    let (account, sum) = (who(one.payer), self.sum(one.paid));
                    format!(
                        "creator #{creator} gave {sum} back to {account} for item {}",
                        one.item
                    )
                });
                lines.collect()
            }
            Release::Fees { amount } => {
                vec![format!("the treasury got {} of fees", self.sum(amount))]
            }
        }
    }

    fn of_registry(&self, event: &Event) -> Option<Vec<String>> {
        let changed = event.emitted.decode::<CreatorChanged>()?;
        let what = match changed.change {
            CreatorChange::Registered { owner, handle, .. } => {
                format!("registered as {handle}, owned by {}", who(owner))
            }
            CreatorChange::Profile { .. } => "changed its profile".into(),
            CreatorChange::HandleClaimed(handle) => format!("took the handle {handle}"),
            CreatorChange::HandleReleased { handle, .. } => format!("gave up the handle {handle}"),
            CreatorChange::HandleForgotten(handle) => format!("freed the handle {handle}"),
            CreatorChange::Offered(Some(to)) => format!("was offered to {}", who(to)),
            CreatorChange::Offered(None) => "is no longer offered".into(),
            CreatorChange::Accepted(owner) => format!("is owned by {} now", who(owner)),
            CreatorChange::Delegate { delegate, .. } => {
                format!("changed what {} may do", who(delegate))
            }
            CreatorChange::Payout(to) => format!("is paid among {} now", to.len()),
            CreatorChange::PayoutUnset => "is paid to its owner again".into(),
            CreatorChange::Deleted => "was deleted".into(),
        };
        Some(vec![format!("creator #{} {what}", changed.creator)])
    }

    fn of_channels(&self, event: &Event) -> Option<Vec<String>> {
        let emitted = &event.emitted;
        if let Some(changes) = emitted.decode::<ChannelsChanged>() {
            let lines = changes.by_channel().map(|(id, change)| {
                let (payer, payee) = (who(id.payer), who(id.payee));
                let what = self.channel(change);
                format!("channel from {payer} to {payee}, lane {}: {what}", id.lane)
            });
            return Some(lines.collect());
        }
        if let Some(kept) = emitted.decode::<KeptFor>() {
            let (account, sum) = (who(kept.account), self.sum(kept.amount));
            return Some(vec![format!("{sum} wait for {account}")]);
        }
        let withdrawn = emitted.decode::<Withdrawn>()?;
        let (account, sum) = (who(withdrawn.account), self.sum(withdrawn.amount));
        Some(vec![format!("{account} had {sum} that waited")])
    }

    fn channel(&self, change: &ChannelChange) -> String {
        match change {
            ChannelChange::Opened(terms) => format!("opened with {}", self.sum(terms.reserve)),
            ChannelChange::ToppedUp(amount) => format!("topped up by {}", self.sum(*amount)),
            ChannelChange::Claimed { paid, .. } => format!("paid {}", self.sum(*paid)),
            ChannelChange::Exiting(moment) => {
                format!("being left, until {}", farthing_client::time(moment.time))
            }
            ChannelChange::Closed { rest, .. } => {
                format!("closed by the payee, {} went back", self.sum(*rest))
            }
            ChannelChange::ClosedTogether { paid, rest, .. } => format!(
                "closed together, {} paid and {} back",
                self.sum(*paid),
                self.sum(*rest)
            ),
            ChannelChange::Cleared { rest, .. } => {
                format!("cleared, {} went back", self.sum(*rest))
            }
        }
    }

    fn of_streams(&self, event: &Event) -> Option<Vec<String>> {
        let emitted = &event.emitted;
        if let Some(claimed) = emitted.decode::<Claimed>() {
            let (payee, sum) = (who(claimed.payee), self.sum(claimed.amount));
            return Some(vec![format!(
                "stream #{} paid {payee} {sum}",
                claimed.stream
            )]);
        }
        if let Some(cleared) = emitted.decode::<StreamsCleared>() {
            let payer = who(cleared.payer);
            let lines = cleared.streams.into_iter().map(|rest| {
                format!(
                    "stream #{} gave {payer} {} back",
                    rest.stream,
                    self.sum(rest.amount)
                )
            });
            return Some(lines.collect());
        }
        let changed = emitted.decode::<StreamChanged>()?;
        let what = match changed.change {
            StreamChange::Opened {
                payer,
                payee,
                deposit,
                ..
            } => format!(
                "opened by {} for {} with {}",
                who(payer),
                who(payee),
                self.sum(deposit)
            ),
            StreamChange::ToppedUp { amount } => format!("topped up by {}", self.sum(amount)),
            StreamChange::RateSet { .. } => "has another rate".into(),
            StreamChange::Paused => "paused".into(),
            StreamChange::Resumed => "resumed".into(),
            StreamChange::Stopped { earned, rest, .. } => format!(
                "stopped, {} for the payee and {} for the payer",
                self.sum(earned.amount),
                self.sum(rest.amount)
            ),
        };
        Some(vec![format!("stream #{} {what}", changed.stream)])
    }

    fn of_factory(&self, event: &Event) -> Option<Vec<String>> {
        let created = event.emitted.decode::<PoolCreated>()?;
        let (pool, maker) = (who(created.account), who(created.maker));
        Some(vec![format!(
            "pool #{} is {pool}, made by {maker}",
            created.number
        )])
    }

    fn of_pool(&self, event: &Event) -> Option<Vec<String>> {
        let (emitted, pool) = (&event.emitted, event.emitted.contract);
        if let Some(donations) = emitted.decode::<Donations>() {
            let lines = donations.donations.iter().map(|one| {
                let (donor, sum) = (who(one.donor), self.sum(one.amount));
                let matched: u128 = one.matched.iter().map(|one| one.amount).sum();
                match matched {
                    0 => format!("{donor} gave {sum} to pool {pool}"),
                    more => format!(
                        "{donor} gave {sum} to pool {pool}, and sponsors {}",
                        self.sum(more)
                    ),
                }
            });
            return Some(lines.collect());
        }
        let line = if let Some(created) = emitted.decode::<Created>() {
            format!("pool {pool} was made: \"{}\"", created.terms.title)
        } else if let Some(finalised) = emitted.decode::<Finalised>() {
            format!("pool {pool} has its {}", self.sum(finalised.raised))
        } else if let Some(arrived) = emitted.decode::<Arrived>() {
            let (from, amount, how) = match arrived.arrival {
                Arrival::Sponsorship {
                    account, amount, ..
                } => (who(account).to_string(), amount, "sponsors"),
                Arrival::Grant { from, amount } => (who(from).to_string(), amount, "granted"),
                Arrival::Surplus { amount } => ("somebody".into(), amount, "sent"),
            };
            format!("{from} {how} {} to pool {pool}", self.sum(amount))
        } else {
            match emitted.decode::<PoolReleased>()?.release {
                PoolRelease::Payout { payout, amount, .. } => {
                    format!("pool {pool} paid out {}, payout {payout}", self.sum(amount))
                }
                PoolRelease::Refund { to, amount, .. } => {
                    format!("pool {pool} gave {} back to {}", self.sum(amount), who(to))
                }
                PoolRelease::Sponsorship {
                    account, amount, ..
                } => format!(
                    "pool {pool} gave its sponsor {} {} back",
                    who(account),
                    self.sum(amount)
                ),
                PoolRelease::Withdrawal { account, amount } => {
                    format!(
                        "{} had {} that waited in pool {pool}",
                        who(account),
                        self.sum(amount)
                    )
                }
            }
        };
        Some(vec![line])
    }

    fn of_round(&self, event: &Event) -> Option<Vec<String>> {
        let (emitted, round) = (&event.emitted, event.emitted.contract);
        let line = if let Some(donated) = emitted.decode::<Donated>() {
            let (donor, pool) = (who(donated.donor), who(donated.pool));
            format!(
                "{donor} gave {} to pool {pool} through round {round}",
                self.sum(donated.amount)
            )
        } else if let Some(sponsored) = emitted.decode::<Sponsored>() {
            let sponsor = who(sponsored.sponsor);
            format!(
                "{sponsor} put {} into round {round}",
                self.sum(sponsored.amount)
            )
        } else {
            let divided = emitted.decode::<Divided>()?;
            format!("round {round} divides {}", self.sum(divided.money))
        };
        Some(vec![line])
    }
}

#[cfg(test)]
mod tests {
    use super::memo;

    #[test]
    fn memo_is_text_where_it_is_and_hexadecimal_where_it_is_not() {
        assert_eq!(memo(b"thank you").unwrap(), "\"thank you\"");
        assert_eq!(memo(&[0xff, 0]).unwrap(), "0xff00");
        assert_eq!(memo(b""), None);
    }
}
