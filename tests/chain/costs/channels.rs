//! What channels cost.

use super::{measured, transfers, Costs};
use crate::channels::world::*;
use farthing_chain::weights;
use farthing_types::voucher::VOUCHER_LEN;
use std::fmt::Debug;

/// How many payers a batch of claims has.
const BATCH: u8 = 50;

pub fn measure(costs: &mut Costs) {
    let mut meter = Meter { w: world(), costs };
    meter
        .costs
        .note("channels.new", &meter.w.channels.deployment);
    meter.one_channel();
    meter.many_channels();
    meter.refused();
    meter.guardian();
    meter.reads();
    meter.w.assert_solvent();
}

struct Meter<'a> {
    w: World,
    costs: &'a mut Costs,
}

impl Meter<'_> {
    fn note<E: Debug>(&mut self, name: &str, outcome: Result<Receipt, E>) {
        let receipt = outcome.unwrap_or_else(|e| panic!("{name}: {e:?}"));
        self.costs.note(&format!("channels.{name}"), &receipt);
    }

    /// The whole life of a channel by itself, in each of the three ways it can end.
    fn one_channel(&mut self) {
        let (alice, bob, carol) = (
            self.w.alice.clone(),
            self.w.bob.clone(),
            self.w.carol.clone(),
        );
        let (epoch, opening) = (self.w.chain.now(), self.w.opening(&bob, RESERVE));
        let outcome = self.w.open_on(&alice, epoch, vec![opening], RESERVE);
        self.note("open", outcome);
        for (name, amount) in [("claim", UNIT), ("claim, repeated", 2 * UNIT)] {
            let voucher = self.w.voucher(&alice, &bob, epoch, amount);
            let outcome = self.w.claim_as(&bob, &bob, &[voucher]).map(|(_, r)| r);
            self.note(name, outcome);
        }
        let outcome = self.w.top_up(&alice, &alice, &bob, UNIT);
        self.note("top_up", outcome);
        let (rest, receipt) = self.w.close(&bob, &alice);
        self.note("close", rest.map(|_| receipt));
        let (epoch, opening) = (self.w.chain.now(), self.w.opening(&bob, RESERVE));
        let outcome = self.w.open_on(&alice, epoch, vec![opening], RESERVE);
        self.note("open, again", outcome);
        let (end, receipt) = self.w.exit(&alice, &bob);
        self.note("exit", end.map(|_| receipt));
        self.w.pass();
        self.w.pass_window();
        let (rest, receipt) = self.w.clear(&alice, &bob);
        self.note("clear", rest.map(|_| receipt));

        let epoch = self.w.open(&carol, &bob, RESERVE).unwrap();
        let signature = self.w.closing(&carol, &bob, epoch, UNIT);
        self.w.pass_window();
        let outcome = self.w.close_together(&carol, &bob, UNIT, signature);
        self.note("close_together", outcome);
        let epoch = self.w.open(&carol, &bob, RESERVE).unwrap();
        let signature = self.w.closing(&carol, &bob, epoch, UNIT);
        let outcome = self.w.close_together(&carol, &bob, UNIT, signature);
        self.note("close_together, within the first hour", outcome);
        let (epoch, opening) = (self.w.chain.now(), self.w.opening(&bob, RESERVE));
        let gift = Opening {
            lane: MIN_GIFT_LANE,
            ..opening
        };
        let outcome = self.w.open_for(&carol, &alice, epoch, vec![gift], RESERVE);
        self.note("open_for", outcome);
    }

    /// Fifty payers who each opened twenty channels, claimed for one payee.
    fn many_channels(&mut self) {
        let payees: Vec<_> = (0..20)
            .map(|n| self.w.chain.account(&format!("payee-{n}"), UNIT))
            .collect();
        let payers: Vec<_> = (0..BATCH)
            .map(|n| self.w.chain.account(&format!("payer-{n}"), 100 * UNIT))
            .collect();
        let openings: Vec<_> = payees
            .iter()
            .map(|payee| self.w.opening(payee, UNIT))
            .collect();
        let epoch = self.w.chain.now();
        for (n, payer) in payers.iter().enumerate() {
            let outcome = self.w.open_on(payer, epoch, openings.clone(), 20 * UNIT);
            if n == 0 {
                self.note("open, 20", outcome);
            }
        }
        for (name, amount) in [("claim, 50", 1_000), ("claim, 50, repeated", 2_000)] {
            let vouchers: Vec<_> = payers
                .iter()
                .map(|payer| self.w.voucher(payer, &payees[0], epoch, amount))
                .collect();
            let outcome = self.w.claim_as(&payees[0], &payees[0], &vouchers);
            assert!(outcome
                .as_ref()
                .unwrap()
                .0
                .iter()
                .all(|paid| *paid == Ok(1_000)));
            self.note(name, outcome.map(|(_, r)| r));
        }
        let payer = &payers[0];
        let lives: Vec<_> = payees
            .iter()
            .map(|payee| self.w.life(payer, payee))
            .collect();
        let message = self.w.channels.contract.call_mut().exit(lives.clone());
        let outcome = self.w.call(payer, message, 0).map(|(_, r)| r);
        self.note("exit, 20", outcome);
        self.w.pass();
        self.w.pass_window();
        let message = self.w.channels.contract.call_mut().clear(lives);
        let outcome = self.w.call(payer, message, 0).map(|(_, r)| r);
        self.note("clear, 20", outcome);
    }

    /// What the chain refuses to move, and what becomes of it.
    fn refused(&mut self) {
        let (alice, nobody) = (self.w.alice.clone(), Account::named("nobody"));
        let epoch = self.w.open(&alice, &nobody, RESERVE).unwrap();
        let voucher = self.w.voucher(&alice, &nobody, epoch, 5);
        let outcome = self.w.claim_as(&alice, &nobody, &[voucher]);
        self.note("claim, refused by the chain", outcome.map(|(_, r)| r));
        self.w.chain.mint(&nobody.id(), UNIT);
        let outcome = self.w.withdraw(&alice, &nobody).map(|(_, r)| r);
        self.note("withdraw", outcome);
    }

    fn guardian(&mut self) {
        let guardian = self.w.guardian.clone();
        let message = self.w.channels.contract.call_mut().pause(DAY);
        let outcome = self.w.call(&guardian, message, 0).map(|(_, r)| r);
        self.note("pause", outcome);
        let message = self.w.channels.contract.call_mut().resume();
        let outcome = self.w.call(&guardian, message, 0).map(|(_, r)| r);
        self.note("resume", outcome);
    }

    fn reads(&mut self) {
        let (bob, payer) = (self.w.bob.id().ink(), Account::named("payer-1").id().ink());
        let payee = Account::named("payee-0").id().ink();
        let key = (payer, payee, 0);
        let channels = self.w.channels.contract.clone();
        let chain = &mut self.w.chain;
        let costs = &mut *self.costs;
        costs.read(chain, "channels.overview", channels.call().overview());
        let message = channels.call().solvency(vec![key], vec![bob]);
        costs.read(chain, "channels.solvency, of 1 channel", message);
        costs.read(chain, "channels.kept_for", channels.call().kept_for(bob));
        let message = channels.call().channel(payer, payee, 0);
        costs.read(chain, "channels.channel", message);
        let message = channels.call().channels(vec![key; MAX_PAGE]);
        costs.read(chain, "channels.channels, 96 of them", message);
        let (side, lanes) = (Side::Payer(payer), vec![(payee, 0); MAX_PAGE]);
        let message = channels.call().channels_of(side, lanes);
        costs.read(chain, "channels.channels_of, 96 of them", message);
    }
}

