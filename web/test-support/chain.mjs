// A development chain for a test, with all contracts: `farthing-devchain --deploy`.

import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const built = fileURLToPath(new URL('../../target/debug/farthing-devchain', import.meta.url));
const program = process.env.FARTHING_DEVCHAIN ?? built;

/** Where farthing-devchain is. */
export const devchain = program;

/** Why what needs a chain is skipped, if so. */
export const noChain = !existsSync(program) && 'There is no farthing-devchain here: ./scripts/build makes it.';

const { CONTRACTS_NODE: official } = process.env;

/** Why the official node is not asked, if so. */
export const noOfficialNode = !official && 'There is no substrate-contracts-node here: CONTRACTS_NODE names one.';

/** Starts the official node, which has no contracts yet. */
export async function startOfficialNode() {
  const flags = ['--dev', '--rpc-port=0', '--listen-addr=/ip4/127.0.0.1/tcp/0', '--no-prometheus'];
  const child = spawn(official, flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const port = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The node ended with ${code}.`)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      const found = line.match(/addr=127\.0\.0\.1:(\d+)/);
      if (found) resolve(found[1]);
    });
  });
  return {
    url: `ws://127.0.0.1:${port}`,
    async end() {
      process.off('exit', kill);
      kill();
    },
  };
}

/** Starts the official node, and has the command line put all contracts onto it. */
export async function startOfficialChain() {
  const node = await startOfficialNode();
  const folder = mkdtempSync(join(tmpdir(), 'farthing-official-'));
  const run = async (...command) => (await runOn({ url: node.url, folder }, ...command)) ?? assertCli();
  await run('deploy', '--dev', 'alice', '--yes', '--fast');
  return {
    url: node.url,
    deployment: JSON.parse(readFileSync(join(folder, 'local.json'), 'utf8')),
    run,
    async end() {
      await node.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function assertCli() {
  throw new Error('There is no farthing here: ./scripts/build makes it.');
}

/** Why what needs an index is skipped, if so. */
export async function noIndex() {
  const cli = join(dirname(program), 'farthing');
  if (!existsSync(cli)) return 'There is no farthing here: ./scripts/build makes it.';
  return promisify(execFile)(cli, ['index', '--help']).then(() => false, () => 'This farthing has no index.');
}

/** Has the command line follow a chain, and answer what it knows. Resolves once it answers. */
export async function startIndex({ url, folder }) {
  const flags = ['--node', url, '--deployments', folder, '--state', join(folder, 'index')];
  const child = spawn(join(dirname(program), 'farthing'), ['index', '--serve', '127.0.0.1:0', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const address = await new Promise((resolve, reject) => {
    const said = [];
    const hear = (line) => {
      said.push(line);
      const found = line.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (found) resolve(found[0]);
    };
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', hear);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The index ended with ${code}: ${said.slice(-3).join('\n')}`)));
  });
  return {
    url: address,
    /** Waits until it has come as far as a block. */
    async reaches(block) {
      for (let tries = 0; tries < 200; tries++) {
        const { block: last } = await (await fetch(`${address}/v1/status`)).json();
        if (last !== null && last >= block) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`The index has not come to block ${block}.`);
    },
    end() {
      process.off('exit', kill);
      child.removeAllListeners('exit');
      kill();
    },
  };
}

/** Runs the command line on a chain, and returns what it printed; null if it is not built. */
async function runOn({ url, folder }, ...command) {
  const cli = join(dirname(program), 'farthing');
  if (!existsSync(cli)) return null;
  const flags = ['--node', url, '--deployments', folder, '--state', join(folder, 'state')];
  const { stdout } = await promisify(execFile)(cli, [...command, ...flags], { timeout: 120_000, maxBuffer: 2 ** 26 });
  return stdout;
}

/** Starts a chain on a port of its choice, and tells where its contracts are. */
export async function startChain(...flags) {
  const folder = mkdtempSync(join(tmpdir(), 'farthing-web-'));
  const chain = new TestChain(folder, flags);
  await chain.start();
  return chain;
}

class TestChain {
  #child;
  #flags;
  port = 0;

  constructor(folder, flags) {
    this.folder = folder;
    this.#flags = flags;
    this.state = join(folder, 'chain.bin');
  }

  /** Starts it, or starts it again where it was. */
  async start({ deploy = true, state = true } = {}) {
    const flags = [`--rpc-port=${this.port}`, ...(state ? [`--state=${this.state}`] : []), ...(deploy ? [`--deploy=${this.folder}`] : []), ...this.#flags];
    this.#child = spawn(program, flags, { stdio: ['ignore', 'pipe', 'pipe'] });
    process.once('exit', this.kill);
    const said = [];
    this.port = await new Promise((resolve, reject) => {
      let port;
      const hear = (line) => {
        said.push(line);
        port = line.match(/addr=127\.0\.0\.1:(\d+)/)?.[1] ?? port;
        if (port && (!deploy || line.includes('says where'))) resolve(Number(port));
      };
      createInterface({ input: this.#child.stderr }).on('line', hear);
      createInterface({ input: this.#child.stdout }).on('line', hear);
      this.#child.once('error', reject);
      this.#child.once('exit', (code) => reject(new Error(`The chain ended with ${code}: ${said.slice(-5).join('\n')}`)));
    });
    this.url = `ws://127.0.0.1:${this.port}`;
    if (deploy) this.deployment = JSON.parse(readFileSync(join(this.folder, 'local.json'), 'utf8'));
  }

  kill = () => {
    process.off('exit', this.kill);
    this.#child?.kill('SIGKILL');
  };

  /** Kills it, and waits until it is gone. */
  async stop() {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    this.kill();
    await gone;
  }

  /** Stops it for good. */
  async end() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs the command line on it, and returns what it printed; null if it is not built. */
  run(...command) {
    return runOn(this, ...command);
  }

  /** Asks what only developers may. */
  async ask(method, ...params) {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const answer = await fetch(`http://127.0.0.1:${this.port}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    const { result, error } = await answer.json();
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }
}
