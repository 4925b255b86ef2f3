//! The store: a database that keeps rows, of either kind.
//!
//! Statements are the same for both. Their arguments are `$1`, `$2` and so on, in the order in which they are
//! named first, which SQLite understands as well as Postgres.
//!
//! **Why these two libraries.** SQLite is in the process, and a row takes microseconds there: `rusqlite` calls
//! it directly. sqlx hands each statement to a thread of its own and back, which costs more than the statement.
//! `postgres` has the copy protocol, by which rows are added in bulk without a question each, which sqlx's
//! common interface has not. Both are kept by their projects' own makers, under MIT or Apache licences, run on
//! the pinned compiler, and are synchronous, as all writing here is one thread's.

mod migrations;
mod postgres;
mod sqlite;

use crate::{value::Row, Result, Value};
use std::{ops::ControlFlow, path::PathBuf};

/// Where an index is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a file of SQLite's.
    File(PathBuf),
    /// In memory, as long as it is open.
    Memory,
    /// In a Postgres server's database, by its URL.
    Server(String),
}

/// A table that rows are added to.
#[derive(Debug)]
pub struct Table {
    /// The table's name in the schema.
    pub name: &'static str,
    /// The columns that are given, in order, with what they hold.
    pub columns: &'static [(&'static str, Kind)],
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers of 64 bits.
    Int,
    /// Bytes: accounts, hashes, amounts.
    Bytes,
    /// Texts.
    Text,
}

/// What the index needs of a kind of database.
pub(crate) trait Database: Send {
    /// Carries out statements without arguments.
    fn run(&mut self, statements: &str) -> Result<()>;

    /// Carries out a statement, and returns how many rows it changed.
    fn change(&mut self, statement: &str, arguments: &[Value]) -> Result<u64>;

    /// Shows the rows that a question finds, in order, until `see` breaks off.
    fn each(
        &mut self,
        question: &str,
        arguments: &[Value],
        see: &mut dyn FnMut(Row) -> Result<ControlFlow<()>>,
    ) -> Result<()>;

    /// Adds rows to a table.
    fn add(&mut self, table: &'static Table, rows: &mut Vec<Vec<Value>>) -> Result<()>;

    /// Returns what stands in the schema for the word `{clustered}`.
    fn clustered(&self) -> &'static str;
}

/// An open store, of either kind.
pub struct Store {
    database: Box<dyn Database>,
    /// How many transactions are under way, of which only the outermost counts.
    depth: u32,
}

/// Keeps other programs from writing a server's database, as long as it is there. Files have locks of their own.
pub struct Held {
    _server: postgres::Server,
}

impl Held {
    /// Takes a database for oneself; `None` if another program has it. However that ends, the server notices.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub fn take(url: &str) -> Result<Option<Self>> {
        let mut server = postgres::Server::connect(url)?;
        let mut is_taken = false;
        // Several indexes can be in one database, each in a schema of its own.
        let take = "SELECT CASE WHEN pg_try_advisory_lock(hashtext('farthing-index ' || current_schema())::bigint)
THEN 1 ELSE 0 END";
        server.each(take, &[], &mut |row| {
            is_taken = row.get::<u32>(0)? == 1;
            Ok(ControlFlow::Break(()))
        })?;
        Ok(is_taken.then_some(Self { _server: server }))
    }
}

impl Store {
    /// Opens a store, and brings it up to the latest schema.
    ///
    /// # Errors
    /// [`crate::Error::Store`]; [`crate::Error::Newer`].
    pub fn open(place: &Place) -> Result<Self> {
        let database: Box<dyn Database> = match place {
            Place::File(path) => Box::new(sqlite::Sqlite::open(path)?),
            Place::Memory => Box::new(sqlite::Sqlite::in_memory()?),
            Place::Server(url) => Box::new(postgres::Server::connect(url)?),
        };
        let mut store = Self { database, depth: 0 };
        migrations::migrate(&mut store)?;
        Ok(store)
    }

    /// Opens a store that was brought up to date, with something around its database.
    #[cfg(test)]
    pub(crate) fn wrapped(
        place: &Place,
        around: impl FnOnce(Box<dyn Database>) -> Box<dyn Database>,
    ) -> Result<Self> {
        let Store { database, .. } = Self::open(place)?;
        let database = around(database);
        Ok(Self { database, depth: 0 })
    }

    /// Opens a store to be read only, while another process may write it.
    ///
    /// # Errors
    /// [`crate::Error::Store`], also if there is none; [`crate::Error::Newer`].
    pub fn read_only(place: &Place) -> Result<Self> {
        let database: Box<dyn Database> = match place {
            Place::File(path) => Box::new(sqlite::Sqlite::read_only(path)?),
            Place::Memory => Box::new(sqlite::Sqlite::in_memory()?),
            Place::Server(url) => Box::new(postgres::Server::read_only(url)?),
        };
        let mut store = Self { database, depth: 0 };
        migrations::check(&mut store)?;
        Ok(store)
    }

    /// Does all or nothing of some work.
    ///
    /// # Errors
    /// Those of the work; [`crate::Error::Store`].
    pub fn transaction<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth > 0 {
            return work(self);
        }
        self.database.run("BEGIN")?;
        self.depth += 1;
        let done = work(self);
        self.depth -= 1;
        match done {
            Ok(done) => {
                self.database.run("COMMIT")?;
                Ok(done)
            }
            Err(error) => {
                // What it failed with says more than that it cannot be undone, as when the store is gone.
                let _ = self.database.run("ROLLBACK");
                Err(error)
            }
        }
    }

    pub(crate) fn run(&mut self, statements: &str) -> Result<()> {
        self.database.run(statements)
    }

    pub(crate) fn change(&mut self, statement: &str, arguments: &[Value]) -> Result<u64> {
        self.database.change(statement, arguments)
    }

    pub(crate) fn add(&mut self, table: &'static Table, rows: &mut Vec<Vec<Value>>) -> Result<()> {
        self.database.add(table, rows)?;
        rows.clear();
        Ok(())
    }

    /// Shows the rows that a question finds, in order, until `see` breaks off.
    ///
    /// # Errors
    /// Those of `see`; [`crate::Error::Store`].
    pub fn each(
        &mut self,
        question: &str,
        arguments: &[Value],
        see: &mut dyn FnMut(Row) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        self.database.each(question, arguments, see)
    }

    /// Returns all rows that a question finds, each read by `read`.
    ///
    /// # Errors
    /// Those of `read`; [`crate::Error::Store`].
    pub fn all<T>(
        &mut self,
        question: &str,
        arguments: &[Value],
        mut read: impl FnMut(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut found = Vec::new();
        self.each(question, arguments, &mut |row| {
            found.push(read(&row)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }

    /// Returns the first row that a question finds, read by `read`.
    ///
    /// # Errors
    /// Those of `read`; [`crate::Error::Store`].
    pub fn first<T>(
        &mut self,
        question: &str,
        arguments: &[Value],
        mut read: impl FnMut(&Row) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut found = None;
        self.each(question, arguments, &mut |row| {
            found = Some(read(&row)?);
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    fn clustered(&self) -> &'static str {
        self.database.clustered()
    }
}
