//! Where a request comes from. Any page that is open in a browser on this machine can reach loopback: pages of
//! other sites may use the chain, as wallets' pages do, and not what is for developers.

use jsonrpsee::server::HttpRequest;

/// Marks requests of pages of other sites.
#[derive(Clone)]
pub struct Foreign;

/// Names by which a page can be this machine's.
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Marks a request that a page of another site makes. Browsers say which site; other programs say none.
pub fn mark<B>(mut request: HttpRequest<B>) -> HttpRequest<B> {
    let origin = request.headers().get("origin");
    if origin.is_some_and(|origin| !origin.to_str().is_ok_and(is_local)) {
        request.extensions_mut().insert(Foreign);
    }
    request
}

fn is_local(origin: &str) -> bool {
    let Some((_, host)) = origin.split_once("://") else {
        return false;
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    LOCAL.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_pages_of_this_machine_are_local() {
        for origin in [
            "http://localhost",
            "http://127.0.0.1:8080",
            "https://[::1]:3000",
            "http://[::1]",
        ] {
            assert!(is_local(origin), "{origin}");
        }
        for origin in [
            "null",
            "https://example.com",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com:80",
            "http://example.com:127.0.0.1",
            "file://",
            "localhost",
        ] {
            assert!(!is_local(origin), "{origin}");
        }
    }
}
