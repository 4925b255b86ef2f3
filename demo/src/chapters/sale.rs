//! A creator publishes a folder of files, people buy and tip, and everyone who earned something takes it
//! out.

use crate::{
    library::Work,
    report::units,
    stage::{Account, Stage},
    story::Story,
};
use anyhow::{anyhow, Result};
use farthing_chain::{AccountId, AsInk, Balance, Receipt, UNIT};
use farthing_contracts::registry::creator::Profile;
use farthing_contracts::storefront::{
    access::{place, Purchase},
    catalogue::{Content, Listing},
    events::{Order, Payment, Payments, Release, Released, Tip},
};
use farthing_types::{commitment, split::Recipient, CreatorId, Hash, ItemId};
use ink::codegen::TraitCallBuilder;

const PRICE: Balance = UNIT / 50;
const TIP: Balance = UNIT / 100;
/// Basis points of the price that a referrer gets.
const REFERRAL: u16 = 1_000;
const TIER: u8 = 0;
const HANDLE: &str = "ada-reads";
const TIPS_AT_ONCE: u32 = 50;

impl<Say: FnMut(&str), S: Stage> Story<'_, Say, S> {
    /// Tells the chapter of the sale.
    pub fn sale(&mut self, works: &[Work]) -> Result<()> {
        for name in ["ada", "ben", "dora", "emil", "finn", "gus"] {
            self.fund(name)?;
        }
        // She has no money and no account before she is paid.
        self.introduce("iris");
        let creator = self.register()?;
        self.publish(creator, works)?;
        self.sell(creator, works)?;
        self.sell_blinded(creator)?;
        self.tip(creator)?;
        self.refund(creator)?;
        self.pay_out(creator)
    }

    fn register(&mut self) -> Result<CreatorId> {
        let ada = self.stage.named("ada");
        let salt = commitment::blake2_256(b"ada's salt, from a good random source");
        let claim = commitment::handle_claim(HANDLE, &ada.id(), &salt);
        let message = self.registry.call_mut().commit(claim);
        let receipt = self.stage.tell(&ada, message)?;
        self.note("ada", "commits to a handle without naming it", 1, &receipt);
        self.stage.next_block()?;
        let message = self
            .registry
            .call_mut()
            .register(HANDLE.into(), salt, Profile::default());
        let (creator, receipt) = self.call(&ada, "registers the handle", message, 0)?;
        self.note(
            "ada",
            "reveals and registers the handle ada-reads",
            1,
            &receipt,
        );

        let part = |account: &Account, parts| Recipient {
            account: account.id().ink(),
            parts,
        };
        let split = vec![
            part(&ada, 600_000),
            part(&self.stage.named("ben"), 300_000),
            part(&self.stage.named("iris"), 100_000),
        ];
        let message = self
            .registry
            .call_mut()
            .set_payout(creator, split, None, Vec::new());
        self.step(
            &ada,
            "shares payouts with ben (30 %) and iris (10 %)",
            message,
            0,
        )?;
        let message = self.storefront.call_mut().open(creator);
        self.step(&ada, "opens a storefront", message, 0)?;
        Ok(creator)
    }

    fn publish(&mut self, creator: CreatorId, works: &[Work]) -> Result<()> {
        let ada = self.stage.named("ada");
        for (number, work) in works.iter().enumerate() {
            let listing = Listing {
                price: PRICE,
                pay_what_you_want: false,
                period: None,
                referral: REFERRAL,
                tier: Some(TIER),
                copies: None,
            };
            let content = Content {
                commitment: work.content,
                title: shortened(&work.name),
                uri: String::new(),
            };
            let message = self
                .storefront
                .call_mut()
                .publish(creator, listing, content);
            let what = format!(
                "publishes {} for {} UNIT",
                shortened(&work.name),
                units(PRICE)
            );
            let (item, _) = self.step(&ada, &what, message, 0)?;
            self.check("items are numbered from 0", item as usize == number)?;
        }
        let message = self
            .storefront
            .call_mut()
            .set_tier(creator, TIER, Some(PRICE));
        self.step(&ada, "sets a price tier for blinded purchases", message, 0)?;
        Ok(())
    }

    fn sell(&mut self, creator: CreatorId, works: &[Work]) -> Result<()> {
        let (dora, emil, finn, gus) = (
            self.stage.named("dora"),
            self.stage.named("emil"),
            self.stage.named("finn"),
            self.stage.named("gus"),
        );
        let message = self
            .storefront
            .call_mut()
            .buy(order(creator, 0), None, None);
        self.step(&dora, "buys item 0", message, PRICE)?;
        self.check_delivery(creator, 0, &works[0], &dora.id())?;
        if works.len() > 1 {
            let message = self
                .storefront
                .call_mut()
                .buy(order(creator, 1), None, None);
            let (_, receipt) =
                self.step(&dora, "buys item 1, from the same page", message, PRICE)?;
            self.check("a repeated purchase locks no deposit", receipt.deposit == 0)?;
        }

        let for_emil = Some(emil.id().ink());
        let message = self
            .storefront
            .call_mut()
            .buy(order(creator, 0), for_emil, None);
        self.step(&dora, "gives item 0 to emil", message, PRICE)?;
        let emil_reads = self.has_access(creator, 0, &emil.id())?;
        self.check("a gift gives access to whom it is for", emil_reads)?;

        let orders: Vec<Order> = (0..works.len().min(16) as ItemId)
            .map(|item| order(creator, item))
            .collect();
        let count = orders.len() as u32;
        let total = PRICE * Balance::from(count);
        let by_gus = Some(gus.id().ink());
        let before = self.stage.balance(&gus.id())?;
        let message = self.storefront.call_mut().buy_many(orders, None, by_gus);
        let what = format!("buys {count} items at once, referred by gus");
        self.steps_at_once(&finn, &what, count, message, total)?;
        let share = PRICE / 10;
        let share = (share - share / 40) * Balance::from(count);
        let earned = self.stage.balance(&gus.id())? - before;
        self.check("the referrer has their share at once", earned == share)?;
        for (item, work) in works.iter().take(count as usize).enumerate() {
            self.check_delivery(creator, item as ItemId, work, &finn.id())?;
        }
        Ok(())
    }

    fn sell_blinded(&mut self, creator: CreatorId) -> Result<()> {
        let emil = self.stage.named("emil");
        let shop = self.storefront_id.clone();
        // A secret that anyone can work out is good enough for a demonstration, and nothing else.
        let secret = commitment::blake2_256(b"emil's secret, from a good random source");
        let opened =
            |item| commitment::blinded_purchase(&shop, creator, TIER, &emil.id(), item, &secret);
        let message = self
            .storefront
            .call_mut()
            .buy_blinded(creator, TIER, opened(0), PRICE);
        let (_, receipt) = self.step(
            &emil,
            "buys something blinded from the price tier",
            message,
            PRICE,
        )?;
        let Some(Payment::Blinded { commitment, .. }) = payments(&receipt).into_iter().next()
        else {
            return Err(anyhow!("a blinded purchase left no event"));
        };
        self.check(
            "the opened commitment proves what was bought",
            commitment == opened(0),
        )?;
        self.check("and nothing else", commitment != opened(1))
    }

    fn tip(&mut self, creator: CreatorId) -> Result<()> {
        let (dora, finn) = (self.stage.named("dora"), self.stage.named("finn"));
        let message = self
            .storefront
            .call_mut()
            .tip(creator, b"Thank you!".to_vec());
        let what = format!("tips {} UNIT", units(TIP));
        self.step(&dora, &what, message, TIP)?;
        let message = self.storefront.call_mut().tip(creator, b"Again!".to_vec());
        let (_, receipt) = self.step(&dora, "tips again", message, TIP)?;
        self.check("a tip locks no deposit", receipt.deposit == 0)?;

        let small = TIP / 100;
        let tips = (0..TIPS_AT_ONCE).map(|_| Tip {
            creator,
            amount: small,
            memo: b"for a page".to_vec(),
        });
        let message = self.storefront.call_mut().tip_many(tips.collect());
        let what = format!("sends {TIPS_AT_ONCE} tips of {} UNIT at once", units(small));
        let value = small * Balance::from(TIPS_AT_ONCE);
        let (_, receipt) = self.steps_at_once(&finn, &what, TIPS_AT_ONCE, message, value)?;
        let cheap = receipt.fee < self.transfer_fee * Balance::from(TIPS_AT_ONCE);
        self.check("a tip of a batch costs less than a transfer", cheap)
    }

    fn refund(&mut self, creator: CreatorId) -> Result<()> {
        let (ada, emil) = (self.stage.named("ada"), self.stage.named("emil"));
        let dora = self.stage.named("dora").id();
        let before = self.stage.balance(&dora)?;
        let history = vec![Purchase {
            item: 0,
            payer: dora.ink(),
            paid: PRICE,
            term: None,
        }];
        let owner = emil.id().ink();
        let message = self
            .storefront
            .call_mut()
            .refund(creator, owner, [0; 32], history, vec![0]);
        self.step(&ada, "refunds the gift that dora made emil", message, 0)?;
        let back = self.stage.balance(&dora)? - before;
        self.check("a refund goes to whoever paid, in full", back == PRICE)?;
        let emil_reads = self.has_access(creator, 0, &emil.id())?;
        self.check("and takes access away", !emil_reads)
    }

    fn pay_out(&mut self, creator: CreatorId) -> Result<()> {
        let ada = self.stage.named("ada");
        let message = self.storefront.call().books(creator);
        let due = self.stage.read(message)?.map_or(0, |books| books.due());
        let message = self.storefront.call_mut().payout(creator);
        let (_, receipt) = self.step(&ada, "pays out along the split", message, 0)?;
        let Some(Release::Payout { shares, .. }) = released(&receipt) else {
            return Err(anyhow!("a payout left no event"));
        };
        let paid: Balance = shares.iter().map(|share| share.amount).sum();
        let dust = self.stage.read(self.storefront.call().books(creator))?;
        let kept = dust.map_or(0, |books| books.balance);
        self.check(
            "shares and what rounding kept are all that waited",
            paid + kept == due,
        )?;
        let each_third = shares[0].amount / 6 == shares[1].amount / 3;
        self.check("ada got twice as much as ben", each_third)?;
        let in_accounts = shares.iter().all(|share| share.sent);
        self.check("every share is in its account", in_accounts)?;

        let message = self.storefront.call().solvency();
        let (owed, held) = self.stage.read(message)?;
        self.check("the contract owes only what rounding kept", owed == kept)?;
        self.check("and holds exactly that", held == owed)
    }

    // ---- Looking things up ----

    fn has_access(
        &mut self,
        creator: CreatorId,
        item: ItemId,
        account: &AccountId,
    ) -> Result<bool> {
        let message = self
            .storefront
            .call()
            .has_access(creator, item, account.ink());
        self.stage.read(message)
    }

    /// Does what a buyer's program does: sees that it may have the file, and that the file is the one sold.
    fn check_delivery(
        &mut self,
        creator: CreatorId,
        item: ItemId,
        work: &Work,
        buyer: &AccountId,
    ) -> Result<()> {
        let may_read = self.has_access(creator, item, buyer)?;
        self.check("who bought an item has access", may_read)?;
        let sold: Option<Hash> = self
            .stage
            .read(self.storefront.call().item(creator, item))?
            .map(|item| item.content.commitment);
        let mut delivered = work.deliver()?;
        let fits = sold == Some(commitment::content(&delivered));
        self.check("the delivered file is the one that was sold", fits)?;
        delivered.push(b'!');
        let altered = sold == Some(commitment::content(&delivered));
        self.check("a file altered by a byte is not", !altered)?;
        let page = self.stage.read(self.storefront.call().page(
            creator,
            buyer.ink(),
            place(item).0,
        ))?;
        self.check("the purchase is in the buyer's page", page.owned != 0)
    }
}

fn payments(receipt: &Receipt) -> Vec<Payment> {
    let events = receipt.events_of::<Payments>();
    events
        .into_iter()
        .flat_map(|event| event.payments)
        .collect()
}

fn released(receipt: &Receipt) -> Option<Release> {
    let event = receipt.events_of::<Released>().into_iter().next()?;
    Some(event.release)
}

/// Returns an order of an item as it was published first.
fn order(creator: CreatorId, item: ItemId) -> Order {
    Order {
        creator,
        item,
        max_price: PRICE,
        edition: Some(1),
    }
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= 30 {
        return name.into();
    }
    let end: String = name.chars().rev().take(27).collect();
    format!("...{}", end.chars().rev().collect::<String>())
}
