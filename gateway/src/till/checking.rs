//! Checking signatures. Those that wait at the same time are checked together, which takes about half as long for each.
//!
//! Nobody is kept waiting for others to come: what comes first is checked as soon as all requests that are there have
//! been read. One bad signature has all of its batch checked once more, one by one. So for a while after it, each is
//! checked by itself: who sends bad ones on purpose wins nothing but that.

use super::{recent::Recent, Declined};
use crate::locked;
use farthing_types::{
    signing::{verify_all, Verifier},
    voucher::Signature,
};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::{sync::oneshot, task::yield_now};

/// How many are checked together at most: it takes about a millisecond, and more save little.
const AT_ONCE: usize = 64;
/// How long each is checked by itself after a bad one.
const APART_FOR: Duration = Duration::from_secs(1);
/// How many keys are kept ready: unpacking one takes a tenth of a check.
const MAX_KEYS: usize = 4_096;

/// The signatures that wait to be checked; clones are the same.
#[derive(Clone)]
pub(super) struct Checking(Arc<State>);

struct State {
    waiting: Mutex<Vec<Waiting>>,
    keys: Mutex<Recent<[u8; 32], Arc<Verifier>>>,
    last_bad: Mutex<Option<Instant>>,
}

struct Waiting {
    signer: Arc<Verifier>,
    payload: Vec<u8>,
    signature: Signature,
    tell: oneshot::Sender<bool>,
}

impl Default for Checking {
    fn default() -> Self {
        Self(Arc::new(State {
            waiting: Mutex::default(),
            keys: Mutex::new(Recent::new(MAX_KEYS)),
            last_bad: Mutex::default(),
        }))
    }
}

impl Checking {
    /// Checks that the payload was signed with this public key.
    pub async fn check(
        &self,
        signer: &[u8; 32],
        payload: Vec<u8>,
        signature: Signature,
    ) -> Result<(), Declined> {
        let signer = self.key(signer).ok_or(Declined::Signature)?;
        let is_valid = match self.is_apart() {
            true => signer.verify(&payload, &signature),
            false => {
                let (tell, told) = oneshot::channel();
                self.wait(Waiting {
                    signer,
                    payload,
                    signature,
                    tell,
                });
                told.await.map_err(|_| Declined::Busy)?
            }
        };
        match is_valid {
            true => Ok(()),
            false => Err(Declined::Signature),
        }
    }

    /// Returns a key that is ready for checking; `None` if nothing can be signed with it.
    fn key(&self, public: &[u8; 32]) -> Option<Arc<Verifier>> {
        if let Some(key) = locked(&self.0.keys).get(public) {
            return Some(key.clone());
        }
        let key = Arc::new(Verifier::new(public)?);
        locked(&self.0.keys).put(*public, key.clone());
        Some(key)
    }

    fn is_apart(&self) -> bool {
        let last = locked(&self.0.last_bad);
        last.is_some_and(|last| last.elapsed() < APART_FOR)
    }

    fn wait(&self, one: Waiting) {
        let mut waiting = locked(&self.0.waiting);
        waiting.push(one);
        if waiting.len() == 1 {
            tokio::spawn(self.clone().check_some());
        }
    }

    /// Checks those that wait, once all that is ready has run: it may bring more of them.
    async fn check_some(self) {
        yield_now().await;
        let some = self.take();
        let signed: Vec<_> = some
            .iter()
            .map(|one| (&*one.signer, &one.payload[..], &one.signature))
            .collect();
        let valid = verify_all(&signed);
        if valid.contains(&false) {
            *locked(&self.0.last_bad) = Some(Instant::now());
        }
        for (one, is_valid) in some.into_iter().zip(valid) {
            // Nobody waits any more: that is fine.
            let _ = one.tell.send(is_valid);
        }
    }

    /// Takes out those whose turn it is, and has the others checked after them.
    fn take(&self) -> Vec<Waiting> {
        let mut waiting = locked(&self.0.waiting);
        let count = waiting.len().min(AT_ONCE);
        let some = waiting.drain(..count).collect();
        if !waiting.is_empty() {
            tokio::spawn(self.clone().check_some());
        }
        some
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use farthing_types::signing::Signer;
    use futures_util::future::{join_all, FutureExt};

    /// The public key, payload and signature of check number `n`.
    fn check(n: u8) -> ([u8; 32], Vec<u8>, Signature) {
        let (signer, payload) = (Signer::from_seed(&[n % 7; 32]), vec![n; 40]);
        let signature = signer.sign(&payload);
        (signer.public(), payload, signature)
    }

    async fn checked(checking: &Checking, n: u8, is_good: bool) -> Result<(), Declined> {
        let (signer, payload, mut signature) = check(n);
        if !is_good {
            signature.bytes[usize::from(n % 60)] ^= 1;
        }
        checking.check(&signer, payload, signature).await
    }

    fn waiting(checking: &Checking) -> usize {
        locked(&checking.0.waiting).len()
    }

    #[tokio::test]
    async fn those_that_wait_are_checked_so_many_at_a_time() {
        let checking = Checking::default();
        let mut all = join_all((0..150).map(|n| checked(&checking, n, true)));
        assert_eq!((&mut all).now_or_never(), None);
        let mut left = Vec::new();
        while waiting(&checking) > 0 {
            left.push(waiting(&checking));
            yield_now().await;
        }
        left.dedup();
        assert_eq!(left, [150, 86, 22]);
        assert_eq!(all.await, vec![Ok(()); 150]);
    }

    #[tokio::test]
    async fn bad_ones_spoil_none_of_those_they_are_checked_with() {
        let checking = Checking::default();
        let is_good = |n: u8| !matches!(n, 0 | 41 | 63 | 64 | 149);
        let all = join_all((0..150).map(|n| checked(&checking, n, is_good(n)))).await;
        for (n, told) in (0..150).zip(all) {
            let expected = match is_good(n) {
                true => Ok(()),
                false => Err(Declined::Signature),
            };
            assert_eq!(told, expected, "{n}");
        }
    }

    #[tokio::test]
    async fn after_a_bad_one_each_is_checked_by_itself_for_a_while() {
        let checking = Checking::default();
        assert_eq!(checked(&checking, 1, true).now_or_never(), None);
        let bad = checked(&checking, 2, false).await;
        assert_eq!(bad, Err(Declined::Signature));
        for (n, is_good) in [(3, true), (4, false), (5, true)] {
            let told = checked(&checking, n, is_good).now_or_never();
            assert_eq!(told.map(|told| told.is_ok()), Some(is_good));
        }
        *locked(&checking.0.last_bad) = Instant::now().checked_sub(APART_FOR);
        assert_eq!(checked(&checking, 6, true).now_or_never(), None);
        assert_eq!(checked(&checking, 7, true).await, Ok(()));
    }

    #[tokio::test]
    async fn who_goes_away_keeps_nobody_waiting() {
        let checking = Checking::default();
        let gone = checked(&checking, 1, true).now_or_never();
        assert_eq!(gone, None);
        assert_eq!(checked(&checking, 2, true).await, Ok(()));
        assert_eq!(waiting(&checking), 0);
    }

    #[tokio::test]
    async fn key_under_which_anybody_could_sign_is_never_valid() {
        let checking = Checking::default();
        let (_, payload, signature) = check(1);
        for public in [[0; 32], [0xff; 32]] {
            let told = checking.check(&public, payload.clone(), signature).await;
            assert_eq!(told, Err(Declined::Signature));
        }
    }
}
