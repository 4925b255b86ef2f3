//! Claiming a handle, in two transactions.

use crate::{outcome::Outcome, session::Session};
use farthing_client::{
    files,
    ops::handles::{reveal_deposit, Claim, Standing, REVEAL},
    Answer, Call, Error, Explain,
};
use farthing_contracts::registry::{claims::Unavailable, creator::Profile, RegistryRef};
use farthing_types::CreatorId;
use ink::codegen::TraitCallBuilder;
use scale::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Claims under way, by handle: without its salt, an announced claim is lost.
#[derive(Default, Serialize, Deserialize)]
struct Claims(BTreeMap<String, Secret>);

#[derive(Clone, Copy, Serialize, Deserialize)]
struct Secret {
    #[serde(with = "hex")]
    salt: [u8; 32],
}

/// Claims a handle and becomes a creator.
pub async fn register(session: &mut Session, handle: &str, profile: Profile) -> Outcome {
    let claim = announce(session, handle).await?;
    let registry: RegistryRef = session.contract()?;
    let expected = session.client.read(registry.call().overview()).await?;
    let call = claim.registration(&session.client, profile)?;
    let words = format!("Register as {handle}");
    reveal(session, &claim, &words, call, expected.creators).await?;
    let (id, _) = session.creator(handle).await?;
    forget(session, handle).await?;
    session.output.say(format!("{handle} is creator #{id}"));
    session.output.field("creator", id);
    Ok(())
}

/// Claims a handle for a creator who has none.
pub async fn claim_handle(session: &mut Session, creator: &str, handle: &str) -> Outcome {
    let (id, _) = session.creator(creator).await?;
    let claim = announce(session, handle).await?;
    let call = claim.naming(&session.client, id)?;
    let words = format!("Claim {handle} for creator #{id}");
    reveal(session, &claim, &words, call, ()).await?;
    forget(session, handle).await
}

/// Announces a claim of a handle, unless that was done.
async fn announce(session: &mut Session, handle: &str) -> Outcome<Claim> {
    session.outbox().await?;
    let claim = claim(session, handle).await?;
    if claim.is_announced(&session.client).await? {
        return Ok(claim);
    }
    // A handle that cannot be had is better known before than after. An earlier command may have got it.
    let holder: Option<CreatorId> = claim.holder(&session.client).await?;
    match holder {
        Some(_) if session.outbox().await?.unfinished()?.is_some() => {}
        Some(id) => {
            let taken = Unavailable::Taken(id).explain(session.token());
            return Err(Error::Input(taken).into());
        }
        None => {
            let words = format!("Announce the claim of {handle}, without saying which");
            let call = claim.announcement(&session.client)?;
            session.act(&words, call).await?;
        }
    }
    Ok(claim)
}

/// The signer's claim of a handle, whose salt is kept before anything is signed.
async fn claim(session: &mut Session, handle: &str) -> Outcome<Claim> {
    let me = session.account().await?;
    let new = |salt| {
        let bad = |error: farthing_types::handle::HandleError| {
            Error::Input(error.explain(session.token()))
        };
        Claim::new(handle, me, salt).map_err(bad)
    };
    // What is no handle is not kept either.
    new([0; 32])?;
    let path = session.file("claims").await?;
    let mut claims: Claims = files::read_json(&path)?.unwrap_or_default();
    let salt = match claims.0.get(handle) {
        Some(secret) => secret.salt,
        None => {
            let salt = crate::commands::random()?;
            claims.0.insert(handle.into(), Secret { salt });
            files::write_json(&path, &claims)?;
            salt
        }
    };
    Ok(new(salt)?)
}

/// Waits until an announced claim can be revealed, and reveals it.
async fn reveal<R: Answer>(
    session: &mut Session,
    claim: &Claim,
    words: &str,
    call: Call<R>,
    expected: R::Good,
) -> Outcome
where
    R::Good: Encode + Decode,
{
    let (output, mut told) = (session.output.clone(), false);
    let mut tell = |standing| match standing {
        Standing::Waits { block, time } if !told => {
            told = true;
            output.note(format!(
                "The claim waits, so that nobody can overtake it: until block {block}, and {}.",
                farthing_client::time(time)
            ));
        }
        _ => {}
    };
    match claim.wait(&session.client, &mut tell).await? {
        Standing::NextBlock => {
            let deposit = reveal_deposit(&session.client.chain)?;
            let reveal = session.act_unseen(words, call, REVEAL, deposit, expected);
            reveal.await?;
        }
        // One that is not announced any more was revealed by an earlier command, or the contract says why not.
        _ => {
            session.act(words, call).await?;
        }
    }
    Ok(())
}

/// The claim is through: its salt is of no use any more.
async fn forget(session: &mut Session, handle: &str) -> Outcome {
    let path = session.file("claims").await?;
    let mut claims: Claims = files::read_json(&path)?.unwrap_or_default();
    claims.0.remove(handle);
    Ok(files::write_json(&path, &claims)?)
}
