//! `farthing`: the command line of Farthing.
//!
//! From the bottom up: `values`, `outcome` and `output` know of nothing else; `options`, `config` and `settings`
//! say what holds; `session` is what commands share: the chain, the deployment, the signer, and the one way to
//! send a message; each module of `commands` is a group of them; `parser` and `run` are on top.

mod chain;
mod commands;
mod config;
mod hints;
mod indexed;
mod input;
#[cfg(test)]
mod manual;
mod options;
mod outcome;
mod output;
mod parser;
mod prompt;
mod run;
mod session;
mod settings;
mod signed;
mod signer;
mod step;
mod values;

use clap::Parser;
use farthing_client::Error;
use outcome::INTERRUPTED;
use output::Output;
use parser::Arguments;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Its flags are that program's, and some have the same names as flags here.
    let mut given = std::env::args_os().skip(1);
    if given
        .next()
        .is_some_and(|command| command == chain::COMMAND)
    {
        return chain::run(given);
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refuse(&error),
    };
    let mut runtime = match arguments.command.is_server() {
        true => tokio::runtime::Builder::new_multi_thread(),
        false => tokio::runtime::Builder::new_current_thread(),
    };
    let runtime = runtime.enable_all().build();
    let runtime = runtime.expect("threads need nothing that could be missing");
    let output = Output::new(arguments.options.json);
    let code = runtime.block_on(run(arguments, output));
    // What waits for input or for the node must not hold up the end.
    runtime.shutdown_background();
    ExitCode::from(code)
}

async fn run(arguments: Arguments, output: Output) -> u8 {
    let is_server = arguments.command.is_server();
    let command = run::run(arguments, output.clone());
    let code = |result| match result {
        Ok(code) => code,
        Err(error) => Error::kind(&error) as u8,
    };
    if is_server {
        return code(command.await);
    }
    tokio::select! {
        result = command => code(result),
        signal = interruption() => {
            output.interrupted();
            signal
        }
    }
}

/// Waits until somebody ends this program, and returns the exit code that shells have for it. Whatever waits is
/// dropped then, so that a terminal shows again what is typed.
#[cfg(unix)]
async fn interruption() -> u8 {
    use tokio::signal::unix::{signal, SignalKind};
    const SHELL: u8 = INTERRUPTED - 2;
    let wait = |kind: SignalKind| async move {
        let number = kind.as_raw_value();
        match signal(kind) {
            Ok(mut signals) => signals.recv().await,
            Err(_) => std::future::pending().await,
        };
        u8::try_from(number).map_or(INTERRUPTED, |number| SHELL.saturating_add(number))
    };
    tokio::select! {
        code = wait(SignalKind::interrupt()) => code,
        code = wait(SignalKind::terminate()) => code,
        code = wait(SignalKind::hangup()) => code,
        code = wait(SignalKind::quit()) => code,
    }
}

#[cfg(not(unix))]
async fn interruption() -> u8 {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
    INTERRUPTED
}

/// What cannot be parsed, or is only to be shown, such as help. Programs get one object, as for all else.
fn refuse(error: &clap::Error) -> ExitCode {
    let output =
        Output::new(error.use_stderr() && std::env::args_os().any(|word| word == "--json"));
    if output.is_json() {
        let text = error.render().to_string();
        let sentence = text.trim().trim_start_matches("error: ");
        output.fail(&Error::Input(sentence.into()));
        return ExitCode::from(error.exit_code() as u8);
    }
    match error.print() {
        Err(lost) if lost.kind() != std::io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        _ => ExitCode::from(error.exit_code() as u8),
    }
}
