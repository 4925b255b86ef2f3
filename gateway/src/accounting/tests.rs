use super::*;
use proptest::prelude::*;

fn on_chain(epoch: u64, reserve: u128, claimed: u128) -> OnChain {
    OnChain {
        epoch,
        signer: [1; 32],
        reserve,
        claimed,
        ending: false,
    }
}

fn voucher(cumulative: u128) -> Signed {
    Signed {
        cumulative,
        root: [cumulative as u8; 32],
        signature: Signature {
            bytes: [cumulative as u8; 64],
            wrapped: false,
        },
    }
}

fn hold(id: u8, amount: u128, until: u64) -> Hold {
    Hold {
        id: [id; 32],
        amount,
        until,
    }
}

/// Fifty requests, each with its own voucher: served in any order once the highest has come, and each later one
/// from what that left.
#[test]
fn requests_in_parallel_on_one_channel_are_all_served() {
    let mut channel = Channel::new(on_chain(7, 500, 0));
    for n in (1..=50).rev() {
        assert_eq!(channel.pay(7, Some(&voucher(n * 10)), 10), Ok(()), "{n}");
    }
    assert_eq!((channel.credit(), channel.kept().spent), (0, 500));
    assert_eq!(channel.unclaimed(), 500);
}

#[test]
fn replayed_voucher_pays_for_nothing_more() {
    let mut channel = Channel::new(on_chain(7, 500, 0));
    assert_eq!(channel.pay(7, Some(&voucher(10)), 10), Ok(()));
    let short = Err(Refused::Credit { needed: 20 });
    assert_eq!(channel.pay(7, Some(&voucher(10)), 10), short);
    assert_eq!(channel.pay(7, None, 10), short);
}

#[test]
fn voucher_beyond_the_reserve_or_of_another_epoch_changes_nothing() {
    let mut channel = Channel::new(on_chain(7, 500, 0));
    let before = channel.clone();
    assert_eq!(
        channel.pay(7, Some(&voucher(501)), 1),
        Err(Refused::Reserve)
    );
    assert_eq!(channel.pay(6, Some(&voucher(10)), 1), Err(Refused::Epoch));
    assert_eq!(channel.pay(8, Some(&voucher(10)), 1), Err(Refused::Epoch));
    assert_eq!(channel, before);
}

#[test]
fn voucher_that_does_not_cover_the_price_is_kept() {
    let mut channel = Channel::new(on_chain(7, 500, 0));
    let short = channel.pay(7, Some(&voucher(10)), 11);
    assert_eq!(short, Err(Refused::Credit { needed: 11 }));
    assert_eq!((channel.kept().best, channel.credit()), (10, 10));
    assert_eq!(channel.kept().signature, Some(voucher(10).signature));
}

#[test]
fn channel_that_ends_has_no_credit_and_settles_what_was_held() {
    let mut channel = Channel::new(on_chain(7, 500, 0));
    channel.hold(7, &voucher(100), hold(1, 30, 50), 0).unwrap();
    channel.learn(OnChain {
        ending: true,
        ..on_chain(7, 500, 0)
    });
    assert_eq!(channel.credit(), 0);
    assert_eq!(channel.pay(7, None, 0), Err(Refused::Ending));
    assert_eq!(channel.pay(7, Some(&voucher(200)), 1), Err(Refused::Ending));
    assert!(channel.settle(&[1; 32], 30));
    assert!(!channel.settle(&[1; 32], 30));
    assert_eq!((channel.kept().spent, channel.unclaimed()), (30, 100));
}

#[test]
fn new_life_begins_at_nothing_and_old_news_change_nothing() {
    let mut channel = Channel::new(on_chain(7, 500, 0));
    channel.pay(7, Some(&voucher(100)), 40).unwrap();
    channel.learn(on_chain(8, 50, 0));
    assert_eq!(channel, Channel::new(on_chain(8, 50, 0)));
    channel.learn(on_chain(7, 900, 0));
    assert_eq!(channel.on_chain().reserve, 50);
    let kept = channel.kept();
    assert_eq!(
        Channel::resume(on_chain(9, 5, 0), &kept),
        Channel::new(on_chain(9, 5, 0))
    );
}

#[test]
fn claim_of_a_voucher_that_never_came_here_gives_no_credit() {
    let mut channel = Channel::new(on_chain(7, 500, 0));
    channel.pay(7, Some(&voucher(100)), 40).unwrap();
    channel.learn(on_chain(7, 500, 100));
    assert_eq!((channel.credit(), channel.unclaimed()), (60, 0));
    channel.learn(on_chain(7, 500, 300));
    assert_eq!((channel.credit(), channel.unclaimed()), (60, 0));
    assert_eq!(Channel::new(on_chain(7, 500, 300)).credit(), 0);
}

