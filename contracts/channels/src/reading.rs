//! What the reading messages answer.

use crate::{
    channel::{Channel, Moment},
    channels::{Channels, Overview},
    checks::now,
    events::Side,
    kept::Kept,
    storage::LaneKey,
};
use farthing_shared::guardian;
use farthing_types::Balance;
use ink::{codegen::StaticEnv, prelude::vec::Vec, primitives::AccountId};

/// Most channels and accounts of one question: with the largest figures, the answer is three quarters of
/// what fits into ink!'s buffer.
pub const MAX_PAGE: usize = 96;

/// Some channels of one account, and what it can withdraw.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct AccountPage {
    /// The block's time and number, which decide whether an exit is over.
    pub now: Moment,
    /// The channels that were asked for, in that order; `None` where there is none.
    pub channels: Vec<Option<Channel>>,
    /// What the contract holds for the account because the chain refused to move it, if there is a
    /// record.
    pub kept: Option<Kept>,
}

impl Channels {
    pub(crate) fn read_overview(&self) -> Overview {
        Overview {
            genesis: self.genesis,
            guardian: self.guardian,
            paused_until: guardian::paused(self.paused_until),
        }
    }

    pub(crate) fn read_channel(&self, key: LaneKey) -> Option<Channel> {
        self.channels.get(key).map(Channel::from)
    }

    pub(crate) fn read_channels(&self, which: Vec<LaneKey>) -> (Moment, Vec<Option<Channel>>) {
        let which = which.into_iter().take(MAX_PAGE);
        (now(), which.map(|key| self.read_channel(key)).collect())
    }

    pub(crate) fn read_page(&self, side: Side, lanes: Vec<(AccountId, u32)>) -> AccountPage {
        let (Side::Payer(account) | Side::Payee(account)) = side;
        let key = |(other, lane)| match side {
            Side::Payer(payer) => (payer, other, lane),
            Side::Payee(payee) => (other, payee, lane),
        };
        let (now, channels) = self.read_channels(lanes.into_iter().map(key).collect());
        AccountPage {
            now,
            channels,
            kept: self.kept.get(account),
        }
    }

    pub(crate) fn read_solvency(
        &self,
        channels: Vec<LaneKey>,
        accounts: Vec<AccountId>,
    ) -> (Balance, Balance) {
        let found = channels
            .into_iter()
            .filter_map(|key| self.channels.get(key));
        let rests = found.map(|channel| channel.rest());
        let kept = accounts.into_iter().filter_map(|key| self.kept.get(key));
        let kept = kept.map(|kept| kept.amount);
        let owed = rests.chain(kept).fold(0, Balance::saturating_add);
        (owed, Self::env().balance())
    }
}
