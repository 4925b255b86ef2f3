//! The chain inside this process.

use super::{Account, Outcome, Stage};
use anyhow::{anyhow, Context, Result};
use farthing_chain::{AccountId, Balance, Chain, Constructor, Message, Receipt};
use farthing_contracts::Contract;
use farthing_types::Hash;
use scale::{Decode, Encode};
use std::{collections::VecDeque, fmt::Debug};

/// The chain inside this process, with its own clock or with the times of a story that was told before.
#[derive(Default)]
pub struct Embedded {
    chain: Chain,
    last: u64,
    replay: Option<Replay>,
}

/// A story that was told before.
struct Replay {
    /// The text that everyone's key is derived from, so that it is the same as in another run.
    run: String,
    /// The times that are still to come, one for each thing that depends on the clock.
    times: VecDeque<u64>,
}

// Only what happened on a node is told again.
#[cfg_attr(not(feature = "node"), allow(dead_code))]
impl Embedded {
    /// Makes a chain on which everything happens at the times at which it happened in another run.
    pub fn replay(run: &str, times: Vec<u64>) -> Result<Self> {
        let mut chain = Chain::new();
        // A node has the codes before the story begins, so that nobody in it has deposits for them.
        let uploader = chain.account("uploader", 10_000 * farthing_chain::UNIT);
        for name in farthing_artifacts::contracts()? {
            chain
                .upload(&uploader, &farthing_artifacts::wasm(&name))
                .map_err(|e| anyhow!("the code of the {name} is refused: {e:?}"))?;
        }
        Ok(Self {
            // Taken out while it makes no blocks, so that it makes none by itself from now on: its
            // blocks would be further apart than those of a node.
            chain: chain.in_one_block(std::mem::take),
            last: 0,
            replay: Some(Replay {
                run: run.into(),
                times: times.into(),
            }),
        })
    }

    /// Returns how many of the times of a replay were not used.
    pub fn times_left(&self) -> usize {
        self.replay.as_ref().map_or(0, |replay| replay.times.len())
    }
}

impl Embedded {
    /// Moves the clock to the time of what comes next, in a replay.
    fn follow(&mut self) -> Result<()> {
        let Some(replay) = &mut self.replay else {
            return Ok(());
        };
        let time = replay.times.pop_front();
        let time = time.context("more happens on the embedded chain than on the node")?;
        if time > self.chain.now() {
            self.chain.seal_at(time);
        }
        Ok(())
    }

    /// Goes to the time of the transaction that comes next.
    fn transact(&mut self) -> Result<()> {
        self.follow()?;
        self.last = self.chain.now();
        Ok(())
    }
}

impl Stage for Embedded {
    fn genesis(&mut self) -> Result<Hash> {
        Ok(self.chain.genesis_hash())
    }

    fn named(&self, name: &str) -> Account {
        Account::named(name, self.replay.as_ref().map(|replay| &replay.run[..]))
    }

    fn endow(&mut self, account: &AccountId, money: Balance) -> Result<()> {
        self.chain.mint(account, money);
        Ok(())
    }

    fn transfer(&mut self, from: &Account, to: &AccountId, amount: Balance) -> Result<Receipt> {
        self.transact()?;
        self.chain
            .transfer(&from.key, to, amount)
            .map_err(|e| anyhow!("a plain transfer failed: {e:?}"))
    }

    fn upload(&mut self, by: &Account, contract: Contract) -> Result<Option<Receipt>> {
        if self.replay.is_some() {
            return Ok(None);
        }
        self.transact()?;
        self.chain
            .upload(&by.key, &farthing_artifacts::wasm(contract.name()))
            .map(Some)
            .map_err(|e| anyhow!("the code of the {contract} is refused: {e:?}"))
    }

    fn deploy<C, Args: Encode, R>(
        &mut self,
        by: &Account,
        contract: Contract,
        constructor: Constructor<C, Args, R>,
    ) -> Result<(AccountId, Receipt)> {
        self.transact()?;
        let code = farthing_artifacts::wasm(contract.name());
        let deployed = self
            .chain
            .deploy::<_, _, _, ()>(&by.key, &code, constructor, 0);
        let deployed = deployed.map_err(|e| anyhow!("the {contract} cannot be deployed: {e:?}"))?;
        Ok((deployed.account, deployed.receipt))
    }

    fn call<Args: Encode, T: Decode, E: Decode + Debug>(
        &mut self,
        by: &Account,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> Result<Outcome<T>> {
        self.transact()?;
        let called = self.chain.call(&by.key, message, value);
        Ok(called.map_err(|failure| format!("{failure:?}")))
    }

    fn tell<Args: Encode>(&mut self, by: &Account, message: Message<Args, ()>) -> Result<Receipt> {
        self.transact()?;
        self.chain
            .call_unasked(&by.key, message, 0)
            .map_err(|e| anyhow!("{} could not send a message: {e:?}", by.name()))
    }

    fn read<Args: Encode, R: Decode>(&mut self, message: Message<Args, R>) -> Result<R> {
        Ok(self.chain.read(message))
    }

    fn balance(&mut self, account: &AccountId) -> Result<Balance> {
        Ok(self.chain.balance(account))
    }

    fn now(&mut self) -> Result<u64> {
        self.follow()?;
        Ok(self.chain.now())
    }

    fn last(&self) -> u64 {
        self.last
    }

    fn wait_until(&mut self, millis: u64) -> Result<()> {
        match self.replay {
            Some(_) => self.follow()?,
            None => self.chain.seal_at(millis),
        }
        Ok(())
    }

    /// There is one after every transaction.
    fn next_block(&mut self) -> Result<()> {
        Ok(())
    }
}
