//! What there is to see of pools.

use super::at;
use crate::{
    output::unit,
    session::{Outcome, Session},
};
use farthing_client::Account;
use ink::codegen::TraitCallBuilder;
use pool_factory::PoolFactoryRef;
use serde_json::json;

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
            unit(held - owed)
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
    let factory: PoolFactoryRef = session.contract("pool_factory")?;
    let factory = factory.call();
    let (total, listed) = match creator {
        None => (
            session.client.read(factory.overview()).await?.pools,
            session.client.read(factory.latest(skip, count)).await?,
        ),
        Some(name) => {
            let (creator, _) = session.creator(&name).await?;
            (
                session.client.read(factory.count_of(creator)).await?,
                session
                    .client
                    .read(factory.latest_of(creator, skip, count))
                    .await?,
            )
        }
    };
    let mut found = Vec::new();
    for listed in listed {
        let address = Account::from(listed.account);
        let pool: pool::PoolRef = farthing_client::at(address);
        let title = session
            .client
            .read(pool.call().overview())
            .await?
            .terms
            .title;
        session
            .output
            .say(format!("#{}  {title}  {address}", listed.number));
        found.push(json!({
            "number": listed.number,
            "pool": address,
            "title": title,
            "creator": listed.creator,
            "maker": Account::from(listed.maker),
            "created": listed.created,
            "listed": listed.listed,
        }));
    }
    session.output.say(format!("{total} in all"));
    session.output.field("total", total);
    session.output.field("pools", found);
    Ok(())
}

pub async fn factory(session: &mut Session) -> Outcome {
    let factory: PoolFactoryRef = session.contract("pool_factory")?;
    let (_, json) = session.client.read_json(factory.call().overview()).await?;
    session.show_read("factory", json);
    Ok(())
}
