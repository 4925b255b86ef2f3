//! What a channel's vouchers are good for, and what was served for them.
//!
//! A channel's credit is `min(best, reserve) − spent − held`: `best` is the highest amount that the payer signed,
//! `spent` what was served for, and `held` what a facilitator's `/verify` has set aside. A voucher raises `best` and
//! never lowers it, so requests in parallel are served in whatever order their vouchers come.
//!
//! What holds after every operation, whether it succeeds or not:
//! 1. `spent + held <= min(best, reserve)`: nothing is served that a claim does not cover.
//! 2. `spent` grows by what was served for, and shrinks only by what is given back.
//! 3. `best` never shrinks below what was claimed on chain while the channel lives. What was claimed and is given back
//!    is credit that the payee has been paid for already.
//!
//! 4. A voucher that stood in a claim spends nothing: see [`public`].
//!
//! Whoever calls this has checked the voucher's signature, and writes the channel down before serving. A refused
//! request can have raised `best` too: that voucher must not be forgotten either.

pub mod public;

use crate::protocol::Signed;
use farthing_types::voucher::Signature;
use public::Public;
use std::cmp::Ordering;

/// What the chain says of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnChain {
    /// The channel's epoch, which tells one life of it from the next.
    pub epoch: u64,
    /// The public key of who must sign vouchers.
    pub signer: [u8; 32],
    /// What is reserved for the payee in all, with what was claimed already, in the smallest unit.
    pub reserve: u128,
    /// What was claimed in all, in the smallest unit.
    pub claimed: u128,
    /// Whether an exit or a closing has begun.
    pub ending: bool,
}

/// Credit that was set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// What it was set aside for: a hash of the payment.
    pub id: [u8; 32],
    /// The amount that was set aside, in the smallest unit.
    pub amount: u128,
    /// The moment until which it is set aside, in milliseconds since the Unix epoch.
    pub until: u64,
}

/// A channel's account: what its payer signed, and what was served for that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    on_chain: OnChain,
    best: u128,
    root: [u8; 32],
    signature: Option<Signature>,
    spent: u128,
    /// Most channels have none, and a box of none takes less room than a list of none.
    #[allow(clippy::box_collection)]
    holds: Option<Box<Vec<Hold>>>,
    public: Public,
}

/// The parts of a channel that must survive, beside what the chain says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The channel's epoch, which tells one life of it from the next.
    pub epoch: u64,
    /// The cumulative amount of the highest voucher, in the smallest unit.
    pub best: u128,
    /// The root that was signed with that voucher.
    pub root: [u8; 32],
    /// Its signature; none if there was no voucher yet.
    pub signature: Option<Signature>,
    /// What was served for in all, in the smallest unit.
    pub spent: u128,
}

/// The most holds of a channel: more would be a facilitator that never settles.
pub const MAX_HOLDS: usize = 64;

/// Why a payment is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The voucher is of another life of the channel.
    #[error("the voucher is of another opening of this channel")]
    Epoch,
    /// Vouchers may not be claimed in time any more.
    #[error("this channel is ending")]
    Ending,
    /// The chain was not seen for too long to know whether the channel still lives.
    #[error("the gateway has not seen the chain for too long; try again later")]
    Blind,
    /// The payer signed more than the channel has.
    #[error("the voucher is for more than the channel's reserve")]
    Reserve,
    /// What was signed does not suffice.
    #[error("the voucher does not cover the price")]
    Credit {
        /// The cumulative amount that a voucher must be for at least, in the smallest unit.
        needed: u128,
    },
    /// The voucher stood in a claim, so that anybody may have brought it.
    #[error("this voucher stood in a claim, where anybody could see it: sign the same sum anew, or a higher one")]
    Public,
    /// Too much is set aside at once, or the same twice.
    #[error("too many payments of this channel wait to be settled")]
    Holds,
}

/// When the chain was last seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// When a final block was last seen, in milliseconds.
    pub last: u64,
    /// The shortest delay of an exit that is accepted, in milliseconds.
    pub shortest_delay: u64,
}

impl Sight {
    /// Returns whether credit can be given. After a quarter of the delay, enough of it is left for claiming.
    pub fn is_clear(&self, now: u64) -> bool {
        now.saturating_sub(self.last) <= self.shortest_delay / 4
    }
}

impl Channel {
    /// Starts the account of a channel that was not known before. What was claimed of it counts as served for:
    /// it paid for something before this account began.
    pub fn new(on_chain: OnChain) -> Self {
        Self {
            on_chain,
            best: on_chain.claimed,
            root: [0; 32],
            signature: None,
            spent: on_chain.claimed,
            holds: None,
            public: Public::default(),
        }
    }

