//! What the tests of channels share.

pub use crate::sale::world::{PER_BYTE, PER_ITEM};
pub use channels::{
    channel::{Channel, ChannelError, Skip, Terms, MAX_DELAY, MIN_DELAY},
    claims::{Outcome, SignedVoucher},
    events::{Change, ChannelChange, ChannelsChanged, Deposited, Withdrawn},
    Error,
};
pub use farthing_chain::{
    Account, AccountId, AsInk, Balance, Chain, Channels, Failure, Message, Receipt,
    EXISTENTIAL_DEPOSIT, UNIT,
};
pub use farthing_types::{
    signing::Signer,
    voucher::{ChannelId, Closing, Place, Signature, Voucher},
    Millis, DAY,
};
pub use ink::codegen::TraitCallBuilder;

use crate::calls::check_refusal;
pub use crate::calls::refused;
use ink::scale::{Decode, Encode};

/// A reserve for most tests.
pub const RESERVE: Balance = 10 * UNIT;

/// The channels contract on a new chain, and those who use it.
pub struct World {
    pub chain: Chain,
    pub channels: Channels,
    /// Pays.
    pub alice: Account,
    /// Is paid.
    pub bob: Account,
    /// Has no part in it, or is another of either.
    pub carol: Account,
    pub guardian: Account,
    /// Signs alice's vouchers.
    pub phone: Signer,
}

pub fn world() -> World {
    let mut chain = Chain::new();
    let [deployer, alice, bob, carol] =
        ["deployer", "alice", "bob", "carol"].map(|name| chain.account(name, 1_000 * UNIT));
    let guardian = chain.account("guardian", UNIT);
    let channels = Channels::deploy(&mut chain, &deployer, Some(&guardian.id()));
    World {
        chain,
        channels,
        alice,
        bob,
        carol,
        guardian,
        phone: Signer::from_seed(&[7; 32]),
    }
}

/// A world with a channel of [`RESERVE`] from alice to bob, and its epoch.
pub fn world_with_channel() -> (World, u64) {
    let mut w = world();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let epoch = w.open(&alice, &bob, RESERVE).unwrap();
    (w, epoch)
}

impl World {
    /// Calls a message. One that is refused is refused twice, by a dry run and in a block of its own,
    /// and must have changed nothing: only its fee is gone.
    pub fn call<Args: Encode + Clone, T: Decode>(
        &mut self,
        signer: &Account,
        message: Message<Args, Result<T, Error>>,
        value: Balance,
    ) -> Result<(T, Receipt), Failure<Error>> {
        let outcome = self.chain.call(signer, message.clone(), value);
        if let Err(Failure::Contract(_)) = outcome {
            let contracts = [self.channels.id.clone()];
            check_refusal(&mut self.chain, &contracts, signer, message, value);
        }
        outcome
    }

    /// Terms with the phone as the signer and the shortest delay.
    pub fn terms(&self, reserve: Balance) -> Terms {
        Terms {
            reserve,
            signer: self.phone.public(),
            delay: MIN_DELAY,
        }
    }

    /// Opens one channel with the reserve attached, and returns its epoch.
    pub fn open(
        &mut self,
        payer: &Account,
        payee: &Account,
        reserve: Balance,
    ) -> Result<u64, Failure<Error>> {
        let terms = self.terms(reserve);
        self.open_on(payer, &[(payee, terms)], reserve)
            .map(|(epochs, _)| epochs[0])
    }

    pub fn open_on(
        &mut self,
        payer: &Account,
        channels: &[(&Account, Terms)],
        value: Balance,
    ) -> Result<(Vec<u64>, Receipt), Failure<Error>> {
        let channels = channels
            .iter()
            .map(|(payee, terms)| (payee.id().ink(), terms.clone()))
            .collect();
        let message = self.channels.contract.call_mut().open(channels);
        self.call(payer, message, value)
    }

    pub fn deposit(
        &mut self,
        account: &Account,
        value: Balance,
    ) -> Result<Receipt, Failure<Error>> {
        let message = self.channels.contract.call_mut().deposit();
        self.call(account, message, value).map(|((), r)| r)
    }

    pub fn withdraw(
        &mut self,
        account: &Account,
        amount: Option<Balance>,
    ) -> Result<(Balance, Receipt), Failure<Error>> {
        let message = self.channels.contract.call_mut().withdraw(amount);
        self.call(account, message, 0)
    }

    pub fn leave(&mut self, account: &Account) -> Result<Receipt, Failure<Error>> {
        let message = self.channels.contract.call_mut().leave();
        self.call(account, message, 0).map(|((), r)| r)
    }

    pub fn top_up(
        &mut self,
        payer: &Account,
        payee: &Account,
        amount: Balance,
        value: Balance,
    ) -> Result<Receipt, Failure<Error>> {
        let payee = payee.id().ink();
        let message = self.channels.contract.call_mut().top_up(payee, amount);
        self.call(payer, message, value).map(|((), r)| r)
    }

    pub fn exit(&mut self, payer: &Account, payee: &Account) -> Result<Receipt, Failure<Error>> {
        let payees = vec![payee.id().ink()];
        let message = self.channels.contract.call_mut().exit(payees);
        self.call(payer, message, 0).map(|((), r)| r)
    }

