/** A development chain, `farthing gateway` on it, and a payer with a channel for each client. */
import { execFile, spawn } from 'node:child_process'
import { mkdir, writeFile, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { accountOf, addressOf } from '@farthing/x402'
import { folder, SEED, SIGNER } from './shop.mjs'

const { FARTHING_PROGRAM: program, FARTHING_DEVCHAIN: devchain } = process.env
export const noGateway = !(program && devchain) && 'There are no farthing and farthing-devchain here.'

export const UNIT = 1_000_000_000_000n
export const PRICE = UNIT / 1000n
const RESERVE = UNIT * 5n

const run = promisify(execFile)

/** Starts a program, and waits for the first lines of standard error that say where it is. */
async function start(test, command, flags, patterns, options = {}) {
  const child = spawn(command, flags, { stdio: ['ignore', 'ignore', 'pipe'], ...options })
  test.after(() => child.kill())
  const found = []
  const lines = createInterface({ input: child.stderr })
  const seen = []
  await new Promise((ready, failed) => {
    child.once('error', failed)
    child.once('exit', (code) => failed(new Error(`${command} ended with ${code}: ${seen.join('\n')}`)))
    lines.on('line', (line) => {
      seen.push(line)
      const match = patterns[found.length] && line.match(patterns[found.length])
      if (match) found.push(match[1])
      if (found.length === patterns.length) ready()
    })
  })
  child.removeAllListeners('exit')
  return { found, child, seen }
}

/** Opens a channel for each name, and starts to sell. */
export async function selling(test, names, rules) {
  const home = await folder(test)
  const { found } = await start(test, devchain, ['--rpc-port=0'], [/addr=127\.0\.0\.1:(\d+)/])
  const node = `ws://127.0.0.1:${found[0]}`
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    FARTHING_NODE_URL: node,
    FARTHING_DEPLOYMENTS: join(home, 'deployments'),
    FARTHING_STATE: join(home, 'state'),
  }
  const farthing = async (who, ...words) => {
    const { stdout } = await run(program, ['--json', '--yes', '--fast', '--dev', who, ...words], { env, maxBuffer: 1 << 26 })
    return JSON.parse(stdout)
  }
  await farthing('alice', 'deploy')
  const deployment = JSON.parse(await readFile(join(env.FARTHING_DEPLOYMENTS, 'local.json')))
  const [payer, payee] = [await farthing('bob', 'account'), await farthing('charlie', 'account')]
  const channels = {}
  for (const [lane, name] of names.entries()) {
    const signer = name === 'farthing pay' ? [] : ['--signer', addressOf(SIGNER)]
    const opened = await farthing('bob', 'channel', 'open', payee.account, '5', '--lane', String(lane), ...signer)
    const { epoch } = opened.opened[0]
    channels[name] = { payee: payee.account, payer: payer.account, lane, epoch: String(epoch), reserve: String(RESERVE) }
  }
  await mkdir(join(home, 'site'))
  for (const [name, text] of Object.entries(rules.files ?? {})) await writeFile(join(home, 'site', name), text)
  await writeFile(join(home, 'key'), '//Dave')
  const [file, port] = [join(home, 'gateway.toml'), await freePort()]
  const url = rules.isLocal ? `http://127.0.0.1:${port}` : 'https://ada.example'
  await writeFile(
    file,
    `listen = '127.0.0.1:${port}'\nadmin = '127.0.0.1:0'\nstate = 'gateway'\n[chain]\npayee = '${payee.account}'\n` +
      `[claims]\nkey = 'key'\nvalue = '0.5'\n[[site]]\nurl = '${url}'\n${rules.site ?? "folder = 'site'"}\n${rules.text ?? ''}`,
  )
  const sell = () => start(test, program, ['gateway', file], [/Selling at (http:\S+)\.$/, / at (http:\S+)\.$/], { env })
  let running = await sell()
  return {
    url: running.found[0],
    /** Ends the gateway as a loss of power does, and starts it again. */
    async kill() {
      running.child.kill('SIGKILL')
      await new Promise((ended) => running.child.once('exit', ended))
      running = await sell()
    },
    channels,
    farthing,
    /**
     * Returns the payer's signed transaction for a command that has not happened: the chain has forgotten it. A payer
     * without a node has it from their wallet.
     */
    async signed(...words) {
      const ask = async (method, params = []) => {
        const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
        const answer = await fetch(node.replace('ws:', 'http:'), { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
        const { result, error } = await answer.json()
        if (error) throw new Error(`${method}: ${error.message}`)
        return result
      }
      const before = await ask('dev_snapshot')
      const told = await farthing('bob', ...words)
      const { block } = await ask('chain_getBlock')
      await ask('dev_revert', [before])
      // The other one sets the clock.
      const [extrinsic] = block.extrinsics.sort((a, b) => b.length - a.length)
      return { told, extrinsic }
    },
    env,
    program,
    payee: payee.account,
    place: { seed: SEED, genesis: genesisOf(deployment), contract: accountOf(deployment.contracts.channels.address) },
    said: () => running.seen.join('\n'),
    /** What the gateway says of all channels. */
    async figures() {
      const text = await (await fetch(`${running.found[1]}/metrics`)).text()
      return Object.fromEntries([...text.matchAll(/^farthing_(earned|claimed|unclaimed|charged_total) (\d+)$/gm)].map(([, name, value]) => [name, BigInt(value)]))
    },
    /** What the chain says was claimed of a channel. */
    async claimed(name) {
      const shown = await farthing('bob', 'channel', 'show', payee.account, '--lane', String(channels[name].lane))
      return BigInt(shown.channel.claimed)
    },
    async money() {
      return BigInt((await farthing('charlie', 'account')).free)
    },
  }
}

/** A port for the gateway, which keeps it when it is started again. */
async function freePort() {
  const server = createServer()
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address()
  await new Promise((ended) => server.close(ended))
  return port
}

const genesisOf = ({ genesis }) => (genesis.startsWith('0x') ? genesis : `0x${genesis}`)
