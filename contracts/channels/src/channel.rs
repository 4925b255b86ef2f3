//! One channel's books: how much of its reserve is the payee's, and until when that can grow.
//!
//! A channel is *open* until its end, and *over* from then on, to the millisecond. It has no end until
//! the payer starts an exit, which sets one that nothing can put off; the payee can bring it about at
//! once. While open, claims count; once over, what is left is the payer's.

use farthing_types::{Balance, Millis, DAY};

/// The shortest exit delay: time for a payee who watches the chain to claim.
pub const MIN_DELAY: Millis = 15 * 60 * 1_000;
/// The longest exit delay.
pub const MAX_DELAY: Millis = 30 * DAY;

/// What stands for an end that nobody has set.
const NO_END: Millis = Millis::MAX;

/// A channel from a payer to a payee. A fixed size, so that only opening and clearing move a storage
/// deposit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Channel {
    /// Numbers the lives of all channels here; vouchers name it.
    pub epoch: u64,
    /// The sr25519 key that signs the payer's vouchers.
    pub signer: [u8; 32],
    /// How much of the payer's deposit is set aside for the payee in all.
    pub reserve: Balance,
    /// How much of the reserve the payee has claimed.
    pub claimed: Balance,
    /// How long an exit takes.
    pub delay: Millis,
    /// When the channel is over; the largest number there is if no end is set.
    pub end: Millis,
}

/// On which terms to open a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Terms {
    /// How much to set aside; can be topped up later.
    pub reserve: Balance,
    /// The sr25519 public key that will sign the vouchers. It need not be the payer's own, and stays for
    /// the channel's life.
    pub signer: [u8; 32],
    /// How long an exit takes, from 15 minutes to 30 days, in milliseconds: the payee's time to claim.
    pub delay: Millis,
}

/// Why a voucher was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Skip {
    /// There is no channel from its payer to the payee.
    NoChannel,
    /// It is of another life of the channel, which is in this epoch now.
    OtherEpoch(u64),
    /// The channel is over.
    Over,
    /// The channel has paid this much, which is as much as the voucher says, or all of its reserve.
    NothingNew(Balance),
    /// It was not signed with the channel's signer key, or not for this chain, contract or payee.
    BadSignature,
}

/// Why something cannot be done with a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum ChannelError {
    /// There is none.
    Missing,
    /// It is open; its exit ends then, if one has begun.
    Open(Option<Millis>),
    /// It is over.
    Over,
    /// Its exit has begun, and ends then.
    Exiting(Millis),
    /// The payee is the payer, or this contract.
    BadPayee,
    /// Nobody, or anybody, could sign with this key.
    BadSigner,
    /// The exit delay is shorter than 15 minutes, or longer than 30 days.
    BadDelay,
    /// An amount of nothing.
    ZeroAmount,
    /// The payee has this much already, which is more than the closing says.
    BelowClaimed(Balance),
    /// The reserve is this much, which is less than the closing says.
    AboveReserve(Balance),
    /// The closing was not signed with the payee's key, or not for this channel.
    BadSignature,
}

impl Terms {
    /// Checks all that can be checked without knowing who the payer is.
    pub fn check(&self) -> Result<(), ChannelError> {
        if self.reserve == 0 {
            return Err(ChannelError::ZeroAmount);
        }
        // Under the zero key anyone can sign. Other malformed keys only make signing impossible.
        if self.signer == [0; 32] {
            return Err(ChannelError::BadSigner);
        }
        if self.delay < MIN_DELAY || self.delay > MAX_DELAY {
            return Err(ChannelError::BadDelay);
        }
        Ok(())
    }
}

impl Channel {
    /// A channel on these terms, in this epoch.
    pub fn open(terms: &Terms, epoch: u64) -> Self {
        Self {
            epoch,
            signer: terms.signer,
            reserve: terms.reserve,
            claimed: 0,
            delay: terms.delay,
            end: NO_END,
        }
    }

    /// Whether claims have ended.
    pub fn is_over(&self, now: Millis) -> bool {
        now >= self.end
    }

