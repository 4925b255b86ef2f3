//! `farthing gateway check`.

use super::{base, in_file, read, token};
use crate::{
    outcome::Outcome,
    output::{Output, Rows},
    settings::Settings,
};
use farthing_client::Token;
use farthing_gateway::{
    config::{compile, Otherwise},
    rules::{Cost, Mode, Rule, Site},
};
use serde_json::{json, Value};
use std::path::Path;

/// Checks a file, and shows what it sells.
pub fn check(file: &Path, settings: &Settings, output: &Output) -> Outcome {
    let read = read(file)?;
    let token = token(settings);
    output.set_token(&token);
    let sites = compile(&read, &token, &base(file)?).map_err(|wrong| in_file(file, &wrong.0))?;
    for site in &sites {
        show(site, &token, output);
    }
    output.say(format!("{} is good.", file.display()));
    let sites: Vec<_> = sites.iter().map(of_site).collect();
    output.field("sites", sites);
    output.field("payee", read.chain.payee.to_string());
    output.field("listen", read.listen.to_string());
    Ok(())
}

fn show(site: &Site, token: &Token, output: &Output) {
    output.say(format!("{}: {}", site.url, mode(site)));
    let mut rows = Rows::new(&["paths", "methods", ">price", "for each"]);
    for rule in &site.rules {
        let price = match rule.cost {
            Cost::Free => "free".into(),
            cost => token.unit(cost.first()),
        };
        rows.add(vec![paths(rule), methods(rule), price, each(rule.cost)]);
    }
    let rest = match site.otherwise {
        Otherwise::Free => "free",
        Otherwise::Hidden => "not there",
    };
    rows.add(["all else", "", rest, ""].map(String::from).to_vec());
    output.rows(rows);
}

fn mode(site: &Site) -> String {
    match &site.mode {
        Mode::Folder(folder) => format!("the folder {}", folder.display()),
        Mode::Proxy(backend) => format!("in front of {backend}"),
        Mode::Auth(auth) => format!("asked by another server at {}", auth.path),
        Mode::Facilitator => "a facilitator".into(),
    }
}

fn paths(rule: &Rule) -> String {
    let paths: Vec<_> = rule.paths.iter().map(|glob| glob.text()).collect();
    paths.join(" ")
}

fn methods(rule: &Rule) -> String {
    let methods: Vec<_> = rule.methods.iter().map(|method| method.as_str()).collect();
    match methods.is_empty() {
        true => "all".into(),
        false => methods.join(" "),
    }
}

fn each(cost: Cost) -> String {
    match cost {
        Cost::Free => String::new(),
        Cost::Request(_) => "request".into(),
        Cost::Byte { per, .. } => format!("{per} bytes"),
        Cost::Second { per: 1, .. } => "second".into(),
        Cost::Second { per, .. } => format!("{per} seconds"),
        Cost::Segment(_) => "segment".into(),
        Cost::Backend(_) => "request, at most".into(),
    }
}

fn of_site(site: &Site) -> Value {
    let rules: Vec<_> = site.rules.iter().map(of_rule).collect();
    json!({
        "url": site.url,
        "hosts": site.hosts,
        "mode": mode(site),
        "free_otherwise": site.otherwise == Otherwise::Free,
        "rules": rules,
    })
}

fn of_rule(rule: &Rule) -> Value {
    json!({
        "paths": rule.paths.iter().map(|glob| glob.text()).collect::<Vec<_>>(),
        "methods": rule.methods.iter().map(|method| method.as_str()).collect::<Vec<_>>(),
        "price": rule.cost.first().to_string(),
        "unit": rule.cost.unit(),
        "for_each": each(rule.cost),
    })
}
