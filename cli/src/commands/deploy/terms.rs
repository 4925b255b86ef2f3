//! What contracts are made with, for good: its limits, and whether what is there was made with it.

use super::Deploy;
use crate::values::{percent, span_text, Part};
use farthing_client::{at, Account, Chain, Client, Error, Explain, Token};
use farthing_contracts::{
    channels::ChannelsRef,
    pool::terms::{Fee, MAX_FEE as MAX_POOL_FEE},
    pool_factory::PoolFactoryRef,
    registry::{
        claims::{HandleState, Wait},
        RegistryRef,
    },
    storefront::{StorefrontRef, MAX_FEE},
    streams::StreamsRef,
    Contract,
};
use farthing_types::handle;
use ink::codegen::TraitCallBuilder;
use std::{collections::BTreeMap, str::FromStr};

/// A fee, in basis points, which people write as percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Points(pub u16);

impl FromStr for Points {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A fee holds for good, and a number by itself was once taken for basis points.
        let says_of_what = text.ends_with('%') || text.contains('/') || text == "0";
        if !says_of_what {
            return Err(format!(
                "{text:?} is not a percentage or a fraction: write 5%, 0.05% or 1/200"
            ));
        }
        let part: Part = text.parse()?;
        let points = part
            .of(10_000)
            .and_then(|points| u16::try_from(points).ok());
        points
            .map(Self)
            .ok_or_else(|| format!("{text} is no fee: the smallest part is 0.01 %"))
    }
}

/// What contracts that are not there yet are made with.
pub struct Terms {
    pub fee: u16,
    pub treasury: Account,
    pub guardian: Option<Account>,
    pub pool_fee: Option<Fee>,
    pub reserved: Vec<String>,
    pub wait: Wait,
}

impl Deploy {
    /// Checks what was given against the contracts' own limits.
    ///
    /// # Errors
    /// [`Error::Input`].
    pub(super) fn check(&self) -> Result<(), Error> {
        let fees = [
            ("--fee", self.fee, MAX_FEE),
            ("--pool-fee", self.pool_fee, MAX_POOL_FEE),
        ];
        for (name, fee, most) in fees {
            if let Some(Points(points)) = fee.filter(|fee| fee.0 > most) {
                let (asked, most) = (percent(points), percent(most));
                return Err(Error::Input(format!(
                    "{name} is {asked}: it is at most {most}."
                )));
            }
        }
        for name in &self.reserve {
            handle::check(name).map_err(|error| {
                let why = error.explain(&Token::default());
                Error::Input(format!("{name:?} cannot be reserved. {why}"))
            })?;
        }
        let wait = Wait {
            millis: self.claim_wait.map_or(0, |span| span.0),
            blocks: self.claim_blocks.unwrap_or(1),
        };
        match wait.is_good() {
            true => Ok(()),
            false => Err(Error::Input(format!(
                "A claim waits for 1 to {} blocks, and for at most {}.",
                Wait::MAX.blocks,
                span_text(Wait::MAX.millis)
            ))),
        }
    }

    /// What contracts are made with by `deployer`. Where nothing was said, what the contracts that are there
    /// have is taken over, so that a deployment goes on as it began.
    pub(super) fn terms(&self, chain: &Chain, deployer: Account, there: &There) -> Terms {
        let treasury = self.treasury.or(there.treasury).unwrap_or(deployer);
        let usual = match chain.is_development() {
            // Its blocks come when there are transactions, and nobody else's.
            true => Wait {
                millis: 0,
                blocks: 1,
            },
            false => Wait::STANDARD,
        };
        let pool_fee = self.pool_fee.filter(|fee| fee.0 > 0).map(|fee| Fee {
            points: fee.0,
            treasury: treasury.id(),
        });
        Terms {
            fee: self.fee.map_or(0, |fee| fee.0),
            treasury,
            guardian: self.guardian.or(there.guardian),
            pool_fee,
            reserved: self.reserve.clone(),
            wait: Wait {
                millis: self.claim_wait.map_or(usual.millis, |span| span.0),
                blocks: self.claim_blocks.unwrap_or(usual.blocks),
            },
        }
    }
}

/// What contracts that are there say of themselves.
#[derive(Default)]
pub struct There {
    treasury: Option<Account>,
    guardian: Option<Account>,
    /// In what they differ from what was asked, each in a sentence.
    pub differences: Vec<String>,
}

