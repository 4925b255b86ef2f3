//! Who claims for a gateway, and what is told of it.

use super::serve::Source;
use crate::{output::Output, signer};
use farthing_client::{Error, Outbox, Token};
use farthing_gateway::{
    chain::Live,
    claims::{Claimed, Claimer},
    till::Till,
};
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

/// How often the same trouble is told.
const EVERY: Duration = Duration::from_secs(60);

/// Makes ready to claim, if the file names a key for that. It only pays fees: it is never the payee's.
pub fn claimer(
    source: &Source,
    live: &Arc<Live>,
    till: &Till,
    state: &Path,
) -> Result<Option<Claimer>, Error> {
    let Some(file) = &source.file.claims.key else {
        return Ok(None);
    };
    let file = source.base.join(file);
    let secret = std::fs::read_to_string(&file).map_err(|error| Error::file(&file, error))?;
    let chain = &live.client().chain;
    let key = signer::of_uri(secret.trim(), chain.is_development())?;
    let outbox = Outbox::open(state, &chain.genesis(), key.account())?;
    Ok(Some(Claimer::new(live.clone(), till.clone(), key, outbox)))
}

/// Says what a claim brought.
pub fn words(claimed: &Claimed, token: &Token) -> String {
    format!(
        "Claimed {} with {} vouchers, for a fee of {}.",
        token.unit(claimed.amount),
        claimed.vouchers,
        token.unit(claimed.fee)
    )
}

/// Tells of trouble, and of the same only now and then.
pub struct Trouble {
    output: Output,
    last: Option<(String, Instant)>,
}

impl Trouble {
    pub fn new(output: Output) -> Self {
        Self { output, last: None }
    }

    pub fn tell(&mut self, error: &Error) {
        let text = error.to_string();
        let last = self.last.as_ref();
        if last.is_some_and(|(last, at)| *last == text && at.elapsed() < EVERY) {
            return;
        }
        self.output.warn(&text);
        self.last = Some((text, Instant::now()));
    }
}
