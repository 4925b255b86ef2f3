//! What is signed off the chain: vouchers and consents to a closing, genuine and forged.

use super::action::{Line, Who, PEOPLE};
use crate::channels::world::{
    channel_id, present, sign_as, Account, Balance, ChannelId, Closing, Millis, Place, Signature,
    SignedVoucher, Signer, Voucher,
};
use farthing_types::voucher::wrap;

/// Keys that sign vouchers only.
pub const PHONES: usize = 3;

/// The key that a channel names for its vouchers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Phone(usize),
    /// The one of the payer's account; for closings, of the payee's.
    Own,
    /// Bytes that are no key.
    Malformed,
    /// The bytes under which anyone could sign.
    Zero,
}

/// What is wrong with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Forgery {
    /// By another key.
    Key,
    /// For another chain.
    Chain,
    /// For another contract.
    Contract,
    /// Of another payer's channel.
    Payer,
    /// For another payee.
    Payee,
    /// Of another lane.
    Lane,
    /// Of another epoch.
    Epoch,
    /// Over a lower amount.
    Amount,
    /// A voucher's signature for a closing, or a closing's for a voucher.
    Kind,
    /// Said to be wrapped and is not, or the other way round.
    Wrapping,
    /// One bit of it is wrong.
    Bit,
    /// Over another Merkle root.
    Root,
    /// Over another time to expire.
    Expiry,
}

/// All that a voucher's signature can have.
pub const OF_VOUCHERS: [Forgery; 12] = [
    Forgery::Key,
    Forgery::Chain,
    Forgery::Contract,
    Forgery::Payer,
    Forgery::Payee,
    Forgery::Lane,
    Forgery::Epoch,
    Forgery::Amount,
    Forgery::Kind,
    Forgery::Wrapping,
    Forgery::Bit,
    Forgery::Root,
];
/// All that a closing's signature can have.
pub const OF_CLOSINGS: [Forgery; 12] = [
    Forgery::Key,
    Forgery::Chain,
    Forgery::Contract,
    Forgery::Payer,
    Forgery::Payee,
    Forgery::Lane,
    Forgery::Epoch,
    Forgery::Amount,
    Forgery::Kind,
    Forgery::Wrapping,
    Forgery::Bit,
    Forgery::Expiry,
];

/// A voucher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paper {
    pub payer: Who,
    /// Whom it was signed for, whoever claims with it.
    pub payee: Who,
    pub lane: u32,
    pub epoch: Millis,
    pub cumulative: Balance,
    /// The byte that its Merkle root consists of.
    pub root: u8,
    pub key: Key,
    pub wrapped: bool,
    pub forgery: Option<Forgery>,
}

/// A signature under a closing of this epoch, by the payee's own key or by a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consent {
    pub epoch: Millis,
    pub key: Key,
    pub wrapped: bool,
    pub forgery: Option<Forgery>,
}

/// Those who can sign, and for where.
pub struct Desk {
    /// The last of them has nothing on the chain.
    pub people: Vec<Account>,
    pub phones: Vec<Signer>,
    pub place: Place<[u8; 32]>,
}

