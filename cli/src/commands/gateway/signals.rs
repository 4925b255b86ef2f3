//! What an operator tells a program that goes on by itself.

use farthing_client::Error;

/// What it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Read the file again.
    Reload,
    /// End.
    End,
}

/// Signals, from when this was made on.
#[cfg(unix)]
pub struct Signals([tokio::signal::unix::Signal; 3]);

#[cfg(unix)]
impl Signals {
    /// Begins to look out for them.
    ///
    /// # Errors
    /// [`Error::Input`] if the system does not let us.
    pub fn new() -> Result<Self, Error> {
        use tokio::signal::unix::{signal, SignalKind};
        let follow = |kind| {
            let failed = |error| Error::Input(format!("Signals cannot be followed: {error}."));
            signal(kind).map_err(failed)
        };
        Ok(Self([
            follow(SignalKind::hangup())?,
            follow(SignalKind::interrupt())?,
            follow(SignalKind::terminate())?,
        ]))
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Told {
        let [hangup, interrupt, terminate] = &mut self.0;
        tokio::select! {
            _ = hangup.recv() => Told::Reload,
            _ = interrupt.recv() => Told::End,
            _ = terminate.recv() => Told::End,
        }
    }
}

/// Signals: here, only Ctrl-C.
#[cfg(not(unix))]
pub struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Begins to look out for them.
    ///
    /// # Errors
    /// None.
    pub fn new() -> Result<Self, Error> {
        Ok(Self)
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Told {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Told::End
    }
}
