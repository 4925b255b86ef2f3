//! `farthing pool`: collecting for something.

mod create;
mod give;
mod list;
mod share;
mod show;
mod take;

use crate::{
    outcome::Outcome,
    session::Session,
    values::{number_of, numbered, points, Amount, When},
};
use clap::{Args, Subcommand, ValueHint};
use farthing_client::{Account, Error};
use farthing_contracts::pool::{events::Note, PoolRef};
use farthing_contracts::pool_factory::PoolFactoryRef;
use farthing_contracts::Contract;
use ink::codegen::TraitCallBuilder;
use std::path::PathBuf;

/// Collecting for something. A POOL is an address, `#` or `id:` and the pool's number in the list, or its title
/// if no other pool has the same, letters' case and spaces aside.
#[derive(Subcommand)]
pub enum Pool {
    /// Make a pool. Its rules can never change.
    Create(create::Create),
    /// Print the address that a pool will have, if it is made like this.
    Address(create::Create),
    /// Give something.
    Donate {
        /// The pool.
        pool: String,
        /// How much.
        amount: Amount,
        /// In whose name, if not the signer's: an address, or a creator's handle.
        #[arg(long = "for", value_name = "ACCOUNT")]
        donor: Option<String>,
        /// What the donor says; only its hash goes to the chain.
        #[arg(long)]
        memo: Option<String>,
    },
    /// Hand in what others gave, each in their name.
    DonateMany {
        /// The pool.
        pool: String,
        /// Who gave how much, as ACCOUNT=AMOUNT.
        #[arg(required = true)]
        gifts: Vec<String>,
    },
    /// Put money in to match others' donations with.
    Sponsor {
        /// The pool.
        pool: String,
        /// How much.
        amount: Amount,
        /// How much is added to a donation, in percent of it: 10 to 1000.
        #[arg(long, default_value = "100", value_name = "PERCENT", value_parser = points)]
        match_percent: u32,
        /// The most that is added for one donor; for one donation, if the pool has no goal.
        #[arg(long)]
        per_donor: Amount,
        /// Until when, if not until the pool closes.
        #[arg(long)]
        until: Option<When>,
    },
    /// Give a sponsor back what was not needed, when matching is over.
    ReturnSponsorship {
        /// The pool.
        pool: String,
        /// The sponsor's number.
        #[arg(value_parser = numbered::<u32>)]
        sponsor: u32,
    },
    /// Give something that nobody ever gets back, and that counts towards no goal.
    Grant {
        /// The pool.
        pool: String,
        /// How much.
        amount: Amount,
    },
    /// Give the beneficiaries the money that reached the pool in other ways: plain transfers, vouchers, streams.
    TakeIn {
        /// The pool.
        pool: String,
    },
    /// Settle, after the deadline, whose the money is.
    Finalise {
        /// The pool.
        pool: String,
    },
    /// Give a donor their money back, if the goal was missed.
    Refund {
        /// The pool.
        pool: String,
        /// Whom; the signer, if it is left out.
        donor: Option<String>,
    },
    /// Pay the beneficiaries what the pool holds for them: after a goal, or as its schedule says.
    Payout {
        /// The pool.
        pool: String,
        /// As a beneficiary: a document that says what the money is spent on; its hash goes to the chain.
        #[arg(long, value_hint = ValueHint::FilePath)]
        note: Option<PathBuf>,
        /// Where that document is, in at most 128 bytes.
        #[arg(long, default_value = "", requires = "note")]
        uri: String,
    },
    /// As a beneficiary, say what a payout was spent on.
    Explain {
        /// The pool.
        pool: String,
        /// The payout's number; what went straight through, if it is left out.
        #[arg(value_parser = numbered::<u32>)]
        payout: Option<u32>,
        #[command(flatten)]
        note: NoteArguments,
    },
    /// As the maker or a beneficiary, publish news of the pool.
    News {
        /// The pool.
        pool: String,
        /// The news, a file: its hash goes to the chain.
        #[arg(value_hint = ValueHint::FilePath)]
        news: PathBuf,
        /// Where the news are, in at most 128 bytes.
        #[arg(long, default_value = "")]
        uri: String,
    },
    /// As a beneficiary, offer the signer's own share to another account, which must accept it.
    OfferShare {
        /// The pool.
        pool: String,
        /// To whom: an address, or a creator's handle.
        #[arg(required_unless_present = "withdraw", conflicts_with = "withdraw")]
        to: Option<String>,
        /// Take the offer back.
        #[arg(long)]
        withdraw: bool,
    },
    /// Take over a share that was offered to the signer, with all that it has not been sent yet.
    AcceptShare {
        /// The pool.
        pool: String,
        /// Whose share it is: an address, or a creator's handle.
        from: String,
    },
    /// Send an account what the pool keeps for it.
    Withdraw {
        /// The pool.
        pool: String,
        /// Whose; the signer's, if it is left out.
        account: Option<String>,
    },
    /// Free a donor's record that the signer paid for, or that is the signer's, when it is of no more use.
    Forget {
        /// The pool.
        pool: String,
        /// The donor; the signer, if it is left out.
        donor: Option<String>,
    },
    /// Show a pool.
    Show {
        /// The pool.
        pool: String,
        /// Also what it has of this account.
        #[arg(long)]
        account: Option<String>,
    },
    /// List pools, newest first.
    List {
        /// Only those of this creator.
        #[arg(long)]
        creator: Option<String>,
        /// How many to leave out at the start.
        #[arg(long, default_value_t = 0)]
        skip: u32,
        /// How many to show.
        #[arg(long, default_value_t = 20)]
        count: u32,
    },
    /// As a creator, take a pool off the creator's list, or put it back.
    Unlist {
        /// The pool's number.
        #[arg(value_parser = numbered::<u32>)]
        pool: u32,
        /// Put it back.
        #[arg(long)]
        back: bool,
    },
    /// Show the factory's terms.
    Factory,
}

