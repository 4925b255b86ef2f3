use super::world::*;
use crate::{
    protocol::values::Bytes,
    serve::deliver::{Proof, Shown},
};
use farthing_client::Account;
use farthing_types::signing::Signer;

async fn shop() -> (World, Backend) {
    let backend = Backend::hello().await;
    let site = format!(
        "[[site]]\nurl = 'https://ada.example'\nproxy = 'http://{}'\ncreator = 3\n\
         [[site.rule]]\npaths = ['/7']\nprice = 5\nitem = 7\n[[site.rule]]\npaths = ['/8']\nprice = 5\nitem = 8",
        backend.address
    );
    (World::new(&site).await, backend)
}

pub fn show(challenge: &str, signer: &Signer) -> Shown {
    Shown {
        challenge: challenge.into(),
        account: Account(signer.public()),
        signature: Bytes(signer.sign(challenge.as_bytes()).bytes),
        wrapped: false,
        proof: None,
    }
}

async fn open(world: &World, path: &str, shown: &Shown) -> u16 {
    let header = shown.to_header();
    world
        .ask("GET", path, &[("Farthing-Access", &header)])
        .await
        .status
}

#[tokio::test]
async fn what_was_bought_on_chain_is_delivered_to_whoever_signs() {
    let (world, backend) = shop().await;
    assert_eq!(world.get("/7").await.status, 402);
    let asked = world.get("/7").await;
    let challenge = asked.header("farthing-challenge").unwrap();
    assert!(challenge.starts_with("Open item 7 of creator 3 at https://ada.example until "));
    let shown = show(challenge, &buyer(50));
    assert_eq!(open(&world, "/7", &shown).await, 200);
    // It counts until it expires, so that parts of a file can be had.
    assert_eq!(open(&world, "/7", &shown).await, 200);
    assert!(!backend.came()[0]
        .to_ascii_lowercase()
        .contains("farthing-access"));
    let mut wrapped = shown.clone();
    let text = format!("<Bytes>{challenge}</Bytes>");
    wrapped.signature = Bytes(buyer(50).sign(text.as_bytes()).bytes);
    wrapped.wrapped = true;
    assert_eq!(open(&world, "/7", &wrapped).await, 200);

    // Somebody who has not bought it, something else, somebody else's name, a challenge of one's own.
    assert_eq!(open(&world, "/7", &show(challenge, &buyer(51))).await, 402);
    assert_eq!(open(&world, "/8", &shown).await, 403);
    let mut stolen = show(challenge, &buyer(51));
    stolen.account = Account(buyer(50).public());
    assert_eq!(open(&world, "/7", &stolen).await, 403);
    for own in [
        challenge.replace("2026", "2099"),
        challenge.replace("item 7", "item 9"),
        format!("{challenge}A"),
        "Open".into(),
    ] {
        if own != challenge {
            assert_eq!(
                open(&world, "/7", &show(&own, &buyer(50))).await,
                403,
                "{own}"
            );
        }
    }
    assert_eq!(
        world
            .ask("GET", "/7", &[("Farthing-Access", "e30")])
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn blinded_purchase_is_delivered_by_its_proof_to_its_buyer() {
    let (world, _backend) = shop().await;
    let asked = world.get("/8").await;
    let challenge = asked.header("farthing-challenge").unwrap();
    let mut shown = show(challenge, &buyer(51));
    assert_eq!(open(&world, "/8", &shown).await, 402);
    let proof = |secret| Proof {
        tier: 1,
        secret: Bytes([secret; 32]),
        block: 9,
    };
    shown.proof = Some(proof(1));
    assert_eq!(open(&world, "/8", &shown).await, 200);
    shown.proof = Some(proof(2));
    assert_eq!(open(&world, "/8", &shown).await, 402);
    let mut other = show(challenge, &buyer(50));
    other.proof = Some(proof(1));
    assert_eq!(open(&world, "/8", &other).await, 402);
}
