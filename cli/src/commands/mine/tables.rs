//! All of it in tables, for people.

use super::{super::watch::memo, object::stage};
use crate::{output::Rows, session::Session, values::creator_text};
use farthing_client::{
    ops::own::{Access, Own},
    time, Account,
};
use farthing_types::CreatorId;
use std::collections::BTreeMap;

type Handles = BTreeMap<CreatorId, String>;

fn creator(id: CreatorId, handles: &Handles) -> String {
    creator_text(id, handles.get(&id))
}

pub fn show(session: &Session, own: &Own, handles: &Handles) {
    let shown = [
        table(session, "Bought", purchases(session, own, handles)),
        table(session, "Tipped", tips(session, own, handles)),
        table(session, "Given", gifts(session, own)),
        table(session, "Streams", streams(session, own)),
        table(session, "Channels", channels(session, own)),
    ];
    if !shown.contains(&true) {
        session.output.say("Nothing so far.");
    }
}

/// Shows a table under a heading, if there is anything in it.
fn table(session: &Session, heading: &str, rows: Rows) -> bool {
    if rows.is_empty() {
        return false;
    }
    session.output.say(heading);
    session.output.rows(rows);
    session.output.say("");
    true
}

fn purchases(session: &Session, own: &Own, handles: &Handles) -> Rows {
    let mut rows = Rows::new(&["time", "what", "of", ">paid", "state"]);
    for one in &own.purchases {
        let state = match (one.refunded, one.access) {
            (Some(when), _) => format!("refunded {}", time(when.time)),
            (None, Access::ForEver) => "yours for ever".into(),
            (None, Access::Until(until)) => format!("until {}", time(until)),
            (None, Access::No) => "over".into(),
        };
        let state = match one.owner == one.payer {
            true => state,
            false => format!("{state}, for {}", one.owner),
        };
        rows.add(vec![
            time(one.when.time),
            format!("item {}, \"{}\"", one.item, one.title),
            creator(one.creator, handles),
            session.unit(one.paid),
            state,
        ]);
    }
    for one in &own.hidden {
        rows.add(vec![
            time(one.when.time),
            format!("something in tier {}", one.tier),
            creator(one.creator, handles),
            session.unit(one.paid),
            "only your receipt tells what".into(),
        ]);
    }
    rows
}

fn tips(session: &Session, own: &Own, handles: &Handles) -> Rows {
    let mut rows = Rows::new(&["time", "whom", ">amount", "memo"]);
    for one in &own.tips {
        rows.add(vec![
            time(one.when.time),
            creator(one.creator, handles),
            session.unit(one.amount),
            memo(&one.memo).unwrap_or_default(),
        ]);
    }
    rows
}

fn gifts(session: &Session, own: &Own) -> Rows {
    let mut rows = Rows::new(&["time", "to", ">amount", "what came of it"]);
    let name = |pool: Account| {
        let found = own.pools.iter().find(|one| one.pool == pool);
        found.map_or(pool.to_string(), |one| {
            format!(
                "pool #{}, \"{}\" ({})",
                one.number,
                one.title,
                stage(one.stage)
            )
        })
    };
    for one in &own.gifts {
        let came = match (one.refunded, one.matched) {
            (Some(when), _) => format!("given back {}", time(when.time)),
            (None, 0) => String::new(),
            (None, matched) => format!("sponsors added {}", session.unit(matched)),
        };
        let through = one.round.as_ref().map(|round| format!(", through {round}"));
        rows.add(vec![
            time(one.when.time),
            name(one.pool) + &through.unwrap_or_default(),
            session.unit(one.amount),
            came,
        ]);
    }
    for one in &own.grants {
        rows.add(vec![
            time(one.when.time),
            name(one.pool),
            session.unit(one.amount),
            "a grant".into(),
        ]);
    }
    for one in &own.sponsorships {
        rows.add(vec![
            time(one.when.time),
            name(one.pool),
            session.unit(one.amount),
            format!(
                "added {} to gifts, {} came back",
                session.unit(one.spent),
                session.unit(one.returned)
            ),
        ]);
    }
    for one in &own.rounds {
        rows.add(vec![
            time(one.when.time),
            format!("round {}", one.round),
            session.unit(one.given),
            format!("{} came back", session.unit(one.returned)),
        ]);
    }
    rows
}

fn streams(session: &Session, own: &Own) -> Rows {
    let mut rows = Rows::new(&[
        "opened", "stream", "payee", ">put in", ">paid", ">back", "state",
    ]);
    for one in &own.streams {
        let dry = one.now.as_ref().and_then(|now| now.due.dry_at);
        let state = match (one.stopped, dry) {
            (Some(when), _) => format!("stopped {}", time(when.time)),
            (None, Some(dry)) => format!("runs out {}", time(dry)),
            (None, None) => "does not run".into(),
        };
        rows.add(vec![
            time(one.opened.time),
            format!("#{}", one.stream),
            one.payee.to_string(),
            session.unit(one.deposited),
            session.unit(one.paid),
            session.unit(one.returned),
            state,
        ]);
    }
    rows
}

fn channels(session: &Session, own: &Own) -> Rows {
    let mut rows = Rows::new(&["opened", "payee", ">set aside", ">paid", ">back", "state"]);
    for one in &own.channels {
        let state = match one.ended {
            Some(when) => format!("ended {}", time(when.time)),
            None => "open".into(),
        };
        rows.add(vec![
            time(one.opened.time),
            one.payee.to_string(),
            session.unit(one.reserved),
            session.unit(one.paid),
            session.unit(one.returned),
            state,
        ]);
    }
    rows
}
