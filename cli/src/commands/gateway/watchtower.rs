//! `farthing gateway watchtower`.

use super::{
    base,
    claims::Trouble,
    in_file,
    opening::Opening,
    signals::{Signals, Told},
};
use crate::{outcome::Outcome, output::Output, settings::Settings};
use farthing_client::{files, Error};
use farthing_gateway::{config::Tower, serve::Told as Gateway, till::Till, watchtower::WANTED};
use std::{path::Path, time::Duration};

/// How often the gateway is asked.
const EVERY: Duration = Duration::from_secs(2);

/// Takes over a gateway's vouchers, and claims when a payer exits, until it is told to end.
pub async fn watch(path: &Path, settings: &Settings, output: &Output) -> Outcome {
    let text = std::fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
    let file = Tower::read(&text).map_err(|wrong| in_file(path, &wrong.0))?;
    let base = base(path)?;
    let token = base.join(&file.token);
    let token: Option<String> = files::read_json(&token)?;
    let token = token.ok_or_else(|| in_file(path, "there is no file with the token."))?;
    let gateway = Gateway::by(&file.gateway, &token);
    let gateway = gateway.ok_or_else(|| {
        let why = "gateway is an address such as http://127.0.0.1:8403.";
        in_file(path, why)
    })?;
    let opening = Opening {
        path,
        chain: &file.chain,
        state: base.join(&file.state),
        database: None,
        base: &base,
    };
    let wanted = |_: &_| Ok(WANTED);
    let mut opened = opening
        .open(settings, output, wanted, Some(&file.key))
        .await?;
    let _working = opened.work(output);
    let mut signals = Signals::new()?;
    output.warn(format!("Watching for the gateway at {}.", file.gateway));
    tokio::select! {
        () = take_over(&gateway, &opened.till, output) => (),
        () = told_to_end(&mut signals) => (),
    }
    output.field("gateway", file.gateway.as_str());
    output.say("Its vouchers are kept here.");
    Ok(())
}

async fn told_to_end(signals: &mut Signals) {
    // Its file is read once only.
    while signals.next().await != Told::End {}
}

async fn take_over(gateway: &Gateway, till: &Till, output: &Output) {
    let mut trouble = Trouble::new(output.clone());
    let mut since = 0;
    loop {
        match gateway.ask(since).await {
            Ok(feed) => match till.take_over(&feed).await {
                Ok(new) => {
                    since = feed.next;
                    if new > 0 {
                        output.warn(format!("Took over {new} vouchers."));
                    }
                }
                Err(declined) => trouble.tell(declined.to_string()),
            },
            Err(why) => trouble.tell(why),
        }
        tokio::time::sleep(EVERY).await;
    }
}