    /// Continues the account that was kept, if it is of the same life.
    pub fn resume(on_chain: OnChain, kept: &Kept) -> Self {
        if kept.epoch != on_chain.epoch {
            return Self::new(on_chain);
        }
        let mut channel = Self {
            on_chain,
            best: kept.best,
            root: kept.root,
            signature: kept.signature,
            spent: kept.spent,
            holds: None,
            public: Public::default(),
        };
        channel.count_foreign_claim();
        channel
    }

    /// Returns what must be written down.
    pub fn kept(&self) -> Kept {
        Kept {
            epoch: self.on_chain.epoch,
            best: self.best,
            root: self.root,
            signature: self.signature,
            spent: self.spent,
        }
    }

    /// Returns what the chain says.
    pub fn on_chain(&self) -> &OnChain {
        &self.on_chain
    }

    /// Returns what can be served for.
    pub fn credit(&self) -> u128 {
        match self.on_chain.ending {
            true => 0,
            false => self.covered().saturating_sub(self.taken()),
        }
    }

    /// Returns what a claim would bring now.
    pub fn unclaimed(&self) -> u128 {
        self.covered().saturating_sub(self.on_chain.claimed)
    }

    /// Returns what is set aside.
    pub fn held(&self) -> u128 {
        self.all_holds()
            .iter()
            .fold(0, |sum, hold| sum.saturating_add(hold.amount))
    }

    /// Learns what the chain says now. A later life begins a new account; news of an earlier one are old.
    pub fn learn(&mut self, on_chain: OnChain) {
        match on_chain.epoch.cmp(&self.on_chain.epoch) {
            Ordering::Greater => *self = Self::new(on_chain),
            Ordering::Equal => {
                self.on_chain = on_chain;
                self.public.claimed(on_chain.claimed);
                self.count_foreign_claim();
            }
            Ordering::Less => (),
        }
    }

    /// Takes a voucher, whose signature is valid, and the price from the credit.
    pub fn pay(
        &mut self,
        epoch: u64,
        voucher: Option<&Signed>,
        price: u128,
    ) -> Result<(), Refused> {
        self.check_lives(epoch)?;
        if let Some(voucher) = voucher {
            self.check_secret(voucher)?;
            self.take_voucher(voucher)?;
        }
        self.check_credit(price)?;
        self.spent = self.spent.saturating_add(price);
        Ok(())
    }

    /// Takes a voucher, whose signature is valid, for what a claim of it brings: of a channel that is ending, too.
    pub fn keep(&mut self, epoch: u64, voucher: &Signed) -> Result<(), Refused> {
        match epoch == self.on_chain.epoch {
            true => self.take_voucher(voucher),
            false => Err(Refused::Epoch),
        }
    }

    /// Takes a voucher, whose signature is valid, and sets the price aside.
    pub fn hold(
        &mut self,
        epoch: u64,
        voucher: &Signed,
        hold: Hold,
        now: u64,
    ) -> Result<(), Refused> {
        self.check_lives(epoch)?;
        self.forget_holds(now);
        self.check_secret(voucher)?;
        let known = self.all_holds().iter().any(|other| other.id == hold.id);
        if known || self.all_holds().len() >= MAX_HOLDS {
            return Err(Refused::Holds);
        }
        self.take_voucher(voucher)?;
        self.check_credit(hold.amount)?;
        self.holds.get_or_insert_default().push(hold);
        Ok(())
    }

    /// Takes what was set aside, or less. Returns `false` if nothing is set aside under `id`: it is over, or was
    /// taken already. A hold counts for a channel that has begun to end since, too: what it is for was served.
    pub fn settle(&mut self, id: &[u8; 32], amount: u128) -> bool {
        if !self.holds(id, amount) {
            return false;
        }
        self.release(id);
        self.spent = self.spent.saturating_add(amount);
        true
    }

    /// Takes a price that is not covered by what was set aside under `id`: that is over then, and is credit for it.
    pub fn pay_instead(
        &mut self,
        id: &[u8; 32],
        epoch: u64,
        voucher: &Signed,
        price: u128,
    ) -> Result<(), Refused> {
        let held = self.release(id);
        let paid = self.pay(epoch, Some(voucher), price);
        if let (Err(_), Some(hold)) = (&paid, held) {
            self.holds.get_or_insert_default().push(hold);
        }
        paid
    }

    fn release(&mut self, id: &[u8; 32]) -> Option<Hold> {
        let holds = self.holds.as_mut()?;
        let place = holds.iter().position(|hold| hold.id == *id)?;
        Some(holds.swap_remove(place))
    }

