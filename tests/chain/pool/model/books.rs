//! The model: a pool's rules, as its documentation tells them, over lists of all that ever happened.

use crate::pool::world::{Error, Millis, PledgeError, DAY, PARTS};
use farthing_chain::existential_deposit;
use std::collections::{BTreeMap, BTreeSet};

/// Who can sign. The second of them is a beneficiary, too.
pub const SIGNERS: usize = 5;
/// A donor whose account does not exist at first.
pub const NOBODY: usize = 5;
/// The other beneficiaries, who do not exist at first either.
pub const HELPERS: [usize; 2] = [6, 7];
/// As little does the treasury.
pub const TREASURY: usize = 8;
/// The pool itself.
pub const POOL: usize = 9;
/// All of them.
pub const ACCOUNTS: usize = 10;

/// The rules of a pool.
#[derive(Clone, Debug)]
pub struct Rules {
    pub goal: Option<u128>,
    pub closes: Option<Millis>,
    pub minimum: u128,
    pub fee: Option<u16>,
    /// Of signer 1 and the helpers, as many as there are.
    pub parts: Vec<u32>,
    pub release: Vec<(Millis, u32)>,
    pub least: u128,
}

impl Rules {
    /// The least that a sponsor promises for one donor.
    pub fn least_per_donor(&self) -> u128 {
        self.least.div_ceil(100).max(1)
    }
}

/// A call with its signer and the money attached to it.
#[derive(Clone, Debug)]
pub struct Call {
    pub signer: usize,
    pub value: u128,
    pub act: Act,
}

/// What a call does.
#[derive(Clone, Debug)]
pub enum Act {
    Donate,
    DonateFor {
        donor: usize,
    },
    DonateInRound {
        donor: usize,
    },
    Publish,
    Offer {
        to: Option<usize>,
    },
    Accept {
        from: usize,
    },
    DonateMany {
        gifts: Vec<(usize, u128)>,
    },
    Sponsor {
        ratio: u32,
        per_donor: u128,
        until: Option<Millis>,
    },
    ReturnSponsorship {
        number: u32,
    },
    Grant,
    TakeIn,
    Finalise,
    Refund {
        donor: usize,
    },
    Payout {
        note: bool,
    },
    Explain {
        payout: u32,
    },
    Withdraw {
        account: usize,
    },
    Forget {
        donor: usize,
    },
    Send {
        to: usize,
    },
    Jump {
        to: Millis,
    },
}

/// A donation, and what sponsors added, by their numbers.
#[derive(Clone, Debug)]
pub struct Given {
    pub payer: usize,
    pub donor: usize,
    pub amount: u128,
    pub matched: Vec<(u32, u128)>,
}

#[derive(Clone, Debug)]
pub struct Backer {
    pub number: u32,
    pub account: usize,
    pub ratio: u128,
    pub per_donor: u128,
    pub until: Millis,
    pub given: u128,
    pub returned: bool,
    /// Whether they have one of the eight places still.
    pub placed: bool,
}

/// Everything that has happened.
#[derive(Clone, Debug)]
pub struct Model {
    pub rules: Rules,
    pub now: Millis,
    pub balances: Vec<u128>,
    /// What the pool holds and owes to nobody yet: what came by other roads, and what could not be
    /// divided.
    pub surplus: u128,
    pub gifts: Vec<Given>,
    pub backers: Vec<Backer>,
    /// Grants and surplus that are held.
    pub grants: u128,
    pub finalised: bool,
    pub refunds: BTreeMap<usize, u128>,
    /// Donors of whose gifts the payer had back what they had paid in.
    pub returned: BTreeSet<usize>,
    /// What each payout took out of the books.
    pub payouts: Vec<u128>,
    pub kept: BTreeMap<usize, u128>,
    /// Whose the shares are, in their order.
    pub holders: Vec<usize>,
    /// The places of shares that are offered, and to whom.
    pub offers: BTreeMap<usize, usize>,
    /// Who has a record, and who paid for it.
    pub records: BTreeMap<usize, usize>,
    /// Everything that came in and went out.
    pub came: u128,
    pub went: u128,
}

/// What a call that went through must have told and locked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Donors' records created, less those freed.
    pub records: i128,
    /// Offers of shares made, less those ended.
    pub offers: i128,
    /// What sponsors added to each donation.
    pub matched: Vec<Vec<(u32, u128)>>,
    /// What was sent or kept: for whom, how much, and whether it was sent.
    pub paid: Vec<(usize, u128, bool)>,
}

type Done = Result<Outcome, Error>;

