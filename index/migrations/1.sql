-- One schema for SQLite and Postgres. Where they differ, a word in braces stands for either's.
--
-- Each row has a place in the chain: `seq` is the block's number times 2^20 and the event's place in the block.
-- Nothing is ever changed: what is new about a thing is a new row, and the one with the greatest `seq` holds.
-- So a block that is undone takes its rows with it, and what was before holds again.
--
-- Amounts are 16 bytes, the highest first, so that they sort as numbers; what can be negative has 2^127 added.
-- Accounts are 32 bytes, times milliseconds since the Unix epoch.

CREATE TABLE blocks (
  number BIGINT NOT NULL PRIMARY KEY,
  hash BYTEA NOT NULL,
  time BIGINT NOT NULL
);

CREATE TABLE events (
  seq BIGINT NOT NULL PRIMARY KEY,
  contract BIGINT NOT NULL,
  address BYTEA NOT NULL,
  transaction_index BIGINT NOT NULL,
  topics BYTEA NOT NULL,
  data BYTEA NOT NULL
);

CREATE TABLE contracts (
  seq BIGINT NOT NULL,
  address BYTEA NOT NULL,
  contract BIGINT NOT NULL,
  PRIMARY KEY (address, seq)
) {clustered};
CREATE INDEX contracts_by_seq ON contracts (seq);

CREATE TABLE terms (
  seq BIGINT NOT NULL PRIMARY KEY,
  fee BIGINT NOT NULL,
  treasury BYTEA NOT NULL
);

CREATE TABLE creators (
  seq BIGINT NOT NULL,
  creator BIGINT NOT NULL,
  owner BYTEA,
  handle TEXT,
  commitment BYTEA,
  uri TEXT,
  PRIMARY KEY (creator, seq)
) {clustered};
CREATE INDEX creators_by_seq ON creators (seq);
CREATE INDEX creators_of_owner ON creators (owner, creator, seq);
CREATE INDEX creators_by_handle ON creators (handle, seq);

CREATE TABLE items (
  seq BIGINT NOT NULL,
  creator BIGINT NOT NULL,
  item BIGINT NOT NULL,
  price BYTEA NOT NULL,
  any_price BIGINT NOT NULL,
  period BIGINT,
  referral BIGINT NOT NULL,
  tier BIGINT,
  copies BIGINT,
  retired BIGINT NOT NULL,
  edition BIGINT NOT NULL,
  commitment BYTEA NOT NULL,
  title TEXT NOT NULL,
  uri TEXT NOT NULL,
  PRIMARY KEY (creator, item, seq)
) {clustered};
CREATE INDEX items_by_seq ON items (seq);

CREATE TABLE words (
  seq BIGINT NOT NULL,
  word TEXT NOT NULL,
  creator BIGINT NOT NULL,
  item BIGINT NOT NULL,
  PRIMARY KEY (word, creator, item, seq)
) {clustered};
CREATE INDEX words_by_seq ON words (seq);

CREATE TABLE tiers (
  seq BIGINT NOT NULL,
  creator BIGINT NOT NULL,
  tier BIGINT NOT NULL,
  price BYTEA,
  PRIMARY KEY (creator, tier, seq)
) {clustered};
CREATE INDEX tiers_by_seq ON tiers (seq);

-- Tips, purchases and blinded purchases. `number` is the item's or the tier's, `note` a memo or a commitment.
CREATE TABLE payments (
  seq BIGINT NOT NULL,
  place BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  payer BYTEA NOT NULL,
  creator BIGINT NOT NULL,
  number BIGINT,
  owner BYTEA,
  referrer BYTEA,
  paid BYTEA NOT NULL,
  fee BYTEA NOT NULL,
  referral BYTEA NOT NULL,
  note BYTEA,
  bought BIGINT,
  begins BIGINT,
  period BIGINT,
  PRIMARY KEY (seq, place)
) {clustered};
CREATE INDEX payments_to_creator ON payments (creator, seq, place);
CREATE INDEX payments_of_payer ON payments (payer, seq, place);
CREATE INDEX payments_for_owner ON payments (owner, creator, number, seq, place) WHERE owner IS NOT NULL;

-- Which purchase is refunded: its own place in the chain, too.
CREATE TABLE refunds (
  seq BIGINT NOT NULL,
  place BIGINT NOT NULL,
  creator BIGINT NOT NULL,
  owner BYTEA NOT NULL,
  payer BYTEA NOT NULL,
  item BIGINT NOT NULL,
  paid BYTEA NOT NULL,
  bought BIGINT,
  payment BIGINT,
  payment_place BIGINT,
  PRIMARY KEY (seq, place)
) {clustered};
CREATE INDEX refunds_of_payment ON refunds (payment, payment_place);
CREATE INDEX refunds_of_owner ON refunds (owner, seq);

-- What a creator earned in a day with an item, tier or tips, as of the block of `seq`.
CREATE TABLE earnings (
  seq BIGINT NOT NULL,
  creator BIGINT NOT NULL,
  day BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  number BIGINT NOT NULL,
  payments BIGINT NOT NULL,
  paid BYTEA NOT NULL,
  fee BYTEA NOT NULL,
  referral BYTEA NOT NULL,
  PRIMARY KEY (creator, day, kind, number, seq)
) {clustered};
CREATE INDEX earnings_by_seq ON earnings (seq);

CREATE TABLE pools (
  seq BIGINT NOT NULL,
  pool BYTEA NOT NULL,
  number BIGINT,
  listed BIGINT NOT NULL,
  creator BIGINT,
  maker BYTEA NOT NULL,
  title TEXT NOT NULL,
  uri TEXT NOT NULL,
  description BYTEA NOT NULL,
  goal BYTEA,
  closes BIGINT,
  terms BYTEA NOT NULL,
  PRIMARY KEY (pool, seq)
) {clustered};
CREATE INDEX pools_by_seq ON pools (seq);
CREATE INDEX pools_by_number ON pools (number, seq);

