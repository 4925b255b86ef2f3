//! What a person sees who opens a paid address with a browser.

use super::{body, Asked, Body};
use crate::protocol::challenge::Terms;
use hyper::{
    header::{self, HeaderValue},
    Response, StatusCode,
};

const STYLE: &str = "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem;color:#222;background:#fff}\
h1{font-size:1.4rem}code{word-break:break-all;background:#eee;padding:.1em .3em}\
a{display:inline-block;background:#0a5;color:#fff;padding:.6em 1.4em;border-radius:.4em;text-decoration:none}\
@media(prefers-color-scheme:dark){body{color:#ddd;background:#111}code{background:#222}}";

/// Returns the page. It has no script, and may load nothing.
pub fn pay(asked: &Asked, terms: &Terms) -> Response<Body> {
    let price = asked.live.token.unit(terms.price);
    let what = terms.resource.description.as_deref();
    let what = escape(what.unwrap_or_else(|| asked.path.name()));
    // It stands between quotes, to be copied into a shell.
    let url = escape(&asked.url().replace('\'', "%27"));
    let link = escape(&format!("web+farthing:pay?url={}", component(&asked.url())));
    let each = match terms.unit {
        "request" => String::new(),
        unit => format!(" for each {unit} or part of some"),
    };
    let payee = escape(&asked.shop().seller.payee.to_string());
    let text = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
<title>{price}</title><style>{STYLE}</style><h1>{what}</h1><p>This costs <strong>{price}</strong>{each}.\
<p><a href=\"{link}\">Pay {price}</a><p>Or with a program: <code>farthing pay '{url}'</code>\
<p>It is paid to <code>{payee}</code> by voucher: a signature, and no transaction.</html>"
    );
    let mut response = body::typed(
        StatusCode::PAYMENT_REQUIRED,
        "text/html; charset=utf-8",
        text,
    );
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(policy),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}

/// Writes a text so that it is nothing but text in HTML, also within quotes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Writes a text as a part of an address.
fn component(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let write = |byte: u8| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(write).collect()
}