    /// Takes over the account that others have written down of the same life, unless it is older.
    pub fn take_over(&mut self, kept: &Kept) {
        if kept.epoch != self.on_chain.epoch || kept.best < self.best {
            return;
        }
        self.best = kept.best;
        self.root = kept.root;
        self.signature = kept.signature;
        self.spent = kept.spent;
        self.count_foreign_claim();
    }

    /// Returns whether so much is set aside under `id`.
    pub fn holds(&self, id: &[u8; 32], amount: u128) -> bool {
        let is_it = |hold: &Hold| hold.id == *id && amount <= hold.amount;
        self.all_holds().iter().any(is_it)
    }

    /// Sets aside again what was before a start, as far as it is covered and not over.
    pub fn resume_holds(&mut self, holds: Vec<Hold>, now: u64) {
        let holds = holds.into_iter().filter(|hold| hold.until >= now);
        for hold in holds.take(MAX_HOLDS) {
            let after = self.taken().saturating_add(hold.amount);
            if after <= self.covered() {
                self.holds.get_or_insert_default().push(hold);
            }
        }
    }

    /// Takes note that a claim with a voucher for this sum is about to be sent.
    pub fn show(&mut self, epoch: u64, sum: u128) {
        if epoch == self.on_chain.epoch {
            self.public.show(sum, self.on_chain.claimed);
        }
    }

    /// Returns whether a voucher, whose signature is valid, shows that its sender has this channel's key, as nobody else
    /// can have it.
    pub fn is_shown_by_key(&self, epoch: u64, voucher: &Signed) -> bool {
        epoch == self.on_chain.epoch && self.check_secret(voucher).is_ok()
    }

    /// Returns which vouchers everybody may have.
    pub fn public(&self) -> &Public {
        &self.public
    }

    /// Takes over which vouchers everybody may have.
    pub fn set_public(&mut self, public: Public) {
        self.public = public;
    }

    /// Returns how much a voucher must be for to pay this price.
    pub fn needed(&self, price: u128) -> u128 {
        self.taken().saturating_add(price)
    }

    /// Releases what was set aside for too long.
    pub fn forget_holds(&mut self, now: u64) {
        if let Some(holds) = &mut self.holds {
            holds.retain(|hold| hold.until >= now);
            if holds.is_empty() {
                self.holds = None;
            }
        }
    }

    /// Gives back what was charged for something that was not served: it is credit again. A claim in between brought
    /// what was signed and not what was spent, so it makes no difference.
    pub fn give_back(&mut self, amount: u128) -> u128 {
        let given = amount.min(self.spent);
        self.spent = self.spent.saturating_sub(given);
        given
    }

    fn all_holds(&self) -> &[Hold] {
        self.holds.as_deref().map_or(&[], |holds| holds)
    }

    fn covered(&self) -> u128 {
        self.best.min(self.on_chain.reserve)
    }

    fn taken(&self) -> u128 {
        self.spent.saturating_add(self.held())
    }

    /// Counts a claim of a voucher that never came here: it paid for something that was not served here.
    fn count_foreign_claim(&mut self) {
        let foreign = self.on_chain.claimed.saturating_sub(self.best);
        self.best = self.best.saturating_add(foreign);
        self.spent = self.spent.saturating_add(foreign);
        if foreign > 0 {
            self.signature = None;
            self.root = [0; 32];
        }
    }

    fn check_lives(&self, epoch: u64) -> Result<(), Refused> {
        if epoch != self.on_chain.epoch {
            return Err(Refused::Epoch);
        }
        match self.on_chain.ending {
            true => Err(Refused::Ending),
            false => Ok(()),
        }
    }

    /// Refuses a voucher that stood in a claim, unless its sum was signed anew since: that only the signer can do.
    fn check_secret(&self, voucher: &Signed) -> Result<(), Refused> {
        let is_public = self.public.has(voucher.cumulative, self.on_chain.claimed);
        let is_other = |kept: Signature| kept != voucher.signature;
        let is_anew = voucher.cumulative == self.best && self.signature.is_some_and(is_other);
        match is_public && !is_anew {
            true => Err(Refused::Public),
            false => Ok(()),
        }
    }

    fn take_voucher(&mut self, voucher: &Signed) -> Result<(), Refused> {
        if voucher.cumulative > self.on_chain.reserve {
            return Err(Refused::Reserve);
        }
        if voucher.cumulative > self.best {
            self.best = voucher.cumulative;
            self.root = voucher.root;
            self.signature = Some(voucher.signature);
        }
        Ok(())
    }

    fn check_credit(&self, price: u128) -> Result<(), Refused> {
        match price <= self.credit() {
            true => Ok(()),
            false => Err(Refused::Credit {
                needed: self.needed(price),
            }),
        }
    }
}

#[cfg(test)]
mod tests;
