//! `farthing round`: dividing sponsors' money among pools by how many gave to them.

mod create;

use super::pool::find as find_pool;
use crate::{
    arguments::Amount,
    output::unit,
    session::{Outcome, Session},
};
use clap::Subcommand;
use farthing_client::{Account, Error};
use farthing_types::commitment;
use ink::codegen::TraitCallBuilder;
use matching_round::MatchingRoundRef;
use serde_json::json;

/// Dividing sponsors' money among pools by how many gave to them. A ROUND is the name that it was created
/// with, or an address.
#[derive(Subcommand)]
pub enum Round {
    /// Make a round. Its rules can never change.
    Create(create::Create),
    /// As the organiser, take a pool of the factory into the round, before it opens.
    Enter {
        /// The round.
        round: String,
        /// The pool's number in the list of pools.
        pool: u32,
    },
    /// As the verifier, put accounts on the list of those who can donate.
    Allow {
        /// The round.
        round: String,
        /// Addresses, or creators' handles.
        #[arg(required = true)]
        accounts: Vec<String>,
    },
    /// As the verifier, take accounts off the list again, and get their storage deposits back.
    Clear {
        /// The round.
        round: String,
        /// Addresses, or creators' handles.
        #[arg(required = true)]
        accounts: Vec<String>,
    },
    /// Put money in, to be divided.
    Sponsor {
        /// The round.
        round: String,
        /// How much.
        amount: Amount,
    },
    /// Give a sponsor back what was not divided, if it was not.
    TakeBack {
        /// The round.
        round: String,
        /// Whom; the signer, if it is left out.
        sponsor: Option<String>,
    },
    /// Give something to a pool, so that the round counts it.
    Donate {
        /// The round.
        round: String,
        /// The pool: its address, or # and its number.
        pool: String,
        /// How much.
        amount: Amount,
        /// What the donor says; only its hash goes to the chain.
        #[arg(long)]
        memo: Option<String>,
    },
    /// Work out what each pool gets, when the round is over.
    Divide {
        /// The round.
        round: String,
        /// How many pools in one call.
        #[arg(long, default_value_t = 64)]
        count: u32,
    },
    /// Pay a pool its share.
    Pay {
        /// The round.
        round: String,
        /// The pool: its address, or # and its number.
        pool: String,
    },
    /// Free the record of what the signer gave to a pool, and get its storage deposit back.
    Forget {
        /// The round.
        round: String,
        /// The pool: its address, or # and its number.
        pool: String,
    },
    /// Free the record of what the signer sponsored, and get its storage deposit back.
    ForgetSponsorship {
        /// The round.
        round: String,
    },
    /// Show a round, and what each pool would get.
    Show {
        /// The round.
        round: String,
        /// Also what it has of this account.
        #[arg(long)]
        account: Option<String>,
    },
    /// List the rounds that were created here.
    List,
}

