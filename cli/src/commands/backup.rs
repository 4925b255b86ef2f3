//! `farthing backup` and `farthing restore`: what must not be lost, in one file.

use crate::{outcome::Outcome, output::Output, settings::Settings};
use clap::{Args, ValueHint};
use farthing_client::backup::{self, Differing};
use std::path::PathBuf;

/// Put the whole state folder into a file: transactions under way, vouchers, secrets of claims and purchases.
///
/// Your own accounts are in it, too, encrypted: whoever has the file can try to guess their passwords, and learns
/// what was bought. It is a tar archive that only its owner can read. Vouchers that are signed later are not in it: make backups often, or take over the payees' best
/// vouchers after a restore.
#[derive(Args)]
pub struct Backup {
    /// The file, which must not be there yet.
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,
}

/// Put a backup's files back into the state folder.
///
/// Nothing that is there is written over: if a file has another content there, nothing is restored, unless
/// --missing says otherwise. A payer who
/// goes on from a backup is warned, until the payee's best voucher is taken over.
#[derive(Args)]
pub struct Restore {
    /// The file.
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// Restore what is not there, and leave files as they are that have another content.
    #[arg(long)]
    missing: bool,
}

impl Backup {
    pub fn run(self, settings: &Settings, output: &Output) -> Outcome {
        let folder = settings.state_folder()?;
        let files = backup::save(&folder, &self.file, settings.wait)?;
        output.say(format!(
            "{files} files of {} are in {}",
            folder.display(),
            self.file.display()
        ));
        output.field("files", files);
        Ok(())
    }
}

impl Restore {
    pub fn run(self, settings: &Settings, output: &Output) -> Outcome {
        let folder = settings.state_folder()?;
        let differing = match self.missing {
            true => Differing::Left,
            false => Differing::Refused,
        };
        let restored = backup::restore(&self.file, &folder, differing, settings.wait)?;
        output.say(format!(
            "{} files restored in {}, {} were there already",
            restored.written.len(),
            folder.display(),
            restored.same
        ));
        let has = |ending: &str| {
            let mut written = restored.written.iter();
            written.any(|place| place.to_string_lossy().ends_with(ending))
        };
        if has(".paid.json") {
            output.warn("Vouchers that were signed after the backup are not in it. Before paying on, ask each payee for their best voucher.");
        }
        if has(".received.log") {
            output.warn("Vouchers that were taken, and closings that were agreed to, after the backup are not in it. Claim, and take no voucher of a channel that was agreed to be closed.");
        }
        for place in &restored.left {
            output.say(format!("{} stays as it is: it differs", place.display()));
        }
        let names = |places: &[PathBuf]| -> Vec<_> {
            let names = places.iter().map(|place| place.display().to_string());
            names.collect()
        };
        output.field("restored", names(&restored.written));
        output.field("same", restored.same);
        output.field("left", names(&restored.left));
        Ok(())
    }
}
