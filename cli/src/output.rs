//! What is printed: sentences for people, or one JSON object for programs.

use farthing_client::{
    amount::{signed_text, text},
    Error, Progress,
};
use serde_json::{json, Map, Value};
use std::{
    io::{stderr, stdout, IsTerminal, Write},
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
    finished: bool,
    /// Whether a part of the result could not be written.
    lost: Option<String>,
}

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

    fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        self.told
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
    }

    /// A line of the result, for people.
    pub fn say(&self, line: impl AsRef<str>) {
        if !self.json {
            let written = print_line(&mut stdout(), line.as_ref());
            keep_loss(&mut self.told(), written);
        }
    }

    /// A line about what goes on, for people.
    pub fn note(&self, line: impl AsRef<str>) {
        if !self.json {
            let _ = print_line(&mut stderr(), line.as_ref());
        }
    }

    /// A line that must not be missed, for people and programs alike.
    pub fn warn(&self, line: impl AsRef<str>) {
        let _ = print_line(&mut stderr(), line.as_ref());
    }

    /// That all of the result could be written.
    pub fn was_heard(&self) -> Result<(), Error> {
        match self.told().lost.clone() {
            None => Ok(()),
            Some(reason) => Err(Error::file("standard output".as_ref(), reason)),
        }
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

    /// What is told while a transaction is under way.
    pub fn progress(&self, progress: Progress) {
        if let Progress::Signed(hash) = progress {
            self.under_way(Some(format!("0x{}", hex::encode(hash))));
        }
        if self.json {
            return;
        }
        let line = match progress {
            Progress::Signed(_) => return,
            Progress::Sent(_) => "Sent; waiting for a block.".into(),
            Progress::InBlock(block) => {
                format!("In block {}; waiting until it is final.", block.number)
            }
            Progress::Final(block) => format!("Block {} is final.", block.number),
        };
        // Of interest only to who waits in front of it.
        if stderr().is_terminal() {
            self.note(line);
        }
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
        let written = print_line(&mut stdout(), &Value::Object(fields).to_string());
        keep_loss(&mut told, written);
    }

    /// A line of what has a form of its own, for people and programs alike.
    pub fn always(&self, line: impl AsRef<str>) {
        let written = print_line(&mut stdout(), line.as_ref());
        keep_loss(&mut self.told(), written);
    }

    /// Everything was printed, line by line.
    pub fn nothing_more(&self) {
        self.told().finished = true;
    }

    /// Prints a JSON object of its own line, for what goes on and on.
    pub fn line(&self, object: &Value) {
        let _ = print_line(&mut stdout(), &object.to_string());
    }

    /// Prints why a command failed.
    pub fn fail(&self, error: &Error) {
        if !self.json {
            let _ = print_line(&mut stderr(), &error.to_string());
            return;
        }
        let mut description = json!({
            "kind": format!("{:?}", error.kind()).to_lowercase(),
            "message": error.to_string(),
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
        let _ = print_line(&mut stdout(), &object.to_string());
    }

    /// Prints that somebody pressed Ctrl-C.
    pub fn interrupted(&self) {
        let under_way = self.told().under_way.clone();
        let message = match under_way {
            Some(transaction) => format!(
                "Interrupted. The transaction {transaction} was signed and may still happen; run the same command again to find out: nothing is sent twice."
            ),
            None => "Interrupted. Nothing is under way.".into(),
        };
        match self.json {
            true => self.line(&json!({ "error": { "kind": "interrupted", "message": message } })),
            false => drop(print_line(&mut stderr(), &message)),
        }
    }
}

fn print_line(to: &mut impl Write, line: &str) -> std::io::Result<()> {
    writeln!(to, "{line}")?;
    to.flush()
}

/// Whoever does not read on does not want to know, unless a payment depends on it.
fn keep_loss(told: &mut Told, written: std::io::Result<()>) {
    if let Err(error) = written {
        told.lost = Some(error.to_string());
    }
}

/// An amount with its unit.
pub fn unit(amount: u128) -> String {
    format!("{} UNIT", text(amount))
}

/// The same with a sign if it is negative.
pub fn signed_unit(amount: i128) -> String {
    format!("{} UNIT", signed_text(amount))
}

/// Basis points, as percent.
pub fn percent(points: u16) -> String {
    format!("{}.{:02} %", points / 100, points % 100)
}

/// A JSON value in lines for people: amounts, which are text there, in UNIT; names of fields as words.
pub fn lines(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(value, 0, &mut found);
    found
}

fn collect(value: &Value, depth: usize, found: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let name = name.replace('_', " ");
                match short(value) {
                    Some(text) => found.push(format!("{indent}{name}: {text}")),
                    None => {
                        found.push(format!("{indent}{name}:"));
                        collect(value, depth + 1, found);
                    }
                }
            }
        }
        Value::Array(values) => {
            for value in values {
                match short(value) {
                    Some(text) => found.push(format!("{indent}{text}")),
                    None => {
                        found.push(format!("{indent}-"));
                        collect(value, depth + 1, found);
                    }
                }
            }
        }
        other => found.extend(short(other).map(|text| format!("{indent}{text}"))),
    }
}

/// What fits into a line.
fn short(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("none".into()),
        Value::Bool(true) => Some("yes".into()),
        Value::Bool(false) => Some("no".into()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(match text.parse::<u128>() {
            Ok(amount) => unit(amount),
            Err(_) => text.clone(),
        }),
        Value::Array(values) if values.is_empty() => Some("none".into()),
        Value::Object(fields) if fields.is_empty() => Some("none".into()),
        _ => None,
    }
}
