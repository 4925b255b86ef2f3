//! What the registry says of creators, handles and claims.

use crate::{
    outcome::Outcome,
    output::{Rows, Sheet},
    session::Session,
    values::parts_text,
};
use farthing_client::{Account, Error, Explain};
use farthing_contracts::registry::{
    claims::HandleState,
    creator::{Creator as Record, Permission},
    reading::MAX_PAGE,
    RegistryRef,
};
use farthing_types::{handle, split::PARTS, CreatorId};
use ink::codegen::TraitCallBuilder;
use serde_json::json;

/// Shows who has a handle, or whether it is free.
pub async fn handle(session: &mut Session, handle: String) -> Outcome {
    // Of what can be no handle, the contract knows only that nobody has it.
    if let Err(error) = handle::check(&handle) {
        return Err(Error::Input(error.explain(session.token())).into());
    }
    let registry: RegistryRef = session.contract()?;

    let message = registry.call().handle_state(handle);
    let (state, json) = session.client.read_json(message).await?;
    match state {
        None => session.output.say("free: it was never in use"),
        Some(HandleState::Reserved) => session.output.say("reserved"),
        Some(HandleState::Taken(creator)) => {
            session.output.say(format!("belongs to creator #{creator}"));
        }
        Some(HandleState::Released { creator, free_from }) => {
            let at = farthing_client::time(free_from);
            session.output.say(format!(
                "released by creator #{creator}; free for others from {at}"
            ));
        }
    }
    session.output.field("handle", json);
    Ok(())
}

/// Shows what an account may do for a creator.
pub async fn permissions(session: &mut Session, creator: &str, account: &str) -> Outcome {
    let registry: RegistryRef = session.contract()?;

    let (id, record) = session.creator(creator).await?;
    let account = session.account_of(account).await?.id();
    let may = |permission| registry.call().controls(id, account, permission);
    let catalogue = session.client.read(may(Permission::Catalogue)).await?;
    let price = session.client.read(may(Permission::Price)).await?;
    let profile = session.client.read(may(Permission::Profile)).await?;
    let granted = registry.call().permissions(id, account);
    let (_, granted) = session.client.read_json(granted).await?;
    let owns = session
        .client
        .read(registry.call().owns(id, account))
        .await?;
    debug_assert_eq!(owns, record.owner == account);
    let yes = |may: bool| if may { "yes" } else { "no" };
    let sheet = Sheet::new()
        .row("owner", yes(owns))
        .row("catalogue", yes(catalogue))
        .row("price", yes(price))
        .row("profile", yes(profile));
    session.output.sheet(&sheet);
    session.output.field(
        "permissions",
        json!({
            "owner": owns,
            "catalogue": catalogue,
            "price": price,
            "profile": profile,
            "granted": granted,
        }),
    );
    Ok(())
}

/// Shows an account's announced claim.
pub async fn claim(session: &mut Session, account: Option<String>) -> Outcome {
    let registry: RegistryRef = session.contract()?;

    let account = session.account_or_mine(account).await?;
    let message = registry.call().commitment(account.id());
    let (claim, json) = session.client.read_json(message).await?;
    match claim {
        None => session.output.say("No claim is announced."),
        Some(claim) => session.output.sheet(
            &Sheet::new()
                .row("announced", farthing_client::time(claim.at))
                .row("in block", claim.block)
                .row("stands until", farthing_client::time(claim.expires()))
                .row("claim", format!("0x{}", hex::encode(claim.hash))),
        ),
    }
    session.output.field("claim", json);
    Ok(())
}

/// Shows a creator.
pub async fn show(session: &mut Session, name: &str) -> Outcome {
    let (id, _) = session.creator(name).await?;
    let registry: RegistryRef = session.contract()?;
    let message = registry.call().creator(id);
    let (record, mut json) = session.client.read_json(message).await?;
    let message = registry.call().payout_split(id);
    let (split, told) = session.client.read_json(message).await?;
    json["number"] = id.into();
    json["payout"] = told["recipients"].clone();
    if let Some(record) = record {
        session.output.sheet(&sheet(id, &record));
    }
    let mut rows = Rows::new(&["is paid", ">share"]);
    for one in split.iter().flat_map(|split| &split.recipients) {
        let account = Account::from(one.account).to_string();
        rows.add(vec![account, parts_text(one.parts, PARTS)]);
    }
    if !rows.is_empty() {
        session.output.rows(rows);
    }
    session.output.field("creator", json);
    Ok(())
}

fn sheet(id: CreatorId, record: &Record) -> Sheet {
    let handle = record.handle.as_deref().unwrap_or("(none)");
    let profile = &record.profile;
    let content = hex::encode(profile.commitment);
    let has_content = profile.commitment != [0; 32];
    Sheet::new()
        .row("handle", handle)
        .row("number", format!("#{id}"))
        .row("owner", Account::from(record.owner))
        .row_if("offered to", record.offered_to.map(Account::from))
        .row_if("gave up", record.released.as_ref())
        .row_if("profile", Some(&profile.uri).filter(|uri| !uri.is_empty()))
        .row_if("its content", has_content.then(|| format!("0x{content}")))
        .row_if(
            "owners before",
            (record.owners > 0).then_some(record.owners),
        )
        .row("version", record.version)
}

/// Lists creators, in the order in which they registered.
pub async fn list(session: &mut Session, skip: CreatorId, count: CreatorId) -> Outcome {
    let registry: RegistryRef = session.contract()?;
    let total = session
        .client
        .read(registry.call().overview())
        .await?
        .creators;
    let mut found = Vec::new();
    let mut rows = Rows::new(&[">number", "handle", "owner"]);
    let end = total.min(skip.saturating_add(count));
    for first in (skip..end).step_by(MAX_PAGE as usize) {
        let page = registry.call().creators(first, end.saturating_sub(first));
        let (page, json) = session.client.read_json(page).await?;
        let json = json.as_array().cloned().unwrap_or_default();
        for ((id, creator), mut json) in (first..).zip(page).zip(json) {
            let Some(creator) = creator else {
                rows.add(vec![format!("#{id}"), "(deleted)".into(), String::new()]);
                continue;
            };
            let handle = creator.handle.as_deref().unwrap_or("(no handle)");
            let owner = Account::from(creator.owner).to_string();
            rows.add(vec![format!("#{id}"), handle.into(), owner]);
            json["number"] = id.into();
            found.push(json);
        }
    }
    session.output.rows(rows);
    session.output.say(format!("{total} in all"));
    session.output.field("total", total);
    session.output.field("creators", found);
    Ok(())
}
