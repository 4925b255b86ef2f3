//! `farthing creator`: the registry's messages.

use crate::{outcome::Outcome, session::Session};
use crate::{
    output::{Rows, Sheet},
    values::{parts_text, Share},
};
use clap::{Args, Subcommand, ValueHint};
use farthing_client::{files, Account, Call, Error, Gas};
use farthing_contracts::registry;
use farthing_contracts::registry::{
    claims::{Commitment, HandleState},
    creator::{Creator as Record, Permission, Permissions, Profile},
    reading::MAX_PAGE,
    PayoutSplit, RegistryRef,
};
use farthing_contracts::Contract;
use farthing_types::{commitment, split::PARTS, CreatorId};
use ink::{codegen::TraitCallBuilder, primitives::AccountId};
use scale::Encode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{collections::BTreeMap, path::PathBuf, time::Duration};

/// What the reveal of a claim may use: more than it ever does. On a chain that makes blocks only for
/// transactions, the block in which it becomes possible is its own, and there is none to try it out in.
const REVEAL: Gas = Gas {
    time: 4_000_000_000,
    proof: 400_000,
};
/// The items that a reveal adds to the contract's storage at most, and the bytes in them, with a handle and a
/// URI of full length. The announcement's comes back.
const REVEAL_STORES: (u32, u32) = (2, 512);

/// How often one looks whether a claim has waited enough.
const LOOK: Duration = Duration::from_millis(500);
/// The message that a contract has if it takes notice of where creators' money goes.
const LISTEN: [u8; 4] = ink::selector_bytes!("PayoutListener::payout_changed");

/// Being a creator.
#[derive(Subcommand)]
pub enum Creator {
    /// Claim a handle and become a creator, in two transactions, so that nobody can snatch the handle.
    Register {
        /// The handle: 3 to 32 characters of a-z, 0-9 and hyphens.
        handle: String,
        #[command(flatten)]
        profile: ProfileArguments,
    },
    /// Claim a handle for a creator who released theirs.
    ClaimHandle {
        /// The creator, such as #7.
        creator: String,
        /// The handle.
        handle: String,
    },
    /// Give up a creator's handle; for 30 days only the same creator can have it back, unless it takes
    /// another.
    ReleaseHandle {
        /// The creator.
        creator: String,
    },
    /// Free the record of a handle that a creator gave up over 30 days ago, and get its deposit.
    ForgetHandle {
        /// The creator, such as #7.
        creator: String,
        /// The handle.
        handle: String,
    },
    /// Take back an announced claim that was not revealed in its 24 hours, and its deposit.
    CancelClaim,
    /// Replace a creator's profile.
    Profile {
        /// The creator.
        creator: String,
        #[command(flatten)]
        profile: ProfileArguments,
    },
    /// Let an account do something for a creator, or, with no permission named, no longer.
    Delegate {
        /// The creator.
        creator: String,
        /// The account.
        delegate: String,
        /// May publish items without a share for referrers, retire them and bring them back.
        #[arg(long)]
        catalogue: bool,
        /// May set prices, tiers and shares for referrers: everything that says what is paid, and to
        /// whom.
        #[arg(long)]
        price: bool,
        /// May change the profile.
        #[arg(long)]
        profile: bool,
    },
    /// Offer a creator to another account, which must accept.
    Offer {
        /// The creator.
        creator: String,
        /// The account; nobody, if it is left out: that takes an offer back.
        to: Option<String>,
    },
    /// Become the owner of a creator that was offered to the signer, and of all that it earns from then
    /// on.
    Accept {
        /// The creator.
        creator: String,
        /// The version that `show` told: refused if anything changed since.
        #[arg(long)]
        seen: Option<u32>,
    },
    /// Say who gets a creator's money.
    Split {
        /// The creator.
        creator: String,
        /// The version that `show` told: refused if anything changed since.
        #[arg(long)]
        seen: Option<u32>,
        /// Who gets how much, in percent, such as `ada=60`; all of them add up to 100.
        #[arg(required = true)]
        recipients: Vec<Share>,
    },
    /// Take a split off: all of a creator's money goes to its owner again.
    Unsplit {
        /// The creator.
        creator: String,
        /// The version that `show` told: refused if anything changed since.
        #[arg(long)]
        seen: Option<u32>,
    },
    /// Delete a creator for good, 30 days after its handle was released and a day after its first split
    /// was set, and get its deposits. Have all its money paid out before.
    Delete {
        /// The creator, such as #7.
        creator: String,
        /// The version that `show` told: refused if anything changed since.
        #[arg(long)]
        seen: Option<u32>,
    },
    /// Show a creator.
    Show {
        /// The creator.
        creator: String,
    },
    /// List creators, in the order in which they registered.
    List {
        /// How many to leave out at the start.
        #[arg(long, default_value_t = 0)]
        skip: CreatorId,
        /// How many to show.
        #[arg(long, default_value_t = 20)]
        count: CreatorId,
    },
    /// Show who has a handle, or whether it is free.
    Handle {
        /// The handle.
        handle: String,
    },
    /// Show what an account may do for a creator.
    Permissions {
        /// The creator.
        creator: String,
        /// The account.
        account: String,
    },
    /// Show an account's announced claim.
    Claim {
        /// The account; the signer's, if it is left out.
        account: Option<String>,
    },
}

