//! What there is to see of a pool, and of the factory.

use super::at;
use crate::{
    outcome::Outcome,
    output::{Rows, Sheet},
    session::Session,
    values::{parts_text, percent},
};
use farthing_client::{time, Account};
use farthing_contracts::pool::{
    books::Stage,
    donor::Donor,
    pool::Overview,
    sponsors::Sponsor,
    terms::{Fee, Mode, Terms},
};
use farthing_contracts::pool_factory::PoolFactoryRef;
use farthing_types::{split::PARTS, Balance};
use ink::codegen::TraitCallBuilder;
use serde_json::json;

pub async fn show(session: &mut Session, name: &str, whose: Option<String>) -> Outcome {
    let (address, pool) = at(session, name).await?;
    let pool = pool.call();
    let (overview, mut json) = session.client.read_json(pool.overview()).await?;
    let (sponsors, told) = session.client.read_json(pool.sponsors()).await?;
    let (owed, held) = session.client.read(pool.solvency()).await?;
    json["address"] = json!(address);
    json["sponsors"] = told;
    json["owed"] = owed.to_string().into();
    json["held"] = held.to_string().into();
    session.output.sheet(&sheet(session, address, &overview));
    show_beneficiaries(session, &overview);
    show_schedule(session, &overview.terms);
    show_sponsors(session, &sponsors);
    if let Some(name) = whose {
        let account = session.account_of(&name).await?.id();
        let (donor, told) = session.client.read_json(pool.donor(account)).await?;
        let kept = session.client.read(pool.kept_for(account)).await?;
        json["donor"] = told;
        json["kept"] = kept.to_string().into();
        show_donor(session, &name, donor.as_ref(), kept);
    }
    session.output.field("pool", json);
    if held > owed {
        session.output.note(format!(
            "{} arrived in other ways, or could not be divided: `pool take-in` gives it to the beneficiaries.",
            session.unit(held - owed)
        ));
    }
    Ok(())
}

fn sheet(session: &Session, address: Account, overview: &Overview) -> Sheet {
    let Overview {
        terms, sums, till, ..
    } = overview;
    let sum = |amount: Balance| (amount > 0).then(|| session.unit(amount));
    let (goal, closes) = ending(&terms.mode);
    let kept = till
        .kept
        .iter()
        .fold(0, |sum: Balance, one| sum.saturating_add(*one));
    Sheet::new()
        .row("title", &terms.title)
        .row("pool", address)
        .row("state", state(overview.stage))
        .row_if("goal", goal.map(|goal| session.unit(goal)))
        .row_if("given", sum(sums.donated))
        .row_if("added by sponsors", sum(sums.matched))
        .row_if("grants and the like", sum(sums.pocket))
        .row("closes", closes.map_or("never".into(), time))
        .row("smallest gift", session.unit(terms.minimum))
        .row_if("smallest sponsorship", sum(terms.least_sponsorship))
        .row_if("matching until", sums.matching_until.map(time))
        .row_if("can be paid out now", sum(overview.releasable))
        .row_if("paid out", sum(till.settled))
        .row_if("given back", sum(till.refunded))
        .row_if("waits to be withdrawn", sum(kept))
        .row_if("fee", terms.fee.as_ref().map(fee))
        .row("maker", Account::from(overview.maker))
        .row_if("see", Some(&terms.uri).filter(|uri| !uri.is_empty()))
        .row_if(
            "description",
            (terms.description != [0; 32]).then(|| format!("0x{}", hex::encode(terms.description))),
        )
}

/// The goal, and from when on nobody can give.
pub fn ending(mode: &Mode) -> (Option<Balance>, Option<u64>) {
    match mode {
        Mode::KeepAll { closes } => (None, *closes),
        Mode::AllOrNothing { goal, deadline } => (Some(*goal), Some(*deadline)),
    }
}

/// Where a pool stands, in words.
pub fn state(stage: Stage) -> &'static str {
    match stage {
        Stage::Open => "open",
        Stage::Ended => "ended",
        Stage::Missed => "missed its goal",
    }
}

fn fee(fee: &Fee) -> String {
    let to = Account::from(fee.treasury);
    format!("{} of payouts, for {to}", percent(fee.points))
}

fn show_beneficiaries(session: &Session, overview: &Overview) {
    let mut rows = Rows::new(&["beneficiary", ">share"]);
    for one in &overview.terms.beneficiaries {
        let account = Account::from(one.account).to_string();
        rows.add(vec![account, parts_text(one.parts, PARTS)]);
    }
    session.output.rows(rows);
    for offer in &overview.offers {
        let (from, to) = (Account::from(offer.from), Account::from(offer.to));
        session
            .output
            .say(format!("the share of {from} is offered to {to}"));
    }
}

fn show_schedule(session: &Session, terms: &Terms) {
    if terms.release.is_empty() {
        return;
    }
    let mut rows = Rows::new(&["from", ">can be paid out"]);
    for step in &terms.release {
        rows.add(vec![time(step.from), parts_text(step.parts, PARTS)]);
    }
    session.output.rows(rows);
}

fn show_sponsors(session: &Session, sponsors: &[Sponsor]) {
    for one in sponsors {
        let account = Account::from(one.account);
        let left = match one.returned {
            true => "the rest was given back".into(),
            false => format!(
                "{} left, until {}",
                session.unit(one.unspent()),
                time(one.until)
            ),
        };
        session.output.say(format!(
            "sponsor {}: {account} adds {} of a gift, at most {}; put in {}, {left}",
            one.number,
            parts_text(one.ratio, 10_000),
            session.unit(one.per_donor),
            session.unit(one.given)
        ));
    }
}

fn show_donor(session: &Session, name: &str, donor: Option<&Donor>, kept: Balance) {
    let given = donor.map_or(0, |donor| donor.given);
    session.output.say(match given {
        0 => format!("{name}: nothing here that could come back"),
        given => format!(
            "{name}: gave {}, which comes back if the goal is missed",
            session.unit(given)
        ),
    });
    if kept > 0 {
        let kept = session.unit(kept);
        session
            .output
            .say(format!("{name}: {kept} wait to be withdrawn"));
    }
}

pub async fn factory(session: &mut Session) -> Outcome {
    let factory: PoolFactoryRef = session.contract()?;
    let (terms, json) = session.client.read_json(factory.call().overview()).await?;
    let sheet = Sheet::new()
        .row("pools", terms.pools)
        .row("fee", terms.fee.as_ref().map_or("none".into(), fee))
        .row("for creators of", Account::from(terms.registry))
        .row(
            "code of pools",
            format!("0x{}", hex::encode(terms.code_hash)),
        );
    session.output.sheet(&sheet);
    session.output.field("factory", json);
    Ok(())
}
