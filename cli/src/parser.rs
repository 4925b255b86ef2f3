//! What can be given on the command line.

use crate::{commands::Command, options::Options, outcome::EXIT_CODES};
use clap::Parser;

/// Micropayments for creators, content and causes.
///
/// Amounts are in the chain's token, such as 0.02. Creators are named by handle, or by number as `id:0` or
/// `'#0'`; accounts by address, or by the handle of the creator that they own.
#[derive(Parser)]
#[command(name = "farthing", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Arguments {
    #[command(flatten)]
    pub options: Options,
    #[command(subcommand)]
    pub command: Command,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_well_formed() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }
}
