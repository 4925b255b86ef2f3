/**
 * All clients pay `farthing gateway` on a chain. What the chain paid, what the gateway says, and what the wallets
 * promised is equal to the unit.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
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
  assert.deepEqual({ claimed, unclaimed }, { claimed: total, unclaimed: 0n }, shop.said())
  for (const name of names) assert.equal(await shop.claimed(name), sum, name)
  assert.equal((await shop.money()) - before, total)
})

const KILLS = Number(process.env.FARTHING_KILLS ?? 6)

test('a gateway that is killed again and again serves nothing unpaid, and charges nothing twice', { skip: noGateway }, async (t) => {
  const [shop, home] = [await selling(t, ['a'], rules), await folder(t)]
  const file = join(home, 'wallet.json')
  const wallet = await Wallet.open({ file, ...shop.place, channels: [shop.channels.a], maxAmount: PRICE })
  t.after(() => wallet.close())
  let [served, sent, isOver] = [0n, 0n, false]
  const buy = async () => {
    while (!isOver) {
      const response = await wallet.fetch(`${shop.url}/song`).catch(() => undefined)
      // What has no answer may have been charged, and may not.
      sent += 1n
      if (response?.status === 200 && (await response.text().catch(() => '')) === rules.files.song) served += 1n
      else await new Promise((wait) => setTimeout(wait, 5))
    }
  }
  const buyers = Array.from({ length: 8 }, buy)
  let before = -1n
  for (let n = 0; n < KILLS; n++) {
    for (let tries = 0; served <= before && tries < 3000; tries++) await new Promise((wait) => setTimeout(wait, 10))
    await new Promise((wait) => setTimeout(wait, 31 * n))
    await shop.kill()
    assert.ok(served > before, 'it went on')
    before = served
  }
  isOver = true
  await Promise.all(buyers)
  const kept = Object.values(JSON.parse(await readFile(file)).channels)[0]
  const { earned } = await shop.figures()
  assert.ok(earned >= served * PRICE, `${earned} was charged for ${served} that were served`)
  assert.ok(earned <= sent * PRICE, `${earned} was charged for ${sent} that were asked for`)
  assert.ok(earned <= BigInt(kept.cumulative), `${earned} was charged, and ${kept.cumulative} promised`)
  // What was paid and not charged is used, and then the sums are equal.
  for (let n = 0; n < 2; n++) assert.equal((await wallet.fetch(`${shop.url}/song`)).status, 200)
  await shop.farthing('bob', 'channel', 'exit', shop.payee)
  for (let tries = 0; (await shop.figures()).unclaimed > 0n && tries < 600; tries++) await new Promise((wait) => setTimeout(wait, 100))
  const claimed = await shop.claimed('a')
  assert.ok(claimed <= wallet.promised(shop.payee).cumulative)
  assert.ok(claimed >= (served + 2n) * PRICE)
  assert.equal((await shop.figures()).claimed, claimed, shop.said())
})

test('what is sold by the byte is paid for as it comes, up to what was said', { skip: noGateway }, async (t) => {
  const long = 'la '.repeat(40_000)
  const shop = await selling(t, ['farthing pay'], {
    files: { long },
    text: "[[site.rule]]\npaths = ['/long']\nprice = '0.001'\nunit = 'byte'\nper = 10000\nwait = '1s'\n",
  })
  const paid = await shop.farthing('bob', 'pay', `${shop.url}/long`, '--max', '0.05')
  assert.equal(paid.body, long)
  const { earned } = await shop.figures()
  assert.equal(earned, 12n * PRICE)
  assert.ok(BigInt(paid.paid) >= earned && BigInt(paid.paid) <= 50n * PRICE, paid.paid)
  // What was paid too early is credit: the next one needs less.
  const before = BigInt(paid.cumulative)
  const again = await shop.farthing('bob', 'pay', `${shop.url}/long`, '--max', '0.05')
  assert.equal(again.body, long)
  assert.equal((await shop.figures()).earned, 24n * PRICE)
  assert.equal(BigInt(again.cumulative) - before, BigInt(again.paid))
  // With too little, it breaks off, and no more is paid.
  await assert.rejects(shop.farthing('bob', 'pay', `${shop.url}/long`, '--max', '0.002'), (error) => {
    const { message } = JSON.parse(error.stdout).error
    return /it broke off, as there is no credit left/.test(message)
  })
})