impl Model {
    pub fn new(rules: Rules) -> Self {
        let holders = [1].into_iter().chain(HELPERS);
        Self {
            holders: holders.take(rules.parts.len()).collect(),
            offers: BTreeMap::new(),
            rules,
            now: 0,
            balances: vec![0; ACCOUNTS],
            surplus: 0,
            gifts: vec![],
            backers: vec![],
            grants: 0,
            finalised: false,
            refunds: BTreeMap::new(),
            returned: BTreeSet::new(),
            payouts: vec![],
            kept: BTreeMap::new(),
            records: BTreeMap::new(),
            came: 0,
            went: 0,
        }
    }

    // ---- What follows from all that happened ----

    /// Whether donations are held at all.
    pub fn holds(&self) -> bool {
        self.rules.goal.is_some() || !self.rules.release.is_empty()
    }

    /// What was donated and is in the books.
    pub fn donated(&self) -> u128 {
        let sum: u128 = self.gifts.iter().map(|gift| gift.amount).sum();
        sum * u128::from(self.holds())
    }

    pub fn matched(&self) -> u128 {
        let all = self.gifts.iter().flat_map(|gift| &gift.matched);
        let sum: u128 = all.map(|one| one.1).sum();
        sum * u128::from(self.holds())
    }

    pub fn raised(&self) -> u128 {
        self.donated() + self.matched()
    }

    pub fn closes(&self) -> Millis {
        self.rules.closes.unwrap_or(Millis::MAX)
    }

    pub fn is_open(&self) -> bool {
        self.now < self.closes()
    }

    pub fn missed(&self) -> bool {
        !self.is_open() && self.rules.goal.is_some_and(|goal| self.raised() < goal)
    }

    fn by(&self, number: u32, donor: Option<usize>) -> u128 {
        let gifts = self.gifts.iter();
        gifts
            .filter(|gift| donor.is_none_or(|who| who == gift.donor))
            .flat_map(|gift| &gift.matched)
            .filter(|one| one.0 == number)
            .map(|one| one.1)
            .sum()
    }

    pub fn spent(&self, number: u32) -> u128 {
        self.by(number, None)
    }

    pub fn matched_for(&self, number: u32, donor: usize) -> u128 {
        self.by(number, Some(donor))
    }

    /// Whether this sponsor may still add something to donations.
    pub fn matches(&self, backer: &Backer) -> bool {
        backer.placed && self.now < backer.until && self.spent(backer.number) < backer.given
    }

    /// What a donor's record must say can be refunded.
    pub fn refundable(&self, donor: usize) -> u128 {
        let gifts = self.gifts.iter().filter(|gift| gift.donor == donor);
        let given: u128 = gifts.map(|gift| gift.amount).sum();
        let back = self.refunds.get(&donor).copied().unwrap_or(0);
        given * u128::from(self.rules.goal.is_some()) - back
    }

    /// How much of that the payer of the record had paid in.
    pub fn paid_by_payer(&self, donor: usize) -> u128 {
        if self.returned.contains(&donor) || self.refundable(donor) == 0 {
            return 0;
        }
        let payer = self.records.get(&donor);
        let gifts = self.gifts.iter().filter(|gift| gift.donor == donor);
        let paid = gifts.filter(|gift| Some(&gift.payer) == payer);
        paid.map(|gift| gift.amount).sum()
    }

    /// What a payout would take out of the books now.
    pub fn releasable(&self) -> u128 {
        let sure = self.rules.goal.is_none() || self.finalised;
        let total = self.grants + self.raised() * u128::from(sure);
        let steps = self.rules.release.iter();
        let parts = steps.filter(|step| step.0 <= self.now).map(|step| step.1);
        let parts = match self.rules.release.is_empty() {
            true => PARTS,
            false => parts.max().unwrap_or(0),
        };
        total * u128::from(parts) / 1_000_000 - self.payouts.iter().sum::<u128>()
    }

    pub fn beneficiaries(&self) -> Vec<usize> {
        self.holders.clone()
    }

    /// What fee and beneficiaries must have got in all, when `sum` was paid out in all.
    fn divided(&self, sum: u128) -> Vec<u128> {
        let fee = sum * u128::from(self.rules.fee.unwrap_or(0)) / 10_000;
        let part = |parts: &u32| (sum - fee) * u128::from(*parts) / 1_000_000;
        [fee]
            .into_iter()
            .chain(self.rules.parts.iter().map(part))
            .collect()
    }

    // ---- Calls ----

