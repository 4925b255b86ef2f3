//! Many tips and many purchases in one transaction.

use crate::{
    costs,
    sale::{after_fee, Sale, NOBODY, PRICE, SALT},
    world::{new_account, Account, UNIT},
};
use farthing_contracts::storefront::{
    access::{AccessError, Term},
    error::Error,
    events::{Order, Payment, Payments, Tip},
};
use farthing_types::{CreatorId, DAY};
use ink::codegen::TraitCallBuilder;

/// A second creator, who is owed nothing yet.
async fn other(sale: &mut Sale) -> (Account, CreatorId) {
    let eve = sale.w.account(100 * UNIT).await;
    sale.commit(&eve, "eve").await;
    let message = sale.reveal("eve", SALT);
    let (creator, _) = sale.call(&eve, message, 0).await;
    let message = sale.to().open(creator);
    sale.call(&eve, message, 0).await;
    (eve, creator)
}

fn tip(creator: CreatorId, amount: u128) -> Tip {
    Tip {
        creator,
        amount,
        memo: b"Thank you!".to_vec(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tips_in_a_batch_reach_every_creator_or_none() {
    let mut sale = Sale::new().await;
    let (bob, ada) = (sale.bob.clone(), sale.creator);
    let (owner, eve) = other(&mut sale).await;
    let tips = vec![tip(ada, PRICE), tip(ada, 1), tip(eve, 2 * PRICE)];
    let sum = 3 * PRICE + 1;
    for (tips, value, error) in [
        (tips.clone(), sum - 1, Error::WrongValue(sum)),
        (tips.clone(), sum + 1, Error::WrongValue(sum)),
        (Vec::new(), 0, Error::BatchSize),
        (vec![tip(ada, 1); 65], 65, Error::BatchSize),
        (vec![tip(ada, PRICE), tip(eve, 0)], PRICE, Error::ZeroTip),
        (vec![tip(ada, 1), tip(eve + 1, 1)], 2, Error::NotOpen),
    ] {
        let message = sale.to().tip_many(tips);
        assert_eq!(sale.refused(&bob, message, value).await, error);
    }
    let before = [
        sale.w.free(&sale.ada.id()).await,
        sale.w.free(&owner.id()).await,
    ];
    let message = sale.to().tip_many(tips.clone());
    let (_, receipt) = sale.call(&bob, message, sum).await;
    receipt.assert_event(
        &sale.storefront.id,
        Payments {
            payer: bob.id(),
            referrer: None,
            payments: tips.into_iter().map(Payment::Tip).collect(),
            kept: Vec::new(),
        },
    );
    let after = [
        sale.w.free(&sale.ada.id()).await,
        sale.w.free(&owner.id()).await,
    ];
    assert_eq!(after[0], before[0] + after_fee(PRICE) + 1);
    assert_eq!(after[1], before[1] + after_fee(2 * PRICE));

    let fifty = vec![tip(ada, PRICE / 10); 50];
    let message = sale.to().tip_many(fifty);
    let (_, receipt) = sale.call(&bob, message, 5 * PRICE).await;
    costs::check("storefront.tip_many, 50 to one creator", &receipt);
    let last = sale.w.free(&sale.ada.id()).await;
    assert_eq!(last, after[0] + after_fee(5 * PRICE));
    sale.assert_solvent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn items_in_a_basket_are_bought_together_or_not_at_all() {
    let mut sale = Sale::new().await;
    let (bob, creator) = (sale.bob.clone(), sale.creator);
    for period in [None, None, Some(DAY)] {
        sale.publish(period).await;
    }
    let zoe = new_account().id();
    let orders = |items: &[u32]| -> Vec<Order> {
        let order = |&item| Order {
            creator,
            item,
            max_price: PRICE,
            edition: None,
        };
        items.iter().map(order).collect()
    };
    let max = 2 * PRICE;
    for (items, value, error) in [
        (&[0, 1][..], max - 1, Error::ValueTooLow(max)),
        (&[], max, Error::BatchSize),
        (&[0; 65], max, Error::BatchSize),
        (&[0, 9], max, Error::UnknownItem),
    ] {
        let message = sale.to().buy_many(orders(items), Some(zoe), NOBODY);
        assert_eq!(sale.refused(&bob, message, value).await, error);
    }

    let message = sale.to().buy_many(orders(&[0, 1]), Some(zoe), NOBODY);
    let (_, receipt) = sale.call(&bob, message, max).await;
    costs::check("storefront.buy_many, 2 from one page", &receipt);
    // What is there by now is left out; if nothing is left, all is refused.
    let message = sale.to().buy_many(orders(&[1, 0]), Some(zoe), NOBODY);
    assert_eq!(
        sale.refused(&bob, message, max).await,
        Error::Access(AccessError::AlreadyOwned)
    );
    let purchase = |item, term| Payment::Purchase {
        creator,
        item,
        owner: zoe,
        paid: PRICE,
        term,
        referral: 0,
    };
    receipt.assert_event(
        &sale.storefront.id,
        Payments {
            payer: bob.id(),
            referrer: None,
            payments: vec![purchase(0, None), purchase(1, None)],
            kept: Vec::new(),
        },
    );
    // Twice the same period, one after the other; what is more than the sum comes back.
    let before = sale.w.free(&bob.id()).await;
    let message = sale.to().buy_many(orders(&[2, 1, 2]), Some(zoe), NOBODY);
    let (_, receipt) = sale.call(&bob, message, 5 * PRICE).await;
    let spent = max + receipt.fee + u128::try_from(receipt.deposit).unwrap();
    assert_eq!(sale.w.free(&bob.id()).await, before - spent);
    let at = sale.w.now().await;
    let term = |from| {
        Some(Term {
            at,
            from,
            period: DAY,
        })
    };
    receipt.assert_event(
        &sale.storefront.id,
        Payments {
            payer: bob.id(),
            referrer: None,
            payments: vec![purchase(2, term(at)), purchase(2, term(at + DAY))],
            kept: Vec::new(),
        },
    );
    for item in 0..3 {
        let storefront = sale.storefront.contract.call();
        let message = storefront.has_access(creator, item, zoe);
        assert!(sale.w.read(message).await);
        assert!(!sale.has_access(item).await);
    }
    assert_eq!(sale.due().await, 0);
    sale.assert_solvent().await;
}
