//! A reader's program: a wallet with one channel, which pays for what it fetches.

use anyhow::{anyhow, ensure, Result};
use farthing_chain::Balance;
use farthing_client::{wallet::Paying, Account};
use farthing_gateway::{
    payer::{self, fetch, Channel, Offer, Request},
    protocol::{challenge::Correction, x402::SettleResponse, Payment},
};
use farthing_types::voucher::Place;
use http_body_util::BodyExt;
use std::{collections::BTreeMap, fmt::Write};

/// Fetches files that cost something, and pays for them.
pub struct Reader {
    purse: Purse,
    /// What addresses cost, so that the next request for one is paid at once.
    known: BTreeMap<String, Offer>,
}

/// A wallet that pays one payee, and no more than so much for a request.
pub struct Purse {
    pub wallet: Paying,
    pub channel: Channel,
    pub place: Place<Account>,
    pub at_most: Balance,
}

impl Reader {
    pub fn new(purse: Purse) -> Self {
        Self {
            purse,
            known: BTreeMap::new(),
        }
    }

    /// Fetches a file and pays for it.
    pub async fn buy(&mut self, shop: &str, name: &str) -> Result<Vec<u8>> {
        let request = request(shop, name)?;
        let place = Place {
            genesis: self.purse.place.genesis,
            contract: self.purse.place.contract.0,
        };
        let known = self.known.get(name).cloned();
        let fetched = fetch(&request, &place, known, &mut self.purse).await;
        let fetched = fetched.map_err(|why| anyhow!("{name} cannot be bought: {why}"))?;
        if let Some(offer) = fetched.offer {
            self.known.insert(name.into(), offer);
        }
        let status = fetched.response.status();
        ensure!(status.is_success(), "the answer for {name} is {status}");
        let body = fetched.response.into_body().collect().await?;
        Ok(body.to_bytes().to_vec())
    }

    /// Returns what the wallet has promised in all, in the smallest unit.
    pub fn promised(&self) -> Balance {
        let channel = &self.purse.channel;
        let (promised, _) = self.purse.wallet.promised(channel.contract, &channel.id);
        promised
    }
}

/// Asks for a file without paying; returns the answer's status.
pub async fn ask(shop: &str, name: &str) -> Result<u16> {
    let response = request(shop, name)?.send(None).await?;
    Ok(response.status().as_u16())
}

impl payer::Purse for Purse {
    async fn pay(&mut self, offer: &Offer) -> Result<Payment, payer::Error> {
        if offer.payee() != self.channel.id.payee || offer.price() > self.at_most {
            return Err(payer::Error::Purse("this is not what was agreed".into()));
        }
        let (_, payment) = self.channel.pay(&mut self.wallet, offer.price(), None)?;
        Ok(payment)
    }

    fn handed_out(&mut self) -> Result<(), payer::Error> {
        let channel = &self.channel;
        Ok(self.wallet.finish(channel.contract, &channel.id)?)
    }

    fn correct(&mut self, _: &Offer, correction: &Correction) -> Result<bool, payer::Error> {
        self.channel
            .correct(&mut self.wallet, correction, &self.place)
    }

    fn settled(&mut self, settled: &SettleResponse) -> Result<(), payer::Error> {
        let state = settled.extra.get("channelState");
        let charged = state.and_then(|state| state.get("chargedCumulativeAmount")?.as_str());
        if let Some(charged) = charged.and_then(|text| text.parse().ok()) {
            self.channel.count(&self.wallet, charged);
        }
        Ok(())
    }
}

fn request(shop: &str, name: &str) -> Result<Request> {
    Ok(Request::get(format!("{shop}/{}", encoded(name)).parse()?))
}

/// Returns a file's name as it stands in an address.
fn encoded(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => text.push(byte.into()),
            byte if byte.is_ascii_alphanumeric() => text.push(byte.into()),
            byte => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_encoded_for_addresses() {
        assert_eq!(encoded("a/b-1.txt"), "a/b-1.txt");
        assert_eq!(encoded("ä ?#%"), "%C3%A4%20%3F%23%25");
    }
}
