//! Channels: vouchers signed off the chain, and every way in which a channel ends.

use crate::{
    costs,
    receipt::Receipt,
    world::{Account, Deployed, Message, World, UNIT},
};
use channels::{
    channel::{ChannelError, Skip, Terms, MIN_DELAY},
    claims::SignedVoucher,
    error::Error,
    events::{Change, ChannelChange, ChannelsChanged, Deposited, Withdrawn},
    ChannelsRef,
};
use farthing_types::{
    signing::Signer,
    voucher::{ChannelId, Closing, Place, Signature, Voucher},
    Balance,
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

    pub fn terms(&self, reserve: Balance) -> Terms {
        Terms {
            reserve,
            signer: self.phone.public(),
            delay: MIN_DELAY,
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
        epoch: u64,
        cumulative: Balance,
    ) -> SignedVoucher {
        let root = [0; 32];
        let voucher = Voucher {
            channel: ChannelId {
                payer: payer.id(),
                payee: *payee,
                epoch,
            },
            cumulative,
            root,
        };
        SignedVoucher {
            payer: payer.id(),
            epoch,
            cumulative,
            root,
            signature: self.phone.sign(&voucher.payload(&self.place())),
        }
    }

    /// The payee's consent to close at this amount, by the key of the account.
    fn closing(&self, epoch: u64, amount: Balance) -> Signature {
        let closing = Closing {
            channel: ChannelId {
                payer: self.ada.id(),
                payee: self.bob.id(),
                epoch,
            },
            amount,
        };
        Signature {
            bytes: self.bob.keys.sign(&closing.payload(&self.place())).0,
            wrapped: false,
        }
    }

    /// The only change that a transaction made, of the channel from ada to bob.
    fn change(&self, receipt: &Receipt, epoch: u64) -> Change {
        let mut event = receipt.event::<ChannelsChanged>(&self.at.id);
        assert_eq!(event.changes.len(), 1, "{:?}", event.changes);
        let ChannelChange {
            payer,
            payee,
            epoch: told,
            change,
        } = event.changes.remove(0);
        assert_eq!((payer, payee, told), (self.ada.id(), self.bob.id(), epoch));
        change
    }

    async fn deposit(&mut self, amount: Balance) -> Receipt {
        let ada = self.ada.clone();
        let message = self.to().deposit();
        let (_, receipt) = self.call(&ada, message, amount).await;
        let account = ada.id();
        receipt.assert_event(&self.at.id, Deposited { account, amount });
        receipt
    }

    /// Ada opens a channel to bob, with the reserve attached or out of her deposit.
    async fn open(&mut self, attached: Balance) -> (u64, Receipt) {
        let (ada, bob, terms) = (self.ada.clone(), self.bob.id(), self.terms(RESERVE));
        let message = self.to().open(vec![(bob, terms.clone())]);
        let (epochs, receipt) = self.call(&ada, message, attached).await;
        assert_eq!(self.change(&receipt, epochs[0]), Change::Opened(terms));
        (epochs[0], receipt)
    }

    /// Bob claims one voucher.
    async fn claim(&mut self, voucher: SignedVoucher) -> (Result<Balance, Skip>, Receipt) {
        let bob = self.bob.clone();
        let message = self.to().claim(bob.id(), vec![voucher]);
        let (outcomes, receipt) = self.call(&bob, message, 0).await;
        (outcomes[0], receipt)
    }

    /// An account takes out all that is free for it, which must be this much.
    async fn withdraw(&mut self, account: &Account, amount: Balance) {
        let before = self.w.free(&account.id()).await;
        let message = self.to().withdraw(None);
        let (sent, receipt) = self.call(account, message, 0).await;
        assert_eq!(sent, amount);
        receipt.assert_event(
            &self.at.id,
            Withdrawn {
                account: account.id(),
                amount,
            },
        );
        let after = self.w.free(&account.id()).await;
        assert_eq!(after, before + amount - receipt.fee);
    }

    /// The end of every test: everything that the contract holds is owed, since nothing was forced in.
    pub async fn assert_solvent(&mut self) {
        let message = self.at.contract.call().solvency();
        let (owed, held) = self.w.read(message).await;
        assert_eq!(owed, held);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn vouchers_are_claimed_the_payee_closes_and_the_payer_clears() {
    let mut c = Channels::new().await;
    let (ada, bob) = (c.ada.clone(), c.bob.clone());
    let receipt = c.deposit(100 * UNIT).await;
    costs::check("channels.deposit", &receipt);
    let receipt = c.deposit(UNIT).await;
    costs::check("channels.deposit, repeated", &receipt);
    let (epoch, opened) = c.open(0).await;
    costs::check("channels.open, out of a deposit", &opened);

    let voucher = c.voucher(&ada, &bob.id(), epoch, UNIT);
    let (outcome, receipt) = c.claim(voucher.clone()).await;
    costs::check("channels.claim", &receipt);
    assert_eq!(outcome, Ok(UNIT));
    let paid = Change::Claimed {
        paid: UNIT,
        root: None,
    };
    assert_eq!(c.change(&receipt, epoch), paid);
    let (outcome, receipt) = c.claim(c.voucher(&ada, &bob.id(), epoch, 2 * UNIT)).await;
    costs::check("channels.claim, repeated", &receipt);
    assert_eq!(outcome, Ok(UNIT));

    // The same again, another amount under the same signature, and one of an epoch that never was.
    let (outcome, receipt) = c.claim(voucher.clone()).await;
    let skip = Skip::NothingNew(2 * UNIT);
    assert_eq!(outcome, Err(skip));
    assert_eq!(c.change(&receipt, epoch), Change::Skipped(skip));
    let mut forged = voucher;
    forged.cumulative = 5 * UNIT;
    assert_eq!(c.claim(forged).await.0, Err(Skip::BadSignature));
    let other = c.voucher(&ada, &bob.id(), epoch + 1, 5 * UNIT);
    assert_eq!(c.claim(other).await.0, Err(Skip::OtherEpoch(epoch)));

    let message = c.to().clear(vec![bob.id()]);
    let open = Error::Channel(bob.id(), ChannelError::Open(None));
    assert_eq!(c.refused(&ada, message).await, open);
    let message = c.to().close(vec![ada.id()]);
    let (_, receipt) = c.call(&bob, message, 0).await;
    costs::check("channels.close", &receipt);
    assert_eq!(c.change(&receipt, epoch), Change::Closed);
    let late = c.voucher(&ada, &bob.id(), epoch, 3 * UNIT);
    assert_eq!(c.claim(late).await.0, Err(Skip::Over));
    let message = c.to().clear(vec![bob.id()]);
    let (_, cleared) = c.call(&ada, message, 0).await;
    let rest = RESERVE - 2 * UNIT;
    assert_eq!(c.change(&cleared, epoch), Change::Cleared(rest));
    cleared.assert_gives_back(&opened);

    c.withdraw(&bob, 2 * UNIT).await;
    c.withdraw(&ada, 101 * UNIT - 2 * UNIT).await;
    let message = c.to().withdraw(None);
    assert_eq!(c.refused(&ada, message).await, Error::NothingDue);
    let message = c.to().leave();
    let (_, receipt) = c.call(&ada, message, 0).await;
    costs::check("channels.leave", &receipt);
    let message = c.at.contract.call().solvency();
    assert_eq!(c.w.read(message).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn payer_and_payee_close_together_at_once() {
    let mut c = Channels::new().await;
    let (ada, bob) = (c.ada.clone(), c.bob.clone());
    let (epoch, opened) = c.open(RESERVE).await;
    costs::check("channels.open, with the reserve attached", &opened);
    let (amount, consent) = (3 * UNIT, c.closing(epoch, 3 * UNIT));
    let message = c.to().close_together(bob.id(), amount - 1, consent);
    let bad = Error::Channel(bob.id(), ChannelError::BadSignature);
    assert_eq!(c.refused(&ada, message).await, bad);
    let message = c.to().close_together(bob.id(), amount, consent);
    let (_, receipt) = c.call(&ada, message, 0).await;
    let rest = RESERVE - amount;
    assert_eq!(
        c.change(&receipt, epoch),
        Change::Settled { paid: amount, rest }
    );
    let message = c.at.contract.call().channel(ada.id(), bob.id());
    assert_eq!(c.w.read(message).await, None);
    c.withdraw(&bob, amount).await;
    c.withdraw(&ada, rest).await;
    c.assert_solvent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_payer_leaves_alone_when_the_exit_is_over() {
    let mut c = Channels::new().await;
    let (ada, bob) = (c.ada.clone(), c.bob.clone());
    let (epoch, _) = c.open(RESERVE).await;
    let message = c.to().exit(vec![bob.id()]);
    let (_, receipt) = c.call(&ada, message, 0).await;
    costs::check("channels.exit", &receipt);
    let end = c.w.now().await + MIN_DELAY;
    assert_eq!(c.change(&receipt, epoch), Change::Exiting(end));
    // Until then the payee claims, and the payer has nothing back.
    let voucher = c.voucher(&ada, &bob.id(), epoch, UNIT);
    assert_eq!(c.claim(voucher).await.0, Ok(UNIT));
    let message = c.to().clear(vec![bob.id()]);
    let open = Error::Channel(bob.id(), ChannelError::Open(Some(end)));
    assert_eq!(c.refused(&ada, message).await, open);
    let message = c.to().exit(vec![bob.id()]);
    let exiting = Error::Channel(bob.id(), ChannelError::Exiting(end));
    assert_eq!(c.refused(&ada, message).await, exiting);

    if c.w.forward(MIN_DELAY).await {
        let late = c.voucher(&ada, &bob.id(), epoch, 2 * UNIT);
        assert_eq!(c.claim(late).await.0, Err(Skip::Over));
        let message = c.to().clear(vec![bob.id()]);
        let (_, receipt) = c.call(&ada, message, 0).await;
        assert_eq!(c.change(&receipt, epoch), Change::Cleared(RESERVE - UNIT));
        c.withdraw(&ada, RESERVE - UNIT).await;
    }
    c.withdraw(&bob, UNIT).await;
    c.assert_solvent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_payer_sets_more_aside_while_the_channel_is_open() {
    let mut c = Channels::new().await;
    let (ada, bob) = (c.ada.clone(), c.bob.clone());
    let message = c.to().top_up(bob.id(), UNIT);
    let missing = Error::Channel(bob.id(), ChannelError::Missing);
    assert_eq!(c.refused(&ada, message).await, missing);
    c.deposit(RESERVE + 2 * UNIT).await;
    let (epoch, _) = c.open(0).await;
    let message = c.to().top_up(bob.id(), 2 * UNIT + 1);
    assert_eq!(c.refused(&ada, message).await, Error::FreeTooLow(2 * UNIT));
    let message = c.to().top_up(bob.id(), 0);
    let nothing = Error::Channel(bob.id(), ChannelError::ZeroAmount);
    assert_eq!(c.refused(&ada, message).await, nothing);
    for (name, attached) in [
        ("channels.top_up, out of a deposit", 0),
        ("channels.top_up, with value", UNIT),
    ] {
        let message = c.to().top_up(bob.id(), UNIT);
        let (_, receipt) = c.call(&ada, message, attached).await;
        costs::check(name, &receipt);
        assert_eq!(c.change(&receipt, epoch), Change::ToppedUp(UNIT));
    }

    // A voucher over more than the reserve is good for all that it is now.
    let reserve = RESERVE + 2 * UNIT;
    let voucher = c.voucher(&ada, &bob.id(), epoch, reserve + UNIT);
    assert_eq!(c.claim(voucher.clone()).await.0, Ok(reserve));
    let all = Skip::NothingNew(reserve);
    assert_eq!(c.claim(voucher).await.0, Err(all));
    let message = c.to().exit(vec![bob.id()]);
    c.call(&ada, message, 0).await;
    let end = c.w.now().await + MIN_DELAY;
    let message = c.to().top_up(bob.id(), UNIT);
    let exiting = Error::Channel(bob.id(), ChannelError::Exiting(end));
    assert_eq!(c.refused(&ada, message).await, exiting);

    c.withdraw(&bob, reserve).await;
    // One of the two was paid for with value, so that as much of the deposit is left.
    c.withdraw(&ada, UNIT).await;
    let message = c.at.contract.call().solvency();
    assert_eq!(c.w.read(message).await, (0, 0));
}
