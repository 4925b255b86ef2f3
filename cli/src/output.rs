//! What is printed: sentences for people, or one JSON object for programs.
//!
//! Every line for people is escaped here, whole: nothing that a stranger wrote, a node said or a file held
//! reaches a terminal as it is. So a line is one line, and whoever wants several says them one by one.

mod escape;
mod sheet;

pub use escape::escaped;
pub use sheet::{Rows, Sheet};

use crate::hints;
use farthing_client::{Error, Explain, Progress, Token};
use serde_json::{json, Map, Value};
use std::{
    io::{stderr, stdout, ErrorKind, IsTerminal, Write},
    sync::{Arc, Mutex},
};

/// Where everything is printed through. Results go to standard output, all else to standard error.
#[derive(Clone)]
pub struct Output {
    json: bool,
    told: Arc<Mutex<Told>>,
}

/// What is printed at the end, for programs; and what to say if it comes early.
#[derive(Default)]
struct Told {
    fields: Map<String, Value>,
    transactions: Vec<Value>,
    under_way: Option<String>,
    /// How to go on after an interruption.
    go_on: Option<String>,
    finished: bool,
    /// Why a part of the result could not be written.
    lost: Option<std::io::Error>,
    /// What amounts are of, once that is known.
    token: Token,
    /// Whether the last line of standard error is to be written over.
    unfinished_line: bool,
}

/// How wide a line about progress is at most.
const PROGRESS_WIDTH: usize = 78;

impl Output {
    pub fn new(json: bool) -> Self {
        Self {
            json,
            told: Arc::default(),
        }
    }

    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Refuses to print comma-separated values where one JSON object was asked for.
    ///
    /// # Errors
    /// [`Error::Input`].
    pub fn check_csv(&self, csv: bool) -> Result<(), Error> {
        match csv && self.json {
            true => Err(Error::Input(
                "--csv and --json exclude each other: leave one of them out.".into(),
            )),
            false => Ok(()),
        }
    }

    /// From now on amounts in errors are of this token.
    pub fn set_token(&self, token: &Token) {
        self.told().token = token.clone();
    }

    fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        self.told
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
    }

    /// A line of the result, for people.
    pub fn say(&self, line: impl AsRef<str>) {
        if !self.json {
            self.print(line.as_ref());
        }
    }

    /// Names and values, for people.
    pub fn sheet(&self, sheet: &Sheet) {
        for line in sheet.lines() {
            self.say(line);
        }
    }

    /// A table, for people.
    pub fn rows(&self, mut rows: Rows) {
        if self.json {
            return;
        }
        for line in rows.lines(is_styled()) {
            // Its cells are escaped, and styles are not to be.
            let written = print_line(&mut stdout(), &line);
            keep_loss(&mut self.told(), written);
        }
    }

    /// A line about what goes on, for people.
    pub fn note(&self, line: impl AsRef<str>) {
        if !self.json {
            self.warn(line);
        }
    }

    /// A line that must not be missed, for people and programs alike.
    pub fn warn(&self, line: impl AsRef<str>) {
        self.clear_progress();
        let _ = print_line(&mut stderr(), &escaped(line.as_ref()));
    }

    /// How far something is that takes long, for who waits in front of it.
    pub fn working(&self, line: impl AsRef<str>) {
        if self.json || !stderr().is_terminal() {
            return;
        }
        let line: String = escaped(line.as_ref())
            .chars()
            .take(PROGRESS_WIDTH)
            .collect();
        let mut to = stderr();
        let _ = write!(to, "\r{line:PROGRESS_WIDTH$}").and_then(|()| to.flush());
        self.told().unfinished_line = true;
    }

    fn clear_progress(&self) {
        if std::mem::take(&mut self.told().unfinished_line) {
            let _ = write!(stderr(), "\r{:PROGRESS_WIDTH$}\r", "");
        }
    }

    fn print(&self, line: &str) {
        self.clear_progress();
        let written = print_line(&mut stdout(), &escaped(line));
        keep_loss(&mut self.told(), written);
    }

    /// Fails if a part of the result could not be written, whoever reads it: a payment depends on it.
    pub fn was_heard(&self) -> Result<(), Error> {
        match &self.told().lost {
            None => Ok(()),
            Some(reason) => Err(lost(reason)),
        }
    }

    /// Fails if a part of the result could not be written though somebody wanted it. Whoever closes a pipe
    /// does not want to know more.
    pub fn was_written(&self) -> Result<(), Error> {
        match &self.told().lost {
            Some(reason) if reason.kind() != ErrorKind::BrokenPipe => Err(lost(reason)),
            _ => Ok(()),
        }
    }

    /// Writes what has a form of its own, such as a script for a shell.
    pub fn raw(&self, bytes: &[u8]) {
        let mut to = stdout();
        let written = to.write_all(bytes).and_then(|()| to.flush());
        keep_loss(&mut self.told(), written);
    }

    /// A part of the result, for programs.
    pub fn field(&self, name: &str, value: impl Into<Value>) {
        self.told().fields.insert(name.into(), value.into());
    }

    /// A transaction that was sent, for programs.
    pub fn transaction(&self, transaction: Value) {
        self.told().transactions.push(transaction);
    }

    /// A transaction on its way, so that an interruption can say so.
    pub fn under_way(&self, transaction: Option<String>) {
        self.told().under_way = transaction;
    }

    /// How to go on where an interruption ended this.
    pub fn go_on(&self, how: String) {
        self.told().go_on = Some(how);
    }

    /// What is told while a transaction is under way.
    pub fn progress(&self, progress: Progress) {
        if let Progress::Signed(hash) = progress {
            self.under_way(Some(format!("0x{}", hex::encode(hash))));
        }
        if self.json {
            return;
        }
        let line: String = match progress {
            Progress::Signed(_) => return,
            Progress::Sent(_) => "Sent; waiting for a block.".into(),
            Progress::InBlock(block) => {
                format!("In block {}; waiting until it is final.", block.number)
            }
            Progress::Final(block) => format!("Block {} is final.", block.number),
        };
        self.working(line);
    }

    /// Prints what programs get, at the end of a command that did what it should.
    pub fn finish(&self) {
        if !self.json {
            return;
        }
        let mut told = self.told();
        if told.finished {
            return;
        }
        let transactions = std::mem::take(&mut told.transactions);
        let mut fields = std::mem::take(&mut told.fields);
        if !transactions.is_empty() {
            fields.insert("transactions".into(), transactions.into());
        }
        told.finished = true;
        let written = print_json(&Value::Object(fields));
        keep_loss(&mut told, written);
    }

    /// A line of what has a form of its own, for people and programs alike.
    pub fn always(&self, line: impl AsRef<str>) {
        self.print(line.as_ref());
    }

    /// Everything was printed, line by line.
    pub fn nothing_more(&self) {
        self.told().finished = true;
    }

    /// Prints a JSON object of its own line, for what goes on and on.
    pub fn line(&self, object: &Value) {
        let written = print_json(object);
        keep_loss(&mut self.told(), written);
    }

    /// Prints why a command failed.
    pub fn fail(&self, error: &Error) {
        let token = self.told().token.clone();
        let sentence = hints::with_hint(error, error.explain(&token));
        if !self.json {
            self.warn(sentence);
            return;
        }
        let mut description = json!({
            "kind": format!("{:?}", error.kind()).to_lowercase(),
            "message": sentence,
        });
        if let Error::Refused(refusal) = error {
            description["contract"] = refusal.contract.clone().into();
            description["call"] = refusal.message.clone().into();
            description["error"] = refusal.error.clone();
        }
        let mut told = self.told();
        let transactions = std::mem::take(&mut told.transactions);
        // What it found out before it failed is true nevertheless.
        let mut object = Value::Object(std::mem::take(&mut told.fields));
        object["error"] = description;
        if !transactions.is_empty() {
            object["transactions"] = transactions.into();
        }
        let written = print_json(&object);
        keep_loss(&mut told, written);
        let is_lost = told.lost.is_some();
        drop(told);
        // Where standard output takes nothing, somebody still has to learn why.
        if is_lost {
            self.warn(sentence);
        }
    }

    /// Prints that somebody pressed Ctrl-C.
    pub fn interrupted(&self) {
        let (under_way, go_on) = {
            let told = self.told();
            (told.under_way.clone(), told.go_on.clone())
        };
        let message = match under_way {
            None if go_on.is_some() => format!("Interrupted. {}", go_on.unwrap_or_default()),
            Some(transaction) => format!(
                "Interrupted. The transaction {transaction} was signed and may still happen; run the same command again to find out: nothing is sent twice."
            ),
            None => "Interrupted. Nothing is under way.".into(),
        };
        match self.json {
            true => self.line(&json!({ "error": { "kind": "interrupted", "message": message } })),
            false => self.warn(&message),
        }
    }
}

fn print_line(to: &mut impl Write, line: &str) -> std::io::Result<()> {
    writeln!(to, "{line}")?;
    to.flush()
}

/// Keeps the first reason for which a part of the result could not be written.
fn keep_loss(told: &mut Told, written: std::io::Result<()>) {
    if let Err(error) = written {
        told.lost.get_or_insert(error);
    }
}

fn lost(reason: &std::io::Error) -> Error {
    let path = std::path::Path::new("standard output");
    Error::file(path, std::io::Error::new(reason.kind(), reason.to_string()))
}

fn print_json(object: &Value) -> std::io::Result<()> {
    print_line(&mut stdout(), &escape::escaped_json(&object.to_string()))
}

/// Whether standard output shows styles, and nobody said that it should not.
fn is_styled() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    stdout().is_terminal() && !set("NO_COLOR") && !is_dumb
}