impl There {
    /// Reads what contracts are of, and compares it with what was asked.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn read(
        client: &Client,
        contracts: &BTreeMap<Contract, Account>,
        asked: &Deploy,
    ) -> Result<Self, Error> {
        let mut there = Self::default();
        for (contract, address) in contracts {
            match contract {
                Contract::Registry => there.registry(client, *address, asked).await?,
                Contract::Storefront => there.storefront(client, *address, asked).await?,
                Contract::PoolFactory => there.factory(client, *address, asked).await?,
                Contract::Channels => {
                    let channels: ChannelsRef = at(*address);
                    let overview = client.read(channels.call().overview()).await?;
                    let guardian = overview.guardian.map(Account::from);
                    there.guardian(*contract, guardian, asked);
                }
                Contract::Streams => {
                    let streams: StreamsRef = at(*address);
                    let overview = client.read(streams.call().overview()).await?;
                    let guardian = overview.guardian.map(Account::from);
                    there.guardian(*contract, guardian, asked);
                }
                Contract::Pool | Contract::MatchingRound => {}
            }
        }
        Ok(there)
    }

    async fn registry(
        &mut self,
        client: &Client,
        address: Account,
        asked: &Deploy,
    ) -> Result<(), Error> {
        let registry: RegistryRef = at(address);
        let wait = client.read(registry.call().overview()).await?.wait;
        let whose = Contract::Registry;
        let time = asked.claim_wait.map(|span| span_text(span.0));
        self.compare(whose, "wait of claims", span_text(wait.millis), time);
        let blocks = asked.claim_blocks.map(|blocks| blocks.to_string());
        self.compare(
            whose,
            "wait of claims in blocks",
            wait.blocks.to_string(),
            blocks,
        );
        for handle in &asked.reserve {
            let state = registry.call().handle_state(handle.clone());
            if client.read(state).await? != Some(HandleState::Reserved) {
                self.differences
                    .push(format!("the registry does not reserve {handle:?}"));
            }
        }
        Ok(())
    }

    async fn storefront(
        &mut self,
        client: &Client,
        address: Account,
        asked: &Deploy,
    ) -> Result<(), Error> {
        let storefront: StorefrontRef = at(address);
        let overview = client.read(storefront.call().overview()).await?;
        let (whose, treasury) = (Contract::Storefront, Account::from(overview.treasury));
        let fee = asked.fee.map(|fee| percent(fee.0));
        self.compare(whose, "fee", percent(overview.fee), fee);
        let to = asked.treasury.map(|to| to.to_string());
        self.compare(whose, "treasury", treasury.to_string(), to);
        self.treasury = Some(treasury);
        self.guardian(whose, overview.guardian.map(Account::from), asked);
        Ok(())
    }

    async fn factory(
        &mut self,
        client: &Client,
        address: Account,
        asked: &Deploy,
    ) -> Result<(), Error> {
        let factory: PoolFactoryRef = at(address);
        let fee = client.read(factory.call().overview()).await?.fee;
        let whose = Contract::PoolFactory;
        let points = fee.as_ref().map_or(0, |fee| fee.points);
        let wanted = asked.pool_fee.map(|fee| percent(fee.0));
        self.compare(whose, "fee of pools", percent(points), wanted);
        if let Some(fee) = fee {
            let to = asked.treasury.map(|to| to.to_string());
            let treasury = Account::from(fee.treasury);
            self.compare(whose, "treasury", treasury.to_string(), to);
        }
        Ok(())
    }

    fn guardian(&mut self, whose: Contract, is: Option<Account>, asked: &Deploy) {
        let text = is.map_or("nobody".into(), |is| is.to_string());
        let wanted = asked.guardian.map(|wanted| wanted.to_string());
        self.compare(whose, "guardian", text, wanted);
        self.guardian = self.guardian.or(is);
    }

    /// Notes a difference, if something was asked.
    fn compare(&mut self, whose: Contract, what: &str, is: String, asked: Option<String>) {
        if let Some(asked) = asked.filter(|asked| *asked != is) {
            self.differences.push(format!(
                "the {what} of the {whose} is {is}, and not {asked}"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fees_are_percent_or_fractions_and_say_so() {
        let points = |text: &str| text.parse::<Points>().map(|points| points.0);
        assert_eq!(points("0.05%"), Ok(5));
        assert_eq!(points("5%"), Ok(500));
        assert_eq!(points("1/200"), Ok(50));
        assert_eq!(points("0"), Ok(0));
        for bad in ["5", "300", "0.001%", "1/3", "x%", "-1%"] {
            assert!(points(bad).is_err(), "{bad}");
        }
    }
}
