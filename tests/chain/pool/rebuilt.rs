//! A pool as its events alone tell of it.

use super::world::*;
use farthing_contracts::pool::{
    books::Books,
    donor::Donor,
    events::{Created, Finalised, Forgotten, Released, ShareMoved, ShareOffered},
    offers::ShareOffer,
    sponsors::{Sponsor, Sponsors},
    till::Till,
    PoolRef,
};
use farthing_types::split::Split;
use ink::codegen::TraitCallBuilder;
use ink::primitives::AccountId as InkId;
use std::collections::BTreeMap;

/// Everything that a pool stores.
pub struct Rebuilt {
    maker: InkId,
    /// With the present accounts of the beneficiaries.
    terms: Terms,
    books: Books,
    till: Till,
    offers: BTreeMap<InkId, InkId>,
    sponsors: Sponsors,
    donors: BTreeMap<InkId, Donor>,
}

impl Rebuilt {
    pub fn new(deployment: &Receipt) -> Self {
        let [created] = &deployment.events_of::<Created>()[..] else {
            panic!("made once")
        };
        Self {
            maker: created.maker,
            books: Books::new(&created.terms),
            till: Till::new(&created.terms),
            terms: created.terms.clone(),
            offers: BTreeMap::new(),
            sponsors: Sponsors::default(),
            donors: BTreeMap::new(),
        }
    }

    pub fn follow(&mut self, receipt: &Receipt) {
        for event in &receipt.events {
            if let Some(event) = event.decode::<Donations>() {
                self.take(event);
            } else if let Some(Arrived { arrival, division }) = event.decode() {
                self.arrive(arrival, division);
            } else if let Some(Released { release }) = event.decode() {
                self.release(release);
            } else if event.decode::<Finalised>().is_some() {
                self.books.finalised = true;
            } else if let Some(Forgotten { donor }) = event.decode() {
                assert!(self.donors.remove(&donor).is_some());
            } else if let Some(ShareOffered { by, to }) = event.decode() {
                match to {
                    Some(to) => self.offers.insert(by, to),
                    None => self.offers.remove(&by),
                };
            } else if let Some(ShareMoved { from, to }) = event.decode() {
                self.offers.remove(&from);
                let mut all = self.terms.beneficiaries.iter_mut();
                let share = all.find(|one| one.account == from).unwrap();
                share.account = to;
            }
        }
    }

    fn take(&mut self, event: Donations) {
        let goal = self.terms.goal().is_some();
        let signer = event.signed.then_some(event.payer);
        for gift in event.donations {
            let matched: Balance = gift.matched.iter().map(|one| one.amount).sum();
            if event.division.is_none() {
                self.books.hold(gift.amount, matched).unwrap();
            }
            let mut record = goal.then(|| {
                let record = self.donors.entry(gift.donor);
                let record = record.or_insert_with(|| Donor::paid_by(signer));
                record.give(gift.amount, signer).unwrap();
                record
            });
            for one in gift.matched {
                let list = &mut self.sponsors.list;
                let place = list
                    .iter()
                    .position(|sponsor| sponsor.number == one.sponsor);
                let place = place.unwrap();
                list[place].spent += one.amount;
                if let Some(record) = &mut record {
                    record.matched[place] += one.amount;
                }
            }
        }
        self.books.matching_until = self.sponsors.matching_until();
        if let Some(division) = event.division {
            self.till.keep(&division).unwrap();
        }
    }

    fn arrive(&mut self, arrival: Arrival, division: Option<Division>) {
        match arrival {
            Arrival::Sponsorship {
                sponsor,
                account,
                amount,
                pledge,
            } => {
                let closes = self.books.closes;
                let new = Sponsor {
                    account,
                    number: 0,
                    ratio: pledge.ratio,
                    per_donor: pledge.per_donor,
                    until: pledge.until.unwrap_or(closes).min(closes),
                    given: amount,
                    spent: 0,
                    returned: false,
                };
                let number = self.sponsors.admit(new, self.terms.goal().is_some());
                assert_eq!(number, Ok(sponsor));
                self.books.matching_until = self.sponsors.matching_until();
            }
            Arrival::Grant { amount, .. } | Arrival::Surplus { amount } => match division {
                Some(division) => self.till.keep(&division).unwrap(),
                None => self.books.pocket += amount,
            },
        }
    }

    fn release(&mut self, release: Release) {
        match release {
            Release::Payout {
                payout,
                amount,
                fee,
                shares,
                ..
            } => {
                assert_eq!(payout, self.till.payouts);
                let split = Split::new(self.terms.beneficiaries.clone()).unwrap();
                let settled = self.till.settle(amount, self.terms.fee.as_ref(), &split);
                let amounts: Vec<_> = shares.iter().map(|one| one.amount).collect();
                assert_eq!(settled.unwrap().shares, amounts);
                self.till.keep(&Division { fee, shares }).unwrap();
            }
            Release::Refund {
                donor,
                to,
                amount,
                freed,
            } => {
                let record = self.donors.get_mut(&donor).unwrap();
                let back = match to == donor {
                    true => record.take_all(),
                    false => record.take_paid(),
                };
                assert_eq!(back, amount);
                self.till.refunded += amount;
                if freed {
                    self.donors.remove(&donor);
                }
            }
            Release::Sponsorship { sponsor, .. } => {
                self.sponsors.find(sponsor).unwrap().returned = true;
            }
            Release::Withdrawal { account, amount } => {
                let taken = self.till.take_kept(&self.terms.payees(), &account);
                assert_eq!(taken, amount);
            }
        }
    }

    /// Compares it with what the pool says of itself, and of these accounts.
    pub fn compare(&self, chain: &mut Chain, pool: &PoolRef, accounts: &[AccountId]) {
        let overview = chain.read(pool.call().overview());
        assert_eq!(overview.maker, self.maker);
        assert_eq!(overview.terms, self.terms);
        assert_eq!(overview.sums, self.books.sums());
        assert_eq!(overview.till, self.till);
        assert_eq!(overview.stage, self.books.stage(chain.now()));
        let mut offers: Vec<_> = overview.offers;
        offers.sort_by_key(|offer| offer.from);
        let told = self.offers.iter();
        let told: Vec<_> = told.map(|(&from, &to)| ShareOffer { from, to }).collect();
        assert_eq!(offers, told);
        assert_eq!(chain.read(pool.call().sponsors()), self.sponsors.list);
        let accounts: Vec<_> = accounts.iter().map(AsInk::ink).collect();
        let donors = chain.read(pool.call().donors(accounts.clone()));
        let told: Vec<_> = accounts
            .iter()
            .map(|one| self.donors.get(one).cloned())
            .collect();
        assert_eq!(donors, told);
        let owed = self
            .books
            .owed(chain.now(), &self.till, &self.sponsors.list);
        assert_eq!(chain.read(pool.call().solvency()).0, owed);
    }
}
