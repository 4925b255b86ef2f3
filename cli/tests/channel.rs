//! `farthing channel`: a life of vouchers, and what is refused.

use crate::world::{Person, Ran, World, UNIT};

/// A payer, and a payee to whom a channel with one UNIT is open.
pub fn pair(world: &World) -> (Person, Person, String) {
    let (payer, payee) = (world.rich(), world.rich());
    let name = payee.account.to_string();
    let opened = payer.ok(&["channel", "open", &name, "1"]);
    assert_eq!(opened["opened"][0]["reserve"], UNIT.to_string());
    (payer, payee, name)
}

pub fn voucher(payer: &Person, payee: &str, amount: &str) -> String {
    let paid = payer.ok(&["channel", "pay", payee, amount]);
    paid["voucher"].as_str().unwrap().into()
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
    let expires = agreed["expires"].as_u64().unwrap().to_string();
    let close = |amount, expires| {
        [
            "channel",
            "close-together",
            &name,
            amount,
            signature,
            expires,
        ]
    };
    for bad in [close("0.2", &expires), close("0.25", "99999999999999")] {
        let refused = payer.refused(&bad);
        assert!(
            refused.ends_with("the payee did not sign this closing."),
            "{refused}"
        );
    }
    let refused = payer.refused(&close("0.25", "1"));
    assert!(refused.ends_with("ask for another."), "{refused}");
    let before = world.money(payee.account).0;
    payer.ok(&close("0.25", &expires));
    assert_eq!(world.money(payee.account).0, before + UNIT / 4);
    let shown = payer.ok(&["channel", "show", &name])["channel"].clone();
    assert_eq!(
        (shown["left"].clone(), shown["claimed"].clone()),
        ("0".into(), (UNIT / 4).to_string().into())
    );
    // There is nothing more to have of it within the hour.
    let early = payer.refused(&["channel", "clear", &name]);
    assert!(early.contains("all of its money is paid out"), "{early}");
    payer.assert_channels_solvent();
}

#[test]
fn a_payee_closes_and_the_payer_clears() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let mine = payer.account.to_string();
    let open = payer.refused(&["channel", "clear", &name]);
    assert!(open.contains("it is open already"), "{open}");
    let before = world.money(payer.account).0;
    assert_eq!(payee.ok(&["channel", "close", &mine])["closed"], 1);
    assert_eq!(world.money(payer.account).0, before + UNIT);
    let over = payee.refused(&["channel", "close", &mine]);
    assert!(over.contains("it is over"), "{over}");
    let sentence = payer
        .run(&["channel", "pay", &name, "0.1"])
        .refused(2, "usage");
    assert!(sentence.contains("it is over"), "{sentence}");
    // Opened again at once, in a later epoch.
    payer.ok(&["channel", "open", &name, "1"]);
    let next = voucher(&payer, &name, "0.1");
    let received = payee.ok(&["channel", "receive", &next]);
    assert_eq!(received["new"], (UNIT / 10).to_string());
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
    let before = world.money(payer.account).0;
    payee.ok(&["channel", "close", &mine, "--forfeit"]);
    assert_eq!(world.money(payer.account).0, before + UNIT * 9 / 10);
    // What is over is worth nothing, and is not claimed in vain.
    let nothing = payee.ok(&["channel", "claim"]);
    assert_eq!(nothing["claimed"], "0");
    assert_eq!(nothing.get("transactions"), None);
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
        sentence.starts_with("You agreed to close this channel for 0.2 UNIT in all"),
        "{sentence}"
    );
    let signature = agreed["signature"].as_str().unwrap();
    let expires = agreed["expires"].as_u64().unwrap().to_string();
    let close = [
        "channel",
        "close-together",
        &name,
        "0.2",
        signature,
        &expires,
    ];
    payer.ok(&close);
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
fn a_closing_does_not_give_away_kept_vouchers_unless_told_to() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let mine = payer.account.to_string();
    payee.ok(&["channel", "receive", &voucher(&payer, &name, "0.9")]);
    let ran = payee.run(&["channel", "agree", &mine, "0.1"]);
    let sentence = ran.refused(2, "usage");
    let kept = "Vouchers that were kept are worth 0.9 UNIT";
    assert!(sentence.starts_with(kept), "{sentence}");
    payee.ok(&["channel", "agree", &mine, "0.1", "--forfeit"]);
}

#[test]
fn two_devices_pay_one_payee_at_once_each_in_a_lane() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    payer.ok(&["channel", "open", &name, "1", "--lane", "1"]);
    let first = voucher(&payer, &name, "0.1");
    let second = payer.ok(&["channel", "pay", &name, "0.2", "--lane", "1"]);
    let second = second["voucher"].as_str().unwrap();
    let received = payee.ok(&["channel", "receive", &first, second]);
    assert_eq!(received["new"], (UNIT * 3 / 10).to_string());
    let claimed = payee.ok(&["channel", "claim"]);
    assert_eq!(claimed["claimed"], (UNIT * 3 / 10).to_string());
    assert_eq!(claimed["transactions"].as_array().unwrap().len(), 1);
    payer.assert_channels_solvent();
}

