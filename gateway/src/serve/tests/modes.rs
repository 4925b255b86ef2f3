use super::world::*;
use crate::protocol::x402::FacilitatorRequest;
use serde_json::json;

#[tokio::test]
async fn file_is_sold_whole_and_in_parts_and_a_missing_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.opus"), "0123456789").unwrap();
    let site = format!(
        "[[site]]\nurl = 'https://ada.example'\nfolder = '{}'\ndescribe = true\n\
         [[site.rule]]\npaths = ['/**']\nprice = 7\ndescription = 'A <song>'",
        folder.path().display()
    );
    let (world, payer) = (World::new(&site).await, Payer::new(1));
    assert_eq!(world.get("/missing").await.status, 404);
    let whole = world.buy(&payer, "/a.opus", 7).await;
    assert_eq!((whole.status, whole.text().as_str()), (200, "0123456789"));
    assert_eq!(whole.header("content-type"), Some("audio/ogg"));
    let range = [("Range", "bytes=2-4")];
    let part = world.buy_by("GET", &payer, "/a.opus", 14, &range).await;
    assert_eq!((part.status, part.text().as_str()), (206, "234"));
    let known = [("If-None-Match", whole.header("etag").unwrap())];
    assert_eq!(world.ask("GET", "/a.opus", &known).await.status, 304);
    let outside = world.ask("GET", "/a.opus", &[("Range", "bytes=99-")]).await;
    assert_eq!(outside.status, 416);
    assert_eq!(world.spent(&payer), 14);

    let page = world
        .ask("GET", "/a.opus", &[("Accept", "text/html,*/*")])
        .await;
    assert_eq!(page.status, 402);
    assert!(page.text().contains("A &lt;song&gt;") && !page.text().contains("<song>"));
    assert!(page.text().contains("0.000000000007 UNIT"));
    assert!(page.header("content-security-policy").is_some());
    assert_eq!(page.requirements().amount.0, 7);

    let told = world.get("/openapi.json").await.json();
    let offer = &told["paths"]["/**"]["get"]["x-payment-info"]["offers"][0];
    assert_eq!(offer["amount"], "7");
    assert_eq!(
        world.get("/discovery/resources").await.json()["items"],
        json!([])
    );
    world.assert_solvent();
}

#[tokio::test]
async fn pages_of_named_sites_may_pay() {
    let backend = Backend::hello().await;
    let site = format!(
        "[[site]]\nurl = 'https://ada.example'\nproxy = 'http://{}'\ncors = ['https://bob.example']\n\
         [[site.rule]]\npaths = ['/**']\nprice = 1",
        backend.address
    );
    let world = World::new(&site).await;
    let origin = ("Origin", "https://bob.example");
    let asks = ("Access-Control-Request-Method", "GET");
    let preflight = world.ask("OPTIONS", "/a", &[origin, asks]).await;
    assert_eq!(preflight.status, 204);
    let allowed = preflight.header("access-control-allow-headers").unwrap();
    // A page goes on after what it has of a file, and not with another edition.
    for name in ["PAYMENT-SIGNATURE", "Range", "If-Range"] {
        assert!(allowed.split(", ").any(|one| one == name), "{name}");
    }
    let asked = world.ask("GET", "/a", &[origin]).await;
    assert_eq!(asked.status, 402);
    assert_eq!(
        asked.header("access-control-allow-origin"),
        Some("https://bob.example")
    );
    let exposed = asked.header("access-control-expose-headers").unwrap();
    for name in [
        "PAYMENT-REQUIRED",
        "PAYMENT-RESPONSE",
        "Content-Range",
        "Content-Encoding",
        "ETag",
    ] {
        assert!(exposed.split(", ").any(|one| one == name), "{name}");
    }
    let other = world
        .ask("GET", "/a", &[("Origin", "https://eve.example")])
        .await;
    assert_eq!(other.header("access-control-allow-origin"), None);
    assert!(backend.came().is_empty());
}

const AUTH: &str = "[[site]]\nurl = 'https://ada.example'\nforward_auth = { status = 401 }\n\
                    [[site.rule]]\npaths = ['/free/**']\nfree = true\n\
                    [[site.rule]]\npaths = ['/songs/**']\nprice = 1000";

