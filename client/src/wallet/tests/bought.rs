//! What was bought, shown to others.

use super::*;

/// Reads the vectors that all languages' clients are held against.
fn vectors() -> serde_json::Value {
    serde_json::from_str(include_str!("../../../../clients/x402/vectors.json")).unwrap()
}

fn hash(text: &serde_json::Value) -> Hash {
    let text = text.as_str().unwrap().trim_start_matches("0x");
    hex::decode(text).unwrap().try_into().unwrap()
}

fn whole(folder: &TempDir, amount: Balance, entry: Option<Hash>) -> Paper {
    pay(folder, amount, entry, 4).unwrap().unwrap()
}

#[test]
fn entries_and_roots_are_those_of_the_test_vectors() {
    let (vectors, folder) = (vectors(), TempDir::new().unwrap());
    let roots = vectors["roots"].as_array().unwrap();
    assert_eq!(hash(&roots[0]), [0; 32]);
    let resources = vectors["resources"].as_array().unwrap();
    for (resource, root) in resources.iter().zip(&roots[1..]) {
        let entry = entry_of(resource["url"].as_str().unwrap()).unwrap();
        assert_eq!(entry, hash(&resource["entry"]), "{resource}");
        let paper = whole(&folder, 1, Some(entry));
        assert_eq!(paper.voucher.root, hash(root));
        let shown = open(&folder).shown(CONTRACT, &id(), &entry).unwrap();
        assert!(shown.is_right() && shown.is_signed_in(&paper));
    }
    for pair in vectors["same"].as_array().unwrap() {
        let [one, other] = [0, 1].map(|at| entry_of(pair[at].as_str().unwrap()));
        assert_eq!(one, other, "{pair}");
    }
    assert_eq!(entry_of("songs/1.opus"), None);
}

#[test]
fn what_is_shown_is_read_as_written_and_nothing_else_is_right() {
    let folder = TempDir::new().unwrap();
    let entries = [[7; 32], [8; 32], [9; 32]];
    entries.map(|entry| whole(&folder, 1, Some(entry)));
    let shown = open(&folder).shown(CONTRACT, &id(), &[8; 32]).unwrap();
    let text = shown.to_string();
    assert_eq!(text.parse::<Shown>().unwrap(), shown);
    for wrong in [
        "",
        "farthing-proof-1:",
        &text[..text.len() - 2],
        &format!("{text}00"),
        &text[1..],
    ] {
        assert!(
            matches!(wrong.parse::<Shown>(), Err(Error::NoProof)),
            "{wrong}"
        );
    }
    let others = [
        Shown {
            entry: [7; 32],
            ..shown.clone()
        },
        Shown {
            root: [7; 32],
            ..shown.clone()
        },
        Shown {
            proof: Proof {
                index: 0,
                ..shown.proof.clone()
            },
            ..shown.clone()
        },
    ];
    assert!(others.iter().all(|other| !other.is_right()));
    // A later voucher signs another root.
    let later = whole(&folder, 1, Some([1; 32]));
    assert!(!shown.is_signed_in(&later));
}

#[test]
fn what_is_bought_with_credit_is_signed_by_the_next_voucher() {
    let folder = TempDir::new().unwrap();
    whole(&folder, 5, Some([7; 32]));
    open(&folder).note(CONTRACT, &id(), [8; 32]).unwrap();
    assert!(open(&folder).has_bought(CONTRACT, &id(), &[8; 32]));
    let next = whole(&folder, 1, None);
    let shown = open(&folder).shown(CONTRACT, &id(), &[8; 32]).unwrap();
    assert!(shown.is_right() && shown.is_signed_in(&next));
    // While a payment is under way, its voucher has another list's root.
    pay(&folder, 1, Some([9; 32]), 2).unwrap();
    let noted = open(&folder).note(CONTRACT, &id(), [1; 32]);
    assert!(matches!(noted, Err(Error::Begun { amount: 1 })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// Whatever is paid for, noted and interrupted: each thing on the list is proved by the next voucher, which the
    /// payer's key signed, and nothing else is.
    #[test]
    fn each_thing_is_proved_by_the_last_voucher(steps in proptest::collection::vec((0..5u8, 0..3u8), 1..8)) {
        let folder = TempDir::new().unwrap();
        let mut bought = std::collections::BTreeSet::new();
        for (what, how) in steps {
            let entry = [what; 32];
            let is_new = !open(&folder).has_bought(CONTRACT, &id(), &entry);
            let entry = Some(entry).filter(|_| is_new);
            match (how, entry) {
                (0, Some(entry)) => open(&folder).note(CONTRACT, &id(), entry).unwrap(),
                (1, entry) => {
                    pay(&folder, 1, entry, 2).unwrap();
                    whole(&folder, 1, entry);
                }
                (_, entry) => drop(whole(&folder, 1, entry)),
            }
            bought.insert(what);
        }
        let last = whole(&folder, 1, None);
        prop_assert!(last.is_signed_by(&payer().account().0));
        for what in 0..5 {
            let shown = open(&folder).shown(CONTRACT, &id(), &[what; 32]);
            prop_assert_eq!(shown.is_some(), bought.contains(&what));
            prop_assert!(shown.is_none_or(|shown| shown.is_right() && shown.is_signed_in(&last)));
        }
    }
}