/// A key at hand.
enum Pen<'a> {
    Phone(&'a Signer),
    Account(&'a Account),
}

impl Desk {
    pub fn new(people: Vec<Account>, place: Place<[u8; 32]>) -> Self {
        let phone = |n| Signer::from_seed(&[n as u8 + 1; 32]);
        Self {
            people,
            phones: (0..=PHONES).map(phone).collect(),
            place,
        }
    }

    /// The public key, if it is that of the account `own` or a phone's.
    pub fn public(&self, key: Key, own: Who) -> [u8; 32] {
        match key {
            Key::Phone(n) => self.phones[n].public(),
            Key::Own => self.people[own].id().into(),
            Key::Malformed => [255; 32],
            Key::Zero => [0; 32],
        }
    }

    /// The voucher as it is claimed.
    pub fn voucher(&self, paper: &Paper) -> SignedVoucher {
        let said = |root: u8, id: ChannelId<[u8; 32]>, cumulative| Voucher {
            channel: id,
            cumulative,
            root: [root; 32],
        };
        let line = (paper.payer, paper.payee, paper.lane);
        let id = self.id(line, paper.epoch);
        let (place, signed_id, amount) = self.twist(&id, paper.cumulative, paper.forgery);
        let root = paper.root ^ u8::from(paper.forgery == Some(Forgery::Root));
        let payload = match paper.forgery {
            Some(Forgery::Kind) => closing(signed_id, amount, 0).payload(&place),
            _ => said(root, signed_id, amount).payload(&place),
        };
        let pen = match (paper.key, paper.forgery) {
            (Key::Phone(n), None) => Pen::Phone(&self.phones[n]),
            (Key::Phone(n), Some(forgery)) if forgery != Forgery::Key => {
                Pen::Phone(&self.phones[n])
            }
            (Key::Own, forgery) if forgery != Some(Forgery::Key) => {
                Pen::Account(&self.people[paper.payer])
            }
            _ => Pen::Phone(&self.phones[PHONES]),
        };
        let signature = sign(pen, payload, paper.wrapped, paper.forgery);
        present(&said(paper.root, id, paper.cumulative), signature)
    }

    /// A signature under a closing.
    pub fn consent(
        &self,
        line: Line,
        amount: Balance,
        expires: Millis,
        consent: &Consent,
    ) -> Signature {
        let id = self.id(line, consent.epoch);
        let (place, id, amount) = self.twist(&id, amount, consent.forgery);
        let expires = expires ^ u64::from(consent.forgery == Some(Forgery::Expiry));
        let payload = match consent.forgery {
            Some(Forgery::Kind) => Voucher {
                channel: id,
                cumulative: amount,
                root: [0; 32],
            }
            .payload(&place),
            _ => closing(id, amount, expires).payload(&place),
        };
        let pen = match (consent.key, consent.forgery) {
            // The payer would sign anything.
            (_, Some(Forgery::Key)) => Pen::Account(&self.people[line.0]),
            (Key::Phone(n), _) => Pen::Phone(&self.phones[n]),
            _ => Pen::Account(&self.people[line.1]),
        };
        sign(pen, payload, consent.wrapped, consent.forgery)
    }

    fn id(&self, (payer, payee, lane): Line, epoch: Millis) -> ChannelId<[u8; 32]> {
        ChannelId {
            lane,
            ..channel_id(&self.people[payer], &self.people[payee], epoch)
        }
    }

    /// What was signed instead.
    fn twist(
        &self,
        id: &ChannelId<[u8; 32]>,
        mut amount: Balance,
        forgery: Option<Forgery>,
    ) -> (Place<[u8; 32]>, ChannelId<[u8; 32]>, Balance) {
        let (mut place, mut id) = (self.place.clone(), id.clone());
        match forgery {
            Some(Forgery::Chain) => place.genesis[0] ^= 1,
            Some(Forgery::Contract) => place.contract[31] ^= 1,
            Some(Forgery::Payer) => id.payer = self.other(id.payer),
            Some(Forgery::Payee) => id.payee = self.other(id.payee),
            Some(Forgery::Lane) => id.lane ^= 1,
            Some(Forgery::Epoch) => id.epoch = id.epoch.wrapping_sub(1),
            Some(Forgery::Amount) => amount = amount.wrapping_sub(1),
            _ => {}
        }
        (place, id, amount)
    }

    fn other(&self, account: [u8; 32]) -> [u8; 32] {
        let ids = self.people.iter().map(|one| one.id().into());
        let mut ids = ids.cycle().skip_while(|id| *id != account);
        ids.nth(1 + usize::from(account[0]) % PEOPLE)
            .expect("it goes round")
    }
}

fn closing(channel: ChannelId<[u8; 32]>, amount: Balance, expires: Millis) -> Closing<[u8; 32]> {
    Closing {
        channel,
        amount,
        expires,
    }
}

fn sign(pen: Pen, payload: Vec<u8>, wrapped: bool, forgery: Option<Forgery>) -> Signature {
    let message = if wrapped { wrap(&payload) } else { payload };
    let mut signature = match pen {
        Pen::Phone(phone) => phone.sign(&message),
        Pen::Account(account) => sign_as(account, &message),
    };
    signature.wrapped = wrapped != (forgery == Some(Forgery::Wrapping));
    if forgery == Some(Forgery::Bit) {
        signature.bytes[7] ^= 4;
    }
    signature
}
