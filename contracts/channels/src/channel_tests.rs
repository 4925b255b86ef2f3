use super::*;
use proptest::prelude::*;

const EPOCH: Millis = 10 * WINDOW;
const NOW: Moment = Moment {
    time: EPOCH + 5,
    block: 100,
};

fn terms() -> Terms {
    Terms {
        reserve: 100,
        signer: [1; 32],
        closer: [2; 32],
        delay: MIN_DELAY,
    }
}

fn channel() -> StoredChannel {
    StoredChannel::open([9; 32], EPOCH, &terms())
}

fn later(millis: Millis, blocks: BlockNumber) -> Moment {
    Moment {
        time: NOW.time + millis,
        block: NOW.block + blocks,
    }
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
    assert_eq!(check(&|t| t.closer = [0; 32]), Err(ChannelError::BadCloser));
}

#[test]
fn an_epoch_is_in_the_window_before_the_opening_to_the_millisecond() {
    let now = EPOCH;
    for good in [now, now - 1, now - WINDOW + 1] {
        assert_eq!(check_epoch(good, now), Ok(()));
    }
    for bad in [now + 1, now - WINDOW, 0, Millis::MAX] {
        assert_eq!(check_epoch(bad, now), Err(ChannelError::BadEpoch(now)));
    }
    // A clock that has just begun.
    assert_eq!(check_epoch(0, WINDOW - 1), Ok(()));
    assert_eq!(check_epoch(0, WINDOW), Err(ChannelError::BadEpoch(WINDOW)));
}

#[test]
fn a_gain_is_what_is_new_and_never_beyond_the_reserve() {
    let mut channel = channel();
    assert_eq!(channel.gain(EPOCH, 30, NOW), Ok(30));
    channel.claim(30);
    assert_eq!(channel.gain(EPOCH, 30, NOW), Err(Skip::NothingNew(30)));
    assert_eq!(channel.gain(EPOCH, 29, NOW), Err(Skip::NothingNew(30)));
    assert_eq!(channel.gain(EPOCH, u128::MAX, NOW), Ok(70));
    channel.claim(70);
    let nothing = Err(Skip::NothingNew(100));
    assert_eq!(channel.gain(EPOCH, u128::MAX, NOW), nothing);
    channel.top_up(5).unwrap();
    assert_eq!(channel.gain(EPOCH, u128::MAX, NOW), Ok(5));
}

#[test]
fn a_voucher_of_another_epoch_gains_nothing() {
    for epoch in [EPOCH - 1, EPOCH + 1, 0] {
        let skip = Err(Skip::OtherEpoch(EPOCH));
        assert_eq!(channel().gain(epoch, 30, NOW), skip);
    }
}

#[test]
fn claims_end_when_time_and_blocks_have_both_passed_and_not_before() {
    let mut channel = channel();
    assert_eq!(channel.check_over(NOW), Err(ChannelError::Open(None)));
    let end = channel.exit(NOW).unwrap();
    assert_eq!(end, later(MIN_DELAY, EXIT_BLOCKS));
    let early = [
        later(MIN_DELAY - 1, EXIT_BLOCKS),
        later(MIN_DELAY, EXIT_BLOCKS - 1),
        later(MIN_DELAY - 1, 10 * EXIT_BLOCKS),
        // A chain that stood still for a year.
        later(365 * DAY, 1),
    ];
    for now in early {
        assert_eq!(channel.gain(EPOCH, 30, now), Ok(30));
        assert_eq!(channel.check_over(now), Err(ChannelError::Open(Some(end))));
        let exiting = Err(ChannelError::Exiting(end));
        assert_eq!(channel.check_no_end(now), exiting);
    }
    for now in [end, later(MIN_DELAY + 1, EXIT_BLOCKS + 1)] {
        assert_eq!(channel.gain(EPOCH, 30, now), Err(Skip::Over));
        assert_eq!(channel.check_over(now), Ok(()));
        assert_eq!(channel.check_no_end(now), Err(ChannelError::Over));
    }
}

#[test]
fn an_exit_begins_once_and_no_claim_moves_its_end() {
    let mut channel = channel();
    let end = channel.exit(NOW).unwrap();
    channel.claim(channel.gain(EPOCH, 30, later(1, 1)).unwrap());
    assert_eq!(channel.ends(), Some(end));
    assert_eq!(channel.exit(later(1, 1)), Err(ChannelError::Exiting(end)));
    assert_eq!(channel.exit(end), Err(ChannelError::Over));
}

#[test]
fn the_payee_closes_before_an_exit_ends_but_not_twice() {
    let mut channel = channel();
    channel.exit(NOW).unwrap();
    let now = later(1, 1);
    assert_eq!(channel.close(now), Ok(()));
    assert_eq!(channel.ends(), Some(now));
    assert_eq!(channel.close(now), Err(ChannelError::Over));
    assert_eq!(channel.close_at(50, now), Err(ChannelError::Over));
}

#[test]
fn a_final_amount_is_between_what_was_claimed_and_the_reserve() {
    let mut channel = channel();
    channel.claim(30);
    assert_eq!(
        channel.close_at(29, NOW),
        Err(ChannelError::BelowClaimed(30))
    );
    let above = Err(ChannelError::AboveReserve(100));
    assert_eq!(channel.close_at(101, NOW), above);
    for (amount, shares) in [(30, (0, 70)), (31, (1, 69)), (100, (70, 0))] {
        let mut channel = channel.clone();
        assert_eq!(channel.close_at(amount, NOW), Ok(shares));
        assert_eq!((channel.rest(), channel.is_over(NOW)), (0, true));
    }
}

