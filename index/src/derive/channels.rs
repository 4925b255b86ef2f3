//! Derives what happened to channels: openings, claims, endings.

use super::{Seen, Writer};
use crate::{
    kinds::ChannelKind,
    tables::Which,
    value::{row, Amount},
};
use farthing_contracts::channels::events::{Change, ChannelsChanged};
use farthing_types::{Balance, Hash};

impl Writer<'_> {
    pub(super) fn channels(&mut self, seen: Seen) {
        let Some(changed) = seen.decode::<ChannelsChanged>() else {
            return;
        };
        for (place, (id, change)) in (0u32..).zip(changed.by_channel()) {
            let (kind, amount, paid, root) = parts(change);
            let row = row![
                seen.seq,
                place,
                kind,
                id.payer,
                id.payee,
                id.lane,
                id.epoch,
                Amount(amount),
                Amount(paid),
                root,
            ];
            self.put(Which::Channels, row);
        }
    }
}

/// Returns a change's kind, the amount that it moved between payer and reserve, the amount that the payee got, and the
/// root of what was bought, if it tells one.
fn parts(change: &Change) -> (ChannelKind, Balance, Balance, Option<Hash>) {
    match change {
        Change::Opened(terms) => (ChannelKind::Opened, terms.reserve, 0, None),
        Change::ToppedUp(amount) => (ChannelKind::ToppedUp, *amount, 0, None),
        Change::Claimed { paid, root } => (ChannelKind::Claimed, 0, *paid, *root),
        Change::Exiting(_) => (ChannelKind::Exiting, 0, 0, None),
        Change::Closed { rest, .. } => (ChannelKind::Closed, *rest, 0, None),
        Change::ClosedTogether { paid, rest, .. } => {
            (ChannelKind::ClosedTogether, *rest, *paid, None)
        }
        Change::Cleared { rest, .. } => (ChannelKind::Cleared, *rest, 0, None),
    }
}
