/**
 * What is measured beside the gateway, in Express:
 *
 *     node servers.mjs express|exact|batch FOLDER HEADERS CONNECTIONS AT_MOST
 *
 * `express` gives the folder's files away. `exact` sells them with @x402/express and a facilitator inside the process
 * that says yes to everything at once: all that the middleware does by itself, and nothing of what waits for a chain.
 * `batch` sells them with the batch-settlement of @x402/evm: its server checks each voucher by itself, and keeps
 * channels in memory; the facilitator says yes to what opens them, which here is nothing, as all channels are there
 * from the beginning.
 *
 * It prints its address, once HEADERS has what pays: one line for all requests, or, with vouchers, at most AT_MOST for
 * each number of CONNECTIONS (with commas), in HEADERS.NUMBER.SIZE, for sizes 1k and 1m.
 */
import { writeFileSync } from 'node:fs'
import express from 'express'
import { paymentMiddleware, x402ResourceServer } from '@x402/express'
import { ExactEvmScheme } from '@x402/evm/exact/server'
import { BatchSettlementEvmScheme, InMemoryChannelStorage } from '@x402/evm/batch-settlement/server'
import { computeChannelId, signVoucher } from '@x402/evm/batch-settlement/client'
import { privateKeyToAccount } from 'viem/accounts'

const [kind, folder, headers, connections, atMost] = process.argv.slice(2)
const NETWORK = 'eip155:84532'
const ASSET = '0x036CbD53842c5426634e7929541eC2318f3dCF7e'
const AMOUNT = '1000'
const payer = privateKeyToAccount(`0x${'11'.repeat(32)}`)
const seller = privateKeyToAccount(`0x${'22'.repeat(32)}`)

/** Says yes. */
const facilitator = {
  getSupported: async () => ({
    kinds: ['exact', 'batch-settlement'].map((scheme) => ({ x402Version: 2, scheme, network: NETWORK })),
    extensions: [],
    signers: {},
  }),
  verify: async () => ({ isValid: true, payer: payer.address }),
  settle: async () => ({ success: true, transaction: `0x${'00'.repeat(32)}`, network: NETWORK, payer: payer.address }),
}

const app = express()
let listening

/** Puts the middleware in front, and starts. */
async function sell(scheme, handler) {
  const server = new x402ResourceServer(facilitator).register(NETWORK, handler)
  const price = { amount: AMOUNT, asset: ASSET, extra: { name: 'USDC', version: '2' } }
  const accepts = { scheme, network: NETWORK, payTo: seller.address, price, maxTimeoutSeconds: 60 }
  app.use(paymentMiddleware({ 'GET /*': { accepts, description: 'A file', mimeType: 'text/plain' } }, server))
}

async function start() {
  app.use(express.static(folder))
  listening = app.listen(0, '127.0.0.1')
  await new Promise((ready) => listening.once('listening', ready))
  return `http://127.0.0.1:${listening.address().port}`
}

/** Asks what a file costs. */
async function required(address) {
  const response = await fetch(`${address}/1k`)
  if (response.status !== 402) throw new Error(`${response.status} and not 402`)
  return JSON.parse(Buffer.from(response.headers.get('payment-required'), 'base64').toString())
}

const encoded = (payload) => Buffer.from(JSON.stringify(payload)).toString('base64')

async function exact() {
  await sell('exact', new ExactEvmScheme())
  const address = await start()
  const { accepts, resource } = await required(address)
  // Nobody looks at the signature: the facilitator would.
  const authorization = {
    from: payer.address,
    to: seller.address,
    value: AMOUNT,
    validAfter: '0',
    validBefore: '99999999999',
    nonce: `0x${'33'.repeat(32)}`,
  }
  const payload = { signature: `0x${'44'.repeat(65)}`, authorization }
  writeFileSync(headers, encoded({ x402Version: 2, resource, accepted: accepts[0], payload }))
  return address
}

async function batch() {
  const storage = new InMemoryChannelStorage()
  const day = 24 * 3600
  const scheme = new BatchSettlementEvmScheme(seller.address, {
    storage,
    receiverAuthorizerSigner: seller,
    withdrawDelay: day,
    // What it saw of the chain counts for as long as this is measured.
    onchainStateTtlMs: day * 1000,
  })
  await sell('batch-settlement', scheme)
  const address = await start()
  const { accepts, resource } = await required(address)
  let salt = 0
  const open = async () => {
    salt += 1
    const channelConfig = {
      payer: payer.address,
      payerAuthorizer: payer.address,
      receiver: seller.address,
      receiverAuthorizer: seller.address,
      token: ASSET,
      withdrawDelay: day,
      salt: `0x${salt.toString(16).padStart(64, '0')}`,
    }
    const channelId = computeChannelId(channelConfig, NETWORK)
    const now = Date.now()
    await storage.updateChannel(channelId, () => ({
      channelId,
      channelConfig,
      chargedCumulativeAmount: '0',
      signedMaxClaimable: '0',
      signature: '0x',
      balance: '1000000000000',
      totalClaimed: '0',
      withdrawRequestedAt: 0,
      refundNonce: 0,
      onchainSyncedAt: now,
      lastRequestTimestamp: now,
    }))
    return { channelConfig, channelId }
  }
  for (const count of connections.split(',').map(Number))
    for (const size of ['1k', '1m']) {
      const channels = await Promise.all(Array.from({ length: count }, open))
      const lines = []
      for (let n = 1; lines.length < Number(atMost); n++)
        for (const { channelConfig, channelId } of channels) {
          const voucher = await signVoucher(payer, channelId, String(n * Number(AMOUNT)), NETWORK)
          const payload = { type: 'voucher', channelConfig, voucher }
          lines.push(encoded({ x402Version: 2, resource, accepted: accepts[0], payload }))
        }
      writeFileSync(`${headers}.${count}.${size}`, lines.join('\n'))
    }
  return address
}

const kinds = { express: start, exact, batch }
console.log(await kinds[kind]())
