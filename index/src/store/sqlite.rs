//! Keeps an index in SQLite, in a file or in memory.

use super::{Database, Table};
use crate::{value::Row, Error, Result, Value};
use rusqlite::{
    types::{ToSqlOutput, ValueRef},
    Connection, OpenFlags, ToSql,
};
use std::{fmt::Write, fs, ops::ControlFlow, path::Path, time::Duration};

/// A database of SQLite's.
pub struct Sqlite(Connection);

/// How long to wait for another process that writes.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many statements are kept ready: more than there are.
const STATEMENTS: usize = 256;

/// Readers do not wait for the writer, nor it for them. What was committed survives the end of this process,
/// however it ends; after a power cut, the last of it may be missing, and nothing else: it is read anew.
const SETTINGS: &str = "PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA cache_size = -65536;
PRAGMA temp_store = MEMORY;";

impl Sqlite {
    pub fn open(path: &Path) -> Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(Error::store)?;
        }
        let connection = Connection::open(path).map_err(Error::store)?;
        connection.busy_timeout(PATIENCE).map_err(Error::store)?;
        connection.execute_batch(SETTINGS).map_err(Error::store)?;
        Ok(Self::ready(connection))
    }

    pub fn read_only(path: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(Error::store)?;
        connection.busy_timeout(PATIENCE).map_err(Error::store)?;
        Ok(Self::ready(connection))
    }

    pub fn in_memory() -> Result<Self> {
        let connection = Connection::open_in_memory().map_err(Error::store)?;
        Ok(Self::ready(connection))
    }

    fn ready(connection: Connection) -> Self {
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Self(connection)
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

fn read(value: ValueRef<'_>) -> Result<Value> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Int(number)),
        ValueRef::Blob(bytes) => Ok(Value::Bytes(bytes.to_vec())),
        ValueRef::Text(text) => {
            let text = String::from_utf8(text.to_vec());
            Ok(Value::Text(text.map_err(Error::store)?))
        }
        ValueRef::Real(_) => Err(Error::damaged("it has a fraction where there is none")),
    }
}

impl Database for Sqlite {
    fn run(&mut self, statements: &str) -> Result<()> {
        self.0.execute_batch(statements).map_err(Error::store)
    }

    fn change(&mut self, statement: &str, arguments: &[Value]) -> Result<u64> {
        let mut statement = self.0.prepare_cached(statement).map_err(Error::store)?;
        let arguments = rusqlite::params_from_iter(arguments);
        let changed = statement.execute(arguments).map_err(Error::store)?;
        Ok(changed as u64)
    }

    fn each(
        &mut self,
        question: &str,
        arguments: &[Value],
        see: &mut dyn FnMut(Row) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let mut statement = self.0.prepare_cached(question).map_err(Error::store)?;
        let columns = statement.column_count();
        let arguments = rusqlite::params_from_iter(arguments);
        let mut rows = statement.query(arguments).map_err(Error::store)?;
        while let Some(row) = rows.next().map_err(Error::store)? {
            let values =
                (0..columns).map(|column| read(row.get_ref(column).map_err(Error::store)?));
            if see(Row(values.collect::<Result<_>>()?))?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn add(&mut self, table: &'static Table, rows: &mut Vec<Vec<Value>>) -> Result<()> {
        let mut statement = self
            .0
            .prepare_cached(&insertion(table))
            .map_err(Error::store)?;
        for row in rows {
            let arguments = rusqlite::params_from_iter(row.iter());
            statement.execute(arguments).map_err(Error::store)?;
        }
        Ok(())
    }

    fn clustered(&self) -> &'static str {
        "WITHOUT ROWID"
    }
}

fn insertion(table: &Table) -> String {
    let mut statement = format!("INSERT INTO {} (", table.name);
    let mut values = String::new();
    for (place, (name, _)) in table.columns.iter().enumerate() {
        let comma = if place > 0 { ", " } else { "" };
        let _ = write!(statement, "{comma}{name}");
        let _ = write!(values, "{comma}?");
    }
    statement + ") VALUES (" + &values + ")"
}
