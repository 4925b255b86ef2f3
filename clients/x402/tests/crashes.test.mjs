/** What is signed was written down before, whatever happens in between. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Wallet } from '@farthing/x402'
import { CHANNEL, folder, options, PAYEE, PRICE, shop, wallet } from './shop.mjs'

const sleep = (milliseconds) => new Promise((wait) => setTimeout(wait, milliseconds))

const KILLS = Number(process.env.FARTHING_KILLS ?? 8)

test('killed again and again, a wallet knows of every voucher that went out, and goes on', async (t) => {
  const server = await shop(t)
  const file = join(await folder(t), 'wallet.json')
  const told = JSON.stringify({ url: server.url, ...options(file, { maxAmount: String(PRICE) }) })
  const pays = `
    import { Wallet } from '@farthing/x402'
    const { url, ...options } = ${told}
    const wallet = await Wallet.open(options)
    console.log('open')
    for (;;) await Promise.all(Array.from({ length: 5 }, () => wallet.fetch(url)))`
  let before = -1
  for (let n = 0; n < KILLS; n++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', pays], { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise((ready) => child.stdout.once('data', ready))
    // It goes on, and is killed at some moment after that.
    for (let tries = 0; (await server.ledger()).served <= before + 1 && tries < 1000; tries++) await sleep(10)
    await sleep(7 * n)
    child.kill('SIGKILL')
    await new Promise((ended) => child.once('exit', ended))
    const kept = Object.values(JSON.parse(await readFile(file)).channels)[0]
    const { served, best, spent } = await server.ledger()
    assert.ok(BigInt(kept.cumulative) >= best, `${kept.cumulative} was written, and ${best} signed`)
    assert.equal(spent, BigInt(served) * PRICE)
    assert.ok(served > before, 'the next one went on')
    before = served
  }
  const last = await Wallet.open(options(file))
  t.after(() => last.close())
  assert.equal((await last.fetch(server.url)).status, 200)
})

test('nothing is signed if it cannot be written down, now or later', async (t) => {
  let fails = false
  const store = {
    load: async () => undefined,
    save: async () => {
      if (fails) throw new Error('the disk is full')
    },
  }
  const paying = await Wallet.open({ ...options(), store })
  await paying.pay(PAYEE, PRICE)
  fails = true
  await assert.rejects(paying.pay(PAYEE, PRICE), /the disk is full/)
  fails = false
  await assert.rejects(paying.pay(PAYEE, PRICE), { code: 'wallet' })
})

test('a voucher waits for the write that has its sum', async () => {
  let written = '0'
  const store = {
    load: async () => undefined,
    async save(text) {
      await new Promise((wait) => setTimeout(wait, Math.random() * 3))
      written = Object.values(JSON.parse(text).channels)[0].cumulative
    },
  }
  const paying = await Wallet.open({ ...options(), store })
  const all = Array.from({ length: 40 }, async (_, n) => {
    await new Promise((wait) => setTimeout(wait, n % 7))
    const { cumulative } = await paying.pay(PAYEE, PRICE)
    assert.ok(BigInt(written) >= cumulative, `${written} was written, and ${cumulative} signed`)
    return cumulative
  })
  const sums = (await Promise.all(all)).sort((a, b) => (a < b ? -1 : 1))
  assert.deepEqual(sums, Array.from({ length: 40 }, (_, n) => PRICE * BigInt(n + 1)))
})

test('a wallet is open in one program at a time, and a dead one does not keep it', async (t) => {
  const paying = await wallet(t)
  await assert.rejects(Wallet.open(options(paying.path)), { code: 'busy' })
  await paying.close()
  const { writeFile } = await import('node:fs/promises')
  const child = spawn(process.execPath, ['-e', ''])
  await new Promise((ended) => child.once('exit', ended))
  await writeFile(`${paying.path}.lock`, `${child.pid}\n`)
  const [a, b] = await Promise.allSettled([Wallet.open(options(paying.path)), Wallet.open(options(paying.path))])
  const opened = [a, b].filter((one) => one.status === 'fulfilled')
  assert.equal(opened.length, 1)
  await opened[0].value.close()
})

test('a later life of a channel begins at nothing', async (t) => {
  const paying = await wallet(t)
  await paying.pay(PAYEE, PRICE)
  await paying.add({ ...CHANNEL, epoch: String(BigInt(CHANNEL.epoch) + 1n) })
  assert.equal(paying.promised(PAYEE).cumulative, 0n)
})
