/** What is signed is what `contracts/types/vectors.json` says. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { accountOf, addressOf, isSigned, PaymentRefused, voucherPayload } from '@farthing/x402'

const { signatures } = JSON.parse(await readFile(new URL('../../../contracts/types/vectors.json', import.meta.url)))

test('payloads and signatures of vouchers are those of the test vectors', () => {
  const vouchers = signatures.filter((vector) => vector.kind === 'voucher')
  assert.ok(vouchers.length > 20)
  for (const vector of vouchers) {
    const made = voucherPayload({ ...vector, cumulative: vector.amount })
    const isWhole = !vector.name.includes('cut short')
    if (isWhole) assert.equal(Buffer.from(made).toString('hex'), vector.payload, vector.name)
    const payload = Buffer.from(vector.payload, 'hex')
    assert.equal(isSigned(payload, vector, vector.signer), vector.valid, vector.name)
  }
})

test('addresses are read with any prefix, and refused with a wrong letter', () => {
  const alice = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d'
  const written = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'
  assert.equal(addressOf(alice), written)
  for (const same of [written, '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5', alice.toUpperCase().replace('0X', '0x')])
    assert.equal(accountOf(same), alice)
  for (const bad of [written.replace('Q', 'R'), written.slice(1), '', '0', 'x'.repeat(1000), alice + '00', null])
    assert.throws(() => accountOf(bad), PaymentRefused, String(bad))
})
