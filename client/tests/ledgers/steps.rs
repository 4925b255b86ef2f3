//! What people do: payments of all kinds, in any order. What a contract refuses changes nothing.

use crate::world::{account, key, World, UNIT};
use farthing_client::{at, ops::refund, Account, Call, Error};
use farthing_contracts::{
    channels::{
        channel::Terms as ChannelTerms,
        messages::{Life, Opening, SignedVoucher},
        ChannelsRef,
    },
    pool::{
        sponsors::Pledge,
        terms::{Fee, Mode, Terms},
        PoolRef,
    },
    pool_factory::PoolFactoryRef,
    registry::RegistryRef,
    storefront::{
        catalogue::{Content, Listing},
        events::Order,
        StorefrontRef,
    },
    streams::StreamsRef,
};
use farthing_types::{
    split::Recipient, voucher::ChannelId, voucher::Place, voucher::Signature, voucher::Voucher,
    CreatorId, ItemId, Millis, StreamId, DAY,
};
use ink::codegen::TraitCallBuilder;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Those who have money. Alice owns the creator, Ferdie has the fees.
pub const PEOPLE: [&str; 5] = ["Alice", "Bob", "Charlie", "Dave", "Ferdie"];
/// Somebody without an account: the chain refuses to move little money there.
pub const NOBODY: &str = "Nobody";

pub const ITEMS: ItemId = 3;
const TIER: u8 = 2;

/// Something that somebody tries.
#[derive(Clone, Debug)]
pub enum Step {
    Tip(usize, u128),
    Buy {
        who: usize,
        item: ItemId,
        owner: usize,
        referrer: Option<usize>,
        more: u128,
    },
    Blinded(usize),
    Refund {
        owner: usize,
        item: ItemId,
        times: usize,
    },
    Split(bool),
    Payout,
    Fees,
    Give(usize, bool, u128),
    Sponsor(usize, u128),
    Grant(usize, bool, u128),
    PoolOut(bool),
    PoolBack(usize),
    Withdraw(usize),
    Open(usize, usize, u128),
    TopUp(usize, u128),
    Claim(usize, u128),
    Close(usize),
    Leave(usize),
    Stream(usize, usize, u128),
    MoreStream(usize, u128),
    ClaimStream(usize),
    StopStream(usize, bool),
    ClearStream(usize),
    Wait(Millis),
}

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(step(), 45..60)
}

fn step() -> impl Strategy<Value = Step> {
    let who = || 0..PEOPLE.len();
    let amount = || prop_oneof![1..2_000u128, UNIT / 100..3 * UNIT];
    prop_oneof![
        3 => (who(), amount()).prop_map(|(who, amount)| Step::Tip(who, amount)),
        5 => (who(), 0..ITEMS, who(), proptest::option::of(who()), amount()).prop_map(
            |(who, item, owner, referrer, more)| Step::Buy { who, item, owner, referrer, more }
        ),
        1 => who().prop_map(Step::Blinded),
        4 => (who(), 0..ITEMS, 1..3usize)
            .prop_map(|(owner, item, times)| Step::Refund { owner, item, times }),
        2 => any::<bool>().prop_map(Step::Split),
        1 => Just(Step::Payout),
        1 => Just(Step::Fees),
        5 => (who(), any::<bool>(), amount())
            .prop_map(|(who, goal, amount)| Step::Give(who, goal, amount)),
        2 => (who(), UNIT..3 * UNIT).prop_map(|(who, amount)| Step::Sponsor(who, amount)),
        1 => (who(), any::<bool>(), amount())
            .prop_map(|(who, goal, amount)| Step::Grant(who, goal, amount)),
        2 => any::<bool>().prop_map(Step::PoolOut),
        2 => who().prop_map(Step::PoolBack),
        1 => (0..2usize).prop_map(Step::Withdraw),
        3 => (who(), 0..=PEOPLE.len(), amount())
            .prop_map(|(payer, payee, amount)| Step::Open(payer, payee, amount)),
        2 => (0..9usize, amount()).prop_map(|(channel, amount)| Step::TopUp(channel, amount)),
        5 => (0..9usize, amount()).prop_map(|(channel, amount)| Step::Claim(channel, amount)),
        1 => (0..9usize).prop_map(Step::Close),
        2 => (0..9usize).prop_map(Step::Leave),
        2 => (who(), 0..=PEOPLE.len(), UNIT / 100..3 * UNIT)
            .prop_map(|(payer, payee, amount)| Step::Stream(payer, payee, amount)),
        1 => (0..9usize, amount()).prop_map(|(stream, amount)| Step::MoreStream(stream, amount)),
        3 => (0..9usize).prop_map(Step::ClaimStream),
        2 => (0..9usize, any::<bool>()).prop_map(|(stream, payer)| Step::StopStream(stream, payer)),
        1 => (0..9usize).prop_map(Step::ClearStream),
        3 => (0..2 * DAY / 3).prop_map(Step::Wait),
    ]
}

