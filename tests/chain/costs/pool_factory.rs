//! What the factory of pools costs.

use super::Costs;
use farthing_chain::{AsInk, Factory, Farthing, UNIT};
use farthing_contracts::pool::terms::{Mode, Terms};
use farthing_types::split::{Recipient, PARTS};
use ink::codegen::TraitCallBuilder;

pub fn measure(costs: &mut Costs) {
    let mut farthing = Farthing::default();
    let ada = farthing.chain.account("ada", 1_000 * UNIT);
    let creator = farthing.creator(&ada, "ada");
    let registry = farthing.registry_id.clone();
    let chain = &mut farthing.chain;
    let mut factory = Factory::deploy(chain, &ada, &registry, None).unwrap();
    costs.note("pool_factory.new", &factory.deployment);
    let terms = Terms {
        title: "A well for the village".into(),
        description: [1; 32],
        uri: "https://example.org/well".into(),
        beneficiaries: vec![Recipient {
            account: ada.id().ink(),
            parts: PARTS,
        }],
        mode: Mode::KeepAll { closes: None },
        minimum: 1,
        fee: None,
        release: Vec::new(),
        least_sponsorship: 0,
    };
    for (name, creator, salt) in [
        ("pool_factory.create, the first", None, 1),
        ("pool_factory.create", None, 4),
        ("pool_factory.create, for a creator", Some(creator), 2),
        (
            "pool_factory.create, for a creator, repeated",
            Some(creator),
            3,
        ),
    ] {
        let made = factory.create(chain, &ada, creator, terms.clone(), [salt; 32]);
        costs.note(name, &made.unwrap().1);
    }
    for n in 5..=64 {
        let made = factory.create(chain, &ada, Some(creator), terms.clone(), [n; 32]);
        made.unwrap();
    }
    let message = factory.factory.call_mut().set_listed(2, false);
    costs.call(chain, "pool_factory.set_listed", &ada, message, 0);
    let reads = factory.factory.clone();
    costs.read(chain, "pool_factory.overview", reads.call().overview());
    let address = reads
        .call()
        .address_of(ada.id().ink(), None, terms, [1; 32]);
    costs.read(chain, "pool_factory.address_of", address);
    costs.read(chain, "pool_factory.pool", reads.call().pool(0));
    costs.read(
        chain,
        "pool_factory.count_of",
        reads.call().count_of(creator),
    );
    let page = reads.call().latest(0, 64);
    costs.read(chain, "pool_factory.latest, of 64", page);
    let page = reads.call().page(None, 0, 32);
    costs.read(chain, "pool_factory.page, of 32", page);
    let page = reads.call().latest_of(creator, 0, 63);
    costs.read(chain, "pool_factory.latest_of, of 63", page);
}
