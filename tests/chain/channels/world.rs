//! What the tests of channels share.

pub use crate::sale::world::{PER_BYTE, PER_ITEM};
pub use farthing_chain::{
    existential_deposit, Account, AccountId, AsInk, Balance, Chain, Channels, Failure, Message,
    Receipt, UNIT,
};
pub use farthing_contracts::channels::{
    channel::{
        Channel, ChannelError, Moment, Skip, StoredChannel, Terms, EXIT_BLOCKS, MAX_DELAY,
        MIN_DELAY, MIN_GIFT_LANE, WINDOW,
    },
    events::{Change, ChannelChange, ChannelsChanged, KeptFor, Side, Withdrawn},
    kept::Kept,
    messages::{Entry, Life, Opening, Outcome, SignedVoucher},
    reading::{AccountPage, MAX_PAGE},
    Error,
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
pub fn world_with_channel() -> (World, Millis) {
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

    /// Terms with the phone as the signer, the shortest delay, and `payee`'s account key for closings.
    pub fn terms(&self, payee: &Account, reserve: Balance) -> Terms {
        Terms {
            reserve,
            signer: self.phone.public(),
            closer: payee.id().into(),
            delay: MIN_DELAY,
        }
    }

    /// A channel to open in lane 0, on the usual terms.
    pub fn opening(&self, payee: &Account, reserve: Balance) -> Opening {
        Opening {
            payee: payee.id().ink(),
            lane: 0,
            terms: self.terms(payee, reserve),
        }
    }

    /// Opens one channel in lane 0 with the reserve attached, and returns its epoch: now.
    pub fn open(
        &mut self,
        payer: &Account,
        payee: &Account,
        reserve: Balance,
    ) -> Result<Millis, Failure<Error>> {
        let (epoch, opening) = (self.chain.now(), self.opening(payee, reserve));
        self.open_on(payer, epoch, vec![opening], reserve)
            .map(|_| epoch)
    }

    pub fn open_on(
        &mut self,
        payer: &Account,
        epoch: Millis,
        openings: Vec<Opening>,
        value: Balance,
    ) -> Result<Receipt, Failure<Error>> {
        let message = self.channels.contract.call_mut().open(epoch, openings);
        self.call(payer, message, value).map(|((), r)| r)
    }

    pub fn open_for(
        &mut self,
        giver: &Account,
        payer: &Account,
        epoch: Millis,
        openings: Vec<Opening>,
        value: Balance,
    ) -> Result<Receipt, Failure<Error>> {
        let payer = payer.id().ink();
        let message = self
            .channels
            .contract
            .call_mut()
            .open_for(payer, epoch, openings);
        self.call(giver, message, value).map(|((), r)| r)
    }

    pub fn withdraw(
        &mut self,
        caller: &Account,
        account: &Account,
    ) -> Result<(Balance, Receipt), Failure<Error>> {
        let account = account.id().ink();
        let message = self.channels.contract.call_mut().withdraw(account);
        self.call(caller, message, 0)
    }

    /// Tops up the channel in lane 0, in the epoch that it is in.
    pub fn top_up(
        &mut self,
        caller: &Account,
        payer: &Account,
        payee: &Account,
        value: Balance,
    ) -> Result<Receipt, Failure<Error>> {
        let life = self.life(payer, payee);
        let (payer, payee) = (payer.id().ink(), payee.id().ink());
        let to = self.channels.contract.call_mut();
        let message = to.top_up(payer, payee, 0, life.epoch);
        self.call(caller, message, value).map(|((), r)| r)
    }

    /// The life of the channel in lane 0 as the payer names it; of epoch 0 if there is none.
    pub fn life(&mut self, payer: &Account, payee: &Account) -> Life {
        Life {
            other: payee.id().ink(),
            lane: 0,
            epoch: self.channel(payer, payee).map_or(0, |one| one.epoch),
        }
    }

    /// The same as the payee names it.
    pub fn life_from(&mut self, payee: &Account, payer: &Account) -> Life {
        Life {
            other: payer.id().ink(),
            ..self.life(payer, payee)
        }
    }

    pub fn exit(&mut self, payer: &Account, payee: &Account) -> (Entry<Moment>, Receipt) {
        let life = self.life(payer, payee);
        let message = self.channels.contract.call_mut().exit(vec![life]);
        only(self.call(payer, message, 0))
    }

    pub fn clear(&mut self, payer: &Account, payee: &Account) -> (Entry<Balance>, Receipt) {
        let life = self.life(payer, payee);
        let message = self.channels.contract.call_mut().clear(vec![life]);
        only(self.call(payer, message, 0))
    }

    pub fn close(&mut self, payee: &Account, payer: &Account) -> (Entry<Balance>, Receipt) {
        let life = self.life_from(payee, payer);
        let message = self.channels.contract.call_mut().close(vec![life]);
        only(self.call(payee, message, 0))
    }

    /// Closes the channel in lane 0, with a closing that expires at the end of time.
    pub fn close_together(
        &mut self,
        payer: &Account,
        payee: &Account,
        amount: Balance,
        signature: Signature,
    ) -> Result<Receipt, Failure<Error>> {
        self.close_before(payer, payee, amount, Millis::MAX, signature)
    }

    pub fn close_before(
        &mut self,
        payer: &Account,
        payee: &Account,
        amount: Balance,
        expires: Millis,
        signature: Signature,
    ) -> Result<Receipt, Failure<Error>> {
        let payee = payee.id().ink();
        let to = self.channels.contract.call_mut();
        let message = to.close_together(payee, 0, amount, expires, signature);
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

    // ---- Time ----

    /// Makes blocks until both have come.
    pub fn until(&mut self, end: Moment) {
        while self.chain.block() + 1 < end.block {
            let next = self.chain.now() + 5;
            self.chain.seal_at(next);
        }
        let next = self.chain.now() + 5;
        self.chain.seal_at(end.time.max(next));
    }

    /// Makes blocks until an exit with the shortest delay that begins now would be over.
    pub fn pass(&mut self) {
        let end = Moment {
            time: self.chain.now() + MIN_DELAY,
            block: self.chain.block() + EXIT_BLOCKS,
        };
        self.until(end);
    }

    /// Makes a block in which records of channels that were opened before can be freed.
    pub fn pass_window(&mut self) {
        self.chain.advance(WINDOW);
    }

    // ---- Signing ----

    /// A voucher by the phone, for what the contract expects of this channel and epoch.
    pub fn voucher(
        &self,
        payer: &Account,
        payee: &Account,
        epoch: Millis,
        cumulative: Balance,
    ) -> SignedVoucher {
        self.voucher_by(&self.phone, payer, payee, epoch, cumulative)
    }

    pub fn voucher_by(
        &self,
        signer: &Signer,
        payer: &Account,
        payee: &Account,
        epoch: Millis,
        cumulative: Balance,
    ) -> SignedVoucher {
        self.voucher_of(signer, channel_id(payer, payee, epoch), cumulative)
    }

    /// A voucher of any channel.
    pub fn voucher_of(
        &self,
        signer: &Signer,
        channel: ChannelId<[u8; 32]>,
        cumulative: Balance,
    ) -> SignedVoucher {
        let said = Voucher {
            channel,
            cumulative,
            root: [0; 32],
        };
        present(&said, signer.sign(&said.payload(&self.channels.place)))
    }

    /// The payee's signature, by the key of their account, over a final amount, for all time.
    pub fn closing(
        &self,
        payer: &Account,
        payee: &Account,
        epoch: Millis,
        amount: Balance,
    ) -> Signature {
        self.closing_until(payer, payee, epoch, amount, Millis::MAX)
    }

    pub fn closing_until(
        &self,
        payer: &Account,
        payee: &Account,
        epoch: Millis,
        amount: Balance,
        expires: Millis,
    ) -> Signature {
        let said = Closing {
            channel: channel_id(payer, payee, epoch),
            amount,
            expires,
        };
        sign_as(payee, &said.payload(&self.channels.place))
    }

    // ---- Looking ----

    /// Now, as the contract sees it.
    pub fn now(&mut self) -> Moment {
        Moment {
            time: self.chain.now(),
            block: self.chain.block(),
        }
    }

    pub fn balance(&mut self, account: &Account) -> Balance {
        self.chain.total_balance(&account.id())
    }

    pub fn kept(&mut self, account: &Account) -> Option<Kept> {
        let message = self.channels.contract.call().kept_for(account.id().ink());
        self.chain.read(message)
    }

    /// The channel in lane 0.
    pub fn channel(&mut self, payer: &Account, payee: &Account) -> Option<Channel> {
        self.channel_in(payer, payee, 0)
    }

    pub fn channel_in(&mut self, payer: &Account, payee: &Account, lane: u32) -> Option<Channel> {
        let (payer, payee) = (payer.id().ink(), payee.id().ink());
        let message = self.channels.contract.call().channel(payer, payee, lane);
        self.chain.read(message)
    }

    pub fn owed(&mut self) -> Balance {
        self.channels.solvency(&mut self.chain).0
    }

    pub fn assert_solvent(&mut self) {
        self.channels.assert_solvent(&mut self.chain);
    }
}

/// What came of the only entry of a list.
fn only<T>(done: Result<(Vec<Entry<T>>, Receipt), Failure<Error>>) -> (Entry<T>, Receipt) {
    let (mut entries, receipt) = done.unwrap_or_else(|_| panic!("lists of one are taken"));
    assert_eq!(entries.len(), 1);
    (entries.remove(0), receipt)
}

/// The channel in lane 0.
pub fn channel_id(payer: &Account, payee: &Account, epoch: Millis) -> ChannelId<[u8; 32]> {
    ChannelId {
        payer: payer.id().into(),
        payee: payee.id().into(),
        lane: 0,
        epoch,
    }
}

/// A voucher as it is claimed, with a signature.
pub fn present(said: &Voucher<[u8; 32]>, signature: Signature) -> SignedVoucher {
    SignedVoucher {
        payer: said.channel.payer.into(),
        lane: said.channel.lane,
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

/// An error about the channel to an account.
pub fn with(other: &Account, why: ChannelError) -> Error {
    Error::Channel(other.id().ink(), why)
}

/// The only event of the transaction, which must be about channels.
pub fn only_changes(receipt: &Receipt) -> ChannelsChanged {
    assert_eq!(receipt.events.len(), 1);
    receipt.events_of::<ChannelsChanged>().remove(0)
}

/// Where the contract keeps channels, and what it keeps for an account.
pub fn lane_key(payer: &Account, payee: &Account) -> Vec<u8> {
    (1u32, payer.id().ink(), payee.id().ink(), 0u32).encode()
}

pub fn kept_key(account: &Account) -> Vec<u8> {
    (2u32, account.id().ink()).encode()
}

/// Bytes of a channel's record with its key, and of what is kept for an account: for deposits.
pub const CHANNEL: i128 = PER_ITEM + CHANNEL_BYTES as i128 * PER_BYTE;
pub const CHANNEL_BYTES: u32 = 156;
pub const RECORD: i128 = PER_ITEM + RECORD_BYTES as i128 * PER_BYTE;
pub const RECORD_BYTES: u32 = 48;

/// Checks that a storage deposit came back. The chain gives each item its share of all that a contract
/// locks, rounded, so that a unit or two can be missing.
pub fn assert_returned(receipt: &Receipt, deposit: i128) {
    let missing = deposit + receipt.deposit;
    assert!((0..=4).contains(&missing), "{missing} units are missing");
}
