/** What was bought: lists, roots and proofs, as the test vectors of all languages say. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { accountOf, entryOf, isProved, isSigned, PaymentRefused, prove, rootOf, voucherPayload, Wallet } from '@farthing/x402'
import { CONTRACT, GENESIS, options, PAYEE, PRICE, shop, SIGNER, wallet } from './shop.mjs'
import { clients } from './clients.mjs'

const read = async (path) => JSON.parse(await readFile(new URL(path, import.meta.url)))
const { merkle, merkle_proofs: proofs } = await read('../../../contracts/types/vectors.json')
const { resources, same, roots } = await read('../vectors.json')
const entries = resources.map(({ entry }) => entry)
const [ADA, OTHER] = ['https://ada.example/songs/1.opus', 'https://ada.example/songs/9.opus']

const signedRoot = ({ payer, lane, epoch, cumulative, root, signature }) => {
  const place = { genesis: GENESIS, contract: accountOf(CONTRACT), payee: accountOf(PAYEE) }
  return isSigned(voucherPayload({ ...place, payer, lane, epoch, cumulative, root }), { signature }, SIGNER) && root
}

test('trees and proofs are those of the test vectors', () => {
  for (const { entries: list, root, proofs: paths } of merkle) {
    assert.equal(rootOf(list), '0x' + root)
    for (const [index, path] of paths.entries()) {
      assert.deepEqual(prove(list, index), { index, count: list.length, path: path.map((hash) => '0x' + hash) })
    }
  }
  for (const { name, root, entry, valid, ...proof } of proofs) assert.equal(isProved(root, entry, proof), valid, name)
})

test('entries of addresses, and roots of lists of them, are those of the test vectors', () => {
  for (const { url, entry } of resources) assert.equal(entryOf(url), entry, url)
  for (const [one, other] of same) assert.equal(entryOf(one), entryOf(other), one)
  for (const [length, root] of roots.entries()) assert.equal(rootOf(entries.slice(0, length)), root)
})

test('whatever is in a list is proved by its root, and nothing else is', () => {
  let seed = 7
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below
  const any = () => '0x' + Array.from({ length: 32 }, () => random(256).toString(16).padStart(2, '0')).join('')
  for (let length = 1; length <= 40; length++) {
    const list = Array.from({ length }, any)
    const root = rootOf(list)
    for (let index = 0; index < length; index++) {
      const proof = prove(list, index)
      assert.ok(isProved(root, list[index], proof))
      assert.ok(!isProved(root, any(), proof))
      assert.ok(!isProved(any(), list[index], proof))
      const wrong = [{ index: (index + 1) % length }, { count: length + 1 }, { index: -1 }, { path: [...proof.path, any()] }, { path: proof.path.slice(1) }]
      for (const change of length === 1 ? wrong.slice(1, 4) : wrong) assert.ok(!isProved(root, list[index], { ...proof, ...change }), JSON.stringify(change))
    }
    assert.equal(prove(list, length), undefined)
    assert.equal(prove(list, 0.5), undefined)
  }
})

test('each voucher signs the root of all that was bought until then, each thing once', async (t) => {
  const paying = await wallet(t)
  for (const [place, entry] of entries.entries()) {
    assert.equal(signedRoot(await paying.pay(PAYEE, PRICE, entry)), roots[place + 1])
    assert.equal(signedRoot(await paying.pay(PAYEE, PRICE, entries[0])), roots[place + 1])
    assert.equal(signedRoot(await paying.pay(PAYEE, PRICE)), roots[place + 1])
  }
  for (const entry of entries) {
    const { root, ...proof } = paying.proof(PAYEE, entry)
    assert.equal(root, roots.at(-1))
    assert.ok(isProved(root, entry, proof))
  }
  assert.equal(paying.proof(PAYEE, entryOf(OTHER)), undefined)
  await assert.rejects(paying.pay(PAYEE, PRICE, '0x12'), PaymentRefused)
  // It is still known when the wallet is opened again.
  await paying.close()
  const again = await Wallet.open(options(paying.path))
  t.after(() => again.close())
  assert.equal(again.proof(PAYEE, entries[3]).root, roots.at(-1))
  assert.equal(signedRoot(await again.pay(PAYEE, PRICE, entryOf(OTHER))), rootOf([...entries, entryOf(OTHER)]))
})

// What a payment is for, the libraries know from the 402 only; @x402/axios and mppx do not tell that either.
for (const [name, at] of [['@x402/fetch', () => 'http://paid.example'], ['the wallet itself', (server) => server.url]])
  test(`${name} signs the root of what it fetched, if the wallet is to keep that`, async (t) => {
    const server = await shop(t)
    const [keeping, other] = [await wallet(t, { keepBought: true }), await wallet(t)]
    const get = clients[name](keeping)
    for (const page of ['a', 'b', 'a']) assert.equal((await get(`${server.url}/${page}`)).status, 200)
    const wanted = ['a', 'b'].map((page) => entryOf(`${at(server)}/${page}`))
    assert.equal(keeping.promised(PAYEE).root, rootOf(wanted))
    for (const entry of wanted) assert.ok(isProved(rootOf(wanted), entry, keeping.proof(PAYEE, entry)))
    // Otherwise nobody who guesses addresses learns anything from a claim.
    await clients[name](other)(`${(await shop(t)).url}/a`)
    assert.equal(other.promised(PAYEE).root, '0x' + '00'.repeat(32))
  })

test('a list that another wallet signed is not known, and the next entry begins a new one', async (t) => {
  const server = await shop(t)
  const first = await wallet(t, { keepBought: true })
  for (const page of ['a', 'b']) await first.fetch(`${server.url}/${page}`)
  const { root } = first.promised(PAYEE)
  const second = await wallet(t)
  assert.equal((await second.fetch(`${server.url}/a`)).status, 200)
  assert.equal(second.promised(PAYEE).root, root)
  assert.equal(second.proof(PAYEE, entryOf(`${server.url}/a`)), undefined)
  await second.pay(PAYEE, PRICE, entryOf(ADA))
  assert.equal(second.promised(PAYEE).root, rootOf([entryOf(ADA)]))
})
