//! What many ask of a shared database at the same time comes to what it would come to one after the other.

use super::{postgres::Postgres, *};
use futures_util::future::join_all;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use std::cell::Cell;

/// How many payers take part at a time.
const PAYERS: u64 = 3;
const CASES: u32 = 24;

/// Something that is asked of a channel.
#[derive(Clone, Debug)]
enum Op {
    Charge(u128, Option<(u8, u8)>),
    Draw(u128),
    Hold(u128),
    Settle(u128),
    /// Gives back a charge of those before.
    GiveBack(usize, u128),
}

fn op() -> impl Strategy<Value = (u64, Op)> {
    let amount = || 1_u128..150;
    let op = prop_oneof![
        4 => (amount(), proptest::option::of((0_u8..3, 0_u8..2))).prop_map(|(price, once)| Op::Charge(price, once)),
        2 => amount().prop_map(Op::Draw),
        1 => amount().prop_map(Op::Hold),
        1 => amount().prop_map(Op::Settle),
        2 => (any::<usize>(), amount()).prop_map(|(which, amount)| Op::GiveBack(which, amount)),
    ];
    (0..PAYERS, op)
}

/// A till, and what it has charged.
struct World {
    till: Till,
    charged: Vec<ChargeId>,
    vouchers: Vec<Payment>,
}

impl World {
    fn new(till: Till) -> Self {
        Self {
            till,
            charged: Vec::new(),
            vouchers: Vec::new(),
        }
    }

    /// Brings vouchers, which are not checked again.
    async fn bring(&mut self, vouchers: &[Payment]) {
        self.vouchers = vouchers.to_vec();
        for voucher in vouchers {
            self.till.charge(voucher, 0, None).await.unwrap();
        }
    }

    /// Does it, and returns what can be compared of its answer.
    async fn ask(&self, payer: u64, op: &Op) -> (Result<String, Declined>, Option<ChargeId>) {
        let voucher = &self.vouchers[usize::try_from(payer).unwrap()];
        let (till, channel) = (&self.till, &voucher.channel);
        let charged = match op {
            Op::Charge(price, once) => {
                let once = once.map(|(id, path)| {
                    let key = Key::new(&channel.payer.0, &id.to_string());
                    (key, Binding::new("GET", &path.to_string(), b""))
                });
                till.charge(voucher, *price, once).await
            }
            Op::Draw(price) => till.draw(channel, *price).await,
            Op::Settle(amount) => till.settle(voucher, *amount).await,
            Op::Hold(amount) => {
                let held = till.hold(voucher, *amount, now() + 600_000).await;
                return (held.map(|()| String::new()), None);
            }
            Op::GiveBack(which, amount) => {
                let Some(which) = which.checked_rem(self.charged.len()) else {
                    return (Ok(String::new()), None);
                };
                let given = till.give_back(&self.charged[which], *amount).await;
                return (given.map(|given| given.to_string()), None);
            }
        };
        let id = charged.as_ref().ok().map(|charged| charged.id);
        let told =
            charged.map(|it| format!("{} {} {} {:?}", it.amount, it.again, it.best, it.state));
        (told, id)
    }

    fn spent(&self, channel: &Named) -> u128 {
        let known = self.till.correction(channel).unwrap();
        known.channel.charged_cumulative_amount.0
    }
}

/// Asks all of it: one after the other in memory, and at the same time of the database.
async fn compare(alone: &mut World, together: &mut World, ops: &[(u64, Op)]) {
    let mut one_by_one = Vec::new();
    for (payer, op) in ops {
        one_by_one.push(alone.ask(*payer, op).await);
    }
    let at_once = join_all(ops.iter().map(|(payer, op)| together.ask(*payer, op))).await;
    for ((a, b), op) in one_by_one.iter().zip(&at_once).zip(ops) {
        assert_eq!(a.0, b.0, "{op:?} of {ops:?}");
    }
    // A charge that is made again has the name of the first.
    alone
        .charged
        .extend(one_by_one.iter().filter_map(|(_, id)| *id));
    together
        .charged
        .extend(at_once.iter().filter_map(|(_, id)| *id));
}

#[test]
fn what_is_asked_at_once_comes_to_what_it_would_one_after_the_other() {
    let Some(server) = Postgres::start() else {
        return;
    };
    let payers = || 0..PAYERS * u64::from(CASES);
    let shared = || Till::open_shared(accepts(), chain(payers()), &server.url(), Wanted::default());
    let (memory, database) = (till(payers()).0, run(async { shared() }).unwrap());
    let next = Cell::new(0);
    let rounds = proptest::collection::vec(proptest::collection::vec(op(), 1..30), 5);
    let config = Config {
        cases: CASES,
        // A case that fails is not made smaller: its channels are used up.
        max_shrink_iters: 0,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&rounds, |rounds| {
        let first = next.replace(next.get() + PAYERS);
        let payers: Vec<_> = (first..first + PAYERS).collect();
        let (mut alone, mut together) = (World::new(memory.clone()), World::new(database.clone()));
        run(async {
            let sign = |cumulative| payers.iter().map(move |n| payment(*n, cumulative));
            let vouchers: Vec<Vec<_>> = [300, 600, 900].map(|sum| sign(sum).collect()).into();
            // What was set aside is settled in the same round, or in one after it.
            for (ops, which) in rounds.iter().zip([0, 0, 1, 2, 2]) {
                let vouchers = &vouchers[which];
                alone.bring(vouchers).await;
                together.bring(vouchers).await;
                compare(&mut alone, &mut together, ops).await;
            }
        });
        for payer in payers {
            let spent = together.spent(&named(payer));
            assert_eq!(spent, alone.spent(&named(payer)));
            assert!(spent <= 900, "more than was signed for");
        }
        Ok(())
    });
    outcome.unwrap();
    // It is all written down: another gateway goes on from there.
    let other = run(async { shared() }).unwrap();
    run(async {
        for payer in payers() {
            let spent = memory
                .correction(&named(payer))
                .unwrap()
                .channel
                .charged_cumulative_amount
                .0;
            let charged = other.charge(&payment(payer, 1_000), 1, None).await;
            assert_eq!(charged.unwrap().spent, spent + 1);
        }
    });
}