#[test]
fn a_top_up_refuses_overflow() {
    assert_eq!(channel().top_up(u128::MAX), None);
}

#[test]
fn a_record_stays_until_its_window_is_over_even_if_all_is_paid() {
    let mut channel = channel();
    let open = Err(ChannelError::Open(None));
    assert_eq!(channel.check_clearable(NOW), open);
    channel.close(NOW).unwrap();
    assert_eq!(channel.check_clearable(NOW), Ok(()));
    assert_eq!(channel.take_rest(), 100);
    assert_eq!(channel.take_rest(), 0);
    let free_from = EPOCH + WINDOW;
    let early = Err(ChannelError::NotBefore(free_from));
    for (time, expected) in [(free_from - 1, early), (free_from, Ok(()))] {
        let now = Moment { time, ..NOW };
        assert_eq!(channel.check_clearable(now), expected);
        assert_eq!(channel.can_be_freed(now), expected.is_ok());
    }
}

#[test]
fn a_lane_is_opened_again_only_when_it_is_over_and_in_a_later_epoch() {
    let mut channel = channel();
    let open = Err(ChannelError::Open(None));
    assert_eq!(channel.check_replaceable(EPOCH + 1, NOW), open);
    channel.close(NOW).unwrap();
    for epoch in [0, EPOCH - 1, EPOCH] {
        let used = Err(ChannelError::UsedEpoch(EPOCH));
        assert_eq!(channel.check_replaceable(epoch, NOW), used);
    }
    assert_eq!(channel.check_replaceable(EPOCH + 1, NOW), Ok(()));
}

#[test]
fn what_is_read_shows_no_end_until_one_is_set() {
    let mut stored = channel();
    let read = |stored: &StoredChannel| Channel::from(stored.clone());
    assert_eq!(read(&stored).end, None);
    assert!(!read(&stored).is_over(Moment {
        time: Millis::MAX,
        block: BlockNumber::MAX,
    }));
    let end = stored.exit(NOW).unwrap();
    let channel = read(&stored);
    assert_eq!(channel.end, Some(end));
    assert!(channel.is_over(end));
    for early in [(end.time - 1, end.block), (end.time, end.block - 1)] {
        let (time, block) = early;
        assert!(!channel.is_over(Moment { time, block }));
    }
    assert_eq!(channel.rest(), stored.rest());
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
            if let Ok(gain) = channel.gain(EPOCH, *cumulative, NOW) {
                channel.claim(gain);
                paid += gain;
            }
            prop_assert_eq!(paid, channel.claimed);
            prop_assert!(channel.claimed <= channel.reserve);
        }
        let best = *vouchers.iter().max().unwrap();
        if let Ok(gain) = channel.gain(EPOCH, best, NOW) {
            channel.claim(gain);
        }
        prop_assert_eq!(channel.claimed, best.min(100 + top_ups));
        prop_assert_eq!(channel.claimed + channel.rest(), channel.reserve);
    }

    /// Whatever is tried with a lane, and however often it is freed: no two of its lives have the same
    /// epoch, and each has a later one than the life before. Nothing but the record remembers.
    #[test]
    fn no_epoch_of_a_lane_is_ever_used_twice(
        steps in prop::collection::vec((0u8..6, 0u64..2 * WINDOW, 0u64..3), 1..120)
    ) {
        let mut now = Moment { time: 3 * WINDOW, block: 1 };
        let mut record: Option<StoredChannel> = None;
        let mut lives: Vec<Millis> = Vec::new();
        for (step, amount, edge) in steps {
            match step {
                // The clock goes on: a little, or to about the edge of the last life's window.
                0 => now.time += amount / 8,
                1 => {
                    let to = lives.last().map_or(0, |epoch| epoch + WINDOW + edge);
                    now.time = now.time.max(to.saturating_sub(1));
                }
                2 => now.block += EXIT_BLOCKS,
                3 => if let Some(channel) = &mut record {
                    if let Ok((_, rest)) = channel.close_at(channel.claimed, now) {
                        prop_assert_eq!(rest, 100);
                    }
                },
                4 => if let Some(channel) = &mut record {
                    if channel.check_clearable(now).is_ok() {
                        channel.take_rest();
                        if channel.can_be_freed(now) {
                            record = None;
                        }
                    }
                },
                _ => {
                    // An epoch of before, one at the window's edges, or any.
                    let epoch = match (edge, lives.last()) {
                        (0, Some(last)) => *last,
                        (1, _) => (now.time + 1).saturating_sub(WINDOW),
                        _ => now.time.saturating_sub(amount),
                    };
                    let fits = check_epoch(epoch, now.time).is_ok();
                    let over = record.as_ref().is_none_or(|earlier| {
                        earlier.check_replaceable(epoch, now).is_ok()
                    });
                    if fits && over {
                        prop_assert!(lives.iter().all(|used| *used < epoch));
                        lives.push(epoch);
                        record = Some(StoredChannel::open([9; 32], epoch, &terms()));
                    }
                }
            }
        }
    }
}
