use farthing_chain::*;
use ink::codegen::TraitCallBuilder;
use storefront::catalogue::Listing;
#[test]
fn smoke() {
    let mut f = Farthing::default();
    let alice = f.chain.account("alice", 100 * UNIT);
    let bob = f.chain.account("bob", 100 * UNIT);
    let t = f.chain.transfer(&alice, &bob.id(), UNIT).unwrap();
    println!("transfer {:?}", t);
    let c = f.creator(&alice, "alice");
    let item = f.publish(
        &alice,
        c,
        Listing {
            price: UNIT / 100,
            content: [0; 32],
            period: None,
            referral: 0,
        },
    );
    for _ in 0..2 {
        let m = f.storefront.call_mut().tip(c, b"thanks".to_vec());
        let (_, r) = f.call(&bob, m, UNIT / 50).unwrap();
        println!(
            "tip {} {} {} {:?}",
            r.fee,
            r.fee as f64 / t.fee as f64,
            r.deposit,
            r.weight
        );
    }
    let m = f.storefront.call().overview();
    println!("fees_due {:?}", f.chain.weight_of_read(m));
    let m = f.storefront.call().shop(c);
    println!("shop {:?}", f.chain.weight_of_read(m));
    let m = f.storefront.call().tier(c, 0);
    println!("tier {:?}", f.chain.weight_of_read(m));
    let m = f.registry.call().creator_count();
    println!("count {:?}", f.chain.weight_of_read(m));
    let m = f.storefront.call_mut().buy(c, item, None, UNIT / 100, None);
    let (_, r) = f.call(&bob, m, UNIT / 50).unwrap();
    println!(
        "buy {} {} {}",
        r.fee,
        r.fee as f64 / t.fee as f64,
        r.deposit
    );
    let m = f.storefront.call_mut().payout(c);
    let (_, r) = f.call(&bob, m, 0).unwrap();
    println!(
        "payout {} {} {} {:?}",
        r.fee,
        r.fee as f64 / t.fee as f64,
        r.deposit,
        r.events_of::<storefront::events::Released>().len()
    );
    println!("deploy {:?}", f.deployments);
    let tips = (0..50)
        .map(|_| storefront::events::Tip {
            creator: c,
            amount: 5,
            memo: vec![7; 10],
        })
        .collect();
    let m = f.storefront.call_mut().tip_many(tips);
    let (_, r) = f.call(&bob, m, 250).unwrap();
    println!(
        "tip_many {} {} {}",
        r.fee,
        r.fee as f64 / t.fee as f64 / 50.,
        r.deposit
    );
    f.assert_solvent();
}
