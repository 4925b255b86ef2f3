//! The storefront contract's rules, as its documentation tells them.

use super::{
    action::{
        Action, Creator, Deposit, Item, Offer, Outcome, Refusal, Terms, Who, GUARDIAN, STOREFRONT,
        TREASURY,
    },
    books::{Books, Bought, Model, Waiting},
};
use farthing_types::{pause::PauseError, DAY};
use storefront::{
    access::AccessError,
    catalogue::ListingError,
    events::{Payment, Release, Share, Tip},
    Error,
};

type Done = Result<Outcome, Refusal>;

/// What a blinded purchase commits to; the chain does not look at it.
pub const BLIND: [u8; 32] = [0xb1; 32];

/// The memo of `length` bytes.
pub fn memo(length: usize) -> Vec<u8> {
    vec![b'm'; length]
}

fn quiet() -> Outcome {
    Outcome {
        deposit: Deposit::None,
        ..Outcome::default()
    }
}

impl Model {
    /// Does what a call to the storefront contract does; `None` if `action` is none.
    pub fn ask_storefront(&mut self, caller: Who, value: u128, action: &Action) -> Option<Done> {
        use Action::*;
        Some(match action.clone() {
            Open { creator } => self.open(caller, creator),
            Publish { creator, offer } => self.publish(caller, creator, offer),
            SetPrice {
                creator,
                item,
                price,
            } => self.set_price(caller, creator, item, price),
            Retire { creator, item } => self.retire(caller, creator, item),
            SetTier {
                creator,
                tier,
                price,
            } => self.set_tier(caller, creator, tier, price),
            Tip { creator, memo } => self.tips(caller, value, &[(creator, value, memo)]),
            TipMany { tips } => self.tips(caller, value, &tips),
            Buy { order, terms } => self.buy(caller, value, &[order], &terms),
            BuyMany { orders, terms } => self.buy(caller, value, &orders, &terms),
            BuyBlinded { creator, tier, max } => {
                self.buy_blinded(caller, value, creator, tier, max)
            }
            Refund {
                creator,
                item,
                owner,
                history,
            } => self.refund(caller, creator, item, owner, &history),
            Payout { creator } => self.payout(creator),
            Withdraw { account } => self.withdraw(account),
            WithdrawFees => self.withdraw_fees(),
            Enroll => self.enroll(caller),
            Leave => self.leave(caller),
            Pause { duration } => self.begin_pause(caller, duration),
            Resume => self.end_pause(caller),
            _ => return None,
        })
    }

    // ---- Catalogue ----

    fn open(&mut self, caller: Who, creator: Creator) -> Done {
        self.check_seller(caller, creator)?;
        if self.shops.contains_key(&creator) {
            return Err(Error::AlreadyOpen.into());
        }
        self.shops.insert(creator, Books::default());
        Ok(Outcome {
            deposit: Deposit::Locked,
            ..Outcome::default()
        })
    }

    fn publish(&mut self, caller: Who, creator: Creator, offer: Offer) -> Done {
        check_offer(&offer)?;
        self.check_seller(caller, creator)?;
        let books = self.shops.get_mut(&creator).ok_or(Error::NotOpen)?;
        let number = books.items.len() as u32;
        books.items.push((offer, false));
        Ok(Outcome {
            number: Some(number),
            deposit: Deposit::Locked,
            ..Outcome::default()
        })
    }

    fn set_price(&mut self, caller: Who, creator: Creator, item: Item, price: u128) -> Done {
        self.check_seller(caller, creator)?;
        let offer = &mut self.listed(creator, item)?.0;
        offer.price = price;
        check_offer(offer)?;
        Ok(quiet())
    }

    fn retire(&mut self, caller: Who, creator: Creator, item: Item) -> Done {
        self.check_seller(caller, creator)?;
        let retired = &mut self.listed(creator, item)?.1;
        if std::mem::replace(retired, true) {
            return Err(Error::Retired.into());
        }
        Ok(quiet())
    }

    fn set_tier(&mut self, caller: Who, creator: Creator, tier: u8, price: Option<u128>) -> Done {
        self.check_seller(caller, creator)?;
        if !self.shops.contains_key(&creator) {
            return Err(Error::NotOpen.into());
        }
        match price {
            Some(0) => return Err(Error::BadListing(ListingError::ZeroPrice).into()),
            Some(price) => drop(self.tiers.insert((creator, tier), price)),
            None => drop(
                self.tiers
                    .remove(&(creator, tier))
                    .ok_or(Error::UnknownTier)?,
            ),
        }
        Ok(Outcome::default())
    }

