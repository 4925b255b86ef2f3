//! A payee's wallet as a file that is added to: batches, files of earlier versions, and being killed.

use super::*;
use crate::wallet::kept::Places;
use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Command, Stdio},
    sync::{mpsc, Arc, Barrier},
};

fn log(folder: &TempDir) -> PathBuf {
    Places::of(folder.path(), PAYEE).log
}

/// Takes vouchers at once, of which at least so much must be new.
fn take_many(
    folder: &TempDir,
    cumulative: &[Balance],
    at_least: Balance,
) -> Vec<Result<Received, Error>> {
    let papers: Vec<_> = cumulative.iter().copied().map(voucher).collect();
    let wanted = Wanted { at_least, ..WANTED };
    let channel = channel();
    receiving(folder).take_many(&papers, CONTRACT, &wanted, |_| Some(&channel), NOW)
}

fn nothing_new(taken: &Result<Received, Error>, than: Balance) -> bool {
    matches!(taken, Err(Error::NothingNew { before }) if *before == than)
}

#[test]
fn many_vouchers_are_taken_as_one_after_the_other() {
    let folder = TempDir::new().unwrap();
    let taken = take_many(&folder, &[5, 9, 7, 9, RESERVE + 1, 20], 0);
    assert_eq!(taken.len(), 6);
    assert_eq!(*taken[0].as_ref().unwrap(), received(5, 5));
    assert_eq!(*taken[1].as_ref().unwrap(), received(4, 9));
    assert!(nothing_new(&taken[2], 9) && nothing_new(&taken[3], 9));
    assert!(matches!(taken[4], Err(Error::BeyondReserve { .. })));
    assert_eq!(*taken[5].as_ref().unwrap(), received(11, 20));
    assert_eq!(best(&folder), [20]);
    assert!(take_many(&folder, &[], 0).is_empty());
}

#[test]
fn forged_voucher_among_many_is_the_only_one_that_is_refused() {
    let folder = TempDir::new().unwrap();
    let mut papers = [1, 2, 3].map(voucher);
    papers[1].voucher.cumulative = 100;
    let channel = channel();
    let taken = receiving(&folder).take_many(&papers, CONTRACT, &WANTED, |_| Some(&channel), NOW);
    let good: Vec<_> = taken.iter().map(Result::is_ok).collect();
    assert_eq!(good, [true, false, true]);
    assert!(matches!(taken[1], Err(Error::BadSignature)));
    assert_eq!(best(&folder), [3]);
}

#[test]
fn channel_whose_signer_is_no_key_takes_nothing() {
    let folder = TempDir::new().unwrap();
    for signer in [[0; 32], [0xff; 32]] {
        let channel = Channel {
            signer,
            ..channel()
        };
        let refused = take_of(&folder, &voucher(5), &channel);
        assert!(matches!(refused, Err(Error::BadSignature)));
    }
}

#[test]
fn less_than_is_wanted_is_not_kept_and_counts_in_the_next_voucher() {
    let folder = TempDir::new().unwrap();
    take(&folder, &voucher(100)).unwrap();
    let refused = take_many(&folder, &[105], 10);
    assert!(matches!(
        refused[0],
        Err(Error::TooLittle { new: 5, wanted: 10 })
    ));
    assert_eq!(best(&folder), [100]);
    // What was not enough was not lost.
    let taken = take_many(&folder, &[105, 103, 110], 10);
    assert_eq!(*taken[0].as_ref().unwrap(), received(5, 105));
    assert!(nothing_new(&taken[1], 105));
    assert_eq!(*taken[2].as_ref().unwrap(), received(5, 110));
    let refused = take_many(&folder, &[115, 112, 50], 10);
    assert!(matches!(refused[1], Err(Error::TooLittle { new: 5, .. })));
    assert!(nothing_new(&refused[2], 110));
    assert_eq!(best(&folder), [110]);
}

#[test]
fn voucher_of_an_ending_channel_is_kept_but_is_not_what_was_wanted() {
    let folder = TempDir::new().unwrap();
    let ending = Channel {
        end: Some(Moment {
            time: 1_000,
            block: 6,
        }),
        ..channel()
    };
    let wanted = Wanted {
        at_least: 1,
        ..WANTED
    };
    let refused = receiving(&folder).take(&voucher(5), CONTRACT, &wanted, Some(&ending), NOW);
    assert!(matches!(refused, Err(Error::Ending { .. })));
    assert_eq!(best(&folder), [5]);
}