/// What there is to pay for, and what was done so far.
pub struct Scene<'a> {
    pub world: &'a World,
    pub creator: CreatorId,
    /// Gives all at once.
    pub open_pool: Account,
    /// Has a goal.
    pub goal_pool: Account,
    pub streams: Vec<StreamId>,
    /// What vouchers of a channel promise in all.
    promised: BTreeMap<(&'static str, &'static str), u128>,
    /// How often each kind of step was through.
    pub done: BTreeMap<String, u32>,
    /// What people tipped, by account.
    pub tips: BTreeMap<Account, u128>,
}

impl<'a> Scene<'a> {
    pub async fn new(world: &'a World) -> Self {
        let creator = world.creator("Alice", "ada").await;
        let mut scene = Self {
            world,
            creator,
            open_pool: Account([0; 32]),
            goal_pool: Account([0; 32]),
            streams: Vec::new(),
            promised: BTreeMap::new(),
            done: BTreeMap::new(),
            tips: BTreeMap::new(),
        };
        scene.publish().await;
        scene.open_pool = scene.pool(Mode::KeepAll { closes: None }, 1).await;
        scene
    }

    fn shop(&self) -> StorefrontRef {
        self.world.client.contract().unwrap()
    }

    async fn publish(&self) {
        let forever = Listing {
            price: 20_000_000_007,
            pay_what_you_want: false,
            period: None,
            referral: 0,
            tier: Some(TIER),
            copies: None,
        };
        let pass = Listing {
            period: Some(DAY),
            referral: 512,
            ..forever.clone()
        };
        let any = Listing {
            price: 11,
            pay_what_you_want: true,
            period: Some(DAY / 7),
            ..pass.clone()
        };
        for (number, listing) in [forever, pass, any].into_iter().enumerate() {
            let content = Content {
                commitment: [1; 32],
                title: format!("Item {number}"),
                uri: String::new(),
            };
            let publish = self
                .shop()
                .call_mut()
                .publish(self.creator, listing, content);
            self.world
                .act("Alice", Call::new(publish, 0))
                .await
                .unwrap();
        }
        let tier = self
            .shop()
            .call_mut()
            .set_tier(self.creator, TIER, Some(5_555));
        self.world.act("Alice", Call::new(tier, 0)).await.unwrap();
    }

    /// A new pool with a goal for each sequence, as the one before is over sooner or later.
    pub async fn renew(&mut self, salt: u8) {
        let best = self.world.client.chain.best().await.unwrap();
        let now = self.world.client.chain.time(best.hash).await.unwrap();
        let mode = Mode::AllOrNothing {
            goal: 3 * UNIT,
            deadline: now + DAY,
        };
        self.goal_pool = self.pool(mode, salt).await;
    }

    async fn pool(&self, mode: Mode, salt: u8) -> Account {
        let recipient = |name, parts| Recipient {
            account: account(name).id(),
            parts,
        };
        let terms = Terms {
            title: "A well".into(),
            description: [0; 32],
            uri: String::new(),
            beneficiaries: vec![
                recipient("Bob", 333_333),
                recipient("Charlie", 333_333),
                recipient(NOBODY, 333_334),
            ],
            mode,
            minimum: 1,
            fee: Some(Fee {
                points: 77,
                treasury: account("Ferdie").id(),
            }),
            release: Vec::new(),
            least_sponsorship: UNIT,
        };
        let mut factory: PoolFactoryRef = self.world.client.contract().unwrap();
        let create = factory.call_mut().create(None, terms, [salt; 32]);
        let pool = self.world.act("Alice", Call::new(create, 0)).await;
        pool.unwrap().into()
    }

