//! The past, wherever it is kept.

use super::{is_made, Event};
use crate::{Client, Error};
use farthing_contracts::Contract;
use std::{collections::BTreeSet, ops::ControlFlow};

/// What happened, or that part of it that is asked for, in order.
pub trait Past {
    /// Shows events up to block `last`, in order, until `see` breaks off.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be read.
    fn replay(
        &self,
        last: u32,
        see: &mut dyn FnMut(&Event) -> ControlFlow<()>,
    ) -> Result<(), Error>;

    /// Shows events up to block `last`, in order.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be read.
    fn each(&self, last: u32, mut see: impl FnMut(&Event)) -> Result<(), Error>
    where
        Self: Sized,
    {
        self.replay(last, &mut |event| {
            see(event);
            ControlFlow::Continue(())
        })
    }

    /// Checks that the past begins with the making of the contracts, which tell of that themselves: if it does
    /// not, the deployment's first block is wrong, and what happened earlier is missing.
    ///
    /// # Errors
    /// [`Error::Incomplete`]; [`Error::File`].
    fn must_be_whole(&self, client: &Client, last: u32) -> Result<(), Error> {
        let mut missing: BTreeSet<_> = Contract::SINGLE.into_iter().collect();
        self.replay(last, &mut |event| {
            if is_made(event) {
                missing.remove(&event.contract);
            }
            match missing.is_empty() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        })?;
        match missing.first() {
            None => Ok(()),
            Some(contract) => Err(Error::Incomplete {
                contract: *contract,
                network: client.deployment.network.clone(),
                first: client.deployment.block,
            }),
        }
    }
}
