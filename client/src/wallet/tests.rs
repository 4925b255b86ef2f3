mod bought;
mod lost;
mod received;
mod seen;

use super::*;
use crate::Key;
use farthing_contracts::channels::channel::Channel;
use farthing_types::Millis;
use farthing_types::{
    merkle::{verify, Proof},
    Hash,
};
use proptest::prelude::*;
use std::time::Duration;
use tempfile::TempDir;

const GENESIS: Hash = [1; 32];
const CONTRACT: Account = Account([2; 32]);
const PAYEE: Account = Account([4; 32]);
const EPOCH: Millis = 7;
const RESERVE: Balance = 1_000;
const DELAY: Millis = 100;
const NOW: Moment = Moment { time: 10, block: 5 };
const WANTED: Wanted = Wanted {
    closer: PAYEE.0,
    min_delay: DELAY,
    at_least: 0,
};

fn payer() -> Key {
    Key::for_development("//Alice").unwrap()
}

fn id() -> ChannelId<Account> {
    ChannelId {
        payer: payer().account(),
        payee: PAYEE,
        lane: 3,
        epoch: EPOCH,
    }
}

fn channel() -> Channel {
    Channel {
        epoch: EPOCH,
        signer: payer().account().0,
        closer: PAYEE.0,
        reserve: RESERVE,
        claimed: 0,
        delay: DELAY,
        end: None,
    }
}

fn open(folder: &TempDir) -> Paying {
    Paying::open(folder.path(), GENESIS, payer().account(), Duration::ZERO).unwrap()
}

fn receiving(folder: &TempDir) -> Receiving {
    Receiving::open(folder.path(), GENESIS, PAYEE, Duration::ZERO).unwrap()
}

/// Takes a voucher of a channel that is like this on the chain.
fn take_of(folder: &TempDir, paper: &Paper, channel: &Channel) -> Result<Received, Error> {
    receiving(folder).take(paper, CONTRACT, &WANTED, Some(channel), NOW)
}

fn take(folder: &TempDir, paper: &Paper) -> Result<Received, Error> {
    take_of(folder, paper, &channel())
}

/// Returns the amounts of the vouchers that are kept.
fn best(folder: &TempDir) -> Vec<Balance> {
    let papers = Receiving::read(folder.path(), GENESIS, PAYEE).unwrap();
    papers
        .best(CONTRACT)
        .iter()
        .map(|paper| paper.voucher.cumulative)
        .collect()
}

fn received(new: Balance, total: Balance) -> Received {
    Received { new, total }
}

/// A voucher for this much in all, whatever was signed before.
fn voucher(cumulative: Balance) -> Paper {
    let place = Place {
        genesis: GENESIS,
        contract: CONTRACT,
    };
    let voucher = Voucher {
        channel: id(),
        cumulative,
        root: [0; 32],
    };
    let signature = Signature {
        bytes: payer().sign(&voucher.payload(&place)),
        wrapped: false,
    };
    Paper {
        place,
        voucher,
        signature,
    }
}

/// Pays, and ends like a program that is killed, after so many of the four steps.
fn pay(
    folder: &TempDir,
    amount: Balance,
    entry: Option<Hash>,
    steps: u8,
) -> Result<Option<Paper>, Error> {
    let mut wallet = open(folder);
    if steps == 0 {
        return Ok(None);
    }
    let begun = wallet.begin(CONTRACT, &id(), &channel(), amount, entry)?;
    if steps == 1 {
        return Ok(None);
    }
    let paper = wallet.paper(CONTRACT, &id(), &begun, |bytes| payer().sign(bytes));
    if steps == 2 {
        return Ok(None);
    }
    // Handed out from here on.
    if steps > 3 {
        wallet.finish(CONTRACT, &id())?;
    }
    Ok(Some(paper))
}