    /// Tries a step. Whatever contracts or the chain refuse counts as not done.
    pub async fn run(&mut self, step: Step) {
        let name = format!("{step:?}");
        let name = name.split(|c: char| !c.is_alphanumeric()).next().unwrap();
        match self.attempt(step.clone()).await {
            Ok(()) => *self.done.entry(name.into()).or_default() += 1,
            Err(
                Error::Refused(_) | Error::Chain(_) | Error::NotEnough { .. } | Error::Input(_),
            ) => {}
            Err(error) => panic!("{step:?}: {error}"),
        }
    }

    async fn attempt(&mut self, step: Step) -> Result<(), Error> {
        match step {
            Step::Wait(time) => self.world.client.chain.forward(time).await,
            Step::Tip(..)
            | Step::Buy { .. }
            | Step::Blinded(_)
            | Step::Refund { .. }
            | Step::Split(_)
            | Step::Payout
            | Step::Fees => self.in_shop(step).await,
            Step::Open(payer, payee, _) => {
                let payee = PEOPLE.get(payee).copied().unwrap_or(NOBODY);
                self.in_channel(PEOPLE[payer], payee, step).await
            }
            Step::TopUp(number, _)
            | Step::Claim(number, _)
            | Step::Close(number)
            | Step::Leave(number) => {
                let opened = self.promised.keys();
                let opened: Vec<_> = opened.copied().collect();
                let among = number.checked_rem(opened.len()).ok_or_else(nothing)?;
                let (payer, payee) = opened[among];
                self.in_channel(payer, payee, step).await
            }
            Step::Stream(..)
            | Step::MoreStream(..)
            | Step::ClaimStream(_)
            | Step::StopStream(..)
            | Step::ClearStream(_) => self.in_stream(step).await,
            _ => self.in_pool(step).await,
        }
    }

    async fn in_shop(&mut self, step: Step) -> Result<(), Error> {
        let (mut shop, creator) = (self.shop(), self.creator);
        match step {
            Step::Tip(who, amount) => {
                let tip = shop.call_mut().tip(creator, amount.to_le_bytes().to_vec());
                self.world.act(PEOPLE[who], Call::new(tip, amount)).await?;
                *self.tips.entry(account(PEOPLE[who])).or_default() += amount;
                Ok(())
            }
            Step::Buy {
                who,
                item,
                owner,
                referrer,
                more,
            } => {
                let order = Order {
                    creator,
                    item,
                    max_price: 20_000_000_007 + more,
                    edition: None,
                };
                let value = order.max_price;
                let owner = Some(account(PEOPLE[owner]).id());
                let referrer = referrer.map(|one| account(PEOPLE[one]).id());
                let buy = shop.call_mut().buy(order, owner, referrer);
                self.world.act(PEOPLE[who], Call::new(buy, value)).await
            }
            Step::Blinded(who) => {
                let buy = shop.call_mut().buy_blinded(creator, TIER, [8; 32], UNIT);
                self.world.act(PEOPLE[who], Call::new(buy, UNIT)).await
            }
            Step::Refund { owner, item, times } => {
                let (client, owner) = (&self.world.client, account(PEOPLE[owner]));
                let history = self.world.history().await;
                let last = client.chain.best().await?.number;
                let page = refund::page(&history, (creator, item), owner, last)?;
                let refund = page.refund(item, times);
                let message = shop.call_mut().refund(
                    creator,
                    refund.owner,
                    refund.earlier,
                    refund.history,
                    refund.which,
                );
                self.world
                    .act("Alice", Call::new(message, refund.paid))
                    .await
            }
            Step::Split(on) => {
                let mut registry: RegistryRef = self.world.client.contract()?;
                let tell = vec![self
                    .world
                    .client
                    .deployment
                    .address(farthing_contracts::Contract::Storefront)?
                    .id()];
                let parts = |name, parts| Recipient {
                    account: account(name).id(),
                    parts,
                };
                if on {
                    let to = vec![parts("Alice", 500_001), parts(NOBODY, 499_999)];
                    let split = registry.call_mut().set_payout(creator, to, None, tell);
                    return self.world.act("Alice", Call::new(split, 0)).await;
                }
                let split = registry.call_mut().unset_payout(creator, None, tell);
                self.world.act("Alice", Call::new(split, 0)).await
            }
            Step::Payout => {
                let payout = shop.call_mut().payout(creator);
                self.world.act("Bob", Call::new(payout, 0)).await
            }
            _ => {
                let fees = shop.call_mut().withdraw_fees();
                self.world.act("Bob", Call::new(fees, 0)).await
            }
        }
    }

