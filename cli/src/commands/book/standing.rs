//! How somebody stands, everywhere.

use super::{super::channel, Who};
use crate::{outcome::Outcome, session::Session};
use farthing_client::{Account, Error, Event};
use farthing_contracts::channels::events::{Change as ChannelChange, ChannelsChanged};
use farthing_contracts::matching_round::MatchingRoundRef;
use farthing_contracts::pool::PoolRef;
use farthing_contracts::pool_factory::PoolFactoryRef;
use farthing_contracts::storefront::StorefrontRef;
use farthing_contracts::streams::{
    events::{Change as StreamChange, StreamChanged},
    reading::MAX_PAGE,
    StreamsRef,
};
use farthing_contracts::Contract;
use ink::codegen::TraitCallBuilder;
use serde_json::{json, Value};
use std::collections::BTreeSet;

/// Shows everything.
pub async fn show(session: &mut Session, who: &Who) -> Outcome {
    let last = session.client.chain.best().await?.number;
    let history = session.client.history(last).await?;
    let money = session.client.chain.money(who.account).await?;
    let book = json!({
        "account": who.account,
        "free": money.free.to_string(),
        "deposits": money.held.to_string(),
        "creators": creators(session, who).await?,
        "channels": channels(session, who.account, &history).await?,
        "streams": streams(session, who.account, &history).await?,
        "pools": pools(session, who.account).await?,
        "rounds": rounds(session, who.account).await?,
    });
    session.show_read("book", book);
    Ok(())
}

/// What is in the books of creators.
async fn creators(session: &Session, who: &Who) -> Result<Value, Error> {
    let shop: StorefrontRef = session.contract()?;
    let mut found = Vec::new();
    for creator in &who.creators {
        if let Some(books) = session.client.read(shop.call().books(*creator)).await? {
            found.push(json!({
                "creator": creator,
                "books": books.balance.to_string(),
                "to_divide": books.due().to_string(),
            }));
        }
    }
    Ok(found.into())
}

async fn channels(session: &Session, account: Account, history: &[Event]) -> Result<Value, Error> {
    let mut lines = BTreeSet::new();
    for event in history
        .iter()
        .filter(|event| event.contract == Contract::Channels)
    {
        let Some(changes) = event.emitted.decode::<ChannelsChanged>() else {
            continue;
        };
        for (id, change) in changes.by_channel() {
            let (payer, payee) = (Account::from(id.payer), Account::from(id.payee));
            let mine = payer == account || payee == account;
            if mine && matches!(change, ChannelChange::Opened(_)) {
                lines.insert((payer, payee, id.lane));
            }
        }
    }
    let lines: Vec<_> = lines.into_iter().collect();
    let (_, found) = channel::channels_now(session, &lines).await?;
    let (mut paying, mut paid) = (Vec::new(), Vec::new());
    for ((payer, payee, lane), channel) in lines.into_iter().zip(found) {
        let Some(channel) = channel else {
            continue;
        };
        let (left, claimed) = (channel.rest().to_string(), channel.claimed.to_string());
        let mut shown = json!({ "lane": lane, "left": left, "claimed": claimed });
        let (list, other, whom) = match payer == account {
            true => (&mut paying, "payee", payee),
            false => (&mut paid, "payer", payer),
        };
        shown[other] = json!(whom);
        list.push(shown);
    }
    let kept = channel::kept(session, account).await?;
    Ok(json!({ "kept": kept.to_string(), "as_payer": paying, "as_payee": paid }))
}

async fn streams(session: &Session, account: Account, history: &[Event]) -> Result<Value, Error> {
    let streams: StreamsRef = session.contract()?;
    let mut own = Vec::new();
    for event in history
        .iter()
        .filter(|event| event.contract == Contract::Streams)
    {
        let Some(opened) = event.emitted.decode::<StreamChanged>() else {
            continue;
        };
        let StreamChange::Opened { payer, payee, .. } = opened.change else {
            continue;
        };
        if account.id() == payer || account.id() == payee {
            own.push((opened.stream, Account::from(payer), Account::from(payee)));
        }
    }
    let mut found = Vec::new();
    for page in own.chunks(MAX_PAGE) {
        let which = page.iter().map(|(stream, ..)| *stream).collect();
        let message = streams.call().streams_listed(which);
        let (_, shown) = session.client.read_json(message).await?;
        for (at, (stream, payer, payee)) in page.iter().enumerate() {
            let now = &shown[at]["due"];
            if !now.is_null() {
                found.push(json!({ "stream": stream, "payer": payer, "payee": payee, "now": now }));
            }
        }
    }
    Ok(found.into())
}

/// Contributions that may come back, what is kept, sponsorships, and what would be paid out now of what
/// the account has a share in, of all pools of the factory.
async fn pools(session: &Session, account: Account) -> Result<Value, Error> {
    let factory: PoolFactoryRef = session.contract()?;
    let total = session.client.read(factory.call().overview()).await?.pools;
    let mut found = Vec::new();
    for number in 0..total {
        let Some(listed) = session.client.read(factory.call().pool(number)).await? else {
            continue;
        };
        let pool: PoolRef = farthing_client::at(listed.account.into());
        let (donor, shown) = session
            .client
            .read_json(pool.call().donor(account.id()))
            .await?;
        let kept = session
            .client
            .read(pool.call().kept_for(account.id()))
            .await?;
        let sponsors = session.client.read(pool.call().sponsors()).await?;
        let sponsors = sponsors
            .iter()
            .filter(|sponsor| sponsor.account == account.id());
        let given: Vec<_> = sponsors
            .map(|sponsor| json!({ "number": sponsor.number, "given": sponsor.given.to_string() }))
            .collect();
        let overview = session.client.read(pool.call().overview()).await?;
        let shares = &overview.terms.beneficiaries;
        let share = shares.iter().find(|share| share.account == account.id());
        if donor.is_some() || kept > 0 || !given.is_empty() || share.is_some() {
            found.push(json!({
                "pool": Account::from(listed.account),
                "number": number,
                "title": overview.terms.title,
                "given": shown,
                "to_withdraw": kept.to_string(),
                "sponsored": given,
                "share": share.map(|share| percent(share.parts)),
                "releasable": share.map(|_| overview.releasable.to_string()),
            }));
        }
    }
    Ok(found.into())
}

async fn rounds(session: &Session, account: Account) -> Result<Value, Error> {
    let mut found = Vec::new();
    for (name, address) in &session.client.deployment.rounds {
        let round: MatchingRoundRef = farthing_client::at(*address);
        let sponsored = session
            .client
            .read(round.call().sponsored(account.id()))
            .await?;
        if sponsored > 0 {
            found.push(json!({ "round": name, "sponsored": sponsored.to_string() }));
        }
    }
    Ok(found.into())
}

/// Parts per million, for people.
fn percent(parts: u32) -> String {
    format!("{}.{:04} %", parts / 10_000, parts % 10_000)
}
