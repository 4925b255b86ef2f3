//! Many at once: 1,000 tips from 50 accounts, and 1,000 vouchers in batches. All arrive, and what the
//! node made of them is printed.

use crate::{
    channels::Channels,
    sale::A_BLOCK,
    world::{new_account, Account, Signed, World, UNIT},
};
use farthing_contracts::registry::{creator::Profile, RegistryRef};
use farthing_contracts::storefront::StorefrontRef;
use farthing_types::{commitment, Balance};
use ink::{codegen::TraitCallBuilder, primitives::AccountId};
use ink_e2e::subxt::utils::H256;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const PAYERS: usize = 50;
const EACH: usize = 20;
const TIP: Balance = UNIT / 1_000;

/// What a burst of transactions came to.
struct Burst {
    blocks: usize,
    transactions: usize,
    fullest: usize,
    took: Duration,
}

impl Burst {
    /// Hands in all transactions, those of different signers side by side, and waits until all of them
    /// are in blocks.
    async fn send(w: &World, signers: &[Account], signed: Vec<Vec<Signed>>) -> Self {
        let all: Vec<_> = signed.iter().map(Vec::len).collect();
        let (first, start) = (w.best().await, Instant::now());
        let mut senders = JoinSet::new();
        for own in signed {
            senders.spawn(async move {
                for one in own {
                    one.submit().await.unwrap();
                }
            });
        }
        while let Some(sent) = senders.join_next().await {
            sent.unwrap();
        }
        for (signer, count) in signers.iter().zip(&all) {
            w.wait_for_nonce(signer, *count as u64).await;
        }
        let took = start.elapsed();
        let burst = Self::since(w, first, took).await;
        assert_eq!(burst.transactions, all.iter().sum::<usize>());
        burst
    }

    /// What is in the blocks since one, in each of which something sets the clock.
    async fn since(w: &World, first: H256, took: Duration) -> Self {
        let (mut blocks, mut transactions, mut fullest) = (0, 0, 0);
        let mut hash = w.best().await;
        while hash != first {
            let block = w.api.blocks().at(hash).await.unwrap();
            let count = block.extrinsics().await.unwrap().len() - 1;
            blocks += usize::from(count > 0);
            transactions += count;
            fullest = fullest.max(count);
            hash = block.header().parent_hash;
        }
        Self {
            blocks,
            transactions,
            fullest,
            took,
        }
    }

    fn report(&self, what: &str, payments: usize) {
        let seconds = self.took.as_secs_f64();
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
    let constructor = RegistryRef::with_wait(Vec::new(), A_BLOCK);
    let mut registry = w.deploy("registry", &ada, constructor).await;
    let constructor = StorefrontRef::new(registry.id, 0, ada.id(), None::<AccountId>);
    let mut shop = w.deploy("storefront", &ada, constructor).await;
    let salt = [7; 32];
    let claim = commitment::handle_claim("ada", &ada.id(), &salt);
    let message = registry.contract.call_mut().commit(claim);
    w.call_unasked(&ada, message, 0).await;
    w.block().await;
    let message = registry
        .contract
        .call_mut()
        .register("ada".into(), salt, Profile::default());
    let (creator, _) = w.call(&ada, message, 0).await;
    let message = shop.contract.call_mut().open(creator);
    w.call(&ada, message, 0).await;

    let payers = payers(&mut w, UNIT).await;
    let signed = payers.iter().map(|payer| {
        let mut tip = |nonce| {
            let message = shop.contract.call_mut().tip(creator, Vec::new());
            w.sign_message(payer, nonce, message, TIP, (3_000_000_000, 500_000))
        };
        (0..EACH as u64).map(&mut tip).collect()
    });
    let signed = signed.collect();
    let before = w.free(&ada.id()).await;
    let burst = Burst::send(&w, &payers, signed).await;
    burst.report("1,000 tips", PAYERS * EACH);
    let all = (PAYERS * EACH) as Balance * TIP;
    // Each went straight to her, and nothing is held.
    assert_eq!(w.free(&ada.id()).await, before + all);
    let solvency = w.read(shop.contract.call().solvency()).await;
    assert_eq!(solvency, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_vouchers_settle_in_batches() {
    let mut c = Channels::new().await;
    let payees: [Account; EACH] = c.w.accounts(UNIT).await;
    let payers = payers(&mut c.w, 30 * UNIT).await;
    let epoch = c.w.now().await;
    for payer in &payers {
        let openings: Vec<_> = payees
            .iter()
            .map(|payee| c.opening(payee.id(), UNIT))
            .collect();
        c.lanes
            .extend(payees.iter().map(|payee| (payer.id(), payee.id(), 0)));
        let message = c.to().open(epoch, openings);
        c.call(payer, message, EACH as Balance * UNIT).await;
    }
    let amount = |n: usize| (n + 1) as Balance * TIP;
    let batches: Vec<Vec<_>> = (0..EACH)
        .map(|n| {
            let vouchers = payers
                .iter()
                .map(|payer| c.voucher(payer, &payees[n].id(), epoch, amount(n)));
            vouchers.collect()
        })
        .collect();

    let (mut signed, mut before) = (Vec::new(), Vec::new());
    for (payee, vouchers) in payees.iter().zip(batches) {
        before.push(c.w.free(&payee.id()).await);
        let message = c.to().claim(payee.id(), vouchers);
        let gas = (30_000_000_000, 2_000_000);
        signed.push(vec![c.w.sign_message(payee, 0, message, 0, gas)]);
    }
    let burst = Burst::send(&c.w, &payees, signed).await;
    burst.report("1,000 vouchers", PAYERS * EACH);
    // It is in the payees' hands, but for their fees.
    let mut paid = 0;
    for (n, (payee, before)) in payees.iter().zip(before).enumerate() {
        let earned = PAYERS as Balance * amount(n);
        let now = c.w.free(&payee.id()).await;
        assert!(now <= before + earned && now + UNIT / 50 > before + earned);
        paid += earned;
    }
    let all = (PAYERS * EACH) as Balance * UNIT;
    for lanes in c.lanes.clone().chunks(100) {
        let message = c.at.contract.call().solvency(lanes.to_vec(), Vec::new());
        let (left, held) = c.w.read(message).await;
        assert_eq!(held, all - paid);
        assert!(left <= lanes.len() as Balance * UNIT);
    }
}
