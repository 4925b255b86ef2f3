//! A chain that is kept in a file.

use crate::chain::{nobody, nothing, program, Chain, UNIT};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};
use subxt::ext::subxt_rpcs::rpc_params;
use subxt_signer::sr25519::dev::alice;
use tempfile::TempDir;

async fn start(file: &Path) -> Chain {
    Chain::start(&["--state", file.to_str().unwrap()]).await
}

/// A file that a chain of three blocks was kept in, and what is in there.
async fn three_blocks_in(folder: &TempDir) -> (PathBuf, Vec<u8>) {
    let file = folder.path().join("chain");
    let chain = start(&file).await;
    chain.ask("dev_newBlock", rpc_params![3]).await;
    chain.kill();
    let whole = fs::read(&file).unwrap();
    (file, whole)
}

/// What it says when it does not start.
fn refusal(flags: &[&str]) -> String {
    let output = program(&["--rpc-port=0"]).args(flags).output().unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn a_chain_that_was_killed_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chain");
    let mut known = Vec::new();
    for round in 1..=5 {
        let chain = start(&file).await;
        let now = [
            chain.status().await,
            chain.block(chain.best().await).await.1,
        ];
        if round > 1 {
            assert_eq!(known, now);
        }
        assert_eq!(chain.free(&nobody(1)).await, (round - 1) * UNIT);
        chain.send(&alice(), &nobody(1), UNIT).await;
        chain
            .until(|| async { chain.free(&nobody(1)).await == round * UNIT })
            .await;
        known = vec![
            chain.status().await,
            chain.block(chain.best().await).await.1,
        ];
        chain.kill();
    }
}

#[tokio::test]
async fn a_chain_killed_at_any_moment_loses_no_block_that_somebody_saw() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chain");
    let mut seen = 0;
    for round in 0..15 {
        let chain = start(&file).await;
        let now = chain.best().await;
        assert!(now >= seen, "{now} of {seen}");
        for _ in 0..3 {
            chain.send(&alice(), &nobody(1), UNIT).await;
        }
        tokio::time::sleep(Duration::from_millis(round)).await;
        seen = chain.best().await;
        chain.kill();
    }
    let chain = start(&file).await;
    // All that was paid for arrived, whole.
    assert_eq!(chain.free(&nobody(1)).await % UNIT, 0);
}

#[tokio::test]
async fn a_record_that_was_not_written_to_its_end_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let (file, whole) = three_blocks_in(&folder).await;
    for cut in [1, 7, 8, 9, 50] {
        fs::write(&file, &whole[..whole.len() - cut]).unwrap();
        let chain = start(&file).await;
        assert!(chain.best().await >= 2);
        chain.ask("dev_newBlock", nothing()).await;
        chain.kill();
        let chain = start(&file).await;
        assert!(chain.best().await >= 3);
    }
}

#[tokio::test]
async fn a_file_that_was_damaged_is_not_taken_for_a_chain() {
    let folder = tempfile::tempdir().unwrap();
    let (file, whole) = three_blocks_in(&folder).await;
    let path = file.to_str().unwrap();
    // Wherever it is: in a length, a checksum or what is written, of the first record or of the last.
    for at in (49..whole.len())
        .step_by(whole.len() / 60)
        .chain([49, whole.len() - 1])
    {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&file, &bytes).unwrap();
        assert!(
            refusal(&["--state", path]).contains("damaged"),
            "at {at} of {}",
            whole.len()
        );
        assert_eq!(fs::read(&file).unwrap(), bytes, "it is left as it is");
    }
    fs::write(&file, "something else").unwrap();
    assert!(refusal(&["--state", path]).contains("no file that a chain is kept in"));
}

#[tokio::test]
async fn a_chain_goes_on_only_as_it_began() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chain");
    start(&file).await.kill();
    let path = file.to_str().unwrap();
    for other in [&["--accounts", "1"], &["--profile", "subtensor"]] {
        let why = refusal(&[&["--state", path], &other[..]].concat());
        assert!(why.contains("began otherwise"), "{why}");
    }
}

#[tokio::test]
async fn a_file_has_one_chain_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chain");
    let _running = start(&file).await;
    let why = refusal(&["--state", file.to_str().unwrap()]);
    assert!(why.contains("another chain's that is running"), "{why}");
}

#[tokio::test]
async fn forks_snapshots_and_the_clock_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chain");
    let chain = Chain::start(&["--state", file.to_str().unwrap(), "--hold-finality"]).await;
    chain.ask("dev_newBlock", rpc_params![4]).await;
    let (second, _) = chain.block(2).await;
    chain.ask("dev_finalize", rpc_params![second]).await;
    let snapshot = chain.ask("dev_snapshot", nothing()).await;
    chain.ask("dev_reorg", rpc_params![1]).await;
    chain.ask("dev_finalize", nothing()).await;
    chain.ask("dev_revert", rpc_params![snapshot]).await;
    chain
        .ask("dev_forward", rpc_params![7 * 86_400_000u64])
        .await;
    let known = (
        chain.best().await,
        chain.finalized().await,
        chain.status().await["best"].clone(),
    );
    assert_eq!((known.0, known.1), (5, 2));
    chain.kill();
    let chain = Chain::start(&["--state", file.to_str().unwrap(), "--hold-finality"]).await;
    assert_eq!(
        known,
        (
            chain.best().await,
            chain.finalized().await,
            chain.status().await["best"].clone()
        )
    );
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let chain = Chain::start(&[]).await;
    let port = chain.url.rsplit(':').next().unwrap();
    let output = program(&["--rpc-port", port]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("--rpc-port names another port"), "{said}");
}