#[tokio::test]
async fn another_server_asks_whether_a_request_is_paid() {
    let (world, payer) = (World::new(AUTH).await, Payer::new(1));
    let uri = ("X-Original-URI", "/songs/1?x=y");
    let asked = world.ask("GET", "/auth", &[uri]).await;
    assert_eq!(asked.status, 401);
    assert_eq!(asked.required().resource.url, "https://ada.example/songs/1");
    let signature = payer.x402(&asked.requirements(), 1000);
    let paid = world
        .ask("GET", "/auth", &[uri, ("PAYMENT-SIGNATURE", &signature)])
        .await;
    assert_eq!((paid.status, paid.charged()), (200, 1000));
    assert_eq!(
        world
            .ask("GET", "/auth", &[("X-Forwarded-Uri", "/free/x")])
            .await
            .status,
        200
    );
    // Envoy puts the path behind ours.
    assert_eq!(world.ask("GET", "/auth/songs/2", &[]).await.status, 401);
    assert_eq!(world.ask("GET", "/auth/free/2", &[]).await.status, 200);
    for path in ["/nothing", "/free/../songs/1", "/free/%2e%2e/songs/1"] {
        let answer = world.ask("GET", "/auth", &[("X-Original-URI", path)]).await;
        assert_eq!(answer.status, 403, "{path}");
    }
    assert_eq!(world.ask("GET", "/authority", &[uri]).await.status, 404);
    assert_eq!(world.ask("GET", "/auth", &[]).await.status, 400);

    // What was not there is reported, once.
    let charge = paid.header("farthing-charge").unwrap();
    let report = [("Farthing-Charge", charge)];
    let given = world.send("POST", "/auth/report", &report, "x").await;
    assert_eq!(given.json()["givenBack"], "1000");
    let again = world.send("POST", "/auth/report", &report, "x").await;
    assert_eq!(again.json()["givenBack"], "0");
    assert_eq!(world.spent(&payer), 0);
    world.assert_solvent();
}

#[tokio::test]
async fn strangers_may_not_ask() {
    let mut strict = file(AUTH);
    strict.trusted.clear();
    let world = World::of(&strict).await;
    let uri = ("X-Original-URI", "/free/x");
    assert_eq!(world.ask("GET", "/auth", &[uri]).await.status, 403);
}

#[tokio::test]
async fn facilitator_verifies_and_settles_once() {
    let site = "[[site]]\nurl = 'https://pay.example'\nfacilitator = true";
    let (world, payer) = (World::new(site).await, Payer::new(1));
    let supported = world.get("/supported").await.json();
    assert_eq!(supported["kinds"][0]["scheme"], "batch-settlement");
    let requirements = json!({
        "scheme": "batch-settlement",
        "network": supported["kinds"][0]["network"],
        "amount": "1000",
        "asset": "native",
        "payTo": supported["kinds"][0]["payTo"],
        "maxTimeoutSeconds": 60,
        "extra": supported["kinds"][0]["extra"],
    });
    let requirements: crate::protocol::x402::Requirements =
        serde_json::from_value(requirements).unwrap();
    let request = |cumulative| {
        let header = payer.x402(&requirements, cumulative);
        let payload = crate::protocol::x402::PaymentPayload::from_header(&header).unwrap();
        FacilitatorRequest {
            payload,
            requirements: requirements.clone(),
        }
    };
    let body = request(1000).to_json();
    let verified = world.send("POST", "/verify", &[], &body).await;
    assert_eq!(verified.json()["isValid"], true, "{verified:?}");
    let settled = world.send("POST", "/settle", &[], &body).await.json();
    assert_eq!(
        (&settled["success"], &settled["extra"]["chargedAmount"]),
        (&json!(true), &json!("1000"))
    );
    let again = world.send("POST", "/verify", &[], &body).await.json();
    assert_eq!(again["isValid"], false);
    assert_eq!(
        again["extra"]["channelState"]["chargedCumulativeAmount"],
        "1000"
    );
    let mut other = request(5000);
    other.requirements.pay_to.0 = [7; 32];
    let other = world
        .send("POST", "/verify", &[], &other.to_json())
        .await
        .json();
    assert_eq!(other["invalidReason"], "invalid_payment_requirements");
    let mut dear = request(5000);
    dear.requirements.amount.0 = 1001;
    let dear = world
        .send("POST", "/settle", &[], &dear.to_json())
        .await
        .json();
    assert_eq!(dear["success"], false);
    assert_eq!(world.send("POST", "/settle", &[], "{}").await.status, 400);
    assert_eq!(world.spent(&payer), 1000);
    world.assert_solvent();
}
