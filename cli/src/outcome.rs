//! How a command ends.

use farthing_client::Error;

/// Why a command ends before it is through.
#[derive(Debug)]
pub enum Stop {
    /// Something went wrong.
    Failed(Error),
    /// Only a plan was asked for, and shown; what comes after cannot be tried out before it happens.
    Planned,
    /// It did what it could, and the result has an exit code of its own.
    Code(u8),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What a command comes to.
pub type Outcome<T = ()> = Result<T, Stop>;

/// The exit codes, for `farthing --help`.
pub const EXIT_CODES: &str = "Exit codes: 0 done; 1 a file, the output or another program is in the way; 2 something \
given makes no sense, or was declined; 3 a contract or the chain refuses; 4 no node; 5 another chain, \
contract or version than expected; 6 too little money; 7 it is not known what became of a transaction: \
run the same command again; 8 a voucher brought nothing new, or a proof proves nothing; 130 interrupted.";

/// What a shell reports of a program that Ctrl-C ended.
pub const INTERRUPTED: u8 = 130;

const _: () = assert!(farthing_client::Kind::Unknown as u8 == 7);
