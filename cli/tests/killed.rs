//! `kill -9` at any moment: nothing is paid twice, and nothing is lost.

use crate::world::UNIT;
use crate::world::{until, Person, World};
use std::{path::PathBuf, process::Child, time::Duration};

/// Where what a payer's vouchers promise is written down.
fn wallet(payer: &Person) -> PathBuf {
    let name = format!("{}.paid.json", payer.account);
    payer.kept().join("vouchers").join(name)
}

fn end(mut child: Child) {
    let _ = child.kill();
    child.wait().unwrap();
}

/// Kills the program so much later than it has signed. Returns whether it had told the result by then, so
/// that the same command is a new payment.
fn kill_once_signed(person: &Person, arguments: &[&str], later: Duration) -> bool {
    let outbox = person.outbox();
    let mut child = person.start(arguments);
    until(&mut child, || outbox.exists());
    std::thread::sleep(later);
    end(child);
    !outbox.exists()
}

#[test]
fn a_payment_killed_after_it_was_signed_is_made_once() {
    let world = World::new();
    let person = world.rich();
    let (me, well) = world.well(&person);
    let outbox = person.outbox();
    let deposit = ["channel", "top-up", &me, "0.5", "--of", &well];
    let mut meant = 0;
    for round in 1..=4 {
        // Whether it was sent is a matter of luck.
        let moment = Duration::from_millis(round * 7 % 20);
        meant += u128::from(kill_once_signed(&person, &deposit, moment));
        let again = person.ok(&deposit);
        assert_eq!(again["transactions"].as_array().unwrap().len(), 1);
        meant += 1;
        assert_eq!(person.in_channels(&well), meant * UNIT / 2, "round {round}");
        assert!(!outbox.exists());
    }
}

#[test]
fn a_payment_killed_at_any_moment_is_made_once() {
    let world = World::new();
    let person = world.rich();
    let (me, well) = world.well(&person);
    let outbox = person.outbox();
    let mut meant = 0;
    for delay in (0..120).step_by(10) {
        let child = person.start(&["channel", "top-up", &me, "0.25", "--of", &well]);
        std::thread::sleep(Duration::from_millis(delay));
        let signed = outbox.exists();
        end(child);
        let now = person.in_channels(&well);
        assert!(now == meant || now == meant + UNIT / 4, "{now}");
        // If its result was told, it is done; if not, the same command finds it or makes it.
        if signed || outbox.exists() || now == meant {
            person.ok(&["channel", "top-up", &me, "0.25", "--of", &well]);
        }
        meant += UNIT / 4;
        // A result that was told just before the kill makes the same command another payment.
        let now = person.in_channels(&well);
        assert!(now == meant || (signed && now == meant + UNIT / 4), "{now}");
        meant = now;
    }
}

#[test]
fn a_transaction_that_never_was_is_sent_anew_once() {
    let world = World::new();
    let person = world.rich();
    let (me, well) = world.well(&person);
    let outbox = person.outbox();
    let deposit = ["channel", "top-up", &me, "0.5", "--of", &well];
    let mut done = 0;
    while kill_once_signed(&person, &deposit, Duration::ZERO) {
        done += 1;
    }
    let left = std::fs::read_to_string(&outbox).unwrap();
    person.ok(&["channel", "top-up", &me, "0.5", "--of", &well]);
    // As if the same had been left behind by a program that had signed it with a number that was then
    // taken by another transaction.
    let mut stale: serde_json::Value = serde_json::from_str(&left).unwrap();
    let bytes = stale["bytes"].as_str().unwrap().to_string();
    let last = bytes.len() - 1;
    let other = if bytes.ends_with('0') { "1" } else { "0" };
    stale["bytes"] = format!("{}{other}", &bytes[..last]).into();
    std::fs::write(&outbox, stale.to_string()).unwrap();
    person.ok(&["channel", "top-up", &me, "0.5", "--of", &well]);
    assert_eq!(person.in_channels(&well), UNIT + done * UNIT / 2);
}