/// What a creator says of themselves.
#[derive(Args)]
pub struct ProfileArguments {
    /// Where the profile is, such as a URL, in at most 128 bytes.
    #[arg(long, default_value = "")]
    uri: String,
    /// The profile itself: its hash is put on the chain.
    #[arg(long, value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
}

impl ProfileArguments {
    fn read(self) -> Result<Profile, Error> {
        Ok(Profile {
            commitment: super::content_of_any(&self.file)?,
            uri: self.uri,
        })
    }
}

/// Claims under way, by handle: without its salt, an announced claim is lost.
#[derive(Default, Serialize, Deserialize)]
struct Claims(BTreeMap<String, Secret>);

#[derive(Clone, Copy, Serialize, Deserialize)]
struct Secret {
    #[serde(with = "hex")]
    salt: [u8; 32],
}

impl Creator {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut registry: RegistryRef = session.contract()?;
        match self {
            Self::Register { handle, profile } => register(session, &handle, profile.read()?).await,
            Self::ClaimHandle { creator, handle } => claim_handle(session, &creator, &handle).await,
            Self::CancelClaim => {
                let message = registry.call_mut().cancel_commitment();
                session
                    .act("Take back a claim", Call::new(message, 0))
                    .await
                    .map(drop)
            }
            Self::ReleaseHandle { creator } => {
                let (id, _) = session.creator(&creator).await?;
                let message = registry.call_mut().release_handle(id);
                let words = format!("Release the handle of {creator}");
                session.send(&words, message, 0).await
            }
            Self::Profile { creator, profile } => {
                let (id, _) = session.creator(&creator).await?;
                let message = registry.call_mut().set_profile(id, profile.read()?);
                let words = format!("Set the profile of {creator}");
                session.send(&words, message, 0).await
            }
            Self::Delegate {
                creator,
                delegate,
                catalogue,
                price,
                profile,
            } => {
                let (id, _) = session.creator(&creator).await?;
                let account = session.account_of(&delegate).await?;
                let permissions = Permissions {
                    catalogue,
                    price,
                    profile,
                };
                let message = registry
                    .call_mut()
                    .set_delegate(id, account.id(), permissions);
                let words = format!("Set what {delegate} may do for {creator}");
                session.send(&words, message, 0).await
            }
            Self::Offer { creator, to } => {
                let (id, _) = session.creator(&creator).await?;
                let account = session.account_of_any(to.as_deref()).await?;
                let account = account.map(Account::id);
                let message = registry.call_mut().offer_ownership(id, account);
                let words = match to {
                    Some(name) => format!("Offer {creator} to {name}"),
                    None => format!("Take back the offer of {creator}"),
                };
                session.send(&words, message, 0).await
            }
            Self::ForgetHandle { creator, handle } => {
                let (id, _) = session.creator(&creator).await?;
                let message = registry.call_mut().forget_handle(id, handle.clone());
                session.send(&format!("Forget {handle}"), message, 0).await
            }
            Self::Accept { creator, seen } => {
                let (id, record) = session.creator(&creator).await?;
                let tell = listeners(session, id, &record)?;
                let message = registry.call_mut().accept_ownership(id, seen, tell);
                let words = format!("Become the owner of {creator}");
                session.send(&words, message, 0).await
            }
            Self::Split {
                creator,
                seen,
                recipients,
            } => set_split(session, &creator, seen, recipients).await,
            Self::Unsplit { creator, seen } => {
                let (id, record) = session.creator(&creator).await?;
                let tell = listeners(session, id, &record)?;
                let message = registry.call_mut().unset_payout(id, seen, tell);
                let words = format!("Let all money of {creator} go to its owner");
                session.send(&words, message, 0).await
            }
            Self::Delete { creator, seen } => {
                let (id, _) = session.creator(&creator).await?;
                let message = registry.call_mut().delete(id, seen);
                session
                    .send(&format!("Delete creator #{id}"), message, 0)
                    .await
            }
            reading => reading.read(session, registry).await,
        }
    }

    async fn read(self, session: &mut Session, registry: RegistryRef) -> Outcome {
        let registry = registry.call();
        match self {
            Self::Show { creator } => show(session, &creator).await,
            Self::List { skip, count } => list(session, skip, count).await,
            Self::Handle { handle } => {
                let message = registry.handle_state(handle);
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
            Self::Permissions { creator, account } => {
                let (id, record) = session.creator(&creator).await?;
                let account = session.account_of(&account).await?.id();
                let may = |permission| registry.controls(id, account, permission);
                let catalogue = session.client.read(may(Permission::Catalogue)).await?;
                let price = session.client.read(may(Permission::Price)).await?;
                let profile = session.client.read(may(Permission::Profile)).await?;
                let granted = registry.permissions(id, account);
                let (_, granted) = session.client.read_json(granted).await?;
                let owns = session.client.read(registry.owns(id, account)).await?;
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
            Self::Claim { account } => {
                let account = session.account_or_mine(account).await?;
                let message = registry.commitment(account.id());
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
            _ => Ok(()),
        }
    }
}

async fn show(session: &mut Session, name: &str) -> Outcome {
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

async fn list(session: &mut Session, skip: CreatorId, count: CreatorId) -> Outcome {
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

async fn set_split(
    session: &mut Session,
    creator: &str,
    seen: Option<u32>,
    shares: Vec<Share>,
) -> Outcome {
    let (id, record) = session.creator(creator).await?;
    let recipients = session.recipients(&shares).await?;
    let tell = listeners(session, id, &record)?;
    let mut registry: RegistryRef = session.contract()?;
    let message = registry.call_mut().set_payout(id, recipients, seen, tell);
    let words = format!("Set who gets the money of {creator}");
    session.send(&words, message, 0).await
}

/// The deployment's contracts that keep a copy of where a creator's money goes: its storefront, if that
/// takes notice of changes.
fn listeners(session: &Session, id: CreatorId, creator: &Record) -> Result<Vec<AccountId>, Error> {
    let payout = PayoutSplit {
        version: creator.split_version,
        recipients: Vec::new(),
    };
    let notice = (LISTEN, id, payout).encode();
    let listens = session
        .client
        .metadata(Contract::Storefront)?
        .describe(&notice);
    let storefront = session
        .client
        .deployment
        .address(Contract::Storefront)?
        .id();
    Ok(listens.ok().map(|_| storefront).into_iter().collect())
}

async fn register(session: &mut Session, handle: &str, profile: Profile) -> Outcome {
    let salt = announce(session, handle).await?;
    let mut registry: RegistryRef = session.contract()?;
    let expected = session
        .client
        .read(registry.call().overview())
        .await?
        .creators;
    let message = registry.call_mut().register(handle.into(), salt, profile);
    let words = format!("Register as {handle}");
    let call = Call::new(message, 0);
    match wait(session, &salt, handle).await? {
        Reveal::Tried => session.act(&words, call).await?,
        Reveal::Unseen => {
            let deposit = reveal_deposit(session)?;
            let reveal = session.act_unseen(&words, call, REVEAL, deposit, expected);
            reveal.await?
        }
    };
    let (id, _) = session.creator(handle).await?;
    forget(session, handle).await?;
    session.output.say(format!("{handle} is creator #{id}"));
    session.output.field("creator", id);
    Ok(())
}

async fn claim_handle(session: &mut Session, creator: &str, handle: &str) -> Outcome {
    let (id, _) = session.creator(creator).await?;
    let salt = announce(session, handle).await?;
    let mut registry: RegistryRef = session.contract()?;
    let message = registry.call_mut().claim_handle(id, handle.into(), salt);
    let words = format!("Claim {handle} for creator #{id}");
    let call = Call::new(message, 0);
    match wait(session, &salt, handle).await? {
        Reveal::Tried => session.act(&words, call).await?,
        Reveal::Unseen => {
            let deposit = reveal_deposit(session)?;
            let reveal = session.act_unseen(&words, call, REVEAL, deposit, ());
            reveal.await?
        }
    };
    forget(session, handle).await?;
    Ok(())
}

/// Announces a claim of a handle, unless that was done, and returns its salt.
async fn announce(session: &mut Session, handle: &str) -> Outcome<[u8; 32]> {
    farthing_types::handle::check(handle).map_err(|error| {
        Error::Input(farthing_client::Explain::explain(&error, session.token()))
    })?;
    session.outbox().await?;
    let path = session.file("claims").await?;
    let me = session.account().await?;
    let mut claims: Claims = files::read_json(&path)?.unwrap_or_default();
    let salt = match claims.0.get(handle) {
        Some(secret) => secret.salt,
        None => {
            let salt = super::random()?;
            claims.0.insert(handle.into(), Secret { salt });
            files::write_json(&path, &claims)?;
            salt
        }
    };
    let hash = commitment::handle_claim(handle, &me.id(), &salt);
    // One whose day is over is announced anew.
    let now = session.client.chain.best().await?;
    let now = session.client.chain.time(now.hash).await?;
    let stands = |pending: Commitment| pending.hash == hash && pending.expires() >= now;
    if !pending(session, me.id()).await?.is_some_and(stands) {
        let mut registry: RegistryRef = session.contract()?;
        // A handle that cannot be had is better known before than after.
        if let Some((id, _)) = session
            .client
            .read(registry.call().creator_by_handle(handle.into()))
            .await?
        {
            let taken = registry::claims::Unavailable::Taken(id);
            let done_before = session.outbox().await?.unfinished()?.is_some();
            if !done_before {
                return Err(Error::Input(farthing_client::Explain::explain(
                    &taken,
                    session.token(),
                ))
                .into());
            }
            return Ok(salt);
        }
        let message = registry.call_mut().commit(hash);
        let words = format!("Announce the claim of {handle}, without saying which");
        session.act(&words, Call::new(message, 0)).await?;
    }
    Ok(salt)
}

/// The deposit that a reveal locks at most.
fn reveal_deposit(session: &Session) -> Result<i128, Error> {
    let (items, bytes) = REVEAL_STORES;
    let most = session.client.chain.storage_price()?.of(items, bytes);
    Ok(i128::try_from(most).unwrap_or(i128::MAX))
}

async fn pending(session: &Session, account: AccountId) -> Result<Option<Commitment>, Error> {
    let registry: RegistryRef = session.contract()?;
    session
        .client
        .read(registry.call().commitment(account))
        .await
}

/// How a reveal is sent.
enum Reveal {
    /// As any other transaction: tried out first.
    Tried,
    /// Without trying, as it is possible only in its own block.
    Unseen,
}

/// Waits until an announced claim can be revealed.
async fn wait(session: &mut Session, salt: &[u8; 32], handle: &str) -> Outcome<Reveal> {
    let me = session.account().await?.id();
    let hash = commitment::handle_claim(handle, &me, salt);
    let registry: RegistryRef = session.contract()?;
    let wait = session.client.read(registry.call().overview()).await?.wait;
    let instant = session.client.chain.is_development();
    let mut told = false;
    loop {
        let best = session.client.chain.best().await?;
        let now = session.client.chain.time(best.hash).await?;
        // One that is not there any more was revealed by an earlier command.
        let pending = pending(session, me).await?;
        let Some(pending) = pending.filter(|pending| pending.hash == hash) else {
            return Ok(Reveal::Tried);
        };
        let first = pending.block.saturating_add(wait.blocks);
        let at = pending.at.saturating_add(wait.millis);
        if best.number >= first && now >= at {
            return Ok(Reveal::Tried);
        }
        if instant && best.number.saturating_add(1) >= first && now >= at {
            return Ok(Reveal::Unseen);
        }
        if !told {
            session.output.note(format!(
                "The claim waits, so that nobody can overtake it: until block {first}, and {}.",
                farthing_client::time(at)
            ));
            told = true;
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// The claim is through: its salt is of no use any more.
async fn forget(session: &mut Session, handle: &str) -> Outcome {
    let path = session.file("claims").await?;
    let mut claims: Claims = files::read_json(&path)?.unwrap_or_default();
    claims.0.remove(handle);
    Ok(files::write_json(&path, &claims)?)
}