    fn check_seller(&self, caller: Who, creator: Creator) -> Result<(), Error> {
        if self.may_sell(creator, caller) {
            Ok(())
        } else {
            Err(Error::NotPermitted)
        }
    }

    fn listed(&mut self, creator: Creator, item: Item) -> Result<&mut (Offer, bool), Error> {
        let books = self.shops.get_mut(&creator).ok_or(Error::UnknownItem)?;
        books.items.get_mut(item as usize).ok_or(Error::UnknownItem)
    }

    // ---- Money in ----

    fn check_not_paused(&self) -> Result<(), Error> {
        match self.pause {
            Some(until) if self.now < until => Err(Error::Paused(until)),
            _ => Ok(()),
        }
    }

    fn tips(&mut self, caller: Who, value: u128, tips: &[(Creator, u128, usize)]) -> Done {
        self.check_not_paused()?;
        check_batch(tips.len())?;
        let mut total: u128 = 0;
        for (creator, amount, memo) in tips {
            if *amount == 0 {
                return Err(Error::ZeroTip.into());
            }
            if *memo > 140 {
                return Err(Error::MemoTooLong.into());
            }
            total = total.checked_add(*amount).ok_or(Error::Overflow)?;
            self.receive(*creator, *amount)?;
        }
        if total != value {
            return Err(Error::WrongValue(total).into());
        }
        self.transfer(caller, STOREFRONT, total);
        let told = |&(creator, amount, length): &(Creator, u128, usize)| {
            let memo = memo(length);
            Payment::Tip(Tip {
                creator,
                amount,
                memo,
            })
        };
        Ok(Outcome {
            payments: tips.iter().map(told).collect(),
            ..quiet()
        })
    }

    fn receive(&mut self, creator: Creator, amount: u128) -> Result<(), Error> {
        let books = self.shops.get_mut(&creator).ok_or(Error::NotOpen)?;
        // The contract's books have no room for what does not exist, whatever left them before.
        books.balance().checked_add(amount).ok_or(Error::Overflow)?;
        books.received = books.received.checked_add(amount).ok_or(Error::Overflow)?;
        Ok(())
    }

    fn buy(&mut self, caller: Who, value: u128, orders: &[(Creator, Item)], terms: &Terms) -> Done {
        self.check_not_paused()?;
        check_batch(orders.len())?;
        let owner = terms.gift.unwrap_or(caller);
        let deposit = self.page_deposit(orders, owner);
        let (mut total, mut referred): (u128, u128) = (0, 0);
        let mut payments = Vec::new();
        for &(creator, item) in orders {
            let (offer, retired) = self.listed(creator, item)?.clone();
            if retired {
                return Err(Error::Retired.into());
            }
            let referral = match terms.referrer {
                Some(_) => offer.price * u128::from(offer.referral) / 10_000,
                None => 0,
            };
            total = total.checked_add(offer.price).ok_or(Error::Overflow)?;
            referred += referral;
            self.receive(creator, offer.price - referral)?;
            let time = self.give(creator, item, owner, caller, &offer)?;
            payments.push(Payment::Purchase {
                creator,
                item,
                owner: self.accounts[owner],
                paid: offer.price,
                until: time.map(|(_, until)| until),
                referral,
            });
        }
        self.take_price(caller, value, total, terms.max)?;
        if let Some(referrer) = terms.referrer {
            self.refer(caller, referrer, referred)?;
        }
        Ok(Outcome {
            payments,
            deposit,
            ..Outcome::default()
        })
    }

    /// The first purchase from a page locks a deposit, any other one for ever does not.
    fn page_deposit(&self, orders: &[(Creator, Item)], owner: Who) -> Deposit {
        let known = |&(creator, item): &(Creator, Item)| self.has_page(creator, item, owner);
        let for_ever = |&(creator, item): &(Creator, Item)| {
            let offer = self.offer(creator, item);
            offer.is_some_and(|(offer, _)| offer.period.is_none())
        };
        if !orders.iter().all(known) {
            Deposit::Locked
        } else if orders.iter().all(for_ever) {
            Deposit::None
        } else {
            Deposit::Any
        }
    }