    pub fn clear(&mut self, payer: &Account, payee: &Account) -> Result<Receipt, Failure<Error>> {
        let payees = vec![payee.id().ink()];
        let message = self.channels.contract.call_mut().clear(payees);
        self.call(payer, message, 0).map(|((), r)| r)
    }

    pub fn close(&mut self, payee: &Account, payer: &Account) -> Result<Receipt, Failure<Error>> {
        let payers = vec![payer.id().ink()];
        let message = self.channels.contract.call_mut().close(payers);
        self.call(payee, message, 0).map(|((), r)| r)
    }

    pub fn close_together(
        &mut self,
        payer: &Account,
        payee: &Account,
        amount: Balance,
        signature: Signature,
    ) -> Result<Receipt, Failure<Error>> {
        let message =
            self.channels
                .contract
                .call_mut()
                .close_together(payee.id().ink(), amount, signature);
        self.call(payer, message, 0).map(|((), r)| r)
    }

    /// Claims for `payee`, as themselves.
    pub fn claim(
        &mut self,
        payee: &Account,
        vouchers: &[SignedVoucher],
    ) -> Result<Vec<Outcome>, Failure<Error>> {
        self.claim_as(payee, payee, vouchers)
            .map(|(outcomes, _)| outcomes)
    }

    pub fn claim_as(
        &mut self,
        caller: &Account,
        payee: &Account,
        vouchers: &[SignedVoucher],
    ) -> Result<(Vec<Outcome>, Receipt), Failure<Error>> {
        let message = self
            .channels
            .contract
            .call_mut()
            .claim(payee.id().ink(), vouchers.to_vec());
        self.call(caller, message, 0)
    }

    // ---- Signing ----

    /// A voucher by the phone, for what the contract expects of this channel and epoch.
    pub fn voucher(
        &self,
        payer: &Account,
        payee: &Account,
        epoch: u64,
        cumulative: Balance,
    ) -> SignedVoucher {
        self.voucher_by(&self.phone, payer, payee, epoch, cumulative)
    }

    pub fn voucher_by(
        &self,
        signer: &Signer,
        payer: &Account,
        payee: &Account,
        epoch: u64,
        cumulative: Balance,
    ) -> SignedVoucher {
        let said = Voucher {
            channel: channel_id(payer, payee, epoch),
            cumulative,
            root: [0; 32],
        };
        present(&said, signer.sign(&said.payload(&self.channels.place)))
    }

    /// The payee's signature, by the key of their account, over a final amount.
    pub fn closing(
        &self,
        payer: &Account,
        payee: &Account,
        epoch: u64,
        amount: Balance,
    ) -> Signature {
        let said = Closing {
            channel: channel_id(payer, payee, epoch),
            amount,
        };
        sign_as(payee, &said.payload(&self.channels.place))
    }

    // ---- Looking ----

    pub fn free(&mut self, account: &Account) -> Balance {
        self.record(account).map_or(0, |record| record.free)
    }

    pub fn record(&mut self, account: &Account) -> Option<channels::account::Account> {
        let message = self.channels.contract.call().account(account.id().ink());
        self.chain.read(message)
    }

    pub fn channel(&mut self, payer: &Account, payee: &Account) -> Option<Channel> {
        let (payer, payee) = (payer.id().ink(), payee.id().ink());
        let message = self.channels.contract.call().channel(payer, payee);
        self.chain.read(message)
    }

    pub fn assert_solvent(&mut self) {
        self.channels.assert_solvent(&mut self.chain);
    }
}

pub fn channel_id(payer: &Account, payee: &Account, epoch: u64) -> ChannelId<[u8; 32]> {
    ChannelId {
        payer: payer.id().into(),
        payee: payee.id().into(),
        epoch,
    }
}

/// A voucher as it is claimed, with a signature.
pub fn present(said: &Voucher<[u8; 32]>, signature: Signature) -> SignedVoucher {
    SignedVoucher {
        payer: said.channel.payer.into(),
        epoch: said.channel.epoch,
        cumulative: said.cumulative,
        root: said.root,
        signature,
    }
}

/// A signature by the key of an account, as a wallet makes it.
pub fn sign_as(account: &Account, message: &[u8]) -> Signature {
    Signature {
        bytes: account.sign(message),
        wrapped: false,
    }
}

/// An error about the channel with an account.
pub fn with(other: &Account, why: ChannelError) -> Error {
    Error::Channel(other.id().ink(), why)
}

/// The only event of the transaction, which must be about channels.
pub fn only_changes(receipt: &Receipt) -> ChannelsChanged {
    assert_eq!(receipt.events.len(), 1);
    receipt.events_of::<ChannelsChanged>().remove(0)
}

/// Where the contract keeps accounts: the root key of that field, as its metadata says.
pub const ACCOUNTS: [u8; 4] = [0x80, 0x95, 0xb3, 0xe0];

/// Checks that a storage deposit came back. The chain gives each item its share of all that a contract
/// locks, rounded, so that a unit or two can be missing.
pub fn assert_returned(receipt: &Receipt, deposit: i128) {
    let missing = deposit + receipt.deposit;
    assert!((0..=4).contains(&missing), "{missing} units are missing");
}
