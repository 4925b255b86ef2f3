/** What a 402 that lies gets: nothing. Each is told to every client, and no voucher goes out. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { accountOf, addressOf, isSigned, PaymentRefused, voucherPayload } from '@farthing/x402'
import { clients } from './clients.mjs'
import { CHANNEL, CONTRACT, GENESIS, PAYEE, PAYER, PRICE, shop, SIGNER, wallet } from './shop.mjs'

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
const liar = (test, requirements) => scripted(test, () => ({ requirements }))

/** A server that asks what a function says of the voucher that it was sent, or serves, and keeps what it was sent. */
async function scripted(test, answer) {
  const got = []
  const server = createServer((request, response) => {
    const sent = request.headers['payment-signature'] ?? request.headers.authorization
    if (sent) got.push(sent)
    const { requirements, settled, status } = answer(sent && voucherOf(sent))
    if (status) return response.writeHead(status).end()
    if (settled) {
      const answered = { success: true, transaction: '', network: NETWORK, extra: settled }
      return response.writeHead(200, { 'PAYMENT-RESPONSE': coded64(answered) }).end('la')
    }
    const { network, asset, payTo, amount, extra } = requirements
    const required = { x402Version: 2, resource: { url: 'http://liar.example/' }, accepts: [requirements] }
    const details = { network, genesis: extra.genesis, contract: extra.contract, minDelay: 3600 }
    const state = extra.channelState && { channelState: extra.channelState, voucherState: extra.voucherState }
    const asked = { amount, currency: asset, recipient: payTo, unitType: 'request', methodDetails: { ...details, channel: state } }
    const coded = Buffer.from(JSON.stringify(asked)).toString('base64url')
    response.writeHead(402, {
      'PAYMENT-REQUIRED': coded64(required),
      'WWW-Authenticate': `Payment id="x", realm="liar", method="farthing", intent="session", request="${coded}"`,
    })
    response.end()
  })
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  test.after(() => server.closeAllConnections() ?? server.close())
  return { url: `http://127.0.0.1:${server.address().port}/`, got }
}

const coded64 = (value) => Buffer.from(JSON.stringify(value)).toString('base64')

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

/** The voucher that was sent, whichever protocol it came in. */
function voucherOf(text) {
  const sent = JSON.parse(Buffer.from(text.replace(/^Payment /, ''), 'base64').toString())
  const { cumulative, root, signature } = sent.payload.voucher ?? sent.payload
  return { cumulative: BigInt(cumulative ?? sent.payload.cumulativeAmount), root, signature }
}

const vouchers = (got) => got.map(voucherOf)
const sumsOf = (got) => vouchers(got).map(({ cumulative }) => cumulative)

/** Whether the wallet's key signed a voucher of its channel. */
function isOwn({ cumulative, root, signature }) {
  const fields = { genesis: GENESIS, contract: CONTRACT, payee: PAYEE, payer: PAYER, lane: 0, epoch: CHANNEL.epoch }
  const accounts = Object.fromEntries(['contract', 'payee', 'payer'].map((name) => [name, accountOf(fields[name])]))
  return isSigned(voucherPayload({ ...fields, ...accounts, cumulative, root }), { signature }, SIGNER)
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
    for (const [place, voucher] of sent.entries()) {
      assert.ok(voucher.cumulative <= PRICE * BigInt(place + 1), `${voucher.cumulative}`)
      assert.ok(isOwn(voucher))
    }
    assert.ok(paying.promised(PAYEE).cumulative <= PRICE * BigInt(sent.length))
  })

const NO_ROOT = '0x' + '00'.repeat(32)

/** What a server says of a channel on which so much was charged; its newest voucher, if it shows that. */
const corrected = (charged, voucherState) => {
  const channelState = { balance: CHANNEL.reserve, totalClaimed: String(PRICE * 10n), endsAt: null, chargedCumulativeAmount: String(charged) }
  return { requirements: { ...honest, extra: { ...honest.extra, channelState, ...(voucherState && { voucherState }) } } }
}

/** What a wallet promised that was lost since. */
async function lost(test, sum) {
  const { cumulative, root, signature } = await (await wallet(test, { maxAmount: sum })).pay(PAYEE, sum)
  return { cumulative: String(cumulative), root, signature, wrapped: false }
}

/** A server that has claimed with its best voucher, and so shows it to who sends a voucher for nothing only. */
async function claimer(test, { charged, servesFromCredit = false }) {
  let best = await lost(test, PRICE * 10n)
  const credit = () => BigInt(best.cumulative) - charged
  const serve = () => ({ settled: corrected((charged += PRICE)).requirements.extra })
  return scripted(test, (voucher) => {
    if (!voucher) return { requirements: honest }
    assert.ok(isOwn(voucher), `${voucher.cumulative}`)
    const { cumulative, root, signature } = voucher
    if (cumulative === 0n) return servesFromCredit && credit() >= PRICE ? serve() : corrected(charged, best)
    const isPublic = cumulative < PRICE * 10n || signature === best.signature
    if (isPublic) return corrected(charged)
    if (cumulative > BigInt(best.cumulative)) best = { cumulative: String(cumulative), root, signature, wrapped: false }
    return credit() >= PRICE ? serve() : corrected(charged, best)
  })
}

