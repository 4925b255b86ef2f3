use super::*;
use tempfile::TempDir;

const PASSWORD: &str = "hunter2";

fn ring() -> (TempDir, Keyring) {
    let folder = tempfile::tempdir().unwrap();
    let ring = Keyring::new(folder.path().join("keys"));
    (folder, ring)
}

fn key(name: &str) -> Key {
    Key::for_development(&format!("//{name}")).unwrap()
}

/// Takes no time to encrypt: tests of the ring are not of scrypt.
fn keystore(name: &str) -> Keystore {
    static ONE: std::sync::OnceLock<Keystore> = std::sync::OnceLock::new();
    let make = |name| Keystore::encrypt(&key(name), PASSWORD, "elsewhere").unwrap();
    match name {
        "ada" => ONE.get_or_init(|| make("ada")).clone(),
        other => make(other),
    }
}

fn names(ring: &Keyring) -> Vec<String> {
    let found = ring.list().unwrap().into_iter();
    found.map(|found| found.name).collect()
}

fn default(ring: &Keyring) -> Option<String> {
    ring.default().unwrap().map(|entry| entry.name)
}

#[test]
fn a_key_is_found_by_its_name_and_opens_with_its_password() {
    let (_folder, ring) = ring();
    assert!(names(&ring).is_empty() && ring.get("ada").unwrap().is_none());
    ring.add("ada", &keystore("ada")).unwrap();
    let entry = ring.named("ada").unwrap();
    assert_eq!(entry.account, key("ada").account());
    assert_eq!(entry.open(PASSWORD).unwrap(), key("ada"));
    assert_eq!(entry.keystore().unwrap().name(), Some("ada"));
    assert_eq!(
        entry.open("x").unwrap_err().to_string(),
        KeystoreError::WrongPassword.to_string()
    );
}

#[test]
fn a_watched_account_has_no_key_and_says_so() {
    let (_folder, ring) = ring();
    let account = key("ada").account();
    ring.watch("shop", account).unwrap();
    let entry = ring.named("shop").unwrap();
    assert_eq!((entry.account, entry.keystore.is_none()), (account, true));
    let said = entry.open(PASSWORD).unwrap_err().to_string();
    assert!(
        said.contains("\"shop\" is an account that is only watched"),
        "{said}"
    );
}

#[test]
fn names_are_no_paths_flags_or_addresses() {
    let (folder, ring) = ring();
    let address = key("ada").account().generic();
    for bad in [
        "",
        ".",
        "..",
        "../ada",
        "a/b",
        "a\\b",
        "a.b",
        ".ring",
        "-a",
        "--json",
        "a b",
        "\u{e4}",
        "a\n",
        "a\0",
        &address,
        &"x".repeat(33),
    ] {
        assert!(
            matches!(ring.add(bad, &keystore("ada")), Err(Error::Input(_))),
            "{bad:?}"
        );
        assert!(
            matches!(ring.watch(bad, key("ada").account()), Err(Error::Input(_))),
            "{bad:?}"
        );
        assert!(ring.get(bad).unwrap().is_none(), "{bad:?}");
        assert!(matches!(ring.remove(bad), Err(Error::Input(_))), "{bad:?}");
    }
    assert!(fs::read_dir(folder.path()).unwrap().next().is_none());
    ring.add("ada", &keystore("ada")).unwrap();
    for bad in ["../ada2", "", "-"] {
        assert!(
            matches!(ring.rename("ada", bad), Err(Error::Input(_))),
            "{bad:?}"
        );
    }
    for good in ["a", "A-1_b", "_", "7", &"x".repeat(32)] {
        ring.watch(good, key("ada").account()).unwrap();
    }
}

#[test]
fn a_name_is_never_taken_twice() {
    let (_folder, ring) = ring();
    ring.add("ada", &keystore("ada")).unwrap();
    let kept = fs::read(ring.path("ada")).unwrap();
    for name in ["ada", "Ada", "ADA"] {
        assert!(
            matches!(ring.add(name, &keystore("bob")), Err(Error::Input(_))),
            "{name}"
        );
        assert!(matches!(
            ring.watch(name, key("bob").account()),
            Err(Error::Input(_))
        ));
    }
    ring.watch("bob", key("bob").account()).unwrap();
    assert!(matches!(ring.rename("bob", "Ada"), Err(Error::Input(_))));
    assert_eq!(fs::read(ring.path("ada")).unwrap(), kept);
}

