use super::*;
use subxt_signer::ExposeSecret;

/// As wallets wrote them, with N = 2^15 and 2^17, without encryption, and of what cannot sign here.
const OF_2024: &str = include_str!("../../../cli/tests/keystores/sr25519.json");
const OF_2025: &str = include_str!("../../../cli/tests/keystores/polkadot-js-2025.json");
const WITHOUT_PASSWORD: &str = include_str!("../../../cli/tests/keystores/without-password.json");
const OF_ED25519: &str = include_str!("../../../cli/tests/keystores/of-ed25519.json");
const OF_ECDSA: &str = include_str!("../../../cli/tests/keystores/of-ecdsa.json");
const OF_ETHEREUM: &str = include_str!("../../../cli/tests/keystores/of-ethereum.json");
const SEVERAL: &str = include_str!("../../../cli/tests/keystores/several.json");

fn parse(json: &Value) -> Result<Keystore, KeystoreError> {
    Keystore::parse(&json.to_string())
}

/// A file of today, changed.
fn changed(change: impl FnOnce(&mut Value)) -> Value {
    let mut json = serde_json::from_str(OF_2025).unwrap();
    change(&mut json);
    json
}

/// The same with other bytes encoded.
fn encoding(change: impl FnOnce(&mut Vec<u8>)) -> Value {
    changed(|json| {
        let mut bytes = STANDARD.decode(json["encoded"].as_str().unwrap()).unwrap();
        change(&mut bytes);
        json["encoded"] = STANDARD.encode(bytes).into();
    })
}

fn asking_for(n: u32, p: u32, r: u32) -> Value {
    encoding(|bytes| Scrypt { n, p, r }.write(&mut bytes[SALT..SALT + 12]))
}

#[test]
fn keystores_of_wallets_open() {
    for (json, password, account) in [
        (
            OF_2024,
            "correct-horse-7",
            "5HRPGPBpYPkiQtVfokQoBpcTaoxhUow2YNJLWxVZVSZc34xY",
        ),
        (
            OF_2025,
            "hunter2",
            "5FH53NXWm7EyQK4fwbDp8GcANX7kB6sGVuhmw1m9SgsMb2Ra",
        ),
    ] {
        let keystore = Keystore::parse(json).unwrap();
        assert!(keystore.is_encrypted());
        assert_eq!(keystore.account().generic(), account);
        assert_eq!(
            keystore.open(password).unwrap().account().generic(),
            account
        );
        assert_eq!(keystore.open("another"), Err(KeystoreError::WrongPassword));
        assert_eq!(keystore.open(""), Err(KeystoreError::NoPassword));
    }
}

#[test]
fn a_keystore_without_a_password_opens_with_none_and_with_any() {
    let keystore = Keystore::parse(WITHOUT_PASSWORD).unwrap();
    assert!(!keystore.is_encrypted());
    let expected = Key::for_development("//fixture").unwrap();
    for password in ["", "hunter2"] {
        assert_eq!(keystore.open(password), Ok(expected.clone()));
    }
    assert_eq!(keystore.name(), Some("a fixture"));
    assert_eq!(parse(&keystore.to_json()), Ok(keystore));
}

#[test]
fn hexadecimal_is_read_as_well_and_a_text_for_the_kind_of_encryption() {
    let json = changed(|json| {
        let bytes = STANDARD.decode(json["encoded"].as_str().unwrap()).unwrap();
        json["encoded"] = format!("0x{}", hex::encode(bytes)).into();
    });
    assert_eq!(parse(&json), Keystore::parse(OF_2025));
    let mut json: Value = serde_json::from_str(WITHOUT_PASSWORD).unwrap();
    json["encoding"]["type"] = "none".into();
    assert_eq!(parse(&json), Keystore::parse(WITHOUT_PASSWORD));
}

