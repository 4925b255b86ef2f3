// Reads a chain's blocks with Subsquid's processor, and counts the contracts' events: nothing is stored.
//
//   node squid.mjs URL LAST
import processor from '@subsquid/substrate-processor';

const [url, last] = process.argv.slice(2);
const squid = new processor.SubstrateBatchProcessor()
  .setRpcEndpoint({ url, capacity: 64, maxBatchCallSize: 64 })
  .setBlockRange({ from: 0, to: Number(last) })
  .setFields({ event: { args: true, phase: true }, block: { timestamp: true } })
  .addContractsContractEmitted({});

let events = 0;
const store = {
  async connect() {
    return { height: -1, hash: '0x' };
  },
  async transact(info, change) {
    await change({});
    if (info.nextHead.height < Number(last)) return;
    const { user, system } = process.cpuUsage();
    const cpu = ((user + system) / 1e6).toFixed(2);
    const memory = Math.round(process.resourceUsage().maxRSS / 1024);
    console.log(`squid: ${events} events, ${process.uptime().toFixed(2)} s, ${cpu} s of a processor, ${memory} MiB at most`);
    process.exit(0);
  },
};
squid.run(store, async (context) => {
  for (const block of context.blocks) {
    events += block.events.filter((event) => event.name === 'Contracts.ContractEmitted').length;
  }
});
