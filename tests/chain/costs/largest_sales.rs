//! What the largest baskets and payouts of the storefront cost, each of the dearest kind.

use super::Costs;
use farthing_chain::{Account, AsInk, Balance, Farthing, Terms, UNIT};
use farthing_contracts::storefront::{
    catalogue::Listing,
    events::{Order, Tip},
    MAX_BATCH, MAX_MEMO,
};
use farthing_types::{
    split::{Recipient, PARTS},
    CreatorId, ItemId, DAY,
};
use ink::{codegen::TraitCallBuilder, primitives::AccountId};

const PRICE: Balance = 1_000;
const NOBODY: Option<AccountId> = None;

pub fn measure(costs: &mut Costs) {
    let mut farthing = Farthing::deploy(Terms::default());
    let [ada, bob] = ["ada", "bob"].map(|name| farthing.chain.account(name, 10_000 * UNIT));
    let creators = (0..MAX_BATCH).map(|n| farthing.creator(&ada, &format!("creator-{n}")));
    let creators: Vec<CreatorId> = creators.collect();
    let mut meter = Meter {
        farthing,
        costs,
        ada,
        bob,
        creators,
    };
    meter.payout();
    meter.many_creators();
    meter.two_full_pages();
    meter.farthing.assert_solvent();
}

struct Meter<'a> {
    farthing: Farthing,
    costs: &'a mut Costs,
    ada: Account,
    bob: Account,
    creators: Vec<CreatorId>,
}

fn order(creator: CreatorId, item: ItemId) -> Order {
    Order {
        creator,
        item,
        max_price: PRICE,
        edition: Some(1),
    }
}

impl Meter<'_> {
    fn publish(&mut self, creator: CreatorId, period: Option<u64>, times: usize) {
        let listing = Listing {
            price: PRICE,
            pay_what_you_want: false,
            period,
            referral: 1_000,
            tier: None,
            copies: None,
        };
        let (storefront, ada) = (&mut self.farthing.storefront, &self.ada);
        let message = storefront
            .call_mut()
            .publish(creator, listing, Farthing::content());
        self.farthing.chain.in_one_block(|chain| {
            for _ in 0..times {
                chain.call_unasked(ada, message.clone(), 0).unwrap();
            }
        });
    }

    fn split(&mut self, creator: CreatorId, recipients: Vec<AccountId>) {
        let parts = PARTS / recipients.len() as u32;
        let recipient = |account| Recipient { account, parts };
        let recipients = recipients.into_iter().map(recipient).collect();
        let tell = vec![self.farthing.storefront_id.ink()];
        let registry = &mut self.farthing.registry;
        let message = registry
            .call_mut()
            .set_payout(creator, recipients, None, tell);
        self.farthing.call(&self.ada, message, 0).unwrap();
    }

    fn payout(&mut self) {
        let creator = self.creators[0];
        let mut recipients: Vec<AccountId> = (1..16u8).map(|n| [n; 32].into()).collect();
        recipients.push(self.ada.id().ink());
        self.split(creator, recipients);
        let bob = self.bob.clone();
        let message = self.farthing.storefront.call_mut().tip(creator, vec![]);
        self.farthing.call(&bob, message, PRICE).unwrap();
        let message = self.farthing.storefront.call_mut().payout(creator);
        let name = "storefront.payout, to 16, of which 15 do not exist";
        let chain = &mut self.farthing.chain;
        self.costs.call(chain, name, &bob, message, 0);
    }

    /// All of it is kept, and each creator's books and page are others.
    fn many_creators(&mut self) {
        let bob = self.bob.clone();
        let both = vec![self.ada.id().ink(), bob.id().ink()];
        for creator in self.creators.clone() {
            self.split(creator, both.clone());
            self.publish(creator, None, 1);
        }
        let value = PRICE * MAX_BATCH as Balance;
        let tips = self.creators.iter().map(|creator| Tip {
            creator: *creator,
            amount: PRICE,
            memo: vec![b'!'; MAX_MEMO],
        });
        let message = self.farthing.storefront.call_mut().tip_many(tips.collect());
        let name = "storefront.tip_many, 64 to as many creators, to be divided";
        let chain = &mut self.farthing.chain;
        self.costs.call(chain, name, &bob, message, value);
        let orders: Vec<Order> = self.creators.iter().map(|one| order(*one, 0)).collect();
        let referrer = Some(self.ada.id().ink());
        let storefront = &mut self.farthing.storefront;
        let message = storefront.call_mut().buy_many(orders, NOBODY, referrer);
        let name = "storefront.buy_many, 64 of as many creators, to be divided";
        let chain = &mut self.farthing.chain;
        self.costs.call(chain, name, &bob, message, value);
    }

    fn two_full_pages(&mut self) {
        let zoe = Some(Account::named("zoe").id().ink());
        let (bob, value) = (self.bob.clone(), PRICE * MAX_BATCH as Balance);
        let two = [self.creators[1], self.creators[2]];
        for creator in two {
            // The first of each is the one for ever.
            self.publish(creator, Some(DAY), 127);
            for first in [1, 64] {
                let orders = (first..first + 64).map(|item| order(creator, item));
                let storefront = &mut self.farthing.storefront;
                let message = storefront
                    .call_mut()
                    .buy_many(orders.collect(), zoe, NOBODY);
                self.farthing.call(&bob, message, value).unwrap();
            }
        }
        let orders = (0..MAX_BATCH).map(|n| order(two[n % 2], 127 - n as ItemId));
        let storefront = &mut self.farthing.storefront;
        let message = storefront
            .call_mut()
            .buy_many(orders.collect(), zoe, NOBODY);
        let name = "storefront.buy_many, 64 passes of two full pages by turns";
        let chain = &mut self.farthing.chain;
        self.costs.call(chain, name, &bob, message, value);
    }
}