    /// When claims end or ended, if that is set.
    pub fn ends(&self) -> Option<Millis> {
        (self.end != NO_END).then_some(self.end)
    }

    /// What is left of the reserve.
    pub fn rest(&self) -> Balance {
        self.reserve.saturating_sub(self.claimed)
    }

    /// What a voucher adds to what was claimed, before its signature is checked. At most what is left
    /// of the reserve: the rest of the voucher can be claimed after a top-up.
    pub fn gain(&self, epoch: u64, cumulative: Balance, now: Millis) -> Result<Balance, Skip> {
        if epoch != self.epoch {
            return Err(Skip::OtherEpoch(self.epoch));
        }
        if self.is_over(now) {
            return Err(Skip::Over);
        }
        let gain = cumulative.min(self.reserve).saturating_sub(self.claimed);
        if gain == 0 {
            return Err(Skip::NothingNew(self.claimed));
        }
        Ok(gain)
    }

    /// Moves a [gain](Self::gain) to the payee.
    pub fn claim(&mut self, gain: Balance) {
        self.claimed = self.claimed.saturating_add(gain).min(self.reserve);
    }

    /// Sets more aside. `None` if the sum cannot be represented.
    pub fn top_up(&mut self, amount: Balance) -> Option<()> {
        self.reserve = self.reserve.checked_add(amount)?;
        Some(())
    }

    /// Sets the end as far away as the delay says, and returns it. Only the first time.
    pub fn exit(&mut self, now: Millis) -> Result<Millis, ChannelError> {
        self.check_no_end(now)?;
        self.end = now.saturating_add(self.delay);
        Ok(self.end)
    }

    /// Ends the channel now.
    pub fn close(&mut self, now: Millis) -> Result<(), ChannelError> {
        if self.is_over(now) {
            return Err(ChannelError::Over);
        }
        self.end = now;
        Ok(())
    }

    /// What the payee gets on top of what was claimed, if both agree on a final amount.
    pub fn settle(&self, amount: Balance, now: Millis) -> Result<Balance, ChannelError> {
        if self.is_over(now) {
            return Err(ChannelError::Over);
        }
        if amount > self.reserve {
            return Err(ChannelError::AboveReserve(self.reserve));
        }
        amount
            .checked_sub(self.claimed)
            .ok_or(ChannelError::BelowClaimed(self.claimed))
    }

    /// That the channel is open and no exit has begun.
    pub fn check_no_end(&self, now: Millis) -> Result<(), ChannelError> {
        match self.ends() {
            None => Ok(()),
            Some(end) if now < end => Err(ChannelError::Exiting(end)),
            Some(_) => Err(ChannelError::Over),
        }
    }

