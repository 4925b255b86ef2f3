//! Pools and their factory: causes that reach their goal, miss it, or have none.

use crate::{
    costs,
    receipt::Receipt,
    world::{Account, Deployed, Message, World, UNIT},
};
use farthing_contracts::pool::{
    books::Stage,
    error::Error,
    events::{
        Arrival, Arrived, Created, Division, Donation, Donations, Finalised, Note, Release,
        Released, Share,
    },
    sponsors::{Match, Pledge},
    terms::{Fee, Mode, Step, Terms, TermsError},
    PoolRef,
};
use farthing_contracts::pool_factory;
use farthing_contracts::pool_factory::{events::PoolCreated, PoolFactoryRef};
use farthing_contracts::registry::RegistryRef;
use farthing_types::{
    address,
    split::{Recipient, PARTS},
    Balance, Millis, DAY,
};
use ink::{
    codegen::TraitCallBuilder,
    env::{call::FromAccountId, DefaultEnvironment},
    primitives::AccountId,
};
use scale::{Decode, Encode};
use std::fmt::Debug;

pub const GIFT: Balance = UNIT / 50;

pub struct Pool {
    pub w: World,
    pub at: AccountId,
    pub pool: PoolRef,
    ada: Account,
    pub bob: Account,
    treasury: Account,
    goal: bool,
}

impl Pool {
    /// A pool in this mode, with a fee of a hundredth, all for ada.
    pub async fn new(
        mode: impl FnOnce(Millis) -> Mode,
        release: impl FnOnce(Millis) -> Vec<Step>,
    ) -> Self {
        let mut w = World::new().await;
        let [deployer, ada, bob, treasury] = w.accounts(100 * UNIT).await;
        let now = w.now().await;
        let mut terms = terms(&ada, mode(now), Some(&treasury));
        terms.release = release(now);
        let goal = matches!(terms.mode, Mode::AllOrNothing { .. });
        let deployed = w.deploy("pool", &deployer, PoolRef::new(terms)).await;
        if goal {
            costs::check("pool.new, with a goal, for 1", &deployed.receipt);
        }
        let Deployed { id, contract, .. } = deployed;
        Self {
            w,
            at: id,
            pool: contract,
            ada,
            bob,
            treasury,
            goal,
        }
    }

    /// The contract's messages.
    pub fn to(&mut self) -> &mut <PoolRef as TraitCallBuilder>::Builder {
        self.pool.call_mut()
    }

