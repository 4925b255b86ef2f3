//! What can be asked for: each list or thing, where it is stored, and how its columns are shown.

use super::columns::{
    CHANNEL, CREATOR, GIFT, IS_LAST_CREATOR, IS_LAST_POOL, ITEM, PAYMENT, POOL, POOLS, REFUNDED,
    ROUND,
};

/// How a column is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A number, or null.
    Number,
    /// True or false.
    Flag,
    /// An amount in the chain's smallest unit, as text.
    Amount,
    /// The same, which can be negative.
    Signed,
    /// An account's address.
    Account,
    /// Bytes in hexadecimal.
    Bytes,
    /// Bytes as text, if they are that, or else in hexadecimal.
    Memo,
    /// A text.
    Text,
    /// What a number stands for: a kind of payment, and so on.
    Payment,
    Gift,
    Release,
    Round,
    Channel,
    Stream,
    Ledger,
    Line,
    ItemKind,
}

/// A column: its name, where it comes from, and how it is shown.
pub type Column = (&'static str, &'static str, Shown);

/// Something that can be asked for.
pub struct Listing {
    /// Its address. Names in braces stand for what is asked about.
    pub path: &'static str,
    /// What it is.
    pub about: &'static str,
    /// Whether there is one thing, and not a list.
    pub is_one: bool,
    /// The tables that it comes from; the one whose rows have a place in the chain is `t`.
    pub from: &'static str,
    /// Which rows; `{creator}` and the like stand for what was asked about.
    pub filter: &'static str,
    /// What it is in the order of. Each is a number.
    pub order: &'static [&'static str],
    /// Whether the latest, or greatest, comes first.
    pub is_falling: bool,
    /// The number that it can be limited in, by `from` and `until`, if there is one.
    pub range: Option<&'static str>,
    /// Its columns.
    pub columns: &'static [Column],
}

const TIMES: &[&str] = &["t.seq", "t.place"];

const fn list(
    path: &'static str,
    about: &'static str,
    from: &'static str,
    filter: &'static str,
    columns: &'static [Column],
) -> Listing {
    Listing {
        path,
        about,
        is_one: false,
        from,
        filter,
        order: TIMES,
        is_falling: true,
        range: None,
        columns,
    }
}

const fn ranging(listing: Listing, range: &'static str) -> Listing {
    Listing {
        range: Some(range),
        ..listing
    }
}

const fn rising(listing: Listing, order: &'static [&'static str]) -> Listing {
    Listing {
        order,
        is_falling: false,
        ..listing
    }
}

const fn one(listing: Listing) -> Listing {
    Listing {
        is_one: true,
        ..listing
    }
}

