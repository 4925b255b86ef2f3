//! `farthing chain`: hands over to the development chain, which is a program of its own.

use std::{ffi::OsString, process::Command, process::ExitCode};

/// The command's name.
pub const COMMAND: &str = "chain";

/// The program, which stands beside this one.
const PROGRAM: &str = "farthing-devchain";

/// Runs the chain with these flags, until it ends.
pub fn run(flags: impl Iterator<Item = OsString>) -> ExitCode {
    let path = match std::env::current_exe() {
        Ok(path) => path.with_file_name(PROGRAM),
        Err(_) => PROGRAM.into(),
    };
    match Command::new(&path).args(flags).status() {
        Ok(ended) => ended
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .map_or(ExitCode::FAILURE, ExitCode::from),
        Err(why) => {
            eprintln!(
                "{} does not start ({why}). In a checkout, ./scripts/chain compiles and starts it.",
                path.display()
            );
            ExitCode::FAILURE
        }
    }
}