impl Round {
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            Self::Create(create) => create.run(session).await,
            Self::Enter { round, pool } => {
                let mut to = at(session, &round).await?;
                let words = format!("Take pool #{pool} into the round {round}");
                let message = to.call_mut().enter(pool);
                session.send(&words, message, 0).await
            }
            Self::Allow { round, accounts } => {
                let mut to = at(session, &round).await?;
                let ids = ids(session, &accounts).await?;
                session
                    .send(
                        &format!("List donors of {round}"),
                        to.call_mut().allow(ids),
                        0,
                    )
                    .await
            }
            Self::Clear { round, accounts } => {
                let mut to = at(session, &round).await?;
                let ids = ids(session, &accounts).await?;
                let words = format!("Take donors of {round} off the list");
                session.send(&words, to.call_mut().clear(ids), 0).await
            }
            Self::Sponsor { round, amount } => {
                let mut to = at(session, &round).await?;
                let words = format!("Sponsor the round {round} with {}", unit(amount.0));
                session
                    .send(&words, to.call_mut().sponsor(), amount.0)
                    .await
            }
            Self::TakeBack { round, sponsor } => {
                let mut to = at(session, &round).await?;
                let sponsor = session.account_or_mine(sponsor).await?;
                let words = format!("Give {sponsor} back what they sponsored {round} with");
                session
                    .send(&words, to.call_mut().take_back(sponsor.id()), 0)
                    .await
            }
            Self::Donate {
                round,
                pool,
                amount,
                memo,
            } => {
                let mut to = at(session, &round).await?;
                let address = find_pool(session, &pool).await?;
                let memo = memo.map(|memo| commitment::blake2_256(memo.as_bytes()));
                let words = format!(
                    "Give {} to pool {pool} through the round {round}",
                    unit(amount.0)
                );
                session
                    .send(&words, to.call_mut().donate(address.id(), memo), amount.0)
                    .await
            }
            Self::Divide { round, count } => {
                let mut to = at(session, &round).await?;
                let message = to.call_mut().divide(count);
                let words = format!("Divide the money of the round {round}");
                session.send(&words, message, 0).await
            }
            Self::Pay { round, pool } => {
                let mut to = at(session, &round).await?;
                let address = find_pool(session, &pool).await?;
                let words = format!("Pay pool {pool} its share of the round {round}");
                session
                    .send(&words, to.call_mut().pay(address.id()), 0)
                    .await
            }
            Self::Forget { round, pool } => {
                let mut to = at(session, &round).await?;
                let address = find_pool(session, &pool).await?;
                let words = format!("Free the record of a donation through {round}");
                session
                    .send(&words, to.call_mut().forget(address.id()), 0)
                    .await
            }
            Self::ForgetSponsorship { round } => {
                let mut to = at(session, &round).await?;
                let words = format!("Free the record of a sponsorship of {round}");
                session
                    .send(&words, to.call_mut().forget_sponsorship(), 0)
                    .await
            }
            Self::Show { round, account } => show(session, &round, account).await,
            Self::List => {
                for (name, address) in &session.client.deployment.rounds {
                    session.output.say(format!("{name}  {address}"));
                }
                session
                    .output
                    .field("rounds", json!(session.client.deployment.rounds));
                Ok(())
            }
        }
    }
}

async fn ids(
    session: &Session,
    names: &[String],
) -> Result<Vec<ink::primitives::AccountId>, Error> {
    let mut ids = Vec::new();
    for name in names {
        ids.push(session.account_of(name).await?.id());
    }
    Ok(ids)
}

/// The round with a name or an address; checked to be one.
async fn find(session: &Session, name: &str) -> Result<Account, Error> {
    let address = match session.client.deployment.rounds.get(name) {
        Some(address) => *address,
        None => name.parse().map_err(|_| {
            Error::Input(format!("There is no round \"{name}\": `farthing round list` lists those that were created here."))
        })?,
    };
    session.client.check("matching_round", address).await?;
    Ok(address)
}

async fn at(session: &Session, name: &str) -> Result<MatchingRoundRef, Error> {
    Ok(farthing_client::at(find(session, name).await?))
}

async fn show(session: &mut Session, name: &str, whose: Option<String>) -> Outcome {
    let address = find(session, name).await?;
    let round: MatchingRoundRef = farthing_client::at(address);
    let round = round.call();
    let (_, mut json) = session.client.read_json(round.overview()).await?;
    let (pools, mut shown) = session.client.read_json(round.pools()).await?;
    let (owed, held) = session.client.read(round.solvency()).await?;
    json["address"] = json!(address);
    json["owed"] = owed.to_string().into();
    json["held"] = held.to_string().into();
    let account = session.account_of_any(whose.as_deref()).await?;
    let account = account.map(Account::id);
    if let Some(account) = account {
        let (_, sponsored) = session.client.read_json(round.sponsored(account)).await?;
        let listed = session.client.read(round.is_allowed(account)).await?;
        json["sponsored"] = sponsored;
        json["may_donate"] = listed.into();
    }
    for (pool, shown) in pools.iter().zip(shown.as_array_mut().into_iter().flatten()) {
        let (_, tally) = session
            .client
            .read_json(round.tally_of(pool.entry.account))
            .await?;
        shown["tally"] = tally;
        if let Some(account) = account {
            let message = round.contribution(pool.entry.account, account);
            let (_, given) = session.client.read_json(message).await?;
            shown["contribution"] = given;
        }
    }
    json["pools"] = shown;
    session.show_read("round", json);
    Ok(())
}