#[test]
fn best_voucher_of_a_channel_is_shown_to_its_payer() {
    let folder = TempDir::new().unwrap();
    take(&folder, &voucher(5)).unwrap();
    // No two signatures of the same are the same.
    let nine = voucher(9);
    take(&folder, &nine).unwrap();
    let wallet = receiving(&folder);
    // While another program has it open.
    let kept = Receiving::read(folder.path(), GENESIS, PAYEE).unwrap();
    for kept in [&kept, wallet.kept()] {
        assert_eq!(kept.best_of(CONTRACT, &id()), Some(nine.clone()));
        let others = [
            ChannelId { lane: 0, ..id() },
            ChannelId { epoch: 0, ..id() },
            ChannelId {
                payee: CONTRACT,
                ..id()
            },
        ];
        for other in others {
            assert_eq!(kept.best_of(CONTRACT, &other), None);
        }
        assert_eq!(kept.best_of(PAYEE, &id()), None);
        assert_eq!(kept.best(PAYEE), []);
    }
}

#[test]
fn closings_that_were_signed_are_remembered() {
    let folder = TempDir::new().unwrap();
    for amount in [6, 5] {
        let mut wallet = receiving(&folder);
        wallet
            .agree(CONTRACT, &id(), amount, Millis::MAX, false)
            .unwrap();
    }
    let refused = take(&folder, &voucher(6));
    assert!(matches!(refused, Err(Error::Agreed { amount: 5, .. })));
}

/// A file as earlier versions wrote it.
fn earlier(folder: &TempDir, vouchers: &[Balance], agreed: Option<Balance>) {
    let texts = vouchers
        .iter()
        .map(|sum| (key(CONTRACT, &id()), voucher(*sum).to_string()));
    let texts: std::collections::BTreeMap<_, _> = texts.collect();
    let agreed = agreed.map(|amount| {
        let one = serde_json::json!([{ "amount": amount.to_string(), "expires": Millis::MAX }]);
        (key(CONTRACT, &id()), one)
    });
    let agreed: std::collections::BTreeMap<_, _> = agreed.into_iter().collect();
    let json = serde_json::json!({ "vouchers": texts, "agreed": agreed });
    let places = Places::of(folder.path(), PAYEE);
    std::fs::create_dir_all(places.json.parent().unwrap()).unwrap();
    std::fs::write(&places.json, json.to_string()).unwrap();
}

#[test]
fn file_of_an_earlier_version_is_taken_over() {
    let folder = TempDir::new().unwrap();
    earlier(&folder, &[40], Some(50));
    // Whoever only reads changes nothing.
    assert_eq!(best(&folder), [40]);
    assert!(!log(&folder).exists());
    let refused = take(&folder, &voucher(51));
    assert!(matches!(refused, Err(Error::Agreed { amount: 50, .. })));
    assert!(!Places::of(folder.path(), PAYEE).json.exists());
    assert!(nothing_new(&take(&folder, &voucher(40)), 40));
    assert_eq!(take(&folder, &voucher(41)).unwrap(), received(1, 41));
    // As if an old program had been used once more, or a backup put back.
    earlier(&folder, &[30], None);
    assert_eq!(best(&folder), [41]);
    earlier(&folder, &[45], None);
    assert!(nothing_new(&take(&folder, &voucher(45)), 45));
    assert_eq!(best(&folder), [45]);
}

#[test]
fn file_of_an_earlier_version_that_somebody_changed_is_refused() {
    let folder = TempDir::new().unwrap();
    earlier(&folder, &[40], None);
    let json = Places::of(folder.path(), PAYEE).json;
    let text = std::fs::read_to_string(&json).unwrap();
    std::fs::write(&json, text.replace(PREFIX, "")).unwrap();
    let refused = Receiving::open(folder.path(), GENESIS, PAYEE, Duration::ZERO);
    assert!(matches!(refused, Err(Error::File(_))));
    assert!(json.exists() && !log(&folder).exists());
}

#[test]
fn file_of_another_wallet_is_refused() {
    let folder = TempDir::new().unwrap();
    take(&folder, &voucher(5)).unwrap();
    let others = [([9; 32], PAYEE), (GENESIS, CONTRACT)];
    for (genesis, payee) in others {
        let place = Places::of(folder.path(), payee).log;
        if place != log(&folder) {
            std::fs::copy(log(&folder), place).unwrap();
        }
        let refused = Receiving::open(folder.path(), genesis, payee, Duration::ZERO);
        assert!(matches!(refused, Err(Error::Damaged { .. })));
    }
}

