use super::*;
use crate::Key;
use channels::channel::Channel;
use farthing_types::Hash;
use proptest::prelude::*;
use tempfile::TempDir;

const GENESIS: Hash = [1; 32];
const CONTRACT: Account = Account([2; 32]);
const PAYEE: Account = Account([4; 32]);
const EPOCH: u64 = 7;
const RESERVE: Balance = 1_000;

fn payer() -> Key {
    Key::from_uri("//Alice").unwrap()
}

fn channel() -> Channel {
    Channel {
        epoch: EPOCH,
        signer: payer().account().0,
        reserve: RESERVE,
        claimed: 0,
        delay: 1,
        end: u64::MAX,
    }
}

fn open(folder: &TempDir) -> Paying {
    Paying::open(folder.path(), GENESIS, payer().account()).unwrap()
}

fn receiving(folder: &TempDir) -> Receiving {
    Receiving::open(folder.path(), GENESIS, PAYEE).unwrap()
}

/// Pays, and ends like a program that is killed, after so many of the four steps.
fn pay(folder: &TempDir, amount: Balance, root: Hash, steps: u8) -> Result<Option<Paper>, Error> {
    let mut wallet = open(folder);
    if steps == 0 {
        return Ok(None);
    }
    let begun = wallet.begin(CONTRACT, PAYEE, EPOCH, RESERVE, amount, root)?;
    if steps == 1 {
        return Ok(None);
    }
    let paper = wallet.paper(CONTRACT, PAYEE, EPOCH, &begun, |bytes| payer().sign(bytes));
    if steps == 2 {
        return Ok(None);
    }
    // Handed out from here on.
    if steps > 3 {
        wallet.finish(CONTRACT, PAYEE, EPOCH)?;
    }
    Ok(Some(paper))
}

#[test]
fn a_voucher_survives_being_text() {
    let folder = TempDir::new().unwrap();
    let paper = pay(&folder, 5, [9; 32], 4).unwrap().unwrap();
    let text = paper.to_string();
    assert_eq!(text.len(), PREFIX.len() + 2 * 249);
    assert_eq!(text.parse::<Paper>().unwrap(), paper);
    assert!(paper.is_signed_by(&payer().account().0));
    for bad in [
        &text[1..],
        &text[..text.len() - 2],
        "",
        &format!("{text}00"),
        "farthing-voucher-1:zz",
    ] {
        assert!(matches!(bad.parse::<Paper>(), Err(Error::NoVoucher)));
    }
}

#[test]
fn another_payment_than_the_begun_one_is_refused_until_its_fate_is_said() {
    let folder = TempDir::new().unwrap();
    pay(&folder, 5, [0; 32], 3).unwrap();
    assert!(matches!(
        pay(&folder, 6, [0; 32], 4),
        Err(Error::Begun { amount: 5 })
    ));
    assert!(matches!(
        pay(&folder, 5, [1; 32], 4),
        Err(Error::Begun { amount: 5 })
    ));
    open(&folder).finish(CONTRACT, PAYEE, EPOCH).unwrap();
    let paper = pay(&folder, 6, [0; 32], 4).unwrap().unwrap();
    assert_eq!(paper.voucher.cumulative, 11);

    pay(&folder, 5, [0; 32], 2).unwrap();
    open(&folder).abandon(CONTRACT, PAYEE, EPOCH).unwrap();
    let paper = pay(&folder, 6, [0; 32], 4).unwrap().unwrap();
    assert_eq!(paper.voucher.cumulative, 17);
}

#[test]
fn nothing_and_more_than_the_reserve_are_refused() {
    let folder = TempDir::new().unwrap();
    assert!(matches!(pay(&folder, 0, [0; 32], 4), Err(Error::Nothing)));
    pay(&folder, RESERVE - 1, [0; 32], 4).unwrap();
    let refused = pay(&folder, 2, [0; 32], 4);
    assert!(
        matches!(refused, Err(Error::ReserveTooLow { promised, .. }) if promised == RESERVE - 1)
    );
    let refused = pay(&folder, Balance::MAX, [0; 32], 4);
    assert!(matches!(refused, Err(Error::ReserveTooLow { .. })));
}

#[test]
fn a_wallet_is_open_once() {
    let folder = TempDir::new().unwrap();
    let _open = open(&folder);
    let again = Paying::open(folder.path(), GENESIS, payer().account());
    assert!(matches!(again, Err(crate::Error::Busy(_))));
}

