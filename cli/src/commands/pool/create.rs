//! Making pools.

use crate::{
    outcome::Outcome,
    session::Session,
    values::{parts_text, Amount, Part, Share, When},
};
use clap::{Args, ValueHint};
use farthing_client::{time, Account, Call, Error};
use farthing_contracts::pool::terms::{Mode, Step, Terms};
use farthing_contracts::pool_factory::{events::PoolCreated, PoolFactoryRef};
use farthing_contracts::Contract;
use farthing_types::{commitment, split::PARTS, Balance, CreatorId};
use ink::codegen::TraitCallBuilder;
use serde_json::json;
use std::{path::PathBuf, str::FromStr};

/// What a page of the factory's list takes at most. Whoever makes the pool that fills a page pays for it, and
/// others may have come first.
const MAX_PAGE_BYTES: u32 = 2_048;

/// The rules of a pool.
#[derive(Args)]
pub struct Create {
    /// What it is for, in at most 64 bytes. The signer's pools with the same title and rules are one and
    /// the same.
    title: String,
    /// Who gets the money, in percent, such as `ada=60`; all of them add up to 100.
    #[arg(long, required = true, num_args = 1.., value_name = "ACCOUNT=PERCENT")]
    to: Vec<Share>,
    /// All or nothing: this must come in before the deadline, or everybody gets their money back.
    #[arg(long, requires = "deadline")]
    goal: Option<Amount>,
    /// When donations end, such as 2027-01-31 or +30d; never, if it is left out.
    #[arg(long)]
    deadline: Option<When>,
    /// The creator whose pool it is.
    #[arg(long)]
    creator: Option<String>,
    /// The least that a donation can be; the smallest unit, if it is left out.
    #[arg(long)]
    minimum: Option<Amount>,
    /// How fast the money can leave, such as `+30d=50 +60d=100`: from when on, how much percent.
    #[arg(long, num_args = 1.., value_name = "WHEN=PERCENT")]
    schedule: Vec<Release>,
    /// The least that a sponsor can put in, at least a hundredth of the goal; no sponsors, if it is left
    /// out. There is room for eight, and as little as this can take a place for long.
    #[arg(long)]
    least_sponsorship: Option<Amount>,
    /// A description: its hash goes to the chain.
    #[arg(long, value_hint = ValueHint::FilePath)]
    description: Option<PathBuf>,
    /// Where the description is, in at most 128 bytes.
    #[arg(long, default_value = "")]
    uri: String,
    /// Any word, to make another pool with the same title and rules.
    #[arg(long, default_value = "")]
    name: String,
}

/// From when on how much can leave.
#[derive(Clone)]
pub struct Release {
    from: When,
    part: Part,
}

impl FromStr for Release {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("\"{text}\" is no step: write +30d=50 or 2027-01-31=100");
        let (from, percent) = text.rsplit_once('=').ok_or_else(bad)?;
        Ok(Self {
            from: from.parse()?,
            part: percent.parse()?,
        })
    }
}

impl Create {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let (creator, terms, salt) = self.prepare(session).await?;
        let mut factory: PoolFactoryRef = session.contract()?;
        let message = factory.call_mut().create(creator, terms.clone(), salt);
        let words = format!(
            "Make the pool \"{}\"{}",
            self.title,
            ending(session, &terms.mode)
        );
        let page = session.client.chain.storage_price()?.of(1, MAX_PAGE_BYTES);
        let call = Call::new(message, 0).with_deposit_margin(page);
        let done = session.act(&words, call).await?;
        let address = session.client.deployment.address(Contract::PoolFactory)?;
        for event in done.receipt.events_of::<PoolCreated>(address) {
            let pool = Account::from(event.account);
            session
                .output
                .say(format!("It is pool #{}, {pool}", event.number));
            session.output.field("pool", json!(pool));
            session.output.field("number", event.number);
        }
        Ok(())
    }

    pub async fn address(self, session: &mut Session) -> Outcome {
        let (creator, terms, salt) = self.prepare(session).await?;
        let maker = session.account().await?;
        let factory: PoolFactoryRef = session.contract()?;
        let message = factory.call().address_of(maker.id(), creator, terms, salt);
        let pool = Account::from(session.client.read(message).await?);
        session.output.say(pool.to_string());
        session.output.field("pool", json!(pool));
        Ok(())
    }

    /// Says what a low least sponsorship means, where no goal bounds it.
    fn warn_of_dust(&self, session: &Session, least: Balance) {
        if self.goal.is_none() && least != 0 && least < session.token().whole() {
            session.output.note(format!(
                "As little as {} can take one of the pool's eight places for sponsors for up to 2 years.",
                session.unit(least)
            ));
        }
    }

    async fn prepare(
        &self,
        session: &mut Session,
    ) -> Result<(Option<CreatorId>, Terms, [u8; 32]), Error> {
        let creator = match &self.creator {
            Some(name) => Some(session.creator(name).await?.0),
            None => None,
        };
        let what = format!("pool {} / {}", self.title, self.name);
        let now = session.moment(&what).await?;
        let factory: PoolFactoryRef = session.contract()?;
        let fee = session.client.read(factory.call().overview()).await?.fee;
        let description = crate::commands::content_of_any(&self.description)?;
        let ends = self.deadline.map(|deadline| deadline.from(now));
        if let Some(ends) = ends.filter(|ends| *ends <= now) {
            return Err(Error::Input(format!(
                "The deadline, {}, has come already: name a later one.",
                time(ends)
            )));
        }
        let mode = match (&self.goal, ends) {
            (Some(goal), Some(deadline)) => Mode::AllOrNothing {
                goal: goal.of(session.token())?,
                deadline,
            },
            (_, closes) => Mode::KeepAll { closes },
        };
        let mut release = Vec::new();
        for step in &self.schedule {
            release.push(Step {
                from: step.from.from(now),
                parts: step.part.of(PARTS).ok_or_else(|| {
                    Error::Input(format!(
                        "A schedule's steps are whole parts: the smallest is {}.",
                        parts_text(1, PARTS)
                    ))
                })?,
            });
        }
        let token = session.token();
        let minimum = Amount::of_any(self.minimum.as_ref(), token)?.unwrap_or(1);
        let least_sponsorship =
            Amount::of_any(self.least_sponsorship.as_ref(), token)?.unwrap_or(0);
        self.warn_of_dust(session, least_sponsorship);
        let terms = Terms {
            title: self.title.clone(),
            description,
            uri: self.uri.clone(),
            beneficiaries: session.recipients(&self.to).await?,
            mode,
            minimum,
            fee,
            release,
            least_sponsorship,
        };
        let salt = commitment::blake2_256(format!("{}\n{}", self.title, self.name).as_bytes());
        Ok((creator, terms, salt))
    }
}

pub async fn set_listed(session: &mut Session, number: u32, listed: bool) -> Outcome {
    let mut factory: PoolFactoryRef = session.contract()?;
    let words = match listed {
        true => format!("Put pool #{number} back on its creator's list"),
        false => format!("Take pool #{number} off its creator's list"),
    };
    let message = factory.call_mut().set_listed(number, listed);
    session.send(&words, message, 0).await
}

/// How a pool ends, for people.
fn ending(session: &Session, mode: &Mode) -> String {
    match mode {
        Mode::KeepAll { closes: None } => ", which stays open".into(),
        Mode::KeepAll {
            closes: Some(closes),
        } => format!(", which closes at {}", time(*closes)),
        Mode::AllOrNothing { goal, deadline } => format!(
            ", which is all or nothing: {} until {}",
            session.unit(*goal),
            time(*deadline)
        ),
    }
}
