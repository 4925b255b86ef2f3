//! The node's parts, put together: a full client on `ParityDB`, a transaction pool, the network that a
//! node cannot do without, the RPC server, and two tasks, of which one seals blocks and one finalises
//! them.

use std::{future::Future, sync::Arc, time::Duration};

use contracts_node_runtime::{opaque::Block, Hash, RuntimeApi};
use futures::{channel::mpsc, stream, StreamExt};
use futures_timer::Delay;
use sc_client_api::{BlockchainEvents, Finalizer, StorageKey, StorageProvider};
use sc_consensus::LongestChain;
use sc_consensus_manual_seal::{
    import_queue,
    rpc::{CreatedBlock, Sender},
    run_manual_seal, EngineCommand, ManualSealParams,
};
use sc_network::{config::FullNetworkConfiguration, NetworkBackend, NetworkWorker};
use sc_service::{
    build_network, new_full_parts, new_wasm_executor, spawn_tasks, BuildNetworkParams, ChainType,
    Configuration, Error, PruningMode, SpawnTasksParams, TFullBackend, TFullClient, TaskManager,
};
use sc_transaction_pool::{BasicPool, FullPool};
use sc_transaction_pool_api::TransactionPool;
use sp_blockchain::HeaderBackend;

use crate::{clock::Clock, rpc};

type Executor = sc_executor::WasmExecutor<sp_io::SubstrateHostFunctions>;
type Backend = TFullBackend<Block>;
type Network = NetworkWorker<Block, Hash>;
pub type Client = TFullClient<Block, RuntimeApi, Executor>;
pub type Pool = FullPool<Block, Client>;

/// Starts the node. Blocks are finalised `finality_delay` after they were sealed. A new chain keeps the
/// state of every block unless it is told otherwise, so that what happened can be read from the first
/// one on; an old one goes on as it began, or its database would not open.
pub fn start(mut config: Configuration, finality_delay: Duration) -> Result<TaskManager, Error> {
    if config.database.path().is_some_and(|path| !path.exists()) {
        config.state_pruning.get_or_insert(PruningMode::ArchiveAll);
    }
    let executor: Executor = new_wasm_executor(&config.executor);
    let (client, backend, keystore, mut tasks) =
        new_full_parts::<Block, RuntimeApi, _>(&config, None, executor)?;
    let client = Arc::new(client);
    let registry = config.prometheus_registry().cloned();
    let pool = BasicPool::new_full(
        config.transaction_pool.clone(),
        config.role.is_authority().into(),
        registry.as_ref(),
        tasks.spawn_essential_handle(),
        client.clone(),
    );

    // Both tasks before anybody can send a transaction, so that they miss none.
    let last = time_of(&client, client.info().best_hash)?;
    let clock = Arc::new(Clock::starting_after(last));
    let commands = spawn_sealing(&tasks, &client, &backend, &pool, &clock, &config);
    tasks.spawn_essential_handle().spawn_blocking(
        "delayed-finality",
        None,
        finalise_delayed(client.clone(), finality_delay),
    );

    let (network, system_rpc_tx, tx_handler_controller, network_starter, sync_service) =
        build_network(BuildNetworkParams {
            config: &config,
            net_config: FullNetworkConfiguration::<_, _, Network>::new(
                &config.network,
                registry.clone(),
            ),
            client: client.clone(),
            transaction_pool: pool.clone(),
            spawn_handle: tasks.spawn_handle(),
            import_queue: import_queue(
                Box::new(client.clone()),
                &tasks.spawn_essential_handle(),
                registry.as_ref(),
            ),
            block_announce_validator_builder: None,
            warp_sync_config: None,
            block_relay: None,
            metrics: <Network as NetworkBackend<Block, Hash>>::register_notification_metrics(
                registry.as_ref(),
            ),
        })?;

    let sealer = rpc::Sealer {
        client: client.clone(),
        clock,
        commands,
        development: config.chain_spec.chain_type() == ChainType::Development,
    };
    let rpc_pool = pool.clone();
    spawn_tasks(SpawnTasksParams {
        config,
        client,
        backend,
        task_manager: &mut tasks,
        keystore: keystore.keystore(),
        transaction_pool: pool,
        rpc_builder: Box::new(move |_| {
            rpc::module(sealer.clone(), rpc_pool.clone()).map_err(Error::Application)
        }),
        network,
        system_rpc_tx,
        tx_handler_controller,
        sync_service,
        telemetry: None,
    })?;
    network_starter.start_network();
    Ok(tasks)
}

/// Seals a block for every transaction that reaches the pool, and for every command that is sent to
/// what this returns.
fn spawn_sealing(
    tasks: &TaskManager,
    client: &Arc<Client>,
    backend: &Arc<Backend>,
    pool: &Arc<Pool>,
    clock: &Arc<Clock>,
    config: &Configuration,
) -> mpsc::Sender<EngineCommand<Hash>> {
    let (sender, asked) = mpsc::channel(16);
    let instant = pool.import_notification_stream().map(|_| seal(None));
    let time_client = client.clone();
    let clock = clock.clone();
    let sealing = run_manual_seal(ManualSealParams {
        block_import: client.clone(),
        env: sc_basic_authorship::ProposerFactory::new(
            tasks.spawn_handle(),
            client.clone(),
            pool.clone(),
            config.prometheus_registry(),
            None,
        ),
        client: client.clone(),
        pool: pool.clone(),
        commands_stream: stream::select(instant, asked),
        select_chain: LongestChain::new(backend.clone()),
        consensus_data_provider: None,
        create_inherent_data_providers: move |parent, ()| {
            let time = time_of(&time_client, parent).map(|last| clock.next(last));
            async move { Ok(sp_timestamp::InherentDataProvider::new(time?.into())) }
        },
    });
    tasks
        .spawn_essential_handle()
        .spawn_blocking("sealing", None, sealing);
    sender
}

/// Finalises every block when this much time has passed since it was imported, one after the other. Manual
/// seal's own `run_delayed_finalize` lets the blocks of a burst race, and then finalises one after its
/// child, which the client refuses as an attempt to go back. What an earlier run left comes first.
fn finalise_delayed(client: Arc<Client>, delay: Duration) -> impl Future<Output = ()> {
    let info = client.info();
    let left = (info.best_hash != info.finalized_hash).then_some(info.best_hash);
    let imported = client.import_notification_stream().map(|block| block.hash);
    stream::iter(left)
        .chain(imported)
        .map(move |hash| {
            let due = Delay::new(delay);
            async move {
                due.await;
                hash
            }
        })
        // All of them wait at the same time, and come out as they went in.
        .buffered(usize::MAX)
        .for_each(move |hash| {
            if let Err(error) = client.finalize_block(hash, None, true) {
                log::warn!("Block {hash} cannot be finalised: {error}");
            }
            std::future::ready(())
        })
}

/// The command to seal a block on the best one, and to tell of it.
pub fn seal(sender: Sender<CreatedBlock<Hash>>) -> EngineCommand<Hash> {
    EngineCommand::SealNewBlock {
        create_empty: true,
        finalize: false,
        parent_hash: None,
        sender,
    }
}

/// The time that a block's state has: that of `Timestamp.Now`, which genesis is without.
pub fn time_of(client: &Client, block: Hash) -> Result<u64, sp_blockchain::Error> {
    let key = [b"Timestamp".as_slice(), b"Now"]
        .map(sp_core::twox_128)
        .concat();
    let now = client.storage(block, &StorageKey(key))?;
    let bytes = now.and_then(|now| <[u8; 8]>::try_from(now.0).ok());
    Ok(bytes.map_or(0, u64::from_le_bytes))
}
