//! The registry's events.

use super::{who, Words};
use crate::values::span_text;
use farthing_client::Event;
use farthing_contracts::registry::events::{Change as CreatorChange, CreatorChanged, Deployed};

impl Words<'_> {
    pub(super) fn of_registry(&self, event: &Event) -> Option<Vec<String>> {
        if let Some(made) = event.emitted.decode::<Deployed>() {
            let (time, blocks) = (span_text(made.wait.millis), made.wait.blocks);
            let line = format!("the registry was made: a claim waits {time} and {blocks} blocks");
            return Some(vec![line]);
        }
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
        Some(vec![format!(
            "{} {what}",
            self.names.creator(changed.creator)
        )])
    }
}
