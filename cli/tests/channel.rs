//! `farthing channel`: a life of vouchers, and what is refused.

use crate::world::{Person, Ran, World};
use farthing_client::amount::UNIT;
use std::{
    io::Write,
    process::{Command, Stdio},
};

/// A payer, and a payee to whom a channel with one UNIT is open.
fn pair(world: &World) -> (Person, Person, String) {
    let (payer, payee) = (world.rich(), world.rich());
    let name = payee.account.to_string();
    let opened = payer.ok(&["channel", "open", &name, "1"]);
    assert_eq!(opened["opened"][0]["reserve"], UNIT.to_string());
    (payer, payee, name)
}

fn voucher(payer: &Person, payee: &str, amount: &str) -> String {
    let paid = payer.ok(&["channel", "pay", payee, amount]);
    paid["voucher"].as_str().unwrap().into()
}

fn run_with_input(mut command: Command, input: &str) -> crate::world::Ran {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    crate::world::Ran::of(child.wait_with_output().unwrap())
}

#[test]
fn a_hundred_payments_are_claimed_in_one_transaction() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let before = world.money(payee.account).0;
    let vouchers: Vec<_> = (0..100).map(|_| voucher(&payer, &name, "0.001")).collect();
    let received = run_with_input(
        payee.command(&["channel", "receive", "-"]),
        &vouchers.join("\n"),
    );
    let received = received.json();
    assert_eq!(received["new"], (UNIT / 10).to_string());
    assert_eq!(received["vouchers"].as_array().unwrap().len(), 100);

    let claimed = payee.ok(&["channel", "claim"]);
    assert_eq!(claimed["claimed"], (UNIT / 10).to_string());
    assert_eq!(claimed["transactions"].as_array().unwrap().len(), 1);
    let nothing = payee.ok(&["channel", "claim"]);
    assert_eq!(nothing["claimed"], "0");
    assert_eq!(nothing.get("transactions"), None);

    let withdrawn = payee.ok(&["channel", "withdraw"]);
    assert_eq!(withdrawn["withdrawn"], (UNIT / 10).to_string());
    let cost = |ran: &serde_json::Value| {
        let sent = &ran["transactions"][0];
        let of = |name: &str| sent[name].as_str().unwrap().parse::<i128>().unwrap();
        of("fee") + of("deposit")
    };
    let after = world.money(payee.account).0 as i128;
    let spent = cost(&claimed) + cost(&withdrawn);
    assert_eq!(after, before as i128 + UNIT as i128 / 10 - spent);
    payee.assert_channels_solvent();
}

#[test]
fn vouchers_that_are_worth_nothing_are_refused_and_stop_no_others() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let good = voucher(&payer, &name, "0.1");
    let stranger = world.rich();
    let ran = stranger.run(&["channel", "receive", &good]);
    let sentence = ran.refused(2, "usage");
    assert_eq!(sentence, format!("The voucher is for {}.", payee.account));

    let mut forged = good.clone();
    // The last byte of the signature is before the flag of wrapping.
    let end = forged.len() - 4;
    let other = if &forged[end..end + 1] == "0" {
        "1"
    } else {
        "0"
    };
    forged.replace_range(end..=end, other);
    let ran = payee.run(&["channel", "receive", "nonsense", &forged, &good]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let kept = payee.ok(&["channel", "account"]);
    assert_eq!(
        kept["account"]["vouchers"][0]["due"],
        (UNIT / 10).to_string()
    );
    payee.assert_channels_solvent();
}

#[test]
fn a_lower_voucher_is_worth_nothing_new() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let [low, high] = ["0.1", "0.2"].map(|amount| voucher(&payer, &name, amount));
    assert_eq!(
        payee.ok(&["channel", "receive", &high])["new"],
        (UNIT * 3 / 10).to_string()
    );
    assert_eq!(payee.ok(&["channel", "receive", &low])["new"], "0");
    payee.assert_channels_solvent();
}

#[test]
fn more_than_the_reserve_is_refused_until_it_is_topped_up() {
    let world = World::new();
    let (payer, _, name) = pair(&world);
    voucher(&payer, &name, "0.9");
    let ran = payer.run(&["channel", "pay", &name, "0.2"]);
    let sentence = ran.refused(2, "usage");
    assert!(sentence.starts_with("The channel's reserve of 1 UNIT does not cover this: 0.9 UNIT"));
    payer.ok(&["channel", "top-up", &name, "0.5"]);
    let paid = payer.ok(&["channel", "pay", &name, "0.2"]);
    assert_eq!(paid["cumulative"], (UNIT * 11 / 10).to_string());
    assert_eq!(paid["left"], (UNIT * 4 / 10).to_string());
    payer.assert_channels_solvent();
}

#[test]
fn both_together_close_a_channel_at_once() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let mine = payer.account.to_string();
    let agreed = payee.ok(&["channel", "agree", &mine, "0.25"]);
    let signature = agreed["signature"].as_str().unwrap();
    let refused = payer.refused(&["channel", "close-together", &name, "0.2", signature]);
    assert!(
        refused.ends_with("the payee did not sign this closing."),
        "{refused}"
    );
    payer.ok(&["channel", "close-together", &name, "0.25", signature]);
    assert_eq!(payee.in_channels(), UNIT / 4);
    assert_eq!(payer.in_channels(), UNIT * 3 / 4);
    payer.ok(&["channel", "withdraw", "0.5"]);
    payer.ok(&["channel", "withdraw"]);
    payer.ok(&["channel", "leave"]);
    assert_eq!(
        payer.ok(&["channel", "show", &name])["channel"],
        serde_json::Value::Null
    );
    payer.assert_channels_solvent();
}

