//! Subscriptions: how one begins, and how somebody is told.

use super::{Answer, Methods, Registered};
use crate::{node::Node, pool::Status};
use jsonrpsee::{
    types::params::ParamsSequence, PendingSubscriptionSink, SubscriptionMessage, SubscriptionSink,
};
use serde::Serialize;
use serde_json::Value;
use std::{future::Future, sync::Arc};
use tokio::sync::mpsc::UnboundedReceiver;

/// Registers a subscription by its name, that of what it tells, and that of its end. `read` reads what it is
/// about, and `tell` lasts as long as it does. One whose parameters cannot be read is rejected.
pub fn subscribe<P, Tell, Told>(
    methods: &mut Methods,
    [name, notification, end]: [&'static str; 3],
    read: fn(&mut ParamsSequence<'_>) -> Answer<P>,
    tell: Tell,
) -> Registered
where
    P: Send + 'static,
    Tell: Fn(PendingSubscriptionSink, Arc<Node>, P) -> Told + Clone + Send + Sync + 'static,
    Told: Future<Output = ()> + Send + 'static,
{
    methods.register_subscription(name, notification, end, move |params, pending, node, _| {
        let (about, tell) = (read(&mut params.sequence()), tell.clone());
        async move {
            match about {
                Ok(about) => tell(pending, node, about).await,
                Err(why) => pending.reject(why).await,
            }
        }
    })?;
    Ok(())
}

/// For subscriptions that are about nothing in particular.
pub fn nothing(_: &mut ParamsSequence<'_>) -> Answer<()> {
    Ok(())
}

/// Tells something, once there is room for it. Fails if nobody listens any more.
pub async fn send(sink: &SubscriptionSink, told: &impl Serialize) -> Result<(), ()> {
    let message = SubscriptionMessage::from_json(told).map_err(drop)?;
    sink.send(message).await.map_err(drop)
}

/// Tells what becomes of a transaction, in the words of `words`, until nothing follows.
pub async fn relay(
    sink: &SubscriptionSink,
    mut statuses: UnboundedReceiver<Status>,
    words: fn(&Status) -> Option<Value>,
) {
    while let Some(status) = statuses.recv().await {
        let sent = match words(&status) {
            Some(told) => send(sink, &told).await,
            None => Ok(()),
        };
        if sent.is_err() || status.is_last() {
            return;
        }
    }
}
