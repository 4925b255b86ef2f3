//! The contract's release Wasm on the embedded chain, beside Farthing's contracts:
//!
//! ```sh
//! ./scripts/test pledge
//! ```

use farthing_chain::{at, Account, AccountId, AsInk, Failure, Farthing, UNIT};
use ink::codegen::TraitCallBuilder;
use pledge::{Error, PledgeRef};
use std::path::Path;
use storefront::catalogue::Listing;

const PLEDGED: u128 = 20 * UNIT;
const WEEK: u64 = 7 * 24 * 60 * 60 * 1_000;

/// A chain on which a fan pledged for the first item of a creator.
struct World {
    farthing: Farthing,
    creator: Account,
    creator_id: u32,
    fan: Account,
    pledge: PledgeRef,
    pledge_id: AccountId,
}

impl World {
    fn new() -> Self {
        let mut farthing = Farthing::default();
        let creator = farthing.chain.account("creator", 100 * UNIT);
        let fan = farthing.chain.account("fan", 100 * UNIT);
        let creator_id = farthing.creator(&creator, "ada");
        let until = farthing.chain.now() + WEEK;
        let code = farthing_artifacts::own_wasm(Path::new("examples/own-contract"));
        let new = PledgeRef::new(farthing.storefront_id.ink(), creator_id, 0, until);
        let deployed = farthing
            .chain
            .deploy::<_, _, _, Error>(&fan, &code, new, PLEDGED)
            .unwrap();
        Self {
            farthing,
            creator,
            creator_id,
            fan,
            pledge: at(&deployed.account),
            pledge_id: deployed.account,
        }
    }

    fn publish(&mut self) {
        let listing = Listing {
            price: UNIT,
            pay_what_you_want: false,
            period: None,
            referral: 0,
            tier: None,
            copies: None,
        };
        self.farthing
            .publish(&self.creator, self.creator_id, listing);
    }

    fn fulfil(&mut self) -> Result<(), Failure<Error>> {
        let stranger = self.farthing.chain.account("stranger", UNIT);
        let message = self.pledge.call_mut().fulfil();
        self.farthing.call(&stranger, message, 0).map(drop)
    }

    fn take_back(&mut self, who: &Account) -> Result<u128, Failure<Error>> {
        let message = self.pledge.call_mut().take_back();
        let (_, receipt) = self.farthing.call(who, message, 0)?;
        Ok(receipt.fee)
    }

    fn pledged(&mut self) -> u128 {
        self.farthing.chain.read(self.pledge.call().pledged())
    }

    /// Farthing owes nobody more than it holds, and the pledge holds what it says.
    fn assert_solvent(&mut self) {
        let (owed, held) = self
            .farthing
            .chain
            .read(self.farthing.storefront.call().solvency());
        assert!(owed <= held);
        let kept = farthing_chain::existential_deposit();
        let pledged = self.pledged();
        assert_eq!(self.farthing.chain.balance(&self.pledge_id), pledged + kept);
    }
}

#[test]
fn pledge_becomes_a_tip_once_the_item_is_published() {
    let mut world = World::new();
    assert_eq!(world.fulfil(), Err(Failure::Contract(Error::NotPublished)));
    world.publish();
    let before = world.farthing.chain.balance(&world.creator.id());
    world.fulfil().unwrap();
    // The platform's fee is 250 basis points.
    let tipped = world.farthing.chain.balance(&world.creator.id()) - before;
    assert_eq!(tipped, PLEDGED - PLEDGED * 250 / 10_000);
    assert_eq!(world.pledged(), 0);
    assert_eq!(world.fulfil(), Err(Failure::Contract(Error::Nothing)));
    world.assert_solvent();
}

#[test]
fn pledge_comes_back_to_the_fan_after_its_time_and_not_before() {
    let mut world = World::new();
    let (fan, creator) = (world.fan.clone(), world.creator.clone());
    let until = match world.take_back(&fan) {
        Err(Failure::Contract(Error::TooEarly(until))) => until,
        other => panic!("{other:?}"),
    };
    world.farthing.chain.seal_at(until);
    assert_eq!(
        world.take_back(&creator),
        Err(Failure::Contract(Error::NotTheFan))
    );
    let before = world.farthing.chain.balance(&fan.id());
    let fee = world.take_back(&fan).unwrap();
    assert_eq!(
        world.farthing.chain.balance(&fan.id()),
        before + PLEDGED - fee
    );
    assert_eq!(
        world.take_back(&fan),
        Err(Failure::Contract(Error::Nothing))
    );
    world.assert_solvent();
}

#[test]
fn pledge_stays_whole_where_the_storefront_refuses_the_tip() {
    let mut world = World::new();
    world.publish();
    let guardian = world.farthing.chain.account("guardian", UNIT);
    let pause = world.farthing.storefront.call_mut().pause(WEEK);
    world.farthing.call(&guardian, pause, 0).unwrap();
    assert!(matches!(
        world.fulfil(),
        Err(Failure::Contract(Error::Refused(_)))
    ));
    assert_eq!(world.pledged(), PLEDGED);
    world.assert_solvent();
}
