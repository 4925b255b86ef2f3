use super::*;
use farthing_types::commitment::{blake2_256, receipt_preimage};
use proptest::prelude::*;

fn append(hash: &Hash, one: &Purchase) -> Hash {
    let term = one.term.map(|term| (term.at, term.from, term.period));
    blake2_256(&receipt_preimage(
        hash, one.item, &one.payer, one.paid, term,
    ))
}

fn account(byte: u8) -> AccountId {
    AccountId::from([byte; 32])
}

/// Buys `item` at `now`.
fn buy(
    page: &mut Page,
    item: ItemId,
    now: Millis,
    period: Option<Millis>,
    payer: u8,
    paid: Balance,
) -> Result<Purchase, AccessError> {
    let purchase = Purchase {
        item,
        payer: account(payer),
        paid,
        term: page.term(place(item).1, now, period)?,
    };
    page.give(&purchase, append);
    Ok(purchase)
}

fn extend(page: &mut Page, now: Millis, period: Millis) -> Result<Millis, AccessError> {
    let bought = buy(page, 3, now, Some(period), 1, 7)?;
    Ok(bought.term.unwrap().until())
}

/// A page on which this was bought for ever, and its history.
fn bought(items: &[(ItemId, u8, Balance)]) -> (Page, Vec<Purchase>) {
    let mut page = Page::default();
    let history = items
        .iter()
        .map(|(item, payer, paid)| buy(&mut page, *item, 0, None, *payer, *paid).unwrap())
        .collect();
    (page, history)
}

fn hash(history: &[Purchase]) -> Hash {
    history
        .iter()
        .fold(Hash::default(), |hash, one| append(&hash, one))
}

#[test]
fn items_fill_pages_densely() {
    assert_eq!(place(0), (0, 0));
    assert_eq!(place(127), (0, 127));
    assert_eq!(place(128), (1, 0));
    assert_eq!(place(u32::MAX), (u32::MAX / 128, 127));
}

#[test]
fn owning_twice_is_refused() {
    let (page, _) = bought(&[(5, 1, 10)]);
    assert_eq!(page.term(5, 0, None), Err(AccessError::AlreadyOwned));
    assert_eq!(page.term(6, 0, None), Ok(None));
}

#[test]
fn pass_ends_to_the_millisecond_and_extends_from_its_end() {
    let mut page = Page::default();
    assert_eq!(extend(&mut page, 1_000, 50), Ok(1_050));
    assert!(page.has_access(3, 1_049));
    assert!(!page.has_access(3, 1_050));
    assert_eq!(extend(&mut page, 1_020, 50), Ok(1_100));
    assert_eq!(extend(&mut page, 2_000, 50), Ok(2_050));
    assert_eq!(page.passes.len(), 1);
}

#[test]
fn a_pass_that_never_ends_cannot_be_extended() {
    let mut page = Page::default();
    assert_eq!(extend(&mut page, 1_000, u64::MAX), Ok(u64::MAX));
    assert_eq!(extend(&mut page, 1_000, 1), Err(AccessError::AlreadyOwned));
}

#[test]
fn any_purchase_of_a_pass_can_be_taken_back_and_what_was_bought_later_moves_up() {
    let mut page = Page::default();
    let all: Vec<_> = [(1_000, 50, 1, 7), (1_000, 30, 2, 1), (1_010, 20, 1, 9)]
        .map(|(now, period, payer, paid)| {
            buy(&mut page, 3, now, Some(period), payer, paid).unwrap()
        })
        .into();
    assert_eq!(page.until(3), Some(1_100));
    // The first, although others came after it.
    let back = page.take_back(Hash::default(), &all, &[0], append);
    assert_eq!(back, Ok(vec![all[0].clone()]));
    assert_eq!(page.until(3), Some(1_050));
    let rest = refunded(&all, &[0]).unwrap().rest;
    assert_eq!(page.receipts, hash(&rest));
    assert_eq!(
        rest.iter()
            .map(|one| one.term.unwrap().from)
            .collect::<Vec<_>>(),
        [1_000, 1_030]
    );
    // And then both others at once: there never was any access.
    let back = page.take_back(Hash::default(), &rest, &[0, 1], append);
    assert_eq!(back, Ok(rest));
    assert_eq!((page.until(3), page.receipts), (Some(1_000), [0; 32]));
}

#[test]
fn taking_back_an_ended_pass_leaves_a_later_one_alone() {
    let mut page = Page::default();
    let all = [1_000, 9_000].map(|now| buy(&mut page, 3, now, Some(50), 1, 7).unwrap());
    page.take_back(Hash::default(), &all, &[0], append).unwrap();
    assert_eq!(page.until(3), Some(9_050));
}

