//! What there is to see of rounds.

use super::find;
use crate::{
    outcome::Outcome,
    output::{Rows, Sheet},
    session::Session,
    values::percent,
};
use farthing_client::{time, Account, Error};
use farthing_contracts::matching_round::{
    entries::{Projection, Shown},
    matching_round::Overview,
    reading::MAX_PAGE,
    tally::Contribution,
    MatchingRoundRef,
};
use farthing_types::Balance;
use ink::codegen::TraitCallBuilder;
use serde_json::{json, Value};

/// Shows a round and its pools.
pub async fn show(session: &mut Session, name: &str, whose: Option<String>) -> Outcome {
    let address = find(session, name).await?;
    let contract: MatchingRoundRef = farthing_client::at(address);
    let round = contract.call();
    let (overview, mut json) = session.client.read_json(round.overview()).await?;
    let (owed, held) = session.client.read(round.solvency()).await?;
    let (lists, told) = session.client.read_json(round.lists()).await?;
    let (pools, mut shown) = pools(session, &contract, overview.books.pools).await?;
    let shares = pools.iter().map(|pool| pool.projection.entry.share);
    let shares = shares.fold(0, |sum: Balance, share| sum.saturating_add(share));
    let to_sponsors = overview.books.money.saturating_sub(shares);
    json["lists"] = told;
    json["to_sponsors"] = to_sponsors.to_string().into();
    json["address"] = json!(address);
    json["owed"] = owed.to_string().into();
    json["held"] = held.to_string().into();
    let sheet = sheet(session, address, &overview)
        .row("would go back to sponsors", session.unit(to_sponsors))
        .row("holds", session.unit(held))
        .row_if("lists", (!lists.is_empty()).then_some(lists.len()));
    session.output.sheet(&sheet);
    let given = match whose {
        None => vec![None; pools.len()],
        Some(name) => {
            let account = session.account_of(&name).await?.id();
            let sponsored = session.client.read(round.sponsored(account)).await?;
            json["sponsored"] = sponsored.to_string().into();
            let put_in = session.unit(sponsored);
            session.output.say(format!("{name} put in {put_in}"));
            let questions = pools
                .iter()
                .map(|pool| round.contribution(pool.projection.entry.account, account));
            let given: Vec<Option<Contribution>> = session.client.read_all(questions).await?;
            for (shown, given) in shown.iter_mut().zip(&given) {
                shown["contribution"] = given.as_ref().map_or(
                    Value::Null,
                    |given| json!({ "counted": given.counted.to_string(), "root": given.root }),
                );
            }
            given
        }
    };
    if !pools.is_empty() {
        session.output.rows(rows(session, &pools, &given));
    }
    json["pools"] = shown.into();
    session.output.field("round", json);
    Ok(())
}

/// All pools of a round, with what they tell of themselves.
async fn pools(
    session: &Session,
    round: &MatchingRoundRef,
    count: u32,
) -> Result<(Vec<Shown>, Vec<Value>), Error> {
    let (mut pools, mut shown) = (Vec::new(), Vec::new());
    for skip in (0..count).step_by(MAX_PAGE as usize) {
        let message = round.call().page(skip, MAX_PAGE);
        let (page, json) = session.client.read_json(message).await?;
        let told = json.as_array().cloned().unwrap_or_default();
        for (pool, mut json) in page.iter().zip(told) {
            let mut object = json["projection"].take();
            object["title"] = json!(pool.told.as_ref().map(|told| &told.title));
            object["stage"] = json["told"]["stage"].take();
            shown.push(object);
        }
        pools.extend(page);
    }
    Ok((pools, shown))
}

fn sheet(session: &Session, address: Account, overview: &Overview) -> Sheet {
    let Overview { terms, books, .. } = overview;
    let verifier = terms.verifier.map(Account::from);
    Sheet::new()
        .row("title", &terms.title)
        .row("round", address)
        .row("state", format!("{:?}", overview.stage).to_lowercase())
        .row("money", session.unit(books.money))
        .row("pools", books.pools)
        .row("pools chosen until", time(terms.chosen))
        .row("opens", time(terms.opens))
        .row("closes", time(terms.closes))
        .row("divides from", time(terms.divides))
        .row("smallest gift", session.unit(terms.minimum))
        .row("counts of one donor", session.unit(terms.cap))
        .row("most for one pool", percent(terms.max_share))
        .row("donors a pool needs", terms.min_donors)
        .row("organiser", Account::from(terms.organiser))
        .row_if("verifier", verifier)
        .row_if("see", Some(&terms.uri).filter(|uri| !uri.is_empty()))
        .row(
            "description",
            format!("0x{}", hex::encode(terms.description)),
        )
}

fn rows(session: &Session, pools: &[Shown], given: &[Option<Contribution>]) -> Rows {
    let mut rows = Rows::new(&[
        ">pool", "title", ">donors", ">counted", ">share", "state", ">yours",
    ]);
    for (Shown { projection, told }, given) in pools.iter().zip(given) {
        let title = told
            .as_ref()
            .map_or("(does not answer)", |told| &told.title);
        let yours = given.as_ref().map(|given| session.unit(given.counted));
        rows.add(vec![
            format!("#{}", projection.entry.number),
            title.into(),
            projection.tally.donors.to_string(),
            session.unit(projection.tally.counted),
            session.unit(projection.entry.share),
            state(projection).into(),
            yours.unwrap_or_default(),
        ]);
    }
    rows
}

fn state(pool: &Projection) -> &'static str {
    match (pool.objections.any(), pool.entry.missed, pool.entry.paid) {
        (true, _, _) => "struck off",
        (_, true, _) => "missed its goal",
        (_, _, true) => "paid",
        _ => "",
    }
}

/// Lists the rounds that were created here.
pub fn list(session: &Session) -> Outcome {
    let rounds = &session.client.deployment.rounds;
    let mut rows = Rows::new(&["name", "round"]);
    for (name, address) in rounds {
        rows.add(vec![name.clone(), address.to_string()]);
    }
    match rows.is_empty() {
        true => session.output.say("None were created here."),
        false => session.output.rows(rows),
    }
    session.output.field("rounds", json!(rounds));
    Ok(())
}
