//! Columns that several lists have, and where they come from.

use super::listings::{Column, Shown};

pub const CREATOR: &[Column] = &[
    ("creator", "t.creator", Shown::Number),
    ("owner", "t.owner", Shown::Account),
    ("handle", "t.handle", Shown::Text),
    ("commitment", "t.commitment", Shown::Bytes),
    ("uri", "t.uri", Shown::Text),
];
pub const IS_LAST_CREATOR: &str =
    "t.seq = (SELECT MAX(o.seq) FROM creators o WHERE o.creator = t.creator) AND t.owner IS NOT NULL";

pub const ITEM: &[Column] = &[
    ("creator", "t.creator", Shown::Number),
    ("item", "t.item", Shown::Number),
    ("title", "t.title", Shown::Text),
    ("uri", "t.uri", Shown::Text),
    ("commitment", "t.commitment", Shown::Bytes),
    ("edition", "t.edition", Shown::Number),
    ("price", "t.price", Shown::Amount),
    ("pay_what_you_want", "t.any_price", Shown::Flag),
    ("period", "t.period", Shown::Number),
    ("referral", "t.referral", Shown::Number),
    ("tier", "t.tier", Shown::Number),
    ("copies", "t.copies", Shown::Number),
    ("retired", "t.retired", Shown::Flag),
];

pub const PAYMENT: &[Column] = &[
    ("kind", "t.kind", Shown::Payment),
    ("payer", "t.payer", Shown::Account),
    ("creator", "t.creator", Shown::Number),
    ("number", "t.number", Shown::Number),
    ("owner", "t.owner", Shown::Account),
    ("referrer", "t.referrer", Shown::Account),
    ("paid", "t.paid", Shown::Amount),
    ("fee", "t.fee", Shown::Amount),
    ("referral", "t.referral", Shown::Amount),
    ("refunded", REFUNDED, Shown::Flag),
];
pub const REFUNDED: &str =
    "CASE WHEN EXISTS (SELECT 1 FROM refunds r WHERE r.payment = t.seq AND r.payment_place = t.place) THEN 1 ELSE 0 END";

pub const POOL: &[Column] = &[
    ("pool", "t.pool", Shown::Account),
    ("number", "t.number", Shown::Number),
    ("listed", "t.listed", Shown::Flag),
    ("creator", "t.creator", Shown::Number),
    ("maker", "t.maker", Shown::Account),
    ("title", "t.title", Shown::Text),
    ("uri", "t.uri", Shown::Text),
    ("description", "t.description", Shown::Bytes),
    ("goal", "t.goal", Shown::Amount),
    ("closes", "t.closes", Shown::Number),
    ("gifts", "p.gifts", Shown::Number),
    ("donors", "p.donors", Shown::Number),
    ("donated", "p.donated", Shown::Amount),
    ("matched", "p.matched", Shown::Amount),
    ("granted", "p.granted", Shown::Amount),
    ("sponsored", "p.sponsored", Shown::Amount),
    ("refunded", "p.refunded", Shown::Amount),
    ("paid", "p.paid", Shown::Amount),
    ("finalised", "p.final", Shown::Flag),
];
pub const POOLS: &str =
    "pools t LEFT JOIN progress p ON p.pool = t.pool AND p.seq = (SELECT MAX(q.seq) FROM progress q WHERE q.pool = t.pool)";
pub const IS_LAST_POOL: &str =
    "t.number IS NOT NULL AND t.seq = (SELECT MAX(o.seq) FROM pools o WHERE o.pool = t.pool)";

pub const ROUND: &[Column] = &[
    ("round", "t.round", Shown::Account),
    ("title", "t.title", Shown::Text),
    ("uri", "t.uri", Shown::Text),
    ("description", "t.description", Shown::Bytes),
    ("organiser", "t.organiser", Shown::Account),
    ("chosen", "t.chosen", Shown::Number),
    ("opens", "t.opens", Shown::Number),
    ("closes", "t.closes", Shown::Number),
    ("divides", "t.divides", Shown::Number),
];

pub const CHANNEL: &[Column] = &[
    ("kind", "t.kind", Shown::Channel),
    ("payer", "t.payer", Shown::Account),
    ("payee", "t.payee", Shown::Account),
    ("lane", "t.lane", Shown::Number),
    ("epoch", "t.epoch", Shown::Number),
    ("amount", "t.amount", Shown::Amount),
    ("paid", "t.paid", Shown::Amount),
    ("root", "t.root", Shown::Bytes),
];

pub const GIFT: &[Column] = &[
    ("kind", "t.kind", Shown::Gift),
    ("pool", "t.pool", Shown::Account),
    ("account", "t.account", Shown::Account),
    ("payer", "t.payer", Shown::Account),
    ("amount", "t.amount", Shown::Amount),
    ("matched", "t.matched", Shown::Amount),
    ("total", "t.total", Shown::Amount),
    ("memo", "t.note", Shown::Bytes),
];