#[test]
fn taking_back_needs_the_true_history_from_some_purchase_on() {
    let (page, history) = bought(&[(1, 1, 10), (2, 2, 20), (3, 1, 30)]);
    let mut altered = history.clone();
    altered[1].paid = 21;
    let mut other_payer = history.clone();
    other_payer[1].payer = account(9);
    let mut swapped = history.clone();
    swapped.swap(0, 1);
    let mut term = history.clone();
    term[1].term = Some(Term {
        at: 0,
        from: 0,
        period: 1,
    });
    for wrong in [
        &altered[..],
        &other_payer,
        &swapped,
        &term,
        &history[1..],
        &history[..2],
        &[],
    ] {
        let mut copy = page.clone();
        let done = copy.take_back(Hash::default(), wrong, &[1], append);
        assert_eq!(done, Err(AccessError::WrongHistory));
        assert_eq!(copy, page);
    }
    // From the second on, with the hash of the first.
    let mut copy = page.clone();
    let back = copy.take_back(hash(&history[..1]), &history[1..], &[0], append);
    assert_eq!(back, Ok(vec![history[1].clone()]));
    assert_eq!(copy, bought(&[(1, 1, 10), (3, 1, 30)]).0);
    // With nothing at all, nothing can be taken back.
    let mut copy = page.clone();
    let none = copy.take_back(page.receipts, &[], &[0], append);
    assert_eq!(none, Err(AccessError::NotBought));
}

#[test]
fn places_must_be_there_and_rise() {
    let (page, history) = bought(&[(1, 1, 10), (2, 2, 20)]);
    for wrong in [&[][..], &[2], &[0, 2], &[1, 0], &[0, 0]] {
        let mut copy = page.clone();
        let done = copy.take_back(Hash::default(), &history, wrong, append);
        assert_eq!(done, Err(AccessError::NotBought), "{wrong:?}");
        assert_eq!(copy, page);
    }
}

/// What a purchase is: item, payer, price, time since the one before; items 0 to 3 are for ever.
type Drawn = (ItemId, u8, Balance, Millis);

fn buy_drawn(page: &mut Page, drawn: &[Drawn]) -> Vec<Purchase> {
    let mut now = 1;
    drawn
        .iter()
        .filter_map(|(item, payer, paid, wait)| {
            now += wait;
            let period = (*item > 3).then_some(Millis::from(*item) * 10);
            buy(page, *item, now, period, *payer, *paid).ok()
        })
        .collect()
}

proptest! {
    /// However a history came about, taking purchases out of it, from any place on and in any portions,
    /// leaves the access that the rest alone would have given.
    #[test]
    fn taking_back_leaves_what_the_rest_alone_would_have_made(
        drawn in prop::collection::vec((0u32..8, any::<u8>(), 1u128..1_000, 0u64..100), 1..30),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 1..6),
    ) {
        let mut page = Page::default();
        let mut history = buy_drawn(&mut page, &drawn);
        for pick in picks {
            if history.is_empty() {
                break;
            }
            let place = pick.index(history.len());
            let from = pick.index(place + 1);
            let gone = history[place].clone();
            let earlier = hash(&history[..from]);
            let which = [(place - from) as u32];
            let back = page.take_back(earlier, &history[from..], &which, append);
            prop_assert_eq!(back, Ok(vec![gone]));
            let rest = refunded(&history[from..], &which).unwrap().rest;
            history.truncate(from);
            history.extend(rest);
            prop_assert_eq!(page.receipts, hash(&history));
        }
        // Bought again by themselves, at the times of then.
        let mut alone = Page::default();
        for one in &history {
            let (at, period) = match one.term {
                Some(term) => (term.at, Some(term.period)),
                None => (0, None),
            };
            let payer = AsRef::<[u8; 32]>::as_ref(&one.payer)[0];
            let again = buy(&mut alone, one.item, at, period, payer, one.paid).unwrap();
            prop_assert_eq!(&again, one);
        }
        prop_assert_eq!(page.owned, alone.owned);
        prop_assert_eq!(page.receipts, alone.receipts);
        let last = history.iter().filter_map(|one| one.term).map(|term| term.at).max();
        let now = last.unwrap_or(0).max(5_000);
        for slot in 0..8 {
            prop_assert_eq!(page.has_access(slot, now), alone.has_access(slot, now));
        }
    }

    #[test]
    fn bits_and_passes_do_not_touch_each_other(
        owned in prop::collection::btree_set(0u32..128, 0..64),
        passes in prop::collection::btree_map(0u32..128, 1u64..1_000, 0..64),
    ) {
        let mut page = Page::default();
        for item in &owned {
            buy(&mut page, *item, 0, None, 1, 1).unwrap();
        }
        for (item, period) in &passes {
            buy(&mut page, *item, 0, Some(*period), 1, 1).unwrap();
        }
        for item in 0..128 {
            for now in [0, 500, 1_000] {
                let expected = owned.contains(&item)
                    || passes.get(&item).is_some_and(|until| now < *until);
                prop_assert_eq!(page.has_access(place(item).1, now), expected);
            }
        }
    }
}
