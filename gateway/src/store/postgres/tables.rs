//! Opens the tables of a server that gateways share, and makes them if they are not there.

use super::{Owner, Unusable};
use postgres::{Client, NoTls};

/// Numbers that a `bigint` has no room for are `numeric`; an epoch fits.
const TABLES: &str = "
CREATE TABLE IF NOT EXISTS farthing_owner (
    genesis bytea NOT NULL, contract bytea NOT NULL, payee bytea NOT NULL,
    one boolean PRIMARY KEY DEFAULT true CHECK (one));
CREATE TABLE IF NOT EXISTS farthing_channel (
    payer bytea NOT NULL, lane bigint NOT NULL, epoch bigint NOT NULL,
    best numeric NOT NULL, spent numeric NOT NULL, root bytea NOT NULL,
    signature bytea, wrapped boolean NOT NULL, changed timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (payer, lane));
CREATE INDEX IF NOT EXISTS farthing_channel_changed ON farthing_channel (changed);
CREATE TABLE IF NOT EXISTS farthing_charge (
    id bytea PRIMARY KEY, payer bytea NOT NULL, lane bigint NOT NULL, epoch bigint NOT NULL,
    amount numeric NOT NULL, key bytea UNIQUE, binding bytea,
    made timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE TABLE IF NOT EXISTS farthing_hold (
    id bytea PRIMARY KEY, payer bytea NOT NULL, lane bigint NOT NULL, epoch bigint NOT NULL,
    amount numeric NOT NULL, until bigint NOT NULL);
CREATE INDEX IF NOT EXISTS farthing_hold_channel ON farthing_hold (payer, lane);
DELETE FROM farthing_charge WHERE made < clock_timestamp() - interval '7 days';
DELETE FROM farthing_hold WHERE until < extract(epoch FROM clock_timestamp()) * 1000;
";

/// One lock for whoever makes tables: two who start at once would be in each other's way.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7308332183964869985)";

/// Connects, makes the tables if there are none, and checks whose they are.
pub(super) fn open(url: &str, owner: &Owner) -> Result<Client, Unusable> {
    let mut client = Client::connect(url, NoTls)?;
    let mut making = client.transaction()?;
    making.batch_execute(LOCK)?;
    making.batch_execute(TABLES)?;
    let parts: Vec<&[u8]> = owner.iter().map(|part| &part[..]).collect();
    making.execute(
        "INSERT INTO farthing_owner (genesis, contract, payee) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        &[&parts[0], &parts[1], &parts[2]],
    )?;
    let found = making.query_one("SELECT genesis, contract, payee FROM farthing_owner", &[])?;
    making.commit()?;
    let is_ours = (0..3).all(|part| found.get::<_, &[u8]>(part) == parts[part]);
    match is_ours {
        true => Ok(client),
        false => Err(Unusable::Foreign),
    }
}