    async fn in_pool(&mut self, step: Step) -> Result<(), Error> {
        let which = |goal| if goal { self.goal_pool } else { self.open_pool };
        let pool = |goal| -> PoolRef { at(which(goal)) };
        let act = |who: usize, call| self.world.act(PEOPLE[who], call);
        match step {
            Step::Give(who, goal, amount) => {
                let give = pool(goal).call_mut().donate(Some([3; 32]));
                act(who, Call::new(give, amount)).await
            }
            Step::Sponsor(who, amount) => {
                let pledge = Pledge {
                    ratio: 5_000,
                    per_donor: UNIT / 10,
                    until: None,
                };
                let sponsor = pool(true).call_mut().sponsor(pledge);
                let sent = self.world.act(PEOPLE[who], Call::new(sponsor, amount));
                sent.await.map(drop)
            }
            Step::Grant(who, goal, amount) => {
                act(who, Call::new(pool(goal).call_mut().grant(), amount)).await
            }
            Step::PoolOut(goal) => {
                // Only what is final can be paid out.
                let finalise = pool(goal).call_mut().finalise();
                let _ = act(1, Call::new(finalise, 0)).await;
                act(1, Call::new(pool(goal).call_mut().payout(None), 0)).await
            }
            Step::PoolBack(who) => {
                let donor = account(PEOPLE[who]).id();
                let refund = pool(true).call_mut().refund(donor);
                act(who, Call::new(refund, 0)).await
            }
            Step::Withdraw(goal) => {
                let withdraw = pool(goal == 1).call_mut().withdraw(account(NOBODY).id());
                act(2, Call::new(withdraw, 0)).await
            }
            other => panic!("{other:?} is not of pools"),
        }
    }

    async fn in_channel(
        &mut self,
        payer: &'static str,
        payee: &'static str,
        step: Step,
    ) -> Result<(), Error> {
        let mut channels: ChannelsRef = self.world.client.contract()?;
        let (from, to) = (account(payer), account(payee));
        let question = channels.call().channel(from.id(), to.id(), 0);
        let found = self.world.client.read(question).await?;
        let epoch = found.as_ref().map_or(0, |found| found.epoch);
        let life = |other: Account| Life {
            other: other.id(),
            lane: 0,
            epoch,
        };
        match step {
            Step::Open(.., reserve) => {
                let best = self.world.client.chain.best().await?;
                let epoch = self.world.client.chain.time(best.hash).await?;
                let opening = Opening {
                    payee: to.id(),
                    lane: 0,
                    terms: ChannelTerms {
                        reserve,
                        signer: from.0,
                        closer: to.0,
                        delay: DAY / 12,
                    },
                };
                let open = channels.call_mut().open(epoch, vec![opening]);
                self.world.act(payer, Call::new(open, reserve)).await?;
                self.promised.insert((payer, payee), 0);
                Ok(())
            }
            Step::TopUp(.., amount) => {
                let top_up = channels.call_mut().top_up(from.id(), to.id(), 0, epoch);
                let sent = self.world.act(payer, Call::new(top_up, amount)).await;
                sent.map(drop)
            }
            Step::Claim(.., amount) => {
                let promised = self.promised.entry((payer, payee)).or_default();
                *promised += amount / 10 + 1;
                let cumulative = *promised;
                let id = ChannelId {
                    payer: from,
                    payee: to,
                    lane: 0,
                    epoch,
                };
                let voucher = self.voucher(payer, id, cumulative)?;
                let claim = channels.call_mut().claim(to.id(), vec![voucher]);
                let came = self.world.act("Dave", Call::new(claim, 0)).await?;
                match came.iter().any(Result::is_ok) {
                    true => Ok(()),
                    false => Err(Error::Input("It was worth nothing.".into())),
                }
            }
            Step::Close(..) => {
                let close = channels.call_mut().close(vec![life(from)]);
                let sent = self.world.act(payee, Call::new(close, 0)).await?;
                sent.into_iter()
                    .all(|one| one.is_ok())
                    .then_some(())
                    .ok_or_else(nothing)
            }
            _ => {
                let exit = channels.call_mut().exit(vec![life(to)]);
                let _ = self.world.act(payer, Call::new(exit, 0)).await;
                let clear = channels.call_mut().clear(vec![life(to)]);
                let sent = self.world.act(payer, Call::new(clear, 0)).await?;
                sent.into_iter()
                    .all(|one| one.is_ok())
                    .then_some(())
                    .ok_or_else(nothing)
            }
        }
    }

