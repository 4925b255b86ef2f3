//! Which commands there are, as the program itself says.

use crate::world::program;
use std::{collections::BTreeMap, path::Path, sync::OnceLock};

/// Those that print no object: they run something else, or print a script or a page.
const WITHOUT_JSON: [&str; 4] = ["chain", "completions", "help", "man"];

/// The groups with the commands in each; a command that is in none has none of its own.
fn groups() -> &'static BTreeMap<String, Vec<String>> {
    static GROUPS: OnceLock<BTreeMap<String, Vec<String>>> = OnceLock::new();
    GROUPS.get_or_init(|| {
        let all = listed(&[]).into_iter();
        all.map(|name| (name.clone(), listed(&[&name]))).collect()
    })
}

/// The commands that the help of a group names.
fn listed(words: &[&str]) -> Vec<String> {
    let nowhere = Path::new("/nowhere");
    let mut command = program("ws://127.0.0.1:1", nowhere, nowhere);
    let output = command.args(words).arg("--help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    // What goes on from the line above is indented further.
    lines
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| !WITHOUT_JSON.contains(name))
        .map(Into::into)
        .collect()
}

/// All commands that print an object, such as `shop open`.
pub fn commands() -> Vec<String> {
    let of_group = |(group, names): (&String, &Vec<String>)| match names.is_empty() {
        true => vec![group.clone()],
        false => names.iter().map(|name| format!("{group} {name}")).collect(),
    };
    groups().iter().flat_map(of_group).collect()
}

/// Which command some arguments are of, if there is such a command.
pub fn command_of(arguments: &[String]) -> Option<String> {
    let mut words = arguments.iter();
    let group = words.find(|word| groups().contains_key(*word))?;
    let names = &groups()[group];
    if names.is_empty() {
        return Some(group.clone());
    }
    let name = words.find(|word| names.contains(word))?;
    Some(format!("{group} {name}"))
}

#[test]
fn commands_are_known_by_their_arguments() {
    let words = |text: &str| text.split(' ').map(Into::into).collect::<Vec<String>>();
    assert_eq!(
        command_of(&words("--json --node ws://x tip ada 1")).unwrap(),
        "tip"
    );
    assert_eq!(
        command_of(&words("--json shop open ada")).unwrap(),
        "shop open"
    );
    assert_eq!(command_of(&words("frob x")), None);
    assert!(commands().contains(&"channel pay".into()));
}
