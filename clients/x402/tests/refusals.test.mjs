/** What a 402 that lies gets: nothing. Each is told to every client, and no voucher goes out. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { addressOf, isSigned, PaymentRefused, voucherPayload } from '@farthing/x402'
import { clients } from './clients.mjs'
import { CHANNEL, CONTRACT, GENESIS, PAYEE, PRICE, shop, SIGNER, wallet } from './shop.mjs'

const NETWORK = 'polkadot:' + GENESIS.slice(2, 34)
const OTHER = addressOf('0x' + '99'.repeat(32))

const honest = {
  scheme: 'batch-settlement',
  network: NETWORK,
  amount: String(PRICE),
  asset: 'native',
  payTo: PAYEE,
  maxTimeoutSeconds: 60,
  extra: { contract: CONTRACT, genesis: GENESIS },
}
const lies = {
  'another payee': { payTo: OTHER },
  'another chain with the same half of the hash': { extra: { ...honest.extra, genesis: GENESIS.slice(0, 64) + 'ff' } },
  'another contract': { extra: { ...honest.extra, contract: OTHER } },
  'another chain': { network: 'polkadot:' + '00'.repeat(16) },
  'another asset': { asset: '1984' },
  'more than the cap': { amount: String(PRICE + 1n) },
  'a negative price': { amount: '-1' },
  'a price that is no number': { amount: '1e3' },
  'an account with a wrong letter': { payTo: PAYEE.slice(0, -1) + (PAYEE.endsWith('1') ? '2' : '1') },
}

/** A server that says whatever it is told, and keeps what it was sent. */
async function liar(test, requirements) {
  const got = []
  const server = createServer((request, response) => {
    const sent = request.headers['payment-signature'] ?? request.headers.authorization
    if (sent) got.push(sent)
    const { network, asset, payTo, amount, extra } = requirements
    const required = { x402Version: 2, resource: { url: 'http://liar.example/' }, accepts: [requirements] }
    const details = { network, genesis: extra.genesis, contract: extra.contract, minDelay: 3600 }
    const state = extra.channelState && { channelState: extra.channelState, voucherState: extra.voucherState }
    const asked = { amount, currency: asset, recipient: payTo, unitType: 'request', methodDetails: { ...details, channel: state } }
    const coded = Buffer.from(JSON.stringify(asked)).toString('base64url')
    response.writeHead(402, {
      'PAYMENT-REQUIRED': Buffer.from(JSON.stringify(required)).toString('base64'),
      'WWW-Authenticate': `Payment id="x", realm="liar", method="farthing", intent="session", request="${coded}"`,
    })
    response.end()
  })
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  test.after(() => server.closeAllConnections() ?? server.close())
  return { url: `http://127.0.0.1:${server.address().port}/`, got }
}

for (const [name, client] of Object.entries(clients))
  for (const [lie, changes] of Object.entries(lies))
    test(`${name} signs nothing for a 402 with ${lie}`, async (t) => {
      const paying = await wallet(t)
      const server = await liar(t, { ...honest, ...changes })
      const outcome = await client(paying)(server.url).catch((error) => error)
      assert.ok(outcome instanceof Error || outcome.status === 402, String(outcome))
      assert.deepEqual(server.got, [])
      assert.equal(paying.promised(PAYEE).cumulative, 0n)
    })

/** The vouchers that were sent, whichever protocol they came in. */
function vouchers(got) {
  return got.map((text) => {
    const sent = JSON.parse(Buffer.from(text.replace(/^Payment /, ''), 'base64').toString())
    const { cumulative, signature } = sent.payload.voucher ?? sent.payload
    return { cumulative: BigInt(cumulative ?? sent.payload.cumulativeAmount), signature }
  })
}

