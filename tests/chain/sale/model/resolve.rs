//! Deciding what a step is about, among what exists by then.
//!
//! A step without a flaw becomes a call that will go through, as far as there is one; a flaw spoils it
//! in one of the ways that its kind can be spoilt.

use super::{
    action::{About, Action, Call, Claim, Creator, Item, Offer, Who, ACCOUNTS, OWNERS, SIGNERS},
    books::{Handle, Listed, Model},
    people::WAIT,
    steps::{Kind, Step},
};
use farthing_chain::Profile;
use farthing_types::DAY;

/// Good handles, reserved ones, and one for each way in which a text is no handle.
pub const HANDLES: [&str; 18] = [
    "ann", "ben-2", "cat", "dog", "eve-x", "fox", "gnu", "hen", "ibis", "jay", "kid", "leo",
    "farthing", "admin", "Bad", "x", "-ab", "a--b",
];
const GOOD: usize = 12;
/// Tiers that are ever used.
pub const TIERS: u8 = 3;
/// The most that is ever attached to a call.
pub fn most() -> u128 {
    100_000 * Profile::current().unit()
}
/// A price that nobody can pay, and that multiplies with basis points without overflow.
pub const ABSURD: u128 = 1 << 110;

/// The salt of every claim; secrecy is not what is tested here.
pub const SALT: [u8; 32] = [7; 32];

/// The call that `step` is about.
pub fn resolve(step: &Step, model: &Model) -> Call {
    Resolver { step, model }.call()
}

pub struct Resolver<'a> {
    pub step: &'a Step,
    pub model: &'a Model,
}