/** Asks so often; where a client tells nothing of an answer, its caller hands the header on. Returns the answers. */
async function ask(paying, get, url, times) {
  const statuses = []
  for (let n = 0; n < times; n++) {
    const { status, required } = await get(url)
    statuses.push(status)
    if (required) await paying.correct(required)
  }
  return statuses
}

// How often a client is called until it has learnt what its wallet lost: most ask no more than once again by themselves.
const CALLS = { '@x402/fetch': [402, 200], '@x402/axios': [402, 402, 200], mppx: [200], 'the wallet itself': [200] }

for (const [name, client] of Object.entries(clients)) {
  test(`${name} that lost its state shows itself by a voucher for nothing where its own may be known`, async (t) => {
    const [paying, server] = [await wallet(t), await claimer(t, { charged: PRICE * 10n })]
    const get = client(paying)
    assert.deepEqual(await ask(paying, get, server.url, CALLS[name].length), CALLS[name])
    assert.deepEqual(sumsOf(server.got), [PRICE, 0n, PRICE * 11n])
    assert.equal(voucherOf(server.got[1]).root, NO_ROOT)
    assert.equal(paying.promised(PAYEE).cumulative, PRICE * 11n)
    // From then on it pays as ever.
    assert.equal((await get(server.url)).status, 200)
    assert.equal(sumsOf(server.got).at(-1), PRICE * 12n)
  })

  test(`${name} sends one voucher for nothing to a server that says again and again that more was charged`, async (t) => {
    const [paying, server] = [await wallet(t), await scripted(t, () => corrected(PRICE * 10n))]
    assert.deepEqual(await ask(paying, client(paying), server.url, 4), [402, 402, 402, 402])
    const sums = sumsOf(server.got)
    assert.deepEqual(sums.slice(0, 3), [PRICE, 0n, PRICE * 2n])
    const promises = sums.filter((sum) => sum > 0n)
    assert.equal(promises.length, sums.length - 1)
    assert.deepEqual(promises, promises.map((_, place) => PRICE * BigInt(place + 1)))
    assert.equal(paying.promised(PAYEE).cumulative, promises.at(-1))
  })
}

for (const name of ['@x402/fetch', 'the wallet itself'])
  test(`${name} counts no voucher for nothing as under way: what is credit pays for what comes next`, async (t) => {
    const [paying, server] = [await wallet(t), await claimer(t, { charged: PRICE * 9n })]
    await ask(paying, clients[name](paying), server.url, CALLS[name].length)
    // The same sum, signed anew: the server knows that signature from no claim.
    assert.deepEqual(sumsOf(server.got), [PRICE, 0n, PRICE * 10n])
    assert.equal(paying.promised(PAYEE).cumulative, PRICE * 10n)
  })

test('a voucher for nothing that is served from credit is no promise, and the next answer may be corrected again', async (t) => {
  const [paying, server] = [await wallet(t), await claimer(t, { charged: PRICE * 9n, servesFromCredit: true })]
  assert.equal((await paying.fetch(server.url)).status, 200)
  assert.deepEqual(sumsOf(server.got), [PRICE, 0n])
  assert.equal(paying.promised(PAYEE).cumulative, PRICE)
  const kept = Object.values(JSON.parse(await readFile(paying.path)).channels)[0]
  assert.equal(kept.cumulative, String(PRICE))
  assert.equal((await paying.fetch(server.url)).status, 200)
  assert.deepEqual(sumsOf(server.got).slice(2), [PRICE * 2n, 0n, PRICE * 11n])
})

test('a voucher for nothing goes to nobody who asks for more than the cap, or has not refused a payment', async (t) => {
  const paying = await wallet(t)
  const asks = [{ requirements: honest }, { requirements: { ...corrected(PRICE * 10n).requirements, amount: String(PRICE * 2n) } }]
  const server = await scripted(t, () => asks.shift())
  await assert.rejects(paying.fetch(server.url), { code: 'amount' })
  assert.deepEqual(sumsOf(server.got), [PRICE])
  // The wallet learns what was charged before it has paid.
  const other = await wallet(t)
  await other.learn(PAYEE, corrected(PRICE * 10n).requirements.extra)
  assert.equal((await other.scheme().createPaymentPayload(2, corrected(PRICE * 10n).requirements)).payload.voucher.cumulative, String(PRICE))
})

test('a server that fails has not refused a voucher for nothing', async (t) => {
  const [paying, best] = [await wallet(t), await lost(t, PRICE * 10n)]
  let fails = true
  const server = await scripted(t, (voucher) => {
    if (!voucher) return { requirements: honest }
    if (voucher.cumulative > PRICE * 10n) return { settled: {} }
    if (voucher.cumulative > 0n) return corrected(PRICE * 10n)
    return fails ? { status: 503 } : corrected(PRICE * 10n, best)
  })
  assert.equal((await paying.fetch(server.url)).status, 503)
  fails = false
  assert.equal((await paying.fetch(server.url)).status, 200)
  assert.deepEqual(sumsOf(server.got), [PRICE, 0n, PRICE * 2n, 0n, PRICE * 11n])
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
