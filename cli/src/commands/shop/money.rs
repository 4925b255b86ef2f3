//! Money that leaves the storefront.

use super::{number, shop, told};
use crate::{
    outcome::Outcome,
    session::{past, Session},
};
use farthing_client::{Account, Call, Done, Error, Event};
use farthing_contracts::registry::events::{Change, CreatorChanged};
use farthing_contracts::storefront::{
    books::Payee,
    events::{Release, Released, Share},
};
use farthing_contracts::Contract;
use farthing_types::{
    commitment,
    split::{Recipient, PARTS},
    CreatorId,
};
use ink::{codegen::TraitCallBuilder, primitives::AccountId};
use scale::Encode;
use serde_json::{json, Value};

pub async fn payout(session: &mut Session, creator: &str) -> Outcome {
    let id = number(session, creator).await?;
    let message = shop(session)?.call_mut().payout(id);
    let words = format!("Pay out what waits for {creator}");
    let done = session.act(&words, Call::new(message, 0)).await?;
    show_payout(session, id, &done)
}

pub async fn payout_deleted(session: &mut Session, id: CreatorId) -> Outcome {
    let mut shop = shop(session)?;
    let books = session.client.read(shop.call().books(id)).await?;
    let books =
        books.ok_or_else(|| Error::Input(format!("Creator #{id} never had a storefront.")))?;
    let best = session.client.chain.best().await?;
    let history = session.history(None, best).await?;
    let split = past::collect(&history, best.number, |event| split(event, id))?
        .into_iter()
        .find(|split| is(split, &books.payee));
    if split.is_none() {
        history.must_be_whole(&session.client, best.number)?;
    }
    let split = split
        .ok_or_else(|| Error::node("no event of the registry tells the creator's last split"))?;
    let message = shop.call_mut().payout_deleted(id, split);
    let words = format!("Pay out what waits for creator #{id}, who was deleted");
    let done = session.act(&words, Call::new(message, 0)).await?;
    show_payout(session, id, &done)
}

type Recipients = Vec<Recipient<AccountId>>;

/// Whether the storefront keeps this split as its copy.
fn is(split: &Recipients, payee: &Payee) -> bool {
    match (payee, &split[..]) {
        (Payee::Account(account), [one]) => one.account == *account,
        (Payee::Split(hash), _) => commitment::blake2_256(&split.encode()) == *hash,
        _ => false,
    }
}

/// The split that a creator has from an event on: one that was set, or all to the owner.
fn split(event: &Event, id: CreatorId) -> Option<Recipients> {
    let whole = |account| {
        vec![Recipient {
            account,
            parts: PARTS,
        }]
    };
    let of_registry = event.contract == Contract::Registry;
    let changed = of_registry.then(|| event.emitted.decode::<CreatorChanged>());
    match changed
        .flatten()
        .filter(|event| event.creator == id)?
        .change
    {
        Change::Registered { owner, .. } | Change::Accepted(owner) => Some(whole(owner)),
        Change::Payout(recipients) => Some(recipients),
        _ => None,
    }
}

fn show_payout<T>(session: &Session, id: CreatorId, done: &Done<T>) -> Outcome {
    for event in told::<Released, _>(session, done)? {
        if let Release::Payout { shares, .. } = event.release {
            let shares: Vec<_> = shares.iter().map(|s| show_share(session, s)).collect();
            session
                .output
                .field("payout", json!({ "creator": id, "shares": shares }));
        }
    }
    Ok(())
}

/// Shows who got how much, and whether they have it.
fn show_share(session: &Session, share: &Share) -> Value {
    let account = Account::from(share.account);
    session.output.say(match share.sent {
        true => format!("{account} got {}", session.unit(share.amount)),
        false => format!(
            "{} stay here for {account}: the account does not exist, and they are less than an account can have",
            session.unit(share.amount)
        ),
    });
    json!({ "account": account, "amount": share.amount.to_string(), "sent": share.sent })
}

pub async fn refresh(session: &mut Session, creator: &str) -> Outcome {
    let id = number(session, creator).await?;
    let message = shop(session)?.call_mut().refresh(id);
    let words = format!("Have the storefront learn where {creator}'s money goes");
    session.send(&words, message, 0).await
}

pub async fn withdraw_fees(session: &mut Session) -> Outcome {
    let message = shop(session)?.call_mut().withdraw_fees();
    let words = "Send the treasury its fees";
    let done = session.act(words, Call::new(message, 0)).await?;
    for event in told::<Released, _>(session, &done)? {
        if let Release::Fees { amount } = event.release {
            session
                .output
                .say(format!("the treasury got {}", session.unit(amount)));
            session.output.field("fees", amount.to_string());
        }
    }
    Ok(())
}