    /// Does what a call to the pool does.
    pub fn act(&mut self, call: &Call) -> Done {
        let (signer, value) = (call.signer, call.value);
        self.balances[signer] -= value;
        match &call.act {
            Act::Send { to } => {
                self.balances[*to] += value;
                self.surplus += value * u128::from(*to == POOL);
                self.came += value * u128::from(*to == POOL);
                return Ok(Outcome::default());
            }
            Act::Jump { .. } => return Ok(Outcome::default()),
            _ => {}
        }
        self.balances[POOL] += value;
        self.came += value;
        match call.act.clone() {
            Act::Donate => self.donate(signer, &[(signer, value)]),
            Act::DonateFor { donor } => self.donate(signer, &[(donor, value)]),
            Act::DonateInRound { donor } => {
                let done = self.donate(signer, &[(donor, value)])?;
                match self.holders.contains(&donor) {
                    true => Err(Error::IsBeneficiary),
                    false => Ok(done),
                }
            }
            Act::Publish if signer == 0 || self.holders.contains(&signer) => Ok(Outcome::default()),
            Act::Publish => Err(Error::NotPermitted),
            Act::Offer { to } => self.offer(signer, to),
            Act::Accept { from } => self.accept(signer, from),
            Act::DonateMany { gifts } => {
                if gifts.is_empty() {
                    return Err(Error::BatchSize);
                }
                let done = self.donate(signer, &gifts)?;
                let sum = gifts.iter().map(|gift| gift.1).sum();
                match sum == value {
                    true => Ok(done),
                    false => Err(Error::WrongValue(sum)),
                }
            }
            Act::Sponsor {
                ratio,
                per_donor,
                until,
            } => self.sponsor(signer, value, ratio, per_donor, until),
            Act::ReturnSponsorship { number } => self.return_sponsorship(number),
            Act::Grant if value == 0 => Err(Error::NothingDue),
            Act::Grant => Ok(self.give(value)),
            Act::TakeIn => {
                let surplus = std::mem::take(&mut self.surplus);
                let outcome = self.give(surplus);
                // Nothing of it could be divided.
                match surplus == self.surplus {
                    true => Err(Error::NothingDue),
                    false => Ok(outcome),
                }
            }
            Act::Finalise => self.finalise(),
            Act::Refund { donor } => self.refund(signer, donor),
            Act::Payout { note } => self.payout(signer, note),
            Act::Explain { payout } => {
                if !self.beneficiaries().contains(&signer) {
                    return Err(Error::NotBeneficiary);
                }
                match (payout as usize) < self.payouts.len() {
                    true => Ok(Outcome::default()),
                    false => Err(Error::UnknownPayout),
                }
            }
            Act::Withdraw { account } => self.withdraw(account),
            Act::Forget { donor } => self.forget(signer, donor),
            Act::Send { .. } | Act::Jump { .. } => unreachable!("done above"),
        }
    }

    fn donate(&mut self, payer: usize, gifts: &[(usize, u128)]) -> Done {
        let mut outcome = Outcome::default();
        let mut sum = 0;
        for &(donor, amount) in gifts {
            if !self.is_open() {
                return Err(Error::Closed(self.closes()));
            }
            if amount < self.rules.minimum {
                return Err(Error::BelowMinimum(self.rules.minimum));
            }
            let matched = self.match_gift(donor, amount);
            sum += amount + matched.iter().map(|one| one.1).sum::<u128>();
            outcome.matched.push(matched.clone());
            if self.rules.goal.is_some() && !self.records.contains_key(&donor) {
                self.records.insert(donor, payer);
                outcome.records += 1;
            }
            self.gifts.push(Given {
                payer,
                donor,
                amount,
                matched,
            });
        }
        if !self.holds() {
            outcome.paid = self.pass_on(sum);
        }
        Ok(outcome)
    }

    fn match_gift(&self, donor: usize, amount: u128) -> Vec<(u32, u128)> {
        let mut matched = vec![];
        for backer in self.backers.iter().filter(|backer| self.matches(backer)) {
            let before = match self.rules.goal {
                Some(_) => self.matched_for(backer.number, donor),
                None => 0,
            };
            let left = backer.given - self.spent(backer.number);
            let room = left.min(backer.per_donor - before);
            let added = room.min(amount * backer.ratio / 10_000);
            matched.extend((added != 0).then_some((backer.number, added)));
        }
        matched
    }

    /// Gives the beneficiaries what nobody can ask back: now, or as the schedule says.
    fn give(&mut self, amount: u128) -> Outcome {
        let mut outcome = Outcome::default();
        match self.rules.release.is_empty() {
            true => outcome.paid = self.pass_on(amount),
            false => self.grants += amount,
        }
        outcome
    }

