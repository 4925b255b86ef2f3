//! The server: WebSocket and HTTP on one port, with limits on what a client can take.

use crate::{node::Node, origin, rpc, turns::TakingTurns};
use anyhow::{Context, Result};
use jsonrpsee::server::{
    middleware::{http::HostFilterLayer, rpc::RpcServiceBuilder},
    BatchRequestConfig, RandomStringIdProvider, Server, ServerHandle,
};
use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Arc,
};
use tower_http::cors::CorsLayer;

/// The largest question and answer. Nodes have the same.
const MAX_BODY: u32 = 15 * 1024 * 1024;
/// How many clients may be connected.
const MAX_CONNECTIONS: u32 = 1_000;
const MAX_SUBSCRIPTIONS: u32 = 1_024;
/// How many messages wait for a client that does not read.
const MAX_UNREAD: u32 = 256;
const MAX_BATCH: u32 = 2_000;

/// A server that runs until this is dropped.
pub struct Running {
    pub address: SocketAddr,
    handles: Vec<ServerHandle>,
}

impl Running {
    /// Waits until it has ended.
    pub async fn ended(self) {
        for handle in self.handles {
            handle.stopped().await;
        }
    }
}

/// Starts to listen. What only developers may do is there on loopback only.
pub async fn start(node: Arc<Node>, host: IpAddr, port: u16) -> Result<Running> {
    let address = SocketAddr::new(host, port);
    let development = host.is_loopback();
    let first = listen(node.clone(), address, development).await.with_context(|| {
        format!("Cannot listen on {address}: something else may do so already; --rpc-port names another port")
    })?;
    let mut running = Running {
        address: first.0,
        handles: vec![first.1],
    };
    if host.is_loopback() && host.is_ipv4() {
        // `localhost` means this one to some clients. A machine without it goes without it.
        let other = SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), running.address.port());
        running.handles.extend(
            listen(node, other, development)
                .await
                .ok()
                .map(|(_, handle)| handle),
        );
    }
    Ok(running)
}

async fn listen(
    node: Arc<Node>,
    address: SocketAddr,
    development: bool,
) -> Result<(SocketAddr, ServerHandle)> {
    // Any page may ask, as with nodes that are run with --dev. Names that are not this machine's are refused
    // on loopback, or a page could have its own name resolve to here.
    let hosts = ["localhost:*", "127.0.0.1:*", "[::1]:*"];
    let filter = if development {
        HostFilterLayer::new(hosts)?
    } else {
        HostFilterLayer::disable()
    };
    let http = tower::ServiceBuilder::new()
        .layer(CorsLayer::very_permissive())
        .layer(filter)
        .map_request(origin::mark);
    let server = Server::builder()
        .max_request_body_size(MAX_BODY)
        .max_response_body_size(MAX_BODY)
        .max_connections(MAX_CONNECTIONS)
        .max_subscriptions_per_connection(MAX_SUBSCRIPTIONS)
        .set_message_buffer_capacity(MAX_UNREAD)
        .set_batch_request_config(BatchRequestConfig::Limit(MAX_BATCH))
        .set_tcp_no_delay(true)
        // Words, as nodes have them: the newer interface passes them back as such.
        .set_id_provider(RandomStringIdProvider::new(16))
        .set_http_middleware(http)
        .set_rpc_middleware(RpcServiceBuilder::new().layer_fn(TakingTurns::new))
        .build(address)
        .await?;
    let address = server.local_addr()?;
    let methods = rpc::methods(node, development)?;
    Ok((address, server.start(methods)))
}
