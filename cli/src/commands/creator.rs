//! `farthing creator`: the registry's messages.

mod claim;
mod show;

use crate::{outcome::Outcome, session::Session, values::Share};
use clap::{Args, Subcommand, ValueHint};
use farthing_client::{Account, Call, Error};
use farthing_contracts::registry::{
    creator::{Creator as Record, Permissions, Profile},
    PayoutSplit, RegistryRef,
};
use farthing_contracts::Contract;
use farthing_types::CreatorId;
use ink::{codegen::TraitCallBuilder, primitives::AccountId};
use scale::Encode;
use std::path::PathBuf;

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

impl Creator {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut registry: RegistryRef = session.contract()?;
        match self {
            Self::Register { handle, profile } => {
                claim::register(session, &handle, profile.read()?).await
            }
            Self::ClaimHandle { creator, handle } => {
                claim::claim_handle(session, &creator, &handle).await
            }
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
            Self::Show { creator } => show::show(session, &creator).await,
            Self::List { skip, count } => show::list(session, skip, count).await,
            Self::Handle { handle } => show::handle(session, handle).await,
            Self::Permissions { creator, account } => {
                show::permissions(session, &creator, &account).await
            }
            Self::Claim { account } => show::claim(session, account).await,
        }
    }
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
