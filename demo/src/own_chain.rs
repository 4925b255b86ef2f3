//! A development chain of the demo's own, as a program beside this one.

use anyhow::{bail, Context, Result};
use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    thread,
};

const PROGRAM: &str = "farthing-devchain";
const SAYS: &str = "Running JSON-RPC server: addr=";

/// A chain that ends when this is dropped.
pub struct OwnChain {
    program: Child,
    address: String,
}

impl Drop for OwnChain {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl OwnChain {
    /// Starts one, and waits until it says where it is.
    pub fn start() -> Result<Self> {
        let name = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
        let path = std::env::current_exe()?.with_file_name(name);
        let mut program = Command::new(&path)
            .arg("--rpc-port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} does not start", path.display()))?;
        let said = program.stderr.take().context("it has standard error")?;
        let mut chain = Self {
            program,
            address: String::new(),
        };
        let mut said = BufReader::new(said);
        chain.address = address(&mut said)?;
        // What it says later is read, or it would wait for a reader.
        thread::spawn(move || std::io::copy(&mut said.by_ref(), &mut std::io::sink()));
        Ok(chain)
    }

    /// Returns the address that the node listens at.
    pub fn url(&self) -> String {
        format!("ws://{}", self.address)
    }
}

fn address(said: &mut impl BufRead) -> Result<String> {
    let mut all = String::new();
    loop {
        let mut line = String::new();
        if said.read_line(&mut line)? == 0 {
            bail!("the development chain ended: {all}");
        }
        if let Some((_, rest)) = line.split_once(SAYS) {
            let address = rest.split([',', ' ', '\n']).next().unwrap_or_default();
            return Ok(address.into());
        }
        all += &line;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_is_the_first_that_the_chain_says() {
        let said = "Hello\n2026 Running JSON-RPC server: addr=127.0.0.1:42,x\n";
        assert_eq!(address(&mut said.as_bytes()).unwrap(), "127.0.0.1:42");
        let error = address(&mut "No.\n".as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "the development chain ended: No.\n");
    }
}
