use super::*;
use crate::Key;
use farthing_types::Balance;
use proptest::prelude::*;

const RESERVE: Balance = 1_000;

/// By seeds: phrases take long to make keys of.
fn key(name: &str) -> Key {
    let seed = farthing_types::commitment::blake2_256(name.as_bytes());
    Key::from_uri(&format!("0x{}", hex::encode(seed))).unwrap()
}

fn place() -> Place {
    Place {
        genesis: [1; 32],
        contract: Account([2; 32]),
    }
}

fn channel() -> ChannelId {
    ChannelId {
        payer: key("alice").account(),
        payee: key("bob").account(),
        epoch: 7,
    }
}

fn signer() -> Key {
    key("alice").derive("vouchers")
}

fn payment(amount: Balance, times: u32) -> Payment {
    Payment {
        amount,
        times,
        root: [0; 32],
    }
}

fn purse(folder: &Path) -> Purse {
    Purse::open(folder, place().contract, &channel()).unwrap()
}

fn till(folder: &Path) -> Till {
    Till::open(folder, &place(), channel().payee).unwrap()
}

fn pay(folder: &Path, payment: Payment) -> Result<Vec<Voucher>, Error> {
    let mut paying = purse(folder).begin(&place(), payment, 0, RESERVE)?;
    let vouchers = paying.sign(&signer());
    paying.handed_out()?;
    Ok(vouchers)
}

fn sentence<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => panic!("it was not refused"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn each_payment_is_on_top_of_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let amounts =
        |vouchers: Vec<Voucher>| vouchers.iter().map(|v| v.cumulative).collect::<Vec<_>>();
    assert_eq!(amounts(pay(folder.path(), payment(5, 1)).unwrap()), [5]);
    assert_eq!(amounts(pay(folder.path(), payment(5, 1)).unwrap()), [10]);
    assert_eq!(
        amounts(pay(folder.path(), payment(2, 3)).unwrap()),
        [12, 14, 16]
    );
    let purse = purse(folder.path());
    assert_eq!(purse.signed().total, 16);
    assert_eq!(purse.signed().latest.as_ref().unwrap().cumulative, 16);
}

#[test]
fn another_payment_waits_until_the_unfinished_one_is_settled() {
    let folder = tempfile::tempdir().unwrap();
    drop(
        purse(folder.path())
            .begin(&place(), payment(5, 1), 0, RESERVE)
            .unwrap(),
    );
    let mut other = payment(5, 1);
    other.root = [9; 32];
    for other in [payment(6, 1), payment(5, 2), other] {
        let refused = sentence(pay(folder.path(), other));
        assert!(
            refused.contains("pay the same again to finish it"),
            "{refused}"
        );
    }
    assert_eq!(purse(folder.path()).count_unfinished().unwrap().to, 5);
    assert_eq!(pay(folder.path(), other).unwrap()[0].cumulative, 10);
    drop(
        purse(folder.path())
            .begin(&place(), payment(1, 1), 0, RESERVE)
            .unwrap(),
    );
    purse(folder.path()).drop_unfinished().unwrap();
    assert!(purse(folder.path()).drop_unfinished().is_err());
    assert_eq!(pay(folder.path(), payment(1, 1)).unwrap()[0].cumulative, 11);
}

#[test]
fn nothing_is_signed_beyond_the_reserve_or_below_what_was_claimed() {
    let folder = tempfile::tempdir().unwrap();
    let begin = |amount, times, claimed, reserve| {
        purse(folder.path()).begin(&place(), payment(amount, times), claimed, reserve)
    };
    for (amount, times, claimed, reserve) in [
        (11, 1, 0, 10),
        (6, 2, 0, 10),
        (3, 1, 8, 10),
        (Balance::MAX, 1, 1, Balance::MAX),
        (Balance::MAX, 2, 0, 10),
        (0, 1, 0, 10),
        (1, 0, 0, 10),
    ] {
        assert!(begin(amount, times, claimed, reserve).is_err());
        assert_eq!(purse(folder.path()).signed().begun, None);
    }
    // A purse that was lost goes on after what the payee has for certain.
    assert_eq!(
        begin(2, 1, 8, 10).unwrap().sign(&signer())[0].cumulative,
        10
    );
}

#[test]
fn one_process_at_a_time_has_a_purse_or_a_till() {
    let folder = tempfile::tempdir().unwrap();
    let (_purse, _till) = (purse(folder.path()), till(folder.path()));
    assert!(matches!(
        Purse::open(folder.path(), place().contract, &channel()),
        Err(Error::Busy(_))
    ));
    assert!(matches!(
        Till::open(folder.path(), &place(), channel().payee),
        Err(Error::Busy(_))
    ));
}

#[test]
fn a_till_keeps_only_what_is_valid_and_higher() {
    let folder = tempfile::tempdir().unwrap();
    let vouchers = pay(folder.path(), payment(5, 3)).unwrap();
    let by = signer().account().0;
    let mut till = till(folder.path());
    assert_eq!(
        till.keep(vouchers[1].clone(), &by).unwrap(),
        Receipt::New(10)
    );
    assert_eq!(
        till.keep(vouchers[0].clone(), &by).unwrap(),
        Receipt::NothingNew
    );
    assert_eq!(
        till.keep(vouchers[1].clone(), &by).unwrap(),
        Receipt::NothingNew
    );
    let changes: [fn(&mut Voucher); 6] = [
        |v| v.place.genesis[0] ^= 1,
        |v| v.place.contract.0[0] ^= 1,
        |v| v.channel.payee.0[0] ^= 1,
        |v| v.channel.epoch += 1,
        |v| v.cumulative += 1,
        |v| v.root[0] ^= 1,
    ];
    for change in changes {
        let mut changed = vouchers[2].clone();
        change(&mut changed);
        assert!(matches!(till.keep(changed, &by), Err(Error::Input(_))));
    }
    assert!(till.keep(vouchers[2].clone(), &[0; 32]).is_err());
    assert_eq!(
        till.keep(vouchers[2].clone(), &by).unwrap(),
        Receipt::New(5)
    );
    assert_eq!(till.vouchers().collect::<Vec<_>>(), [&vouchers[2]]);
}

