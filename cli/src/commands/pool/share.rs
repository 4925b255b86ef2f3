//! What is said of a pool, and shares that move to other accounts.

use super::at;
use crate::{outcome::Outcome, session::Session};
use farthing_client::Account;
use farthing_contracts::pool::events::Note;
use ink::codegen::TraitCallBuilder;
use std::path::Path;

pub async fn news(session: &mut Session, name: &str, news: &Path, uri: String) -> Outcome {
    let (_, mut pool) = at(session, name).await?;
    let note = Note {
        commitment: super::super::content_of(news)?,
        uri,
    };
    let words = format!("Publish news of pool {name}");
    session.send(&words, pool.call_mut().publish(note), 0).await
}

pub async fn offer(session: &mut Session, name: &str, to: Option<String>) -> Outcome {
    let (_, mut pool) = at(session, name).await?;
    let (to, words) = match to {
        Some(to) => {
            let to = session.account_of(&to).await?;
            let words = format!("Offer your share of pool {name} to {to}");
            (Some(to.id()), words)
        }
        None => {
            let words = format!("Take back the offer of your share of pool {name}");
            (None, words)
        }
    };
    let message = pool.call_mut().offer_share(to);
    session.send(&words, message, 0).await
}

pub async fn accept(session: &mut Session, name: &str, from: &str) -> Outcome {
    let (_, mut pool) = at(session, name).await?;
    let from: Account = session.account_of(from).await?;
    let words = format!("Take over the share of {from} in pool {name}");
    let message = pool.call_mut().accept_share(from.id());
    session.send(&words, message, 0).await
}