#[test]
fn log_stays_short_however_many_vouchers_are_taken() {
    let folder = TempDir::new().unwrap();
    let mut wallet = receiving(&folder);
    let channel = Channel {
        reserve: Balance::MAX,
        ..channel()
    };
    let (mut longest, mut shorter) = (0, 0);
    for sum in 1..=130 {
        let taken = wallet.take(&voucher(sum), CONTRACT, &WANTED, Some(&channel), NOW);
        assert_eq!(taken.unwrap(), received(1, sum));
        let length = std::fs::metadata(log(&folder)).unwrap().len();
        shorter += u32::from(length < longest);
        longest = longest.max(length);
    }
    assert!(longest < 10_000 && shorter > 1, "{longest}");
    drop(wallet);
    assert_eq!(best(&folder), [130]);
}

#[test]
fn programs_wait_for_each_other() {
    let folder = Arc::new(TempDir::new().unwrap());
    let begin = Arc::new(Barrier::new(4));
    let payments = (0..4).map(|_| {
        let (folder, begin) = (folder.clone(), begin.clone());
        std::thread::spawn(move || {
            begin.wait();
            let limit = Duration::from_secs(60);
            let mut wallet =
                Paying::open(folder.path(), GENESIS, payer().account(), limit).unwrap();
            let begun = wallet.begin(CONTRACT, &id(), &channel(), 5, None).unwrap();
            wallet.finish(CONTRACT, &id()).unwrap();
            begun.cumulative
        })
    });
    let payments: Vec<_> = payments.collect();
    let mut sums: Vec<_> = payments
        .into_iter()
        .map(|one| one.join().unwrap())
        .collect();
    sums.sort_unstable();
    assert_eq!(sums, [5, 10, 15, 20]);
}

#[test]
fn waiting_ends() {
    let folder = TempDir::new().unwrap();
    let _open = receiving(&folder);
    let begin = std::time::Instant::now();
    let limit = Duration::from_millis(50);
    let refused = Receiving::open(folder.path(), GENESIS, PAYEE, limit);
    assert!(matches!(refused, Err(Error::Busy(PAYEE))));
    assert!(begin.elapsed() >= limit);
}

/// Says to this very test that it is the one to be killed.
const FOLDER: &str = "FARTHING_TEST_RECEIVING";

/// Takes vouchers one after the other, or a few at once, and tells of each once it is taken.
fn receive_until_killed(folder: PathBuf) {
    let mut wallet = Receiving::open(&folder, GENESIS, PAYEE, Duration::from_secs(60)).unwrap();
    let channel = Channel {
        reserve: Balance::MAX,
        ..channel()
    };
    let mut sum = wallet
        .kept()
        .best(CONTRACT)
        .first()
        .map_or(0, |best| best.voucher.cumulative);
    for batch in (1..=3).cycle() {
        let papers: Vec<_> = (1..=batch).map(|more| voucher(sum + more)).collect();
        let taken = wallet.take_many(&papers, CONTRACT, &WANTED, |_| Some(&channel), NOW);
        for one in taken {
            sum = one.unwrap().total;
            let mut out = std::io::stdout();
            writeln!(out, "\ntaken {sum}")
                .and_then(|()| out.flush())
                .unwrap();
        }
    }
}

#[test]
fn killed_at_any_moment_nothing_is_lost_that_was_taken() {
    if let Ok(folder) = std::env::var(FOLDER) {
        receive_until_killed(folder.into());
    }
    let folder = TempDir::new().unwrap();
    let name = std::thread::current().name().unwrap().to_string();
    let mut rewritten = 0;
    let mut longest = 0;
    for round in 0..30 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([&name, "--exact", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (told, tells) = mpsc::channel();
        let reader = std::thread::spawn(move || {
            let mut last = 0;
            for line in lines.map_while(Result::ok) {
                if let Some(sum) = line.strip_prefix("taken ") {
                    last = sum.parse().unwrap();
                    let _ = told.send(());
                }
            }
            last
        });
        // Long enough for the log to be written anew some time.
        for _ in 0..5 + round % 7 {
            tells.recv_timeout(Duration::from_secs(60)).unwrap();
        }
        std::thread::sleep(Duration::from_micros(round * 150));
        child.kill().unwrap();
        child.wait().unwrap();
        let taken: Balance = reader.join().unwrap();
        let length = std::fs::metadata(log(&folder)).unwrap().len();
        rewritten += u32::from(length < longest);
        longest = length;
        let kept = best(&folder)[0];
        // What was being taken at that moment may be there, too: at most one batch.
        assert!(taken <= kept && kept <= taken + 3 + 3, "{taken} {kept}");
    }
    assert!(rewritten > 0, "the log was never written anew");
}
