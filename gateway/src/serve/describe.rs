//! What is sold, for programs that look around: `/openapi.json` with `x-payment-info`, and x402's
//! `/discovery/resources`.

use super::{body::json_answer, Asked, Body};
use crate::{
    protocol::{challenge::Terms, values::Number, x402::Resource},
    rules::{Cost, Rule},
};
use hyper::{Method, Response, StatusCode};
use serde_json::{json, Map, Value};

/// Answers if this is asked for, and the site tells.
pub fn answer(asked: &Asked) -> Option<Response<Body>> {
    let is_told = asked.shop().site.describe && asked.method == Method::GET;
    let parts: Vec<_> = asked.path.parts().iter().map(String::as_str).collect();
    let value = match parts[..] {
        ["openapi.json"] if is_told => openapi(asked),
        ["discovery", "resources"] if is_told => resources(asked),
        _ => return None,
    };
    Some(json_answer(StatusCode::OK, "application/json", &value))
}

fn openapi(asked: &Asked) -> Value {
    let mut paths = Map::new();
    for rule in &asked.shop().site.rules {
        for glob in &rule.paths {
            let entry = paths.entry(glob.text()).or_insert_with(|| json!({}));
            for method in methods(rule) {
                entry[method.as_str().to_ascii_lowercase()] = operation(asked, rule);
            }
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": asked.shop().site.realm, "version": "1"},
        "servers": [{"url": asked.shop().site.url}],
        "paths": paths,
    })
}

fn methods(rule: &Rule) -> Vec<Method> {
    match rule.methods.is_empty() {
        true => vec![Method::GET],
        false => rule.methods.clone(),
    }
}

fn operation(asked: &Asked, rule: &Rule) -> Value {
    let mut operation = json!({"responses": {"200": {"description": "What was asked for."}}});
    if let Some(description) = &rule.description {
        operation["summary"] = json!(description);
    }
    if rule.cost == Cost::Free {
        return operation;
    }
    operation["responses"]["402"] = json!({"description": "Payment is required."});
    let offer = |protocol: &str| {
        json!({
            "protocol": protocol,
            "intent": "session",
            "amount": Number(rule.cost.first()),
            "unit": rule.cost.unit(),
            "currency": "native",
            "recipient": asked.shop().seller.payee,
        })
    };
    operation["x-payment-info"] = json!({"offers": [offer("x402"), offer("mpp")]});
    operation
}

fn resources(asked: &Asked) -> Value {
    let site = &asked.shop().site;
    let priced = site.rules.iter().filter(|rule| rule.cost != Cost::Free);
    // Only what stands for one address is one.
    let items = priced.flat_map(|rule| {
        let exact = rule.paths.iter().filter(|glob| glob.is_exact());
        exact.map(|glob| item(asked, rule, glob.text()))
    });
    let items: Vec<_> = items.collect();
    json!({
        "x402Version": crate::protocol::x402::VERSION,
        "pagination": {"limit": items.len(), "offset": 0, "total": items.len()},
        "items": items,
    })
}

fn item(asked: &Asked, rule: &Rule, path: &str) -> Value {
    let shop = asked.shop();
    let resource = format!("{}{path}", shop.site.url);
    let terms = Terms {
        resource: Resource {
            url: resource.clone(),
            description: None,
            mime_type: None,
        },
        price: rule.cost.first(),
        unit: rule.cost.unit(),
    };
    json!({
        "resource": resource,
        "type": "http",
        "x402Version": crate::protocol::x402::VERSION,
        "accepts": [shop.seller.requirements(&terms, None)],
        "metadata": {"description": rule.description},
    })
}
