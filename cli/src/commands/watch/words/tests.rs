//! Each event of each contract has words of its own.

use super::{memo, of, Names};
use farthing_client::{Account, Block, Emitted, Event, Token};
use farthing_contracts::{
    channels, matching_round, pool, pool_factory, registry, storefront, streams, Contract,
};
use farthing_types::DAY;
use scale::Encode;
use std::{collections::BTreeMap, fs};

const UNIT: u128 = 1_000_000_000_000;

fn account(byte: u8) -> ink::primitives::AccountId {
    [byte; 32].into()
}

/// An event as the chain has it, with its name.
fn sample<E: ink::env::Event + Encode>(contract: Contract, event: &E) -> (String, Event) {
    let name = std::any::type_name::<E>().rsplit("::").next().unwrap();
    let emitted = Emitted {
        contract: Account([9; 32]),
        topics: E::SIGNATURE_TOPIC.into_iter().collect(),
        data: event.encode(),
        index: 1,
    };
    let block = Block {
        number: 7,
        hash: [0; 32],
    };
    let event = Event {
        contract,
        block,
        time: DAY,
        emitted,
    };
    (name.into(), event)
}

fn of_shop() -> Vec<(String, Event)> {
    use storefront::events::*;
    let contract = Contract::Storefront;
    vec![
        sample(
            contract,
            &Deployed {
                registry: account(1),
                fee: 250,
                treasury: account(2),
                guardian: Some(account(3)),
            },
        ),
        sample(
            contract,
            &Payments {
                payer: account(1),
                referrer: None,
                payments: vec![Payment::Tip(Tip {
                    creator: 3,
                    amount: UNIT,
                    memo: b"hi".to_vec(),
                })],
                kept: Vec::new(),
            },
        ),
        sample(
            contract,
            &Released {
                release: Release::Fees { amount: UNIT },
            },
        ),
        sample(
            contract,
            &CatalogueChanged {
                creator: 3,
                change: Change::Opened,
            },
        ),
        sample(contract, &PausedUntil { until: 2 * DAY }),
    ]
}

fn of_registry() -> Vec<(String, Event)> {
    use registry::{claims::Wait, events::*};
    let contract = Contract::Registry;
    vec![
        sample(
            contract,
            &Deployed {
                reserved: Vec::new(),
                wait: Wait::STANDARD,
            },
        ),
        sample(
            contract,
            &CreatorChanged {
                creator: 3,
                version: 1,
                change: Change::Deleted,
            },
        ),
    ]
}

fn of_channels() -> Vec<(String, Event)> {
    use channels::events::*;
    let contract = Contract::Channels;
    vec![
        sample(
            contract,
            &Deployed {
                genesis: [0; 32],
                guardian: None,
            },
        ),
        sample(
            contract,
            &ChannelsChanged {
                side: Side::Payer(account(1)),
                by: None,
                changes: vec![ChannelChange {
                    other: account(2),
                    lane: 0,
                    epoch: 1,
                    change: Change::ToppedUp(UNIT),
                }],
            },
        ),
        sample(
            contract,
            &KeptFor {
                account: account(1),
                amount: UNIT,
                paid_by: account(2),
            },
        ),
        sample(
            contract,
            &Withdrawn {
                account: account(1),
                amount: UNIT,
                freed: true,
            },
        ),
        sample(contract, &PausedUntil { until: 0 }),
    ]
}

fn of_streams() -> Vec<(String, Event)> {
    use streams::events::*;
    let contract = Contract::Streams;
    vec![
        sample(
            contract,
            &Deployed {
                guardian: Some(account(1)),
            },
        ),
        sample(
            contract,
            &Claimed {
                stream: 1,
                payee: account(1),
                amount: UNIT,
                at: DAY,
            },
        ),
        sample(
            contract,
            &StreamChanged {
                stream: 1,
                at: DAY,
                change: Change::RateSet {
                    rate: 1_000_000_000_000_000,
                },
            },
        ),
        sample(
            contract,
            &StreamsCleared {
                payer: account(1),
                streams: vec![Rest {
                    stream: 1,
                    amount: UNIT,
                }],
            },
        ),
        sample(contract, &PausedUntil { until: 2 * DAY }),
    ]
}

fn of_factory() -> Vec<(String, Event)> {
    use pool_factory::events::*;
    let contract = Contract::PoolFactory;
    vec![
        sample(
            contract,
            &FactoryDeployed {
                registry: account(1),
                code_hash: [0; 32].into(),
                fee: Some(pool::terms::Fee {
                    points: 77,
                    treasury: account(2),
                }),
            },
        ),
        sample(
            contract,
            &PoolCreated {
                number: 1,
                account: account(4),
                creator: Some(3),
                maker: account(1),
                created: DAY,
            },
        ),
        sample(
            contract,
            &ListingChanged {
                number: 1,
                listed: false,
                by: account(1),
            },
        ),
    ]
}

