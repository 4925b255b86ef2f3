/** In a browser: `<audio>` and hls.js cannot send headers, so a cookie pays for them after one paid request. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Wallet } from '@farthing/x402'
import { noGateway, PRICE, selling } from './selling.mjs'
import { folder } from './shop.mjs'

const chromium = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path))
const skip = noGateway || (!chromium && 'There is no Chromium here: CHROMIUM names one.')
const STEPS = 40n

/** One second of a tone, as WAV. */
function song() {
  const [rate, head] = [8000, Buffer.alloc(44)]
  head.write('RIFF')
  head.writeUInt32LE(36 + rate, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(rate, 28)
  head.writeUInt16LE(1, 32)
  head.writeUInt16LE(8, 34)
  head.write('data', 36)
  head.writeUInt32LE(rate, 40)
  return Buffer.concat([head, Buffer.from(Array.from({ length: rate }, (_, n) => 128 + 60 * Math.sin(n / 3)))])
}

const hls = fileURLToPath(import.meta.resolve('hls.js/dist/hls.min.js'))

test('<audio> and hls.js are paid for by a cookie', { skip }, async (t) => {
  const { default: puppeteer } = await import('puppeteer-core')
  const segments = [0, 1, 2].map((n) => `part${n}.ts`)
  const list = ['#EXTM3U', '#EXT-X-VERSION:3', '#EXT-X-TARGETDURATION:1', ...segments.flatMap((name) => ['#EXTINF:1.0,', name]), '#EXT-X-ENDLIST']
  const shop = await selling(t, ['reader'], {
    isLocal: true,
    files: {
      'index.html': '<!doctype html><title>Songs</title><audio></audio><video></video><script src=/hls.min.js></script>',
      'hls.min.js': await readFile(hls, 'utf8'),
      'song.wav': song(),
      'list.m3u8': list.join('\n'),
      ...Object.fromEntries(segments.map((name) => [name, 'la'.repeat(940)])),
    },
    text:
      "otherwise = 'free'\n[[site.rule]]\npaths = ['/*.wav']\nprice = '0.001'\ncookie = '1h'\n" +
      "[[site.rule]]\npaths = ['/*.ts', '/*.m3u8']\nprice = '0.001'\nunit = 'segment'\ncookie = '1h'\n",
  })
  const channels = [shop.channels.reader]
  const file = join(await folder(t), 'wallet.json')
  const wallet = await Wallet.open({ file, ...shop.place, channels, maxAmount: PRICE * STEPS })
  t.after(() => wallet.close())
  const browser = await puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'] })
  t.after(() => browser.close())
  const page = await browser.newPage()
  await page.goto(`${shop.url}/index.html`)
  const audio = () =>
    page.evaluate(
      () =>
        new Promise((heard) => {
          const audio = document.querySelector('audio')
          audio.oncanplaythrough = () => heard(audio.duration)
          audio.onerror = () => heard('refused')
          audio.src = `/song.wav?${Math.random()}`
        }),
    )
  assert.equal(await audio(), 'refused')
  assert.equal((await shop.figures()).earned, 0n)

  // The page pays for one request, with a voucher for some more.
  await page.exposeFunction('pay', async (header) => {
    const { accepts } = JSON.parse(Buffer.from(header, 'base64').toString())
    const more = { ...accepts[0], amount: String(PRICE * STEPS) }
    const { payload } = await wallet.scheme().createPaymentPayload(2, more)
    return Buffer.from(JSON.stringify({ x402Version: 2, accepted: accepts[0], payload })).toString('base64')
  })
  const status = await page.evaluate(async () => {
    const asked = await fetch('/song.wav')
    const signature = await window.pay(asked.headers.get('PAYMENT-REQUIRED'))
    return (await fetch('/song.wav', { headers: { 'PAYMENT-SIGNATURE': signature } })).status
  })
  assert.equal(status, 200)
  const first = (await shop.figures()).earned
  assert.equal(first, PRICE)
  assert.equal(await audio(), 1)
  const second = (await shop.figures()).earned
  assert.ok(second > first, 'the cookie paid')

  const loaded = await page.evaluate(
    (count) =>
      new Promise((done) => {
        const [hls, names] = [new window.Hls({ enableWorker: false }), new Set()]
        hls.on(window.Hls.Events.FRAG_LOADED, (_, { frag }) => {
          names.add(frag.relurl)
          if (names.size === count) done([...names])
        })
        // They are no pictures, so each is loaded for its own sake.
        hls.on(window.Hls.Events.MANIFEST_PARSED, () => hls.startLoad(0))
        hls.on(window.Hls.Events.ERROR, (_, { fatal, details }) => fatal && done([details, ...names]))
        hls.loadSource('/list.m3u8')
        hls.attachMedia(document.querySelector('video'))
      }),
    1,
  )
  assert.deepEqual(loaded, segments.slice(0, 1))
  const third = (await shop.figures()).earned
  assert.ok(third > second && third <= PRICE * STEPS, `${third}`)
  assert.equal((third - second) % PRICE, 0n)
})
