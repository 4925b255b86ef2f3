//! Charging, and giving back what was charged.

use super::{account, lane, state, Books, Lane, Taking};
use crate::{
    accounting::{Channel, Refused},
    once::{Begun, Key},
    protocol::{challenge::Correction, Named, Signed},
    store::record::Entry,
    till::{now, Accepts, ChargeId, Charged, Declined},
};

/// A charge that can be given back.
pub(super) struct Charge {
    pub lane: Lane,
    pub epoch: u64,
    pub amount: u128,
    pub key: Option<Key>,
}

/// What was done to an account, and is not written down yet.
pub(in crate::till) struct Taken {
    pub charged: Charged,
    pub entries: Vec<Entry>,
    /// The identifier that is charged for once this is on disk.
    pub running: Option<(Key, ChargeId)>,
    /// The channel's account as it was before, to restore it from.
    pub before: Channel,
}

/// Why nothing was done; the voucher may have to be written down all the same.
type NotTaken = (Declined, Vec<Entry>);

impl Books {
    /// Does to an account what `taking` says: once for each identifier, if it has one.
    pub fn take(
        &mut self,
        accepts: &Accepts,
        named: &Named,
        voucher: Option<&Signed>,
        taking: Taking,
        now: u64,
    ) -> Result<Taken, NotTaken> {
        // Who brings no voucher may have guessed the identifier.
        let once = taking.once().filter(|_| voucher.is_some());
        if let Some((key, binding)) = once {
            match self.once.begin(key, binding) {
                Begun::New => (),
                Begun::Done(id) => return self.again(accepts, named, voucher, id),
                Begun::Running => return Err((Declined::Running, Vec::new())),
                Begun::Other => return Err((Declined::Identifier, Vec::new())),
                Begun::Full => return Err((Declined::Busy, Vec::new())),
            }
        }
        let taken = self.take_new(accepts, named, voucher, &taking, now);
        if let (Err(_), Some((key, _))) = (&taken, once) {
            self.once.abandon(&key);
        }
        taken
    }

    fn take_new(
        &mut self,
        accepts: &Accepts,
        named: &Named,
        voucher: Option<&Signed>,
        taking: &Taking,
        now: u64,
    ) -> Result<Taken, NotTaken> {
        let (is_clear, settled) = (self.sight.is_clear(now), self.is_settled(taking));
        let lane = lane(named);
        let Some(known) = self.channels.get_mut(&lane) else {
            return Err((Declined::NoChannel, Vec::new()));
        };
        let before = known.channel.clone();
        let has_key = match (voucher, taking) {
            (Some(voucher), _) => Some(before.is_shown_by_key(named.epoch, voucher)),
            // Whoever draws has paid before: a cookie or a stream says so.
            (None, Taking::Draw { .. }) => Some(false),
            (None, _) => None,
        };
        known.channel.forget_holds(now);
        let done = match (is_clear || taking.is_covered(&known.channel), settled) {
            (false, _) => Err(Refused::Blind),
            (true, true) => Err(Refused::Holds),
            (true, false) => taking.apply(&mut known.channel, named, voucher, now),
        };
        let changed = known.channel.kept() != before.kept();
        let account = changed.then(|| account(named, &known.channel));
        self.count(&lane, &before, now);
        if let Err(refused) = done {
            let correction = has_key
                .filter(|_| refused != Refused::Blind && before.on_chain().epoch == named.epoch)
                .and_then(|has_key| self.correction_for(accepts, &lane, has_key));
            let declined = Declined::Refused(refused, correction.map(Box::new));
            return Err((declined, account.into_iter().collect()));
        }
        Ok(self.taken(accepts, named, taking, before))
    }

    /// Returns what a client that lost its state needs, as far as it is told to one who brought a voucher. With the
    /// newest voucher, whose signature is in it, anybody could spend what is left: only who has the channel's key is told
    /// that.
    fn correction_for(&self, accepts: &Accepts, lane: &Lane, has_key: bool) -> Option<Correction> {
        let mut correction = self.correction_of(accepts, lane)?;
        correction.voucher = correction.voucher.filter(|_| has_key);
        Some(correction)
    }