#[test]
fn a_voucher_survives_being_text() {
    let folder = TempDir::new().unwrap();
    let paper = pay(&folder, 5, Some([9; 32]), 4).unwrap().unwrap();
    let text = paper.to_string();
    assert_eq!(text.len(), PREFIX.len() + 2 * 253);
    assert_eq!(text.parse::<Paper>().unwrap(), paper);
    assert!(paper.is_signed_by(&payer().account().0));
    for bad in [
        &text[1..],
        &text[..text.len() - 2],
        "",
        &format!("{text}00"),
        "farthing-voucher-2:zz",
    ] {
        assert!(matches!(bad.parse::<Paper>(), Err(Error::NoVoucher)));
    }
}

#[test]
fn another_payment_than_the_begun_one_is_refused_until_its_fate_is_said() {
    let folder = TempDir::new().unwrap();
    pay(&folder, 5, None, 3).unwrap();
    assert!(matches!(
        pay(&folder, 6, None, 4),
        Err(Error::Begun { amount: 5 })
    ));
    assert!(matches!(
        pay(&folder, 5, Some([1; 32]), 4),
        Err(Error::Begun { amount: 5 })
    ));
    open(&folder).finish(CONTRACT, &id()).unwrap();
    let paper = pay(&folder, 6, None, 4).unwrap().unwrap();
    assert_eq!(paper.voucher.cumulative, 11);

    pay(&folder, 5, None, 2).unwrap();
    open(&folder).abandon(CONTRACT, &id()).unwrap();
    let paper = pay(&folder, 6, None, 4).unwrap().unwrap();
    assert_eq!(paper.voucher.cumulative, 17);
}

#[test]
fn nothing_and_more_than_the_reserve_are_refused() {
    let folder = TempDir::new().unwrap();
    assert!(matches!(pay(&folder, 0, None, 4), Err(Error::Nothing)));
    pay(&folder, RESERVE - 1, None, 4).unwrap();
    let refused = pay(&folder, 2, None, 4);
    assert!(
        matches!(refused, Err(Error::ReserveTooLow { promised, .. }) if promised == RESERVE - 1)
    );
    let refused = pay(&folder, Balance::MAX, None, 4);
    assert!(matches!(refused, Err(Error::ReserveTooLow { .. })));
}

#[test]
fn a_wallet_is_open_once() {
    let folder = TempDir::new().unwrap();
    let _open = open(&folder);
    let again = Paying::open(folder.path(), GENESIS, payer().account(), Duration::ZERO);
    assert!(matches!(again, Err(Error::Busy(_))));
    let _open = receiving(&folder);
    let again = Receiving::open(folder.path(), GENESIS, PAYEE, Duration::ZERO);
    assert!(matches!(again, Err(Error::Busy(PAYEE))));
}

#[test]
fn a_payer_whose_file_is_lost_goes_on_from_what_was_claimed() {
    let folder = TempDir::new().unwrap();
    let channel = Channel {
        claimed: 50,
        ..channel()
    };
    let begin = |amount| open(&folder).begin(CONTRACT, &id(), &channel, amount, None);
    let refused = begin(RESERVE - 49);
    assert!(matches!(
        refused,
        Err(Error::ReserveTooLow { promised: 50, .. })
    ));
    assert_eq!(begin(5).unwrap().cumulative, 55);
    open(&folder).finish(CONTRACT, &id()).unwrap();
    assert_eq!(begin(5).unwrap().cumulative, 60);
}

#[test]
fn other_lanes_and_lives_are_other_channels() {
    let folder = TempDir::new().unwrap();
    pay(&folder, 5, None, 4).unwrap();
    let others = [
        ChannelId { lane: 4, ..id() },
        ChannelId {
            epoch: EPOCH + 1,
            ..id()
        },
        ChannelId {
            payee: Account([5; 32]),
            ..id()
        },
    ];
    for other in others {
        assert_eq!(open(&folder).promised(CONTRACT, &other), (0, None));
    }
    assert_eq!(open(&folder).promised(CONTRACT, &id()).0, 5);
}

