/** A shop of somebody else's, with x402's middleware as it is, has `farthing gateway` for its facilitator. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import express from 'express'
import { HTTPFacilitatorClient } from '@x402/core/server'
import { paymentMiddleware, x402ResourceServer } from '@x402/express'
import { serverScheme, Wallet } from '@farthing/x402'
import { clients } from './clients.mjs'
import { noGateway, PRICE, selling } from './selling.mjs'
import { folder } from './shop.mjs'

const SOME = 20
const AT_ONCE = 20

test('@x402/express sells with the gateway for its facilitator, also to many requests at once', { skip: noGateway }, async (t) => {
  const [gateway, home] = [await selling(t, ['buyer'], { site: 'facilitator = true' }), await folder(t)]
  const channels = [gateway.channels.buyer]
  const wallet = await Wallet.open({ file: join(home, 'wallet.json'), ...gateway.place, channels, maxAmount: PRICE })
  t.after(() => wallet.close())
  const facilitator = new HTTPFacilitatorClient({ url: gateway.url })
  const server = new x402ResourceServer(facilitator).register(wallet.network, serverScheme())
  const accepts = { scheme: 'batch-settlement', network: wallet.network, payTo: gateway.payee, price: { amount: String(PRICE), asset: 'native' }, maxTimeoutSeconds: 60 }
  const app = express()
  app.use(paymentMiddleware({ 'GET /song': { accepts, description: 'A song', mimeType: 'text/plain' } }, server))
  let served = 0
  app.get('/song', (_, response) => {
    served += 1
    response.type('text').send('la la la')
  })
  const listening = app.listen(0, '127.0.0.1')
  t.after(() => listening.close())
  await new Promise((ready) => listening.once('listening', ready))
  const url = `http://127.0.0.1:${listening.address().port}/song`
  const get = clients['@x402/fetch'](wallet)
  for (let n = 0; n < SOME; n++) assert.deepEqual(await get(url), { status: 200, text: 'la la la' })
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => get(url)))
  assert.deepEqual(answers.map(({ status }) => status), Array(AT_ONCE).fill(200))
  const sum = BigInt(SOME + AT_ONCE) * PRICE
  assert.equal(served, SOME + AT_ONCE)
  assert.equal(wallet.promised(gateway.payee).cumulative, sum)
  assert.equal((await gateway.figures()).earned, sum)
  await gateway.farthing('bob', 'channel', 'exit', gateway.payee)
  for (let tries = 0; (await gateway.figures()).unclaimed > 0n && tries < 600; tries++) await new Promise((wait) => setTimeout(wait, 100))
  assert.equal(await gateway.claimed('buyer'), sum)
})