    /// Sends everyone their part of `amount`, in whole units; the rest stays.
    fn pass_on(&mut self, amount: u128) -> Vec<(usize, u128, bool)> {
        let paid = self.share_out(self.divided(amount));
        self.surplus += amount - paid.iter().map(|one| one.1).sum::<u128>();
        paid
    }

    /// Sends or keeps what treasury and beneficiaries get.
    fn share_out(&mut self, amounts: Vec<u128>) -> Vec<(usize, u128, bool)> {
        let accounts = [TREASURY].into_iter().chain(self.beneficiaries());
        let mut paid = vec![];
        for (n, (account, amount)) in accounts.zip(amounts).enumerate() {
            if n == 0 && self.rules.fee.is_none() {
                continue;
            }
            let sent = amount == 0 || self.send(account, amount).is_ok();
            if !sent {
                *self.kept.entry(account).or_default() += amount;
            }
            paid.push((account, amount, sent));
        }
        paid
    }

    fn sponsor(
        &mut self,
        account: usize,
        given: u128,
        ratio: u32,
        per_donor: u128,
        until: Option<Millis>,
    ) -> Done {
        let closes = self.closes();
        let end = until.map_or(closes, |until| until.min(closes));
        let early = end < self.now + DAY && end != closes;
        let late = end > self.now + 730 * DAY;
        let bad = if !self.is_open() {
            Error::Closed(closes)
        } else if self.rules.least == 0 {
            Error::NoSponsors
        } else if given < self.rules.least {
            Error::BadPledge(PledgeError::TooLittle(self.rules.least))
        } else if !(1_000..=100_000).contains(&ratio) {
            Error::BadPledge(PledgeError::Ratio)
        } else if per_donor < self.rules.least_per_donor() {
            Error::BadPledge(PledgeError::PerDonor(self.rules.least_per_donor()))
        } else if early || late {
            Error::BadPledge(PledgeError::Until)
        } else {
            return self.admit(Backer {
                number: 1 + self.backers.len() as u32,
                account,
                ratio: ratio.into(),
                per_donor,
                until: end,
                given,
                returned: false,
                placed: true,
            });
        };
        Err(bad)
    }

    fn admit(&mut self, backer: Backer) -> Done {
        let placed = self.backers.iter().filter(|one| one.placed).count();
        if placed == 8 {
            let done = |one: &Backer| {
                let done = one.returned || self.spent(one.number) == one.given;
                one.placed && done && self.rules.goal.is_none()
            };
            let at = self.backers.iter().position(done);
            self.backers[at.ok_or(Error::SponsorsFull)?].placed = false;
        }
        self.backers.push(backer);
        Ok(Outcome::default())
    }

    fn return_sponsorship(&mut self, number: u32) -> Done {
        let index = number as usize - 1;
        let backer = self.backers.get(index).filter(|one| one.placed);
        let backer = backer.ok_or(Error::UnknownSponsor)?.clone();
        if self.rules.goal.is_some() && self.is_open() {
            return Err(Error::OpenUntil(self.closes()));
        }
        if self.now < backer.until {
            return Err(Error::MatchingUntil(backer.until));
        }
        let spent = if self.missed() { 0 } else { self.spent(number) };
        if backer.returned || spent == backer.given {
            return Err(Error::NothingDue);
        }
        self.backers[index].returned = true;
        self.send(backer.account, backer.given - spent)
    }

    fn finalise(&mut self) -> Done {
        if self.is_open() {
            Err(Error::OpenUntil(self.closes()))
        } else if self.missed() {
            Err(Error::GoalMissed(self.raised()))
        } else if self.finalised {
            Err(Error::AlreadyFinalised)
        } else {
            self.finalised = true;
            Ok(Outcome::default())
        }
    }

    fn refund(&mut self, caller: usize, donor: usize) -> Done {
        if self.rules.goal.is_none() {
            return Err(Error::NoRefunds);
        }
        if self.is_open() {
            return Err(Error::OpenUntil(self.closes()));
        }
        if !self.missed() {
            return Err(Error::GoalReached(self.raised()));
        }
        let amount = self.refundable(donor);
        if amount == 0 {
            return Err(Error::NothingDue);
        }
        let paid = self.paid_by_payer(donor);
        let payer = self.records.get(&donor).copied();
        let waited = self.now >= self.closes() + 90 * DAY;
        let (mut outcome, amount) = match (self.send(donor, amount), payer) {
            (Ok(outcome), _) => (outcome, amount),
            (Err(_), Some(payer)) if waited && paid != 0 => {
                self.returned.insert(donor);
                (self.send(payer, paid)?, paid)
            }
            (Err(error), _) => return Err(error),
        };
        *self.refunds.entry(donor).or_default() += amount;
        if self.refundable(donor) == 0 && payer == Some(caller) {
            self.records.remove(&donor);
            outcome.records = -1;
        }
        Ok(outcome)
    }

