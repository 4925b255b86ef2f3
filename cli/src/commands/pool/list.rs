//! Lists of pools, and pools by their titles.
//!
//! A title is whatever its maker wrote, and anybody can make a pool of the same title. So a title names a pool
//! only as long as no other pool of the factory has it, letters' case and spaces aside: a copy does not get
//! the gifts, it makes everybody write the number. And whoever writes a title is shown which pool that is, by
//! address and creator, before anything is signed.

use super::show::{ending, state};
use crate::{outcome::Outcome, output::Rows, session::Session, step, values::creator_text};
use farthing_client::{time, Account, Error};
use farthing_contracts::pool::terms::MAX_TITLE;
use farthing_contracts::pool_factory::{pool_factory::Shown, PoolFactoryRef};
use farthing_types::{text, CreatorId};
use ink::codegen::TraitCallBuilder;
use serde_json::{json, Value};
use std::collections::BTreeMap;

/// How many pools an error names.
const NAMED: usize = 8;

pub async fn list(
    session: &mut Session,
    creator: Option<String>,
    skip: u32,
    count: u32,
) -> Outcome {
    let factory: PoolFactoryRef = session.contract()?;
    let factory = factory.call();
    let creator = match creator {
        Some(name) => Some(session.creator(&name).await?.0),
        None => None,
    };
    let total = match creator {
        Some(creator) => session.client.read(factory.count_of(creator)).await?,
        None => session.client.read(factory.overview()).await?.pools,
    };
    let pools = pages(session, creator, skip, count).await?;
    let handles = handles_of(session, &pools).await?;
    let mut rows = Rows::new(&[
        ">number", "title", "state", ">given", ">goal", "closes", "creator",
    ]);
    for shown in &pools {
        rows.add(row(session, shown, &handles));
    }
    let found: Vec<_> = pools.iter().map(|shown| object(shown, &handles)).collect();
    if !rows.is_empty() {
        session.output.rows(rows);
    }
    session.output.say(format!("{total} in all"));
    session.output.field("total", total);
    session.output.field("pools", found);
    Ok(())
}

/// Pools with what they tell of themselves, newest first.
async fn pages(
    session: &Session,
    creator: Option<CreatorId>,
    skip: u32,
    count: u32,
) -> Result<Vec<Shown>, Error> {
    let factory: PoolFactoryRef = session.contract()?;
    let (mut found, mut next) = (Vec::new(), Some(skip));
    let end = skip.saturating_add(count);
    while let Some(skip) = next.filter(|next| *next < end) {
        let message = factory.call().page(creator, skip, end.saturating_sub(skip));
        let page = session.client.read(message).await?;
        found.extend(page.pools);
        next = page.next;
    }
    Ok(found)
}

async fn handles_of(
    session: &Session,
    pools: &[Shown],
) -> Result<BTreeMap<CreatorId, String>, Error> {
    let creators = pools.iter().filter_map(|shown| shown.listed.creator);
    session.handles(creators).await
}

fn row(session: &Session, shown: &Shown, handles: &BTreeMap<CreatorId, String>) -> Vec<String> {
    let listed = &shown.listed;
    let number = format!("#{}", listed.number);
    let creator = match listed.creator {
        Some(id) => creator(id, handles),
        None => String::new(),
    };
    let Some(summary) = &shown.summary else {
        let nothing = String::new;
        let silent = "(does not answer)".into();
        return vec![
            number,
            silent,
            nothing(),
            nothing(),
            nothing(),
            nothing(),
            creator,
        ];
    };
    let (goal, closes) = ending(&summary.terms.mode);
    // What goes straight through is in no total.
    let given = match (goal, collected(shown)) {
        (None, Some(0) | None) => String::new(),
        (_, sum) => session.unit(sum.unwrap_or(0)),
    };
    vec![
        number,
        visible(&summary.terms.title),
        state(summary.stage).into(),
        given,
        goal.map_or(String::new(), |goal| session.unit(goal)),
        closes.map_or("never".into(), time),
        creator,
    ]
}

/// What was given and held, sponsors' money with it: what counts towards a goal.
fn collected(shown: &Shown) -> Option<u128> {
    let sums = &shown.summary.as_ref()?.sums;
    Some(sums.donated.saturating_add(sums.matched))
}

fn object(shown: &Shown, handles: &BTreeMap<CreatorId, String>) -> Value {
    let listed = &shown.listed;
    let summary = shown.summary.as_ref();
    let title = summary.map_or("(does not answer)".into(), |told| {
        visible(&told.terms.title)
    });
    let (goal, closes) = summary.map_or((None, None), |told| ending(&told.terms.mode));
    json!({
        "number": listed.number,
        "pool": Account::from(listed.account),
        "title": title,
        "stage": summary.map(|told| format!("{:?}", told.stage)),
        "goal": goal.map(|goal| goal.to_string()),
        "collected": collected(shown).map(|sum| sum.to_string()),
        "closes": closes,
        "creator": listed.creator,
        "handle": listed.creator.and_then(|id| handles.get(&id)),
        "maker": Account::from(listed.maker),
        "created": listed.created,
        "listed": listed.listed,
    })
}

fn creator(id: CreatorId, handles: &BTreeMap<CreatorId, String>) -> String {
    creator_text(id, handles.get(&id))
}

/// A stranger's words, without what would change how a terminal shows the rest. The contract refuses such
/// titles; but whoever answers may be none.
fn visible(words: &str) -> String {
    match text::check(words.as_bytes(), MAX_TITLE) {
        Ok(()) => words.into(),
        Err(_) => "(unprintable)".into(),
    }
}

/// The only pool of the factory with a title.
pub async fn titled(session: &Session, title: &str) -> Result<Account, Error> {
    let sought = folded(title);
    let all = pages(session, None, 0, u32::MAX).await?;
    let has_title = |shown: &Shown| {
        let summary = shown.summary.as_ref();
        summary.is_some_and(|told| folded(&told.terms.title) == sought)
    };
    let same: Vec<_> = all.into_iter().filter(has_title).collect();
    let handles = handles_of(session, &same).await?;
    match &same[..] {
        [] => Err(Error::Input(format!(
            "\"{title}\" is no pool: write its title, its address, or id: and its number."
        ))),
        [one] => {
            let line = format!("\"{title}\" is {}", described(one, &handles));
            step::tell_plan(&session.settings, &session.output, &line);
            Ok(one.listed.account.into())
        }
        several => {
            let named = several.iter().take(NAMED);
            let named: Vec<_> = named.map(|one| described(one, &handles)).collect();
            let more = match several.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!("; and {more} more"),
            };
            Err(Error::Input(format!(
                "{} pools have the title \"{title}\", and anybody can make one more. Write the address or the number of the one that is meant: {}{more}.",
                several.len(),
                named.join("; ")
            )))
        }
    }
}

/// Which pool it is, by what its maker cannot choose.
fn described(shown: &Shown, handles: &BTreeMap<CreatorId, String>) -> String {
    let listed = &shown.listed;
    let by = match listed.creator {
        Some(id) => format!("of {}", creator(id, handles)),
        None => format!("of no creator, made by {}", Account::from(listed.maker)),
    };
    let account = Account::from(listed.account);
    format!("pool #{}, {account}, {by}", listed.number)
}

/// A title with all that is easily overlooked made the same.
fn folded(title: &str) -> String {
    let words: Vec<_> = title.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn titles_that_look_alike_but_for_case_and_spaces_are_the_same() {
        assert_eq!(folded(" Wells  for ALL "), folded("wells for all"));
        assert_ne!(folded("Wells"), folded("Well"));
    }
}
