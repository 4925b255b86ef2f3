/** Unmodified clients pay, and the sums agree. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { Wallet } from '@farthing/x402'
import { clients } from './clients.mjs'
import { options, PAYEE, PRICE, shop, wallet } from './shop.mjs'

const SOME = Number(process.env.FARTHING_PAYMENTS ?? 40)
const AT_ONCE = 50

/** The wallet's file, the wallet and the server say the same sum. */
async function agree(server, paying, payments) {
  const sum = BigInt(payments) * PRICE
  const kept = Object.values(JSON.parse(await readFile(paying.path)).channels)[0]
  const { served, best, spent } = await server.ledger()
  assert.deepEqual({ served, best, spent }, { served: payments, best: sum, spent: sum })
  assert.equal(paying.promised(PAYEE).cumulative, sum)
  assert.equal(kept.cumulative, String(sum))
}

for (const [name, client] of Object.entries(clients)) {
  test(`${name} pays one request after the other, and ${AT_ONCE} at once on one channel`, async (t) => {
    const [server, paying] = [await shop(t), await wallet(t)]
    const get = client(paying)
    for (let n = 0; n < SOME; n++) {
      const { status, text } = await get(`${server.url}/pages/${n}`)
      assert.deepEqual([status, text], [200, `GET /pages/${n} for ${PRICE}\n`])
    }
    await agree(server, paying, SOME)
    const together = Array.from({ length: AT_ONCE }, (_, n) => get(`${server.url}/together/${n}`))
    const answers = await Promise.all(together)
    assert.deepEqual(answers.map((answer) => answer.status), Array(AT_ONCE).fill(200))
    await agree(server, paying, SOME + AT_ONCE)
  })

  test(`${name} goes on where the wallet ended`, async (t) => {
    const [server, first] = [await shop(t), await wallet(t)]
    await client(first)(`${server.url}/a`)
    await first.close()
    const second = await Wallet.open(options(first.path))
    t.after(() => second.close())
    assert.equal((await client(second)(`${server.url}/b`)).status, 200)
    await agree(server, Object.assign(second, { path: first.path }), 2)
  })

  test(`${name} recovers with a wallet that lost what it promised, by its own signature only`, async (t) => {
    const [server, first] = [await shop(t), await wallet(t)]
    for (let n = 0; n < 5; n++) await client(first)(`${server.url}/${n}`)
    const second = await wallet(t)
    const get = client(second)
    let answer = await get(`${server.url}/again`)
    if (name === '@x402/axios') {
      // It has no hook for what became of a payment: whoever calls it hands the header on.
      assert.equal(answer.status, 402)
      assert.equal(await second.correct(answer.required), true)
      answer = await get(`${server.url}/again`)
    }
    assert.equal(answer.status, 200)
    await agree(server, second, 6)
  })
}

test('the wallet itself pays with the first request where the price is known', async (t) => {
  const [server, paying] = [await shop(t), await wallet(t)]
  const seen = []
  const real = globalThis.fetch
  globalThis.fetch = async (request) => {
    const response = await real(request)
    seen.push(response.status)
    return response
  }
  t.after(() => (globalThis.fetch = real))
  for (let n = 0; n < 4; n++) assert.equal((await paying.fetch(`${server.url}/song?part=${n}`)).status, 200)
  assert.deepEqual(seen, [402, 200, 200, 200, 200])
})

for (const name of ['@x402/fetch', 'the wallet itself'])
  test(`${name} uses what was paid and not charged`, async (t) => {
    const [server, paying] = [await shop(t), await wallet(t)]
    const get = clients[name](paying)
    await get(`${server.url}/a`)
    // Signed, and handed to nobody: an answer that never came, or a program that ended.
    await paying.pay(PAYEE, PRICE)
    const payee = { channelState: { chargedCumulativeAmount: String(PRICE) } }
    await paying.correct(Buffer.from(JSON.stringify(asked(paying, payee))).toString('base64'))
    await get(`${server.url}/b`)
    await agree(server, paying, 2)
  })

function asked(paying, extra) {
  return { x402Version: 2, accepts: [{ scheme: 'batch-settlement', network: paying.network, payTo: PAYEE, extra }] }
}