    fn payout(&mut self, caller: usize, note: bool) -> Done {
        if note && !self.beneficiaries().contains(&caller) {
            return Err(Error::NotBeneficiary);
        }
        let amount = self.releasable();
        if amount == 0 {
            return Err(Error::NothingDue);
        }
        let so_far = self.payouts.iter().sum::<u128>();
        let before = self.divided(so_far);
        let after = self.divided(so_far + amount);
        self.payouts.push(amount);
        let shares = before.iter().zip(after).map(|(had, has)| has - had);
        Ok(Outcome {
            paid: self.share_out(shares.collect()),
            ..Outcome::default()
        })
    }

    fn withdraw(&mut self, account: usize) -> Done {
        let amount = self.kept.get(&account).copied().unwrap_or(0);
        if amount == 0 {
            return Err(Error::NothingDue);
        }
        let outcome = self.send(account, amount)?;
        self.kept.insert(account, 0);
        Ok(outcome)
    }

    fn offer(&mut self, caller: usize, to: Option<usize>) -> Done {
        let place = self.holders.iter().position(|one| *one == caller);
        let place = place.ok_or(Error::NotBeneficiary)?;
        let before = self.offers.len() as i128;
        match to {
            Some(POOL) => return Err(Error::PaysItself),
            Some(to) if self.holders.contains(&to) => return Err(Error::HasShare),
            Some(to) => drop(self.offers.insert(place, to)),
            None => drop(self.offers.remove(&place).ok_or(Error::NotOffered)?),
        }
        Ok(Outcome {
            offers: self.offers.len() as i128 - before,
            ..Outcome::default()
        })
    }

    fn accept(&mut self, caller: usize, from: usize) -> Done {
        let place = self.holders.iter().position(|one| *one == from);
        let place = place.ok_or(Error::NotOffered)?;
        if self.offers.get(&place) != Some(&caller) {
            return Err(Error::NotOffered);
        }
        if self.holders.contains(&caller) {
            return Err(Error::HasShare);
        }
        self.offers.remove(&place);
        self.holders[place] = caller;
        // Whoever can sign can be paid: nothing is kept for them.
        assert_eq!(self.kept.get(&from).copied().unwrap_or(0), 0);
        Ok(Outcome {
            offers: -1,
            ..Outcome::default()
        })
    }

    fn forget(&mut self, caller: usize, donor: usize) -> Done {
        if self.records.get(&donor) != Some(&caller) {
            return Err(Error::NotPayer);
        }
        if self.is_open() || (self.missed() && self.refundable(donor) != 0) {
            return Err(Error::StillNeeded);
        }
        self.records.remove(&donor);
        Ok(Outcome {
            records: -1,
            ..Outcome::default()
        })
    }

    /// Moves money out of the pool, if the chain lets it.
    fn send(&mut self, account: usize, amount: u128) -> Done {
        if self.balances[account] == 0 && amount < existential_deposit() {
            return Err(Error::TransferFailed);
        }
        self.balances[POOL] -= amount;
        self.balances[account] += amount;
        self.went += amount;
        Ok(Outcome {
            paid: vec![(account, amount, true)],
            ..Outcome::default()
        })
    }

    /// Whose every unit is that the pool owes: what belongs to each is worked out for itself, and not
    /// as what is left over.
    pub fn owed_to_each(&self) -> [u128; 5] {
        let missed = self.missed();
        let settled: u128 = self.payouts.iter().sum();
        let paid: u128 = self.divided(settled).iter().sum();
        let donors = if self.rules.goal.is_some() && (self.is_open() || missed) {
            let donors: BTreeSet<usize> = self.gifts.iter().map(|gift| gift.donor).collect();
            donors.into_iter().map(|donor| self.refundable(donor)).sum()
        } else {
            0
        };
        let open_goal = self.rules.goal.is_some() && self.is_open();
        // While it is open, nobody knows yet whose the matched part is.
        let undecided = if open_goal { self.matched() } else { 0 };
        let sponsors = self.backers.iter().filter(|one| !one.returned);
        let sponsors = sponsors
            .map(|one| one.given - if missed { 0 } else { self.spent(one.number) })
            .sum();
        let theirs = if self.rules.goal.is_none() || !(self.is_open() || missed) {
            self.raised()
        } else {
            0
        };
        let beneficiaries = theirs + self.grants - paid;
        [
            donors,
            undecided,
            sponsors,
            beneficiaries,
            self.kept.values().sum(),
        ]
    }
}
