//! The events of the streams contract.

use super::{guarded, until, who, Words};
use farthing_client::{ops::streams::flow, Event};
use farthing_contracts::streams::events::{
    Change as StreamChange, Claimed, Deployed, PausedUntil, StreamChanged, StreamsCleared,
};
use farthing_types::DAY;

impl Words<'_> {
    pub(super) fn of_streams(&self, event: &Event) -> Option<Vec<String>> {
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
        if let Some(made) = emitted.decode::<Deployed>() {
            let line = "the streams contract was made".to_string();
            return Some(vec![
                line + &guarded(made.guardian, "the opening of streams"),
            ]);
        }
        if let Some(paused) = emitted.decode::<PausedUntil>() {
            return Some(vec![until(
                "the opening of streams",
                paused.until,
                event.time,
            )]);
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
            StreamChange::RateSet { rate } => {
                format!("runs at {} a day from now on", self.sum(flow(rate, DAY)))
            }
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
}
