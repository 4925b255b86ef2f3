//! Pages: many channels in one call.

use super::world::*;
use ink::scale::Encode;

/// What fits into ink!'s buffer.
const BUFFER: usize = 16_384;

/// A world with as many channels of alice's to bob as a page shows, in lanes from 0 on, all of them with
/// an end, and their lanes.
fn world_with_a_page() -> (World, Vec<u32>) {
    let mut w = world();
    let (alice, bob, epoch) = (w.alice.clone(), w.bob.clone(), w.chain.now());
    let lanes: Vec<u32> = (0..MAX_PAGE as u32).collect();
    for lanes in lanes.chunks(MAX_PAGE / 2) {
        let opening = |lane: &u32| Opening {
            lane: *lane,
            ..w.opening(&bob, 1)
        };
        let openings: Vec<_> = lanes.iter().map(opening).collect();
        let lives = lanes.iter().map(|lane| Life {
            other: bob.id().ink(),
            lane: *lane,
            epoch,
        });
        let exit = w.channels.contract.call_mut().exit(lives.collect());
        w.open_on(&alice, epoch, openings, lanes.len() as Balance)
            .unwrap();
        w.call(&alice, exit, 0).unwrap();
    }
    (w, lanes)
}

#[test]
fn a_page_is_one_call_and_of_the_largest_channels_it_fits_into_the_buffer() {
    let (mut w, lanes) = world_with_a_page();
    let (alice, bob) = (w.alice.id().ink(), w.bob.id().ink());
    let expected: Vec<_> = lanes
        .iter()
        .map(|lane| w.channel_in(&w.alice.clone(), &w.bob.clone(), *lane))
        .collect();
    assert!(expected
        .iter()
        .all(|one| one.as_ref().unwrap().end.is_some()));
    let to = w.channels.contract.clone();
    let keys: Vec<_> = lanes.iter().map(|lane| (alice, bob, *lane)).collect();
    let (now, listed) = w.chain.read(to.call().channels(keys));
    assert_eq!((now.time, now.block), (w.chain.now(), w.chain.block()));
    assert_eq!(listed, expected);
    for (side, other) in [(Side::Payer(alice), bob), (Side::Payee(bob), alice)] {
        let others = lanes.iter().map(|lane| (other, *lane)).collect();
        let page = w.chain.read(to.call().channels_of(side, others));
        assert_eq!((page.now, page.kept), (now, None));
        assert_eq!(page.channels, expected);
        let largest = AccountPage {
            kept: Some(Kept {
                amount: 1,
                paid_by: bob,
            }),
            ..page
        };
        // The answer's result comes with it.
        let size = 1 + largest.encoded_size();
        assert!(size * 10 <= BUFFER * 8, "{size} bytes");
    }
    w.assert_solvent();
}

#[test]
fn of_a_longer_list_a_page_shows_the_first_and_an_empty_one_shows_none() {
    let (mut w, lanes) = world_with_a_page();
    let (alice, bob) = (w.alice.id().ink(), w.bob.id().ink());
    let to = w.channels.contract.clone();
    // The first are not there: another payer's.
    let lane = |lane: &u32| (bob, *lane);
    let longer: Vec<_> = [(alice, 0)]
        .into_iter()
        .chain(lanes.iter().map(lane))
        .collect();
    assert_eq!(longer.len(), MAX_PAGE + 1);
    let message = to.call().channels_of(Side::Payer(alice), longer.clone());
    let page = w.chain.read(message).channels;
    assert_eq!(page.len(), MAX_PAGE);
    assert_eq!(page[0], None);
    assert!(page[1..].iter().all(Option::is_some));
    let keys = longer.iter().map(|(payee, lane)| (alice, *payee, *lane));
    let (_, listed) = w.chain.read(to.call().channels(keys.collect()));
    assert_eq!(listed, page);
    assert_eq!(w.chain.read(to.call().channels(Vec::new())).1, []);
    w.assert_solvent();
}

#[test]
fn a_page_shows_what_the_account_can_withdraw() {
    let mut w = world();
    let (alice, nobody) = (w.alice.clone(), Account::named("nobody"));
    let epoch = w.open(&alice, &nobody, RESERVE).unwrap();
    let voucher = w.voucher(&alice, &nobody, epoch, 5);
    w.claim_as(&alice, &nobody, &[voucher]).unwrap();
    let message = w.channels.contract.call();
    let side = Side::Payee(nobody.id().ink());
    let message = message.channels_of(side, vec![(alice.id().ink(), 0)]);
    let page = w.chain.read(message);
    let kept = Kept {
        amount: 5,
        paid_by: alice.id().ink(),
    };
    assert_eq!(page.kept, Some(kept));
    let channel = page.channels[0].clone().unwrap();
    assert_eq!((channel.claimed, channel.end), (5, None));
    w.assert_solvent();
}