#[test]
fn credit_is_given_for_a_quarter_of_the_delay_without_the_chain() {
    let sight = Sight {
        last: 1_000,
        shortest_delay: 400,
    };
    assert!(sight.is_clear(0) && sight.is_clear(1_100));
    assert!(!sight.is_clear(1_101));
}

#[test]
fn holds_are_few_and_each_is_one() {
    let mut channel = Channel::new(on_chain(7, 500, 0));
    for id in 0..64 {
        channel.hold(7, &voucher(100), hold(id, 1, 10), 0).unwrap();
        let again = channel.hold(7, &voucher(100), hold(id, 1, 10), 0);
        assert_eq!(again, Err(Refused::Holds));
    }
    assert_eq!(
        channel.hold(7, &voucher(100), hold(64, 1, 10), 0),
        Err(Refused::Holds)
    );
    assert_eq!(channel.hold(7, &voucher(100), hold(64, 1, 30), 11), Ok(()));
    assert_eq!(channel.held(), 1);
}

#[derive(Clone, Debug)]
enum Step {
    Pay(Option<u128>, u128),
    Hold(u128, Hold),
    Settle(u8, u128),
    GiveBack(u128),
    TopUp(u128),
    ClaimOurs,
    ClaimForeign(u128),
    End,
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let amount = || prop_oneof![9 => 0..120u128, 1 => any::<u128>()];
    prop_oneof![
        8 => (proptest::option::of(amount()), 0..30u128).prop_map(|(v, p)| Step::Pay(v, p)),
        4 => (amount(), 0..6u8, 0..30u128, 0..40u64).prop_map(|(v, id, a, t)| Step::Hold(v, hold(id, a, t))),
        4 => (0..6u8, 0..30u128).prop_map(|(id, amount)| Step::Settle(id, amount)),
        1 => (0..40u128).prop_map(Step::GiveBack),
        1 => (0..40u128).prop_map(Step::TopUp),
        2 => Just(Step::ClaimOurs),
        1 => (0..100u128).prop_map(Step::ClaimForeign),
        1 => Just(Step::End),
        1 => Just(Step::Restart),
    ]
}

/// What an outsider counts: what was served, and for which of the payer's money.
#[derive(Default)]
struct Reckoning {
    served: u128,
    foreign: u128,
    /// The highest voucher that was taken, by our own word.
    signed: u128,
    holds: Vec<Hold>,
}

proptest! {
    /// Served is what was paid for, to the unit: nothing is created or lost, and a claim covers it all.
    #[test]
    fn account_agrees_with_an_independent_reckoning(steps in proptest::collection::vec(step(), 1..80)) {
        let mut chain = on_chain(7, 60, 0);
        let mut channel = Channel::new(chain);
        let mut reckoning = Reckoning::default();
        for (now, step) in (0u64..).zip(steps) {
            let before = channel.kept();
            match step {
                Step::Pay(amount, price) => {
                    let signed = amount.map(voucher);
                    // These vouchers are always signed alike: one of a sum that was claimed stood in a claim.
                    let is_public = amount.is_some_and(|amount| 0 < amount && amount <= chain.claimed);
                    let fits = amount.is_none_or(|amount| amount <= chain.reserve);
                    let lives = !chain.ending && fits && !is_public;
                    if lives {
                        reckoning.signed = reckoning.signed.max(amount.unwrap_or(0));
                    }
                    let spent = reckoning.served + reckoning.foreign
                        + reckoning.holds.iter().map(|hold| hold.amount).sum::<u128>();
                    let expected = lives && spent + price <= reckoning.signed;
                    prop_assert_eq!(channel.pay(7, signed.as_ref(), price).is_ok(), expected);
                    if expected { reckoning.served += price }
                }
                Step::Hold(amount, hold) => {
                    let done = channel.hold(7, &voucher(amount), hold, now);
                    if !chain.ending {
                        reckoning.holds.retain(|other| other.until >= now);
                    }
                    if !chain.ending && amount <= chain.reserve && done != Err(Refused::Holds) {
                        reckoning.signed = reckoning.signed.max(amount);
                    }
                    if done.is_ok() { reckoning.holds.push(hold) }
                }
                Step::Settle(id, amount) => {
                    let known = reckoning.holds.iter().position(|hold| hold.id == [id; 32] && amount <= hold.amount);
                    prop_assert_eq!(channel.settle(&[id; 32], amount), known.is_some());
                    if let Some(place) = known {
                        reckoning.holds.remove(place);
                        reckoning.served += amount;
                    }
                }
                Step::GiveBack(amount) => {
                    let given = channel.give_back(amount);
                    prop_assert!(given <= amount);
                    // What was claimed stays spent, whoever it was spent by.
                    let of_served = given.min(reckoning.served);
                    reckoning.served -= of_served;
                    reckoning.foreign -= given - of_served;
                }
                Step::TopUp(amount) => { chain.reserve += amount; channel.learn(chain) }
                Step::ClaimOurs => { chain.claimed = chain.claimed.max(before.best); channel.learn(chain) }
                Step::ClaimForeign(amount) => {
                    chain.claimed = chain.claimed.max(amount.min(chain.reserve));
                    let foreign = chain.claimed.saturating_sub(before.best);
                    reckoning.foreign += foreign;
                    reckoning.signed = reckoning.signed.max(chain.claimed);
                    channel.learn(chain);
                }
                Step::End => { chain.ending = now % 5 == 0; channel.learn(chain) }
                Step::Restart => { channel = Channel::resume(chain, &channel.kept()); reckoning.holds.clear() }
            }
            let kept = channel.kept();
            prop_assert_eq!(kept.spent, reckoning.served + reckoning.foreign);
            prop_assert_eq!(kept.best, reckoning.signed);
            prop_assert!(kept.best >= before.best && kept.best >= chain.claimed);
            prop_assert!(kept.spent + channel.held() <= kept.best.min(chain.reserve));
            // The newest voucher is the one that is kept, unless it was claimed without us.
            if let Some(signature) = kept.signature {
                prop_assert_eq!(signature, voucher(kept.best).signature);
            }
            prop_assert!(kept.signature.is_some() || channel.unclaimed() == 0);
            if !chain.ending {
                prop_assert_eq!(channel.credit() + kept.spent + channel.held(), kept.best.min(chain.reserve));
            }
        }
    }
}

