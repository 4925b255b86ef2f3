//! How much room a channel takes.

use super::*;

/// Returns how many bytes this process has in memory.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS"))
        .unwrap();
    let number = line.split_whitespace().nth(1).unwrap();
    number.parse::<u64>().unwrap() * 1024
}

/// All of them owe something, which takes the most room. Alone in its process: others would be counted, too.
#[test]
#[ignore = "takes a while; run alone"]
fn million_channels_take_less_than_400_megabytes() {
    const CHANNELS: u64 = 1_000_000;
    let mut books = Books::default();
    books.accepts(&accepts());
    books.see(now());
    let before = resident();
    for n in 0..CHANNELS {
        let seen = Seen {
            on_chain: on_chain(1_000),
            closer: PAYEE.0,
            delay: 86_400_000,
            ends_at: None,
            asked: 0,
        };
        books.learn(payer(n), 0, Some(seen), now());
        let voucher = Signed {
            cumulative: 10,
            root: [1; 32],
            signature: farthing_types::voucher::Signature {
                bytes: [n as u8; 64],
                wrapped: false,
            },
        };
        let taking = Taking::Charge {
            price: 10,
            once: None,
        };
        let taken = books.take(&accepts(), &named(n), Some(&voucher), taking, now());
        assert!(taken.is_ok());
    }
    let each = (resident() - before) / CHANNELS;
    eprintln!("{each} bytes a channel");
    assert_eq!(books.summary().earned, u128::from(CHANNELS) * 10);
    assert!(each < 400, "{each} bytes a channel");
}