#[test]
fn what_was_bought_can_be_proved_entry_by_entry() {
    let folder = TempDir::new().unwrap();
    let entries = [[7; 32], [8; 32], [9; 32]];
    let first = pay(&folder, 1, None, 4).unwrap().unwrap();
    assert_eq!(first.voucher.root, [0; 32]);
    let mut last = first;
    for entry in entries {
        // Interrupted, and gone on with: in the list once.
        pay(&folder, 1, Some(entry), 2).unwrap();
        last = pay(&folder, 1, Some(entry), 4).unwrap().unwrap();
    }
    // A payment that says nothing keeps the list.
    let silent = pay(&folder, 1, None, 4).unwrap().unwrap();
    assert_eq!(silent.voucher.root, last.voucher.root);
    for (index, entry) in (0..).zip(entries) {
        let proof = open(&folder).proof(CONTRACT, &id(), &entry).unwrap();
        assert_eq!((proof.index, proof.count), (index, 3));
        assert!(verify(&last.voucher.root, &entry, &proof));
        let moved = Proof { count: 4, ..proof };
        assert!(!verify(&last.voucher.root, &entry, &moved));
    }
    assert_eq!(open(&folder).proof(CONTRACT, &id(), &[1; 32]), None);
}

#[test]
fn vouchers_that_are_worth_nothing_are_refused() {
    let folder = TempDir::new().unwrap();
    let paper = pay(&folder, 5, None, 4).unwrap().unwrap();
    let channel = channel();
    let mut wallet = receiving(&folder);
    let mut take = |paper: &Paper, contract, channel: Option<&Channel>| {
        wallet.take(paper, contract, &WANTED, channel, NOW)
    };
    let refused = take(&paper, Account([3; 32]), Some(&channel));
    assert!(matches!(refused, Err(Error::Elsewhere)));
    let mut other = paper.clone();
    other.place.genesis = [8; 32];
    let refused = take(&other, CONTRACT, Some(&channel));
    assert!(matches!(refused, Err(Error::Elsewhere)));
    let mut other = paper.clone();
    other.voucher.channel.payee = Account([5; 32]);
    let refused = take(&other, CONTRACT, Some(&channel));
    assert!(matches!(refused, Err(Error::ForAnother(_))));
    let forge: [fn(&mut Paper); 2] = [
        |paper| paper.voucher.cumulative += 1,
        |paper| paper.voucher.channel.lane += 1,
    ];
    for forge in forge {
        let mut other = paper.clone();
        forge(&mut other);
        let refused = take(&other, CONTRACT, Some(&channel));
        assert!(matches!(refused, Err(Error::BadSignature)));
    }
    let refused = take(&paper, CONTRACT, None);
    assert!(matches!(refused, Err(Error::NoChannel(_))));
    let over = Channel {
        end: Some(NOW),
        ..channel.clone()
    };
    let reopened = Channel {
        epoch: EPOCH + 1,
        ..channel.clone()
    };
    for gone in [over, reopened] {
        let refused = take(&paper, CONTRACT, Some(&gone));
        assert!(matches!(refused, Err(Error::NoChannel(_))));
    }
    assert_eq!(
        take(&paper, CONTRACT, Some(&channel)).unwrap(),
        received(5, 5)
    );
    let again = take(&paper, CONTRACT, Some(&channel));
    assert!(matches!(again, Err(Error::NothingNew { before: 5 })));
    assert_eq!(wallet.kept().best(CONTRACT), [paper.clone()]);
}

#[test]
fn a_lower_voucher_never_replaces_a_higher_one() {
    let folder = TempDir::new().unwrap();
    assert_eq!(take(&folder, &voucher(20)).unwrap(), received(20, 20));
    for low in [1, 19, 20] {
        let refused = take(&folder, &voucher(low));
        assert!(matches!(refused, Err(Error::NothingNew { before: 20 })));
        assert_eq!(best(&folder), [20]);
    }
    assert_eq!(take(&folder, &voucher(21)).unwrap(), received(1, 21));
    assert_eq!(best(&folder), [21]);
}