fn of_pool() -> Vec<(String, Event)> {
    use pool::{
        events::*,
        terms::{Mode, Terms},
    };
    let contract = Contract::Pool;
    let note = || Note {
        commitment: [0; 32],
        uri: "https://a.example".into(),
    };
    let terms = Terms {
        title: "Wells".into(),
        description: [0; 32],
        uri: String::new(),
        beneficiaries: Vec::new(),
        mode: Mode::KeepAll { closes: None },
        minimum: 0,
        fee: None,
        release: Vec::new(),
        least_sponsorship: 0,
    };
    vec![
        sample(
            contract,
            &Created {
                terms,
                maker: account(1),
                by: account(1),
            },
        ),
        sample(
            contract,
            &Donations {
                payer: account(1),
                signed: true,
                donations: vec![Donation {
                    donor: account(1),
                    amount: UNIT,
                    matched: Vec::new(),
                    memo: None,
                }],
                division: None,
            },
        ),
        sample(
            contract,
            &Arrived {
                arrival: Arrival::Surplus { amount: UNIT },
                division: None,
            },
        ),
        sample(contract, &Finalised { raised: UNIT }),
        sample(
            contract,
            &Released {
                release: Release::Withdrawal {
                    account: account(1),
                    amount: UNIT,
                },
            },
        ),
        sample(contract, &Forgotten { donor: account(1) }),
        sample(
            contract,
            &Explained {
                payout: Some(2),
                by: account(1),
                note: note(),
            },
        ),
        sample(
            contract,
            &News {
                by: account(1),
                note: note(),
            },
        ),
        sample(
            contract,
            &ShareOffered {
                by: account(1),
                to: None,
            },
        ),
        sample(
            contract,
            &ShareMoved {
                from: account(1),
                to: account(2),
            },
        ),
    ]
}

fn of_round() -> Vec<(String, Event)> {
    use matching_round::{events::*, terms::Terms};
    let contract = Contract::MatchingRound;
    let (pool, sponsor, donor) = (account(4), account(1), account(2));
    let terms = Terms {
        title: "Spring".into(),
        description: [0; 32],
        uri: String::new(),
        organiser: sponsor,
        factory: pool,
        chosen: 0,
        opens: 0,
        closes: 0,
        divides: 0,
        minimum: 0,
        cap: 0,
        max_share: 0,
        min_donors: 0,
        verifier: None,
    };
    vec![
        sample(contract, &RoundCreated { terms }),
        sample(
            contract,
            &Entered {
                pool,
                number: 1,
                has_goal: false,
                beneficiaries: Vec::new(),
            },
        ),
        sample(contract, &TakenOut { pool }),
        sample(
            contract,
            &Objected {
                pool,
                by: donor,
                reason: Some([0; 32]),
            },
        ),
        sample(
            contract,
            &Listed {
                list: 1,
                root: [0; 32],
                uri: String::new(),
            },
        ),
        sample(contract, &ListsFreed {}),
        sample(
            contract,
            &Sponsored {
                sponsor,
                amount: UNIT,
            },
        ),
        sample(
            contract,
            &Left {
                sponsor,
                amount: UNIT,
                freed: true,
            },
        ),
        sample(
            contract,
            &Donated {
                donor,
                pool,
                amount: UNIT,
                counted: UNIT,
            },
        ),
        sample(
            contract,
            &Asked {
                asked: 1,
                answers: vec![Answer { pool, missed: true }],
            },
        ),
        sample(
            contract,
            &Divided {
                money: UNIT,
                rest: 0,
                shares: Vec::new(),
            },
        ),
        sample(
            contract,
            &Paid {
                offered: 1,
                payments: vec![Payment {
                    pool,
                    amount: UNIT,
                    taken: false,
                }],
            },
        ),
        sample(
            contract,
            &TakenBack {
                sponsor,
                amount: UNIT,
                freed: true,
            },
        ),
        sample(contract, &Freed { donor, pool }),
    ]
}

fn samples() -> Vec<(String, Event)> {
    let all = [
        of_shop(),
        of_registry(),
        of_channels(),
        of_streams(),
        of_factory(),
        of_pool(),
        of_round(),
    ];
    all.into_iter().flatten().collect()
}

/// The events that the contracts' metadata names, by contract.
fn named() -> BTreeMap<String, Vec<String>> {
    let of = |contract: Contract| {
        let path = format!(
            "{}/../abi/{}.json",
            env!("CARGO_MANIFEST_DIR"),
            contract.name()
        );
        let metadata: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let events = metadata["spec"]["events"].as_array().unwrap().clone();
        // Those of the contracts that it calls are in there, too.
        let own = events.iter().filter(|event| {
            event["module_path"]
                .as_str()
                .unwrap()
                .starts_with(&format!("{}::", contract.name()))
        });
        let mut labels: Vec<String> = own
            .map(|event| event["label"].as_str().unwrap().into())
            .collect();
        labels.sort();
        (contract.name().to_string(), labels)
    };
    Contract::all().map(of).collect()
}

#[test]
fn every_event_has_words_of_its_own() {
    let mut seen = BTreeMap::<String, Vec<String>>::new();
    for (name, event) in samples() {
        for line in of(&event, &Names::default(), &Token::default()) {
            assert!(!line.contains("something else"), "{name}: {line}");
        }
        seen.entry(event.contract.name().into())
            .or_default()
            .push(name);
    }
    seen.values_mut().for_each(|names| names.sort());
    assert_eq!(seen, named());
}

#[test]
fn amounts_rates_and_moments_are_told() {
    let told = |name: &str, contract: Contract| {
        let found = samples()
            .into_iter()
            .find(|(of, event)| of == name && event.contract == contract);
        of(&found.unwrap().1, &Names::default(), &Token::default()).join("\n")
    };
    let shop = Contract::Storefront;
    assert!(
        told("Deployed", shop).contains("2.5 %"),
        "{}",
        told("Deployed", shop)
    );
    assert!(told("Payments", shop).ends_with("tipped creator #3 1 UNIT: \"hi\""));
    assert!(told("PausedUntil", shop).ends_with("is paused until 1970-01-03T00:00:00Z"));
    assert!(told("PausedUntil", Contract::Channels).ends_with("goes on"));
    assert!(told("StreamChanged", Contract::Streams).contains("86.4 UNIT a day"));
}

#[test]
fn memo_is_text_where_it_is_and_hexadecimal_where_it_is_not() {
    assert_eq!(memo(b"thank you").unwrap(), "\"thank you\"");
    assert_eq!(memo(&[0xff, 0]).unwrap(), "0xff00");
    assert_eq!(memo(b""), None);
}
