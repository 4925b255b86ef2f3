/** A server that sells pages, a payer's channel on it, and wallets. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getPublicKey, secretFromSeed } from '@scure/sr25519'
import { addressOf, Wallet } from '@farthing/x402'

const hex = (bytes) => '0x' + Buffer.from(bytes).toString('hex')

export const SEED = '0x' + '17'.repeat(32)
export const GENESIS = '0x' + 'a1'.repeat(32)
export const CONTRACT = addressOf('0x' + '22'.repeat(32))
export const PAYEE = addressOf('0x' + '33'.repeat(32))
export const PAYER = addressOf('0x' + '44'.repeat(32))
export const PRICE = 1000n
const SIGNER = hex(getPublicKey(secretFromSeed(Buffer.from(SEED.slice(2), 'hex'))))

/** What the wallet is told of the channel. */
export const CHANNEL = { payee: PAYEE, payer: PAYER, lane: 0, epoch: '1767225600007', reserve: '5000000' }

/** Starts the server; it ends with the test. */
export async function shop(test, changes = {}) {
  const { payer, lane, epoch, reserve } = { ...CHANNEL, ...changes }
  const config = {
    genesis: GENESIS,
    contract: CONTRACT,
    payee: PAYEE,
    price: String(PRICE),
    channels: [{ payer, lane, epoch, reserve, signer: SIGNER }],
  }
  const built = new URL('../../../target/debug/examples/paid_pages', import.meta.url)
  const program = process.env.FARTHING_PAID_PAGES ?? fileURLToPath(built)
  const child = spawn(program, [JSON.stringify(config)], { stdio: ['ignore', 'pipe', 'inherit'] })
  test.after(() => child.kill())
  const [url] = await new Promise((ready, failed) => {
    child.once('error', failed)
    createInterface(child.stdout).once('line', (line) => ready([line]))
  })
  return {
    url,
    async ledger() {
      const { served, channels } = await (await fetch(`${url}/ledger`)).json()
      return { served, best: BigInt(channels[0].best), spent: BigInt(channels[0].spent) }
    },
  }
}

/** A folder that is removed after the test. */
export async function folder(test) {
  const path = await mkdtemp(join(tmpdir(), 'farthing-x402-'))
  test.after(() => rm(path, { recursive: true, force: true }))
  return path
}

export const options = (file, changes = {}) => ({
  file,
  seed: SEED,
  genesis: GENESIS,
  contract: CONTRACT,
  channels: [CHANNEL],
  maxAmount: PRICE,
  ...changes,
})

/** A wallet in a folder of its own, closed after the test. */
export async function wallet(test, changes = {}) {
  const file = join(await folder(test), 'wallet.json')
  const opened = await Wallet.open(options(file, changes))
  test.after(() => opened.close())
  return Object.assign(opened, { path: file })
}

export { hex, SIGNER }
