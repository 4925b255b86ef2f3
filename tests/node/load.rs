//! Many at once: 1,000 tips from 50 accounts, and 1,000 vouchers in batches. All arrive, and what the
//! node made of them is printed.

use crate::{
    channels::Channels,
    world::{new_account, Account, World, UNIT},
};
use channels::channel::Terms;
use farthing_types::{commitment, Balance};
use ink::{codegen::TraitCallBuilder, primitives::AccountId};
use ink_e2e::subxt::utils::H256;
use registry::{creator::Profile, RegistryRef};
use std::time::{Duration, Instant};
use storefront::StorefrontRef;

const PAYERS: usize = 50;
const EACH: usize = 20;
const TIP: Balance = UNIT / 1_000;

/// What happened on the chain since a block.
struct Since {
    blocks: usize,
    transactions: usize,
    failed: usize,
    fullest: usize,
}

impl Since {
    async fn block(w: &World, first: H256) -> Self {
        let mut since = Self {
            blocks: 0,
            transactions: 0,
            failed: 0,
            fullest: 0,
        };
        let mut hash = w.best().await;
        while hash != first {
            let block = w.api.blocks().at(hash).await.unwrap();
            let events = block.events().await.unwrap();
            let count = |name: &str| {
                let named = events
                    .iter()
                    .filter(|event| event.as_ref().unwrap().variant_name() == name);
                named.count()
            };
            // Fees are paid by transactions, and not by what sets the clock.
            let transactions = count("TransactionFeePaid");
            since.blocks += usize::from(transactions > 0);
            since.transactions += transactions;
            since.failed += count("ExtrinsicFailed");
            since.fullest = since.fullest.max(transactions);
            hash = block.header().parent_hash;
        }
        since
    }

    fn report(&self, what: &str, payments: usize, took: Duration) {
        let seconds = took.as_secs_f64();
        let line = format!(
            "{what}: {} transactions in {} blocks ({:.1} a block, {} in the fullest) and {seconds:.1} s: \
             {:.0} transactions and {:.0} payments a second\n",
            self.transactions,
            self.blocks,
            self.transactions as f64 / self.blocks as f64,
            self.fullest,
            self.transactions as f64 / seconds,
            payments as f64 / seconds,
        );
        // Past the test harness, which keeps what tests print to itself.
        let _ = std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes());
    }
}

async fn payers(w: &mut World, money: Balance) -> Vec<Account> {
    let payers: Vec<_> = (0..PAYERS).map(|_| new_account()).collect();
    w.fund(&payers, money).await;
    payers
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_tips_from_fifty_accounts_settle() {
    let mut w = World::new().await;
    let ada = w.account(100 * UNIT).await;
    let mut registry = w
        .deploy("registry", &ada, RegistryRef::new(Vec::new()))
        .await;
    let constructor = StorefrontRef::new(registry.id, 0, ada.id(), None::<AccountId>);
    let mut shop = w.deploy("storefront", &ada, constructor).await;
    let salt = [7; 32];
    let claim = commitment::handle_claim("ada", &ada.id(), &salt);
    let message = registry.contract.call_mut().commit(claim);
    w.call_unasked(&ada, message, 0).await;
    let message = registry
        .contract
        .call_mut()
        .register("ada".into(), salt, Profile::default());
    let (creator, _) = w.call(&ada, message, 0).await;
    let message = shop.contract.call_mut().open(creator);
    w.call(&ada, message, 0).await;

    let payers = payers(&mut w, UNIT).await;
    let (first, start) = (w.best().await, Instant::now());
    for nonce in 0..EACH as u64 {
        for payer in &payers {
            let message = shop.contract.call_mut().tip(creator, Vec::new());
            w.submit_message(payer, nonce, message, TIP, (3_000_000_000, 500_000))
                .await;
        }
    }
    for payer in &payers {
        w.wait_for_nonce(payer, EACH as u64).await;
    }
    let took = start.elapsed();
    let since = Since::block(&w, first).await;
    assert_eq!((since.transactions, since.failed), (PAYERS * EACH, 0));
    since.report("1,000 tips", PAYERS * EACH, took);
    let all = (PAYERS * EACH) as Balance * TIP;
    let solvency = w.read(shop.contract.call().solvency()).await.unwrap();
    assert_eq!(solvency, (all, all));
    let message = shop.contract.call_mut().payout(creator);
    let before = w.free(&ada.id()).await;
    let (_, receipt) = w.call(&ada, message, 0).await;
    assert_eq!(w.free(&ada.id()).await, before + all - receipt.fee);
    let solvency = w.read(shop.contract.call().solvency()).await.unwrap();
    assert_eq!(solvency, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_vouchers_settle_in_batches() {
    let mut c = Channels::new().await;
    let payees: [Account; EACH] = c.w.accounts(UNIT).await;
    let payers = payers(&mut c.w, 30 * UNIT).await;
    let mut epochs = Vec::new();
    for payer in &payers {
        let terms: Vec<(AccountId, Terms)> = payees
            .iter()
            .map(|payee| (payee.id(), c.terms(UNIT)))
            .collect();
        let message = c.to().open(terms);
        let value = EACH as Balance * UNIT;
        epochs.push(c.call(payer, message, value).await.0);
    }
    let amount = |n: usize| (n + 1) as Balance * TIP;
    let batches: Vec<Vec<_>> = (0..EACH)
        .map(|n| {
            let vouchers = payers
                .iter()
                .zip(&epochs)
                .map(|(payer, epochs)| c.voucher(payer, &payees[n], epochs[n], amount(n)));
            vouchers.collect()
        })
        .collect();

    let (first, start) = (c.w.best().await, Instant::now());
    for (payee, vouchers) in payees.iter().zip(batches) {
        let message = c.to().claim(payee.id(), vouchers);
        c.w.submit_message(payee, 0, message, 0, (30_000_000_000, 2_000_000))
            .await;
    }
    for payee in &payees {
        c.w.wait_for_nonce(payee, 1).await;
    }
    let took = start.elapsed();
    let since = Since::block(&c.w, first).await;
    assert_eq!((since.transactions, since.failed), (EACH, 0));
    since.report("1,000 vouchers", PAYERS * EACH, took);
    for (n, payee) in payees.iter().enumerate() {
        let message = c.at.contract.call().account(payee.id());
        let free = c.w.read(message).await.unwrap().free;
        assert_eq!(free, PAYERS as Balance * amount(n));
    }
    let message = c.at.contract.call().solvency();
    let all = (PAYERS * EACH) as Balance * UNIT;
    assert_eq!(c.w.read(message).await, (all, all));
}