    /// Puts together what was done, and remembers the charge.
    fn taken(
        &mut self,
        accepts: &Accepts,
        named: &Named,
        taking: &Taking,
        before: Channel,
    ) -> Taken {
        let (id, amount, once) = (ChargeId(random()), taking.amount(), taking.once());
        let known = self.channels.get(&lane(named));
        let known = known.expect("it was changed just now");
        let mut entries = Vec::with_capacity(3);
        let kept = known.channel.kept();
        entries.push(account(named, &known.channel));
        match taking {
            Taking::Hold(hold) => entries.push(Entry::Hold {
                channel: *named,
                hold: *hold,
            }),
            Taking::Settle { id, .. } => entries.push(Entry::Settled {
                channel: *named,
                id: *id,
            }),
            Taking::Charge { .. } | Taking::Draw { .. } | Taking::Keep => (),
        }
        let charged = Charged {
            id,
            channel: *named,
            amount,
            again: false,
            best: kept.best,
            spent: kept.spent,
            state: state(accepts, named.payer, named.lane, known),
        };
        if !matches!(taking, Taking::Hold(_)) && (amount > 0 || once.is_some()) {
            entries.push(Entry::Charge {
                channel: *named,
                id,
                amount,
                once,
            });
            let key = once.map(|(key, _)| key);
            self.remember(id, lane(named), kept.epoch, amount, key);
        }
        // What changes nothing needs no place in the log.
        if entries.len() == 1 && kept == before.kept() {
            entries.clear();
        }
        Taken {
            charged,
            entries,
            running: once.map(|(key, _)| (key, id)),
            before,
        }
    }

    pub(super) fn remember(
        &mut self,
        id: ChargeId,
        lane: Lane,
        epoch: u64,
        amount: u128,
        key: Option<Key>,
    ) {
        let charge = Charge {
            lane,
            epoch,
            amount,
            key,
        };
        self.charges.put(id, charge);
    }

    /// Answers a request that was charged for before, whatever became of the channel since. Its voucher counts.
    fn again(
        &mut self,
        accepts: &Accepts,
        named: &Named,
        voucher: Option<&Signed>,
        id: ChargeId,
    ) -> Result<Taken, NotTaken> {
        let lane = lane(named);
        let Some(known) = self.channels.get_mut(&lane) else {
            return Err((Declined::NoChannel, Vec::new()));
        };
        let before = known.channel.clone();
        // A refusal changes nothing: this was paid for.
        let _ = known.channel.pay(named.epoch, voucher, 0);
        let kept = known.channel.kept();
        let entries = match kept == before.kept() {
            true => Vec::new(),
            false => vec![account(named, &known.channel)],
        };
        let charged = Charged {
            id,
            channel: *named,
            amount: 0,
            again: true,
            best: kept.best,
            spent: kept.spent,
            state: state(accepts, named.payer, named.lane, known),
        };
        self.count(&lane, &before, now());
        Ok(Taken {
            charged,
            entries,
            running: None,
            before,
        })
    }

    fn is_settled(&self, taking: &Taking) -> bool {
        match taking {
            Taking::Hold(hold) => self.once.is_done(&Key(hold.id)),
            _ => false,
        }
    }

    /// Puts an account back that could not be queued for the disk.
    pub fn undo(&mut self, before: Channel, charged: &Charged, running: Option<(Key, ChargeId)>) {
        let lane = lane(&charged.channel);
        if let Some(known) = self.channels.get_mut(&lane) {
            let after = std::mem::replace(&mut known.channel, before);
            self.count(&lane, &after, now());
        }
        if !charged.again {
            self.charges.remove(&charged.id);
        }
        if let Some(running) = running {
            self.finish(running, false);
        }
    }

    /// Remembers that an identifier was charged for, or that it was not.
    pub fn finish(&mut self, (key, id): (Key, ChargeId), charged: bool) {
        match charged {
            true => self.once.finish(key, id),
            false => self.once.abandon(&key),
        }
    }

    /// Gives back a charge or a part of it; returns how much, and what is to be written down. `None` if there is
    /// nothing to give back.
    pub fn give_back(&mut self, id: &ChargeId, amount: u128) -> Option<(u128, Vec<Entry>)> {
        let charge = self.charges.remove(id)?;
        let known = self.channels.get_mut(&charge.lane)?;
        if known.channel.on_chain().epoch != charge.epoch {
            return None;
        }
        let before = known.channel.clone();
        let given = known.channel.give_back(amount.min(charge.amount));
        let named = Named {
            payer: charge.lane.0,
            lane: charge.lane.1,
            epoch: charge.epoch,
        };
        let entries = vec![account(&named, &known.channel), Entry::GivenBack(*id)];
        if let Some(key) = charge.key {
            self.once.forget(&key);
        }
        self.count(&charge.lane, &before, now());
        Some((given, entries))
    }
}

/// Returns bytes that nobody can guess: whoever names a charge can give it back.
fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    bytes
}
