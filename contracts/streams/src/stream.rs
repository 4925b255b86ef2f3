//! What a stream has earned: exact to the unit at every millisecond.

use farthing_types::{Balance, Millis};
use ink::primitives::AccountId;

/// What rates count: a rate of this much is one of the chain's smallest units in a millisecond.
///
/// Where a coin is 10^12 of the smallest unit, a coin an hour is `10^12 * BILLIONTHS / 3_600_000`,
/// that is 277,777,777,777,777: rounded down, it earns the coin one millisecond after the hour.
pub const BILLIONTHS: u128 = 1_000_000_000;

/// How long a stream's record stays at least, so that its storage deposit cannot be locked and freed at
/// will: an hour.
pub const MIN_KEPT: Millis = 60 * 60 * 1_000;

/// What a stream does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub enum State {
    /// The stream earns, as long as there is a deposit.
    Running,
    /// The stream earns nothing until it is resumed.
    Paused,
    /// The stream ended. What the chain refused to move can still be claimed and cleared.
    Stopped,
}

/// The two sides of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Party {
    /// The side that pays.
    Payer,
    /// The side that is paid.
    Payee,
}

/// A stream, as of the last message that changed it. A fixed size, so that no message but those that open
/// and clear it ever changes a storage deposit.
///
/// What is held for it is `rest + earned`, at any time; [accruing](Self::accrue) moves money from the one
/// to the other.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Stream {
    /// The account that pays, and has what is not earned back in the end.
    pub payer: AccountId,
    /// The account that is paid.
    pub payee: AccountId,
    /// What the stream earns, in [`BILLIONTHS`] of the chain's smallest unit in a millisecond; never 0.
    pub rate: u128,
    /// What of the deposit was not earned by `since`.
    pub rest: Balance,
    /// What was earned by `since` and not sent to the payee.
    pub earned: Balance,
    /// What was earned by `since` of the next unit, in [`BILLIONTHS`]; always less than one unit.
    pub fraction: u32,
    /// Up to when `rest` and `earned` count, in milliseconds since the Unix epoch.
    pub since: Millis,
    /// Whether the stream earns.
    pub state: State,
    /// When the stream was opened, in milliseconds since the Unix epoch.
    pub opened: Millis,
}

impl Stream {
    /// A stream that begins to earn `now`.
    pub fn open(
        payer: AccountId,
        payee: AccountId,
        rate: u128,
        deposit: Balance,
        now: Millis,
    ) -> Self {
        Self {
            payer,
            payee,
            rate,
            rest: deposit,
            earned: 0,
            fraction: 0,
            since: now,
            state: State::Running,
            opened: now,
        }
    }

    /// Which side an account is on, if on any.
    pub fn party(&self, account: &AccountId) -> Option<Party> {
        if account == &self.payer {
            Some(Party::Payer)
        } else if account == &self.payee {
            Some(Party::Payee)
        } else {
            None
        }
    }

    /// Moves what was earned between `since` and `now` from `rest` to `earned`. However often this is
    /// called, it makes no difference to what is earned in the end.
    ///
    /// A stream that runs dry has earned its deposit and not a billionth more. What is added later
    /// earns from then on.
    pub fn accrue(&mut self, now: Millis) {
        let elapsed = match self.state {
            State::Running => now.saturating_sub(self.since),
            State::Paused | State::Stopped => 0,
        };
        self.since = self.since.max(now);
        let (earned, fraction) = match accrued(self.rate, elapsed, self.fraction) {
            Some((units, fraction)) if units < self.rest => (units, fraction),
            _ => (self.rest, 0),
        };
        // `rest + earned` was deposited, so that it fits; and `earned` here is at most `rest`.
        self.rest = self.rest.saturating_sub(earned);
        self.earned = self.earned.saturating_add(earned);
        self.fraction = fraction;
    }

    /// Accrues and ends the stream. What was earned of the next unit is not a unit, and goes back with
    /// the rest.
    pub fn stop(&mut self, now: Millis) {
        self.accrue(now);
        self.fraction = 0;
        self.state = State::Stopped;
    }