#[test]
fn dust_is_left_unless_it_is_asked_for() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    payee.ok(&["channel", "receive", &voucher(&payer, &name, "0.0001")]);
    let nothing = payee.ok(&["channel", "claim"]);
    assert_eq!(nothing["claimed"], "0");
    assert_eq!(nothing["dust"], (UNIT / 10_000).to_string());
    let claimed = payee.ok(&["channel", "claim", "--min", "0"]);
    assert_eq!(claimed["claimed"], (UNIT / 10_000).to_string());
}

#[test]
fn a_gift_is_opened_for_somebody_else_who_pays_by_it() {
    let world = World::new();
    let (giver, payer, payee) = (world.rich(), world.rich(), world.rich());
    let (from, to) = (payer.account.to_string(), payee.account.to_string());
    let key = from.as_str();
    let given = giver.ok(&["channel", "give", &from, &to, "1", "--signer", key]);
    let lane = given["opened"][0]["lane"].as_u64().unwrap().to_string();
    assert_eq!(given["opened"][0]["payer"], from);
    let mut command = payer.command(&["channel", "pay", &to, "0.25", "--lane", &lane]);
    command.env("FARTHING_VOUCHER_SECRET", &payer.secret);
    let paid = Ran::of(command.output().unwrap()).json();
    payee.ok(&["channel", "receive", paid["voucher"].as_str().unwrap()]);
    let claimed = payee.ok(&["channel", "claim"]);
    assert_eq!(claimed["claimed"], (UNIT / 4).to_string());
    payer.assert_channels_solvent();
}

#[test]
fn content_becomes_a_leaf_of_the_vouchers_merkle_tree() {
    let world = World::new();
    let (payer, _, name) = pair(&world);
    let folder = tempfile::tempdir().unwrap();
    let files = ["one", "two"].map(|text| {
        let file = folder.path().join(text);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    });
    let leaves: Vec<_> = ["one", "two"]
        .map(|text| {
            let entry = farthing_types::commitment::content(text.as_bytes());
            farthing_types::merkle::leaf(&entry)
        })
        .to_vec();
    for (n, file) in files.iter().enumerate() {
        let paid = payer.ok(&["channel", "pay", &name, "0.1", "--content", file]);
        let root = farthing_types::merkle::root_of(&leaves[..=n]);
        assert_eq!(paid["root"], format!("0x{}", hex::encode(root)));
    }
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
    // Whoever serves by the exit code alone serves for nothing otherwise.
    assert_eq!(received.code, Some(8));
    assert_eq!(received.object()["vouchers"][0]["end"], exit["end"]);
    assert_eq!(
        payee.ok(&["channel", "claim"])["claimed"],
        (UNIT / 10).to_string()
    );
    payer.assert_channels_solvent();
}

#[test]
fn what_would_do_nothing_to_any_channel_is_refused_before_it_costs_a_fee() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let other = world.rich();
    let other_name = other.account.to_string();
    payer.ok(&["channel", "open", &other_name, "1"]);
    payer.ok(&["channel", "exit", &name]);
    let before = world.money(payer.account);
    for words in [["channel", "clear", &name], ["channel", "exit", &name]] {
        let ran = payer.run(&words);
        assert!(
            ran.object()["error"]["error"]["Channel"].is_array(),
            "{ran:?}"
        );
        let why = ran.refused(3, "refused");
        assert!(
            why.starts_with(&format!("The channel with {name}: ")),
            "{why}"
        );
    }
    assert_eq!(world.money(payer.account), before);
    let some = payer.ok(&["channel", "exit", &name, &other_name]);
    let left = some["left_alone"].as_array().unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["with"], name);
    // Of those that a payee closed, all is left to be cleared but what is open.
    let mine = payer.account.to_string();
    payee.ok(&["channel", "close", &mine]);
    assert!(payee
        .refused(&["channel", "close", &mine])
        .contains("it is over"));
    payer.assert_channels_solvent();
}

#[test]
fn anybody_tops_up_and_only_the_guardian_pauses() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let mine = payer.account.to_string();
    payee.ok(&["channel", "top-up", &name, "0.5", "--of", &mine]);
    let shown = payer.ok(&["channel", "show", &name]);
    assert_eq!(shown["channel"]["left"], (UNIT * 3 / 2).to_string());
    let refused = payer.refused(&["channel", "withdraw"]);
    assert_eq!(refused, "There is nothing to withdraw.");
    let refused = payer.refused(&["channel", "pause", "1d"]);
    assert_eq!(refused, "Only the deployment's guardian may do this.");
    payer.refused(&["channel", "resume"]);
    payer.assert_channels_solvent();
}