#[test]
fn what_was_claimed_on_the_chain_is_nothing_new() {
    let folder = TempDir::new().unwrap();
    // As on another machine, or with a file that was lost.
    let claimed = Channel {
        claimed: 50,
        ..channel()
    };
    for old in [40, 50] {
        let refused = take_of(&folder, &voucher(old), &claimed);
        assert!(matches!(refused, Err(Error::NothingNew { before: 50 })));
    }
    assert_eq!(receiving(&folder).kept().best(CONTRACT), []);
    let taken = take_of(&folder, &voucher(60), &claimed).unwrap();
    assert_eq!(taken, received(10, 60));
}

#[test]
fn a_voucher_beyond_the_reserve_is_refused_until_it_is_covered() {
    let folder = TempDir::new().unwrap();
    let refused = take(&folder, &voucher(RESERVE + 1));
    assert!(matches!(
        refused,
        Err(Error::BeyondReserve { reserve: RESERVE })
    ));
    assert_eq!(receiving(&folder).kept().best(CONTRACT), []);
    let mut sum = take(&folder, &voucher(RESERVE)).unwrap().new;
    let larger = Channel {
        reserve: 2 * RESERVE,
        ..channel()
    };
    let taken = take_of(&folder, &voucher(RESERVE + 60), &larger).unwrap();
    sum += taken.new;
    // What was new adds up to what will be paid.
    assert_eq!((taken.new, sum), (60, taken.total));
}

#[test]
fn a_channel_that_the_payer_could_close_alone_or_too_soon_is_refused() {
    let folder = TempDir::new().unwrap();
    let own_closer = Channel {
        closer: payer().account().0,
        ..channel()
    };
    let refused = take_of(&folder, &voucher(5), &own_closer);
    assert!(matches!(refused, Err(Error::BadCloser)));
    let short = Channel {
        delay: DELAY - 1,
        ..channel()
    };
    let refused = take_of(&folder, &voucher(5), &short);
    assert!(matches!(refused, Err(Error::ShortDelay { .. })));
    assert_eq!(receiving(&folder).kept().best(CONTRACT), []);
}

#[test]
fn a_voucher_of_a_channel_that_is_ending_is_kept_to_be_claimed_and_buys_nothing() {
    let folder = TempDir::new().unwrap();
    let ends = |time, block| Channel {
        end: Some(Moment { time, block }),
        ..channel()
    };
    // Its time has come, and its block has not.
    for (cumulative, channel) in [(5, ends(1_000, 6)), (6, ends(NOW.time - 1, 6))] {
        let refused = take_of(&folder, &voucher(cumulative), &channel);
        assert!(matches!(refused, Err(Error::Ending { .. })));
        assert_eq!(best(&folder), [cumulative]);
    }
    let refused = take_of(&folder, &voucher(5), &ends(1_000, 6));
    assert!(matches!(refused, Err(Error::NothingNew { before: 6 })));
}

