//! Paying from a channel that was seen a short while ago.

use super::*;
use crate::wallet::seen::{Seen, FRESH};

const AT: Millis = 1_000_000;

/// A wallet that has seen the channel like this, and paid 10 from it.
fn wallet(folder: &TempDir, channel: &Channel) -> Paying {
    let mut wallet = open(folder);
    wallet.opened(CONTRACT, &id()).unwrap();
    wallet.saw(CONTRACT, PAYEE, id().lane, channel, AT);
    wallet.begin(CONTRACT, &id(), channel, 10, None).unwrap();
    wallet.finish(CONTRACT, &id()).unwrap();
    wallet
}

fn seen(wallet: &Paying, amount: Balance, now: Millis) -> Option<Seen> {
    wallet.seen(CONTRACT, PAYEE, id().lane, amount, now)
}

#[test]
fn channel_that_was_seen_a_short_while_ago_can_be_paid_from() {
    let folder = TempDir::new().unwrap();
    drop(wallet(&folder, &channel()));
    let wallet = open(&folder);
    let expected = Some(Seen {
        channel: channel(),
        at: AT,
    });
    for now in [AT, AT + 1, AT + FRESH] {
        assert_eq!(seen(&wallet, 5, now), expected);
    }
    let others = [(PAYEE, id().lane + 1), (CONTRACT, id().lane)];
    for (payee, lane) in others {
        assert_eq!(wallet.seen(CONTRACT, payee, lane, 5, AT), None);
    }
    assert_eq!(wallet.seen(PAYEE, PAYEE, id().lane, 5, AT), None);
}

#[test]
fn what_is_old_or_of_a_time_to_come_is_not_believed() {
    let folder = TempDir::new().unwrap();
    let wallet = wallet(&folder, &channel());
    for now in [0, AT - 1, AT + FRESH + 1, Millis::MAX] {
        assert_eq!(seen(&wallet, 5, now), None);
    }
}

#[test]
fn no_more_is_promised_than_was_seen_in_the_reserve() {
    let folder = TempDir::new().unwrap();
    let wallet = wallet(&folder, &channel());
    assert!(seen(&wallet, RESERVE - 10, AT).is_some());
    for amount in [RESERVE - 9, RESERVE, Balance::MAX] {
        assert_eq!(seen(&wallet, amount, AT), None);
    }
}

#[test]
fn channel_that_was_ending_is_asked_for() {
    let folder = TempDir::new().unwrap();
    let mut wallet = wallet(&folder, &channel());
    let ending = Channel {
        end: Some(NOW),
        ..channel()
    };
    wallet.saw(CONTRACT, PAYEE, id().lane, &ending, AT);
    assert_eq!(seen(&wallet, 5, AT), None);
}

#[test]
fn channel_that_something_was_done_to_is_asked_for() {
    let folder = TempDir::new().unwrap();
    let mut wallet = wallet(&folder, &channel());
    wallet.unsee(CONTRACT, PAYEE, id().lane).unwrap();
    assert_eq!(seen(&wallet, 5, AT), None);
    drop(wallet);
    assert_eq!(seen(&open(&folder), 5, AT), None);
}

#[test]
fn wallet_that_may_not_know_all_asks_each_time() {
    let folder = TempDir::new().unwrap();
    let mut wallet = open(&folder);
    let claimed = Channel {
        claimed: 50,
        ..channel()
    };
    wallet.saw(CONTRACT, PAYEE, id().lane, &claimed, AT);
    assert_eq!(seen(&wallet, 5, AT), None);
    wallet.begin(CONTRACT, &id(), &claimed, 5, None).unwrap();
    wallet.finish(CONTRACT, &id()).unwrap();
    assert_eq!(seen(&wallet, 5, AT), None);
    wallet.adopt(CONTRACT, &claimed, &voucher(60)).unwrap();
    assert!(seen(&wallet, 5, AT).is_some());
}

#[test]
fn names_are_believed_as_long_as_channels() {
    let folder = TempDir::new().unwrap();
    let mut wallet = wallet(&folder, &channel());
    wallet.named("ada", PAYEE, AT);
    assert_eq!(wallet.account_of("ada", AT + FRESH), Some(PAYEE));
    assert_eq!(wallet.account_of("ada", AT + FRESH + 1), None);
    assert_eq!(wallet.account_of("ada", AT - 1), None);
    assert_eq!(wallet.account_of("bob", AT), None);
}

#[test]
fn what_is_too_old_to_count_is_not_kept() {
    let folder = TempDir::new().unwrap();
    let mut wallet = wallet(&folder, &channel());
    wallet.named("ada", PAYEE, AT);
    let later = AT + FRESH + 1;
    wallet.named("bob", PAYEE, later);
    wallet.saw(CONTRACT, CONTRACT, 0, &channel(), later);
    assert_eq!(wallet.account_of("ada", AT), None);
    assert_eq!(seen(&wallet, 5, AT), None);
    assert_eq!(wallet.account_of("bob", later), Some(PAYEE));
}