#[test]
fn a_key_survives_being_encrypted_under_any_password() {
    let key = Key::from_uri(keys::new_phrase().unwrap().expose_secret()).unwrap();
    for password in ["hunter2", " ", "\u{1f511} pässword\n"] {
        let keystore = Keystore::encrypt(&key, password, "mine").unwrap();
        let again = parse(&keystore.to_json()).unwrap();
        assert_eq!(again, keystore);
        assert_eq!(
            (again.account(), again.name()),
            (key.account(), Some("mine"))
        );
        let opened = again.open(password).unwrap();
        assert_eq!(*opened.secret(), *key.secret());
        assert_eq!(again.open("hunter3"), Err(KeystoreError::WrongPassword));
    }
    let one = Keystore::encrypt(&key, "hunter2", "mine").unwrap();
    let other = Keystore::encrypt(&key, "hunter2", "mine").unwrap();
    assert_ne!(one.bytes, other.bytes);
}

#[test]
fn an_empty_password_encrypts_nothing() {
    let key = Key::for_development("//Alice").unwrap();
    let error = Keystore::encrypt(&key, "", "mine").unwrap_err();
    assert_eq!(error.to_string(), KeystoreError::NoPassword.to_string());
}

/// As polkadot-js writes: whoever reads it there finds a name and a date.
#[test]
fn what_is_written_has_the_form_of_polkadot_js() {
    let key = Key::for_development("//Alice").unwrap();
    let json = Keystore::encrypt(&key, "hunter2", "mine")
        .unwrap()
        .to_json();
    let theirs: Value = serde_json::from_str(OF_2025).unwrap();
    assert_eq!(json["encoding"], theirs["encoding"]);
    assert_eq!(
        json["address"],
        "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
    );
    assert_eq!(json["meta"]["name"], "mine");
    assert!(json["meta"]["whenCreated"].as_u64() > Some(1_600_000_000_000));
    let numbers = |json: &Value| {
        let bytes = STANDARD.decode(json["encoded"].as_str().unwrap()).unwrap();
        bytes[SALT..SALT + 12].to_vec()
    };
    assert_eq!(numbers(&json), numbers(&theirs));
}

#[test]
fn every_other_file_is_told_what_it_is() {
    for (json, kind) in [
        (OF_ED25519, "ed25519"),
        (OF_ECDSA, "ecdsa"),
        (OF_ETHEREUM, "ethereum"),
    ] {
        assert_eq!(
            Keystore::parse(json),
            Err(KeystoreError::KeyType(kind.into()))
        );
    }
    assert_eq!(Keystore::parse(SEVERAL), Err(KeystoreError::Several));
    for nothing in [
        "",
        "{}",
        "[]",
        "null",
        "7",
        "{\"encoded\": \"\"}",
        "[package]\nname = \"x\"",
        "\u{feff}{}",
    ] {
        assert_eq!(
            Keystore::parse(nothing),
            Err(KeystoreError::NotOne),
            "{nothing}"
        );
    }
    let watched = json!({ "address": "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", "meta": { "isExternal": true } });
    assert_eq!(parse(&watched), Err(KeystoreError::NoKey));
    for version in ["0", "2", "4"] {
        let json = changed(|json| json["encoding"]["version"] = version.into());
        assert_eq!(parse(&json), Err(KeystoreError::Version(version.into())));
    }
    let json = changed(|json| json["encoding"]["type"] = json!(["xsalsa20-poly1305"]));
    assert_eq!(
        parse(&json),
        Err(KeystoreError::Cipher("xsalsa20-poly1305".into()))
    );
    let json = changed(|json| json["address"] = "5Grwva".into());
    assert!(matches!(parse(&json), Err(KeystoreError::Damaged(_))));
}

/// What a file says of itself is a stranger's text.
#[test]
fn what_a_file_says_is_shown_escaped() {
    let json = changed(|json| json["encoding"]["version"] = "\u{1b}[2J\u{202e}".into());
    let shown = parse(&json).unwrap_err().to_string();
    assert!(
        shown.chars().all(|c| !c.is_control() && c != '\u{202e}'),
        "{shown}"
    );
}

