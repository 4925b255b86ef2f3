//! One request, over one connection of its own.

use http_body_util::Full;
use hyper::{
    body::{Bytes, Incoming},
    header::{HeaderMap, HeaderName, HeaderValue, HOST, USER_AGENT},
    Method, Response, Uri,
};
use hyper_util::rt::TokioIo;
use rustls_platform_verifier::ConfigVerifierExt;
use std::sync::Arc;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{
    rustls::{crypto::ring, pki_types::ServerName, ClientConfig},
    TlsConnector,
};

/// A request that can be sent more than once.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method, such as `GET`.
    pub method: Method,
    /// The whole address that is asked.
    pub uri: Uri,
    /// The headers, beside those that this library adds.
    pub headers: HeaderMap,
    /// The body; empty if there is none.
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// It is none of the web's addresses.
    #[error("this is no address of the web: it begins with http:// or https://")]
    Address,
    /// Nothing answers there.
    #[error("{host} does not answer: {source}")]
    Connect {
        /// The host that was tried.
        host: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The server does not prove who it is.
    #[error("no secure connection: {0}")]
    Tls(String),
    /// What comes is no HTTP, or breaks off.
    #[error("the connection failed: {0}")]
    Http(#[from] hyper::Error),
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

impl Request {
    /// Asks for something with `GET`.
    pub fn get(uri: Uri) -> Self {
        Self {
            method: Method::GET,
            uri,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// Returns the address without its query: what has the same price, as a rule.
    pub fn key(&self) -> String {
        let host = self.uri.authority().map_or("", |host| host.as_str());
        let scheme = self.uri.scheme_str().unwrap_or_default();
        format!("{} {scheme}://{host}{}", self.method, self.uri.path())
    }

    /// Sends it, with one header more.
    pub async fn send(&self, more: Option<(&str, &str)>) -> Result<Response<Incoming>, Failed> {
        let authority = self.uri.authority().ok_or(Failed::Address)?;
        let path = self.uri.path_and_query().map_or("/", |path| path.as_str());
        let mut request = hyper::Request::new(Full::new(self.body.clone()));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = path.parse().map_err(|_| Failed::Address)?;
        let headers = request.headers_mut();
        let host = authority.as_str().rsplit('@').next().unwrap_or_default();
        headers.insert(
            HOST,
            HeaderValue::from_str(host).map_err(|_| Failed::Address)?,
        );
        headers.insert(USER_AGENT, HeaderValue::from_static("farthing"));
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        if let Some((name, value)) = more {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Failed::Address)?;
            let value = HeaderValue::from_str(value).map_err(|_| Failed::Address)?;
            headers.insert(name, value);
        }
        let stream = TokioIo::new(self.connect().await?);
        let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await?;
        // It ends with the answer's body. What goes wrong with it, the body's reader sees.
        tokio::spawn(connection);
        Ok(sender.send_request(request).await?)
    }

    async fn connect(&self) -> Result<Box<dyn Stream>, Failed> {
        let (scheme, host) = (self.uri.scheme_str(), self.uri.host());
        let (secure, port) = match scheme {
            Some("http") => (false, 80),
            Some("https") => (true, 443),
            _ => return Err(Failed::Address),
        };
        // Brackets around a number of IPv6 are the address's, and not the number's.
        let host = host.ok_or(Failed::Address)?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = self.uri.port_u16().unwrap_or(port);
        let stream = TcpStream::connect((host, port)).await;
        let stream = stream.map_err(|source| Failed::Connect {
            host: format!("{host}:{port}"),
            source,
        })?;
        // Without it, a small request can wait for an answer to the one before.
        stream.set_nodelay(true).ok();
        match secure {
            true => encrypted(host, stream).await,
            false => Ok(Box::new(stream)),
        }
    }
}

async fn encrypted(host: &str, stream: TcpStream) -> Result<Box<dyn Stream>, Failed> {
    let failed = |error: &dyn std::fmt::Display| Failed::Tls(error.to_string());
    // Another part of the program may have chosen already.
    ring::default_provider().install_default().ok();
    let config = ClientConfig::with_platform_verifier();
    let name = ServerName::try_from(host.to_string()).map_err(|error| failed(&error))?;
    let connector = TlsConnector::from(Arc::new(config));
    let stream = connector.connect(name, stream).await;
    Ok(Box::new(stream.map_err(|error| failed(&error))?))
}
