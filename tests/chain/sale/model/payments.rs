//! Deciding what a step is about that moves money or time; see [`super::resolve`].

use super::{
    action::{
        Action, Call, Creator, Item, Offer, Terms, Wanted, Who, ACCOUNTS, GUARDIAN, OWNERS,
        SIGNERS, STOREFRONT, TREASURY,
    },
    books::{Books, Bought, Handle},
    resolve::{call, free, most, Resolver, ABSURD, TIERS},
    steps::Kind,
};
use farthing_chain::existential_deposit;
use farthing_types::DAY;

impl Resolver<'_> {
    // ---- Money in ----

    pub fn tip(&self) -> Call {
        let memo = if self.spoilt(1, 5) {
            141
        } else {
            self.step.dice[1] % 141
        };
        let creator = self.creator(|one| self.is_open(one));
        if self.step.kind == Kind::Tip {
            let value = if self.spoilt(2, 5) {
                0
            } else {
                self.step.amount
            };
            return call(self.signer(), value, Action::Tip { creator, memo });
        }
        let open: Vec<Creator> = self.model.shops.keys().copied().collect();
        let any = |die: usize| open.get(die.checked_rem(open.len()).unwrap_or(0)).copied();
        let times = if self.step.dice[2] % 20 == 0 {
            64
        } else {
            self.step.list.len()
        };
        let mut tips: Vec<(Creator, u128, usize)> = (0..times)
            .filter_map(|n| self.step.list.get(n % self.step.list.len()))
            .map(|(die, amount)| (any(*die).unwrap_or(0), *amount, die % 141))
            .collect();
        match self.step.flaw % 14 {
            3 => tips.push((creator, 0, 0)),
            4 => tips.push((creator, 1, 141)),
            5 => tips.clear(),
            6 => tips = vec![(creator, 1, 0); 65],
            7 => tips.push((creator, u128::MAX, 0)),
            8 => tips.push((self.model.creators.len() as u32, 1, 0)),
            _ => {}
        }
        let sum = tips
            .iter()
            .fold(0u128, |sum, tip| sum.saturating_add(tip.1))
            .min(most());
        let value = match self.step.flaw % 14 {
            9 => sum + 1,
            10 => sum.saturating_sub(1),
            _ => sum,
        };
        call(self.signer(), value, Action::TipMany { tips })
    }

    pub fn buy(&self) -> Call {
        let payer = self.signer();
        let gift = (self.step.dice[2] % 3 == 0).then_some(self.step.dice[3] % OWNERS);
        let owner = gift.unwrap_or(payer);
        let mut orders = Vec::new();
        let dice = self.step.list.iter().map(|(die, _)| *die);
        let dice: Vec<usize> = std::iter::once(self.step.dice[1]).chain(dice).collect();
        let count = match self.step.kind {
            Kind::Buy => 1,
            _ if self.spoilt(3, 16) => 65,
            _ if self.step.dice[0] % 20 == 0 => 64,
            _ => dice.len(),
        };
        let mut shelf = self.shelf(owner);
        for n in 0..count {
            let Some(index) = (dice[n % dice.len()] + n).checked_rem(shelf.len()) else {
                break;
            };
            let order = shelf[index];
            orders.push(order);
            let for_ever = self
                .model
                .listed(order.0, order.1)
                .is_some_and(|one| one.offer.period.is_none());
            if for_ever && !self.spoilt(4, 16) {
                shelf.remove(index);
            }
        }
        if orders.is_empty() && self.step.kind == Kind::Buy || self.spoilt(5, 16) {
            orders.push((self.creator(|_| true), u32::MAX));
        }
        let (value, orders) = self.agree_to(&orders);
        let terms = Terms {
            gift,
            referrer: self.referrer(payer),
        };
        let action = match self.step.kind {
            Kind::Buy => Action::Buy {
                order: orders[0],
                terms,
            },
            _ => Action::BuyMany { orders, terms },
        };
        call(payer, value, action)
    }

    /// What `owner` can buy; if the step is to be spoilt so, all there is.
    fn shelf(&self, owner: Who) -> Vec<(Creator, Item)> {
        let mut shelf = Vec::new();
        for (creator, books) in &self.model.shops {
            for (item, listed) in books.items.iter().enumerate() {
                let (item, offer) = (item as u32, &listed.offer);
                let owned = self.model.owns_for_ever(*creator, item, owner);
                let free = offer.price == 0 && !offer.pay_what_you_want;
                let out = self.model.left(*creator, item) == Some(0);
                let fit = !listed.retired && offer.price < ABSURD && !owned && !free && !out;
                if fit || self.spoilt(6, 8) {
                    shelf.push((*creator, item));
                }
            }
        }
        shelf
    }

    /// How much the payer attaches, and what each order may cost at most.
    fn agree_to(&self, orders: &[(Creator, Item)]) -> (u128, Vec<Wanted>) {
        let spare = self.step.amount * u128::from(self.step.dice[3] % 3 == 0);
        let mut total: u128 = 0;
        let mut wanted = Vec::new();
        for (n, (creator, item)) in orders.iter().enumerate() {
            let listed = self.model.listed(*creator, *item);
            // Where one pays what one wants, a little more or the price itself.
            let more = |one: &Offer| match one.pay_what_you_want && one.price < ABSURD {
                true => self.step.amount % 1_000 * u128::from(self.step.dice[2] % 3 > 0),
                false => 0,
            };
            let price = listed.map_or(0, |one| one.offer.price + more(&one.offer));
            total = total.saturating_add(price);
            let edition = match (self.step.dice[2] + n) % 3 {
                0 => listed.map(|one| one.edition),
                _ => self.spoilt(4, 8).then_some(7),
            };
            let less = self.spoilt(1, 16) && (n + self.step.dice[1]) % 3 > 0;
            let max = match less {
                true => price.saturating_sub(1),
                false => price.saturating_add(spare),
            };
            if listed.is_some_and(|one| one.offer.pay_what_you_want) && !less {
                total = total.saturating_add(spare);
            }
            wanted.push((*creator, *item, max, edition));
        }
        let value = match self.spoilt(2, 16) {
            true => total.saturating_sub(1),
            false => total.saturating_add(spare),
        };
        (value.min(most()), wanted)
    }

    fn referrer(&self, payer: Who) -> Option<Who> {
        match self.step.dice[0] % 2 {
            0 if self.spoilt(7, 8) => Some(self.step.dice[3] % OWNERS),
            0 => Some(self.step.dice[3] % ACCOUNTS).filter(|who| *who != payer),
            _ => None,
        }
    }

    pub fn buy_blinded(&self) -> Call {
        let tiers: Vec<(Creator, u8)> = self.model.tiers.keys().copied().collect();
        let (creator, tier) = match self.die(0, &tiers) {
            Some(one) if !self.spoilt(1, 5) => one,
            _ => (self.creator(|_| true), TIERS),
        };
        let price = self.model.tiers.get(&(creator, tier)).copied().unwrap_or(9);
        let max = price - u128::from(self.spoilt(2, 5));
        let value = price - u128::from(self.spoilt(3, 5))
            + self.step.amount * u128::from(self.spoilt(4, 5));
        let blinded = Action::BuyBlinded { creator, tier, max };
        call(self.signer(), value.min(most()), blinded)
    }

    // ---- Money out ----

    pub fn refund(&self) -> Call {
        let model = self.model;
        let fit = |one: &&Bought| !self.right() || !one.refunded;
        let all: Vec<&Bought> = model.purchases.iter().filter(fit).collect();
        let Some(one) = self.die(0, &all) else {
            return self.refund_nothing();
        };
        let (creator, item, owner) = (one.creator, one.item, one.owner);
        let whole = model.history(creator, item, owner);
        // Those that stand, of one page, in order; of many, the last that there is room for.
        let first = whole.len().saturating_sub(150);
        let place = first + self.step.dice[1] % (whole.len() - first).max(1);
        let skip = place - self.step.dice[2] % (place - first + 1);
        let mut history = whole[skip.min(whole.len())..].to_vec();
        let mut which = vec![(place - skip) as u32];
        for (die, _) in &self.step.list {
            let next = which[which.len() - 1] + 1 + (die % 3) as u32;
            if (next as usize) < history.len() && die % 2 == 0 {
                which.push(next);
            }
        }
        let sum: u128 = which
            .iter()
            .filter_map(|place| history.get(*place as usize))
            .map(|one| one.2)
            .sum();
        let index = self.step.dice[1] % history.len().max(1);
        match self.step.flaw % 14 {
            4 => drop(history.pop()),
            5 if !history.is_empty() => drop(history.remove(0)),
            6 if !history.is_empty() => history[index].2 += 1,
            7 if !history.is_empty() => history[index].1 = (history[index].1 + 1) % SIGNERS,
            8 if history.len() > 1 => history.swap(0, 1),
            9 => history.push((item, owner, 1, None)),
            10 => history.clear(),
            11 => which.push(history.len() as u32),
            12 => which.clear(),
            _ => {}
        }
        let owner = match self.step.flaw % 14 {
            13 => STOREFRONT,
            _ => owner,
        };
        let due = model.shops.get(&creator).map_or(0, |books| books.due);
        let missing = sum.saturating_sub(due);
        let value = match self.spoilt(3, 16) {
            true => missing.saturating_sub(1),
            false => missing + self.step.amount * u128::from(self.step.dice[3] % 2 == 0),
        };
        let refund = Action::Refund {
            creator,
            item,
            owner,
            skip,
            history,
            which,
        };
        call(self.owner(creator), value.min(most()), refund)
    }

    fn refund_nothing(&self) -> Call {
        let creator = self.creator(|one| self.is_open(one));
        let refund = Action::Refund {
            creator,
            item: self.item(1, creator, |_| true),
            owner: self.signer(),
            skip: 0,
            history: Vec::new(),
            which: vec![0],
        };
        free(self.owner(creator), refund)
    }

    pub fn other(&self) -> Call {
        let who = self.signer();
        let model = self.model;
        let guardian = if self.spoilt(1, 4) { who } else { GUARDIAN };
        match self.step.kind {
            Kind::Payout => {
                let due = |one| {
                    let books = model.shops.get(&one);
                    books.is_some_and(|books| books.balance() > 0)
                };
                let creator = self.creator(due);
                free(who, Action::Payout { creator })
            }
            Kind::PayoutDeleted => {
                let waits = |one: &(&Creator, &Books)| {
                    let gone = self.model.person(*one.0).is_none();
                    !self.right() || gone && one.1.balance() > 0
                };
                let fit: Vec<_> = model.shops.iter().filter(waits).collect();
                let (creator, mut recipients) = match self.die(0, &fit) {
                    Some((creator, books)) => (*creator, books.split.clone()),
                    None => (self.creator(|_| true), Vec::new()),
                };
                if self.spoilt(1, 3) {
                    recipients.push((who, 1));
                }
                let message = Action::PayoutDeleted {
                    creator,
                    recipients,
                };
                free(who, message)
            }
            Kind::Refresh => {
                let creator = self.creator(|one| self.is_open(one));
                free(who, Action::Refresh { creator })
            }
            Kind::WithdrawFees => free(who, Action::WithdrawFees),
            Kind::Pause => {
                let duration = match self.step.flaw % 6 {
                    2 => 0,
                    3 => 7 * DAY + 1,
                    4 => 7 * DAY,
                    _ => 30_000 + self.step.dice[1] as u64,
                };
                free(guardian, Action::Pause { duration })
            }
            _ => free(guardian, Action::Resume),
        }
    }

    // ---- Past the contracts ----

    pub fn send(&self) -> Call {
        let to = match self.step.dice[0] % 3 {
            // So that what was kept for it can be sent at last.
            0 if self.model.fees > 0 && self.step.dice[2] % 2 == 0 => TREASURY,
            0 => STOREFRONT,
            _ => self.step.dice[1] % ACCOUNTS,
        };
        let exists = self.model.balances[to] > 0;
        let least = if exists { 1 } else { existential_deposit() };
        let value = self.step.amount.max(least);
        call(self.signer(), value, Action::Send { to })
    }

    /// Mostly some time; often to the very millisecond at which something ends, or the one before.
    pub fn jump(&self) -> Action {
        let ends = self.ends();
        let millis = match (self.step.dice[0] % 12, self.die(1, &ends)) {
            (0..6, Some(end)) => {
                let early = u64::from(self.step.dice[2] % 3 == 0);
                end.saturating_sub(self.model.now + early)
            }
            (6, _) if self.step.dice[3] % 2 == 0 => 8 * DAY,
            (7..9, _) => 3_600_000,
            _ => 6_000,
        };
        // A chain's clock takes no smaller steps.
        let millis = millis.max(5);
        Action::Jump { millis }
    }

    fn ends(&self) -> Vec<u64> {
        let model = self.model;
        let passes = model
            .purchases
            .iter()
            .filter(|one| one.period.is_some() && !one.refunded)
            .filter_map(|one| model.end(one.creator, one.item, one.owner));
        let claims = model
            .commitments
            .values()
            .flat_map(|(_, _, at)| [at + DAY, at + DAY + 1]);
        let handles = model.handles.values().filter_map(|state| match state {
            Handle::Released(_, free) => Some(*free),
            _ => None,
        });
        let pause = model
            .pause
            .iter()
            .flat_map(|until| [*until, until + 7 * DAY]);
        let soon = model.now + 5..model.now + 31 * DAY;
        let all = passes.chain(claims).chain(handles).chain(pause);
        let mut ends: Vec<u64> = all.filter(|end| soon.contains(end)).collect();
        // Mostly what ends next: commitments would never live if time flew.
        ends.sort_unstable();
        ends.truncate(if self.step.dice[3] % 8 == 0 {
            ends.len()
        } else {
            2
        });
        ends
    }
}