#[test]
fn almost_the_same_payment_is_not_made_before_somebody_asks_again() {
    let world = World::new();
    let person = world.rich();
    let (me, well) = world.well(&person);
    let deposit = ["channel", "top-up", &me, "0.5", "--of", &well];
    let mut done = 1;
    while kill_once_signed(&person, &deposit, Duration::ZERO) {
        done += 1;
    }
    // Whether or not the kill came before it was sent, it happens now at the latest.
    let ran = person.run(&["channel", "top-up", &me, "0.6", "--of", &well]);
    let sentence = ran.refused(7, "unknown");
    assert!(sentence.contains("almost the same"), "{sentence}");
    assert_eq!(person.in_channels(&well), done * UNIT / 2);
    person.ok(&["channel", "top-up", &me, "0.6", "--of", &well]);
    assert_eq!(person.in_channels(&well), done * UNIT / 2 + UNIT * 6 / 10);
}

#[test]
fn vouchers_killed_at_any_moment_are_never_above_what_was_meant() {
    let world = World::new();
    let (payer, payee) = (world.rich(), world.rich());
    let name = payee.account.to_string();
    payer.ok(&["channel", "open", &name, "1"]);
    let wallet = wallet(&payer);
    let mut meant = 0;
    for round in 0..12 {
        let mut child = payer.start(&["channel", "pay", &name, "0.01"]);
        if round % 2 == 0 {
            let begun =
                || std::fs::read_to_string(&wallet).is_ok_and(|text| text.contains("begun"));
            until(&mut child, begun);
        } else {
            std::thread::sleep(Duration::from_millis(round * 6));
        }
        let _ = child.kill();
        let printed = crate::world::Ran::of(child.wait_with_output().unwrap()).stdout;
        meant += UNIT / 100;
        let finished = printed.contains("voucher") && printed.ends_with('\n');
        let begun = std::fs::read_to_string(&wallet).is_ok_and(|text| text.contains("begun"));
        // Who got no voucher, or does not know whether it counts, asks for the same again.
        let line = match finished && !begun {
            true => printed,
            false => payer.ok(&["channel", "pay", &name, "0.01"]).to_string(),
        };
        let paid: serde_json::Value = serde_json::from_str(line.trim()).unwrap();
        assert_eq!(paid["cumulative"], meant.to_string(), "round {round}");
        let voucher = paid["voucher"].as_str().unwrap();
        assert_eq!(
            payee.ok(&["channel", "receive", voucher])["new"],
            (UNIT / 100).to_string()
        );
    }
    assert_eq!(
        payee.ok(&["channel", "claim"])["claimed"],
        meant.to_string()
    );
}

#[test]
fn an_interrupted_voucher_is_counted_or_dropped_on_request() {
    let world = World::new();
    let (payer, payee) = (world.rich(), world.rich());
    let name = payee.account.to_string();
    payer.ok(&["channel", "open", &name, "1"]);
    let begin = |amount: &str| {
        let wallet = wallet(&payer);
        payer.ok(&["channel", "pay", &name, amount]);
        // As it is before the voucher is handed out.
        let text = std::fs::read_to_string(&wallet).unwrap();
        let mut kept: serde_json::Value = serde_json::from_str(&text).unwrap();
        let channel = kept["channels"]
            .as_object_mut()
            .unwrap()
            .values_mut()
            .next()
            .unwrap();
        let amount = farthing_client::Token::default().parse(amount).unwrap();
        let cumulative: u128 = channel["cumulative"].as_str().unwrap().parse().unwrap();
        channel["begun"] = serde_json::json!({
            "amount": amount.to_string(),
            "cumulative": cumulative.to_string(),
            "root": "00".repeat(32),
        });
        channel["cumulative"] = (cumulative - amount).to_string().into();
        std::fs::write(&wallet, kept.to_string()).unwrap();
    };
    begin("0.1");
    let sentence = payer
        .run(&["channel", "pay", &name, "0.2"])
        .refused(2, "usage");
    assert!(sentence.contains("--count-unfinished"), "{sentence}");
    let paid = payer.ok(&["channel", "pay", &name, "0.2", "--count-unfinished"]);
    assert_eq!(paid["cumulative"], (UNIT * 3 / 10).to_string());
    begin("0.1");
    let paid = payer.ok(&["channel", "pay", &name, "0.2", "--drop-unfinished"]);
    assert_eq!(paid["cumulative"], (UNIT * 5 / 10).to_string());
}
