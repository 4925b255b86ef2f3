//! Money out of the books: refunds, payouts, fees.

use super::{paying::append, till::give_back};
use crate::{
    access::{self, Purchase},
    books::Books,
    error::{Error, Result},
    events::{Release, Released, Share},
    storefront::Storefront,
};
use farthing_shared::try_send;
use farthing_types::{
    split::{Recipient, Split},
    Balance, CreatorId, Hash,
};
use ink::{codegen::StaticEnv, prelude::vec::Vec, primitives::AccountId};
use registry::PayoutSplit;

impl Storefront {
    #[inline(never)]
    pub(crate) fn refund_all(
        &mut self,
        creator: CreatorId,
        owner: AccountId,
        earlier: Hash,
        history: &[Purchase],
        which: &[u32],
    ) -> Result<()> {
        self.check_owner(creator)?;
        let gone = self.end_access(creator, owner, earlier, history, which)?;
        let mut sum: Balance = 0;
        for one in &gone {
            sum = sum.checked_add(one.paid).ok_or(Error::Overflow)?;
        }
        let added = self.fund(creator, sum)?;
        pay_back(&gone)?;
        self.released(Release::Refund {
            creator,
            owner,
            purchases: gone,
            added,
        });
        Ok(())
    }

    fn end_access(
        &mut self,
        creator: CreatorId,
        owner: AccountId,
        earlier: Hash,
        history: &[Purchase],
        which: &[u32],
    ) -> Result<Vec<Purchase>> {
        let first = history
            .first()
            .ok_or(Error::Access(access::AccessError::NotBought))?;
        let (number, _) = access::place(first.item);
        let key = (creator, owner, number);
        let mut page = self.pages.get(key).unwrap_or_default();
        let gone = page
            .take_back(earlier, history, which, append)
            .map_err(Error::Access)?;
        self.pages.insert(key, &page);
        Ok(gone)
    }

    /// Takes what is to be refunded out of the books as far as it is there, and the rest from the money
    /// attached. Gives back what is not needed of that; returns what was.
    fn fund(&mut self, creator: CreatorId, sum: Balance) -> Result<Balance> {
        let mut books = self.open_books(creator)?;
        let taken = books.debit(sum);
        if taken != 0 {
            self.keep_books(creator, &books);
        }
        let added = sum.checked_sub(taken).ok_or(Error::Overflow)?;
        let attached = Self::env().transferred_value();
        match attached.checked_sub(added) {
            Some(left) => give_back(left)?,
            None => return Err(Error::Missing(added)),
        }
        Ok(added)
    }

    #[inline(never)]
    pub(crate) fn pay_out(&mut self, creator: CreatorId) -> Result<()> {
        let books = self.open_books(creator)?;
        let payout = self.ask_payout(creator)?;
        self.divide(creator, books, payout)
    }

    #[inline(never)]
    pub(crate) fn pay_out_last(
        &mut self,
        creator: CreatorId,
        recipients: Vec<Recipient<AccountId>>,
    ) -> Result<()> {
        let books = self.open_books(creator)?;
        match self.ask_payout(creator) {
            Err(Error::CreatorDeleted) => {}
            Err(error) => return Err(error),
            Ok(_) => return Err(Error::NotDeleted),
        }
        if self.payee(&recipients) != books.payee {
            return Err(Error::WrongSplit);
        }
        let version = books.version;
        let payout = PayoutSplit {
            version,
            recipients,
        };
        self.divide(creator, books, payout)
    }

    /// Pays what waits for a creator along a split.
    #[inline(never)]
    fn divide(&mut self, creator: CreatorId, mut books: Books, payout: PayoutSplit) -> Result<()> {
        self.take_over(creator, &mut books, &payout);
        let split = Split::new(payout.recipients).map_err(|_| Error::RegistryFailed)?;
        let parts: Vec<u32> = split.recipients().iter().map(|one| one.parts).collect();
        books.divide(&parts).ok_or(Error::Overflow)?;

        let itself = Self::env().account_id();
        let mut refused = false;
        let mut shares = Vec::with_capacity(parts.len());
        for (index, recipient) in split.recipients().iter().enumerate() {
            let (account, amount) = (recipient.account, books.share(index));
            // Sent to this contract itself, it would be nobody's.
            let sent = account != itself && try_send(account, amount);
            if sent {
                books.sent(index);
            }
            refused |= !sent;
            shares.push(Share {
                account,
                parts: recipient.parts,
                amount,
                sent,
            });
        }
        if !shares.iter().any(|share| share.sent && share.amount != 0) {
            return Err(if refused {
                Error::TransferFailed
            } else {
                Error::NothingDue
            });
        }
        self.keep_books(creator, &books);
        self.released(Release::Payout { creator, shares });
        Ok(())
    }

    #[inline(never)]
    pub(crate) fn send_fees(&mut self) -> Result<()> {
        let amount = self.fees.get().unwrap_or(0);
        if amount == 0 {
            return Err(Error::NothingDue);
        }
        self.fees.set(&0);
        if !try_send(self.treasury, amount) {
            return Err(Error::TransferFailed);
        }
        self.released(Release::Fees { amount });
        Ok(())
    }

    fn released(&self, release: Release) {
        Self::env().emit_event(Released { release });
    }
}

/// Sends everyone what they paid, each all of it at once: an account that is gone takes no single payment
/// of less than the existential deposit.
fn pay_back(gone: &[Purchase]) -> Result<()> {
    for (place, one) in gone.iter().enumerate() {
        let (earlier, rest) = gone.split_at(place);
        if earlier.iter().any(|other| other.payer == one.payer) {
            continue;
        }
        let theirs = rest.iter().filter(|other| other.payer == one.payer);
        let sum = theirs.fold(0, |sum: Balance, other| sum.saturating_add(other.paid));
        if !try_send(one.payer, sum) {
            return Err(Error::TransferFailed);
        }
    }
    Ok(())
}
