//! What `examples/` does with `farthing`, as it stands there.

use crate::world::World;
use std::{env, fs, path::Path, process::Command};

#[test]
fn folder_is_sold_and_nothing_twice() {
    let world = World::new();
    let (ada, handle) = world.creator("folder");
    ada.ok(&["shop", "open", &handle]);
    let songs = ada.state.path().join("songs");
    fs::create_dir_all(songs.join("live")).unwrap();
    for (name, content) in [
        ("one.ogg", "la"),
        ("live/two.ogg", "la la"),
        ("copy.ogg", "la"),
    ] {
        fs::write(songs.join(name), content).unwrap();
    }
    let sell = || {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let program = Path::new(env!("CARGO_BIN_EXE_farthing")).parent().unwrap();
        // Whose key it is, which node: all that `farthing` is told by the environment.
        let told = ada.plain(&[]);
        let mut command = Command::new("python3");
        command
            .envs(
                told.get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .env(
                "PATH",
                format!("{}:{}", program.display(), env::var("PATH").unwrap()),
            )
            .arg(root.join("examples/sell-a-folder/sell.py"))
            .args([&handle, songs.to_str().unwrap(), "0.02", "--", "--fast"]);
        let ran = command.output().unwrap();
        assert!(ran.status.success(), "{ran:?}");
        String::from_utf8(ran.stdout).unwrap()
    };
    assert_eq!(sell(), "on sale: copy\non sale: two\n");
    assert_eq!(sell(), "");
    fs::write(songs.join("three.ogg"), "la la la").unwrap();
    assert_eq!(sell(), "on sale: three\n");
    let shown = ada.ok(&["shop", "show", &handle]);
    assert_eq!(shown["items"].as_array().unwrap().len(), 3);
}
