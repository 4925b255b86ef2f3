//! Keeps an index in a Postgres server's database.

use super::{Database, Kind, Table};
use crate::{value::Row, Error, Result, Value};
use postgres::{
    binary_copy::BinaryCopyInWriter,
    fallible_iterator::FallibleIterator,
    types::{to_sql_checked, IsNull, ToSql, Type},
    Client, NoTls, Statement,
};
use std::{collections::HashMap, error::Error as StdError, ops::ControlFlow, sync::mpsc, thread};

/// A database of a server's. It is on the same machine, or reached by a line that is safe: it is not encrypted.
///
/// The library waits for the server in a way that is not allowed where asynchronous work is done, so that it has a
/// thread of its own.
pub struct Server {
    jobs: mpsc::Sender<Job>,
}

type Job = Box<dyn FnOnce(&mut Connected) + Send>;

/// How many rows wait to be seen.
const UNSEEN: usize = 1 << 10;

/// What the thread has.
struct Connected {
    client: Client,
    ready: HashMap<String, Statement>,
}

impl Server {
    pub fn connect(url: &str) -> Result<Self> {
        let (jobs, waiting) = mpsc::channel::<Job>();
        let (tell, told_how) = mpsc::channel();
        let url = url.to_string();
        thread::spawn(move || {
            let client = match Client::connect(&url, NoTls) {
                Ok(client) => client,
                Err(error) => {
                    let _ = tell.send(Err(told(error)));
                    return;
                }
            };
            let _ = tell.send(Ok(()));
            let ready = HashMap::new();
            let mut connected = Connected { client, ready };
            for job in waiting {
                job(&mut connected);
            }
        });
        told_how.recv().map_err(Error::store)??;
        Ok(Self { jobs })
    }

    pub fn read_only(url: &str) -> Result<Self> {
        let mut server = Self::connect(url)?;
        server.run(
            "SET default_transaction_read_only = on;
SET default_transaction_isolation = 'repeatable read'",
        )?;
        Ok(server)
    }

    /// Has something done by the thread, and waits for it.
    fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connected) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (tell, done) = mpsc::channel();
        let job = move |connected: &mut Connected| {
            let _ = tell.send(work(connected));
        };
        self.jobs.send(Box::new(job)).map_err(|_| gone())?;
        done.recv().map_err(|_| gone())?
    }
}

fn gone() -> Error {
    Error::store("the connection to the server is gone")
}

impl Connected {
    fn prepared(&mut self, statement: &str) -> Result<Statement> {
        if let Some(ready) = self.ready.get(statement) {
            return Ok(ready.clone());
        }
        let ready = self.client.prepare(statement).map_err(told)?;
        self.ready.insert(statement.into(), ready.clone());
        Ok(ready)
    }

    /// Sends the rows that a question finds, as long as somebody wants them.
    fn find(
        &mut self,
        question: &str,
        arguments: &[Value],
        to: &mpsc::SyncSender<Result<Row>>,
    ) -> Result<()> {
        let statement = self.prepared(question)?;
        let found = self.client.query_raw(&statement, arguments);
        let mut rows = found.map_err(told)?;
        while let Some(row) = rows.next().map_err(told)? {
            let values = (0..row.len()).map(|column| read(&row, column));
            let row = values.collect::<Result<_>>().map(Row);
            if to.send(row).is_err() {
                break;
            }
        }
        Ok(())
    }

    fn copy(&mut self, table: &'static Table, rows: &[Vec<Value>]) -> Result<()> {
        let names: Vec<_> = table.columns.iter().map(|(name, _)| *name).collect();
        let kinds = table.columns.iter().map(|(_, kind)| kind.of_server());
        let kinds: Vec<_> = kinds.collect();
        let names = names.join(", ");
        let copy = format!("COPY {} ({names}) FROM STDIN BINARY", table.name);
        let writer = self.client.copy_in(&copy).map_err(told)?;
        let mut writer = BinaryCopyInWriter::new(writer, &kinds);
        for row in rows {
            let row: Vec<_> = row.iter().map(|value| value as _).collect();
            writer.write(&row).map_err(told)?;
        }
        writer.finish().map_err(told)?;
        Ok(())
    }
}

/// Returns the error with what the server says: the library's own words name only its kind.
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
    } else if *kind == Type::INT4 {
        // What is worked out, and not stored.
        row.try_get::<_, Option<i32>>(column)
            .map(|number| Value::from(number.map(i64::from)))
    } else if *kind == Type::BYTEA {
        row.try_get::<_, Option<Vec<u8>>>(column).map(Value::from)
    } else {
        row.try_get::<_, Option<String>>(column).map(Value::from)
    };
    value.map_err(told)
}

impl Database for Server {
    fn run(&mut self, statements: &str) -> Result<()> {
        let statements = statements.to_string();
        self.ask(move |server| server.client.batch_execute(&statements).map_err(told))
    }

    fn change(&mut self, statement: &str, arguments: &[Value]) -> Result<u64> {
        let (statement, arguments) = (statement.to_string(), arguments.to_vec());
        self.ask(move |server| {
            let statement = server.prepared(&statement)?;
            let arguments: Vec<_> = arguments.iter().map(|value| value as _).collect();
            server.client.execute(&statement, &arguments).map_err(told)
        })
    }

    fn each(
        &mut self,
        question: &str,
        arguments: &[Value],
        see: &mut dyn FnMut(Row) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let (to, rows) = mpsc::sync_channel(UNSEEN);
        let (question, arguments) = (question.to_string(), arguments.to_vec());
        let job = move |server: &mut Connected| {
            if let Err(error) = server.find(&question, &arguments, &to) {
                let _ = to.send(Err(error));
            }
        };
        self.jobs.send(Box::new(job)).map_err(|_| gone())?;
        for row in rows {
            if see(row?)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn add(&mut self, table: &'static Table, rows: &mut Vec<Vec<Value>>) -> Result<()> {
        let rows = std::mem::take(rows);
        match rows.is_empty() {
            true => Ok(()),
            false => self.ask(move |server| server.copy(table, &rows)),
        }
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
