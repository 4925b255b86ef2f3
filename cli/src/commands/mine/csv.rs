//! All of it as comma-separated values, in the order in which it happened. What strangers wrote stands in the
//! last columns, as cells that no spreadsheet takes for formulas.

use crate::{
    session::Session,
    values::{cell, memo_cell},
};
use farthing_client::{
    ops::own::{Access, Own, When},
    time, Account,
};
use farthing_types::CreatorId;
use std::collections::BTreeMap;

const HEADER: &str =
    "time,block,transaction,what,with,item,amount,back,state,handle,title,memo,round";

/// When, what, with whom, which, how much, how much of it came back, how it stands, and in what words.
type Line = (
    When,
    &'static str,
    String,
    String,
    u128,
    u128,
    &'static str,
    Words,
);

/// The handle of a creator, the title of an item or a pool, the memo, and the round, each as a cell.
#[derive(Default)]
struct Words {
    handle: String,
    title: String,
    memo: String,
    round: String,
}

pub fn print(session: &Session, own: &Own, handles: &BTreeMap<CreatorId, String>) {
    let token = session.token();
    session.output.always(HEADER);
    for (when, what, with, item, amount, back, state, words) in lines(own, handles) {
        let (at, amount, back) = (time(when.time), token.text(amount), token.text(back));
        let When { block, index, .. } = when;
        let Words {
            handle,
            title,
            memo,
            round,
        } = words;
        session.output.always(format!(
            "{at},{block},{index},{what},{with},{item},{amount},{back},{state},{handle},{title},{memo},{round}"
        ));
    }
}

fn lines(own: &Own, handles: &BTreeMap<CreatorId, String>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let creator = |creator| format!("creator #{creator}");
    let handle = |creator: CreatorId| handles.get(&creator).cloned().unwrap_or_default();
    let pool = |address: Account| {
        let found = own.pools.iter().find(|one| one.pool == address);
        let title = found.map_or(String::new(), |one| cell(&one.title));
        Words {
            title,
            ..Words::default()
        }
    };
    for one in &own.purchases {
        let back = one.refunded.map_or(0, |_| one.paid);
        let state = match (one.refunded, one.access) {
            (Some(_), _) => "refunded",
            (None, Access::No) => "over",
            (None, _) => "access",
        };
        let (with, item) = (creator(one.creator), one.item.to_string());
        let words = Words {
            handle: handle(one.creator),
            title: cell(&one.title),
            ..Words::default()
        };
        lines.push((
            one.when, "purchase", with, item, one.paid, back, state, words,
        ));
    }
    for one in &own.hidden {
        let (with, item) = (creator(one.creator), format!("tier {}", one.tier));
        let words = Words {
            handle: handle(one.creator),
            ..Words::default()
        };
        lines.push((
            one.when,
            "blinded purchase",
            with,
            item,
            one.paid,
            0,
            "",
            words,
        ));
    }
    for one in &own.tips {
        let with = creator(one.creator);
        let words = Words {
            handle: handle(one.creator),
            memo: memo_cell(&one.memo),
            ..Words::default()
        };
        lines.push((
            one.when,
            "tip",
            with,
            String::new(),
            one.amount,
            0,
            "",
            words,
        ));
    }
    for one in &own.gifts {
        let back = one.refunded.map_or(0, |_| one.amount);
        let state = if one.refunded.is_some() {
            "refunded"
        } else {
            "given"
        };
        let with = format!("pool {}", one.pool);
        lines.push((
            one.when,
            "gift",
            with,
            String::new(),
            one.amount,
            back,
            state,
            Words {
                round: one
                    .round
                    .as_ref()
                    .map_or(String::new(), |round| cell(&round.to_string())),
                ..pool(one.pool)
            },
        ));
    }
    for one in &own.grants {
        let with = format!("pool {}", one.pool);
        lines.push((
            one.when,
            "grant",
            with,
            String::new(),
            one.amount,
            0,
            "given",
            pool(one.pool),
        ));
    }
    for one in &own.sponsorships {
        let with = format!("pool {}", one.pool);
        let number = one.number.to_string();
        lines.push((
            one.when,
            "sponsorship",
            with,
            number,
            one.amount,
            one.returned,
            "",
            pool(one.pool),
        ));
    }
    for one in &own.streams {
        let with = one.payee.to_string();
        let state = if one.stopped.is_some() {
            "stopped"
        } else {
            "open"
        };
        let number = one.stream.to_string();
        lines.push((
            one.opened,
            "stream",
            with,
            number,
            one.deposited,
            one.returned,
            state,
            Words::default(),
        ));
    }
    for one in &own.channels {
        let with = one.payee.to_string();
        let state = if one.ended.is_some() { "ended" } else { "open" };
        let lane = one.lane.to_string();
        lines.push((
            one.opened,
            "channel",
            with,
            lane,
            one.reserved,
            one.returned,
            state,
            Words::default(),
        ));
    }
    lines.sort_by_key(|line| line.0);
    lines
}