    pub async fn call<Args, T, E>(
        &mut self,
        signer: &Account,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> (T, Receipt)
    where
        Args: Sync + Encode + Clone,
        T: Send + Decode,
        E: Send + Decode + Debug,
    {
        self.w.call(signer, message, value).await
    }

    pub async fn refused<Args, T>(
        &mut self,
        signer: &Account,
        message: Message<Args, Result<T, Error>>,
        value: Balance,
    ) -> Error
    where
        Args: Sync + Encode + Clone,
        T: Send + Decode,
    {
        self.w.refused(signer, message, value).await
    }

    /// Donates a gift, which is held, and to which the first sponsor adds this much.
    async fn donate(&mut self, donor: &Account, matched: Balance) -> Receipt {
        let memo = Some([7; 32]);
        let message = self.to().donate(memo);
        let (_, receipt) = self.call(donor, message, GIFT).await;
        let donation = Donation {
            donor: donor.id(),
            amount: GIFT,
            matched: match matched {
                0 => Vec::new(),
                amount => vec![Match { sponsor: 1, amount }],
            },
            memo,
        };
        receipt.assert_event(
            &self.at,
            Donations {
                payer: donor.id(),
                signed: self.goal,
                donations: vec![donation],
                division: None,
            },
        );
        receipt
    }

    pub fn released(&self, receipt: &Receipt) -> Release {
        receipt.event::<Released>(&self.at).release
    }

    /// How an amount is divided, of which the fee is a hundredth.
    pub fn division(&self, amount: Balance) -> Division {
        let share = |account, amount| Share {
            account,
            amount,
            sent: true,
        };
        Division {
            fee: Some(share(self.treasury.id(), amount / 100)),
            shares: vec![share(self.ada.id(), amount - amount / 100)],
        }
    }

    /// Pays out this much.
    pub async fn payout(&mut self, number: u32, amount: Balance) {
        let (ada, bob) = (self.ada.id(), self.bob.clone());
        let before = self.w.free(&ada).await;
        let message = self.to().payout(None);
        let (_, receipt) = self.call(&bob, message, 0).await;
        let Division { fee, shares } = self.division(amount);
        assert_eq!(
            self.released(&receipt),
            Release::Payout {
                payout: number,
                amount,
                fee,
                shares,
                note: None
            }
        );
        assert_eq!(self.w.free(&ada).await, before + amount - amount / 100);
    }

    /// The end of every test: everything that the contract holds is owed, since nothing was forced in.
    async fn assert_solvent(&mut self) {
        let message = self.pool.call().solvency();
        let (owed, held) = self.w.read(message).await;
        assert_eq!(owed, held);
    }
}

fn terms(to: &Account, mode: Mode, treasury: Option<&Account>) -> Terms {
    Terms {
        title: "A well for the village".into(),
        description: [1; 32],
        uri: "https://example.org/well".into(),
        beneficiaries: vec![Recipient {
            account: to.id(),
            parts: PARTS,
        }],
        mode,
        minimum: 1,
        fee: treasury.map(|treasury| Fee {
            points: 100,
            treasury: treasury.id(),
        }),
        release: Vec::new(),
        least_sponsorship: 10 * UNIT,
    }
}

/// A pool for ever, without fee or sponsors, which holds what comes in until it is paid out.
pub fn keep_all(to: &Account) -> Terms {
    Terms {
        release: vec![Step {
            from: 0,
            parts: PARTS,
        }],
        least_sponsorship: 0,
        ..terms(to, Mode::KeepAll { closes: None }, None)
    }
}

pub fn goal(goal: Balance, millis: Millis) -> impl FnOnce(Millis) -> Mode {
    move |now| Mode::AllOrNothing {
        goal,
        deadline: now + millis,
    }
}

pub fn at_once(_: Millis) -> Vec<Step> {
    Vec::new()
}

pub async fn deadline(pool: &mut Pool) -> Millis {
    let message = pool.pool.call().standing();
    pool.w.read(message).await.closes.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_goal_is_reached_by_its_deadline_and_paid_out() {
    let mut p = Pool::new(goal(3 * GIFT, 20_000), at_once).await;
    let (ada, bob) = (p.ada.clone(), p.bob.clone());
    let until = deadline(&mut p).await;
    let receipt = p.donate(&bob, 0).await;
    costs::check("pool.donate, with a goal", &receipt);
    let receipt = p.donate(&bob, 0).await;
    costs::check("pool.donate, with a goal, repeated", &receipt);
    p.donate(&ada, 0).await;
    let message = p.to().finalise();
    assert_eq!(p.refused(&bob, message, 0).await, Error::OpenUntil(until));
    let message = p.to().payout(None);
    assert_eq!(p.refused(&bob, message, 0).await, Error::NothingDue);

    p.w.wait_until(until).await;
    let message = p.to().donate(None);
    assert_eq!(p.refused(&bob, message, GIFT).await, Error::Closed(until));
    let message = p.to().refund(bob.id());
    assert_eq!(
        p.refused(&bob, message, 0).await,
        Error::GoalReached(3 * GIFT)
    );
    let message = p.to().finalise();
    let (_, receipt) = p.call(&bob, message, 0).await;
    costs::check("pool.finalise, with a goal", &receipt);
    let raised = 3 * GIFT;
    receipt.assert_event(&p.at, Finalised { raised });
    p.payout(0, raised).await;
    let message = p.to().payout(None);
    assert_eq!(p.refused(&bob, message, 0).await, Error::NothingDue);
    // The donor's record, and its deposit.
    let message = p.to().forget(bob.id());
    let (_, receipt) = p.call(&bob, message, 0).await;
    assert!(receipt.deposit < 0);
    p.assert_solvent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_goal_is_missed_and_everyone_has_their_money_back() {
    let mut p = Pool::new(goal(100 * UNIT, 20_000), at_once).await;
    let (ada, bob) = (p.ada.clone(), p.bob.clone());
    let until = deadline(&mut p).await;
    let pledge = Pledge {
        ratio: 10_000,
        per_donor: UNIT,
        until: None,
    };
    let message = p.to().sponsor(pledge.clone());
    let (sponsor, receipt) = p.call(&ada, message, 10 * UNIT).await;
    assert_eq!(
        receipt.event::<Arrived>(&p.at).arrival,
        Arrival::Sponsorship {
            sponsor,
            account: ada.id(),
            amount: 10 * UNIT,
            pledge
        }
    );
    p.donate(&bob, GIFT).await;
    let message = p.to().refund(bob.id());
    assert_eq!(p.refused(&bob, message, 0).await, Error::OpenUntil(until));

    p.w.wait_until(until).await;
    let message = p.pool.call().overview();
    assert_eq!(p.w.read(message).await.stage, Stage::Missed);
    let message = p.to().finalise();
    let error = p.refused(&bob, message, 0).await;
    assert!(matches!(error, Error::GoalMissed(_)), "{error:?}");
    let before = p.w.free(&bob.id()).await;
    let message = p.to().refund(bob.id());
    let (_, receipt) = p.call(&ada, message, 0).await;
    let refund = Release::Refund {
        donor: bob.id(),
        to: bob.id(),
        amount: GIFT,
        freed: false,
    };
    assert_eq!(p.released(&receipt), refund);
    assert_eq!(p.w.free(&bob.id()).await, before + GIFT);
    let message = p.to().refund(bob.id());
    assert_eq!(p.refused(&bob, message, 0).await, Error::NothingDue);

    let before = p.w.free(&ada.id()).await;
    let message = p.to().return_sponsorship(sponsor);
    let (_, receipt) = p.call(&bob, message, 0).await;
    let returned = Release::Sponsorship {
        sponsor,
        account: ada.id(),
        amount: 10 * UNIT,
    };
    assert_eq!(p.released(&receipt), returned);
    assert_eq!(p.w.free(&ada.id()).await, before + 10 * UNIT);
    let message = p.pool.call().solvency();
    assert_eq!(p.w.read(message).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_without_a_goal_releases_step_by_step() {
    let steps = |now: Millis| {
        let step = |from, parts| Step {
            from: now + from,
            parts,
        };
        vec![step(5_000, PARTS / 4), step(30 * DAY, PARTS)]
    };
    let mut p = Pool::new(|_| Mode::KeepAll { closes: None }, steps).await;
    let (ada, bob) = (p.ada.clone(), p.bob.clone());
    let message = p.pool.call().overview();
    let first = p.w.read(message).await.terms.release[0].from;
    for _ in 0..2 {
        p.donate(&bob, 0).await;
    }
    let message = p.to().refund(bob.id());
    assert_eq!(p.refused(&bob, message, 0).await, Error::NoRefunds);
    p.w.wait_until(first).await;
    p.payout(0, 2 * GIFT / 4).await;
    let message = p.to().payout(None);
    assert_eq!(p.refused(&bob, message, 0).await, Error::NothingDue);

    let note = Note {
        commitment: [1; 32],
        uri: "https://example.org/well/pump".into(),
    };
    let message = p.to().explain(Some(0), note.clone());
    assert_eq!(p.refused(&bob, message, 0).await, Error::NotBeneficiary);
    let message = p.to().explain(Some(0), note);
    p.call(&ada, message, 0).await;
    if p.w.forward(30 * DAY).await {
        p.payout(1, 2 * GIFT - 2 * GIFT / 4).await;
    }
    p.assert_solvent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_factory_makes_a_pool_where_it_says_and_lists_it() {
    let mut w = World::new().await;
    let [ada, bob] = w.accounts(100 * UNIT).await;
    let registry = w
        .deploy("registry", &ada, RegistryRef::new(Vec::new()))
        .await;
    let code = w.upload("pool", &ada).await;
    let constructor = PoolFactoryRef::new(registry.id, code.into(), None);
    let mut factory = w.deploy("pool_factory", &ada, constructor).await;
    costs::check_new("pool_factory.new", &factory);

    let rules = keep_all(&ada);
    let salt = [1; 32];
    let mut bad = rules.clone();
    bad.minimum = 0;
    let message = factory.contract.call_mut().create(None, bad, salt);
    assert_eq!(
        w.refused(&ada, message, 0).await,
        pool_factory::Error::BadTerms(TermsError::ZeroMinimum)
    );
    let read = factory.contract.call();
    let foretold = w
        .read(read.address_of(ada.id(), None, rules.clone(), salt))
        .await;
    let create = factory
        .contract
        .call_mut()
        .create(None, rules.clone(), salt);
    let (account, receipt) = w.call(&ada, create.clone(), 0).await;
    assert_eq!(account, foretold);
    let created = receipt.event::<Created>(&account);
    assert_eq!(created.terms, rules);
    let input = PoolRef::made_for(ada.id(), rules)
        .endowment(0)
        .code_hash(code.into())
        .salt_bytes(Vec::<u8>::new())
        .params()
        .exec_input()
        .encode();
    let worked_out = address::pool(&factory.id, &code, &input, &ada.id(), None, &salt);
    assert_eq!(account, worked_out.into());
    let made = receipt.event::<PoolCreated>(&factory.id);
    assert_eq!((made.number, made.account), (0, account));
    assert_eq!((made.creator, made.maker), (None, ada.id()));
    assert_eq!(
        w.refused(&ada, create, 0).await,
        pool_factory::Error::Exists(account)
    );
    let listed = w.read(factory.contract.call().latest(0, 64)).await;
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].account, listed[0].maker), (account, ada.id()));

    let mut pool = <PoolRef as FromAccountId<DefaultEnvironment>>::from_account_id(account);
    let message = pool.call_mut().donate(None);
    let (_, receipt) = w.call(&bob, message, GIFT).await;
    let donations = receipt.event::<Donations>(&account);
    assert_eq!(donations.payer, bob.id());
    let solvency = w.read(pool.call().solvency()).await;
    assert_eq!(solvency, (GIFT, GIFT));
}
