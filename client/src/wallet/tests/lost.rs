//! A payer's wallet that was lost, or is an old one.

use super::*;

/// Returns what the wallet promises.
fn promised(folder: &TempDir) -> Balance {
    open(folder).promised(CONTRACT, &id()).0
}

fn claimed(claimed: Balance) -> Channel {
    Channel {
        claimed,
        ..channel()
    }
}

/// Pays from a channel that is like this on the chain, and returns what the payer is to be told.
fn pay_of(folder: &TempDir, channel: &Channel, amount: Balance) -> (Paper, Option<Doubt>) {
    let mut wallet = open(folder);
    let begun = wallet
        .begin(CONTRACT, &id(), channel, amount, None)
        .unwrap();
    let paper = wallet.paper(CONTRACT, &id(), &begun, |bytes| payer().sign(bytes));
    wallet.finish(CONTRACT, &id()).unwrap();
    (paper, wallet.doubt(CONTRACT, &id()).cloned())
}

fn adopt(folder: &TempDir, paper: &Paper) -> Result<Adopted, Error> {
    open(folder).adopt(CONTRACT, &channel(), paper)
}

#[test]
fn payer_is_told_that_this_folder_never_paid_from_an_older_channel() {
    let folder = TempDir::new().unwrap();
    let never = Some(Doubt::NeverPaid { opened: EPOCH });
    assert_eq!(pay_of(&folder, &channel(), 5).1, never);
    // Until it is settled.
    assert_eq!(pay_of(&folder, &channel(), 5).1, never);
    adopt(&folder, &voucher(10)).unwrap();
    assert_eq!(pay_of(&folder, &channel(), 5).1, None);
}

#[test]
fn payer_is_not_told_so_of_a_channel_that_was_opened_here_or_later() {
    let folder = TempDir::new().unwrap();
    open(&folder).opened(CONTRACT, &id()).unwrap();
    assert_eq!(pay_of(&folder, &channel(), 5).1, None);
    let mut later = ChannelId {
        epoch: clock() + 1,
        ..id()
    };
    let mut begin = |claimed| {
        let channel = Channel {
            epoch: later.epoch,
            claimed,
            ..channel()
        };
        let mut wallet = open(&folder);
        wallet.begin(CONTRACT, &later, &channel, 5, None).unwrap();
        let doubt = wallet.doubt(CONTRACT, &later).cloned();
        later.epoch += 1;
        doubt
    };
    assert_eq!(begin(0), None);
    // Somebody paid, and it was not this wallet.
    assert!(matches!(begin(1), Some(Doubt::NeverPaid { .. })));
}

/// The chain is a month ahead of the clock here, or a month behind.
#[test]
fn wallet_that_was_lost_is_noticed_by_the_time_of_the_chain() {
    const MONTH: Millis = 30 * 24 * 60 * 60 * 1_000;
    for now in [clock() + MONTH, clock() - MONTH] {
        let folder = TempDir::new().unwrap();
        let doubt_of = |epoch: Millis, now: Millis| {
            let (id, channel) = (ChannelId { epoch, ..id() }, Channel { epoch, ..channel() });
            let mut wallet = open(&folder);
            wallet.begins(now);
            wallet.begin(CONTRACT, &id, &channel, 5, None).unwrap();
            wallet.doubt(CONTRACT, &id).cloned()
        };
        let opened = now - 1_000;
        assert_eq!(doubt_of(opened, now), Some(Doubt::NeverPaid { opened }));
        assert_eq!(doubt_of(now + 1_000, now + 2_000), None);
    }
}

#[test]
fn dropping_a_payment_that_never_was_does_not_hide_that_the_wallet_was_lost() {
    let folder = TempDir::new().unwrap();
    let mut wallet = open(&folder);
    wallet.abandon(CONTRACT, &id()).unwrap();
    wallet.finish(CONTRACT, &id()).unwrap();
    drop(wallet);
    assert!(pay_of(&folder, &channel(), 5).1.is_some());
}

#[test]
fn old_wallet_is_told_from_what_was_claimed() {
    let folder = TempDir::new().unwrap();
    open(&folder).opened(CONTRACT, &id()).unwrap();
    pay_of(&folder, &channel(), 5);
    let behind = Some(Doubt::Behind {
        promised: 5,
        claimed: 50,
    });
    let (paper, doubt) = pay_of(&folder, &claimed(50), 5);
    assert_eq!((paper.voucher.cumulative, doubt), (55, behind.clone()));
    // Whether the payee has a better one than was claimed is not known yet.
    assert_eq!(pay_of(&folder, &claimed(50), 5).1, behind);
    // What the payee claimed last is what this wallet signed last.
    assert_eq!(pay_of(&folder, &claimed(60), 5).1, None);
}

