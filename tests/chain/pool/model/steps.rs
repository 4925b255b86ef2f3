//! What a random sequence is made of: a kind and some dice, which `Plan::call` makes a call of.

use super::books::{Act, Call, Rules, ACCOUNTS, NOBODY, POOL, SIGNERS};
use crate::pool::world::{Millis, CLOSES, DAY, GENESIS_MILLIS, PARTS};
use farthing_chain::existential_deposit;
use proptest::prelude::*;

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Donate,
    DonateFor,
    DonateInRound,
    DonateMany,
    Sponsor,
    ReturnSponsorship,
    Grant,
    TakeIn,
    Finalise,
    Refund,
    Payout,
    Explain,
    Withdraw,
    Forget,
    Publish,
    Offer,
    Accept,
    Send,
    Jump,
}

/// How often each kind is drawn, and how often it must succeed in a whole run of the usual length.
pub const KINDS: [(u32, usize, Kind); 19] = [
    (14, 300, Kind::Donate),
    (10, 200, Kind::DonateFor),
    (4, 80, Kind::DonateInRound),
    (8, 100, Kind::DonateMany),
    (10, 100, Kind::Sponsor),
    (12, 25, Kind::ReturnSponsorship),
    (4, 200, Kind::Grant),
    (5, 20, Kind::TakeIn),
    (8, 20, Kind::Finalise),
    (12, 20, Kind::Refund),
    (12, 90, Kind::Payout),
    (4, 6, Kind::Explain),
    (6, 10, Kind::Withdraw),
    (10, 20, Kind::Forget),
    (2, 20, Kind::Publish),
    (5, 60, Kind::Offer),
    (8, 5, Kind::Accept),
    (2, 50, Kind::Send),
    (7, 200, Kind::Jump),
];

/// A step before it is known what it is about.
#[derive(Clone, Debug)]
pub struct Step {
    pub kind: Kind,
    pub who: usize,
    pub dice: [usize; 3],
    pub amount: u128,
    pub list: Vec<(usize, u128)>,
    /// 0 leaves the step right, as far as it can be.
    pub flaw: usize,
}

/// A whole sequence, and the rules of its pool.
#[derive(Clone, Debug)]
pub struct Plan {
    pub rules: Rules,
    pub steps: Vec<Step>,
}

/// Sequences of `length` steps.
pub fn plan(length: usize) -> impl Strategy<Value = Plan> {
    let steps = prop::collection::vec(step(), length);
    (rules(), steps).prop_map(|(rules, steps)| Plan { rules, steps })
}

