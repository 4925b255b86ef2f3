//! The past of a deployment, wherever it is kept.

use super::{is_made, Event};
use crate::{Client, Error};
use farthing_contracts::Contract;
use std::{collections::BTreeSet, ops::ControlFlow};

/// The events of the past in order, or those of them that matter to the caller.
pub trait Past {
    /// Passes events up to block `last` to `see`, in order, until it breaks off.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be read.
    fn replay(
        &self,
        last: u32,
        see: &mut dyn FnMut(&Event) -> ControlFlow<()>,
    ) -> Result<(), Error>;

    /// Passes events up to block `last` to `see`, in order.
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

    /// Checks that the past begins with the making of the contracts, which emit events of it. If it does not,
    /// the deployment's first block is wrong, and earlier events are missing.
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
