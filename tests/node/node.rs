//! The node that the tests run on.
//!
//! `FARTHING_NODE_URL` is the URL of one that is running already. Otherwise a node is started for each
//! test: `CONTRACTS_NODE`, a substrate-contracts-node, if that is set, or else Farthing's own development
//! chain, which is compiled with everything else.

use std::{
    env,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
};

/// Starts its arguments as a program and ends it when standard input does: when the test ends, however
/// it ends. What the program says ends with the program, as the keeper itself says nothing.
const KEEPER: &str =
    r#""$@" & node=$!; exec 2>/dev/null; read -r _; kill -9 "$node"; wait "$node""#;

/// Which node the tests run on.
enum Choice {
    Running(String),
    Program(String),
}

/// A node that answers at a URL.
pub struct Node {
    /// Where it takes JSON-RPC.
    pub url: String,
    /// Of a node that was started here: the process that keeps it.
    keeper: Option<Child>,
}

impl Node {
    /// Whether it was started here: then its chain is one's own, and it keeps all states.
    pub fn is_own(&self) -> bool {
        self.keeper.is_some()
    }

    /// The running node, or a new one with a chain of its own.
    ///
    /// # Panics
    /// If there is none to be had; the message says how to get one.
    pub fn get() -> Self {
        match choose() {
            Choice::Running(url) => Self { url, keeper: None },
            Choice::Program(program) => start(&program, &["--state-pruning=archive"]),
        }
    }

    /// Farthing's development chain with these flags, whatever node the other tests run on.
    pub fn own(flags: &[&str]) -> Self {
        start(&own_program(), flags)
    }

    /// A new node with a chain of its own and with these flags; `None` where all that is known is the URL
    /// of one that is running.
    pub fn with(flags: &[&str]) -> Option<Self> {
        match choose() {
            Choice::Running(_) => None,
            Choice::Program(program) => Some(start(&program, flags)),
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            let _ = keeper.wait();
        }
    }
}

fn choose() -> Choice {
    let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(url) = set("FARTHING_NODE_URL") {
        return Choice::Running(url);
    }
    Choice::Program(set("CONTRACTS_NODE").unwrap_or_else(own_program))
}

/// A program of this workspace, which stands in the folder above that of the tests.
pub fn program(name: &str) -> PathBuf {
    let tests = env::current_exe().expect("a test knows where it is");
    let folder = tests
        .ancestors()
        .nth(2)
        .expect("tests are in target/debug/deps");
    folder.join(name)
}

/// The development chain.
pub fn own_program() -> String {
    let program = program("farthing-devchain");
    assert!(
        program.is_file(),
        "These tests need Farthing's development chain, which ./scripts/test compiles; or set CONTRACTS_NODE \
         to the path of a substrate-contracts-node, or FARTHING_NODE_URL to the URL of a node that is \
         running, such as ws://127.0.0.1:9944.",
    );
    program.to_string_lossy().into_owned()
}

/// Starts a node on free ports of the loopback interface and waits for the line that says which.
fn start(program: &str, flags: &[&str]) -> Node {
    let mut keeper = Command::new("sh")
        .args(["-c", KEEPER, "sh", program, "--dev", "--rpc-port=0"])
        .args(["--listen-addr=/ip4/127.0.0.1/tcp/0", "--no-prometheus"])
        .args(flags)
        .env("RUST_LOG", "info")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("there is a shell");
    let mut lines = BufReader::new(keeper.stderr.take().expect("it is piped"))
        .lines()
        .map_while(Result::ok);
    let mut said = Vec::new();
    let port = lines.by_ref().find_map(|line| {
        let port = port_in(&line);
        said.push(line);
        port
    });
    let mut node = Node {
        url: String::new(),
        keeper: Some(keeper),
    };
    let port = port.unwrap_or_else(|| panic!("{program} does not run: {said:#?}"));
    node.url = format!("ws://127.0.0.1:{port}");
    // Nobody reads what it says from here on, but it must be able to say it.
    thread::spawn(move || lines.for_each(drop));
    node
}

fn port_in(line: &str) -> Option<u16> {
    let address = line
        .split("Running JSON-RPC server: addr=127.0.0.1:")
        .nth(1)?;
    address
        .split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "does not run")]
    fn program_that_refuses_its_flags_is_told_of_at_once() {
        start("false", &[]);
    }
}