    /// Adds to the deposit of a stream that accrued up to now. `None`, and no change, if the sum cannot be
    /// represented.
    pub fn top_up(&mut self, amount: Balance) -> Option<()> {
        let rest = self.rest.checked_add(amount)?;
        rest.checked_add(self.earned)?;
        self.rest = rest;
        Some(())
    }

    /// Takes out what was earned.
    pub fn take_earned(&mut self) -> Balance {
        core::mem::take(&mut self.earned)
    }

    /// All that is held for the stream: it is owed to the one or the other.
    pub fn owed(&self) -> Balance {
        self.rest.saturating_add(self.earned)
    }

    /// Returns the time from which on the record can be freed.
    pub fn free_from(&self) -> Millis {
        self.opened.saturating_add(MIN_KEPT)
    }

    /// When the deposit is used up at this rate: the first millisecond at which accruing leaves no
    /// rest. `None` if the stream does not run, or if that cannot be represented.
    pub fn dry_at(&self) -> Option<Millis> {
        if self.state != State::Running {
            return None;
        }
        let missing = self
            .rest
            .checked_mul(BILLIONTHS)?
            .checked_sub(self.fraction.into())?;
        let elapsed = missing.div_ceil(self.rate.max(1));
        self.since.checked_add(Millis::try_from(elapsed).ok()?)
    }
}

