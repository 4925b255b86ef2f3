//! Asking people.
//!
//! What is typed is read by a thread of its own, so that Ctrl-C ends the program at once while it waits. The
//! terminal is put back as it was when the question is dropped, whatever ends it.

use farthing_client::{Error, SecretString};
use std::io::{self, stderr, stdin, IsTerminal, Write};

/// Asks for a secret, which is not shown while it is typed. Nothing is no secret.
pub async fn secret(question: &str, instead: &str) -> Result<SecretString, Error> {
    if !stdin().is_terminal() {
        return Err(Error::Key(format!(
            "There is nobody to ask for a key: {instead}."
        )));
    }
    let _ = write!(stderr(), "{question}: ");
    let typed = hidden_line().await;
    let typed = typed.map_err(|error| Error::Key(format!("Nothing could be read: {error}.")))?;
    match typed.is_empty() {
        true => Err(Error::Key("Nothing was entered.".into())),
        false => Ok(typed.into()),
    }
}

/// Asks whether to sign; the answer is no unless it is yes.
pub async fn agreed(question: &str) -> Result<(), Error> {
    let nobody = "There is nobody to ask whether to sign this: say --yes if you mean it. Nothing was signed.";
    asked(question, nobody, "Nothing was signed.").await
}

/// Asks whether something is to be done that cannot be undone; the answer is no unless it is yes.
pub async fn sure(question: &str) -> Result<(), Error> {
    let nobody =
        "There is nobody to ask whether this is meant: say --yes if it is. Nothing was done.";
    asked(question, nobody, "Nothing was done.").await
}

async fn asked(question: &str, nobody: &str, no: &str) -> Result<(), Error> {
    if !stdin().is_terminal() {
        return Err(Error::Input(nobody.into()));
    }
    let _ = write!(stderr(), "{question} [y/N] ");
    let unanswered = EndLine;
    let answer = line().await.unwrap_or_default();
    // Whoever answered ended the line.
    std::mem::forget(unanswered);
    match answer.trim() {
        "y" | "Y" | "yes" => Ok(()),
        _ => Err(Error::Input(no.into())),
    }
}

/// Reads a line, without its end. Whoever stops waiting for it leaves the thread behind, which ends with the
/// program.
async fn line() -> io::Result<String> {
    let reading = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        stdin().read_line(&mut line)?;
        // Not `trim`: a password may end with a space.
        let end = line.trim_end_matches(['\r', '\n']).len();
        line.truncate(end);
        Ok(line)
    });
    reading.await.map_err(io::Error::other)?
}

/// The same without showing it.
#[cfg(unix)]
async fn hidden_line() -> io::Result<String> {
    let _hidden = Hidden::begin()?;
    line().await
}

#[cfg(not(unix))]
async fn hidden_line() -> io::Result<String> {
    let reading = tokio::task::spawn_blocking(rpassword::read_password);
    reading.await.map_err(io::Error::other)?
}

/// Ends a line when it is dropped, so that what comes next does not stand behind a question.
struct EndLine;

impl Drop for EndLine {
    fn drop(&mut self) {
        let _ = writeln!(stderr());
    }
}

/// While this is there, the terminal does not show what is typed.
#[cfg(unix)]
struct Hidden {
    before: rustix::termios::Termios,
    /// The end of the line that was typed is not shown either.
    _line: EndLine,
}

#[cfg(unix)]
impl Hidden {
    fn begin() -> io::Result<Self> {
        use rustix::termios::{tcgetattr, tcsetattr, LocalModes, OptionalActions};
        let before = tcgetattr(stdin())?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(stdin(), OptionalActions::Now, &hidden)?;
        Ok(Self {
            before,
            _line: EndLine,
        })
    }
}

#[cfg(unix)]
impl Drop for Hidden {
    fn drop(&mut self) {
        use rustix::termios::{tcsetattr, OptionalActions};
        let _ = tcsetattr(stdin(), OptionalActions::Now, &self.before);
    }
}
