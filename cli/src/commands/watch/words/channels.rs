//! The events of the channels contract.

use super::{guarded, until, who, Words};
use farthing_client::Event;
use farthing_contracts::channels::events::{
    Change as ChannelChange, ChannelsChanged, Deployed, KeptFor, PausedUntil, Withdrawn,
};

impl Words<'_> {
    pub(super) fn of_channels(&self, event: &Event) -> Option<Vec<String>> {
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
        if let Some(made) = emitted.decode::<Deployed>() {
            let line = "the channels contract was made".to_string();
            return Some(vec![
                line + &guarded(made.guardian, "the opening of channels"),
            ]);
        }
        if let Some(paused) = emitted.decode::<PausedUntil>() {
            return Some(vec![until(
                "the opening of channels",
                paused.until,
                event.time,
            )]);
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
}