-- How far a pool is, as of the block of `seq`.
CREATE TABLE progress (
  seq BIGINT NOT NULL,
  pool BYTEA NOT NULL,
  gifts BIGINT NOT NULL,
  donors BIGINT NOT NULL,
  donated BYTEA NOT NULL,
  matched BYTEA NOT NULL,
  granted BYTEA NOT NULL,
  sponsored BYTEA NOT NULL,
  refunded BYTEA NOT NULL,
  paid BYTEA NOT NULL,
  final BIGINT NOT NULL,
  PRIMARY KEY (pool, seq)
) {clustered};
CREATE INDEX progress_by_seq ON progress (seq);

-- What came into pools. `total` is all that the donor has given to the pool so far.
CREATE TABLE gifts (
  seq BIGINT NOT NULL,
  place BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  pool BYTEA NOT NULL,
  account BYTEA,
  payer BYTEA,
  amount BYTEA NOT NULL,
  matched BYTEA NOT NULL,
  total BYTEA NOT NULL,
  note BYTEA,
  PRIMARY KEY (seq, place)
) {clustered};
CREATE INDEX gifts_to_pool ON gifts (pool, seq, place);
CREATE INDEX gifts_of_account ON gifts (account, pool, kind, seq, place);
CREATE INDEX gifts_of_payer ON gifts (payer, pool);

-- What left pools.
CREATE TABLE releases (
  seq BIGINT NOT NULL,
  place BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  pool BYTEA NOT NULL,
  account BYTEA,
  amount BYTEA NOT NULL,
  number BIGINT,
  commitment BYTEA,
  uri TEXT,
  PRIMARY KEY (seq, place)
) {clustered};
CREATE INDEX releases_of_pool ON releases (pool, seq, place);
CREATE INDEX releases_to_account ON releases (account, seq, place);

CREATE TABLE rounds (
  seq BIGINT NOT NULL,
  round BYTEA NOT NULL,
  title TEXT NOT NULL,
  uri TEXT NOT NULL,
  description BYTEA NOT NULL,
  organiser BYTEA NOT NULL,
  chosen BIGINT NOT NULL,
  opens BIGINT NOT NULL,
  closes BIGINT NOT NULL,
  divides BIGINT NOT NULL,
  terms BYTEA NOT NULL,
  PRIMARY KEY (round, seq)
) {clustered};
CREATE INDEX rounds_by_seq ON rounds (seq);

-- What happened in rounds.
CREATE TABLE round_moves (
  seq BIGINT NOT NULL,
  place BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  round BYTEA NOT NULL,
  account BYTEA,
  pool BYTEA,
  amount BYTEA NOT NULL,
  counted BYTEA NOT NULL,
  PRIMARY KEY (seq, place)
) {clustered};
CREATE INDEX round_moves_of_round ON round_moves (round, seq, place);
CREATE INDEX round_moves_of_account ON round_moves (account, seq, place);

-- What happened to channels. `amount` went to or from the payer's reserve, `paid` to the payee.
CREATE TABLE channels (
  seq BIGINT NOT NULL,
  place BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  payer BYTEA NOT NULL,
  payee BYTEA NOT NULL,
  lane BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  amount BYTEA NOT NULL,
  paid BYTEA NOT NULL,
  root BYTEA,
  PRIMARY KEY (seq, place)
) {clustered};
CREATE INDEX channels_of_payer ON channels (payer, payee, lane, seq, place);
CREATE INDEX channels_of_payee ON channels (payee, seq, place);

-- What happened to streams; payer and payee are in the first row of each.
CREATE TABLE streams (
  seq BIGINT NOT NULL,
  place BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  stream BIGINT NOT NULL,
  payer BYTEA,
  payee BYTEA,
  amount BYTEA NOT NULL,
  rate BYTEA,
  PRIMARY KEY (seq, place)
) {clustered};
CREATE INDEX streams_by_number ON streams (stream, seq, place);
CREATE INDEX streams_of_payer ON streams (payer, stream) WHERE payer IS NOT NULL;
CREATE INDEX streams_of_payee ON streams (payee, stream) WHERE payee IS NOT NULL;

-- Each ledger by a number of its own. Which of `number`, `address` and `account` there are depends on its kind;
-- where one is not, it is -1 or empty, so that what is unique can be found.
CREATE TABLE ledgers (
  seq BIGINT NOT NULL,
  ledger BIGINT NOT NULL PRIMARY KEY,
  kind BIGINT NOT NULL,
  number BIGINT NOT NULL,
  address BYTEA NOT NULL,
  account BYTEA NOT NULL
);
CREATE INDEX ledgers_by_seq ON ledgers (seq);
CREATE UNIQUE INDEX ledgers_by_name ON ledgers (kind, number, address, account);
CREATE INDEX ledgers_of_account ON ledgers (account, ledger);

CREATE TABLE lines (
  ledger BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  place BIGINT NOT NULL,
  time BIGINT NOT NULL,
  transaction_index BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  other BYTEA,
  item_kind BIGINT,
  item BIGINT,
  note BYTEA,
  amount BYTEA NOT NULL,
  balance BYTEA NOT NULL,
  PRIMARY KEY (ledger, seq, place)
) {clustered};
CREATE INDEX lines_by_seq ON lines (seq);
-- Refunds are few among a creator's lines.
CREATE INDEX lines_of_refunds ON lines (ledger, seq, place) WHERE kind = 9;
