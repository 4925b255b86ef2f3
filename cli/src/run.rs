//! Doing what was asked for, and telling how it ended.

use crate::{
    commands::Command,
    outcome::{Outcome, Stop},
    output::Output,
    parser::Arguments,
    session::Session,
    settings::Settings,
};
use clap::CommandFactory;
use clap_complete::Shell;
use farthing_client::Error;
use std::path::Path;

/// Does a command, and returns the exit code, unless it failed; that is told here.
pub async fn run(arguments: Arguments, output: Output) -> Result<u8, Error> {
    let Arguments { options, command } = arguments;
    let ended = match command {
        Command::Completions { shell } => completions(shell, &output),
        Command::Man { folder } => manual(folder.as_deref(), &output),
        command => {
            let settings = Settings::of(options).inspect_err(|error| output.fail(error))?;
            match command.run_alone(&settings, &output).await {
                Ok(ended) => ended,
                Err(command) => return with_session(command, settings, output).await,
            }
        }
    };
    written(&output, tell(&output, ended)?)
}

async fn with_session(command: Command, settings: Settings, output: Output) -> Result<u8, Error> {
    let session = match command.needs_deployment() {
        true => Session::open(settings, output.clone()).await,
        false => Session::open_anyway(settings, output.clone()).await,
    };
    let mut session = session.inspect_err(|error| output.fail(error))?;
    let ended = command.run(&mut session).await;
    let ended = tell(&output, ended);
    // Not before it was told: until then, the same command would find it in the outbox.
    session
        .end(&ended)
        .inspect_err(|error| output.fail(error))?;
    written(&output, ended?)
}

fn completions(shell: Shell, output: &Output) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "farthing", &mut script);
    output.raw(&script);
    output.nothing_more();
    Ok(())
}

/// Prints the manual's page, or writes those of all commands into a folder.
fn manual(folder: Option<&Path>, output: &Output) -> Outcome {
    let Some(folder) = folder else {
        let mut page = Vec::new();
        let rendered = clap_mangen::Man::new(Arguments::command()).render(&mut page);
        rendered.map_err(|error| Error::file("standard output".as_ref(), error))?;
        output.raw(&page);
        output.nothing_more();
        return Ok(());
    };
    let failed = |error| Error::file(folder, error);
    std::fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Arguments::command(), folder).map_err(failed)?;
    output.say(format!("The manual is in {}.", folder.display()));
    output.field("folder", folder.display().to_string());
    Ok(())
}

/// The exit code, unless a part of the result was lost: on a full disk, half of it is no result.
fn written(output: &Output, code: u8) -> Result<u8, Error> {
    output
        .was_written()
        .inspect_err(|error| output.fail(error))?;
    Ok(code)
}

fn tell(output: &Output, ended: Outcome) -> Result<u8, Error> {
    let code = match ended {
        Ok(()) | Err(Stop::Planned) => 0,
        Err(Stop::Code(code)) => code,
        Err(Stop::Failed(error)) => {
            output.fail(&error);
            return Err(error);
        }
    };
    output.finish();
    Ok(code)
}
