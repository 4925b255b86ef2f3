//! Messages about several channels, of which a contract skips those that it can do nothing to.

use super::Line;
use crate::{outcome::Outcome, session::Session};
use farthing_client::{Account, Call, Done, Error, Explain, Plan, Refusal};
use farthing_contracts::channels::{
    channel::ChannelError, error::Error as Refused, messages::Entry,
};
use farthing_contracts::Contract;
use scale::{Decode, Encode};
use serde_json::json;

/// Does something to those of several channels that it can be done to. It is refused if that is none of them: the
/// contract would skip all, and take a fee for it.
pub async fn act_on_some<T>(
    session: &mut Session,
    words: &str,
    call: Call<Result<Vec<Entry<T>>, Refused>>,
    lines: &[Line],
    other: fn(&Line) -> Account,
) -> Outcome<Done<Vec<Entry<T>>>>
where
    T: Decode,
{
    let token = session.token().clone();
    let metadata = session.client.metadata(Contract::Channels)?;
    let is_of_use = |plan: &Plan<Result<Vec<Entry<T>>, Refused>>| {
        let Some(why) = all_skipped(&plan.answer) else {
            return Ok(());
        };
        let who = lines.first().map_or(plan.signer, other);
        let named = plan.answer_json(&metadata)?[0]["Err"].take();
        let error = Refused::Channel(who.id(), *why);
        Err(Error::Refused(Box::new(Refusal {
            contract: plan.what.contract.clone(),
            message: plan.what.message.clone(),
            error: json!({ "Channel": [who, named] }),
            bytes: error.encode(),
            sentence: error.explain(&token),
        })))
    };
    session.act_if(words, call, is_of_use).await
}

/// Why nothing of a list was done, if nothing was: what the first of them says.
fn all_skipped<T>(answers: &[Entry<T>]) -> Option<&ChannelError> {
    let mut reasons = answers.iter().map(|entry| entry.as_ref().err());
    let first = reasons.next().flatten()?;
    reasons.all(|reason| reason.is_some()).then_some(first)
}

/// Names those of several channels that were left alone, for programs.
pub fn tell_left_alone<T>(
    session: &Session,
    answers: &[Entry<T>],
    lines: &[Line],
    other: fn(&Line) -> Account,
) {
    let token = session.token();
    let left = answers.iter().zip(lines).filter_map(|(entry, line)| {
        let why = entry.as_ref().err()?;
        Some(json!({ "with": other(line), "lane": line.2, "why": why.explain(token) }))
    });
    session.output.field("left_alone", left.collect::<Vec<_>>());
}