    fn give(
        &mut self,
        creator: Creator,
        item: Item,
        owner: Who,
        payer: Who,
        offer: &Offer,
    ) -> Result<Option<(u64, u64)>, Error> {
        let standing: Vec<&Bought> = self.standing(creator, item, owner).collect();
        let time = match offer.period {
            Some(period) => {
                let ends = standing.iter().filter_map(|one| one.time);
                let from = ends.map(|(_, until)| until).fold(self.now, u64::max);
                if from == u64::MAX {
                    return Err(Error::Access(AccessError::AlreadyOwned));
                }
                Some((from, from.saturating_add(period)))
            }
            None if !standing.is_empty() => return Err(Error::Access(AccessError::AlreadyOwned)),
            None => None,
        };
        self.purchases.push(Bought {
            creator,
            item,
            owner,
            payer,
            paid: offer.price,
            time,
            refunded: false,
        });
        Ok(time)
    }

    fn take_price(
        &mut self,
        caller: Who,
        value: u128,
        price: u128,
        max: u128,
    ) -> Result<(), Error> {
        if price > max {
            return Err(Error::PriceAboveMax(price));
        }
        if price > value {
            return Err(Error::ValueTooLow(price));
        }
        self.transfer(caller, STOREFRONT, price);
        Ok(())
    }

    fn refer(&mut self, caller: Who, referrer: Who, amount: u128) -> Result<(), Error> {
        if caller == referrer {
            return Err(Error::SelfReferral);
        }
        match self.waiting.get_mut(&referrer) {
            Some(waiting) if waiting.enrolled => {
                let fee = amount * u128::from(self.fee) / 10_000;
                waiting.amount += amount - fee;
                self.fees += fee;
                Ok(())
            }
            _ => Err(Error::ReferrerNotEnrolled),
        }
    }

    fn buy_blinded(
        &mut self,
        caller: Who,
        value: u128,
        creator: Creator,
        tier: u8,
        max: u128,
    ) -> Done {
        self.check_not_paused()?;
        let price = self.tiers.get(&(creator, tier)).copied();
        let paid = price.ok_or(Error::UnknownTier)?;
        self.take_price(caller, value, paid, max)?;
        self.receive(creator, paid)?;
        let payment = Payment::Blinded {
            creator,
            tier,
            paid,
            commitment: BLIND,
        };
        Ok(Outcome {
            payments: vec![payment],
            ..quiet()
        })
    }

    // ---- Money out ----

    fn refund(
        &mut self,
        caller: Who,
        creator: Creator,
        item: Item,
        owner: Who,
        history: &[(Item, Who, u128)],
    ) -> Done {
        if self.person(creator).is_none_or(|one| one.owner != caller) {
            return Err(Error::NotPermitted.into());
        }
        self.listed(creator, item)?;
        let truth = self.history(creator, item, owner);
        let same = |one: &&mut Bought| (one.creator, one.item, one.owner) == (creator, item, owner);
        let latest = self.purchases.iter_mut().filter(same).next_back();
        let bought = latest
            .filter(|one| !one.refunded)
            .ok_or(Error::Access(AccessError::NotBought))?;
        if bought.time.is_none() && truth != history {
            return Err(Error::Access(AccessError::WrongHistory).into());
        }
        bought.refunded = true;
        let (payer, paid) = (bought.payer, bought.paid);
        let books = self.shops.get_mut(&creator).ok_or(Error::NotOpen)?;
        if books.due() < paid {
            return Err(Error::BooksTooLow(books.due()).into());
        }
        books.refunded += paid;
        let (share, deposit) = self.send_or_keep(payer, paid);
        let owner = self.accounts[owner];
        Ok(Outcome {
            release: Some(Release::Refund {
                creator,
                item,
                owner,
                share,
            }),
            // An ended pass shrinks nothing, and neither does a page.
            deposit,
            ..Outcome::default()
        })
    }

    fn payout(&mut self, creator: Creator) -> Done {
        let points = self.fee;
        let person = self.person(creator).cloned();
        let books = self.shops.get_mut(&creator).ok_or(Error::NotOpen)?;
        if books.due() == 0 {
            return Err(Error::NothingDue.into());
        }
        let person = person.ok_or(Error::RegistryFailed)?;
        let split = person.split.unwrap_or(vec![(person.owner, 1_000_000)]);
        let due = books.due();
        let fee_before = books.fee(points);
        books.settled += due;
        let fee = books.fee(points) - fee_before;

        if books.version != person.versions || books.parts.is_empty() {
            books.divided = books.set_aside();
            books.version = person.versions;
            books.parts = vec![0; split.len()];
        }
        let before = books.shares();
        books.divided += due - fee;
        books.parts = split.iter().map(|(_, parts)| *parts).collect();
        let after = books.shares();
        self.fees += fee;

        let (mut shares, mut deposit) = (Vec::new(), Deposit::None);
        for ((account, _), (before, after)) in split.iter().zip(before.iter().zip(after)) {
            let (share, locked) = self.send_or_keep(*account, after - before);
            shares.push(share);
            if locked == Deposit::Locked {
                deposit = locked;
            }
        }
        Ok(Outcome {
            release: Some(Release::Payout {
                creator,
                fee,
                shares,
            }),
            deposit,
            ..Outcome::default()
        })
    }