#[test]
fn interrupted_payment_of_an_old_wallet_is_not_gone_on_with() {
    let folder = TempDir::new().unwrap();
    pay(&folder, 5, None, 2).unwrap();
    // As often as it was claimed itself, it is the same.
    let again = open(&folder).begin(CONTRACT, &id(), &claimed(5), 5, None);
    assert_eq!(again.unwrap().cumulative, 5);
    let refused = open(&folder).begin(CONTRACT, &id(), &claimed(6), 5, None);
    assert!(matches!(refused, Err(Error::Begun { amount: 5 })));
    adopt(&folder, &voucher(3)).unwrap();
    let refused = open(&folder).begin(CONTRACT, &id(), &channel(), 5, None);
    assert!(matches!(refused, Err(Error::Begun { amount: 5 })));
    open(&folder).abandon(CONTRACT, &id()).unwrap();
    let paper = pay(&folder, 5, None, 4).unwrap().unwrap();
    assert_eq!(paper.voucher.cumulative, 8);
}

#[test]
fn best_voucher_of_the_payee_is_taken_over_and_only_raises() {
    let folder = TempDir::new().unwrap();
    let adopted = |before, now| Adopted { before, now };
    assert_eq!(adopt(&folder, &voucher(70)).unwrap(), adopted(0, 70));
    assert_eq!(adopt(&folder, &voucher(60)).unwrap(), adopted(70, 70));
    let (paper, doubt) = pay_of(&folder, &channel(), 5);
    assert_eq!((paper.voucher.cumulative, doubt), (75, None));
    assert_eq!(take(&folder, &voucher(70)).unwrap(), received(70, 70));
    assert_eq!(take(&folder, &paper).unwrap(), received(5, 75));
}

#[test]
fn payment_that_the_payee_shows_is_no_longer_unfinished() {
    let folder = TempDir::new().unwrap();
    let paper = pay(&folder, 5, Some([9; 32]), 3).unwrap().unwrap();
    adopt(&folder, &paper).unwrap();
    let wallet = open(&folder);
    assert_eq!(wallet.promised(CONTRACT, &id()), (5, None));
    let proof = wallet.proof(CONTRACT, &id(), &[9; 32]).unwrap();
    assert!(verify(&paper.voucher.root, &[9; 32], &proof));
}

#[test]
fn vouchers_that_this_payer_did_not_sign_for_this_channel_are_not_taken_over() {
    let folder = TempDir::new().unwrap();
    let mut forged = voucher(5);
    forged.voucher.cumulative = 500;
    assert!(matches!(adopt(&folder, &forged), Err(Error::BadSignature)));
    let mut wrong = voucher(5);
    wrong.place.genesis = [8; 32];
    assert!(matches!(adopt(&folder, &wrong), Err(Error::Elsewhere)));
    let mut wrong = voucher(5);
    wrong.place.contract = PAYEE;
    assert!(matches!(adopt(&folder, &wrong), Err(Error::Elsewhere)));
    let mut wrong = voucher(5);
    wrong.voucher.channel.payer = PAYEE;
    assert!(matches!(
        adopt(&folder, &wrong),
        Err(Error::OfAnother(PAYEE))
    ));
    let mut wrong = voucher(5);
    wrong.voucher.channel.epoch += 1;
    assert!(matches!(adopt(&folder, &wrong), Err(Error::NoChannel(_))));
    let refused = adopt(&folder, &voucher(RESERVE + 1));
    assert!(matches!(refused, Err(Error::BeyondReserve { .. })));
    assert_eq!(promised(&folder), 0);
}

/// A voucher of another wallet of the same payer, which bought these.
fn bought_elsewhere(entries: &[Hash]) -> Paper {
    let folder = TempDir::new().unwrap();
    let papers = entries
        .iter()
        .map(|entry| pay(&folder, 10, Some(*entry), 4).unwrap().unwrap());
    papers.last().expect("there is one")
}

#[test]
fn what_was_bought_before_is_unknown_and_proves_nothing() {
    let folder = TempDir::new().unwrap();
    let (old, unknown, new) = ([7; 32], [8; 32], [9; 32]);
    pay(&folder, 1, Some(old), 4).unwrap();
    let theirs = bought_elsewhere(&[old, unknown]);
    adopt(&folder, &theirs).unwrap();
    let prove = |entry| open(&folder).proof(CONTRACT, &id(), &entry);
    assert_eq!([old, unknown].map(prove), [None, None]);
    // A payment that says nothing keeps the list, although nobody here knows it.
    let silent = pay(&folder, 1, None, 4).unwrap().unwrap();
    assert_eq!(silent.voucher.root, theirs.voucher.root);
    assert_eq!([old, unknown].map(prove), [None, None]);
    let last = pay(&folder, 1, Some(new), 4).unwrap().unwrap();
    let proof = prove(new).unwrap();
    assert!(verify(&last.voucher.root, &new, &proof));
    assert_eq!([old, unknown].map(prove), [None, None]);
}