#[test]
fn a_keystore_that_is_cut_short_anywhere_is_refused() {
    for length in 0..ENCRYPTED {
        let cut = encoding(|bytes| bytes.truncate(length));
        let expected = KeystoreError::CutShort {
            has: length,
            needs: ENCRYPTED,
        };
        assert_eq!(parse(&cut), Err(expected));
    }
    let odd = changed(|json| json["encoded"] = "AAA".into());
    assert!(matches!(parse(&odd), Err(KeystoreError::Damaged(_))));
    let long = encoding(|bytes| bytes.push(0));
    assert!(matches!(parse(&long), Err(KeystoreError::Damaged(_))));
    for end in 0..OF_2025.trim_end().len() {
        assert!(Keystore::parse(&OF_2025[..end]).is_err());
    }
}

#[test]
fn a_changed_byte_opens_nothing() {
    for at in [
        0,
        SALT + 12,
        SALT + 12 + NONCE,
        SALT + 12 + NONCE + TAG,
        ENCRYPTED - 1,
    ] {
        let json = encoding(|bytes| bytes[at] ^= 1);
        assert_eq!(
            parse(&json).unwrap().open("hunter2"),
            Err(KeystoreError::WrongPassword)
        );
    }
}

#[test]
fn a_key_of_another_account_than_the_file_says_is_refused() {
    let alice = Key::for_development("//Alice").unwrap().account();
    let json = changed(|json| json["address"] = alice.generic().into());
    let keystore = parse(&json).unwrap();
    let has = Keystore::parse(OF_2025).unwrap().account();
    assert_eq!(
        keystore.open("hunter2"),
        Err(KeystoreError::OtherAccount { says: alice, has })
    );
    let mut json: Value = serde_json::from_str(WITHOUT_PASSWORD).unwrap();
    let mut bytes = STANDARD.decode(json["encoded"].as_str().unwrap()).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    json["encoded"] = STANDARD.encode(bytes).into();
    assert!(matches!(
        parse(&json).unwrap().open(""),
        Err(KeystoreError::Damaged(_))
    ));
}

#[test]
fn scrypt_is_taken_as_wallets_choose_it() {
    for (n, p, r) in [
        (1 << 13, 10, 8),
        (1 << 14, 5, 8),
        (1 << 15, 1, 8),
        (1 << 15, 3, 8),
        (1 << 16, 2, 8),
        (1 << 17, 1, 8),
        (1 << 17, 4, 8),
    ] {
        assert!(parse(&asking_for(n, p, r)).is_ok(), "{n} {p} {r}");
    }
}

#[test]
fn a_crafted_keystore_cannot_eat_memory_or_hours() {
    let max = u32::MAX;
    for (n, p, r) in [
        // Memory: 256 MiB and a little, 2 GiB, and beyond what a number holds.
        (1 << 18, 1, 8),
        (1 << 20, 1, 16),
        (1 << 31, 1, 1),
        (2, 1, max),
        (2, max, 1),
        (max, max, max),
        // Hours.
        (1 << 17, 1 << 20, 8),
        (1 << 10, max, 8),
        // Impossible.
        (0, 1, 8),
        (1, 1, 8),
        (3, 1, 8),
        ((1 << 15) + 1, 1, 8),
        (1 << 15, 0, 8),
        (1 << 15, 1, 0),
        (1 << 17, 1, 1),
    ] {
        let expected = KeystoreError::Scrypt { n, p, r };
        assert_eq!(parse(&asking_for(n, p, r)), Err(expected), "{n} {p} {r}");
    }
}

#[test]
fn a_keystore_shows_its_account_and_nothing_else() {
    let keystore = Keystore::parse(WITHOUT_PASSWORD).unwrap();
    assert_eq!(
        format!("{keystore:?}"),
        "Keystore of 5Ew9hK4R5iDJNDUEeYQicbZi1hS9VzhZYvgW43C7gfbyf8FW"
    );
}
