/**
 * All clients pay `farthing gateway` on a chain. What the chain paid, what the gateway says, and what the wallets
 * promised is equal to the unit.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { Wallet } from '@farthing/x402'
import { clients } from './clients.mjs'
import { noGateway, PRICE, selling } from './selling.mjs'
import { folder } from './shop.mjs'

const SOME = Number(process.env.FARTHING_PAYMENTS ?? 40)
const AT_ONCE = 50
const run = promisify(execFile)

const rules = {
  files: { song: 'la la la' },
  text: "[[site.rule]]\npaths = ['/song']\nprice = '0.001'\n",
}

const python = process.env.FARTHING_PYTHON
const names = [...Object.keys(clients), ...(python ? ['httpx', 'requests'] : []), 'farthing pay']

/** Ways to pay so often one after the other, and so many at once; returns what the wallet promised. */
function way(name, shop, file) {
  const [url, channel] = [`${shop.url}/song`, shop.channels[name]]
  if (clients[name])
    return async () => {
      const wallet = await Wallet.open({ file, ...shop.place, channels: [channel], maxAmount: PRICE })
      const get = clients[name](wallet)
      const answers = []
      for (let n = 0; n < SOME; n++) answers.push(await get(url))
      answers.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => get(url)))))
      await wallet.close()
      assert.deepEqual(new Set(answers.map(({ status, text }) => `${status} ${text}`)), new Set(['200 la la la']))
      return wallet.promised(channel.payee).cumulative
    }
  if (name !== 'farthing pay')
    return async () => {
      const told = { client: name, url, file, channel, place: shop.place, price: String(PRICE), payments: SOME, at_once: AT_ONCE }
      const { stdout } = await run(python, ['paying.py', JSON.stringify(told)], { cwd: import.meta.dirname, maxBuffer: 1 << 26 })
      const { answers, promised } = JSON.parse(stdout)
      assert.equal(answers.length, SOME + AT_ONCE)
      assert.deepEqual(new Set(answers.map(String)), new Set(['200,la la la']))
      return BigInt(promised)
    }
  return async () => {
    const pay = () => shop.farthing('bob', '--wait', '1min', 'pay', url, '--max', '0.001', '--lane', String(channel.lane))
    const answers = []
    for (let n = 0; n < SOME; n++) answers.push(await pay())
    answers.push(...(await Promise.all(Array.from({ length: AT_ONCE }, pay))))
    assert.deepEqual(new Set(answers.map(({ status, body }) => `${status} ${body}`)), new Set(['200 la la la']))
    return answers.map((one) => BigInt(one.cumulative)).reduce((a, b) => (a > b ? a : b))
  }
}

test('sums on the chain, in the gateway and in all wallets are equal to the unit', { skip: noGateway }, async (t) => {
  const [shop, home] = [await selling(t, names, rules), await folder(t)]
  const before = await shop.money()
  const sum = BigInt(SOME + AT_ONCE) * PRICE
  let total = 0n
  for (const name of names)
    await t.test(`${name}: ${SOME} payments, and ${AT_ONCE} at once`, async () => {
      assert.equal(await way(name, shop, join(home, `${name.replace(/\W/g, '-')}.json`))(), sum)
      total += sum
      const { earned, charged_total: charged } = await shop.figures()
      assert.deepEqual({ earned, charged }, { earned: total, charged: total })
    })
  // The payer leaves all channels, and what is not claimed yet is claimed at once.
  for (const { lane } of Object.values(shop.channels)) await shop.farthing('bob', 'channel', 'exit', shop.payee, '--lane', String(lane))
  for (let tries = 0; (await shop.figures()).claimed < total && tries < 600; tries++) await new Promise((wait) => setTimeout(wait, 100))
  const { claimed, unclaimed } = await shop.figures()
  assert.deepEqual({ claimed, unclaimed }, { claimed: total, unclaimed: 0n }, shop.said.join('\n'))
  for (const name of names) assert.equal(await shop.claimed(name), sum, name)
  assert.equal((await shop.money()) - before, total)
})
