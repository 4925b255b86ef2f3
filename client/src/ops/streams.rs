//! Movements of money in the streams contract's events, and how streams stand.

use crate::{history::Event, Account, Block, Client, Error};
use farthing_contracts::streams::{
    events::{Change, Claimed, StreamChanged, StreamsCleared},
    reading::{StreamNow, MAX_PAGE},
    StreamsRef,
};
use farthing_contracts::{streams::stream::BILLIONTHS, Contract};
use farthing_types::{Balance, Millis, StreamId};
use ink::codegen::TraitCallBuilder;

/// Returns the rate at which `amount` flows in a time, rounded down. The rate is in billionths of the token's
/// smallest unit in a millisecond, as the contract takes it. `None` if the rate is too high, or the
/// time is zero.
pub fn rate(amount: Balance, time: Millis) -> Option<u128> {
    amount.checked_mul(BILLIONTHS)?.checked_div(time.into())
}

/// Returns how much flows in a time at a rate, in the smallest unit, rounded down.
pub fn flow(rate: u128, time: Millis) -> Balance {
    let (whole, part) = (rate / BILLIONTHS, rate % BILLIONTHS);
    let time = u128::from(time);
    // The part is below a billion, so it overflows with no time.
    whole
        .saturating_mul(time)
        .saturating_add(part.saturating_mul(time) / BILLIONTHS)
}

/// A change of a stream's money.
pub enum Move {
    /// The stream was opened.
    Opened {
        /// The account that pays.
        payer: Account,
        /// The account that is paid.
        payee: Account,
        /// The stream's first deposit, in the smallest unit.
        deposit: Balance,
    },
    /// This amount was added to its deposit.
    Added(Balance),
    /// This amount went back to the payer.
    Returned(Balance),
    /// This amount went to the payee.
    Paid(Balance),
    /// The stream was stopped for good.
    Stopped,
}

/// Returns the changes that an event reports, in order. Money that the chain refused to move is still there,
/// and no change.
pub fn moves(event: &Event) -> Vec<(StreamId, Move)> {
    if event.contract != Contract::Streams {
        return Vec::new();
    }
    let emitted = &event.emitted;
    if let Some(changed) = emitted.decode::<StreamChanged>() {
        let stream = changed.stream;
        let moves = of_change(changed.change).into_iter();
        return moves.map(|one| (stream, one)).collect();
    }
    if let Some(claimed) = emitted.decode::<Claimed>() {
        return vec![(claimed.stream, Move::Paid(claimed.amount))];
    }
    let cleared = emitted.decode::<StreamsCleared>();
    let rests = cleared.into_iter().flat_map(|cleared| cleared.streams);
    rests
        .map(|rest| (rest.stream, Move::Returned(rest.amount)))
        .collect()
}

fn of_change(change: Change) -> Vec<Move> {
    match change {
        Change::Opened {
            payer,
            payee,
            deposit,
            ..
        } => vec![Move::Opened {
            payer: payer.into(),
            payee: payee.into(),
            deposit,
        }],
        Change::ToppedUp { amount } => vec![Move::Added(amount)],
        Change::Stopped { earned, rest, .. } => {
            let returned = rest.sent.then_some(Move::Returned(rest.amount));
            let paid = earned.sent.then_some(Move::Paid(earned.amount));
            let moves = returned.into_iter().chain(paid);
            moves.chain([Move::Stopped]).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns how streams stand in a block, in the order given; `None` where a record is gone.
pub async fn standing(
    client: &Client,
    block: Block,
    streams: impl IntoIterator<Item = StreamId>,
) -> Result<Vec<Option<StreamNow>>, Error> {
    let contract: StreamsRef = client.contract()?;
    let numbers: Vec<_> = streams.into_iter().collect();
    let pages = numbers
        .chunks(MAX_PAGE)
        .map(|page| contract.call().streams_listed(page.to_vec()));
    let found = client.read_all_at(block, pages).await?;
    Ok(found.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Never more than was meant, and less by one smallest unit in ten days at most.
        #[test]
        fn rate_is_as_exact_as_the_contract_can_have_it(
            amount in 0..u128::from(u64::MAX), time in 1..1_000_000_000_000u64, days in 1..=10u64,
        ) {
            let flows = flow(rate(amount, time).unwrap(), days * 86_400_000);
            let meant = amount * u128::from(days * 86_400_000) / u128::from(time);
            prop_assert!(flows <= meant && meant <= flows + 1, "{flows} {meant}");
        }

        #[test]
        fn flow_is_that_of_exact_numbers(rate in any::<u64>(), time in any::<u64>()) {
            let exact = u128::from(rate) * u128::from(time) / BILLIONTHS;
            prop_assert!(flow(rate.into(), time) == exact);
        }
    }

    #[test]
    fn what_is_too_fast_is_no_rate() {
        assert_eq!(rate(u128::MAX, 1), None);
        assert_eq!(rate(1, 0), None);
        assert_eq!(flow(u128::MAX, u64::MAX), u128::MAX);
    }
}