#[test]
fn a_claim_in_a_batch_of_fifty_costs_little_more_than_its_signature_and_its_record() {
    let record = CHANNEL_BYTES;
    let message = u32::try_from(VOUCHER_LEN).unwrap();
    let least = weights::sr25519_verify(message)
        + weights::storage_read(record)
        + weights::storage_write(record);
    for name in ["channels.claim, 50", "channels.claim, 50, repeated"] {
        let each = measured().calls[name].weight / u64::from(BATCH);
        assert!(2 * each <= 3 * least, "{name}: {each}, at least {least}");
    }
}

fn cost(name: &str) -> f64 {
    transfers(measured().calls[&format!("channels.{name}")])
}

#[test]
fn a_claim_of_one_channel_with_the_money_in_hand_costs_little_more_than_four_transfers() {
    let claim = cost("claim");
    assert!(claim <= 4.2, "{claim} transfers");
}

#[test]
fn a_channels_whole_life_with_all_money_out_to_both_costs_nine_transfers() {
    let life = cost("open") + cost("claim") + cost("close_together");
    println!("a channel's life: {life} transfers");
    for name in measured()
        .calls
        .keys()
        .filter(|name| name.starts_with("channels."))
    {
        println!("{name}: {:.3}", transfers(measured().calls[name]));
    }
    assert!(life <= 13.0, "{life} transfers");
    let without_a_claim = cost("open") + cost("close_together");
    assert!(without_a_claim <= 9.0, "{without_a_claim} transfers");
}

#[test]
fn a_thousand_payments_settle_for_less_than_a_hundredth_of_a_transfer_each() {
    // By itself: opened, used up, closed together, and both have their money.
    let alone = (cost("open") + cost("close_together")) / 1_000.0;
    assert!(alone <= 0.009, "{alone} transfers");

    // Among twenty channels of a payer and fifty of a payee, until both have their money.
    let twentieth = ["open, 20", "exit, 20", "clear, 20"];
    let among_others =
        twentieth.map(cost).iter().sum::<f64>() / 20.0 + cost("claim, 50, repeated") / 50.0;
    println!("1,000 payments alone: {alone}, among others: {among_others} in all");
    assert!(among_others <= 5.0, "{among_others} transfers");
}

#[test]
fn claims_lock_no_deposit() {
    for name in [
        "claim",
        "claim, repeated",
        "claim, 50",
        "claim, 50, repeated",
    ] {
        assert_eq!(measured().calls[&format!("channels.{name}")].deposit, 0);
    }
}
