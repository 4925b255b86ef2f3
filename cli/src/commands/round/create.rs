//! Making rounds.

use crate::{
    outcome::Outcome,
    session::Session,
    values::{percent, points, Amount, When},
};
use clap::{Args, ValueHint};
use farthing_client::{Account, Error, Instance};
use farthing_contracts::matching_round::{terms::Terms, MatchingRoundRef};
use farthing_contracts::Contract;
use farthing_types::DAY;
use serde_json::json;
use std::path::PathBuf;

/// The rules of a round.
#[derive(Args)]
pub struct Create {
    /// What it is called, here and on the chain, in at most 64 bytes.
    name: String,
    /// Until when the organiser chooses the pools; a day before it opens, if it is left out, or halfway if
    /// that is over. From then on sponsors see them all, and can still leave.
    #[arg(long)]
    chosen: Option<When>,
    /// From when on donations count, and sponsors cannot leave, such as +8d.
    #[arg(long)]
    opens: When,
    /// From when on donations no longer count.
    #[arg(long)]
    closes: When,
    /// From when on the money can be divided; a week after it closes, if it is left out. Until then pools can
    /// be struck off.
    #[arg(long)]
    divides: Option<When>,
    /// The least that a donation can be.
    #[arg(long)]
    minimum: Amount,
    /// How much of what one donor gives to one pool counts.
    #[arg(long)]
    cap: Amount,
    /// The largest part of the money that one pool gets, in percent.
    #[arg(long, default_value = "20", value_name = "PERCENT", value_parser = max_share)]
    max_share: u16,
    /// How many donors a pool needs to get anything, at least 2.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(2..))]
    min_donors: u32,
    /// Who chooses the pools; the signer, if it is left out.
    #[arg(long)]
    organiser: Option<String>,
    /// Who says which accounts can donate; everybody can, if it is left out.
    #[arg(long)]
    verifier: Option<String>,
    /// A description: its hash goes to the chain.
    #[arg(long, value_hint = ValueHint::FilePath)]
    description: Option<PathBuf>,
    /// Where the description is, in at most 128 bytes.
    #[arg(long, default_value = "")]
    uri: String,
}

impl Create {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let maker = session.account().await?;
        let terms = self.terms(session).await?;
        if terms.verifier.is_none() {
            session.output.warn(format!(
                "Nobody checks in this round that accounts are different people: someone with {} accounts can draw {} of the money. Name a --verifier to prevent that.",
                self.min_donors,
                percent(self.max_share)
            ));
        }
        let code = session
            .client
            .deployment
            .code_hash(Contract::MatchingRound)?;
        let constructor = MatchingRoundRef::new(terms);
        let instance = Instance::new(code, constructor, self.name.as_bytes());
        let address = instance.address(maker);
        let deployment = &session.client.deployment;
        deployment.check_round(&self.name, address)?;
        session.settle_earlier().await?;
        if session.client.chain.code_of(address).await?.is_none() {
            let chain = session.client.chain.clone();
            let metadata = session.client.metadata(Contract::MatchingRound)?;
            let what = metadata.describe(&instance.input)?;
            let step = chain.plan_instance(maker, "round", &instance).await;
            let step = step.map_err(|error| metadata.named(error))?;
            let words = format!("Make the round {}", self.name);
            session.take_step(&words, Some(&what), step).await?;
        }
        session
            .client
            .check(Contract::MatchingRound, address)
            .await?;
        session.client.add_round(&self.name, address)?;
        session
            .output
            .say(format!("The round {} is at {address}", self.name));
        session.output.field("round", json!(address));
        Ok(())
    }

    async fn terms(&self, session: &mut Session) -> Result<Terms, Error> {
        let now = session.moment(&format!("round {}", self.name)).await?;
        let organiser = session.account_or_mine(self.organiser.clone()).await?;
        let verifier = session.account_of_any(self.verifier.as_deref()).await?;
        let description = crate::commands::content_of_any(&self.description)?;
        let (opens, closes) = (self.opens.from(now), self.closes.from(now));
        let early = opens.saturating_sub(DAY);
        let chosen = match self.chosen {
            Some(chosen) => chosen.from(now),
            None if early > now => early,
            None => now.midpoint(opens),
        };
        Ok(Terms {
            title: self.name.clone(),
            description,
            uri: self.uri.clone(),
            organiser: organiser.id(),
            factory: session
                .client
                .deployment
                .address(Contract::PoolFactory)?
                .id(),
            chosen,
            opens,
            closes,
            divides: match self.divides {
                Some(divides) => divides.from(now),
                None => closes.saturating_add(7 * DAY),
            },
            minimum: self.minimum.of(session.token())?,
            cap: self.cap.of(session.token())?,
            max_share: self.max_share,
            min_donors: self.min_donors,
            verifier: verifier.map(Account::id),
        })
    }
}

/// A part of a round's money, in basis points.
fn max_share(text: &str) -> Result<u16, String> {
    match points(text)? {
        points @ 1..=10_000 => u16::try_from(points).map_err(|error| error.to_string()),
        _ => Err("a pool gets more than 0 % and at most 100 % of the money".into()),
    }
}
