use super::*;
use proptest::prelude::*;
use scale::Encode;

fn listing(price: Balance) -> Listing {
    Listing {
        price,
        pay_what_you_want: false,
        period: None,
        referral: 0,
        tier: None,
        copies: None,
    }
}

fn content(title: &str, uri: &str) -> Content {
    Content {
        commitment: [7; 32],
        title: title.into(),
        uri: uri.into(),
    }
}

fn item(listing: Listing, content: Content) -> Item {
    Item {
        left: listing.copies,
        listing,
        retired: false,
        edition: 1,
        content,
    }
}

fn offer(item: &Item) -> Offer {
    <Offer as Storable>::decode(&mut &Encode::encode(item)[..]).unwrap()
}

fn order(max_price: Balance, edition: Option<u32>) -> Order {
    Order {
        creator: 0,
        item: 0,
        max_price,
        edition,
    }
}

#[test]
fn listing_refuses_no_time_no_copies_and_more_than_all_for_the_referrer() {
    let check = |change: fn(&mut Listing)| {
        let mut one = listing(0);
        change(&mut one);
        one.check()
    };
    assert_eq!(check(|one| one.referral = 10_000), Ok(()));
    assert_eq!(check(|one| one.copies = Some(1)), Ok(()));
    assert_eq!(
        check(|one| one.period = Some(0)),
        Err(ListingError::ZeroPeriod)
    );
    assert_eq!(
        check(|one| one.referral = 10_001),
        Err(ListingError::ReferralTooHigh)
    );
    assert_eq!(
        check(|one| one.copies = Some(0)),
        Err(ListingError::NoCopies)
    );
}

#[test]
fn content_has_a_title_and_no_text_that_forges_its_surroundings() {
    let check = |title: &str, uri: &str| content(title, uri).check();
    assert_eq!(check("t", ""), Ok(()));
    assert_eq!(check(&"t".repeat(64), &"u".repeat(128)), Ok(()));
    assert_eq!(check("", ""), Err(ListingError::NoTitle));
    let long = TextError::TooLong;
    assert_eq!(
        check(&"t".repeat(65), ""),
        Err(ListingError::BadTitle(long))
    );
    assert_eq!(
        check("t", &"u".repeat(129)),
        Err(ListingError::BadUri(long))
    );
    let bad = TextError::Unprintable;
    assert_eq!(check("a\u{202e}b", ""), Err(ListingError::BadTitle(bad)));
    assert_eq!(check("t", "a\nb"), Err(ListingError::BadUri(bad)));
}

#[test]
fn order_pays_the_price_or_what_it_allows_where_that_is_wanted() {
    let mut one = item(listing(5), content("t", ""));
    assert_eq!(offer(&one).charge(&order(9, None)), Ok(5));
    assert_eq!(
        offer(&one).charge(&order(4, None)),
        Err(Error::PriceAboveMax(5))
    );
    one.listing.pay_what_you_want = true;
    assert_eq!(offer(&one).charge(&order(9, None)), Ok(9));
    assert_eq!(
        offer(&one).charge(&order(4, None)),
        Err(Error::PriceAboveMax(5))
    );
    one.retired = true;
    assert_eq!(offer(&one).charge(&order(9, None)), Err(Error::Retired));
}

#[test]
fn free_item_is_not_bought_unless_somebody_wants_to_pay() {
    let mut one = item(listing(0), content("t", ""));
    assert!(offer(&one).is_free());
    assert_eq!(offer(&one).charge(&order(9, None)), Err(Error::Free));
    one.listing.pay_what_you_want = true;
    assert!(offer(&one).is_free());
    assert_eq!(offer(&one).charge(&order(9, None)), Ok(9));
    assert_eq!(offer(&one).charge(&order(0, None)), Err(Error::Free));
    one.retired = true;
    assert!(!offer(&one).is_free());
    one.retired = false;
    one.listing.price = 1;
    assert!(!offer(&one).is_free());
}

#[test]
fn order_of_an_edition_is_for_that_one_only() {
    let mut one = item(listing(5), content("t", ""));
    one.edition = 3;
    for seen in [None, Some(3)] {
        assert_eq!(offer(&one).charge(&order(5, seen)), Ok(5));
    }
    for seen in [Some(2), Some(4)] {
        assert_eq!(offer(&one).charge(&order(5, seen)), Err(Error::Revised(3)));
    }
}

proptest! {
    #[test]
    fn offer_is_the_beginning_of_every_record(
        price in any::<u128>(),
        flags in any::<[bool; 2]>(),
        period in any::<Option<u64>>(),
        referral in any::<u16>(),
        tier in any::<Option<u8>>(),
        copies in any::<[Option<u32>; 2]>(),
        edition in any::<u32>(),
        title in ".{0,64}",
        uri in ".{0,128}",
    ) {
        let listing = Listing {
            price,
            pay_what_you_want: flags[0],
            period,
            referral,
            tier,
            copies: copies[0],
        };
        let whole = Item {
            listing: listing.clone(),
            left: copies[1],
            retired: flags[1],
            edition,
            content: content(&title, &uri),
        };
        let bytes = Encode::encode(&whole);
        let mut input = &bytes[..];
        let read = <Offer as Storable>::decode(&mut input).unwrap();
        prop_assert!(input.is_empty());
        prop_assert_eq!(read, Offer { listing, left: copies[1], retired: flags[1], edition });
    }
}
