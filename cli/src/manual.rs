//! The reference in `docs/cli.md`, which is made of the parser, so that it cannot say anything else.

use crate::{config::Config, outcome::EXIT_CODES, parser::Arguments};
use clap::{Arg, Command, CommandFactory};
use std::{env, fmt::Write, fs};

const PLACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/cli.md");
/// From here on it is made.
const MARK: &str = "<!-- commands: made by UPDATE_CLI=1 ./scripts/test manual -->\n";

/// All commands, with their arguments, as Markdown.
fn reference() -> String {
    let mut whole = Arguments::command().max_term_width(100);
    whole.build();
    let mut text = String::new();
    for command in listed(&whole) {
        tell(&mut text, command, &["farthing"], 2);
    }
    text.push_str("\n## Global options\n\nEvery command takes them.\n\n");
    for argument in whole.get_arguments().filter(|one| one.is_global_set()) {
        tell_argument(&mut text, argument);
    }
    text
}

fn listed(command: &Command) -> impl Iterator<Item = &Command> {
    let shown = |one: &&Command| one.get_name() != "help" && !one.is_hide_set();
    command.get_subcommands().filter(shown)
}

fn tell(text: &mut String, command: &Command, above: &[&str], level: usize) {
    let names = [above, &[command.get_name()]].concat();
    let _ = write!(text, "\n{} {}\n\n", "#".repeat(level), names.join(" "));
    let about = command.get_long_about().or(command.get_about());
    if let Some(about) = about {
        let _ = write!(text, "{}\n\n", plain(&about.to_string()));
    }
    if command.has_subcommands() {
        for inner in listed(command) {
            tell(text, inner, &names, level + 1);
        }
        return;
    }
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let _ = write!(text, "```text\n{usage}\n```\n\n");
    for argument in command.get_arguments().filter(|one| !one.is_global_set()) {
        if argument.get_id() != "help" && argument.get_id() != "version" {
            tell_argument(text, argument);
        }
    }
}

fn tell_argument(text: &mut String, argument: &Arg) {
    let help = argument.get_long_help().or(argument.get_help());
    let help = plain(&help.map(ToString::to_string).unwrap_or_default());
    let _ = write!(text, "- `{argument}`: {help}");
    let defaults = argument.get_default_values();
    let defaults: Vec<_> = defaults
        .iter()
        .map(|value| value.to_string_lossy())
        .collect();
    let is_said = help.contains("[default") || !argument.get_action().takes_values();
    match defaults.is_empty() || is_said || defaults.iter().all(|value| value.is_empty()) {
        true => text.push('\n'),
        false => {
            let _ = writeln!(text, " [default: {}]", defaults.join(" "));
        }
    }
}

/// Help as a paragraph of Markdown: what stands in angle brackets is no tag.
fn plain(help: &str) -> String {
    help.replace('<', "\\<").replace('\n', "\n  ").trim().into()
}

#[test]
fn manual_has_every_command_as_the_parser_takes_it() {
    let kept = fs::read_to_string(PLACE).unwrap();
    let (head, _) = kept.split_once(MARK).expect("it says where it is made");
    let made = format!("{head}{MARK}{}", reference());
    if env::var_os("UPDATE_CLI").is_some() {
        fs::write(PLACE, made).unwrap();
        return;
    }
    assert!(
        made == kept,
        "docs/cli.md is of other commands: UPDATE_CLI=1"
    );
}

#[test]
fn manuals_configuration_file_is_one() {
    let kept = fs::read_to_string(PLACE).unwrap();
    let (_, example) = kept.split_once("```toml\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let config: Config = toml::from_str(example).unwrap();
    assert!(!config.networks.is_empty());
}

#[test]
fn every_variable_of_the_environment_is_in_the_manual() {
    let kept = fs::read_to_string(PLACE).unwrap();
    let (head, _) = kept.split_once(MARK).unwrap();
    for source in walk(concat!(env!("CARGO_MANIFEST_DIR"), "/src").as_ref()) {
        let text = fs::read_to_string(source).unwrap();
        for part in text.split("FARTHING_").skip(1) {
            let end = part.find(|one: char| !one.is_ascii_uppercase() && one != '_');
            let name = format!("FARTHING_{}", &part[..end.unwrap_or(part.len())]);
            let is_variable = name.len() > "FARTHING_".len();
            assert!(
                !is_variable || head.contains(&format!("`{name}`")),
                "{name}"
            );
        }
    }
}

#[test]
fn manual_has_the_exit_codes_that_help_tells_of() {
    let kept = fs::read_to_string(PLACE).unwrap();
    let codes = EXIT_CODES
        .trim_start_matches("Exit codes: ")
        .trim_end_matches('.');
    for told in codes.split("; ") {
        let (code, meaning) = told.split_once(' ').unwrap();
        assert!(kept.contains(&format!("| {code} | {meaning} |")), "{told}");
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => walk(&path),
            false => vec![path],
        })
        .collect()
}
