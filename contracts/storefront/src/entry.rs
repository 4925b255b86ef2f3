//! The short way for tips and single purchases, past ink!'s dispatcher; see `farthing_shared::entry`.

use crate::{
    error::Result,
    events::{Order, Tip},
    storefront::Storefront,
};
use farthing_types::CreatorId;
use ink::{codegen::StaticEnv, prelude::vec::Vec, primitives::AccountId};
use scale::{Decode, Input};

const TIP: [u8; 4] = ink::selector_bytes!("tip");
const TIP_MANY: [u8; 4] = ink::selector_bytes!("tip_many");
const BUY: [u8; 4] = ink::selector_bytes!("buy");

/// What takes the short way, with its arguments. All of it takes money.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Hot {
    Tip((CreatorId, Vec<u8>)),
    TipMany(Vec<Tip>),
    Buy(Purchase),
}

/// The arguments of `buy`.
pub(crate) type Purchase = (Order, Option<AccountId>, Option<AccountId>);

impl farthing_shared::entry::Hot for Hot {
    fn decode<I: Input>(
        selector: [u8; 4],
        arguments: &mut I,
    ) -> Option<core::result::Result<Self, scale::Error>> {
        Some(match selector {
            TIP => read_tip(arguments).map(Self::Tip),
            TIP_MANY => read_tips(arguments).map(Self::TipMany),
            BUY => read_purchase(arguments).map(Self::Buy),
            _ => return None,
        })
    }

    fn run(self) {
        let mut storefront = farthing_shared::entry::load::<Storefront>();
        let done = match self {
            Self::Tip((creator, memo)) => tip(&mut storefront, creator, memo),
            Self::TipMany(tips) => storefront.tip_all(tips),
            Self::Buy(purchase) => buy(&mut storefront, purchase),
        };
        farthing_shared::entry::answer(done);
    }
}

// Each by itself: a chain compiles a function as a whole when it is entered, and charges for its length.

#[inline(never)]
fn read_tip<I: Input>(
    arguments: &mut I,
) -> core::result::Result<(CreatorId, Vec<u8>), scale::Error> {
    Decode::decode(arguments)
}

#[inline(never)]
fn read_tips<I: Input>(arguments: &mut I) -> core::result::Result<Vec<Tip>, scale::Error> {
    Decode::decode(arguments)
}

#[inline(never)]
fn read_purchase<I: Input>(arguments: &mut I) -> core::result::Result<Purchase, scale::Error> {
    Decode::decode(arguments)
}

#[inline(never)]
fn tip(storefront: &mut Storefront, creator: CreatorId, memo: Vec<u8>) -> Result<()> {
    storefront.tip_one(Tip {
        creator,
        amount: Storefront::env().transferred_value(),
        memo,
    })
}

#[inline(never)]
fn buy(storefront: &mut Storefront, purchase: Purchase) -> Result<()> {
    let (order, owner, referrer) = purchase;
    storefront.buy_all(&[order], owner, referrer)
}

#[cfg(all(target_arch = "wasm32", not(feature = "ink-as-dependency")))]
#[no_mangle]
extern "C" fn farthing_call() {
    farthing_shared::entry::dispatch::<Storefront, Hot>();
}

#[cfg(test)]
mod tests {
    use super::*;
    use farthing_shared::entry::Asked;
    use ink::{
        reflect::{ContractMessageDecoder, DispatchableMessageInfo},
        selector_id,
    };
    use proptest::prelude::*;
    use scale::Encode;

    type Inks = <Storefront as ContractMessageDecoder>::Type;

    /// Checks that both ways read these bytes, or neither does, and that they stop at the same place. What
    /// is no hot message is ink!'s.
    fn assert_alike(bytes: &[u8]) -> Option<Hot> {
        let (mut own, mut inks) = (bytes, bytes);
        let short = Asked::<Hot>::decode(&mut own);
        let long = Inks::decode(&mut inks);
        match short {
            Ok(Asked::Hot(hot)) => {
                assert!(long.is_ok(), "{bytes:?}");
                assert_eq!(own.len(), inks.len(), "{bytes:?}");
                Some(hot)
            }
            Ok(Asked::Rest) => None,
            Err(_) => {
                assert!(long.is_err(), "{bytes:?}");
                None
            }
        }
    }

    /// What ink! reads as the arguments of a message.
    macro_rules! read_by_ink {
        ($name:literal, $bytes:expr) => {
            <<Storefront as DispatchableMessageInfo<{ selector_id!($name) }>>::Input>::decode(
                &mut &$bytes[..],
            )
            .unwrap()
        };
    }

    fn tip(creator: CreatorId, amount: farthing_types::Balance, memo: &[u8]) -> Tip {
        Tip {
            creator,
            amount,
            memo: memo.to_vec(),
        }
    }

    #[test]
    fn selectors_are_those_of_ink_and_the_messages_take_money() {
        assert_eq!(
            <Storefront as DispatchableMessageInfo<{ selector_id!("tip") }>>::SELECTOR,
            TIP
        );
        assert_eq!(
            <Storefront as DispatchableMessageInfo<{ selector_id!("tip_many") }>>::SELECTOR,
            TIP_MANY
        );
        assert_eq!(
            <Storefront as DispatchableMessageInfo<{ selector_id!("buy") }>>::SELECTOR,
            BUY
        );
    }

    #[test]
    fn every_beginning_of_a_call_is_read_alike() {
        let account = AccountId::from([7; 32]);
        let tips = vec![tip(1, 2, b"ab"), tip(u32::MAX, u128::MAX, &[0; 140])];
        let order = Order {
            creator: 1,
            item: 2,
            max_price: 3,
            edition: Some(4),
        };
        let purchase: Purchase = (order, Some(account), None);
        let calls = [
            (TIP, (5u32, b"thanks".to_vec())).encode(),
            (TIP_MANY, &tips).encode(),
            (TIP_MANY, Vec::<Tip>::new()).encode(),
            (BUY, purchase).encode(),
            (ink::selector_bytes!("withdraw_fees")).encode(),
            (ink::selector_bytes!("payout"), 1u32).encode(),
            ([1u8, 2, 3, 4]).encode(),
        ];
        for call in &calls {
            for length in 0..=call.len() {
                assert_alike(&call[..length]);
            }
            assert_alike(&[&call[..], &[1, 2, 3]].concat());
        }
        let arguments = &calls[0][4..];
        let hot = assert_alike(&calls[0]);
        assert_eq!(hot, Some(Hot::Tip(read_by_ink!("tip", arguments))));
        let arguments = &calls[1][4..];
        let hot = assert_alike(&calls[1]);
        assert_eq!(hot, Some(Hot::TipMany(read_by_ink!("tip_many", arguments))));
        let arguments = &calls[3][4..];
        let hot = assert_alike(&calls[3]);
        assert_eq!(hot, Some(Hot::Buy(read_by_ink!("buy", arguments))));
        assert_eq!(assert_alike(&calls[4]), None);
    }

    proptest! {
        #[test]
        fn any_arguments_are_read_alike(
            which in 0usize..3,
            bytes in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let selector = [TIP, TIP_MANY, BUY][which];
            assert_alike(&[&selector[..], &bytes].concat());
        }
    }
}
