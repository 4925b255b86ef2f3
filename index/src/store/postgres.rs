//! A Postgres server.

use super::{Database, Kind, Table};
use crate::{value::Row, Error, Result, Value};
use postgres::{
    binary_copy::BinaryCopyInWriter,
    fallible_iterator::FallibleIterator,
    types::{to_sql_checked, IsNull, ToSql, Type},
    Client, NoTls, Statement,
};
use std::{collections::HashMap, error::Error as StdError, ops::ControlFlow};

/// A database of a server's. It is on the same machine, or reached by a line that is safe: it is not encrypted.
pub struct Server {
    client: Client,
    ready: HashMap<String, Statement>,
}

impl Server {
    pub fn connect(url: &str) -> Result<Self> {
        let client = Client::connect(url, NoTls).map_err(told)?;
        Ok(Self {
            client,
            ready: HashMap::new(),
        })
    }

    pub fn read_only(url: &str) -> Result<Self> {
        let mut server = Self::connect(url)?;
        server.run("SET default_transaction_read_only = on")?;
        Ok(server)
    }

    fn prepared(&mut self, statement: &str) -> Result<Statement> {
        if let Some(ready) = self.ready.get(statement) {
            return Ok(ready.clone());
        }
        let ready = self.client.prepare(statement).map_err(told)?;
        self.ready.insert(statement.into(), ready.clone());
        Ok(ready)
    }
}

/// What went wrong, with what the server says: the library's own words name only its kind.
fn told(error: postgres::Error) -> Error {
    match error.as_db_error().map(|said| said.message().to_string()) {
        Some(reason) => Error::Store {
            reason,
            source: Some(error.into()),
        },
        None => Error::store(error),
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        to: &mut postgres::types::private::BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql(kind, to),
            Self::Bytes(bytes) => bytes.to_sql(kind, to),
            Self::Text(text) => text.to_sql(kind, to),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::BYTEA, Type::TEXT].contains(kind)
    }

    to_sql_checked!();
}

fn read(row: &postgres::Row, column: usize) -> Result<Value> {
    let kind = row.columns()[column].type_();
    let value = if *kind == Type::INT8 {
        row.try_get::<_, Option<i64>>(column).map(Value::from)
    } else if *kind == Type::BYTEA {
        row.try_get::<_, Option<Vec<u8>>>(column).map(Value::from)
    } else {
        row.try_get::<_, Option<String>>(column).map(Value::from)
    };
    value.map_err(told)
}

impl Database for Server {
    fn run(&mut self, statements: &str) -> Result<()> {
        self.client.batch_execute(statements).map_err(told)
    }

    fn change(&mut self, statement: &str, arguments: &[Value]) -> Result<u64> {
        let statement = self.prepared(statement)?;
        let arguments: Vec<_> = arguments.iter().map(|value| value as _).collect();
        self.client.execute(&statement, &arguments).map_err(told)
    }

    fn each(
        &mut self,
        question: &str,
        arguments: &[Value],
        see: &mut dyn FnMut(Row) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let statement = self.prepared(question)?;
        let mut rows = self.client.query_raw(&statement, arguments).map_err(told)?;
        while let Some(row) = rows.next().map_err(told)? {
            let values = (0..row.len()).map(|column| read(&row, column));
            if see(Row(values.collect::<Result<_>>()?))?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn add(&mut self, table: &'static Table, rows: &mut Vec<Vec<Value>>) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = table.columns.iter().map(|(name, _)| *name).collect();
        let kinds: Vec<_> = table
            .columns
            .iter()
            .map(|(_, kind)| kind.of_server())
            .collect();
        let copy = format!(
            "COPY {} ({}) FROM STDIN BINARY",
            table.name,
            names.join(", ")
        );
        let writer = self.client.copy_in(&copy).map_err(told)?;
        let mut writer = BinaryCopyInWriter::new(writer, &kinds);
        for row in rows {
            let row: Vec<_> = row.iter().map(|value| value as _).collect();
            writer.write(&row).map_err(told)?;
        }
        writer.finish().map_err(told)?;
        Ok(())
    }

    fn clustered(&self) -> &'static str {
        ""
    }
}

impl Kind {
    fn of_server(self) -> Type {
        match self {
            Self::Int => Type::INT8,
            Self::Bytes => Type::BYTEA,
            Self::Text => Type::TEXT,
        }
    }
}
