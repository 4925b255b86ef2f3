//! All of it as comma-separated values, in the order in which it happened. What strangers wrote is not in it:
//! a table's reader might take it for a formula.

use crate::session::Session;
use farthing_client::{
    ops::own::{Access, Own, When},
    time,
};

const HEADER: &str = "time,block,transaction,what,with,item,amount,back,state";

/// When, what, with whom, which, how much, how much of it came back, and how it stands.
type Line = (When, &'static str, String, String, u128, u128, &'static str);

pub fn print(session: &Session, own: &Own) {
    let token = session.token();
    session.output.always(HEADER);
    for (when, what, with, item, amount, back, state) in lines(own) {
        let (at, amount, back) = (time(when.time), token.text(amount), token.text(back));
        let When { block, index, .. } = when;
        session.output.always(format!(
            "{at},{block},{index},{what},{with},{item},{amount},{back},{state}"
        ));
    }
}

fn lines(own: &Own) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let creator = |creator| format!("creator #{creator}");
    for one in &own.purchases {
        let back = one.refunded.map_or(0, |_| one.paid);
        let state = match (one.refunded, one.access) {
            (Some(_), _) => "refunded",
            (None, Access::No) => "over",
            (None, _) => "access",
        };
        let (with, item) = (creator(one.creator), one.item.to_string());
        lines.push((one.when, "purchase", with, item, one.paid, back, state));
    }
    for one in &own.hidden {
        let (with, item) = (creator(one.creator), format!("tier {}", one.tier));
        lines.push((one.when, "blinded purchase", with, item, one.paid, 0, ""));
    }
    for one in &own.tips {
        let with = creator(one.creator);
        lines.push((one.when, "tip", with, String::new(), one.amount, 0, ""));
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
        ));
    }
    lines.sort_by_key(|line| line.0);
    lines
}
