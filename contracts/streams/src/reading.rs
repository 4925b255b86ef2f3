//! What the reading messages answer.

use crate::{
    stream::Stream,
    streams::{Overview, Streams},
};
use farthing_shared::guardian;
use farthing_types::{Balance, Millis, StreamId};
use ink::{codegen::StaticEnv, prelude::vec::Vec};

/// Most streams of one page: with the largest figures, the answer is seven tenths of what fits into
/// ink!'s buffer.
pub const MAX_PAGE: usize = 64;

/// How a stream stands at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Due {
    /// What a claim sends to the payee, in the chain's smallest unit.
    pub payee: Balance,
    /// What stopping the stream sends to the payer, or clearing it if it is stopped.
    pub payer: Balance,
    /// When the deposit is used up at this rate, if the stream runs; not in the future if it is used
    /// up already. `None` too if that is more than 500 million years away, or if more than 10^29
    /// units are left.
    pub dry_at: Option<Millis>,
}

/// A stream as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct StreamNow {
    /// The stream as of the last message that changed it.
    pub stream: Stream,
    /// What either side could have at this moment.
    pub due: Due,
}

impl Due {
    fn of(mut stream: Stream, now: Millis) -> Self {
        let dry_at = stream.dry_at();
        stream.accrue(now);
        Self {
            payee: stream.earned,
            payer: stream.rest,
            dry_at,
        }
    }
}

impl Streams {
    pub(crate) fn read_overview(&self) -> Overview {
        Overview {
            guardian: self.guardian,
            paused_until: guardian::paused(self.paused_until),
            opened: self.opened,
        }
    }

    pub(crate) fn read_owed(&self, first: StreamId, count: StreamId) -> Balance {
        (first..first.saturating_add(count).min(self.opened))
            .filter_map(|stream| self.streams.get(stream))
            .fold(0, |sum, record| sum.saturating_add(record.owed()))
    }

    pub(crate) fn read_due(&self, stream: StreamId) -> Option<Due> {
        let record = self.streams.get(stream)?;
        Some(Due::of(record, Self::env().block_timestamp()))
    }

    pub(crate) fn read_page(
        &self,
        which: impl Iterator<Item = StreamId>,
    ) -> Vec<Option<StreamNow>> {
        let now = Self::env().block_timestamp();
        let read = |stream| {
            let stream = self.streams.get(stream)?;
            let due = Due::of(stream.clone(), now);
            Some(StreamNow { stream, due })
        };
        which.take(MAX_PAGE).map(read).collect()
    }
}
