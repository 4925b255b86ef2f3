//! `farthing round`: dividing sponsors' money among pools by how many gave to them.

mod create;
mod donors;
mod show;

use super::pool::find as find_pool;
use crate::{
    outcome::Outcome,
    session::Session,
    values::{numbered, Amount},
};
use clap::{Subcommand, ValueHint};
use farthing_client::{Account, Call, Error};
use farthing_contracts::matching_round::MatchingRoundRef;
use farthing_contracts::Contract;
use farthing_types::commitment;
use ink::codegen::TraitCallBuilder;
use std::path::PathBuf;

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
        #[arg(value_parser = numbered::<u32>)]
        pool: u32,
    },
    /// As the organiser, take a pool out of the round again, while pools are chosen.
    TakeOut {
        /// The round.
        round: String,
        /// The pool: its address, id: and its number, or its title.
        pool: String,
    },
    /// As the organiser or the verifier, strike a pool off, before the money can be divided: it gets nothing.
    StrikeOff {
        /// The round.
        round: String,
        /// The pool: its address, id: and its number, or its title.
        pool: String,
        /// Why; only its hash goes to the chain.
        reason: String,
    },
    /// Take an objection to a pool back.
    Reinstate {
        /// The round.
        round: String,
        /// The pool: its address, id: and its number, or its title.
        pool: String,
    },
    #[command(flatten)]
    Donors(donors::Donors),
    /// Put money in, to be divided.
    Sponsor {
        /// The round.
        round: String,
        /// How much.
        amount: Amount,
    },
    /// Take everything that the signer put in out again, before the round opens.
    Leave {
        /// The round.
        round: String,
    },
    /// Give a sponsor back their part of what was not divided.
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
        /// The pool: its address, id: and its number, or its title.
        pool: String,
        /// How much.
        amount: Amount,
        /// What the donor says; only its hash goes to the chain.
        #[arg(long)]
        memo: Option<String>,
        /// The verifier's list, which the signer is on: a file with an address on each line.
        #[arg(long, value_hint = ValueHint::FilePath)]
        list: Option<PathBuf>,
    },
    /// Work out what each pool gets, when the round is over, and pay it.
    Divide {
        /// The round.
        round: String,
        /// How many pools to ask or to pay in one call.
        #[arg(long, default_value_t = 16)]
        calls: u32,
    },
    /// Ask one pool whether it missed its goal, where one before it does not answer.
    Ask {
        /// The round.
        round: String,
        /// The pool: its address, id: and its number, or its title.
        pool: String,
    },
    /// Pay a pool its share that it did not take when the money was divided.
    Pay {
        /// The round.
        round: String,
        /// The pool: its address, id: and its number, or its title.
        pool: String,
    },
    /// Free the record of what the signer gave to a pool, and get its storage deposit back.
    Forget {
        /// The round.
        round: String,
        /// The pool: its address, id: and its number, or its title.
        pool: String,
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
            Self::TakeOut { round, pool } => {
                let mut to = at(session, &round).await?;
                let address = find_pool(session, &pool).await?;
                let words = format!("Take pool {pool} out of the round {round}");
                let message = to.call_mut().take_out(address.id());
                session.send(&words, message, 0).await
            }
            Self::StrikeOff {
                round,
                pool,
                reason,
            } => {
                let mut to = at(session, &round).await?;
                let address = find_pool(session, &pool).await?;
                let why = commitment::blake2_256(reason.as_bytes());
                let words = format!("Strike pool {pool} off the round {round}");
                let message = to.call_mut().strike_off(address.id(), why);
                session.send(&words, message, 0).await
            }
            Self::Reinstate { round, pool } => {
                let mut to = at(session, &round).await?;
                let address = find_pool(session, &pool).await?;
                let words = format!("Take back what was objected to pool {pool} in {round}");
                let message = to.call_mut().reinstate(address.id());
                session.send(&words, message, 0).await
            }
            Self::Donors(donors) => donors.run(session).await,
            Self::Sponsor { round, amount } => {
                let mut to = at(session, &round).await?;
                let words = format!(
                    "Sponsor the round {round} with {}",
                    session.unit(amount.of(session.token())?)
                );
                session
                    .send(&words, to.call_mut().sponsor(), amount.of(session.token())?)
                    .await
            }
            Self::Leave { round } => {
                let mut to = at(session, &round).await?;
                let words = format!("Take back all that was put into {round}");
                session.send(&words, to.call_mut().leave(), 0).await
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
                list,
            } => {
                let mut to = at(session, &round).await?;
                let membership = match list {
                    Some(list) => Some(donors::membership(session, &to, &list).await?),
                    None => None,
                };
                let address = find_pool(session, &pool).await?;
                let memo = memo.map(|memo| commitment::blake2_256(memo.as_bytes()));
                let words = format!(
                    "Give {} to pool {pool} through the round {round}",
                    session.unit(amount.of(session.token())?)
                );
                let message = to.call_mut().donate(address.id(), memo, membership);
                session
                    .send(&words, message, amount.of(session.token())?)
                    .await
            }
            Self::Divide { round, calls } => {
                let mut to = at(session, &round).await?;
                let message = to.call_mut().divide(calls);
                let words = format!("Divide the money of the round {round}");
                let done = session.act(&words, Call::new(message, 0)).await?;
                session.output.field("left", done.answer);
                if done.answer > 0 {
                    session.output.say(format!(
                        "Up to {} pools are still to be asked or paid: run this again.",
                        done.answer
                    ));
                }
                Ok(())
            }
            Self::Ask { round, pool } => {
                let mut to = at(session, &round).await?;
                let address = find_pool(session, &pool).await?;
                let words = format!("Ask pool {pool} of the round {round} about its goal");
                session
                    .send(&words, to.call_mut().ask(address.id()), 0)
                    .await
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
            Self::Show { round, account } => show::show(session, &round, account).await,
            Self::List => show::list(session),
        }
    }
}

/// The round with a name or an address; checked to be one.
async fn find(session: &Session, name: &str) -> Result<Account, Error> {
    let address = match session.client.deployment.rounds.get(name) {
        Some(address) => *address,
        None => name.parse().map_err(|_| {
            Error::Input(format!("There is no round \"{name}\": `farthing round list` lists those that were created here."))
        })?,
    };
    session
        .client
        .check(Contract::MatchingRound, address)
        .await?;
    Ok(address)
}

async fn at(session: &Session, name: &str) -> Result<MatchingRoundRef, Error> {
    Ok(farthing_client::at(find(session, name).await?))
}