/// All of it.
pub static LISTINGS: &[Listing] = &[
    rising(
        list("/v1/creators", "All creators, by number.", "creators t", IS_LAST_CREATOR, CREATOR),
        &["t.creator"],
    ),
    one(rising(
        list(
            "/v1/creators/{creator}",
            "A creator, by number or handle.",
            "creators t",
            "t.creator = {creator} AND t.seq = (SELECT MAX(o.seq) FROM creators o WHERE o.creator = t.creator) AND t.owner IS NOT NULL",
            CREATOR,
        ),
        &["t.creator"],
    )),
    rising(
        list(
            "/v1/creators/{creator}/items",
            "A creator's catalogue, by number, as it is offered now.",
            "items t",
            "t.creator = {creator} AND t.seq = (SELECT MAX(o.seq) FROM items o WHERE o.creator = t.creator AND o.item = t.item)",
            ITEM,
        ),
        &["t.item"],
    ),
    rising(
        list(
            "/v1/search/{words}",
            "Items on sale whose titles have words that begin like all of these.",
            "items t",
            "t.retired = 0 AND t.seq = (SELECT MAX(o.seq) FROM items o WHERE o.creator = t.creator AND o.item = t.item)",
            ITEM,
        ),
        &["t.creator", "t.item"],
    ),
    list(
        "/v1/creators/{creator}/payments",
        "What a creator was paid, the latest first. `number` is the item or the tier.",
        "payments t",
        "t.creator = {creator}",
        PAYMENT,
    ),
    list(
        "/v1/creators/{creator}/tips",
        "Tips to a creator, with what was said, the latest first.",
        "payments t",
        "t.creator = {creator} AND t.kind = 1",
        &[
            ("payer", "t.payer", Shown::Account),
            ("paid", "t.paid", Shown::Amount),
            ("fee", "t.fee", Shown::Amount),
            ("memo", "t.note", Shown::Memo),
        ],
    ),
    list(
        "/v1/creators/{creator}/refunds",
        "What a creator gave back, the latest first, as it stands in the creator's ledger: amounts are below nothing.",
        "lines t",
        "t.kind = 9 AND t.ledger = (SELECT g.ledger FROM ledgers g WHERE g.kind = 1 AND g.number = {creator})",
        &[
            ("to", "t.other", Shown::Account),
            ("number", "t.item", Shown::Number),
            ("amount", "t.amount", Shown::Signed),
        ],
    ),
    ranging(
    rising(
        list(
            "/v1/creators/{creator}/earnings",
            "What a creator earned, by day (since 1970, in UTC) and by what for. `number` is the item or the tier, or -1 for tips.",
            "earnings t",
            "t.creator = {creator} AND t.seq = (SELECT MAX(o.seq) FROM earnings o WHERE o.creator = t.creator AND o.day = t.day AND o.kind = t.kind AND o.number = t.number)",
            &[
                ("day", "t.day", Shown::Number),
                ("kind", "t.kind", Shown::Payment),
                ("number", "t.number", Shown::Number),
                ("payments", "t.payments", Shown::Number),
                ("paid", "t.paid", Shown::Amount),
                ("fee", "t.fee", Shown::Amount),
                ("referral", "t.referral", Shown::Amount),
            ],
        ),
        &["t.day", "t.kind", "t.number"],
    ),
        "t.day",
    ),
    list(
        "/v1/accounts/{account}/library",
        "What an account has bought or was given, the latest first. Free items are everybody's, and not here.",
        "payments t",
        "t.owner = {account}",
        &[
            ("creator", "t.creator", Shown::Number),
            ("item", "t.number", Shown::Number),
            (
                "title",
                "(SELECT i.title FROM items i WHERE i.creator = t.creator AND i.item = t.number ORDER BY i.seq DESC LIMIT 1)",
                Shown::Text,
            ),
            ("payer", "t.payer", Shown::Account),
            ("paid", "t.paid", Shown::Amount),
            ("begins", "t.begins", Shown::Number),
            ("period", "t.period", Shown::Number),
            ("refunded", REFUNDED, Shown::Flag),
        ],
    ),
    list(
        "/v1/accounts/{account}/payments",
        "What an account paid in the storefront, the latest first.",
        "payments t",
        "t.payer = {account}",
        PAYMENT,
    ),
    list(
        "/v1/accounts/{account}/gifts",
        "What an account gave to pools, the latest first.",
        "gifts t",
        "t.account = {account}",
        GIFT,
    ),
    rising(
        list(
            "/v1/accounts/{account}/ledgers",
            "The ledgers of an account: its own, those of its creators, and of its streams, each with what it comes to.",
            "ledgers t",
            "(t.account = {account} OR (t.kind = 1 AND t.number IN (SELECT c.creator FROM creators c WHERE c.owner = {account} AND c.seq = (SELECT MAX(o.seq) FROM creators o WHERE o.creator = c.creator))) OR (t.kind = 5 AND t.number IN (SELECT s.stream FROM streams s WHERE s.payer = {account} OR s.payee = {account})) OR (t.kind = 3 AND EXISTS (SELECT 1 FROM terms m WHERE m.treasury = {account})))",
            &[
                ("ledger", "t.ledger", Shown::Number),
                ("kind", "t.kind", Shown::Ledger),
                ("number", "NULLIF(t.number, -1)", Shown::Number),
                ("pool", "t.address", Shown::Account),
                (
                    "balance",
                    "(SELECT l.balance FROM lines l WHERE l.ledger = t.ledger ORDER BY l.seq DESC, l.place DESC LIMIT 1)",
                    Shown::Signed,
                ),
            ],
        ),
        &["t.ledger"],
    ),
    rising(
        list(
            "/v1/ledgers/{ledger}/lines",
            "The lines of a ledger, the first first. The last balance is what the contract says.",
            "lines t",
            "t.ledger = {ledger}",
            &[
                ("kind", "t.kind", Shown::Line),
                ("with", "t.other", Shown::Account),
                ("for", "t.item_kind", Shown::ItemKind),
                ("number", "t.item", Shown::Number),
                ("memo", "t.note", Shown::Memo),
                ("amount", "t.amount", Shown::Signed),
                ("balance", "t.balance", Shown::Signed),
                ("transaction", "t.transaction_index", Shown::Number),
            ],
        ),
        TIMES,
    ),
    list(
        "/v1/accounts/{account}/claims",
        "What happened to the channels that pay an account, the latest first.",
        "channels t",
        "t.payee = {account}",
        CHANNEL,
    ),
    list(
        "/v1/accounts/{account}/channels",
        "What happened to the channels that an account pays by, the latest first.",
        "channels t",
        "t.payer = {account}",
        CHANNEL,
    ),
    list(
        "/v1/accounts/{account}/streams",
        "What happened to the streams that an account pays or is paid by, the latest first.",
        "streams t",
        "t.stream IN (SELECT s.stream FROM streams s WHERE s.payer = {account} OR s.payee = {account})",
        &[
            ("stream", "t.stream", Shown::Number),
            ("kind", "t.kind", Shown::Stream),
            ("payer", "t.payer", Shown::Account),
            ("payee", "t.payee", Shown::Account),
            ("amount", "t.amount", Shown::Amount),
            ("rate", "t.rate", Shown::Amount),
        ],
    ),
    rising(
        list("/v1/pools", "The factory's pools, by number, and how far they are.", POOLS, IS_LAST_POOL, POOL),
        &["t.number"],
    ),
    one(rising(
        list(
            "/v1/pools/{pool}",
            "A pool, and how far it is.",
            POOLS,
            "t.pool = {pool} AND t.number IS NOT NULL AND t.seq = (SELECT MAX(o.seq) FROM pools o WHERE o.pool = t.pool)",
            POOL,
        ),
        &["t.number"],
    )),
    list(
        "/v1/pools/{pool}/gifts",
        "What came into a pool, the latest first.",
        "gifts t",
        "t.pool = {pool}",
        GIFT,
    ),
    list(
        "/v1/pools/{pool}/donors",
        "Who gave to a pool, each once, with what their gifts came to by then; who gave last comes first.",
        "gifts t",
        "t.pool = {pool} AND t.kind = 1 AND NOT EXISTS (SELECT 1 FROM gifts o WHERE o.account = t.account AND o.pool = t.pool AND o.kind = 1 AND (o.seq, o.place) > (t.seq, t.place))",
        &[
            ("donor", "t.account", Shown::Account),
            ("total", "t.total", Shown::Amount),
            (
                "refunded",
                "CASE WHEN EXISTS (SELECT 1 FROM releases r WHERE r.pool = t.pool AND r.account = t.account AND r.kind = 3 AND r.seq > t.seq) THEN 1 ELSE 0 END",
                Shown::Flag,
            ),
        ],
    ),
    list(
        "/v1/pools/{pool}/releases",
        "What left a pool, and what was told of it, the latest first.",
        "releases t",
        "t.pool = {pool}",
        &[
            ("kind", "t.kind", Shown::Release),
            ("account", "t.account", Shown::Account),
            ("amount", "t.amount", Shown::Amount),
            ("number", "t.number", Shown::Number),
            ("commitment", "t.commitment", Shown::Bytes),
            ("uri", "t.uri", Shown::Text),
        ],
    ),
    rising(
        list("/v1/rounds", "All matching rounds, the first first.", "rounds t", "1 = 1", ROUND),
        &["t.seq"],
    ),
    one(rising(
        list("/v1/rounds/{round}", "A matching round.", "rounds t", "t.round = {round}", ROUND),
        &["t.seq"],
    )),
    list(
        "/v1/rounds/{round}/moves",
        "What happened in a round, the latest first.",
        "round_moves t",
        "t.round = {round}",
        &[
            ("kind", "t.kind", Shown::Round),
            ("account", "t.account", Shown::Account),
            ("pool", "t.pool", Shown::Account),
            ("amount", "t.amount", Shown::Amount),
            ("counted", "t.counted", Shown::Amount),
        ],
    ),
];
