//! Takes over what the chain and the payee know, if a payer's wallet is new, or is an old one that was put
//! back.

use super::{Doubt, Error, Paper, Paying};
use crate::Account;
use farthing_contracts::channels::channel::Channel;
use farthing_types::{voucher::ChannelId, Balance, Millis};

/// The result of taking over a voucher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adopted {
    /// What this wallet promised before in all, in the smallest unit.
    pub before: Balance,
    /// What it promises now in all, in the smallest unit.
    pub now: Balance,
}

impl Paying {
    /// Compares what this wallet promised with a channel as it is on the chain at this moment of the local
    /// clock, and remembers it. Returns why more may have been promised than is written down here.
    ///
    /// The claimed amount is not taken to be all that was promised, because the payee may have a better
    /// voucher.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn compare(
        &mut self,
        contract: Account,
        id: &ChannelId<Account>,
        channel: &Channel,
        now: Millis,
    ) -> Result<Option<Doubt>, Error> {
        let doubt = self.doubt_of(contract, id, channel);
        self.promised_mut(contract, id).doubt.clone_from(&doubt);
        self.saw(contract, id.payee, id.lane, channel, now);
        self.save()?;
        Ok(doubt)
    }

    /// Notes the payee's statement that they have no better voucher of a channel than was claimed, or than
    /// this wallet signed. From then on, what is written down here counts as everything, starting at what was
    /// claimed.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn trust(
        &mut self,
        contract: Account,
        id: &ChannelId<Account>,
        channel: &Channel,
    ) -> Result<Adopted, Error> {
        let promised = self.promised_mut(contract, id);
        let before = promised.cumulative;
        promised.cumulative = before.max(channel.claimed);
        promised.doubt = None;
        let now = promised.cumulative;
        self.save()?;
        Ok(Adopted { before, now })
    }

    /// Takes over the best voucher that the payee shows of a channel as it is on the chain. If the file was
    /// lost, or is an old one, this wallet then continues from what was really promised. A lower voucher
    /// changes nothing. The entries behind another voucher's root are not known, so there is no
    /// [`Paid::proof`](super::Paid::proof) of them, and the next entry begins a new list. The
    /// [doubt](super::Paid::doubt) ends, unless the voucher is lower than what this wallet signed or the
    /// payee claimed.
    ///
    /// # Errors
    /// [`Error::Elsewhere`], [`Error::OfAnother`], [`Error::NoChannel`], [`Error::BadSignature`],
    /// [`Error::BeyondReserve`], [`Error::File`].
    pub fn adopt(
        &mut self,
        contract: Account,
        channel: &Channel,
        paper: &Paper,
    ) -> Result<Adopted, Error> {
        let (id, cumulative) = (&paper.voucher.channel, paper.voucher.cumulative);
        if paper.place.genesis != self.paid.genesis || paper.place.contract != contract {
            return Err(Error::Elsewhere);
        }
        if id.payer != self.paid.payer {
            return Err(Error::OfAnother(id.payer));
        }
        if id.epoch != channel.epoch {
            return Err(Error::NoChannel(id.payer));
        }
        if !paper.is_signed_by(&channel.signer) {
            return Err(Error::BadSignature);
        }
        if cumulative > channel.reserve {
            return Err(Error::BeyondReserve {
                reserve: channel.reserve,
            });
        }
        let promised = self.promised_mut(contract, id);
        let before = promised.cumulative;
        // A voucher that is lower than what is known is not the payee's best, and says nothing of that.
        let is_best = cumulative >= promised.most().max(channel.claimed);
        promised.raise(cumulative, paper.voucher.root);
        if is_best {
            promised.doubt = None;
        }
        let now = promised.cumulative;
        self.save()?;
        Ok(Adopted { before, now })
    }
}
