//! What channels cost.

use super::{measured, transfers, Costs};
use crate::channels::world::*;
use farthing_chain::weights;
use farthing_types::voucher::VOUCHER_LEN;
use ink::scale::Encode;
use std::fmt::Debug;

/// How many payers a batch of claims has.
const BATCH: u8 = 50;

pub fn measure(costs: &mut Costs) {
    let mut meter = Meter { w: world(), costs };
    meter
        .costs
        .note("channels.new", &meter.w.channels.deployment);
    meter.deposits();
    meter.one_channel();
    meter.many_channels();
    meter.leaving();
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

    fn deposits(&mut self) {
        let alice = self.w.alice.clone();
        for name in ["deposit", "deposit, repeated"] {
            let outcome = self.w.deposit(&alice, 100 * UNIT);
            self.note(name, outcome);
        }
        let outcome = self.w.withdraw(&alice, Some(UNIT)).map(|(_, r)| r);
        self.note("withdraw", outcome);
    }

    /// The whole life of a channel by itself, in each of the three ways it can end.
    fn one_channel(&mut self) {
        let (alice, bob, carol) = (
            self.w.alice.clone(),
            self.w.bob.clone(),
            self.w.carol.clone(),
        );
        let terms = self.w.terms(RESERVE);
        let outcome = self.w.open_on(&alice, &[(&bob, terms.clone())], 0);
        self.note("open, out of a deposit", outcome.map(|(_, r)| r));
        for (name, amount) in [("claim", UNIT), ("claim, repeated", 2 * UNIT)] {
            let voucher = self.w.voucher(&alice, &bob, 1, amount);
            let outcome = self.w.claim_as(&bob, &bob, &[voucher]).map(|(_, r)| r);
            self.note(name, outcome);
        }
        let outcome = self.w.top_up(&alice, &bob, UNIT, 0);
        self.note("top_up, out of a deposit", outcome);
        let outcome = self.w.top_up(&alice, &bob, UNIT, UNIT);
        self.note("top_up, with value", outcome);
        let outcome = self.w.close(&bob, &alice);
        self.note("close", outcome);
        let outcome = self.w.open_on(&alice, &[(&bob, terms.clone())], 0);
        self.note("open, again", outcome.map(|(_, r)| r));
        let outcome = self.w.exit(&alice, &bob);
        self.note("exit", outcome);
        self.w.chain.advance(MIN_DELAY);
        let outcome = self.w.clear(&alice, &bob);
        self.note("clear", outcome);

        let outcome = self.w.open_on(&carol, &[(&bob, terms)], RESERVE);
        self.note("open, with the reserve attached", outcome.map(|(_, r)| r));
        let signature = self.w.closing(&carol, &bob, 3, RESERVE);
        let outcome = self.w.close_together(&carol, &bob, RESERVE, signature);
        self.note("close_together, at the whole reserve", outcome);
    }

    /// Fifty payers who each opened twenty channels, claimed for one payee.
    fn many_channels(&mut self) {
        let payees: Vec<_> = (0..20)
            .map(|n| self.w.chain.account(&format!("payee-{n}"), UNIT))
            .collect();
        let payers: Vec<_> = (0..BATCH)
            .map(|n| self.w.chain.account(&format!("payer-{n}"), 100 * UNIT))
            .collect();
        let terms = self.w.terms(UNIT);
        let openings: Vec<_> = payees.iter().map(|payee| (payee, terms.clone())).collect();
        let mut first_epochs = Vec::new();
        for (n, payer) in payers.iter().enumerate() {
            let (epochs, receipt) = self.w.open_on(payer, &openings, 20 * UNIT).unwrap();
            first_epochs.push(epochs[0]);
            if n == 0 {
                self.note::<()>("open, 20 with their reserves attached", Ok(receipt));
            }
        }
        for (name, amount) in [("claim, 50", 1_000), ("claim, 50, repeated", 2_000)] {
            let vouchers: Vec<_> = payers
                .iter()
                .zip(&first_epochs)
                .map(|(payer, epoch)| self.w.voucher(payer, &payees[0], *epoch, amount))
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
        let all: Vec<_> = payees.iter().map(|payee| payee.id().ink()).collect();
        let message = self.w.channels.contract.call_mut().exit(all.clone());
        let outcome = self.w.call(payer, message, 0).map(|(_, r)| r);
        self.note("exit, 20", outcome);
        self.w.chain.advance(MIN_DELAY);
        let message = self.w.channels.contract.call_mut().clear(all);
        let outcome = self.w.call(payer, message, 0).map(|(_, r)| r);
        self.note("clear, 20", outcome);
    }

    fn leaving(&mut self) {
        let alice = self.w.alice.clone();
        let outcome = self.w.withdraw(&alice, None).map(|(_, r)| r);
        self.note("withdraw, all", outcome);
        let outcome = self.w.leave(&alice);
        self.note("leave", outcome);
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
        let channels = self.w.channels.contract.clone();
        let chain = &mut self.w.chain;
        let costs = &mut *self.costs;
        costs.read(chain, "channels.overview", channels.call().overview());
        costs.read(chain, "channels.solvency", channels.call().solvency());
        costs.read(chain, "channels.account", channels.call().account(bob));
        let message = channels.call().channel(payer, payee);
        costs.read(chain, "channels.channel", message);
    }
}

#[test]
fn a_claim_in_a_batch_of_fifty_costs_little_more_than_its_signature_and_its_record() {
    let record = Channel::open(&world().terms(RESERVE), 1).encoded_size();
    let record = u32::try_from(record).unwrap();
    let message = u32::try_from(VOUCHER_LEN).unwrap();
    let least = weights::sr25519_verify(message)
        + weights::storage_read(record)
        + weights::storage_write(record);
    for name in ["channels.claim, 50", "channels.claim, 50, repeated"] {
        let each = measured().calls[name].weight / u64::from(BATCH);
        assert!(2 * each <= 3 * least, "{name}: {each}, at least {least}");
    }
}

#[test]
fn a_thousand_payments_settle_for_a_hundredth_of_a_transfer_each() {
    let cost = |name: &str| transfers(measured().calls[&format!("channels.{name}")]);
    // By itself: prepaid, used up, closed together.
    let alone =
        cost("open, with the reserve attached") + cost("close_together, at the whole reserve");
    assert!(alone <= 10.0, "{alone} transfers");

    // Among twenty channels of a payer and fifty of a payee, until both have their money.
    let twentieth = [
        "open, 20 with their reserves attached",
        "exit, 20",
        "clear, 20",
        "withdraw",
    ];
    let fiftieth = ["claim, 50, repeated", "withdraw"];
    let among_others = twentieth.map(cost).iter().sum::<f64>() / 20.0
        + fiftieth.map(cost).iter().sum::<f64>() / 50.0;
    assert!(among_others <= 5.0, "{among_others} transfers");
}

#[test]
fn repeated_claims_lock_no_deposit() {
    for name in ["claim, repeated", "claim, 50, repeated"] {
        assert_eq!(measured().calls[&format!("channels.{name}")].deposit, 0);
    }
}
