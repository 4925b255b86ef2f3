//! Small gifts by voucher: a pool is a payee in a channels contract, and pulls in what it was paid there.

use super::world::*;
use crate::channels::world as paying;
use ink::codegen::TraitCallBuilder;

/// A donor's channel to a pool that is paid through channels.
struct Wired {
    w: paying::World,
    at: DonationPool,
    epoch: u64,
}

impl Wired {
    fn new(terms: impl FnOnce(&Account) -> Terms) -> Self {
        let mut w = paying::world();
        let (alice, bob) = (w.alice.clone(), w.bob.clone());
        let terms = Terms {
            channels: Some(w.channels.id.ink()),
            ..terms(&bob)
        };
        let at = DonationPool::deploy(&mut w.chain, &bob, terms).unwrap();
        let opening = vec![(at.id.ink(), w.terms(UNIT))];
        let message = w.channels.contract.call_mut().open(opening);
        let (epochs, _) = w.call(&alice, message, UNIT).unwrap();
        let epoch = epochs[0];
        Self { w, at, epoch }
    }

    /// Alice's phone signs so much for the pool in all, and carol, who happens to pass by, claims it.
    fn give(&mut self, cumulative: Balance) {
        let (alice, carol) = (self.w.alice.clone(), self.w.carol.clone());
        let said = paying::Voucher {
            channel: paying::ChannelId {
                payer: alice.id().into(),
                payee: self.at.id.clone().into(),
                epoch: self.epoch,
            },
            cumulative,
            root: [0; 32],
        };
        let signature = self.w.phone.sign(&said.payload(&self.w.channels.place));
        let voucher = paying::present(&said, signature);
        let payee = self.at.id.ink();
        let message = self
            .w
            .channels
            .contract
            .call_mut()
            .claim(payee, vec![voucher]);
        let (outcomes, _) = self.w.call(&carol, message, 0).unwrap();
        assert!(outcomes[0].is_ok());
    }

    fn pull(&mut self) -> Result<(Balance, Receipt), Failure<Error>> {
        let carol = self.w.carol.clone();
        let message = self.at.pool.call_mut().pull_from_channels();
        self.w.chain.call(&carol, message, 0)
    }

    fn pocket(&mut self) -> (Balance, Stage) {
        let overview = self.w.chain.read(self.at.pool.call().overview());
        (overview.books.pocket, overview.stage)
    }

    fn assert_solvent(&mut self) {
        self.w.assert_solvent();
        self.at.assert_solvent(&mut self.w.chain);
    }
}

#[test]
fn what_vouchers_paid_is_pulled_in_as_pocket_change_and_paid_out() {
    let mut wired = Wired::new(keep_all);
    wired.give(3_000);
    wired.give(UNIT / 2);
    let (amount, receipt) = wired.pull().unwrap();
    assert_eq!(amount, UNIT / 2);
    let arrived = receipt.events_of::<pool::events::Arrived>();
    assert_eq!(arrived[0].arrival, Arrival::PocketChange { amount });
    assert_eq!(wired.pocket(), (UNIT / 2, Stage::Open));
    wired.give(UNIT / 2 + 7);
    assert_eq!(wired.pull().unwrap().0, 7);

    let (bob, carol) = (wired.w.bob.clone(), wired.w.carol.clone());
    let before = wired.w.chain.balance(&bob.id());
    let message = wired.at.pool.call_mut().payout(None);
    wired.w.chain.call(&carol, message, 0).unwrap();
    assert_eq!(wired.w.chain.balance(&bob.id()), before + UNIT / 2 + 7);
    assert_eq!(wired.at.solvency(&mut wired.w.chain).0, 0);
    wired.assert_solvent();
}

#[test]
fn pulling_when_nothing_is_due_changes_nothing() {
    let mut wired = Wired::new(keep_all);
    assert_eq!(refused(wired.pull()), Error::ChannelsFailed);
    wired.give(5);
    wired.pull().unwrap();
    assert_eq!(refused(wired.pull()), Error::ChannelsFailed);
    assert_eq!(wired.pocket().0, 5);
    wired.assert_solvent();
}

#[test]
fn pocket_change_is_no_part_of_a_goal_and_the_beneficiaries_after_a_missed_one() {
    let mut wired = Wired::new(|bob| with_goal(bob, 1_000));
    wired.give(5_000);
    wired.pull().unwrap();
    wired.w.chain.seal_at(CLOSES);
    assert_eq!(wired.pocket(), (5_000, Stage::Missed));
    // Money that comes after the end is pulled in all the same.
    wired.give(UNIT);
    wired.pull().unwrap();
    let (bob, carol) = (wired.w.bob.clone(), wired.w.carol.clone());
    let before = wired.w.chain.balance(&bob.id());
    let message = wired.at.pool.call_mut().payout(None);
    wired.w.chain.call(&carol, message, 0).unwrap();
    assert_eq!(wired.w.chain.balance(&bob.id()), before + UNIT);
    wired.assert_solvent();
}