#[test]
fn list_that_the_payee_shows_the_root_of_goes_on() {
    let folder = TempDir::new().unwrap();
    let (one, two) = ([7; 32], [8; 32]);
    let paper = pay(&folder, 1, Some(one), 4).unwrap().unwrap();
    let mut higher = voucher(5);
    higher.voucher.root = paper.voucher.root;
    higher.signature.bytes = payer().sign(&higher.voucher.payload(&higher.place));
    adopt(&folder, &higher).unwrap();
    let last = pay(&folder, 1, Some(two), 4).unwrap().unwrap();
    for entry in [one, two] {
        let proof = open(&folder).proof(CONTRACT, &id(), &entry).unwrap();
        assert!(verify(&last.voucher.root, &entry, &proof));
    }
}

#[test]
fn interrupted_purchase_that_is_counted_after_taking_over_proves_nothing_wrong() {
    let folder = TempDir::new().unwrap();
    let (old, begun) = ([7; 32], [8; 32]);
    pay(&folder, 10, Some(old), 4).unwrap();
    let paper = pay(&folder, 10, Some(begun), 3).unwrap().unwrap();
    let other = {
        let mut other = voucher(12);
        other.voucher.root = [3; 32];
        other.signature.bytes = payer().sign(&other.voucher.payload(&other.place));
        other
    };
    adopt(&folder, &other).unwrap();
    open(&folder).finish(CONTRACT, &id()).unwrap();
    assert_eq!(promised(&folder), paper.voucher.cumulative);
    for entry in [old, begun] {
        assert_eq!(open(&folder).proof(CONTRACT, &id(), &entry), None);
    }
}

#[test]
fn voucher_that_is_not_the_payees_best_ends_no_doubt() {
    let folder = TempDir::new().unwrap();
    let doubt = || open(&folder).doubt(CONTRACT, &id()).cloned();
    pay_of(&folder, &channel(), 5);
    // Lower than what this wallet signed, or than what was claimed.
    adopt(&folder, &voucher(4)).unwrap();
    assert!(doubt().is_some());
    let lower = open(&folder).adopt(CONTRACT, &claimed(9), &voucher(8));
    assert_eq!(lower.unwrap(), Adopted { before: 5, now: 8 });
    assert!(doubt().is_some());
    open(&folder)
        .adopt(CONTRACT, &claimed(9), &voucher(9))
        .unwrap();
    assert_eq!(doubt(), None);
}

#[test]
fn wallet_that_was_compared_with_the_chain_knows_what_it_does_not_know() {
    let folder = TempDir::new().unwrap();
    let compare = |channel: &Channel| open(&folder).compare(CONTRACT, &id(), channel, 1).unwrap();
    let never = Some(Doubt::NeverPaid { opened: EPOCH });
    assert_eq!(compare(&channel()), never);
    assert_eq!(open(&folder).known(CONTRACT), [id()]);
    assert_eq!(open(&folder).known(PAYEE), []);
    // What was claimed is no proof that there is nothing better.
    assert!(compare(&claimed(50)).is_some());
    assert_eq!(promised(&folder), 0);
    assert!(compare(&claimed(50)).is_some());
    let (paper, doubt) = pay_of(&folder, &claimed(50), 5);
    assert_eq!(paper.voucher.cumulative, 55);
    assert!(doubt.is_some());
}

#[test]
fn payee_who_has_nothing_better_ends_the_doubt() {
    let folder = TempDir::new().unwrap();
    let trusted = open(&folder).trust(CONTRACT, &id(), &claimed(50));
    assert_eq!(trusted.unwrap(), Adopted { before: 0, now: 50 });
    let (paper, doubt) = pay_of(&folder, &claimed(50), 5);
    assert_eq!((paper.voucher.cumulative, doubt), (55, None));
    // Nothing is ever lowered.
    let trusted = open(&folder).trust(CONTRACT, &id(), &claimed(50));
    assert_eq!(
        trusted.unwrap(),
        Adopted {
            before: 55,
            now: 55
        }
    );
}

