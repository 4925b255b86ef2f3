//! What things cost, and what was charged, as it was told last: so that the first request is paid already, and what
//! was paid and not charged is used. Nothing is lost with it.

use farthing_client::{files, Account};
use farthing_gateway::payer::{Channel, Offer};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// The most addresses whose price is kept.
const MAX_OFFERS: usize = 1_000;

/// What was told last.
pub struct Memory {
    path: PathBuf,
    content: Content,
}

#[derive(Default, Serialize, Deserialize)]
struct Content {
    /// By method and address.
    offers: BTreeMap<String, Offer>,
    /// By channel, in the smallest unit.
    charged: BTreeMap<String, String>,
}

impl Memory {
    /// Reads the file. One that cannot be read says nothing.
    pub fn open(state: &Path, payer: Account) -> Self {
        let name = format!("{}.offers.json", payer.generic());
        let path = state.join("vouchers").join(name);
        let content = files::read_json(&path).ok().flatten().unwrap_or_default();
        Self { path, content }
    }

    /// Returns what an address cost last.
    pub fn offer(&self, key: &str) -> Option<Offer> {
        self.content.offers.get(key).cloned()
    }

    /// Returns what was charged of a channel, as its payee said last.
    pub fn charged(&self, channel: &Channel) -> Option<u128> {
        self.content.charged.get(&name(channel))?.parse().ok()
    }

    /// Takes what was told.
    pub fn learn(&mut self, key: &str, offer: Option<&Offer>, channel: Option<&Channel>) {
        if let Some(offer) = offer {
            if self.content.offers.len() >= MAX_OFFERS {
                self.content.offers.clear();
            }
            self.content.offers.insert(key.into(), offer.clone());
        }
        if let Some((channel, charged)) = channel.and_then(|one| Some((one, one.charged?))) {
            let charged = charged.to_string();
            self.content.charged.insert(name(channel), charged);
        }
    }

    /// Writes the file, if that is possible.
    pub fn save(&self) {
        files::write_json(&self.path, &self.content).ok();
    }
}

fn name(channel: &Channel) -> String {
    let (contract, id) = (channel.contract.generic(), &channel.id);
    format!("{contract} {} {} {}", id.payee.generic(), id.lane, id.epoch)
}
