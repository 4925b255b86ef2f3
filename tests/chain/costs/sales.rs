//! What the registry and the storefront cost.

use super::Costs;
use farthing_chain::{
    existential_deposit, Account, AsInk, Balance, Farthing, Message, Receipt, Terms, UNIT,
};
use farthing_contracts::registry::creator::{Permission, Permissions, Profile};
use farthing_contracts::storefront::{
    access::Purchase,
    catalogue::{Content, Listing},
    events::{Order, Tip},
};
use farthing_types::{commitment, split::Recipient, CreatorId, DAY};
use ink::codegen::TraitCallBuilder;
use scale::{Decode, Encode};
use std::fmt::Debug;

pub fn measure(costs: &mut Costs) {
    let mut meter = Meter::new(costs);
    meter.registry();
    meter.second_creator();
    meter.catalogue();
    meter.payments();
    meter.money_out();
    meter.guardian();
    meter.registry_ends();
    meter.farthing.assert_solvent();
}

struct Meter<'a> {
    farthing: Farthing,
    costs: &'a mut Costs,
    ada: Account,
    bob: Account,
    /// Whose money goes to its owner.
    creator: CreatorId,
    /// Whose money is divided among sixteen.
    sharing: CreatorId,
}

const NO_REFERRER: Option<ink::primitives::AccountId> = None;
const PRICE: Balance = UNIT / 50;

impl<'a> Meter<'a> {
    fn new(costs: &'a mut Costs) -> Self {
        let mut farthing = Farthing::deploy(Terms::default());
        let ada = farthing.chain.account("ada", 1_000 * UNIT);
        let bob = farthing.chain.account("bob", 1_000 * UNIT);
        let transfer = farthing.chain.transfer(&ada, &bob.id(), UNIT).unwrap();
        let mut meter = Self {
            farthing,
            costs,
            ada,
            bob,
            creator: 0,
            sharing: 0,
        };
        meter.note("a plain transfer", &transfer);
        let [registry, storefront] = meter.farthing.deployments.clone();
        meter.note("registry.new, with two reserved handles", &registry);
        meter.note("storefront.new", &storefront);
        meter
    }

    fn note(&mut self, name: &str, receipt: &Receipt) {
        self.costs.note(name, receipt);
    }

