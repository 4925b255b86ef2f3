//! Channels: vouchers signed off the chain, and every way in which a channel ends.

use crate::{
    costs,
    receipt::Receipt,
    world::{Account, Deployed, Message, World, UNIT},
};
use farthing_contracts::channels::{
    channel::{ChannelError, Moment, Skip, Terms, EXIT_BLOCKS, MIN_DELAY, WINDOW},
    error::Error,
    events::{Change, ChannelsChanged, Side},
    messages::{Life, Opening, SignedVoucher},
    storage::LaneKey,
    ChannelsRef,
};
use farthing_types::{
    signing::Signer,
    voucher::{ChannelId, Closing, Place, Signature, Voucher},
    Balance, Millis,
};
use ink::{codegen::TraitCallBuilder, primitives::AccountId};
use scale::{Decode, Encode};
use std::fmt::Debug;

const RESERVE: Balance = 10 * UNIT;

/// A payer with a phone that signs for her, and a payee.
pub struct Channels {
    pub w: World,
    pub at: Deployed<ChannelsRef>,
    pub phone: Signer,
    pub ada: Account,
    pub bob: Account,
    /// All lanes that were ever opened.
    pub lanes: Vec<LaneKey>,
}

impl Channels {
    pub async fn new() -> Self {
        let mut w = World::new().await;
        let [deployer, ada, bob] = w.accounts(200 * UNIT).await;
        let constructor = ChannelsRef::new(w.genesis(), Some(deployer.id()));
        let at = w.deploy("channels", &deployer, constructor).await;
        costs::check_new("channels.new", &at);
        let message = at.contract.call().overview();
        // What a payee must check before anything else.
        assert_eq!(w.read(message).await.genesis, w.genesis());
        Self {
            w,
            at,
            phone: Signer::generate(),
            ada,
            bob,
            lanes: Vec::new(),
        }
    }

