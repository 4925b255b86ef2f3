use super::*;
use proptest::prelude::*;
use scale::Encode;
use scale_info::{meta_type, MetaType, Registry, TypeInfo};

/// Everything that types can be made of.
#[derive(Clone, Debug, Encode, TypeInfo)]
enum SomeOfAll {
    Nothing,
    #[codec(index = 7)]
    Numbers {
        small: u8,
        signed: i16,
        large: u128,
        #[codec(compact)]
        short: u64,
    },
    #[codec(index = 200)]
    Lists(Vec<u8>, Vec<Vec<u16>>, [(u8, bool); 3], [u8; 32]),
    Texts(String, Option<String>, Result<u32, ()>),
    Units(Vec<()>, [(); 9]),
    Boxed(Box<SomeOfAll>),
}

fn value() -> impl Strategy<Value = SomeOfAll> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..70);
    let leaf = prop_oneof![
        Just(SomeOfAll::Nothing),
        any::<(u8, i16, u128, u64)>().prop_map(|(small, signed, large, short)| {
            SomeOfAll::Numbers {
                small,
                signed,
                large,
                short,
            }
        }),
        (
            bytes(),
            prop::collection::vec(prop::collection::vec(any::<u16>(), 0..5), 0..5),
            any::<[(u8, bool); 3]>(),
            any::<[u8; 32]>()
        )
            .prop_map(|(a, b, c, d)| SomeOfAll::Lists(a, b, c, d)),
        any::<(String, Option<String>, bool)>().prop_map(|(a, b, good)| {
            let result = if good { Ok(7) } else { Err(()) };
            SomeOfAll::Texts(a, b, result)
        }),
        (0..100usize).prop_map(|count| SomeOfAll::Units(vec![(); count], [(); 9])),
    ];
    leaf.prop_recursive(6, 12, 1, |inner| {
        inner.prop_map(|inner| SomeOfAll::Boxed(Box::new(inner)))
    })
}

fn registered(of: MetaType) -> (PortableRegistry, u32) {
    let mut registry = Registry::new();
    let id = registry.register_type(&of).id;
    (registry.into(), id)
}

proptest! {
    #[test]
    fn exactly_a_value_is_passed_over(value in value(), after in prop::collection::vec(any::<u8>(), 0..9)) {
        let (types, id) = registered(meta_type::<SomeOfAll>());
        let mut bytes = value.encode();
        let whole = bytes.len();
        bytes.extend(&after);
        let mut input = &bytes[..];
        prop_assert_eq!(Types(&types).pass(id, &mut input, 0), Some(()));
        prop_assert_eq!(input, &after[..]);
        // One that ends too early is not taken for a value.
        if whole > 0 {
            prop_assert_eq!(Types(&types).pass(id, &mut &bytes[..whole - 1], 0), None);
        }
    }

    /// Whatever a node sends, it is read or refused, and soon.
    #[test]
    fn nonsense_ends_soon(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let (types, id) = registered(meta_type::<Vec<SomeOfAll>>());
        let _ = Types(&types).pass(id, &mut &bytes[..], 0);
    }
}

#[test]
fn list_of_nothings_takes_no_time() {
    let (types, id) = registered(meta_type::<Vec<()>>());
    let bytes = Compact(u32::MAX).encode();
    let mut input = &bytes[..];
    assert_eq!(Types(&types).pass(id, &mut input, 0), Some(()));
    assert!(input.is_empty());
}