/// What money is spent on.
#[derive(Args)]
pub struct NoteArguments {
    /// A document that says what the money is spent on: its hash goes to the chain.
    #[arg(long, value_hint = ValueHint::FilePath)]
    note: PathBuf,
    /// Where that document is, in at most 128 bytes.
    #[arg(long, default_value = "")]
    uri: String,
}

impl NoteArguments {
    fn read(self) -> Result<Note, Error> {
        Ok(Note {
            commitment: super::content_of(&self.note)?,
            uri: self.uri,
        })
    }
}

impl Pool {
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            Self::Create(create) => create.run(session).await,
            Self::Address(create) => create.address(session).await,
            Self::Donate {
                pool,
                amount,
                donor,
                memo,
            } => give::donate(session, &pool, amount.of(session.token())?, donor, memo).await,
            Self::DonateMany { pool, gifts } => give::donate_many(session, &pool, &gifts).await,
            Self::Sponsor {
                pool,
                amount,
                match_percent,
                per_donor,
                until,
            } => {
                give::sponsor(
                    session,
                    &pool,
                    amount.of(session.token())?,
                    match_percent,
                    per_donor.of(session.token())?,
                    until,
                )
                .await
            }
            Self::Grant { pool, amount } => {
                give::grant(session, &pool, amount.of(session.token())?).await
            }
            Self::TakeIn { pool } => give::take_in(session, &pool).await,
            Self::ReturnSponsorship { pool, sponsor } => {
                take::return_sponsorship(session, &pool, sponsor).await
            }
            Self::Finalise { pool } => take::finalise(session, &pool).await,
            Self::Refund { pool, donor } => take::refund(session, &pool, donor).await,
            Self::Payout { pool, note, uri } => {
                let note = note.map(|note| NoteArguments { note, uri });
                take::payout(session, &pool, note).await
            }
            Self::Explain { pool, payout, note } => {
                take::explain(session, &pool, payout, note).await
            }
            Self::News { pool, news, uri } => share::news(session, &pool, &news, uri).await,
            Self::OfferShare { pool, to, .. } => share::offer(session, &pool, to).await,
            Self::AcceptShare { pool, from } => share::accept(session, &pool, &from).await,
            Self::Withdraw { pool, account } => take::withdraw(session, &pool, account).await,
            Self::Forget { pool, donor } => take::forget(session, &pool, donor).await,
            Self::Show { pool, account } => show::show(session, &pool, account).await,
            Self::List {
                creator,
                skip,
                count,
            } => list::list(session, creator, skip, count).await,
            Self::Unlist { pool, back } => create::set_listed(session, pool, back).await,
            Self::Factory => show::factory(session).await,
        }
    }
}

/// The pool with an address, a number after `#` or `id:`, or a title of its own; checked to be one.
pub async fn find(session: &Session, name: &str) -> Result<Account, Error> {
    let address = match (number_of(name), name.parse()) {
        (Some(number), _) => {
            let unknown = || Error::Input(format!("There is no pool {name}."));
            let number = number.parse().map_err(|_| unknown())?;
            let factory: PoolFactoryRef = session.contract()?;
            let listed = session.client.read(factory.call().pool(number)).await?;
            listed.ok_or_else(unknown)?.account.into()
        }
        (None, Ok(address)) => address,
        (None, Err(_)) => list::titled(session, name).await?,
    };
    session.client.check(Contract::Pool, address).await?;
    Ok(address)
}

/// The same, to send messages to.
async fn at(session: &Session, name: &str) -> Result<(Account, PoolRef), Error> {
    let address = find(session, name).await?;
    Ok((address, farthing_client::at(address)))
}
