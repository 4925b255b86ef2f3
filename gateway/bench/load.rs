//! Asks a server for one address, over so many connections that stay open, and prints a row for a table.
//!
//!     load URL --name NAME --size TEXT --connections N --seconds S --processes PID,…
//!         [--first CHANNEL [--at-most N] | --headers FILE] [--status STATUS]
//!
//! With `--first`, each connection pays from a channel of its own, from number CHANNEL on, each request with a new
//! voucher; they are signed before the clock starts, at most N, and it ends when they are used up. With `--headers`,
//! the value of PAYMENT-SIGNATURE is a line of the file: line k belongs to connection k modulo N; the only line of a
//! file is for all. Every answer must have the status, 200 if none is named. CPU time is that of the processes and their
//! children, from /proc.

mod common;
#[path = "load/paying.rs"]
mod paying;
#[path = "load/processes.rs"]
mod processes;

use http_body_util::{BodyExt, Empty};
use hyper::{body::Bytes, client::conn::http1, Request, Uri};
use hyper_util::rt::TokioIo;
use paying::Headers;
use processes::Processes;
use std::{
    collections::BTreeMap,
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::net::TcpStream;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const HEADER: &str = "payment-signature";

/// What one connection saw.
#[derive(Default)]
struct Seen {
    times: Vec<Duration>,
    bytes: u64,
    /// How many answers had another status than they should, by status.
    refused: BTreeMap<u16, u64>,
}

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let url: Uri = words.next().ok_or("load URL …")?.parse()?;
    let mut options = BTreeMap::new();
    while let Some(name) = words.next() {
        options.insert(name, words.next().ok_or("an option without a value")?);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(measure(url, &options))
}

async fn measure(url: Uri, options: &BTreeMap<String, String>) -> Result<()> {
    let option = |name: &str| {
        let found = options.get(name).map(String::as_str);
        found.ok_or(format!("{name} is missing"))
    };
    let connections: usize = option("--connections")?.parse()?;
    let seconds: f64 = option("--seconds")?.parse()?;
    let headers = Headers::of(options, &url, connections).await?;
    let processes = Processes::of(option("--processes")?)?;
    let status: u16 = option("--status").unwrap_or("200").parse()?;
    let url = Arc::new(url);
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(connect(&url).await?);
    }
    let (began, cpu) = (Instant::now(), processes.cpu()?);
    let end = began + Duration::from_secs_f64(seconds);
    let asking = open.into_iter().zip(headers.of_connections());
    let asking: Vec<_> = asking
        .map(|(sender, values)| tokio::spawn(ask(sender, url.clone(), values, status, end)))
        .collect();
    let mut all = Seen::default();
    for one in asking {
        let seen = one.await??;
        all.times.extend(seen.times);
        all.bytes += seen.bytes;
        for (status, count) in seen.refused {
            *all.refused.entry(status).or_default() += count;
        }
    }
    let took = began.elapsed();
    let cpu = processes.cpu()? - cpu;
    println!("{}", row(options, all, took, cpu)?);
    Ok(())
}

async fn connect(url: &Uri) -> Result<http1::SendRequest<Empty<Bytes>>> {
    let authority = url.authority().ok_or("an address without a host")?;
    let stream = TcpStream::connect(authority.as_str()).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

async fn ask(
    mut sender: http1::SendRequest<Empty<Bytes>>,
    url: Arc<Uri>,
    mut values: paying::Values,
    wanted: u16,
    end: Instant,
) -> Result<Seen> {
    let mut seen = Seen::default();
    let path = url.path_and_query().map_or("/", |path| path.as_str());
    let host = url.authority().map_or("", |host| host.as_str());
    while Instant::now() < end {
        let mut request = Request::builder().uri(path).header("host", host);
        match values.next() {
            paying::Next::Free => (),
            paying::Next::Pay(value) => request = request.header(HEADER, value),
            paying::Next::UsedUp => break,
        }
        let request = request.body(Empty::new())?;
        let began = Instant::now();
        sender.ready().await?;
        let response = sender.send_request(request).await?;
        let status = response.status().as_u16();
        let mut body = response.into_body();
        while let Some(frame) = body.frame().await {
            let length = frame?.data_ref().map_or(0, Bytes::len);
            seen.bytes += length as u64;
        }
        match status == wanted {
            true => seen.times.push(began.elapsed()),
            false => *seen.refused.entry(status).or_default() += 1,
        }
    }
    Ok(seen)
}

fn row(
    options: &BTreeMap<String, String>,
    mut all: Seen,
    took: Duration,
    cpu: Duration,
) -> Result<String> {
    if !all.refused.is_empty() {
        return Err(format!(
            "{}: answers by status: {:?}",
            options["--name"], all.refused
        )
        .into());
    }
    all.times.sort();
    let count = all.times.len();
    let last = count.checked_sub(1).ok_or("no request was answered")?;
    let millis = |part: f64| all.times[(last as f64 * part) as usize].as_secs_f64() * 1e3;
    Ok(format!(
        "| {} | {} | {} | {count} | {:.0} | {:.2} | {:.2} | {:.0} |",
        options["--name"],
        options["--size"],
        options["--connections"],
        count as f64 / took.as_secs_f64(),
        millis(0.5),
        millis(0.99),
        cpu.as_secs_f64() * 1e6 / count as f64,
    ))
}