#[test]
fn vouchers_for_more_than_a_closing_that_was_signed_are_refused_until_it_expires() {
    let folder = TempDir::new().unwrap();
    let agree = |amount, expires| {
        receiving(&folder)
            .agree(CONTRACT, &id(), amount, expires, true)
            .unwrap();
    };
    agree(6, Millis::MAX);
    assert_eq!(take(&folder, &voucher(6)).unwrap().new, 6);
    let refused = take(&folder, &voucher(7));
    assert!(matches!(refused, Err(Error::Agreed { amount: 6, .. })));
    // The payer can use either: what counts is the lower, as long as it counts.
    agree(5, NOW.time);
    agree(100, Millis::MAX);
    let refused = take(&folder, &voucher(7));
    assert!(matches!(refused, Err(Error::Agreed { amount: 5, .. })));
    let later = Moment {
        time: NOW.time + 1,
        ..NOW
    };
    let refused = receiving(&folder).take(&voucher(7), CONTRACT, &WANTED, Some(&channel()), later);
    assert!(matches!(refused, Err(Error::Agreed { amount: 6, .. })));
    assert_eq!(best(&folder), [6]);

    let folder = TempDir::new().unwrap();
    receiving(&folder)
        .agree(CONTRACT, &id(), 6, NOW.time - 1, false)
        .unwrap();
    assert_eq!(take(&folder, &voucher(7)).unwrap().new, 7);
}

#[test]
fn a_closing_that_gives_away_what_was_kept_is_not_signed_unless_it_is_meant() {
    let folder = TempDir::new().unwrap();
    take(&folder, &voucher(90)).unwrap();
    let agree = |amount, forfeit| {
        let mut wallet = receiving(&folder);
        wallet.agree(CONTRACT, &id(), amount, Millis::MAX, forfeit)
    };
    let refused = agree(1, false);
    assert!(matches!(refused, Err(Error::GivesAway { kept: 90 })));
    assert!(agree(90, false).is_ok());
    assert!(agree(1, true).is_ok());
}

#[test]
fn a_voucher_brings_what_the_channel_still_covers_while_it_is_open() {
    let folder = TempDir::new().unwrap();
    let paper = pay(&folder, 5, None, 4).unwrap().unwrap();
    let open = channel();
    assert_eq!(paper.due(Some(&open), NOW), 5);
    assert_eq!(paper.due(None, NOW), 0);
    type Change = (fn(&mut Channel), Balance);
    fn ends(time: u64, block: u32) -> Option<Moment> {
        Some(Moment { time, block })
    }
    let changes: [Change; 7] = [
        (|one| one.claimed = 2, 3),
        (|one| one.claimed = 6, 0),
        (|one| one.reserve = 4, 4),
        (|one| one.epoch += 1, 0),
        // Its time has come, and its block has not; then both.
        (|one| one.end = ends(NOW.time, NOW.block + 1), 5),
        (|one| one.end = ends(NOW.time + 1, NOW.block), 5),
        (|one| one.end = Some(NOW), 0),
    ];
    for (change, due) in changes {
        let mut channel = open.clone();
        change(&mut channel);
        assert_eq!(paper.due(Some(&channel), NOW), due, "{channel:?}");
    }
}

proptest! {
    // Every step is written to the disk, and waits for it.
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// However often the program is killed, and wherever: who repeats each payment until it is through has
    /// paid the sum of what was meant, and no voucher was ever for more than what was meant so far.
    #[test]
    fn killed_payments_are_paid_once(
        payments in proptest::collection::vec(
            (1u128..20, 0u8..3, proptest::collection::vec(0u8..=3, 0..4)),
            1..12,
        ),
    ) {
        let folder = TempDir::new().unwrap();
        let (mut meant, mut best) = (0, 0);
        for (amount, entry, kills) in payments {
            meant += amount;
            let entry = (entry > 0).then_some([entry; 32]);
            for steps in kills.into_iter().chain([4]) {
                if let Some(paper) = pay(&folder, amount, entry, steps).unwrap() {
                    match take(&folder, &paper) {
                        Ok(taken) => best += taken.new,
                        // Handed out a second time.
                        Err(Error::NothingNew { before }) => prop_assert_eq!(before, best),
                        Err(error) => panic!("{error}"),
                    }
                    prop_assert!(paper.voucher.cumulative <= meant);
                }
            }
            prop_assert_eq!(best, meant);
        }
        let kept = receiving(&folder).kept().best(CONTRACT);
        prop_assert_eq!(kept[0].voucher.cumulative, meant);
    }
}
