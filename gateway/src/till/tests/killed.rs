//! A till that is killed again and again, reckoned from the client's side: it never serves unpaid, never charges
//! twice, and forgets no voucher that it served for.

use super::*;
use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

/// The process that the next test kills. It pays for one request after another, each under an identifier of its own,
/// and says when it is served; as a client it begins anew with what it knew.
#[test]
#[ignore = "run by killed_till_charges_each_request_once"]
fn till_to_be_killed() {
    let folder = std::env::var_os("FARTHING_TEST_TILL").expect("the other test starts this one");
    let begin: u64 = std::env::var("FARTHING_TEST_FROM")
        .unwrap()
        .parse()
        .unwrap();
    run(async {
        let chain = Arc::new(Fixed::new(PAYEE, [(named(1), on_chain(u128::MAX))]));
        let till = Till::open(accepts(), chain, folder.as_ref(), Wanted::default()).unwrap();
        for n in begin.. {
            let key = Key::new(b"channel", &n.to_string());
            let once = Some((key, Binding::new("GET", "/", b"")));
            let paid = payment(1, u128::from(n + 1) * 10);
            let charged = till.charge(&paid, 10, once).await.unwrap();
            crate::testing::tell(&format!("served {n} {} {}", charged.spent, charged.best));
        }
    });
}

#[test]
fn killed_till_charges_each_request_once() {
    let folder = tempfile::tempdir().unwrap();
    // The next request that was not answered.
    let mut next: u64 = 0;
    for round in 0..20 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "till::tests::killed::till_to_be_killed"])
            .args(["--ignored", "--nocapture"])
            .env("FARTHING_TEST_TILL", folder.path())
            .env("FARTHING_TEST_FROM", next.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let mut see = |line: String| {
            if let Some(words) = line.strip_prefix("served ") {
                let numbers: Vec<u64> =
                    words.split(' ').map(|word| word.parse().unwrap()).collect();
                assert_eq!(numbers[0], next, "in round {round}");
                next += 1;
                // Whatever was charged before the kill and not answered is not charged again.
                assert_eq!(numbers[1..], [next * 10, next * 10], "in round {round}");
            }
        };
        lines.by_ref().take(3 + round % 7).for_each(&mut see);
        child.kill().unwrap();
        child.wait().unwrap();
        lines.for_each(&mut see);
    }
    assert!(next >= 60, "{next}");
}