    fn call<Args: Encode, T: Decode, E: Decode + Debug>(
        &mut self,
        name: &str,
        signer: &Account,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> T {
        self.costs
            .call(&mut self.farthing.chain, name, signer, message, value)
    }

    fn read<Args: Encode, R: Decode>(&mut self, name: &str, message: Message<Args, R>) {
        self.costs.read(&mut self.farthing.chain, name, message);
    }

    fn registry(&mut self) {
        let (ada, bob) = (self.ada.clone(), self.bob.clone());
        let first = self.farthing.commit(&ada, "ada");
        self.note("registry.commit", &first);
        let repeated = self.farthing.commit(&ada, "ada");
        self.note("registry.commit, in place of another", &repeated);
        let (creator, receipt) = self
            .farthing
            .register(&ada, "ada", Profile::default())
            .unwrap();
        self.creator = creator;
        self.note("registry.register", &receipt);

        self.farthing.commit(&ada, "other");
        self.farthing.chain.advance(2 * DAY);
        let message = self.farthing.registry.call_mut().cancel_commitment();
        self.call("registry.cancel_commitment", &ada, message, 0);
        let message = self.farthing.registry.call_mut().release_handle(creator);
        self.call("registry.release_handle", &ada, message, 0);
        let salt = [7; 32];
        let claim = commitment::handle_claim("ada-two", &ada.id(), &salt);
        let message = self.farthing.registry.call_mut().commit(claim);
        self.farthing.chain.call_unasked(&ada, message, 0).unwrap();
        let handle = String::from("ada-two");
        let message = self
            .farthing
            .registry
            .call_mut()
            .claim_handle(creator, handle, salt);
        self.call("registry.claim_handle", &ada, message, 0);

        let profile = Profile {
            commitment: [1; 32],
            uri: "u".repeat(128),
        };
        for name in [
            "registry.set_profile, with the longest URI",
            "registry.set_profile, repeated",
        ] {
            let message = self
                .farthing
                .registry
                .call_mut()
                .set_profile(creator, profile.clone());
            self.call(name, &ada, message, 0);
        }
        let all = Permissions {
            catalogue: true,
            price: true,
            profile: true,
        };
        for (name, permissions) in [
            ("registry.set_delegate", all),
            ("registry.set_delegate, repeated", all),
            ("registry.set_delegate, to nothing", Permissions::NONE),
        ] {
            if permissions == Permissions::NONE {
                self.farthing.chain.advance(DAY);
            }
            let message = self.farthing.registry.call_mut().set_delegate(
                creator,
                bob.id().ink(),
                permissions,
            );
            self.call(name, &ada, message, 0);
        }
        let message = self
            .farthing
            .registry
            .call_mut()
            .offer_ownership(creator, Some(bob.id().ink()));
        self.call("registry.offer_ownership", &ada, message, 0);
        let message = self
            .farthing
            .registry
            .call_mut()
            .accept_ownership(creator, None, Vec::new());
        self.call("registry.accept_ownership", &bob, message, 0);
        let message = self
            .farthing
            .registry
            .call_mut()
            .offer_ownership(creator, Some(ada.id().ink()));
        self.farthing.call(&bob, message, 0).unwrap();
        let message = self
            .farthing
            .registry
            .call_mut()
            .accept_ownership(creator, None, Vec::new());
        self.farthing.call(&ada, message, 0).unwrap();
        for name in [
            "registry.set_payout, to 16",
            "registry.set_payout, to 16, repeated",
        ] {
            let message =
                self.farthing
                    .registry
                    .call_mut()
                    .set_payout(creator, sixteen(), None, Vec::new());
            self.call(name, &ada, message, 0);
        }
        self.registry_reads();
    }

    /// What frees records, on another creator than all else is done with.
    fn registry_ends(&mut self) {
        let bob = self.bob.clone();
        self.farthing.commit(&bob, "bob-b");
        let (creator, _) = self
            .farthing
            .register(&bob, "bob-b", Profile::default())
            .unwrap();
        let mut registry = self.farthing.registry.clone();
        let split = registry
            .call_mut()
            .set_payout(creator, sixteen(), None, Vec::new());
        self.farthing.call(&bob, split, 0).unwrap();
        let message = self.farthing.storefront.call_mut().open(creator);
        self.farthing.call(&bob, message, 0).unwrap();
        // Only the registry can call this message of the storefront, and only so.
        let told = vec![self.farthing.storefront_id.ink()];
        let message = registry
            .call_mut()
            .set_payout(creator, sixteen(), None, told);
        self.call(
            "storefront.payout_changed, by registry.set_payout to 16",
            &bob,
            message,
            0,
        );
        let message = registry.call_mut().release_handle(creator);
        self.farthing.call(&bob, message, 0).unwrap();
        self.farthing.chain.advance(30 * DAY);
        let message = registry.call_mut().unset_payout(creator, None, Vec::new());
        self.call("registry.unset_payout", &bob, message, 0);
        let tip = self.farthing.storefront.call_mut().tip(creator, vec![]);
        self.farthing
            .call(&bob, tip, 20 * existential_deposit())
            .unwrap();
        let message = registry.call_mut().forget_handle(creator, "bob-b".into());
        self.call("registry.forget_handle", &bob, message, 0);
        let message = registry.call_mut().delete(creator, None);
        self.call("registry.delete", &bob, message, 0);
        // The storefront was not told that the split is gone.
        let message = self
            .farthing
            .storefront
            .call_mut()
            .payout_deleted(creator, sixteen());
        self.call("storefront.payout_deleted, to 16", &bob, message, 0);
    }

    fn registry_reads(&mut self) {
        let (creator, ada) = (self.creator, self.ada.id().ink());
        let registry = self.farthing.registry.clone();
        self.read("registry.overview", registry.call().overview());
        self.read("registry.creator_count", registry.call().creator_count());
        let message = registry.call().creators(0, 1);
        self.read("registry.creators, 1 of them", message);
        let message = registry.call().permissions_of(creator, vec![ada; 50]);
        self.read("registry.permissions_of, 50 accounts", message);
        self.read("registry.creator", registry.call().creator(creator));
        let handle = String::from("ada-two");
        self.read(
            "registry.creator_by_handle",
            registry.call().creator_by_handle(handle.clone()),
        );
        self.read(
            "registry.handle_state",
            registry.call().handle_state(handle),
        );
        self.read("registry.commitment", registry.call().commitment(ada));
        self.read("registry.owns", registry.call().owns(creator, ada));
        let controls = registry
            .call()
            .controls(creator, ada, Permission::Catalogue);
        self.read("registry.controls", controls);
        self.read(
            "registry.permissions",
            registry.call().permissions(creator, ada),
        );
        self.read(
            "registry.payout_split, of 16",
            registry.call().payout_split(creator),
        );
    }

    /// The registry's one shares its money; all else is measured with one who does not.
    fn second_creator(&mut self) {
        let ada = self.ada.clone();
        self.sharing = self.creator;
        self.farthing.commit(&ada, "ada-shop");
        self.farthing.wait_for_reveal();
        let registered = self
            .farthing
            .register(&ada, "ada-shop", Profile::default())
            .unwrap();
        self.creator = registered.0;
        let message = self.farthing.storefront.call_mut().open(self.sharing);
        self.call("storefront.open, with a split", &ada, message, 0);
    }

    fn catalogue(&mut self) {
        let (ada, creator) = (self.ada.clone(), self.creator);
        let message = self.farthing.storefront.call_mut().open(creator);
        self.call("storefront.open", &ada, message, 0);
        for (name, period, copies) in [
            ("storefront.publish", None, None),
            ("storefront.publish, repeated", None, None),
            ("storefront.publish, for a period", Some(DAY), None),
            ("storefront.publish, limited", None, Some(10)),
        ] {
            let listing = Listing {
                price: PRICE,
                pay_what_you_want: false,
                period,
                referral: 1_000,
                tier: None,
                copies,
            };
            let message =
                self.farthing
                    .storefront
                    .call_mut()
                    .publish(creator, listing, Farthing::content());
            self.call(name, &ada, message, 0);
        }
        let longest = Content {
            title: "t".repeat(64),
            uri: "u".repeat(128),
            ..Farthing::content()
        };
        for (name, item, content) in [
            ("storefront.revise", 0, Farthing::content()),
            (
                "storefront.revise, to the longest title and URI",
                2,
                longest,
            ),
        ] {
            let message = self
                .farthing
                .storefront
                .call_mut()
                .revise(creator, item, content);
            self.call(name, &ada, message, 0);
        }
        let message = self
            .farthing
            .storefront
            .call_mut()
            .set_price(creator, 0, PRICE);
        self.call("storefront.set_price", &ada, message, 0);
        let message = self.farthing.storefront.call_mut().retire(creator, 0);
        self.call("storefront.retire", &ada, message, 0);
        let message = self.farthing.storefront.call_mut().relist(creator, 0);
        self.call("storefront.relist", &ada, message, 0);
        for (name, price) in [
            ("storefront.set_tier", Some(PRICE)),
            ("storefront.set_tier, to an end", None),
            ("storefront.set_tier, repeated", Some(PRICE)),
        ] {
            let message = self
                .farthing
                .storefront
                .call_mut()
                .set_tier(creator, 0, price);
            self.call(name, &ada, message, 0);
        }
        let message = self
            .farthing
            .storefront
            .call_mut()
            .set_item_tier(creator, 0, Some(0));
        self.call("storefront.set_item_tier", &ada, message, 0);
    }

    fn payments(&mut self) {
        let (bob, creator) = (self.bob.clone(), self.creator);
        for name in ["storefront.tip", "storefront.tip, repeated"] {
            let message = self
                .farthing
                .storefront
                .call_mut()
                .tip(creator, b"Thank you!".to_vec());
            self.call(name, &bob, message, PRICE);
        }
        let message = self
            .farthing
            .storefront
            .call_mut()
            .tip(creator, vec![b'!'; 140]);
        self.call(
            "storefront.tip, with the longest memo",
            &bob,
            message,
            PRICE,
        );
        let sharing = self.sharing;
        let message = self
            .farthing
            .storefront
            .call_mut()
            .tip(sharing, b"Thank you!".to_vec());
        self.call("storefront.tip, to be divided", &bob, message, PRICE);
        self.tip_fifty("to one creator", vec![creator; 50]);
        self.tip_fifty("to one creator, to be divided", vec![sharing; 50]);
        let ada = self.ada.clone();
        let fifty = (0..50).map(|n| self.farthing.creator(&ada, &format!("creator-{n}")));
        let fifty = fifty.collect();
        self.tip_fifty("to fifty creators", fifty);

        for (name, item) in [
            ("storefront.buy, for ever", 0),
            ("storefront.buy, for ever, repeated", 1),
            ("storefront.buy, for a period", 2),
            ("storefront.buy, for a period, repeated", 2),
            ("storefront.buy, limited", 3),
        ] {
            let order = order(creator, item);
            let message = self
                .farthing
                .storefront
                .call_mut()
                .buy(order, None, NO_REFERRER);
            self.call(name, &bob, message, PRICE);
        }
        self.buy_as_gift_and_by_referral();
        for name in ["storefront.buy_blinded", "storefront.buy_blinded, repeated"] {
            let message = self
                .farthing
                .storefront
                .call_mut()
                .buy_blinded(creator, 0, [9; 32], PRICE);
            self.call(name, &bob, message, PRICE);
        }
        self.storefront_reads();
    }

    fn tip_fifty(&mut self, to: &str, creators: Vec<CreatorId>) {
        let bob = self.bob.clone();
        let tips = creators.into_iter().map(|creator| Tip {
            creator,
            amount: PRICE / 10,
            memo: b"Thank you!".to_vec(),
        });
        let message = self.farthing.storefront.call_mut().tip_many(tips.collect());
        let name = format!("storefront.tip_many, 50 {to}");
        self.call(&name, &bob, message, 5 * PRICE);
    }

    fn buy_as_gift_and_by_referral(&mut self) {
        let (ada, bob, creator) = (self.ada.clone(), self.bob.clone(), self.creator);
        let (owner, referrer) = (Some(Account::named("zoe").id().ink()), Some(ada.id().ink()));
        for (name, item) in [
            ("storefront.buy, as a gift with a referrer", 0),
            ("storefront.buy, as a gift with a referrer, repeated", 1),
        ] {
            let message =
                self.farthing
                    .storefront
                    .call_mut()
                    .buy(order(creator, item), owner, referrer);
            self.call(name, &bob, message, PRICE);
        }
        let owner = Some(Account::named("yann").id().ink());
        let orders = vec![order(creator, 0), order(creator, 1)];
        let message = self
            .farthing
            .storefront
            .call_mut()
            .buy_many(orders, owner, NO_REFERRER);
        self.call(
            "storefront.buy_many, 2 from one page",
            &bob,
            message,
            2 * PRICE,
        );
        for (name, item) in [("storefront.give", 0), ("storefront.give, repeated", 1)] {
            let reviewer = Account::named("xena").id().ink();
            let message = self
                .farthing
                .storefront
                .call_mut()
                .give(creator, item, reviewer);
            self.call(name, &ada, message, 0);
        }
    }

    fn storefront_reads(&mut self) {
        let (creator, bob) = (self.creator, self.bob.id().ink());
        let storefront = self.farthing.storefront.clone();
        self.read("storefront.overview", storefront.call().overview());
        self.read(
            "storefront.solvency, of 52 creators",
            storefront.call().solvency(),
        );
        let one = storefront.call().owed_to_creators(creator, 1);
        self.read("storefront.owed_to_creators, of 1", one);
        self.read("storefront.books", storefront.call().books(creator));
        self.read("storefront.item", storefront.call().item(creator, 0));
        self.read(
            "storefront.items, of 4",
            storefront.call().items(creator, 0, 50),
        );
        self.read("storefront.tier", storefront.call().tier(creator, 0));
        self.read("storefront.tiers", storefront.call().tiers(creator));
        self.read(
            "storefront.has_access",
            storefront.call().has_access(creator, 0, bob),
        );
        self.read("storefront.page", storefront.call().page(creator, bob, 0));
        let pages = vec![(creator, 0), (self.sharing, 0)];
        let owned = storefront.call().owned(bob, pages);
        self.read("storefront.owned, of 2 pages", owned);
    }

    fn money_out(&mut self) {
        let (ada, bob) = (self.ada.clone(), self.bob.clone());
        self.refunds();
        // Each of the sixteen is new to the chain, so that their share must be worth an account.
        let sharing = self.sharing;
        for name in [
            "storefront.payout, to 16 new accounts",
            "storefront.payout, to 16, repeated",
        ] {
            let message = self.farthing.storefront.call_mut().tip(sharing, vec![]);
            self.farthing
                .call(&bob, message, 20 * existential_deposit())
                .unwrap();
            let message = self.farthing.storefront.call_mut().payout(sharing);
            self.call(name, &bob, message, 0);
        }
        for name in ["storefront.refresh", "storefront.refresh, with a split"] {
            let creator = if name.ends_with("split") {
                sharing
            } else {
                self.creator
            };
            let message = self.farthing.storefront.call_mut().refresh(creator);
            self.call(name, &bob, message, 0);
        }
        // As long as the treasury does not exist, small fees are kept.
        self.farthing
            .chain
            .empty(&Account::named("treasury"), &ada.id())
            .unwrap();
        for name in [
            "storefront.tip, with the fee kept",
            "storefront.tip, with the fee kept, repeated",
        ] {
            let message = self
                .farthing
                .storefront
                .call_mut()
                .tip(self.creator, vec![]);
            // A fee of three quarters of what an account must have.
            let least = self.farthing.chain.profile().existential_deposit();
            self.call(name, &bob, message, 30 * least);
        }
        self.farthing.chain.account("treasury", UNIT);
        let message = self.farthing.storefront.call_mut().withdraw_fees();
        self.call("storefront.withdraw_fees", &bob, message, 0);
    }

    fn refunds(&mut self) {
        let (ada, bob, creator) = (self.ada.clone(), self.bob.clone(), self.creator);
        let owner = Account::named("yann").id().ink();
        let history = [0, 1].map(|item| Purchase {
            item,
            payer: bob.id().ink(),
            paid: PRICE,
            term: None,
        });
        let message = self.farthing.storefront.call_mut().refund(
            creator,
            owner,
            [0; 32],
            history.to_vec(),
            vec![1],
        );
        let name = "storefront.refund, of 2 bought for ever";
        self.call(name, &ada, message, PRICE);
    }

    fn guardian(&mut self) {
        let guardian = self.farthing.chain.account("guardian", 10 * UNIT);
        let message = self.farthing.storefront.call_mut().pause(DAY);
        self.call("storefront.pause", &guardian, message, 0);
        let message = self.farthing.storefront.call_mut().resume();
        self.call("storefront.resume", &guardian, message, 0);
    }
}

fn order(creator: CreatorId, item: farthing_types::ItemId) -> Order {
    Order {
        creator,
        item,
        max_price: PRICE,
        edition: None,
    }
}

fn sixteen() -> Vec<Recipient<ink::primitives::AccountId>> {
    (0..16)
        .map(|n| Recipient {
            account: Account::named(&format!("recipient-{n}")).id().ink(),
            parts: 62_500,
        })
        .collect()
}
