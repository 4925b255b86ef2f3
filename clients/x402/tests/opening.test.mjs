/** Payers without a node: the gateway submits what they signed, and is asked to close. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { addressOf, Wallet } from '@farthing/x402'
import { clients } from './clients.mjs'
import { noGateway, PRICE, selling, UNIT } from './selling.mjs'
import { folder, SIGNER } from './shop.mjs'

const run = promisify(execFile)
const python = process.env.FARTHING_PYTHON
const rules = { files: { song: 'la la la' }, text: "[[site.rule]]\npaths = ['/song']\nprice = '0.001'\n" }
const SMALL = UNIT / 500n // two songs
const LARGE = SMALL + UNIT / 500n

/** What a program does with a wallet, in JavaScript: pay so often; returns statuses. */
const inJavaScript = (name) => async (shop, file, channel, { topUp, pays, closes }) => {
  const wallet = await Wallet.open({ file, ...shop.place, channels: [channel], maxAmount: PRICE })
  try {
    if (topUp) wallet.topUp(topUp)
    const get = clients[name](wallet)
    const statuses = []
    for (let n = 0; n < pays; n++) statuses.push((await get(`${shop.url}/song`)).status)
    if (closes) statuses.push((await wallet.closeChannel(`${shop.url}/song`)).status)
    const after = closes && (await wallet.pay(channel.payee, PRICE).catch(({ code }) => code))
    return { statuses, promised: wallet.promised(channel.payee).cumulative, after }
  } finally {
    await wallet.close()
  }
}

/** The same in Python. */
const inPython = (name) => async (shop, file, channel, { topUp, pays, closes = false }) => {
  const more = { payments: pays, top_up: topUp, closes }
  const told = { client: name, url: `${shop.url}/song`, file, channel, place: shop.place, price: String(PRICE), ...more }
  const { stdout } = await run(python, ['paying.py', JSON.stringify(told, (_, value) => (typeof value === 'bigint' ? String(value) : value))], {
    cwd: import.meta.dirname,
  })
  const { answers, promised, after } = JSON.parse(stdout)
  return { statuses: answers.map(([status]) => status), promised: BigInt(promised), after }
}

const ways = {
  ...Object.fromEntries(Object.keys(clients).map((name) => [name, inJavaScript(name)])),
  ...(python && { httpx: inPython('httpx'), requests: inPython('requests') }),
}

test('a channel is opened, topped up and asked to be closed by payers without a node', { skip: noGateway }, async (t) => {
  const [shop, home] = [await selling(t, [], rules), await folder(t)]
  for (const [lane, [name, use]] of Object.entries(ways).entries())
    await t.test(name, async () => {
      const file = join(home, `${lane}.json`)
      const line = [shop.payee, '--lane', String(lane)]
      const terms = ['0.002', '--lane', String(lane), '--signer', addressOf(SIGNER)]
      const opening = await shop.signed('channel', 'open', shop.payee, ...terms)
      const { epoch, payer } = opening.told.opened[0]
      const channel = { payee: shop.payee, payer, lane, epoch: String(epoch), reserve: String(SMALL) }
      const seen = async () => (await shop.farthing('bob', 'channel', 'show', ...line)).channel
      const before = await use(shop, file, { ...channel, extrinsic: opening.extrinsic }, { pays: 2 })
      assert.deepEqual([before.statuses, before.promised], [[200, 200], SMALL])
      assert.equal((await seen()).reserve, String(SMALL))

      const more = await shop.signed('channel', 'top-up', shop.payee, '0.002', '--lane', String(lane))
      assert.equal((await seen()).reserve, String(SMALL))
      const topUp = { payee: shop.payee, reserve: LARGE, extrinsic: more.extrinsic }
      const after = await use(shop, file, channel, { topUp, pays: 2 })
      assert.deepEqual([after.statuses, after.promised], [[200, 200], LARGE])
      assert.equal((await seen()).reserve, String(LARGE))

      // What is owed is claimed then, though it is far less than is claimed otherwise.
      const raised = { ...channel, reserve: String(LARGE) }
      const closed = await use(shop, file, raised, { pays: 0, closes: true })
      assert.deepEqual(closed, { statuses: [202], promised: LARGE, after: 'closing' })
      for (let tries = 0; (await seen()).claimed !== String(LARGE) && tries < 600; tries++) await new Promise((wait) => setTimeout(wait, 100))
      assert.equal((await seen()).claimed, String(LARGE), shop.said())
      // It stays so, whichever program opens the wallet.
      const late = await use(shop, file, raised, { pays: 1 }).catch((error) => error)
      assert.match(String(late.stderr ?? late), /asked to close this channel/)
    })
})
