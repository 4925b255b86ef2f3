//! How somebody stands, everywhere.

use super::{super::channel, sheets, Who};
use crate::{indexed::Indexed, outcome::Outcome, session::Session, values::parts_text};
use farthing_client::{at, Account, Block, Error, Event};
use farthing_contracts::channels::events::{Change as ChannelChange, ChannelsChanged};
use farthing_contracts::matching_round::MatchingRoundRef;
use farthing_contracts::pool::PoolRef;
use farthing_contracts::pool_factory::{
    pool_factory::Listed, reading::MAX_PAGE as POOLS, PoolFactoryRef,
};
use farthing_contracts::storefront::StorefrontRef;
use farthing_contracts::streams::{
    reading::{StreamNow, MAX_PAGE},
    StreamsRef,
};
use farthing_contracts::Contract;
use farthing_types::{split::PARTS, StreamId};
use futures_util::{stream, StreamExt, TryStreamExt};
use ink::codegen::TraitCallBuilder;
use serde_json::{json, Value};
use std::collections::BTreeSet;

/// How many pools are asked at once, each four questions.
const POOLS_AT_ONCE: usize = 8;

/// Shows everything.
pub async fn show(session: &mut Session, who: &Who) -> Outcome {
    let money = session.client.chain.money(who.account).await?;
    let book = json!({
        "account": who.account,
        "free": money.free.to_string(),
        "deposits": money.held.to_string(),
        "creators": creators(session, who).await?,
        "channels": channels(session, who.account).await?,
        "streams": streams(session, who.account).await?,
        "pools": pools(session, who.account).await?,
        "rounds": rounds(session, who.account).await?,
    });
    sheets::show(session, who.account, &money, &book);
    session.output.field("book", book);
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

/// The channels that history knows of, as they are now.
async fn channels(session: &Session, account: Account) -> Result<Value, Error> {
    let best = session.client.chain.best().await?;
    let (lines, until) = match session.indexed().await? {
        Some(indexed) => (
            of_index(session, account, best, indexed).await?,
            Some(best.number),
        ),
        None => {
            let (history, until) = session.at_hand(best).await?;
            let mut lines = BTreeSet::new();
            history.each(best.number, |event| lines.extend(opened(event, account)))?;
            (lines, until.map(|block| block.number))
        }
    };
    if until != Some(best.number) {
        let known = until.map_or("not known here".into(), |block| {
            format!("known up to block {block} only")
        });
        session.output.note(format!(
            "Which channels there are is {known}: `farthing book --csv` reads the rest."
        ));
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
    Ok(json!({
        "kept": kept.to_string(),
        "as_payer": paying,
        "as_payee": paid,
        "known_until": until,
    }))
}

/// The account's channels as the index has them, and those that were opened since.
async fn of_index(
    session: &Session,
    account: Account,
    best: Block,
    mut indexed: Indexed,
) -> Result<BTreeSet<Line>, Error> {
    let lines = indexed.index.channels_with(account, indexed.until.number);
    let mut lines = lines.map_err(|error| indexed.told(error))?;
    let new = indexed.since(session, best).await?;
    lines.extend(new.iter().flat_map(|event| opened(event, account)));
    Ok(lines)
}

/// A channel's payer, payee, and lane.
type Line = (Account, Account, u32);

/// The account's channels that an event opened.
fn opened(event: &Event, account: Account) -> Vec<Line> {
    if event.contract != Contract::Channels {
        return Vec::new();
    }
    let Some(changes) = event.emitted.decode::<ChannelsChanged>() else {
        return Vec::new();
    };
    let opened = changes
        .by_channel()
        .filter(|(_, change)| matches!(change, ChannelChange::Opened(_)));
    let lines = opened.map(|(id, _)| (Account::from(id.payer), Account::from(id.payee), id.lane));
    lines
        .filter(|(payer, payee, _)| [*payer, *payee].contains(&account))
        .collect()
}

async fn streams(session: &Session, account: Account) -> Result<Value, Error> {
    let streams: StreamsRef = session.contract()?;
    let total = session.client.read(streams.call().overview()).await?.opened;
    let firsts = (0..total).step_by(MAX_PAGE);
    let pages = firsts.map(|first| streams.call().streams(first, MAX_PAGE as StreamId));
    let pages = session.client.read_all(pages).await?;
    let mut found = Vec::new();
    for (number, now) in (0..).zip(pages.into_iter().flatten()) {
        let number: StreamId = number;
        let Some(StreamNow { stream, due }) = now else {
            continue;
        };
        if stream.party(&account.id()).is_some() {
            found.push(json!({
                "stream": number,
                "payer": Account::from(stream.payer),
                "payee": Account::from(stream.payee),
                "now": {
                    "payee": due.payee.to_string(),
                    "payer": due.payer.to_string(),
                    "dry_at": due.dry_at,
                },
            }));
        }
    }
    Ok(found.into())
}

/// Contributions that may come back, what is kept, sponsorships, and what would be paid out now of what
/// the account has a share in, of all pools of the factory.
async fn pools(session: &Session, account: Account) -> Result<Value, Error> {
    let factory: PoolFactoryRef = session.contract()?;
    let total = session.client.read(factory.call().overview()).await?.pools;
    let skips = (0..total).step_by(POOLS as usize);
    let pages = skips.map(|skip| factory.call().latest(skip, POOLS));
    let pages = session.client.read_all(pages).await?;
    let mut listed: Vec<_> = pages.into_iter().flatten().collect();
    listed.reverse();
    let addresses: Vec<_> = listed.iter().map(|one| one.account.into()).collect();
    session.client.check_all(Contract::Pool, &addresses).await?;
    let shown = listed.iter().map(|one| pool(session, account, one));
    let shown: Vec<_> = stream::iter(shown)
        .buffered(POOLS_AT_ONCE)
        .try_collect()
        .await?;
    Ok(shown.into_iter().flatten().collect())
}

/// What the account has to do with a pool, if anything.
async fn pool(
    session: &Session,
    account: Account,
    listed: &Listed,
) -> Result<Option<Value>, Error> {
    let (client, pool): (_, PoolRef) = (&session.client, at(listed.account.into()));
    let ((donor, shown), kept, sponsors, overview) = tokio::try_join!(
        client.read_json(pool.call().donor(account.id())),
        client.read(pool.call().kept_for(account.id())),
        client.read(pool.call().sponsors()),
        client.read(pool.call().overview()),
    )?;
    let sponsors = sponsors
        .iter()
        .filter(|sponsor| sponsor.account == account.id());
    let given: Vec<_> = sponsors
        .map(|sponsor| json!({ "number": sponsor.number, "given": sponsor.given.to_string() }))
        .collect();
    let shares = &overview.terms.beneficiaries;
    let share = shares.iter().find(|share| share.account == account.id());
    let concerned = donor.is_some() || kept > 0 || !given.is_empty() || share.is_some();
    Ok(concerned.then(|| {
        json!({
            "pool": Account::from(listed.account),
            "number": listed.number,
            "title": overview.terms.title,
            "given": shown,
            "to_withdraw": kept.to_string(),
            "sponsored": given,
            "share": share.map(|share| parts_text(share.parts, PARTS)),
            "releasable": share.map(|_| overview.releasable.to_string()),
        })
    }))
}

async fn rounds(session: &Session, account: Account) -> Result<Value, Error> {
    let mut found = Vec::new();
    for (name, address) in &session.client.deployment.rounds {
        let round: MatchingRoundRef = at(*address);
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