    /// The contract's messages.
    pub fn to(&mut self) -> &mut <ChannelsRef as TraitCallBuilder>::Builder {
        self.at.contract.call_mut()
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

    async fn refused<Args, T>(
        &mut self,
        signer: &Account,
        message: Message<Args, Result<T, Error>>,
    ) -> Error
    where
        Args: Sync + Encode + Clone,
        T: Send + Decode,
    {
        self.w.refused(signer, message, 0).await
    }

    /// A channel to open in lane 0, with the payee's account key for closings.
    pub fn opening(&self, payee: AccountId, reserve: Balance) -> Opening {
        Opening {
            payee,
            lane: 0,
            terms: Terms {
                reserve,
                signer: self.phone.public(),
                closer: *payee.as_ref(),
                delay: MIN_DELAY,
            },
        }
    }

    fn place(&self) -> Place<AccountId> {
        Place {
            genesis: self.w.genesis(),
            contract: self.at.id,
        }
    }

    /// What the phone signs: so much in all is the payee's.
    pub fn voucher(
        &self,
        payer: &Account,
        payee: &AccountId,
        epoch: Millis,
        cumulative: Balance,
    ) -> SignedVoucher {
        let root = [0; 32];
        let voucher = Voucher {
            channel: ChannelId {
                payer: payer.id(),
                payee: *payee,
                lane: 0,
                epoch,
            },
            cumulative,
            root,
        };
        SignedVoucher {
            payer: payer.id(),
            lane: 0,
            epoch,
            cumulative,
            root,
            signature: self.phone.sign(&voucher.payload(&self.place())),
        }
    }

    /// The payee's consent to close at this amount, by the key of the account.
    fn closing(&self, epoch: Millis, amount: Balance) -> Signature {
        let closing = Closing {
            channel: ChannelId {
                payer: self.ada.id(),
                payee: self.bob.id(),
                lane: 0,
                epoch,
            },
            amount,
            expires: Millis::MAX,
        };
        Signature {
            bytes: self.bob.keys.sign(&closing.payload(&self.place())).0,
            wrapped: false,
        }
    }

    /// The only change that a transaction made, of the channel from ada to bob.
    fn change(&self, receipt: &Receipt, epoch: Millis) -> Change {
        let event = receipt.event::<ChannelsChanged>(&self.at.id);
        assert_eq!(event.changes.len(), 1, "{:?}", event.changes);
        let (id, change) = event.by_channel().next().unwrap();
        let expected = (self.ada.id(), self.bob.id(), epoch);
        assert_eq!((id.payer, id.payee, id.epoch), expected);
        change.clone()
    }

    /// Ada opens a channel to bob.
    async fn open(&mut self) -> (Millis, Receipt) {
        let (ada, bob) = (self.ada.clone(), self.bob.id());
        let (epoch, opening) = (self.w.now().await, self.opening(bob, RESERVE));
        let message = self.to().open(epoch, vec![opening.clone()]);
        let ((), receipt) = self.call(&ada, message, RESERVE).await;
        self.lanes.push((ada.id(), bob, 0));
        assert_eq!(self.change(&receipt, epoch), Change::Opened(opening.terms));
        let event = receipt.event::<ChannelsChanged>(&self.at.id);
        assert_eq!(event.side, Side::Payer(ada.id()));
        (epoch, receipt)
    }

    /// The channel from ada to bob, as ada names it or as bob does.
    fn life(&self, other: &Account, epoch: Millis) -> Life {
        Life {
            other: other.id(),
            lane: 0,
            epoch,
        }
    }

    /// Bob claims one voucher.
    async fn claim(&mut self, voucher: SignedVoucher) -> (Result<Balance, Skip>, Receipt) {
        let bob = self.bob.clone();
        let message = self.to().claim(bob.id(), vec![voucher]);
        let (outcomes, receipt) = self.call(&bob, message, 0).await;
        (outcomes[0], receipt)
    }

    /// The end of every test: everything that the contract holds is owed, since nothing was forced in.
    pub async fn assert_solvent(&mut self) {
        let (owed, held) = self.solvency().await;
        assert_eq!(owed, held);
    }

    /// What the contract owes for the channels of this test, and what it holds.
    pub async fn solvency(&mut self) -> (Balance, Balance) {
        let message = self.at.contract.call();
        let message = message.solvency(self.lanes.clone(), Vec::new());
        self.w.read(message).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn vouchers_are_claimed_the_payee_closes_and_all_money_is_out_at_once() {
    let mut c = Channels::new().await;
    let (ada, bob) = (c.ada.clone(), c.bob.clone());
    let (epoch, opened) = c.open().await;
    costs::check("channels.open", &opened);

    let voucher = c.voucher(&ada, &bob.id(), epoch, UNIT);
    let before = c.w.free(&bob.id()).await;
    let (outcome, receipt) = c.claim(voucher.clone()).await;
    costs::check("channels.claim", &receipt);
    assert_eq!(outcome, Ok(UNIT));
    let paid = Change::Claimed {
        paid: UNIT,
        root: None,
    };
    assert_eq!(c.change(&receipt, epoch), paid);
    assert_eq!(c.w.free(&bob.id()).await, before + UNIT - receipt.fee);
    let (outcome, receipt) = c.claim(c.voucher(&ada, &bob.id(), epoch, 2 * UNIT)).await;
    costs::check("channels.claim, repeated", &receipt);
    assert_eq!(outcome, Ok(UNIT));

    // The same again, another amount under the same signature, and one of an epoch that never was.
    let (outcome, _) = c.claim(voucher.clone()).await;
    assert_eq!(outcome, Err(Skip::NothingNew(2 * UNIT)));
    let mut forged = voucher;
    forged.cumulative = 5 * UNIT;
    assert_eq!(c.claim(forged).await.0, Err(Skip::BadSignature));
    let other = c.voucher(&ada, &bob.id(), epoch + 1, 5 * UNIT);
    assert_eq!(c.claim(other).await.0, Err(Skip::OtherEpoch(epoch)));

    let (to_bob, from_ada) = (c.life(&bob, epoch), c.life(&ada, epoch));
    let message = c.to().clear(vec![to_bob]);
    let (entries, _) = c.call(&ada, message, 0).await;
    assert_eq!(entries, [Err(ChannelError::Open(None))]);
    let message = c.to().close(vec![from_ada]);
    let before = c.w.free(&ada.id()).await;
    let (_, receipt) = c.call(&bob, message, 0).await;
    costs::check("channels.close", &receipt);
    let rest = RESERVE - 2 * UNIT;
    let Change::Closed { rest: back, .. } = c.change(&receipt, epoch) else {
        panic!("the channel was not closed");
    };
    assert_eq!(back, rest);
    assert_eq!(c.w.free(&ada.id()).await, before + rest);
    let late = c.voucher(&ada, &bob.id(), epoch, 3 * UNIT);
    assert_eq!(c.claim(late).await.0, Err(Skip::Over));
    if c.w.forward(WINDOW).await {
        let message = c.to().clear(vec![to_bob]);
        let (_, cleared) = c.call(&ada, message, 0).await;
        let freed = Change::Cleared {
            rest: 0,
            freed: true,
        };
        assert_eq!(c.change(&cleared, epoch), freed);
        cleared.assert_gives_back(&opened);
    }
    c.assert_solvent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn payer_and_payee_close_together_at_once() {
    let mut c = Channels::new().await;
    let (ada, bob) = (c.ada.clone(), c.bob.clone());
    let (epoch, _) = c.open().await;
    let (amount, consent) = (3 * UNIT, c.closing(epoch, 3 * UNIT));
    let message = c
        .to()
        .close_together(bob.id(), 0, amount - 1, Millis::MAX, consent);
    let bad = Error::Channel(bob.id(), ChannelError::BadSignature);
    assert_eq!(c.refused(&ada, message).await, bad);
    let message = c
        .to()
        .close_together(bob.id(), 0, amount, Millis::MAX, consent);
    let before = c.w.free(&bob.id()).await;
    let (_, receipt) = c.call(&ada, message, 0).await;
    let Change::ClosedTogether {
        paid, rest, freed, ..
    } = c.change(&receipt, epoch)
    else {
        panic!("the channel was not closed");
    };
    assert_eq!((paid, rest, freed), (amount, RESERVE - amount, false));
    assert_eq!(c.w.free(&bob.id()).await, before + amount);
    assert_eq!(c.solvency().await, (0, 0));
    c.assert_solvent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_payer_leaves_alone_when_the_exit_is_over() {
    let mut c = Channels::new().await;
    let (ada, bob) = (c.ada.clone(), c.bob.clone());
    let (epoch, _) = c.open().await;
    let life = c.life(&bob, epoch);
    let message = c.to().exit(vec![life]);
    let (ends, receipt) = c.call(&ada, message, 0).await;
    costs::check("channels.exit", &receipt);
    let Change::Exiting(end) = c.change(&receipt, epoch) else {
        panic!("no exit");
    };
    let now = c.w.now().await;
    assert!(end.time <= now + MIN_DELAY && end.time > now);
    assert!(end.block >= EXIT_BLOCKS);
    let _: &[Result<Moment, ChannelError>] = &ends;
    // Until then the payee claims, and the payer has nothing back.
    let voucher = c.voucher(&ada, &bob.id(), epoch, UNIT);
    assert_eq!(c.claim(voucher).await.0, Ok(UNIT));
    let message = c.to().clear(vec![life]);
    let (entries, _) = c.call(&ada, message, 0).await;
    assert_eq!(entries, [Err(ChannelError::Open(Some(end)))]);
    let message = c.to().exit(vec![life]);
    let (entries, _) = c.call(&ada, message, 0).await;
    assert_eq!(entries, [Err(ChannelError::Exiting(end))]);

    let mut forward = true;
    for _ in 0..=EXIT_BLOCKS {
        forward = forward && c.w.forward(MIN_DELAY / u64::from(EXIT_BLOCKS)).await;
    }
    if forward {
        let late = c.voucher(&ada, &bob.id(), epoch, 2 * UNIT);
        assert_eq!(c.claim(late).await.0, Err(Skip::Over));
        let message = c.to().clear(vec![life]);
        let (entries, _) = c.call(&ada, message, 0).await;
        assert_eq!(entries, [Ok(RESERVE - UNIT)]);
    }
    c.assert_solvent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_is_set_aside_while_the_channel_is_open() {
    let mut c = Channels::new().await;
    let (ada, bob) = (c.ada.clone(), c.bob.clone());
    let top_up = |c: &mut Channels, epoch| {
        let (payer, payee) = (c.ada.id(), c.bob.id());
        c.to().top_up(payer, payee, 0, epoch)
    };
    let message = top_up(&mut c, 0);
    let missing = Error::Channel(bob.id(), ChannelError::Missing);
    assert_eq!(c.w.refused(&ada, message, UNIT).await, missing);
    let (epoch, _) = c.open().await;
    let message = top_up(&mut c, epoch);
    let nothing = Error::Channel(bob.id(), ChannelError::ZeroAmount);
    assert_eq!(c.refused(&ada, message).await, nothing);
    // Anyone can do it.
    for payer in [&ada, &bob] {
        let message = top_up(&mut c, epoch);
        let (_, receipt) = c.call(payer, message, UNIT).await;
        if payer.id() == ada.id() {
            costs::check("channels.top_up", &receipt);
        }
        assert_eq!(c.change(&receipt, epoch), Change::ToppedUp(UNIT));
    }

    // A voucher over more than the reserve is good for all that it is now.
    let reserve = RESERVE + 2 * UNIT;
    let voucher = c.voucher(&ada, &bob.id(), epoch, reserve + UNIT);
    assert_eq!(c.claim(voucher.clone()).await.0, Ok(reserve));
    assert_eq!(c.claim(voucher).await.0, Err(Skip::NothingNew(reserve)));
    let life = c.life(&bob, epoch);
    let message = c.to().exit(vec![life]);
    // The dry run's end is a block earlier than that of the block it got into.
    let (_, receipt) = c.call(&ada, message, 0).await;
    let Change::Exiting(end) = c.change(&receipt, epoch) else {
        panic!("the channel does not end");
    };
    let message = top_up(&mut c, epoch);
    let exiting = Error::Channel(bob.id(), ChannelError::Exiting(end));
    assert_eq!(c.w.refused(&ada, message, UNIT).await, exiting);
    assert_eq!(c.solvency().await, (0, 0));
    c.assert_solvent().await;
}