#[test]
fn a_payee_closes_and_the_payer_clears() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let mine = payer.account.to_string();
    let refused = payer.refused(&["channel", "clear", &name]);
    assert!(refused.ends_with("it is open already."), "{refused}");
    payee.ok(&["channel", "close", &mine]);
    let sentence = payer
        .run(&["channel", "pay", &name, "0.1"])
        .refused(2, "usage");
    assert!(sentence.contains("it is over"), "{sentence}");
    assert_eq!(
        payer.ok(&["channel", "clear", &name])["cleared"],
        UNIT.to_string()
    );
    payer.assert_channels_solvent();
}

#[test]
fn vouchers_of_a_channel_with_a_key_of_its_own_are_signed_by_that_key() {
    let world = World::new();
    let (payer, payee, signer) = (world.rich(), world.rich(), world.person(0));
    let (name, key) = (payee.account.to_string(), signer.account.to_string());
    payer.ok(&["channel", "open", &name, "1", "--signer", &key]);
    let pay = ["channel", "pay", &name, "0.25"];
    let sentence = payer.run(&pay).refused(2, "usage");
    assert_eq!(
        sentence,
        format!(
            "The channel's vouchers are signed by {key}, and this is another key: set \
             FARTHING_VOUCHER_SECRET."
        )
    );
    let mut command = payer.command(&pay);
    command.env("FARTHING_VOUCHER_SECRET", &signer.secret);
    let ran = Ran::of(command.output().unwrap());
    assert!(!format!("{ran:?}").contains(&signer.secret));
    let paid = ran.json();
    let received = payee.ok(&["channel", "receive", paid["voucher"].as_str().unwrap()]);
    assert_eq!(received["new"], (UNIT / 4).to_string());
    assert_eq!(
        payee.ok(&["channel", "claim"])["claimed"],
        (UNIT / 4).to_string()
    );
    payer.assert_channels_solvent();
}

#[test]
fn closing_a_channel_does_not_lose_vouchers_unless_told_to() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let mine = payer.account.to_string();
    payee.ok(&["channel", "receive", &voucher(&payer, &name, "0.1")]);
    let ran = payee.run(&["channel", "close", &mine]);
    let sentence = ran.refused(2, "usage");
    assert!(
        sentence.starts_with(&format!(
            "0.1 UNIT of {mine}'s vouchers have not been claimed"
        )),
        "{sentence}"
    );
    payee.ok(&["channel", "claim"]);
    payee.ok(&["channel", "receive", &voucher(&payer, &name, "0.2")]);
    payee.ok(&["channel", "close", &mine, "--forfeit"]);
    // What is over is worth nothing, and is not claimed in vain.
    let nothing = payee.ok(&["channel", "claim"]);
    assert_eq!(nothing["claimed"], "0");
    assert_eq!(nothing.get("transactions"), None);
    assert_eq!(
        payer.ok(&["channel", "clear", &name])["cleared"],
        (UNIT * 9 / 10).to_string()
    );
    payer.assert_channels_solvent();
}

#[test]
fn vouchers_for_more_than_an_agreed_closing_are_refused() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let mine = payer.account.to_string();
    let first = voucher(&payer, &name, "0.1");
    let agreed = payee.ok(&["channel", "agree", &mine, "0.2"]);
    assert_eq!(
        payee.ok(&["channel", "receive", &first])["new"],
        (UNIT / 10).to_string()
    );
    let more = voucher(&payer, &name, "0.2");
    let ran = payee.run(&["channel", "receive", &more]);
    let sentence = ran.refused(2, "usage");
    assert!(
        sentence.starts_with("You agreed that this channel is closed for 0.2 UNIT in all"),
        "{sentence}"
    );
    let signature = agreed["signature"].as_str().unwrap();
    payer.ok(&["channel", "close-together", &name, "0.2", signature]);
    // The next channel between the two is another one.
    payer.ok(&["channel", "open", &name, "1"]);
    let next = voucher(&payer, &name, "0.3");
    assert_eq!(
        payee.ok(&["channel", "receive", &next])["new"],
        (UNIT * 3 / 10).to_string()
    );
    payer.assert_channels_solvent();
}

#[test]
fn an_exit_says_until_when_the_payee_can_claim() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let good = voucher(&payer, &name, "0.1");
    let exit = payer.ok(&["channel", "exit", &name]);
    assert!(exit["end"].as_u64().is_some());
    let sentence = payer
        .run(&["channel", "pay", &name, "0.1"])
        .refused(2, "usage");
    assert!(sentence.contains("its exit has begun"), "{sentence}");
    let received = payee.run(&["channel", "receive", &good]);
    assert!(
        received.stderr.contains(&format!(
            "{} takes back what is left: claim before",
            payer.account
        )),
        "{received:?}"
    );
    assert_eq!(received.json()["vouchers"][0]["end"], exit["end"]);
    assert_eq!(
        payee.ok(&["channel", "claim"])["claimed"],
        (UNIT / 10).to_string()
    );
    payer.assert_channels_solvent();
}

#[test]
fn what_was_deposited_is_reserved_before_anything_else_is_taken() {
    let world = World::new();
    let (payer, payee) = (world.rich(), world.rich());
    payer.ok(&["channel", "deposit", "0.6"]);
    let opened = payer.ok(&["channel", "open", &format!("{}=1", payee.account)]);
    assert_eq!(opened["transactions"][0]["call"]["message"], "open");
    assert_eq!(payer.ok(&["channel", "account"])["account"]["free"], "0");
    let refused = payer.refused(&["channel", "withdraw"]);
    assert_eq!(refused, "There is nothing to withdraw.");
    let refused = payer.refused(&["channel", "pause", "1d"]);
    assert_eq!(refused, "Only the deployment's guardian may do this.");
    payer.refused(&["channel", "resume"]);
    payer.assert_channels_solvent();
}