impl Resolver<'_> {
    fn call(&self) -> Call {
        match self.step.kind {
            Kind::Commit
            | Kind::CancelCommitment
            | Kind::Register
            | Kind::ClaimHandle
            | Kind::ReleaseHandle
            | Kind::ForgetHandle => self.handle(),
            Kind::SetProfile
            | Kind::SetDelegate
            | Kind::Offer
            | Kind::Accept
            | Kind::SetPayout
            | Kind::UnsetPayout
            | Kind::Delete => self.ownership(),
            Kind::Open
            | Kind::Publish
            | Kind::Revise
            | Kind::SetPrice
            | Kind::Retire
            | Kind::Relist
            | Kind::SetItemTier
            | Kind::SetTier
            | Kind::Give => self.catalogue(),
            Kind::Tip | Kind::TipMany => self.tip(),
            Kind::Buy | Kind::BuyMany => self.buy(),
            Kind::BuyBlinded => self.buy_blinded(),
            Kind::Refund => self.refund(),
            Kind::Send => self.send(),
            Kind::Jump => free(0, self.jump()),
            _ => self.other(),
        }
    }

    // ---- Dice ----

    pub fn right(&self) -> bool {
        self.step.flaw == 0
    }

    /// Whether the step is spoilt in way `which` of `ways`.
    pub fn spoilt(&self, which: usize, ways: usize) -> bool {
        !self.right() && self.step.flaw % ways == which
    }

    pub fn signer(&self) -> Who {
        self.step.who % SIGNERS
    }

    pub fn die<T: Clone>(&self, n: usize, of: &[T]) -> Option<T> {
        let index = self.step.dice[n].checked_rem(of.len())?;
        of.get(index).cloned()
    }

    /// A creator for which `good` holds, if there is one and the step is to be right.
    pub fn creator(&self, good: impl Fn(Creator) -> bool) -> Creator {
        let count = self.model.creators.len() as u32;
        let there = |one: &Creator| !self.right() || self.model.person(*one).is_some();
        let all: Vec<Creator> = (0..count).filter(there).collect();
        let fit: Vec<Creator> = all.iter().copied().filter(|one| good(*one)).collect();
        if self.spoilt(0, 8) {
            return count;
        }
        let from = if self.right() { fit } else { all };
        self.die(0, &from).unwrap_or(0)
    }

    pub fn owner(&self, creator: Creator) -> Who {
        match self.model.person(creator) {
            Some(person) if !self.spoilt(1, 4) => person.owner,
            _ => self.signer(),
        }
    }

    fn seller(&self, creator: Creator) -> Who {
        let prices = matches!(
            self.step.kind,
            Kind::SetPrice | Kind::SetItemTier | Kind::SetTier | Kind::Give
        );
        let may = |who: &Who| match prices {
            true => self.model.may_price(creator, *who),
            false => self.model.may_sell(creator, *who),
        };
        let sellers: Vec<Who> = (0..SIGNERS).filter(may).collect();
        match self.die(3, &sellers) {
            Some(seller) if !self.spoilt(1, 4) => seller,
            _ => self.signer(),
        }
    }

    pub fn is_open(&self, creator: Creator) -> bool {
        self.model.shops.contains_key(&creator)
    }

    pub fn item(&self, n: usize, creator: Creator, good: impl Fn(&Listed) -> bool) -> Item {
        let books = self.model.shops.get(&creator);
        let items = books.map_or(&[][..], |books| &books.items);
        let fit = |item: &Item| self.spoilt(2, 8) || good(&items[*item as usize]);
        let fit: Vec<Item> = (0..items.len() as u32).filter(fit).collect();
        self.die(n, &fit).unwrap_or(items.len() as u32)
    }

    // ---- Registry ----

    fn handle(&self) -> Call {
        let who = self.signer();
        match self.step.kind {
            Kind::Commit => {
                // Often someone whose creator has no handle, so that handles are claimed back.
                let without = self
                    .model
                    .creators
                    .iter()
                    .filter(|one| one.handle.is_none() && !one.deleted);
                let without: Vec<Who> = without.map(|one| one.owner).collect();
                let claimant = self.die(3, &without).filter(|_| self.step.dice[2] % 2 == 0);
                let who = claimant.unwrap_or(who);
                free(who, self.commit(who))
            }
            Kind::CancelCommitment => {
                let over = |one: &(&Who, &(Claim, u32, u64))| {
                    !self.right() || self.model.now > one.1 .2 + DAY
                };
                let fit: Vec<_> = self.model.commitments.iter().filter(over).collect();
                let who = self.die(2, &fit).map_or(who, |one| *one.0);
                free(who, Action::CancelCommitment)
            }
            Kind::Register => {
                let who = self.committed().unwrap_or(who);
                let (handle, salt) = self.claim(who);
                let uri = self.uri();
                free(who, Action::Register { handle, salt, uri })
            }
            Kind::ClaimHandle => {
                let creator = self.creator(|one| {
                    let person = self.model.person(one);
                    person.is_some_and(|person| {
                        person.handle.is_none()
                            && self.model.commitments.contains_key(&person.owner)
                    })
                });
                let who = self.owner(creator);
                let (handle, salt) = self.claim(who);
                let claim = Action::ClaimHandle {
                    creator,
                    handle,
                    salt,
                };
                free(who, claim)
            }
            Kind::ForgetHandle => {
                let over = |one: &(&String, &Handle)| match one.1 {
                    Handle::Released(_, free) => !self.right() || self.model.now >= *free,
                    _ => !self.right() && self.spoilt(3, 4),
                };
                let fit: Vec<_> = self.model.handles.iter().filter(over).collect();
                let (handle, creator) = match self.die(1, &fit) {
                    Some((handle, Handle::Released(creator, _))) => (handle.clone(), *creator),
                    Some((handle, _)) => (handle.clone(), self.creator(|_| true)),
                    None => (HANDLES[self.step.dice[1] % HANDLES.len()].into(), 0),
                };
                let forget = Action::ForgetHandle { creator, handle };
                free(self.owner(creator), forget)
            }
            _ => {
                let has = |one| {
                    self.model
                        .person(one)
                        .is_some_and(|one| one.handle.is_some())
                };
                let creator = self.creator(has);
                free(self.owner(creator), Action::ReleaseHandle { creator })
            }
        }
    }

    fn commit(&self, who: Who) -> Action {
        // Whoever waits to claim a handle back commits to just that one, often.
        let released = self
            .model
            .handles
            .iter()
            .filter_map(|(handle, state)| match state {
                Handle::Released(creator, free) => {
                    let owner = self.model.person(*creator).map(|one| one.owner);
                    (owner == Some(who) || self.model.now >= *free).then(|| handle.clone())
                }
                _ => None,
            });
        let unused = HANDLES[..GOOD]
            .iter()
            .filter(|one| !self.model.handles.contains_key(**one));
        let fit: Vec<String> = released.chain(unused.map(|one| one.to_string())).collect();
        let any = HANDLES[self.step.dice[1] % HANDLES.len()].to_owned();
        let handle = match self.die(0, &fit) {
            Some(handle) if !self.spoilt(0, 3) => handle,
            _ => any,
        };
        let claim = Claim {
            handle,
            owner: if self.spoilt(1, 5) {
                (who + 1) % SIGNERS
            } else {
                who
            },
            salt: SALT,
        };
        Action::Commit { claim }
    }

    fn committed(&self) -> Option<Who> {
        let lives = |(_, block, at): &(Claim, u32, u64)| {
            let old = self.model.block >= block + WAIT.blocks && self.model.now >= at + WAIT.millis;
            old && self.model.now <= at + DAY || !self.right()
        };
        let all = self.model.commitments.iter();
        let fit: Vec<Who> = all.filter(|one| lives(one.1)).map(|one| *one.0).collect();
        self.die(2, &fit).filter(|_| !self.spoilt(1, 4))
    }

    fn claim(&self, who: Who) -> (String, [u8; 32]) {
        let any = HANDLES[self.step.dice[1] % HANDLES.len()].to_owned();
        let salt = if self.spoilt(2, 4) { [8; 32] } else { SALT };
        match self.model.commitments.get(&who) {
            Some((claim, ..)) if !self.spoilt(3, 4) => (claim.handle.clone(), salt),
            _ => (any, salt),
        }
    }

    fn uri(&self) -> String {
        let length = self.step.dice[3] % 129;
        match self.step.flaw % 5 {
            _ if self.right() => "u".repeat(length),
            0 => "u".repeat(129),
            1 => "u\nowner: mallory".into(),
            _ => "u".repeat(length),
        }
    }

    fn ownership(&self) -> Call {
        let creator = match self.step.kind {
            Kind::Accept => self.creator(|one| {
                let person = self.model.person(one);
                person.is_some_and(|one| one.offered_to.is_some_and(|to| to < SIGNERS))
            }),
            Kind::UnsetPayout => self.creator(|one| {
                let person = self.model.person(one);
                let since = person.and_then(|one| one.split_since);
                since.is_some_and(|since| self.model.now >= since + DAY)
            }),
            Kind::Delete => self.creator(|one| {
                let person = self.model.person(one);
                person.is_some_and(|one| one.handle.is_none())
            }),
            _ => self.creator(|_| true),
        };
        let owner = self.owner(creator);
        let seen = self.seen(creator);
        let die = self.step.dice[1];
        let action = match self.step.kind {
            Kind::SetProfile => {
                let delegates = self.model.person(creator).map(|one| &one.delegates);
                let may = delegates
                    .and_then(|all| all.iter().find(|(who, may)| may[2] && **who < SIGNERS));
                let who = may.map_or(owner, |(who, _)| *who);
                let uri = self.uri();
                return free(who, Action::SetProfile { creator, uri });
            }
            Kind::SetDelegate => Action::SetDelegate {
                creator,
                delegate: self.step.dice[2] % OWNERS,
                may: [die % 3 > 0, die % 5 > 2, die % 2 > 0],
            },
            Kind::Offer => Action::Offer {
                creator,
                to: (die % 5 > 0).then_some(self.step.dice[2] % OWNERS),
            },
            Kind::Accept => {
                let offered = self.model.person(creator).and_then(|one| one.offered_to);
                let to = offered.filter(|to| *to < SIGNERS && self.right());
                let accept = Action::Accept { creator, seen };
                return free(to.unwrap_or(self.signer()), accept);
            }
            Kind::UnsetPayout => Action::UnsetPayout { creator, seen },
            Kind::Delete => Action::Delete { creator, seen },
            _ => Action::SetPayout {
                creator,
                recipients: self.recipients(),
                seen,
            },
        };
        free(owner, action)
    }

    /// The version that the signer says they saw, if they say so.
    fn seen(&self, creator: Creator) -> Option<u32> {
        let now = self.model.person(creator).map(|one| one.changes);
        match self.step.dice[3] % 4 {
            0 => now,
            1 if !self.right() => now.map(|now| now.saturating_sub(1)),
            _ => None,
        }
    }

    fn recipients(&self) -> Vec<(Who, u32)> {
        let mut list: Vec<(Who, u128)> = Vec::new();
        let most = if self.step.dice[1] % 10 == 0 { 16 } else { 5 };
        for n in 0..most {
            let Some((account, weight)) = self.step.list.get(n % self.step.list.len()) else {
                break;
            };
            if most == 5 && n >= self.step.list.len() {
                break;
            }
            let account = (account + n) % ACCOUNTS;
            if list.iter().all(|(other, _)| *other != account) {
                list.push((account, weight % 1_000 + 1));
            }
        }
        let whole: u128 = list.iter().map(|(_, weight)| weight).sum();
        let room = 1_000_000 - list.len() as u128;
        let part = |(who, weight): &(Who, u128)| (*who, (1 + weight * room / whole) as u32);
        let mut parts: Vec<(Who, u32)> = list.iter().map(part).collect();
        let sum: u32 = parts.iter().map(|(_, parts)| parts).sum();
        parts[0].1 += 1_000_000 - sum;
        match self.step.flaw % 12 {
            1 => parts[0].1 += 1,
            2 => parts[0].1 -= 1,
            3 => parts.push((0, 0)),
            4 => parts.extend([parts[0], parts[0]]),
            5 => parts.clear(),
            6 => parts = (0..17).map(|who| (who, 58_823)).collect(),
            _ => {}
        }
        parts
    }

    // ---- Catalogue ----

    fn catalogue(&self) -> Call {
        let to_open = self.step.kind == Kind::Open;
        let creator = self.creator(|one| self.is_open(one) != to_open);
        let die = self.step.dice[2];
        let price = self.price();
        let action = match self.step.kind {
            Kind::Open => Action::Open { creator },
            Kind::Publish => Action::Publish {
                creator,
                about: self.about(),
                offer: Offer {
                    price,
                    pay_what_you_want: die % 5 == 0,
                    period: self.period(),
                    referral: match die % 4 {
                        0 => 0,
                        1 => 10_000,
                        _ => (die % 10_000) as u16 + u16::from(self.spoilt(3, 8)) * 10_001,
                    },
                    tier: (die % 3 == 0).then_some(self.step.dice[3] as u8),
                    copies: self.copies(),
                },
            },
            Kind::Revise => Action::Revise {
                creator,
                item: self.item(1, creator, |_| true),
                about: self.about(),
            },
            Kind::Give => {
                let owner = die % OWNERS;
                let lacks = |item: &Item| !self.model.owns_for_ever(creator, *item, owner);
                let count = self
                    .model
                    .shops
                    .get(&creator)
                    .map_or(0, |one| one.items.len());
                let fit: Vec<Item> = (0..count as u32).filter(lacks).collect();
                let any = self.item(1, creator, |_| true);
                let item = self.die(1, &fit).filter(|_| !self.spoilt(2, 8));
                Action::Give {
                    creator,
                    item: item.unwrap_or(any),
                    owner,
                }
            }
            Kind::SetPrice => Action::SetPrice {
                creator,
                item: self.item(1, creator, |_| true),
                price,
            },
            Kind::Retire => Action::Retire {
                creator,
                item: self.item(1, creator, |one| !one.retired),
            },
            Kind::Relist => Action::Relist {
                creator,
                item: self.item(1, creator, |one| one.retired),
            },
            Kind::SetItemTier => Action::SetItemTier {
                creator,
                item: self.item(1, creator, |_| true),
                tier: (die % 3 > 0).then_some(self.step.dice[3] as u8),
            },
            _ => {
                let tier = (self.step.dice[1] % usize::from(TIERS)) as u8;
                let ends = !self.right() || self.model.tiers.contains_key(&(creator, tier));
                Action::SetTier {
                    creator,
                    tier,
                    price: (die % 4 > 0 || !ends).then_some(price),
                }
            }
        };
        free(self.seller(creator), action)
    }

    fn copies(&self) -> Option<u32> {
        match self.step.dice[3] % 6 {
            0 => Some(1),
            1 => Some(3),
            _ => self.spoilt(7, 8).then_some(0),
        }
    }

    fn about(&self) -> About {
        let die = self.step.dice[2];
        let title = match self.step.flaw % 40 {
            1 => String::new(),
            2 => "t".repeat(65),
            3 => "a\u{202e}b".into(),
            _ => "t".repeat(1 + die % 64),
        };
        let uri = match self.step.flaw % 40 {
            4 => "u".repeat(129),
            5 => "a\nb".into(),
            _ => "u".repeat(die % 129),
        };
        let content = die as u8;
        About {
            content,
            title,
            uri,
        }
    }

    fn price(&self) -> u128 {
        match self.step.flaw % 8 {
            4 => 0,
            0 if self.step.kind != Kind::SetTier && self.step.dice[3] % 9 == 0 => 0,
            5 if self.step.dice[3] % 4 == 0 => ABSURD,
            _ => self.step.amount,
        }
    }

    fn period(&self) -> Option<u64> {
        if self.spoilt(6, 8) {
            return Some(0);
        }
        match self.step.dice[1] % 8 {
            0 => Some(20_000),
            1 => Some(DAY),
            2 => Some(30 * DAY),
            3 => Some(if self.step.dice[3] % 4 == 0 {
                u64::MAX
            } else {
                6_000
            }),
            _ => None,
        }
    }
}

pub fn call(signer: Who, value: u128, action: Action) -> Call {
    Call {
        signer,
        value,
        action,
    }
}

pub fn free(signer: Who, action: Action) -> Call {
    call(signer, 0, action)
}