fn rules() -> impl Strategy<Value = Rules> {
    let goal = prop_oneof![
        2 => Just(None),
        3 => (1u128..4_000_000).prop_map(Some),
        2 => (1u128..40 * existential_deposit()).prop_map(Some),
        2 => (1u128..4_000_000_000_000_000).prop_map(Some),
    ];
    let closes = prop::bool::weighted(0.7);
    let fee = prop_oneof![1 => Just(None), 4 => (0u16..=200).prop_map(Some)];
    let parts = prop::collection::vec(1u32..1_000, 1..4);
    let release = prop::collection::btree_map(0u64..60, 1..PARTS, 0..4);
    let least = prop_oneof![1 => Just(0u128), 8 => 1u128..1_000];
    (goal, closes, 1u128..6, fee, parts, release, least).prop_map(
        |(goal, closes, minimum, fee, weights, release, least)| {
            let sum: u32 = weights.iter().sum();
            let mut parts: Vec<u32> = weights.iter().map(|one| one * (PARTS / sum)).collect();
            parts[0] += PARTS - parts.iter().sum::<u32>();
            let mut shares: Vec<u32> = release.values().copied().collect();
            shares.sort_unstable();
            shares.dedup();
            shares.pop();
            let mut days = release.keys();
            let mut release: Vec<(Millis, u32)> = Vec::new();
            for part in shares.into_iter().chain([PARTS]) {
                release.extend(days.next().map(|day| (GENESIS_MILLIS + day * DAY, part)));
            }
            let least = match goal {
                Some(goal) if least != 0 => least.max(goal.div_ceil(100)),
                _ => least,
            };
            Rules {
                goal,
                closes: (closes || goal.is_some()).then_some(CLOSES),
                minimum,
                fee,
                parts,
                release,
                least,
            }
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let kinds = KINDS.map(|(weight, _, kind)| (weight, Just(kind).boxed()));
    let die = || 0usize..10_000;
    (
        prop::strategy::Union::new_weighted(kinds.to_vec()),
        die(),
        [die(), die(), die()],
        amount(),
        prop::collection::vec((die(), amount()), 1..6),
        prop_oneof![3 => Just(0usize), 1 => 1usize..1_000],
    )
        .prop_map(|(kind, who, dice, amount, list, flaw)| Step {
            kind,
            who,
            dice,
            amount,
            list,
            flaw,
        })
}

/// Mostly tiny, so that rounding decides; some about the existential deposit; some large.
fn amount() -> impl Strategy<Value = u128> {
    prop_oneof![
        4 => 1u128..10,
        3 => 10u128..100_000,
        2 => existential_deposit() - 3..existential_deposit() + 3,
        2 => 1..4 * existential_deposit(),
        1 => 1u128..1_000_000_000_000_000,
    ]
}

impl Step {
    /// The call that this step becomes at `now`.
    pub fn call(&self, rules: &Rules, now: Millis) -> Call {
        let mut signer = self.who % SIGNERS;
        let donor = |die: usize| die % (NOBODY + 1);
        let [first, second, third] = self.dice;
        let spoilt = self.flaw != 0;
        let mut value = 0;
        let act = match self.kind {
            Kind::Donate => {
                value = if spoilt { self.amount % 6 } else { self.amount };
                Act::Donate
            }
            Kind::DonateFor => {
                value = self.amount;
                Act::DonateFor {
                    donor: donor(first),
                }
            }
            Kind::DonateInRound => {
                value = self.amount;
                Act::DonateInRound {
                    donor: donor(first),
                }
            }
            Kind::Publish => Act::Publish,
            Kind::Offer => {
                if !spoilt && second % 2 == 0 {
                    signer = 1;
                }
                Act::Offer {
                    to: (third % 5 != 0).then_some(match third % 2 {
                        0 => first % SIGNERS,
                        _ => first % ACCOUNTS,
                    }),
                }
            }
            Kind::Accept => Act::Accept {
                from: if second % 2 == 0 { 1 } else { first % SIGNERS },
            },
            Kind::DonateMany => {
                let gifts = self.list.iter().map(|(die, amount)| (donor(*die), *amount));
                let gifts: Vec<_> = gifts.skip(usize::from(self.flaw % 7 == 1) * 9).collect();
                value = gifts.iter().map(|gift| gift.1).sum();
                value += u128::from(self.flaw % 7 == 2);
                Act::DonateMany { gifts }
            }
            Kind::Sponsor => {
                let spoil = |how| spoilt && self.flaw % 4 == how;
                value = match spoil(3) {
                    true => self.amount % 1_000,
                    false => rules.least + self.amount + second as u128,
                };
                let days = 1 + first as Millis % 40;
                Act::Sponsor {
                    ratio: match spoil(1) {
                        true => second as u32 % 1_000,
                        false => 1_000 + (second as u32 * 10) % 99_001,
                    },
                    per_donor: (self.list[0].1 + rules.least_per_donor()) * u128::from(!spoil(2)),
                    until: (third % 3 != 0).then_some(now + days * DAY),
                }
            }
            Kind::ReturnSponsorship => Act::ReturnSponsorship {
                number: 1 + first as u32 % [3, 12][second % 2],
            },
            Kind::TakeIn => Act::TakeIn,
            Kind::Grant => {
                value = self.amount * u128::from(!spoilt);
                Act::Grant
            }
            Kind::Finalise => Act::Finalise,
            Kind::Refund => Act::Refund {
                donor: donor(first),
            },
            Kind::Payout => Act::Payout {
                note: first % 4 == 0,
            },
            Kind::Explain => Act::Explain {
                payout: second as u32 % 4,
            },
            Kind::Withdraw => Act::Withdraw {
                account: ACCOUNTS - 2 - first % 3,
            },
            Kind::Forget => Act::Forget {
                donor: if spoilt { donor(first) } else { signer },
            },
            Kind::Send => {
                // The accounts that do not exist at first, and the pool.
                let to = ACCOUNTS - 1 - first % 4;
                value = match to {
                    POOL => self.amount,
                    _ => self.amount.max(existential_deposit()),
                };
                Act::Send { to }
            }
            Kind::Jump => {
                let ahead = [5, 60_000, DAY, 2 * DAY, 4 * DAY];
                let at = now + ahead[first % ahead.len()];
                let to = match second % 11 {
                    0 => CLOSES - 1,
                    1 => CLOSES,
                    2 | 3 if now >= CLOSES => now + 50 * DAY,
                    _ => at,
                };
                Act::Jump {
                    to: to.max(now + 5),
                }
            }
        };
        Call { signer, value, act }
    }
}