#[test]
fn what_was_promised_can_be_looked_at_while_somebody_pays() {
    let folder = TempDir::new().unwrap();
    let mut paying = open(&folder);
    let read = || Paying::read(folder.path(), GENESIS, payer().account()).unwrap();
    assert_eq!(read().promised(CONTRACT, &id()), (0, None));
    let begun = paying.begin(CONTRACT, &id(), &channel(), 5, None).unwrap();
    assert_eq!(read().promised(CONTRACT, &id()), (0, Some(begun)));
    paying.finish(CONTRACT, &id()).unwrap();
    assert_eq!(read().promised(CONTRACT, &id()), (5, None));
    // And where there is nothing.
    let nowhere = folder.path().join("nowhere");
    let read = Paying::read(&nowhere, GENESIS, payer().account()).unwrap();
    assert_eq!(read.known(CONTRACT), []);
    assert!(!nowhere.exists());
}

#[test]
fn file_of_an_earlier_version_is_gone_on_from() {
    let folder = TempDir::new().unwrap();
    let path = folder
        .path()
        .join(format!("vouchers/{}.paid.json", payer().account()));
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let entry = [7; 32];
    let earlier = serde_json::json!({
        key(CONTRACT, &id()): {
            "cumulative": "40",
            "bought": [hex::encode(entry)],
            "begun": { "amount": "2", "cumulative": "42", "root": hex::encode([0; 32]) },
        }
    });
    std::fs::write(&path, earlier.to_string()).unwrap();
    let (sum, begun) = open(&folder).promised(CONTRACT, &id());
    assert_eq!((sum, begun.unwrap().cumulative), (40, 42));
    open(&folder).abandon(CONTRACT, &id()).unwrap();
    let (paper, doubt) = pay_of(&folder, &channel(), 5);
    assert_eq!((paper.voucher.cumulative, doubt), (45, None));
    assert!(open(&folder).proof(CONTRACT, &id(), &entry).is_some());

    std::fs::write(&path, "{\"channels\": 5}").unwrap();
    let refused = Paying::open(folder.path(), GENESIS, payer().account(), Duration::ZERO);
    assert!(matches!(refused, Err(Error::File(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5))]

    /// Two machines with the same key, of which each takes over what the payee has before it pays: however it
    /// goes, every payment is worth its amount.
    #[test]
    fn two_wallets_that_take_over_what_the_payee_has_pay_what_they_mean(
        payments in proptest::collection::vec((0usize..2, 1u128..20), 1..20),
    ) {
        let payee = TempDir::new().unwrap();
        let wallets = [TempDir::new().unwrap(), TempDir::new().unwrap()];
        for (which, amount) in payments {
            if let [paper] = &receiving(&payee).kept().best(CONTRACT)[..] {
                adopt(&wallets[which], paper).unwrap();
            }
            let (paper, _) = pay_of(&wallets[which], &channel(), amount);
            prop_assert_eq!(take(&payee, &paper).unwrap().new, amount);
        }
    }
}

#[test]
fn payer_is_told_that_a_wallet_was_restored_until_the_payees_best_voucher_is_known() {
    let folder = TempDir::new().unwrap();
    open(&folder).opened(CONTRACT, &id()).unwrap();
    pay_of(&folder, &channel(), 5);
    let archive = TempDir::new().unwrap();
    let archive = archive.path().join("backup.tar");
    std::fs::create_dir_all(archive.parent().unwrap()).unwrap();
    crate::backup::save(folder.path(), &archive, Duration::ZERO).unwrap();
    // What is promised after that is not in the backup.
    let (best, doubt) = pay_of(&folder, &channel(), 7);
    assert_eq!(doubt, None);
    let elsewhere = TempDir::new().unwrap();
    crate::backup::restore(
        &archive,
        elsewhere.path(),
        crate::backup::Differing::Refused,
        Duration::ZERO,
    )
    .unwrap();
    let (_, doubt) = pay_of(&elsewhere, &channel(), 1);
    assert!(matches!(doubt, Some(Doubt::Restored { .. })), "{doubt:?}");
    // That all was claimed which this wallet knows of is no proof that there is no more.
    let (_, doubt) = pay_of(&elsewhere, &claimed(6), 1);
    assert!(matches!(doubt, Some(Doubt::Restored { .. })), "{doubt:?}");
    // Nor is it that more was claimed, and then all that was signed on top of it.
    for claims in [11, 12] {
        let (_, doubt) = pay_of(&elsewhere, &claimed(claims), 1);
        assert!(matches!(doubt, Some(Doubt::Restored { .. })), "{doubt:?}");
    }
    let mut best = best;
    best.voucher.cumulative = 20;
    best.signature.bytes = payer().sign(&best.voucher.payload(&best.place));
    adopt(&elsewhere, &best).unwrap();
    assert_eq!(promised(&elsewhere), 20);
    assert_eq!(pay_of(&elsewhere, &channel(), 1).1, None);
}