    fn send_or_keep(&mut self, to: Who, amount: u128) -> (Share, Deposit) {
        let sent = self.release(to, amount);
        let mut deposit = Deposit::None;
        if !sent {
            if !self.waiting.contains_key(&to) {
                deposit = Deposit::Locked;
            }
            self.waiting.entry(to).or_default().amount += amount;
        }
        let account = self.accounts[to];
        let share = Share {
            account,
            amount,
            sent,
        };
        (share, deposit)
    }

    fn withdraw(&mut self, to: Who) -> Done {
        let waiting = self.waiting.get_mut(&to).ok_or(Error::NothingDue)?;
        let amount = std::mem::take(&mut waiting.amount);
        let account = self.accounts[to];
        self.send(to, amount, Release::Withdrawal { account, amount })
    }

    fn withdraw_fees(&mut self) -> Done {
        let amount = std::mem::take(&mut self.fees);
        self.send(TREASURY, amount, Release::Fees { amount })
    }

    fn send(&mut self, to: Who, amount: u128, release: Release) -> Done {
        if amount == 0 {
            return Err(Error::NothingDue.into());
        }
        if !self.release(to, amount) {
            return Err(Error::TransferFailed.into());
        }
        Ok(Outcome {
            release: Some(release),
            ..quiet()
        })
    }

    // ---- Referrers, guardian ----

    fn enroll(&mut self, caller: Who) -> Done {
        let fresh = Waiting {
            own_deposit: !self.waiting.contains_key(&caller),
            ..Waiting::default()
        };
        let waiting = self.waiting.entry(caller).or_insert(fresh);
        if std::mem::replace(&mut waiting.enrolled, true) {
            return Err(Error::AlreadyEnrolled.into());
        }
        Ok(Outcome::default())
    }

    fn leave(&mut self, caller: Who) -> Done {
        let waiting = self.waiting.get_mut(&caller).ok_or(Error::NotEnrolled)?;
        if !std::mem::replace(&mut waiting.enrolled, false) {
            return Err(Error::NotEnrolled.into());
        }
        if waiting.amount > 0 {
            return Err(Error::StillOwed(waiting.amount).into());
        }
        if waiting.own_deposit {
            self.waiting.remove(&caller);
        }
        Ok(Outcome::default())
    }

    fn check_guardian(&self, caller: Who) -> Result<(), Error> {
        if self.guarded && caller == GUARDIAN {
            Ok(())
        } else {
            Err(Error::NotGuardian)
        }
    }

    fn begin_pause(&mut self, caller: Who, duration: u64) -> Done {
        self.check_guardian(caller)?;
        if duration == 0 || duration > 7 * DAY {
            return Err(Error::BadPause(PauseError::Duration).into());
        }
        let next = self.pause.map_or(0, |until| until + 7 * DAY);
        if self.now < next {
            return Err(Error::BadPause(PauseError::NotBefore(next)).into());
        }
        self.pause = Some(self.now + duration);
        Ok(quiet())
    }

    fn end_pause(&mut self, caller: Who) -> Done {
        self.check_guardian(caller)?;
        self.pause = self.pause.map(|until| until.min(self.now));
        Ok(quiet())
    }
}

fn check_batch(size: usize) -> Result<(), Error> {
    if (1..=64).contains(&size) {
        Ok(())
    } else {
        Err(Error::BatchSize)
    }
}

fn check_offer(offer: &Offer) -> Result<(), Error> {
    let wrong = if offer.price == 0 {
        ListingError::ZeroPrice
    } else if offer.period == Some(0) {
        ListingError::ZeroPeriod
    } else if offer.referral > 10_000 {
        ListingError::ReferralTooHigh
    } else {
        return Ok(());
    };
    Err(Error::BadListing(wrong))
}
