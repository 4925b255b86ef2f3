//! The watchtower's file.
//!
//! ```toml
//! state = "state"
//! gateway = "http://127.0.0.1:8403"
//! token = "token"
//! key = "key"
//!
//! [chain]
//! node = "ws://127.0.0.1:9944"
//! payee = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
//! ```

use super::{ChainPart, Wrong};
use serde::Deserialize;
use std::path::PathBuf;

/// The watchtower's configuration, as its TOML file has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tower {
    /// The folder for what must not be lost.
    pub state: PathBuf,
    /// Where the gateway's operator looks. Vouchers go over this line, and whoever has one spends its credit: let it
    /// be a tunnel.
    pub gateway: String,
    /// The file with what the gateway knows the watchtower by: a copy of `watchtower-token` in its folder.
    pub token: PathBuf,
    /// The file with the secret of a key that pays the fees.
    pub key: PathBuf,
    /// The chain, and who is paid.
    pub chain: ChainPart,
}

impl Tower {
    /// Reads the file's text.
    ///
    /// # Errors
    /// [`Wrong`], with the line.
    pub fn read(text: &str) -> Result<Self, Wrong> {
        toml::from_str(text).map_err(|error| Wrong(super::said(text, &error)))
    }
}
