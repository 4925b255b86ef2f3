//! Asking people.

use farthing_client::Error;
use std::io::{stderr, stdin, IsTerminal, Write};

/// Asks for a secret, which is not shown while it is typed.
pub fn secret(question: &str, instead: &str) -> Result<String, Error> {
    if !stdin().is_terminal() {
        return Err(Error::Key(format!(
            "There is nobody to ask for a key: {instead}."
        )));
    }
    rpassword::prompt_password(format!("{question}: "))
        .map_err(|error| Error::Key(format!("Nothing could be read: {error}.")))
}

/// Asks whether to go on; the answer is no unless it is yes.
pub fn agreed(question: &str) -> Result<(), Error> {
    if !stdin().is_terminal() {
        return Err(Error::Input(
            "There is nobody to ask whether to sign this: say --yes if you mean it. Nothing was signed.".into(),
        ));
    }
    let _ = write!(stderr(), "{question} [y/N] ");
    let mut answer = String::new();
    let read = stdin().read_line(&mut answer);
    match answer.trim() {
        "y" | "Y" | "yes" if read.is_ok() => Ok(()),
        _ => Err(Error::Input("Nothing was signed.".into())),
    }
}