for (const [name, client] of Object.entries(clients))
  test(`${name} believes no correction without its own signature, and never signs for more than price by price`, async (t) => {
    const paying = await wallet(t)
    const forged = { cumulative: '4000000', root: '0x' + '00'.repeat(32), signature: '0x' + '81'.repeat(64), wrapped: false }
    const channelState = { balance: '99999999999', totalClaimed: '0', endsAt: null, chargedCumulativeAmount: '3999000' }
    const server = await liar(t, { ...honest, extra: { ...honest.extra, channelState, voucherState: forged } })
    await client(paying)(server.url).catch(() => {})
    const sent = vouchers(server.got)
    assert.ok(sent.length >= 1 && sent.length <= 3, String(sent.length))
    for (const [place, { cumulative, signature }] of sent.entries()) {
      assert.ok(cumulative <= PRICE * BigInt(place + 1), `${cumulative}`)
      const fields = { genesis: GENESIS, contract: '0x' + '22'.repeat(32), payee: '0x' + '33'.repeat(32) }
      const said = { ...fields, payer: '0x' + '44'.repeat(32), lane: 0, epoch: CHANNEL.epoch, root: forged.root }
      assert.ok(isSigned(voucherPayload({ ...said, cumulative }), { signature }, SIGNER))
    }
    assert.ok(paying.promised(PAYEE).cumulative <= PRICE * BigInt(sent.length))
  })

test('a wallet stops at its cap in all, and at the reserve', async (t) => {
  const server = await shop(t)
  const capped = await wallet(t, { maxTotal: PRICE * 3n })
  for (let n = 0; n < 3; n++) assert.equal((await capped.fetch(server.url + '/')).status, 200)
  await assert.rejects(capped.fetch(server.url + '/'), { code: 'total' })
  assert.equal(capped.promised(PAYEE).cumulative, PRICE * 3n)

  const small = await wallet(t, { channels: [{ ...CHANNEL, reserve: String(PRICE * 2n) }] })
  await small.pay(PAYEE, PRICE)
  await small.pay(PAYEE, PRICE)
  await assert.rejects(small.pay(PAYEE, PRICE), { code: 'reserve' })
  await small.add({ ...CHANNEL, reserve: String(PRICE * 3n) })
  assert.equal((await small.pay(PAYEE, PRICE)).cumulative, PRICE * 3n)
})

test('x402 pays no coin that it was not told of: by default it takes a coin for no dollar', async (t) => {
  const { x402Client, wrapFetchWithPayment } = await import('@x402/fetch')
  const [server, paying] = [await shop(t), await wallet(t)]
  const client = new x402Client().register(paying.network, paying.scheme())
  await assert.rejects(wrapFetchWithPayment(fetch, client)(server.url), /spendControls/)
  assert.equal(paying.promised(PAYEE).cumulative, 0n)
})

test('a wallet is of one chain, contract and key', async (t) => {
  const { Wallet } = await import('@farthing/x402')
  const { options } = await import('./shop.mjs')
  const first = await wallet(t)
  await first.close()
  const others = { seed: '0x' + '18'.repeat(32), genesis: '0x' + 'a2'.repeat(32), contract: OTHER }
  for (const [what, other] of Object.entries(others))
    await assert.rejects(Wallet.open(options(first.path, { [what]: other })), PaymentRefused, what)
  const again = await Wallet.open(options(first.path))
  t.after(() => again.close())
  await assert.rejects(again.add({ ...CHANNEL, epoch: 1 }), { code: 'wallet' })
})

test('what was paid for is not thrown away for what is said beside it', async (t) => {
  const paying = await wallet(t)
  const garbage = [null, {}, { channelState: { chargedCumulativeAmount: 'x' } }, { channelState: 5, voucherState: { root: 7 } }]
  for (const extra of garbage) {
    const settled = { success: true, transaction: '', network: NETWORK, extra }
    const { onPaymentResponse } = paying.scheme().schemeHooks
    assert.equal(await onPaymentResponse({ requirements: honest, settleResponse: settled }), undefined)
  }
})