#[test]
fn the_first_key_is_the_default_until_another_is_chosen() {
    let (_folder, ring) = ring();
    assert_eq!(default(&ring), None);
    ring.watch("shop", key("shop").account()).unwrap();
    assert_eq!(default(&ring), None);
    ring.add("ada", &keystore("ada")).unwrap();
    ring.add("bob", &keystore("bob")).unwrap();
    assert_eq!(default(&ring).as_deref(), Some("ada"));
    ring.set_default("bob").unwrap();
    assert_eq!(default(&ring).as_deref(), Some("bob"));
    assert!(ring.set_default("nobody").is_err());
    ring.remove("bob").unwrap();
    assert_eq!(default(&ring), None);
    assert_eq!(names(&ring), ["ada", "shop"]);
}

#[test]
fn a_renamed_key_is_the_same_key() {
    let (_folder, ring) = ring();
    ring.add("ada", &keystore("ada")).unwrap();
    ring.watch("shop", key("shop").account()).unwrap();
    ring.rename("ada", "ada-2").unwrap();
    ring.rename("shop", "Shop").unwrap();
    assert_eq!(names(&ring), ["Shop", "ada-2"]);
    assert_eq!(default(&ring).as_deref(), Some("ada-2"));
    assert_eq!(
        ring.named("ada-2").unwrap().open(PASSWORD).unwrap(),
        key("ada")
    );
    assert!(ring.rename("ada", "x").is_err());
    ring.rename("ada-2", "ada-2").unwrap();
    assert_eq!(
        ring.named("ada-2").unwrap().open(PASSWORD).unwrap(),
        key("ada")
    );
}

/// What a crash in the middle of renaming leaves.
#[test]
fn an_interrupted_change_loses_no_key() {
    let (_folder, ring) = ring();
    ring.add("ada", &keystore("ada")).unwrap();
    fs::write(ring.folder.join("new.new"), "{\"enc").unwrap();
    fs::copy(ring.path("ada"), ring.path("new")).unwrap();
    assert_eq!(names(&ring), ["ada", "new"]);
    assert_eq!(default(&ring).as_deref(), Some("ada"));
    ring.remove("new").unwrap();
    ring.rename("ada", "new").unwrap();
    assert_eq!(
        ring.named("new").unwrap().open(PASSWORD).unwrap(),
        key("ada")
    );
}

#[test]
fn a_broken_file_keeps_no_other_key_away() {
    let (_folder, ring) = ring();
    ring.add("ada", &keystore("ada")).unwrap();
    fs::write(ring.path("bad"), "{").unwrap();
    fs::create_dir(ring.path("dir")).unwrap();
    fs::write(ring.folder.join("notes.txt"), "x").unwrap();
    fs::write(ring.path("not a name"), "x").unwrap();
    let found = ring.list().unwrap();
    let good: Vec<_> = found
        .iter()
        .map(|one| (one.name.as_str(), one.entry.is_ok()))
        .collect();
    assert_eq!(good, [("ada", true), ("bad", false), ("dir", false)]);
    assert!(matches!(ring.named("bad"), Err(Error::File { .. })));
    assert!(matches!(ring.rename("bad", "x"), Err(Error::File { .. })));
    ring.remove("bad").unwrap();
    assert_eq!(names(&ring), ["ada", "dir"]);
}

#[test]
fn nothing_is_kept_unencrypted() {
    let (_folder, ring) = ring();
    let open = include_str!("../../../cli/tests/keystores/without-password.json");
    let open = Keystore::parse(open).unwrap();
    assert!(matches!(ring.add("ada", &open), Err(Error::Key(_))));
    assert!(names(&ring).is_empty());
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_a_ring() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, ring) = ring();
    ring.add("ada", &keystore("ada")).unwrap();
    ring.watch("shop", key("shop").account()).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&ring.folder), 0o700);
    for file in fs::read_dir(&ring.folder).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
}

#[test]
fn keys_that_are_added_at_once_are_all_there() {
    let (_folder, ring) = ring();
    std::thread::scope(|scope| {
        for n in 0..8 {
            let ring = &ring;
            scope.spawn(move || {
                ring.watch(&format!("n{n}"), key("ada").account()).unwrap();
                // Of those who want the same name, one gets it.
                ring.watch("same", key(&n.to_string()).account()).is_ok()
            });
        }
    });
    assert_eq!(names(&ring).len(), 9);
}

#[test]
fn a_ring_without_a_folder_is_read_without_writing() {
    let (folder, ring) = ring();
    assert!(ring.list().unwrap().is_empty());
    assert!(ring.default().unwrap().is_none());
    assert!(fs::read_dir(folder.path()).unwrap().next().is_none());
}
