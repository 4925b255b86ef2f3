//! What there is to see of pools.

use super::at;
use crate::{outcome::Outcome, session::Session};
use farthing_client::Account;
use farthing_contracts::pool::{books::Stage, terms::MAX_TITLE};
use farthing_contracts::pool_factory::{pool_factory::Shown, PoolFactoryRef};
use farthing_types::text;
use ink::codegen::TraitCallBuilder;
use serde_json::{json, Value};

pub async fn show(session: &mut Session, name: &str, whose: Option<String>) -> Outcome {
    let (address, pool) = at(session, name).await?;
    let pool = pool.call();
    let (_, mut json) = session.client.read_json(pool.overview()).await?;
    let (_, sponsors) = session.client.read_json(pool.sponsors()).await?;
    let (owed, held) = session.client.read(pool.solvency()).await?;
    json["address"] = json!(address);
    json["sponsors"] = sponsors;
    json["owed"] = owed.to_string().into();
    json["held"] = held.to_string().into();
    if let Some(name) = whose {
        let account = session.account_of(&name).await?.id();
        let (_, donor) = session.client.read_json(pool.donor(account)).await?;
        let (_, kept) = session.client.read_json(pool.kept_for(account)).await?;
        json["donor"] = donor;
        json["kept"] = kept;
    }
    session.show_read("pool", json);
    if held > owed {
        session.output.note(format!(
            "{} came by other roads, or could not be divided: `pool take-in` gives it to the beneficiaries.",
            session.unit(held - owed)
        ));
    }
    Ok(())
}

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
    let (mut found, mut next) = (Vec::new(), Some(skip));
    let end = skip.saturating_add(count);
    while let Some(skip) = next.filter(|next| *next < end) {
        let message = factory.page(creator, skip, end.saturating_sub(skip));
        let page = session.client.read(message).await?;
        for shown in page.pools {
            found.push(line(session, shown));
        }
        next = page.next;
    }
    session.output.say(format!("{total} in all"));
    session.output.field("total", total);
    session.output.field("pools", found);
    Ok(())
}

/// Says what a list says of a pool, and returns it.
fn line(session: &Session, shown: Shown) -> Value {
    let Shown { listed, summary } = shown;
    let address = Account::from(listed.account);
    let (title, stage) = match summary {
        Some(summary) => (visible(&summary.terms.title), Some(summary.stage)),
        None => ("(does not answer)".into(), None),
    };
    let number = listed.number;
    let closed = match stage {
        Some(Stage::Ended) => "  (ended)",
        Some(Stage::Missed) => "  (missed its goal)",
        _ => "",
    };
    session
        .output
        .say(format!("#{number}  {title}  {address}{closed}"));
    json!({
        "number": number,
        "pool": address,
        "title": title,
        "stage": stage.map(|stage| format!("{stage:?}")),
        "creator": listed.creator,
        "maker": Account::from(listed.maker),
        "created": listed.created,
        "listed": listed.listed,
    })
}

/// A stranger's words, without what would change how a terminal shows the rest. The contract refuses such
/// titles; but whoever answers may be none.
fn visible(words: &str) -> String {
    match text::check(words.as_bytes(), MAX_TITLE) {
        Ok(()) => words.into(),
        Err(_) => "(unprintable)".into(),
    }
}

pub async fn factory(session: &mut Session) -> Outcome {
    let factory: PoolFactoryRef = session.contract()?;
    let (_, json) = session.client.read_json(factory.call().overview()).await?;
    session.show_read("factory", json);
    Ok(())
}