/// What happens to a channel whose claims a thief reads.
#[derive(Clone, Debug)]
enum Claims {
    Pay(u128, u128),
    /// A claim with the best voucher is sent.
    Send,
    /// The last one is in a block.
    Land,
    /// Another has claimed with a voucher that came here.
    Tower(usize),
    Restart,
}

fn claims() -> impl Strategy<Value = Claims> {
    prop_oneof![
        6 => (1..40u128, 0..40u128).prop_map(|(more, price)| Claims::Pay(more, price)),
        3 => Just(Claims::Send),
        3 => Just(Claims::Land),
        1 => (0..1_000usize).prop_map(Claims::Tower),
        1 => Just(Claims::Restart),
    ]
}

proptest! {
    /// However claims, restarts and payments follow each other: a voucher that stood in a claim spends nothing, and
    /// the payer's newest one, signed anew, spends what there is.
    #[test]
    fn thief_who_has_all_vouchers_of_all_claims_spends_nothing(steps in proptest::collection::vec(claims(), 1..120)) {
        let mut chain = on_chain(7, 100_000, 0);
        let mut channel = Channel::new(chain);
        let (mut paid, mut stolen) = (Vec::new(), Vec::new());
        let mut sent: Option<u128> = None;
        for (number, step) in (0u8..).zip(steps) {
            let sign = |sum| Signed { signature: Signature { bytes: [number; 64], wrapped: true }, ..voucher(sum) };
            let kept = channel.kept();
            let best = kept.signature.map(|signature| Signed { signature, ..sign(kept.best) });
            match (step, best) {
                (Claims::Pay(more, price), _) => {
                    let next = sign(kept.best + more);
                    paid.push(next);
                    let expected = price <= channel.credit() + more;
                    prop_assert_eq!(channel.pay(7, Some(&next), price).is_ok(), expected);
                }
                (Claims::Send, Some(best)) => {
                    channel.show(7, best.cumulative);
                    stolen.push(best);
                    sent = Some(best.cumulative);
                }
                (Claims::Land, _) => {
                    chain.claimed = chain.claimed.max(sent.take().unwrap_or(0));
                    channel.learn(chain);
                }
                (Claims::Tower(which), _) if !paid.is_empty() => {
                    let shown: Signed = paid[which % paid.len()];
                    if shown.cumulative > chain.claimed {
                        stolen.push(shown);
                        chain.claimed = shown.cumulative;
                        channel.learn(chain);
                    }
                }
                // What is under way then is not remembered: it is in a block soon.
                (Claims::Restart, _) if sent.is_none() => channel = Channel::resume(chain, &channel.kept()),
                _ => (),
            }
            for stolen in &stolen {
                prop_assert_eq!(channel.clone().pay(7, Some(stolen), 0), Err(Refused::Public));
            }
            if channel.kept().signature.is_some() {
                let anew = Signed { signature: Signature { bytes: [number; 64], wrapped: false }, ..voucher(channel.kept().best) };
                let credit = channel.credit();
                prop_assert_eq!(channel.clone().pay(7, Some(&anew), credit), Ok(()));
            }
        }
    }
}
