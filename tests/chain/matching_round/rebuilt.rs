//! A round as its events alone tell of it.

use super::world::*;
use farthing_contracts::matching_round::{
    books::Books, entries::Entry, events::*, terms::Terms as RoundTerms, MatchingRoundRef,
};
use farthing_types::quadratic::portion;
use ink::codegen::TraitCallBuilder;
use ink::primitives::AccountId as InkId;
use std::collections::BTreeMap;

struct Known {
    entry: Entry,
    objections: Objections,
    tally: Tally,
    beneficiaries: Vec<InkId>,
}

/// Everything that a round stores.
pub struct Rebuilt {
    account: AccountId,
    terms: RoundTerms,
    books: Books,
    pools: Vec<Known>,
    /// By pool and donor.
    contributions: BTreeMap<(InkId, InkId), Contribution>,
    sponsors: BTreeMap<InkId, Balance>,
    lists: Vec<[u8; 32]>,
}

impl Rebuilt {
    pub fn new(account: &AccountId, deployment: &Receipt) -> Self {
        let [created] = &deployment.events_of::<RoundCreated>()[..] else {
            panic!("made once")
        };
        Self {
            account: account.clone(),
            books: Books::new(&created.terms),
            terms: created.terms.clone(),
            pools: Vec::new(),
            contributions: BTreeMap::new(),
            sponsors: BTreeMap::new(),
            lists: Vec::new(),
        }
    }

    pub fn follow(&mut self, receipt: &Receipt) {
        // Pools tell of donations, too.
        let account = self.account.clone();
        let own = receipt.events.iter().filter(|one| one.contract == account);
        for event in own {
            if let Some(event) = event.decode::<Donated>() {
                self.count(event);
            } else if let Some(event) = event.decode::<Entered>() {
                self.enter(event);
            } else if let Some(TakenOut { pool }) = event.decode() {
                let place = self.place(pool);
                self.pools.swap_remove(place);
                self.books.pools -= 1;
            } else if let Some(Objected { pool, by, reason }) = event.decode() {
                let (organiser, verifier) = (self.terms.organiser, self.terms.verifier);
                let objections = &mut self.known(pool).objections;
                if by == organiser {
                    objections.organiser = reason.is_some();
                }
                if Some(by) == verifier {
                    objections.verifier = reason.is_some();
                }
            } else if let Some(Listed { list, root, .. }) = event.decode() {
                self.lists.truncate(self.lists.len().max(list.into()));
                match self.lists.get_mut(usize::from(list)) {
                    Some(old) => *old = root,
                    None => self.lists.push(root),
                }
            } else if event.decode::<ListsFreed>().is_some() {
                self.lists.clear();
            } else if let Some(Freed { donor, pool }) = event.decode() {
                assert!(self.contributions.remove(&(pool, donor)).is_some());
            } else {
                self.settle(event);
            }
        }
    }

    fn settle(&mut self, event: &farthing_chain::ContractEvent) {
        if let Some(Sponsored { sponsor, amount }) = event.decode() {
            *self.sponsors.entry(sponsor).or_default() += amount;
            self.books.money += amount;
            self.books.owed += amount;
        } else if let Some(Left {
            sponsor,
            amount,
            freed,
        }) = event.decode()
        {
            self.let_go(sponsor, freed);
            self.books.money -= amount;
            self.books.owed -= amount;
        } else if let Some(Asked { asked, answers }) = event.decode() {
            self.books.asked = asked;
            for answer in answers {
                let entry = &mut self.known(answer.pool).entry;
                (entry.asked, entry.missed) = (true, answer.missed);
            }
        } else if let Some(Divided {
            money,
            rest,
            shares,
        }) = event.decode()
        {
            (self.books.rest, self.books.rest_left) = (rest, rest);
            (self.books.claims, self.books.divided) = (money, true);
            for (known, share) in self.pools.iter_mut().zip(shares) {
                assert_eq!(known.entry.account, share.pool);
                assert_eq!(known.entry.missed, share.missed);
                known.entry.share = share.amount;
            }
        } else if let Some(Paid { offered, payments }) = event.decode() {
            self.books.offered = offered;
            for payment in payments {
                self.known(payment.pool).entry.paid = payment.taken;
                self.books.owed -= payment.amount * Balance::from(payment.taken);
            }
        } else if let Some(TakenBack {
            sponsor,
            amount,
            freed,
        }) = event.decode()
        {
            let given = self.sponsors.get(&sponsor).copied().unwrap_or(0);
            if given != 0 {
                let part = portion(self.books.rest_left, given, self.books.claims);
                assert_eq!(part, Some(amount));
            }
            self.let_go(sponsor, freed);
            self.books.rest_left -= amount;
            self.books.claims -= given;
            self.books.owed -= amount;
        } else {
            panic!("an event that changes nothing: {event:?}");
        }
    }

    fn let_go(&mut self, sponsor: InkId, freed: bool) {
        match freed {
            true => self.sponsors.remove(&sponsor),
            false => self.sponsors.insert(sponsor, 0),
        };
    }

    fn enter(&mut self, event: Entered) {
        self.pools.push(Known {
            entry: Entry {
                account: event.pool,
                number: event.number,
                has_goal: event.has_goal,
                asked: false,
                missed: false,
                share: 0,
                paid: false,
            },
            objections: Objections::default(),
            tally: Tally::default(),
            beneficiaries: event.beneficiaries,
        });
        self.books.pools += 1;
    }

    fn count(&mut self, event: Donated) {
        let cap = self.terms.cap;
        let key = (event.pool, event.donor);
        let mut contribution = self.contributions.remove(&key).unwrap_or_default();
        let tally = &mut self.known(event.pool).tally;
        let counted = tally.add(&mut contribution, event.amount, cap);
        assert_eq!(counted, Some(event.counted));
        self.contributions.insert(key, contribution);
    }

    fn place(&self, pool: InkId) -> usize {
        let mut all = self.pools.iter();
        all.position(|one| one.entry.account == pool).unwrap()
    }

    fn known(&mut self, pool: InkId) -> &mut Known {
        let place = self.place(pool);
        &mut self.pools[place]
    }

    /// Compares it with what the round says of itself, and of these people.
    pub fn compare(&self, chain: &mut Chain, round: &MatchingRoundRef, people: &[Account]) {
        let overview = chain.read(round.call().overview());
        assert_eq!(overview.terms, self.terms);
        assert_eq!(overview.books, self.books);
        let pools = chain.read(round.call().pools());
        assert_eq!(pools.len(), self.pools.len());
        for (mut pool, known) in pools.into_iter().zip(&self.pools) {
            if !self.books.divided {
                // What it would get.
                pool.entry.share = 0;
            }
            assert_eq!(pool.entry, known.entry);
            assert_eq!(pool.objections, known.objections);
            assert_eq!(pool.tally, known.tally);
            let account = known.entry.account;
            let excluded = chain.read(round.call().beneficiaries_of(account));
            assert_eq!(excluded, known.beneficiaries);
            for person in people {
                let person = person.id().ink();
                let told = chain.read(round.call().contribution(account, person));
                assert_eq!(told.as_ref(), self.contributions.get(&(account, person)));
            }
        }
        for person in people {
            let given = chain.read(round.call().sponsored(person.id().ink()));
            let told = self.sponsors.get(&person.id().ink());
            assert_eq!(given, told.copied().unwrap_or(0));
        }
        assert_eq!(chain.read(round.call().lists()), self.lists);
        assert_eq!(chain.read(round.call().solvency()).0, self.books.owed);
    }
}