/// Whole units that `rate` earns in `elapsed`, with `fraction` to begin with, and the fraction that is
/// left. `None` if the units cannot be represented: more than there can be in any deposit.
fn accrued(rate: u128, elapsed: Millis, fraction: u32) -> Option<(Balance, u32)> {
    // rate = whole * BILLIONTHS + part, so that only `part * elapsed < 2^94` is multiplied out.
    let whole = rate.checked_div(BILLIONTHS)?;
    let part = rate.checked_rem(BILLIONTHS)?;
    let elapsed = Balance::from(elapsed);
    let small = part.checked_mul(elapsed)?.checked_add(fraction.into())?;
    let units = whole
        .checked_mul(elapsed)?
        .checked_add(small.checked_div(BILLIONTHS)?)?;
    let left = u32::try_from(small.checked_rem(BILLIONTHS)?).ok()?;
    Some((units, left))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    const HOUR: Millis = 3_600_000;

    fn stream(rate: u128, deposit: Balance) -> Stream {
        let account = |byte| AccountId::from([byte; 32]);
        Stream::open(account(1), account(2), rate, deposit, 0)
    }

    /// `rest`, `earned` and `fraction` at a time.
    fn at(stream: &Stream, now: Millis) -> (Balance, Balance, u32) {
        let mut stream = stream.clone();
        stream.accrue(now);
        (stream.rest, stream.earned, stream.fraction)
    }

    #[test]
    fn a_coin_an_hour_is_earned_a_millisecond_after_the_hour() {
        let coin = 1_000_000_000_000;
        let stream = stream(coin * BILLIONTHS / u128::from(HOUR), coin);
        assert_eq!(stream.rate, 277_777_777_777_777);
        assert_eq!(at(&stream, HOUR).0, 1);
        assert_eq!(at(&stream, HOUR + 1), (0, coin, 0));
        assert_eq!(stream.dry_at(), Some(HOUR + 1));
    }

    #[test]
    fn smallest_rate_earns_its_unit_to_the_millisecond() {
        let stream = stream(1, 2);
        assert_eq!(at(&stream, 999_999_999), (2, 0, 999_999_999));
        assert_eq!(at(&stream, 1_000_000_000), (1, 1, 0));
        assert_eq!(at(&stream, 1_999_999_999), (1, 1, 999_999_999));
        assert_eq!(at(&stream, 2_000_000_000), (0, 2, 0));
        assert_eq!(at(&stream, Millis::MAX), (0, 2, 0));
    }

    #[test]
    fn largest_rate_earns_the_deposit_and_no_more() {
        for deposit in [1, u128::MAX] {
            assert_eq!(at(&stream(u128::MAX, deposit), 0), (deposit, 0, 0));
            assert_eq!(
                at(&stream(u128::MAX, deposit), Millis::MAX),
                (0, deposit, 0)
            );
        }
        assert_eq!(at(&stream(u128::MAX, 1), 1), (0, 1, 0));
        // The one case in which the largest rate does not earn everything in a millisecond.
        let earned = u128::MAX / BILLIONTHS;
        let fraction = (u128::MAX % BILLIONTHS) as u32;
        let rest = u128::MAX - earned;
        assert_eq!(
            at(&stream(u128::MAX, u128::MAX), 1),
            (rest, earned, fraction)
        );
    }

    #[test]
    fn earnings_are_exact_where_rate_times_time_does_not_fit() {
        let stream = stream(BILLIONTHS * (1 << 64) + 1, u128::MAX);
        let elapsed = 1 << 63;
        let fraction = (elapsed % BILLIONTHS as Millis) as u32;
        let earned = (1 << 127) + u128::from(elapsed) / BILLIONTHS;
        assert_eq!(at(&stream, elapsed), (u128::MAX - earned, earned, fraction));
    }

    #[test]
    fn dry_stream_owes_nothing_for_the_time_until_it_is_topped_up() {
        let mut stream = stream(BILLIONTHS, 10);
        stream.accrue(1_000);
        stream.top_up(10).unwrap();
        assert_eq!(at(&stream, 1_000), (10, 10, 0));
        assert_eq!(at(&stream, 1_003), (7, 13, 0));
    }

    #[test]
    fn unit_that_was_begun_goes_back_when_the_stream_stops() {
        let mut stream = stream(BILLIONTHS - 1, 10);
        stream.stop(3);
        assert_eq!((stream.rest, stream.earned, stream.fraction), (8, 2, 0));
        assert_eq!(at(&stream, 1_000), (8, 2, 0));
        assert_eq!(stream.dry_at(), None);
    }

    #[test]
    fn clock_that_goes_back_earns_nothing_twice() {
        let mut stream = stream(BILLIONTHS, 10);
        stream.accrue(5);
        stream.accrue(2);
        assert_eq!(at(&stream, 6), (4, 6, 0));
    }

    #[test]
    fn top_up_refuses_what_cannot_be_represented() {
        let mut stream = stream(BILLIONTHS, u128::MAX - 1);
        stream.accrue(10);
        let before = stream.clone();
        assert_eq!(stream.top_up(2), None);
        assert_eq!(stream, before);
        assert_eq!(stream.top_up(1), Some(()));
        assert_eq!(stream.owed(), u128::MAX);
    }

    #[test]
    fn no_field_changes_the_encoded_size() {
        use scale::Encode;
        let small = stream(1, 1).encode().len();
        let mut large = stream(u128::MAX, u128::MAX);
        large.accrue(1);
        large.stop(Millis::MAX);
        assert_eq!((small, large.encode().len()), (133, 133));
    }

    #[test]
    fn record_can_be_freed_an_hour_after_it_was_opened() {
        let mut stream = stream(BILLIONTHS, 10);
        stream.accrue(5);
        assert_eq!(stream.free_from(), HOUR);
        stream.opened = Millis::MAX - 1;
        assert_eq!(stream.free_from(), Millis::MAX);
    }

    #[derive(Clone, Debug)]
    enum Step {
        Settle,
        Claim,
        TopUp(Balance),
        Rate(u128),
        Pause(bool),
    }

    fn rate() -> impl Strategy<Value = u128> {
        prop_oneof![
            1..10u128,
            1..100 * BILLIONTHS,
            1..u128::from(u64::MAX),
            1..=u128::MAX
        ]
    }

    fn step() -> impl Strategy<Value = (Millis, Step)> {
        let wait = prop_oneof![0..3u64, 0..10_000u64, 0..100 * HOUR];
        let amount = prop_oneof![1..100u128, 1..1u128 << 60];
        let step = prop_oneof![
            Just(Step::Settle),
            Just(Step::Claim),
            amount.prop_map(Step::TopUp),
            rate().prop_map(Step::Rate),
            any::<bool>().prop_map(Step::Pause),
        ];
        (wait, step)
    }

    /// Does what a step says, as the contract's messages do. Returns what was claimed.
    fn apply(stream: &mut Stream, now: Millis, step: &Step) -> Balance {
        stream.accrue(now);
        match step {
            Step::Settle => {}
            Step::Claim => return stream.take_earned(),
            Step::TopUp(amount) => stream.top_up(*amount).unwrap(),
            Step::Rate(rate) => stream.rate = *rate,
            Step::Pause(true) => stream.state = State::Paused,
            Step::Pause(false) => stream.state = State::Running,
        }
        0
    }

    proptest! {
        /// Against one sum in billionths that is never rounded: each stretch of time earns rate times
        /// time, as far as the deposits so far go.
        #[test]
        fn earnings_equal_the_unrounded_sum(
            first in rate(), deposit in 1..1u128 << 60, steps in vec(step(), 1..60)
        ) {
            let mut stream = stream(first, deposit);
            let (mut now, mut claimed) = (0, 0);
            let (mut sum, mut all, mut rate, mut paused) = (0u128, deposit, first, false);
            for (wait, step) in steps {
                now += wait;
                claimed += apply(&mut stream, now, &step);
                let left = all * BILLIONTHS - sum;
                if !paused {
                    // What saturates is more than any deposit here.
                    sum += rate.saturating_mul(wait.into()).min(left);
                }
                match step {
                    Step::TopUp(amount) => all += amount,
                    Step::Rate(new) => rate = new,
                    Step::Pause(on) => paused = on,
                    Step::Settle | Step::Claim => {}
                }
                let earned = sum / BILLIONTHS;
                prop_assert_eq!(stream.earned + claimed, earned);
                prop_assert_eq!(stream.rest, all - earned);
                prop_assert_eq!(u128::from(stream.fraction), sum % BILLIONTHS);
            }
        }

        /// Whatever a script of changes is, settling and claiming in between makes no difference.
        #[test]
        fn splitting_claims_changes_nothing(
            first in rate(), deposit in 1..1u128 << 60, steps in vec(step(), 1..30),
            splits in vec(vec(0.0..1.0f64, 0..8), 30)
        ) {
            let (mut once, mut often) = (stream(first, deposit), stream(first, deposit));
            let (mut now, mut paid_once, mut paid_often) = (0, 0, 0);
            for ((wait, step), mut splits) in steps.into_iter().zip(splits) {
                splits.sort_by(f64::total_cmp);
                for split in splits {
                    let early = now + (wait as f64 * split) as Millis;
                    paid_often += apply(&mut often, early, &Step::Claim);
                }
                now += wait;
                if !matches!(step, Step::Claim) {
                    paid_once += apply(&mut once, now, &step);
                }
                paid_often += apply(&mut often, now, &step);
            }
            paid_once += apply(&mut once, now, &Step::Claim);
            paid_often += apply(&mut often, now, &Step::Claim);
            prop_assert_eq!(paid_once, paid_often);
            prop_assert_eq!(once, often);
        }

        /// `dry_at` is the first millisecond without a rest.
        #[test]
        fn dry_at_is_when_settling_leaves_no_rest(
            rate in rate(), deposit in prop_oneof![1..100u128, 1..1u128 << 60], before in 0..HOUR
        ) {
            let mut stream = stream(rate, deposit);
            stream.accrue(before);
            match stream.dry_at() {
                Some(dry) => {
                    prop_assert_eq!(at(&stream, dry).0, 0);
                    prop_assert!(dry == stream.since || at(&stream, dry - 1).0 > 0);
                }
                None => prop_assert!(at(&stream, Millis::MAX).0 > 0),
            }
        }
    }
}
