//! Derives what happened in matching rounds.

use super::{Seen, Writer};
use crate::{
    kinds::RoundKind,
    tables::Which,
    value::{row, Amount},
};
use farthing_client::Account;
use farthing_contracts::matching_round::events::{
    Divided, Donated, Entered, Left, Objected, Paid, RoundCreated, Sponsored, TakenBack, TakenOut,
};
use farthing_types::Balance;
use scale::Encode;

/// What happened, with whom and how much, as far as that is told.
struct Move {
    kind: RoundKind,
    account: Option<Account>,
    pool: Option<Account>,
    amount: Balance,
    counted: Balance,
}

impl Writer<'_> {
    pub(super) fn round(&mut self, seen: Seen) {
        if let Some(RoundCreated { terms }) = seen.decode() {
            let row = row![
                seen.seq,
                seen.at(),
                terms.title.clone(),
                terms.uri.clone(),
                terms.description,
                terms.organiser,
                terms.chosen,
                terms.opens,
                terms.closes,
                terms.divides,
                terms.encode(),
            ];
            self.put(Which::Rounds, row);
            return;
        }
        for (place, one) in (0u32..).zip(moves(seen)) {
            let row = row![
                seen.seq,
                place,
                one.kind,
                seen.at(),
                one.account,
                one.pool,
                Amount(one.amount),
                Amount(one.counted),
            ];
            self.put(Which::RoundMoves, row);
        }
    }
}

/// Returns what an event says of the round, in order.
fn moves(seen: Seen) -> Vec<Move> {
    if let Some(donated) = seen.decode::<Donated>() {
        return vec![Move {
            kind: RoundKind::Donated,
            account: Some(donated.donor.into()),
            pool: Some(donated.pool.into()),
            amount: donated.amount,
            counted: donated.counted,
        }];
    }
    if let Some(divided) = seen.decode::<Divided>() {
        let shares = divided.shares.into_iter();
        let shares = shares.map(|share| Move::of_pool(RoundKind::Share, share.pool, share.amount));
        return shares.collect();
    }
    if let Some(paid) = seen.decode::<Paid>() {
        let payments = paid.payments.into_iter().map(|payment| {
            let kind = match payment.taken {
                true => RoundKind::Paid,
                false => RoundKind::NotTaken,
            };
            Move::of_pool(kind, payment.pool, payment.amount)
        });
        return payments.collect();
    }
    of_people(seen).into_iter().collect()
}

fn of_people(seen: Seen) -> Option<Move> {
    if let Some(sponsored) = seen.decode::<Sponsored>() {
        let kind = RoundKind::Sponsored;
        return Some(Move::of_sponsor(kind, sponsored.sponsor, sponsored.amount));
    }
    if let Some(left) = seen.decode::<Left>() {
        return Some(Move::of_sponsor(RoundKind::Left, left.sponsor, left.amount));
    }
    if let Some(back) = seen.decode::<TakenBack>() {
        let kind = RoundKind::TakenBack;
        return Some(Move::of_sponsor(kind, back.sponsor, back.amount));
    }
    if let Some(entered) = seen.decode::<Entered>() {
        return Some(Move::of_pool(RoundKind::Entered, entered.pool, 0));
    }
    if let Some(out) = seen.decode::<TakenOut>() {
        return Some(Move::of_pool(RoundKind::TakenOut, out.pool, 0));
    }
    let objected = seen.decode::<Objected>()?;
    let kind = match objected.reason {
        Some(_) => RoundKind::Objected,
        None => RoundKind::Allowed,
    };
    let account = Some(objected.by.into());
    Some(Move {
        account,
        ..Move::of_pool(kind, objected.pool, 0)
    })
}

impl Move {
    fn of_pool(kind: RoundKind, pool: impl Into<Account>, amount: Balance) -> Self {
        Self {
            kind,
            account: None,
            pool: Some(pool.into()),
            amount,
            counted: 0,
        }
    }

    fn of_sponsor(kind: RoundKind, sponsor: impl Into<Account>, amount: Balance) -> Self {
        Self {
            kind,
            account: Some(sponsor.into()),
            pool: None,
            amount,
            counted: 0,
        }
    }
}