    fn voucher(
        &self,
        payer: &str,
        channel: ChannelId<Account>,
        cumulative: u128,
    ) -> Result<SignedVoucher, Error> {
        let client = &self.world.client;
        let place = Place {
            genesis: client.chain.genesis(),
            contract: client
                .deployment
                .address(farthing_contracts::Contract::Channels)?,
        };
        let (lane, epoch) = (channel.lane, channel.epoch);
        let voucher = Voucher {
            channel,
            cumulative,
            root: [0; 32],
        };
        let key = key(payer);
        Ok(SignedVoucher {
            payer: key.account().id(),
            lane,
            epoch,
            cumulative,
            root: [0; 32],
            signature: Signature {
                bytes: key.sign(&voucher.payload(&place)),
                wrapped: false,
            },
        })
    }

    async fn in_stream(&mut self, step: Step) -> Result<(), Error> {
        let mut streams: StreamsRef = self.world.client.contract()?;
        let pick = |number: usize| {
            let latest = self.streams.iter().rev().nth(number).copied();
            latest.ok_or_else(nothing)
        };
        match step {
            Step::Stream(payer, payee, deposit) => {
                let to = account(PEOPLE.get(payee).copied().unwrap_or(NOBODY));
                // Dry after a day or so.
                let rate = deposit * 1_000_000_000 / u128::from(DAY) + 1;
                let open = streams.call_mut().open(to.id(), rate);
                let opened = self.world.act(PEOPLE[payer], Call::new(open, deposit));
                let opened = opened.await?;
                self.streams.push(opened);
                Ok(())
            }
            Step::MoreStream(number, amount) => {
                let stream = pick(number)?;
                let top_up = streams.call_mut().top_up(stream);
                let payer = self.party(stream, true).await?;
                self.world.act(payer, Call::new(top_up, amount)).await
            }
            Step::ClaimStream(number) => {
                let claim = streams.call_mut().claim(pick(number)?);
                self.world.act("Dave", Call::new(claim, 0)).await
            }
            Step::StopStream(number, by_payer) => {
                let stream = pick(number)?;
                let stop = streams.call_mut().stop(stream);
                let who = self.party(stream, by_payer).await?;
                self.world.act(who, Call::new(stop, 0)).await
            }
            Step::ClearStream(number) => {
                let stream = pick(number)?;
                let clear = streams.call_mut().clear(vec![stream]);
                let payer = self.party(stream, true).await?;
                self.world.act(payer, Call::new(clear, 0)).await
            }
            other => panic!("{other:?} is not of streams"),
        }
    }

    async fn party(&self, stream: StreamId, payer: bool) -> Result<&'static str, Error> {
        let streams: StreamsRef = self.world.client.contract()?;
        let found = self
            .world
            .client
            .read(streams.call().stream(stream))
            .await?;
        let found = found.ok_or_else(nothing)?;
        let party = if payer { found.payer } else { found.payee };
        let mut people = PEOPLE.into_iter();
        people
            .find(|name| account(name).id() == party)
            .ok_or_else(nothing)
    }
}

fn nothing() -> Error {
    Error::Input("There is nothing of the kind.".into())
}