#[test]
fn after_a_closing_no_voucher_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let vouchers = pay(folder.path(), payment(5, 2)).unwrap();
    let by = signer().account().0;
    till(folder.path()).keep(vouchers[0].clone(), &by).unwrap();
    let closing = till(folder.path())
        .close(&channel(), 5, &key("bob"))
        .unwrap();
    assert!(closing.is_signed());
    assert_eq!(closing.to_string().parse::<Closing>().unwrap(), closing);
    assert!(
        sentence(till(folder.path()).keep(vouchers[1].clone(), &by)).contains("signed a closing")
    );
    assert_eq!(till(folder.path()).vouchers().count(), 1);
}

#[test]
fn a_voucher_has_one_text_and_nothing_else_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let voucher = pay(folder.path(), payment(5, 1)).unwrap().remove(0);
    let text = voucher.to_string();
    assert_eq!(text.len(), 9 + 498);
    assert_eq!(text.parse::<Voucher>().unwrap(), voucher);
    let digits = text.strip_prefix("farthing1").unwrap();
    for bad in [
        String::new(),
        format!("{text}00"),
        format!(" {text}"),
        text[..text.len() - 2].into(),
        text[..text.len() - 1].into(),
        format!("farthing2{digits}"),
        format!("farthing-closing1{digits}"),
        format!("farthing1{}", digits.to_uppercase()),
        format!("{}02", &text[..text.len() - 2]),
    ] {
        assert!(
            matches!(bad.parse::<Voucher>(), Err(Error::Input(_))),
            "{bad}"
        );
    }
}

/// Where the payer's program is killed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Killed {
    /// Before it does anything.
    AtOnce,
    AfterBegin,
    AfterSigning,
    AfterHandingOut,
    Never,
}

fn killed() -> impl Strategy<Value = Killed> {
    use Killed::*;
    prop_oneof![
        Just(AtOnce),
        Just(AfterBegin),
        Just(AfterSigning),
        Just(AfterHandingOut),
        Just(Never)
    ]
}

/// Runs the payer's program once. What it handed out goes to the payee, who is killed as well, if only
/// after each voucher.
fn run(folder: &Path, payment: Payment, killed: Killed, highest: &mut Balance) -> bool {
    if killed == Killed::AtOnce {
        return false;
    }
    let mut paying = purse(folder)
        .begin(&place(), payment, 0, Balance::MAX)
        .unwrap();
    if killed == Killed::AfterBegin {
        return false;
    }
    let vouchers = paying.sign(&signer());
    if killed == Killed::AfterSigning {
        return false;
    }
    for voucher in vouchers {
        *highest = voucher.cumulative.max(*highest);
        till(folder).keep(voucher, &signer().account().0).unwrap();
    }
    if killed == Killed::AfterHandingOut {
        return false;
    }
    paying.handed_out().unwrap();
    true
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The model: the sum of all payments that were meant, each counted once however often its program
    /// was killed and run again.
    #[test]
    fn however_often_it_is_killed_the_payee_has_what_was_meant(
        payments in prop::collection::vec((1u128..50, 1u32..4, prop::collection::vec(killed(), 0..5)), 1..6)
    ) {
        let folder = tempfile::tempdir().unwrap();
        let (mut meant, mut highest) = (0, 0);
        for (amount, times, kills) in payments {
            let payment = payment(amount, times);
            meant += amount * u128::from(times);
            let mut done = false;
            for kill in kills {
                done = done || run(folder.path(), payment, kill, &mut highest);
                prop_assert!(highest <= meant);
            }
            if !done {
                prop_assert!(run(folder.path(), payment, Killed::Never, &mut highest));
            }
            prop_assert_eq!(highest, meant);
            prop_assert_eq!(purse(folder.path()).signed().total, meant);
            let till = till(folder.path());
            let kept: Vec<_> = till.vouchers().map(|voucher| voucher.cumulative).collect();
            prop_assert_eq!(kept, [meant]);
        }
    }

    /// A file that was cut off in writing is not the purse's: what counts is replaced as a whole.
    #[test]
    fn a_file_that_was_being_written_changes_nothing(rubbish in prop::collection::vec(any::<u8>(), 0..40)) {
        let folder = tempfile::tempdir().unwrap();
        pay(folder.path(), payment(5, 1)).unwrap();
        let paid = super::folder(folder.path(), place().contract, Side::Paid);
        let channel = channel();
        let name = format!("{}-{}-{}.new", channel.payer, channel.payee, channel.epoch);
        fs::write(paid.join(name), rubbish).unwrap();
        prop_assert_eq!(pay(folder.path(), payment(5, 1)).unwrap()[0].cumulative, 10);
        prop_assert_eq!(signed_by(folder.path(), place().contract, channel.payer).unwrap().len(), 1);
    }
}