#[test]
fn vouchers_that_are_worth_nothing_are_refused() {
    let folder = TempDir::new().unwrap();
    let paper = pay(&folder, 5, [0; 32], 4).unwrap().unwrap();
    let mut wallet = receiving(&folder);
    let channel = channel();
    let mut take = |paper: &Paper, contract, channel| wallet.take(paper, contract, channel, 10);
    let refused = take(&paper, Account([3; 32]), Some(&channel));
    assert!(matches!(refused, Err(Error::Elsewhere)));
    let mut other = paper.clone();
    other.place.genesis = [8; 32];
    assert!(matches!(
        take(&other, CONTRACT, Some(&channel)),
        Err(Error::Elsewhere)
    ));
    let mut other = paper.clone();
    other.voucher.channel.payee = Account([5; 32]);
    assert!(matches!(
        take(&other, CONTRACT, Some(&channel)),
        Err(Error::ForAnother(_))
    ));
    let mut other = paper.clone();
    other.voucher.cumulative += 1;
    assert!(matches!(
        take(&other, CONTRACT, Some(&channel)),
        Err(Error::BadSignature)
    ));
    assert!(matches!(
        take(&paper, CONTRACT, None),
        Err(Error::NoChannel(_))
    ));
    let over = Channel {
        end: 10,
        ..channel.clone()
    };
    assert!(matches!(
        take(&paper, CONTRACT, Some(&over)),
        Err(Error::NoChannel(_))
    ));
    let reopened = Channel {
        epoch: EPOCH + 1,
        ..channel.clone()
    };
    assert!(matches!(
        take(&paper, CONTRACT, Some(&reopened)),
        Err(Error::NoChannel(_))
    ));
    let taken = take(&paper, CONTRACT, Some(&channel)).unwrap();
    assert_eq!(taken, Received { new: 5, total: 5 });
    assert_eq!(take(&paper, CONTRACT, Some(&channel)).unwrap().new, 0);
    assert_eq!(wallet.best(CONTRACT).unwrap(), [paper.clone()]);
}

#[test]
fn vouchers_for_more_than_a_closing_that_was_signed_are_refused() {
    let folder = TempDir::new().unwrap();
    let papers = [5, 1, 1].map(|amount| pay(&folder, amount, [0; 32], 4).unwrap().unwrap());
    let take = |paper| receiving(&folder).take(paper, CONTRACT, Some(&channel()), 0);
    let agree = |amount| {
        let payer = payer().account();
        receiving(&folder)
            .agree(CONTRACT, payer, EPOCH, amount)
            .unwrap();
    };
    agree(6);
    assert_eq!(take(&papers[1]).unwrap().new, 6);
    assert!(matches!(take(&papers[2]), Err(Error::Agreed { amount: 6 })));
    // The payer can use either: what counts is the lower.
    agree(5);
    agree(100);
    assert!(matches!(take(&papers[1]), Err(Error::Agreed { amount: 5 })));
    assert_eq!(
        receiving(&folder).best(CONTRACT).unwrap(),
        [papers[1].clone()]
    );
}

#[test]
fn a_voucher_brings_what_the_channel_still_covers_while_it_is_open() {
    let folder = TempDir::new().unwrap();
    let paper = pay(&folder, 5, [0; 32], 4).unwrap().unwrap();
    let open = channel();
    assert_eq!(paper.due(Some(&open), 0), 5);
    assert_eq!(paper.due(None, 0), 0);
    for (channel, due) in [
        (Channel { claimed: 2, ..open }, 3),
        (Channel { claimed: 6, ..open }, 0),
        (Channel { reserve: 4, ..open }, 4),
        (Channel { end: 10, ..open }, 5),
        (
            Channel {
                epoch: EPOCH + 1,
                ..open
            },
            0,
        ),
    ] {
        assert_eq!(paper.due(Some(&channel), 9), due, "{channel:?}");
    }
    assert_eq!(paper.due(Some(&Channel { end: 10, ..open }), 10), 0);
}

#[test]
fn a_wallet_that_somebody_changed_is_not_believed() {
    let folder = TempDir::new().unwrap();
    let paper = pay(&folder, 5, [0; 32], 4).unwrap().unwrap();
    receiving(&folder)
        .take(&paper, CONTRACT, Some(&channel()), 0)
        .unwrap();
    let name = format!("vouchers/{PAYEE}.received.json");
    let file = folder.path().join(name);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace(PREFIX, "")).unwrap();
    let refused = receiving(&folder).best(CONTRACT);
    assert!(matches!(refused, Err(Error::File(_))));
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
        for (amount, root, kills) in payments {
            meant += amount;
            for steps in kills.into_iter().chain([4]) {
                if let Some(paper) = pay(&folder, amount, [root; 32], steps).unwrap() {
                    let taken = receiving(&folder).take(&paper, CONTRACT, Some(&channel()), 0).unwrap();
                    best += taken.new;
                    prop_assert!(paper.voucher.cumulative <= meant);
                }
            }
            prop_assert_eq!(best, meant);
        }
        let kept = receiving(&folder).best(CONTRACT).unwrap();
        prop_assert_eq!(kept[0].voucher.cumulative, meant);
    }
}
