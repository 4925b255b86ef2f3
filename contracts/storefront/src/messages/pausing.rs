//! The guardian's pause.

use crate::{error::Result, events::PausedUntil, storefront::Storefront};
use farthing_shared::guardian;
use farthing_types::Millis;
use ink::codegen::StaticEnv;

impl Storefront {
    pub(crate) fn begin_pause(&mut self, duration: Millis) -> Result<()> {
        let until = guardian::pause(self.guardian, self.paused_until, duration)?;
        self.pause_until(until)
    }

    pub(crate) fn end_pause(&mut self) -> Result<()> {
        let until = guardian::resume(self.guardian, self.paused_until)?;
        self.pause_until(until)
    }

    fn pause_until(&mut self, until: Millis) -> Result<()> {
        self.paused_until = until;
        Self::env().emit_event(PausedUntil { until });
        Ok(())
    }
}
