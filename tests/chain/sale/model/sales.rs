//! The storefront contract's rules, as its documentation tells them.

use super::{
    action::{
        About, Action, Creator, Deposit, Item, Offer, Outcome, Refusal, Terms, Told, Wanted, Who,
        GUARDIAN, STOREFRONT, TREASURY,
    },
    books::{Books, Bought, Listed, Model},
};
use farthing_contracts::storefront::{
    access::{AccessError, Purchase, Term},
    catalogue::ListingError,
    events::{Kept, Payment, Release, Share, Tip},
    Error,
};
use farthing_types::{pause::PauseError, text::TextError, DAY};

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
            Publish {
                creator,
                offer,
                about,
            } => self.publish(caller, creator, offer, about),
            Revise {
                creator,
                item,
                about,
            } => self.revise(caller, creator, item, about),
            Give {
                creator,
                item,
                owner,
            } => self.give(caller, creator, item, owner),
            SetPrice {
                creator,
                item,
                price,
            } => self.set_price(caller, creator, item, price),
            Retire { creator, item } => self.retire(caller, creator, item),
            Relist { creator, item } => self.relist(caller, creator, item),
            SetItemTier {
                creator,
                item,
                tier,
            } => self.set_item_tier(caller, creator, item, tier),
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
                skip,
                history,
                which,
            } => self.refund(
                caller,
                value,
                (creator, item, owner),
                skip,
                &history,
                &which,
            ),
            Payout { creator } => self.payout(creator),
            PayoutDeleted {
                creator,
                recipients,
            } => self.payout_deleted(creator, &recipients),
            Refresh { creator } => self.refresh(creator),
            WithdrawFees => self.withdraw_fees(),
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
        self.follow(creator);
        Ok(Outcome {
            deposit: Deposit::Locked,
            ..Outcome::default()
        })
    }

    fn publish(&mut self, caller: Who, creator: Creator, offer: Offer, about: About) -> Done {
        check_offer(&offer)?;
        check_about(&about)?;
        self.check_seller(caller, creator)?;
        if offer.referral > 0 {
            self.check_pricer(caller, creator)?;
        }
        let books = self.shops.get_mut(&creator).ok_or(Error::NotOpen)?;
        let number = books.items.len() as u32;
        books.items.push(Listed {
            offer,
            retired: false,
            edition: 1,
            about,
        });
        Ok(Outcome {
            number: Some(number),
            deposit: Deposit::Locked,
            ..Outcome::default()
        })
    }

    fn revise(&mut self, caller: Who, creator: Creator, item: Item, about: About) -> Done {
        check_about(&about)?;
        self.check_seller(caller, creator)?;
        let listed = self.listed_mut(creator, item)?;
        listed.edition += 1;
        listed.about = about;
        Ok(Outcome {
            number: Some(listed.edition),
            ..Outcome::default()
        })
    }

    fn set_price(&mut self, caller: Who, creator: Creator, item: Item, price: u128) -> Done {
        self.check_pricer(caller, creator)?;
        self.listed_mut(creator, item)?.offer.price = price;
        Ok(quiet())
    }

    fn retire(&mut self, caller: Who, creator: Creator, item: Item) -> Done {
        self.check_seller(caller, creator)?;
        let retired = &mut self.listed_mut(creator, item)?.retired;
        if std::mem::replace(retired, true) {
            return Err(Error::Retired.into());
        }
        Ok(quiet())
    }

    fn relist(&mut self, caller: Who, creator: Creator, item: Item) -> Done {
        self.check_seller(caller, creator)?;
        let retired = &mut self.listed_mut(creator, item)?.retired;
        if !std::mem::replace(retired, false) {
            return Err(Error::OnSale.into());
        }
        Ok(quiet())
    }

    fn set_item_tier(
        &mut self,
        caller: Who,
        creator: Creator,
        item: Item,
        tier: Option<u8>,
    ) -> Done {
        self.check_pricer(caller, creator)?;
        self.listed_mut(creator, item)?.offer.tier = tier;
        Ok(Outcome::default())
    }

    fn set_tier(&mut self, caller: Who, creator: Creator, tier: u8, price: Option<u128>) -> Done {
        self.check_pricer(caller, creator)?;
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

    fn check_pricer(&self, caller: Who, creator: Creator) -> Result<(), Error> {
        if self.may_price(creator, caller) {
            Ok(())
        } else {
            Err(Error::NotPermitted)
        }
    }

    fn listed_mut(&mut self, creator: Creator, item: Item) -> Result<&mut Listed, Error> {
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
        for (_, amount, memo) in tips {
            if *amount == 0 {
                return Err(Error::ZeroTip.into());
            }
            if *memo > 140 {
                return Err(Error::MemoTooLong.into());
            }
            total = total.checked_add(*amount).ok_or(Error::Overflow)?;
        }
        if total != value {
            return Err(Error::WrongValue(total).into());
        }
        self.transfer(caller, STOREFRONT, total);
        let parts: Vec<_> = tips
            .iter()
            .map(|(creator, amount, _)| (*creator, self.parts(*amount, 0)))
            .collect();
        let kept = self.pay_on(&parts)?;
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
            kept,
            ..quiet()
        })
    }

    /// Fee, referrer's share, and the rest.
    fn parts(&self, paid: u128, referral: u16) -> [u128; 3] {
        let points = |amount: u128, points: u16| amount * u128::from(points) / 10_000;
        let share = points(paid, referral);
        let share = share - points(share, self.fee);
        let fee = points(paid, self.fee);
        [fee, share, paid - fee - share]
    }

    /// Sends on what creators and treasury get: a creator's runs of payments at once, and all fees.
    fn pay_on(&mut self, payments: &[(Creator, [u128; 3])]) -> Result<Vec<Kept>, Error> {
        let mut kept = Vec::new();
        for run in payments.chunk_by(|one, next| one.0 == next.0) {
            let (creator, amount) = (run[0].0, run.iter().map(|one| one.1[2]).sum());
            let payee = self.shops.get(&creator).ok_or(Error::NotOpen)?.payee;
            let sent = payee.is_some_and(|who| self.release(who, amount));
            if amount > 0 && !sent {
                let books = self.shops.get_mut(&creator).ok_or(Error::NotOpen)?;
                books.due += amount;
                kept.push(Kept::Creator { creator, amount });
            }
        }
        let amount = payments.iter().map(|one| one.1[0]).sum();
        if !self.release(TREASURY, amount) {
            self.fees += amount;
            kept.push(Kept::Fee { amount });
        }
        Ok(kept)
    }

    fn buy(&mut self, caller: Who, value: u128, orders: &[Wanted], terms: &Terms) -> Done {
        self.check_not_paused()?;
        check_batch(orders.len())?;
        let owner = terms.gift.unwrap_or(caller);
        if terms
            .referrer
            .is_some_and(|who| who == caller || who == owner)
        {
            return Err(Error::SelfReferral.into());
        }
        let mut why = None;
        let mut deposit = Deposit::None;
        let mut sales = Vec::new();
        for &wanted in orders {
            let (creator, item, ..) = wanted;
            let listed = self.listed_mut(creator, item)?.clone();
            let new_page = !self.has_page(creator, item, owner);
            let filled = charge(&listed, wanted).and_then(|paid| {
                let term = self.grant(caller, owner, (creator, item), paid, &listed.offer)?;
                Ok((paid, term))
            });
            match filled {
                Err(skipped) => why = Some(skipped),
                Ok((paid, term)) => {
                    if new_page {
                        deposit = Deposit::Locked;
                    } else if term.is_some() && deposit == Deposit::None {
                        deposit = Deposit::Any;
                    }
                    sales.push((creator, item, paid, listed.offer.referral, term));
                }
            }
        }
        if let (true, Some(why)) = (sales.is_empty(), why) {
            return Err(why.into());
        }
        let mut total: u128 = 0;
        for (_, _, paid, ..) in &sales {
            total = total.checked_add(*paid).ok_or(Error::Overflow)?;
        }
        if total > value {
            return Err(Error::ValueTooLow(total).into());
        }
        self.transfer(caller, STOREFRONT, total);
        let referred = |referral: u16| terms.referrer.map_or(0, |_| referral);
        let mut parts: Vec<_> = sales
            .iter()
            .map(|(creator, _, paid, referral, _)| {
                (*creator, self.parts(*paid, referred(*referral)))
            })
            .collect();
        if let Some(referrer) = terms.referrer {
            let shares = parts.iter().map(|one| one.1[1]).sum();
            if !self.release(referrer, shares) {
                for (_, [_, share, rest]) in &mut parts {
                    *rest += std::mem::take(share);
                }
            }
        }
        let kept = self.pay_on(&parts)?;
        let account = self.accounts[owner];
        let told = sales.into_iter().zip(&parts);
        let told = told.map(
            |((creator, item, paid, _, term), (_, parts))| Payment::Purchase {
                creator,
                item,
                owner: account,
                paid,
                term,
                referral: parts[1],
            },
        );
        Ok(Outcome {
            payments: told.collect(),
            kept,
            deposit,
            ..Outcome::default()
        })
    }

    fn give(&mut self, caller: Who, creator: Creator, item: Item, owner: Who) -> Done {
        self.check_pricer(caller, creator)?;
        let offer = self.listed_mut(creator, item)?.offer.clone();
        let term = self.grant(caller, owner, (creator, item), 0, &offer)?;
        let payment = Payment::Purchase {
            creator,
            item,
            owner: self.accounts[owner],
            paid: 0,
            term,
            referral: 0,
        };
        Ok(Outcome {
            payments: vec![payment],
            ..Outcome::default()
        })
    }

    /// Gives access, unless there is nothing to give.
    fn grant(
        &mut self,
        payer: Who,
        owner: Who,
        (creator, item): (Creator, Item),
        paid: u128,
        offer: &Offer,
    ) -> Result<Option<Term>, Error> {
        let owned = match offer.period {
            Some(_) => self.end(creator, item, owner) == Some(u64::MAX),
            None => self.owns_for_ever(creator, item, owner),
        };
        if owned {
            return Err(Error::Access(AccessError::AlreadyOwned));
        }
        let had = self.of_item(creator, item, owner).next().is_some();
        let needs_copy = offer.period.is_none() || !had;
        if needs_copy && self.left(creator, item) == Some(0) {
            return Err(Error::SoldOut);
        }
        self.purchases.push(Bought {
            creator,
            item,
            owner,
            payer,
            paid,
            at: self.now,
            period: offer.period,
            refunded: false,
        });
        let terms = self.terms(creator, item, owner);
        Ok(offer.period.and(terms.last().copied()))
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
        if paid > max {
            return Err(Error::PriceAboveMax(paid).into());
        }
        if paid > value {
            return Err(Error::ValueTooLow(paid).into());
        }
        self.transfer(caller, STOREFRONT, paid);
        let kept = self.pay_on(&[(creator, self.parts(paid, 0))])?;
        let payment = Payment::Blinded {
            creator,
            tier,
            paid,
            commitment: BLIND,
        };
        Ok(Outcome {
            payments: vec![payment],
            kept,
            ..quiet()
        })
    }

    // ---- Money out ----

    fn refund(
        &mut self,
        caller: Who,
        value: u128,
        (creator, item, owner): (Creator, Item, Who),
        skip: usize,
        history: &[Told],
        which: &[u32],
    ) -> Done {
        if self.person(creator).is_none_or(|one| one.owner != caller) {
            return Err(Error::NotPermitted.into());
        }
        let not_bought = Error::Access(AccessError::NotBought);
        let Some(first) = history.first() else {
            return Err(not_bought.into());
        };
        let truth = self.history(creator, item, owner);
        let same_page = first.0 / 128 == item / 128;
        if !same_page || truth.get(skip..) != Some(history) {
            return Err(Error::Access(AccessError::WrongHistory).into());
        }
        let rising = which.windows(2).all(|two| two[0] < two[1]);
        let there = which.iter().all(|place| (*place as usize) < history.len());
        if which.is_empty() || !rising || !there {
            return Err(not_bought.into());
        }
        let gone: Vec<Told> = which.iter().map(|place| history[*place as usize]).collect();
        let places: Vec<usize> = which.iter().map(|place| skip + *place as usize).collect();
        self.strike(creator, item, owner, &places);

        let sum: u128 = gone.iter().map(|one| one.2).sum();
        let books = self.shops.get_mut(&creator).ok_or(Error::NotOpen)?;
        let taken = sum.min(books.due);
        books.due -= taken;
        let added = sum - taken;
        if added > value {
            return Err(Error::Missing(added).into());
        }
        self.transfer(caller, STOREFRONT, added);
        let mut sums: Vec<(Who, u128)> = Vec::new();
        for (_, payer, paid, _) in &gone {
            match sums.iter_mut().find(|(who, _)| who == payer) {
                Some((_, sum)) => *sum += paid,
                None => sums.push((*payer, *paid)),
            }
        }
        for (payer, sum) in sums {
            if !self.release(payer, sum) {
                return Err(Error::TransferFailed.into());
            }
        }
        let purchase = |(item, payer, paid, term): Told| Purchase {
            item,
            payer: self.accounts[payer],
            paid,
            term,
        };
        let release = Release::Refund {
            creator,
            owner: self.accounts[owner],
            purchases: gone.into_iter().map(purchase).collect(),
            added,
        };
        Ok(Outcome {
            release: Some(release),
            ..quiet()
        })
    }

    /// Marks purchases as refunded: those at these places among what stands of a page.
    fn strike(&mut self, creator: Creator, item: Item, owner: Who, places: &[usize]) {
        let on_page = |one: &&mut Bought| {
            (one.creator, one.owner, one.item / 128) == (creator, owner, item / 128)
                && !one.refunded
        };
        let standing = self.purchases.iter_mut().filter(on_page);
        for (_, one) in standing
            .enumerate()
            .filter(|(place, _)| places.contains(place))
        {
            one.refunded = true;
        }
    }

    fn refresh(&mut self, creator: Creator) -> Done {
        if !self.shops.contains_key(&creator) {
            return Err(Error::NotOpen.into());
        }
        self.person(creator).ok_or(Error::CreatorDeleted)?;
        self.follow(creator);
        Ok(quiet())
    }

    fn payout(&mut self, creator: Creator) -> Done {
        if !self.shops.contains_key(&creator) {
            return Err(Error::NotOpen.into());
        }
        let split = self.split(creator).ok_or(Error::CreatorDeleted)?;
        self.follow(creator);
        self.divide(creator, &split)
    }

    fn payout_deleted(&mut self, creator: Creator, recipients: &[(Who, u32)]) -> Done {
        let books = self.shops.get(&creator).ok_or(Error::NotOpen)?;
        if self.person(creator).is_some() {
            return Err(Error::NotDeleted.into());
        }
        if books.split != recipients {
            return Err(Error::WrongSplit.into());
        }
        self.divide(creator, recipients)
    }

    fn divide(&mut self, creator: Creator, split: &[(Who, u32)]) -> Done {
        let books = self.shops.get_mut(&creator).ok_or(Error::NotOpen)?;
        books.divided += std::mem::take(&mut books.due);
        books.parts = split.iter().map(|(_, parts)| *parts).collect();
        books.got.resize(split.len(), 0);
        let owed = books.shares();

        let (mut shares, mut refused, mut paid) = (Vec::new(), false, false);
        for (n, ((who, parts), amount)) in split.iter().zip(owed).enumerate() {
            let sent = self.release(*who, amount);
            refused |= !sent;
            paid |= sent && amount > 0;
            if sent {
                let books = self.shops.get_mut(&creator).ok_or(Error::NotOpen)?;
                books.got[n] += amount;
            }
            shares.push(Share {
                account: self.accounts[*who],
                parts: *parts,
                amount,
                sent,
            });
        }
        match (paid, refused) {
            (true, _) => Ok(Outcome {
                release: Some(Release::Payout { creator, shares }),
                ..quiet()
            }),
            (false, true) => Err(Error::TransferFailed.into()),
            (false, false) => Err(Error::NothingDue.into()),
        }
    }

    fn withdraw_fees(&mut self) -> Done {
        let amount = std::mem::take(&mut self.fees);
        if amount == 0 {
            return Err(Error::NothingDue.into());
        }
        if !self.release(TREASURY, amount) {
            return Err(Error::TransferFailed.into());
        }
        Ok(Outcome {
            release: Some(Release::Fees { amount }),
            ..quiet()
        })
    }

    // ---- Guardian ----

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
    let wrong = if offer.period == Some(0) {
        ListingError::ZeroPeriod
    } else if offer.referral > 10_000 {
        ListingError::ReferralTooHigh
    } else if offer.copies == Some(0) {
        ListingError::NoCopies
    } else {
        return Ok(());
    };
    Err(Error::BadListing(wrong))
}

fn check_about(about: &About) -> Result<(), Error> {
    let wrong = if about.title.is_empty() {
        ListingError::NoTitle
    } else if about.title.len() > 64 {
        ListingError::BadTitle(TextError::TooLong)
    } else if about.title.contains('\u{202e}') {
        ListingError::BadTitle(TextError::Unprintable)
    } else if about.uri.len() > 128 {
        ListingError::BadUri(TextError::TooLong)
    } else if about.uri.contains('\n') {
        ListingError::BadUri(TextError::Unprintable)
    } else {
        return Ok(());
    };
    Err(Error::BadListing(wrong))
}

/// What an order costs, unless it is one of those that are skipped.
fn charge(listed: &Listed, (_, _, max, edition): Wanted) -> Result<u128, Error> {
    let offer = &listed.offer;
    let paid = if offer.pay_what_you_want {
        max
    } else {
        offer.price
    };
    if listed.retired {
        Err(Error::Retired)
    } else if offer.price > max {
        Err(Error::PriceAboveMax(offer.price))
    } else if paid == 0 {
        Err(Error::Free)
    } else if edition.is_some_and(|seen| seen != listed.edition) {
        Err(Error::Revised(listed.edition))
    } else {
        Ok(paid)
    }
}
