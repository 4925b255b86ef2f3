//! `docs/cli.md`, as the parser says it. A test compares the two; `UPDATE_CLI=1` has it write the file:
//!
//! ```text
//! UPDATE_CLI=1 cargo test -p farthing-cli --bin farthing document
//! ```

use crate::{config::Config, outcome::EXIT_CODES, parser::Arguments};
use clap::{Arg, Command, CommandFactory};
use std::{collections::BTreeSet, fmt::Write, fs, path::Path};

const EXAMPLE: &str = include_str!("../../docs/farthing.toml");

/// Variables of the environment, and what they say.
const VARIABLES: [(&str, &str); 12] = [
    ("FARTHING_CONFIG", "the configuration file, as `--config`"),
    ("FARTHING_DEPLOYMENTS", "the folder of deployments, as `--deployments`"),
    ("FARTHING_KEYSTORE", "a keystore, as `--keystore`; not looked at if a key is named on the command line"),
    ("FARTHING_NETWORK", "the network, as `--network`"),
    ("FARTHING_NODE_URL", "the node, as `--node`"),
    ("FARTHING_PASSWORD", "the keystore's password, which is asked for otherwise"),
    ("FARTHING_SECRET", "the secret URI of the key that signs, if none is named; it is asked for otherwise"),
    ("FARTHING_STATE", "the folder for what must not be lost, as `--state`"),
    ("FARTHING_VOUCHER_SECRET", "the secret URI of the key that signs vouchers, where a channel has one of its own"),
    ("NO_COLOR", "no colours, if it is set to anything"),
    ("XDG_CONFIG_HOME", "the folder of `farthing/config.toml`, instead of `~/.config`"),
    ("XDG_STATE_HOME, XDG_CACHE_HOME", "the folders of what must not be lost, and of what can be made again, instead of `~/.local/state` and `~/.cache`"),
];

fn document() -> String {
    let mut command = Arguments::command().term_width(0);
    command.build();
    let mut text = String::from("# The command line\n\n");
    text += "This page is written by a test of the parser: see [`cli/src/document.rs`](../cli/src/document.rs). What \
             commands print with `--json` is in [json-schema.json](json-schema.json).\n\n";
    text += &about(&command);
    text += "## What holds where several things are said\n\n";
    text += "The command line comes before the environment, that before the nearest `farthing.toml`, in the current \
             folder or one above it, and that before one's own `~/.config/farthing/config.toml`. With `--config` only \
             that file is read. An empty variable says nothing, except of secrets, which are refused if they are \
             empty. Folders in a file are beside it.\n\n";
    let _ = writeln!(text, "```toml\n{EXAMPLE}```\n");
    text += "## Environment\n\n| variable | says |\n|---|---|\n";
    for (names, says) in VARIABLES {
        let names: Vec<_> = names.split(", ").map(|name| format!("`{name}`")).collect();
        let _ = writeln!(text, "| {} | {says} |", names.join(", "));
    }
    text += "\n## Exit codes\n\n";
    let _ = writeln!(text, "{}\n", EXIT_CODES.trim_start_matches("Exit codes: "));
    text += "## Options of every command\n\n";
    for arg in command.get_arguments().filter(|arg| arg.is_global_set()) {
        text += &line(arg);
    }
    text += "\n## Commands\n\n";
    for command in command.get_subcommands() {
        describe(command, "farthing", 3, &mut text);
    }
    text.trim_end().to_string() + "\n"
}

fn describe(command: &Command, above: &str, level: usize, text: &mut String) {
    let name = command.get_name();
    if name == "help" || command.is_hide_set() {
        return;
    }
    let path = format!("{above} {name}");
    let _ = writeln!(text, "{} `{path}`\n", "#".repeat(level));
    *text += &about(command);
    if command.has_subcommands() {
        for command in command.get_subcommands() {
            describe(command, &path, level + 1, text);
        }
        return;
    }
    let own = |arg: &&Arg| !arg.is_global_set() && !arg.is_hide_set() && arg.get_id() != "help";
    let arguments = command.get_positionals().filter(own);
    let words: Vec<_> = arguments.map(|arg| format!(" {arg}")).collect();
    let mut options = command
        .get_opts()
        .chain(flags(command))
        .filter(own)
        .peekable();
    let more = if options.peek().is_some() {
        " [OPTIONS]"
    } else {
        ""
    };
    let _ = writeln!(text, "```sh\n{path}{more}{}\n```\n", words.concat());
    let all: String = command
        .get_positionals()
        .filter(own)
        .chain(options)
        .map(line)
        .collect();
    if !all.is_empty() {
        let _ = writeln!(text, "{all}");
    }
}

/// Options without a value, which clap does not list by themselves.
fn flags(command: &Command) -> impl Iterator<Item = &Arg> {
    let arguments = command.get_arguments();
    arguments.filter(|arg| !arg.is_positional() && !arg.get_action().takes_values())
}

fn about(command: &Command) -> String {
    let about = command.get_long_about().or(command.get_about());
    about.map_or(String::new(), |about| {
        format!("{}\n\n", escaped(&about.to_string()))
    })
}

/// An argument and its help.
fn line(arg: &Arg) -> String {
    let help = arg.get_long_help().or(arg.get_help());
    let help = help
        .map(ToString::to_string)
        .unwrap_or_default()
        .replace('\n', " ");
    let default = arg
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy());
    let default: Vec<_> = default.filter(|value| !value.is_empty()).collect();
    let takes_value = arg.get_action().takes_values();
    let default = match default.is_empty() || !takes_value {
        true => String::new(),
        false => format!(" [default: {}]", default.join(" ")),
    };
    let required = if arg.is_required_set() && !arg.is_positional() {
        " (required)"
    } else {
        ""
    };
    let short = arg
        .get_short()
        .map_or(String::new(), |short| format!("`-{short}`, "));
    format!("- {short}`{arg}`{required}: {}{default}\n", escaped(&help))
}

/// What would be taken for a tag is shown as it is.
fn escaped(text: &str) -> String {
    text.replace('<', "\\<")
}

#[test]
fn document_says_what_the_parser_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/cli.md");
    let text = document();
    if std::env::var_os("UPDATE_CLI").is_some_and(|set| set == "1") {
        fs::write(&path, &text).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == text,
        "docs/cli.md is not what the parser says: UPDATE_CLI=1 writes it anew"
    );
}

#[test]
fn example_of_a_configuration_is_read() {
    let config: Config = toml::from_str(EXAMPLE).unwrap();
    assert_eq!(config.network.as_deref(), Some("local"));
    let example = &config.networks["example"];
    assert!(example.explorer.as_ref().unwrap().contains("{hash}"));
    assert_eq!(
        example.token.as_ref().unwrap().unit(1_500_000_000_000),
        "1.5 UNIT"
    );
}

/// All variables that the sources name, and no others.
#[test]
fn document_names_every_variable() {
    fn names_in(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with("document.rs") {
                continue;
            }
            if path.is_dir() {
                names_in(&path, found);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let words = text.split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
            found.extend(
                words
                    .filter(|word| word.starts_with("FARTHING_"))
                    .map(Into::into),
            );
        }
    }
    let mut found = BTreeSet::new();
    names_in(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    found.remove("FARTHING_");
    let listed = VARIABLES.iter().map(|(name, _)| name.to_string());
    let listed: BTreeSet<_> = listed
        .filter(|name| name.starts_with("FARTHING_"))
        .collect();
    assert_eq!(found, listed);
}