    /// That the channel is over, so that the payer can have what is left.
    pub fn check_over(&self, now: Millis) -> Result<(), ChannelError> {
        match self.is_over(now) {
            true => Ok(()),
            false => Err(ChannelError::Open(self.ends())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Millis = 1_000_000;

    fn terms() -> Terms {
        Terms {
            reserve: 100,
            signer: [1; 32],
            delay: MIN_DELAY,
        }
    }

    fn channel() -> Channel {
        Channel::open(&terms(), 7)
    }

    #[test]
    fn terms_are_checked_to_the_edge() {
        let check = |change: &dyn Fn(&mut Terms)| {
            let mut terms = terms();
            change(&mut terms);
            terms.check()
        };
        assert_eq!(check(&|_| ()), Ok(()));
        assert_eq!(check(&|t| t.delay = MAX_DELAY), Ok(()));
        for delay in [0, MIN_DELAY - 1, MAX_DELAY + 1, Millis::MAX] {
            assert_eq!(check(&|t| t.delay = delay), Err(ChannelError::BadDelay));
        }
        assert_eq!(check(&|t| t.reserve = 0), Err(ChannelError::ZeroAmount));
        assert_eq!(check(&|t| t.signer = [0; 32]), Err(ChannelError::BadSigner));
    }

    #[test]
    fn a_gain_is_what_is_new_and_never_beyond_the_reserve() {
        let mut channel = channel();
        assert_eq!(channel.gain(7, 30, NOW), Ok(30));
        channel.claim(30);
        assert_eq!(channel.gain(7, 30, NOW), Err(Skip::NothingNew(30)));
        assert_eq!(channel.gain(7, 29, NOW), Err(Skip::NothingNew(30)));
        assert_eq!(channel.gain(7, u128::MAX, NOW), Ok(70));
        channel.claim(70);
        assert_eq!(channel.gain(7, u128::MAX, NOW), Err(Skip::NothingNew(100)));
        channel.top_up(5).unwrap();
        assert_eq!(channel.gain(7, u128::MAX, NOW), Ok(5));
    }

    #[test]
    fn a_voucher_of_another_epoch_gains_nothing() {
        assert_eq!(channel().gain(6, 30, NOW), Err(Skip::OtherEpoch(7)));
        assert_eq!(channel().gain(8, 30, NOW), Err(Skip::OtherEpoch(7)));
    }

    #[test]
    fn claims_end_when_the_exit_does_to_the_millisecond() {
        let mut channel = channel();
        assert_eq!(channel.check_over(NOW), Err(ChannelError::Open(None)));
        let end = channel.exit(NOW).unwrap();
        assert_eq!(end, NOW + MIN_DELAY);
        assert_eq!(channel.gain(7, 30, end - 1), Ok(30));
        assert_eq!(
            channel.check_over(end - 1),
            Err(ChannelError::Open(Some(end)))
        );
        assert_eq!(channel.gain(7, 30, end), Err(Skip::Over));
        assert_eq!(channel.check_over(end), Ok(()));
    }

    #[test]
    fn an_exit_begins_once_and_no_claim_moves_its_end() {
        let mut channel = channel();
        let end = channel.exit(NOW).unwrap();
        channel.claim(channel.gain(7, 30, NOW + 1).unwrap());
        assert_eq!(channel.ends(), Some(end));
        assert_eq!(channel.exit(end - 1), Err(ChannelError::Exiting(end)));
        assert_eq!(channel.exit(end), Err(ChannelError::Over));
    }

    #[test]
    fn the_payee_closes_before_an_exit_ends_but_not_twice() {
        let mut channel = channel();
        channel.exit(NOW).unwrap();
        assert_eq!(channel.close(NOW + 1), Ok(()));
        assert_eq!(channel.ends(), Some(NOW + 1));
        assert_eq!(channel.close(NOW + 1), Err(ChannelError::Over));
        assert_eq!(channel.settle(50, NOW + 1), Err(ChannelError::Over));
    }

    #[test]
    fn a_final_amount_is_between_what_was_claimed_and_the_reserve() {
        let mut channel = channel();
        channel.claim(30);
        assert_eq!(channel.settle(29, NOW), Err(ChannelError::BelowClaimed(30)));
        assert_eq!(channel.settle(30, NOW), Ok(0));
        assert_eq!(channel.settle(100, NOW), Ok(70));
        assert_eq!(
            channel.settle(101, NOW),
            Err(ChannelError::AboveReserve(100))
        );
    }

    #[test]
    fn a_top_up_refuses_overflow() {
        assert_eq!(channel().top_up(u128::MAX), None);
    }

    proptest! {
        #[test]
        fn claims_add_up_to_the_best_voucher_in_any_order(
            vouchers in prop::collection::vec(0u128..200, 1..30), top_ups in 0u128..50
        ) {
            let mut channel = channel();
            let mut paid = 0;
            for (n, cumulative) in vouchers.iter().enumerate() {
                if n == vouchers.len() / 2 {
                    channel.top_up(top_ups).unwrap();
                }
                if let Ok(gain) = channel.gain(7, *cumulative, NOW) {
                    channel.claim(gain);
                    paid += gain;
                }
                prop_assert_eq!(paid, channel.claimed);
                prop_assert!(channel.claimed <= channel.reserve);
            }
            let best = *vouchers.iter().max().unwrap();
            if let Ok(gain) = channel.gain(7, best, NOW) {
                channel.claim(gain);
            }
            prop_assert_eq!(channel.claimed, best.min(100 + top_ups));
            prop_assert_eq!(channel.claimed + channel.rest(), channel.reserve);
        }
    }
}
