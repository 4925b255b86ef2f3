/**
 * Pays for HTTP with Farthing's vouchers.
 *
 * A {@link Wallet} has channels that somebody opened on the chain, and the key that signs their vouchers. It plugs
 * into `@x402/fetch` and `@x402/axios` ({@link Wallet.scheme}) and into `mppx` ({@link Wallet.method}); by itself it
 * pays with the first request already ({@link Wallet.fetch}).
 *
 * What it promises:
 * - What a voucher says is on the disk before the voucher is signed.
 * - No 402 is trusted. It signs for one chain and one contract, for payees that it was told, within caps that it was
 *   told, and never for more than what it signed before and the price.
 * - It does not take a coin for a dollar: what a coin is worth, it does not know.
 * - With `keepBought`, each voucher signs the Merkle root of what was bought, and {@link Wallet.proof} shows that
 *   something was part of it.
 */
import { blake2b } from '@noble/hashes/blake2.js'
import { getPublicKey, secretFromSeed, sign, verify } from '@scure/sr25519'

const SCHEME = 'batch-settlement'
const utf8 = (text) => new TextEncoder().encode(text)
const TAG = utf8('farthing/voucher/v2')
const LEAF = utf8('farthing/merkle-leaf/v2')
const NODE = utf8('farthing/merkle-node/v2')
const ROOT = utf8('farthing/merkle-root/v2')
const RESOURCE = utf8('farthing/resource/v1')
const NO_ROOT = '0x' + '00'.repeat(32)
const MAX_AMOUNT = (1n << 128n) - 1n

/** Why something is not paid. `code` is for programs. */
export class PaymentRefused extends Error {
  constructor(code, message) {
    super(message)
    this.name = 'PaymentRefused'
    this.code = code
  }
}

const refuse = (code, message) => {
  throw new PaymentRefused(code, message)
}

// ---- values --------------------------------------------------------------------------------------------------

const toHex = (bytes) => '0x' + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Reads bytes in hexadecimal, with `0x` or without. */
function fromHex(text, length) {
  const digits = String(text).replace(/^0x/i, '')
  if (!/^([0-9a-f]{2})*$/i.test(digits) || (length !== undefined && digits.length !== 2 * length))
    refuse('malformed', `There must be ${length ?? 'some'} bytes in hexadecimal.`)
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}

/** Reads a number that is written in decimal, in the one way that there is. */
function amountOf(value, what = 'amount') {
  const text = typeof value === 'bigint' || Number.isSafeInteger(value) ? String(value) : value
  if (typeof text !== 'string' || !/^(0|[1-9][0-9]{0,38})$/.test(text) || BigInt(text) > MAX_AMOUNT)
    refuse('malformed', `The ${what} is no number.`)
  return BigInt(text)
}

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const MAX_ADDRESS = 66

const checksum = (bytes) =>
  blake2b.create({ dkLen: 64 }).update(utf8('SS58PRE')).update(bytes).digest()

/** Reads an account, in hexadecimal or as an address with any prefix. */
export function accountOf(text) {
  if (typeof text !== 'string' || text.length > MAX_ADDRESS) refuse('malformed', 'This is no account.')
  if (/^0x/i.test(text)) return toHex(fromHex(text, 32))
  let number = 0n
  for (const letter of text) {
    const digit = ALPHABET.indexOf(letter)
    if (digit < 0) refuse('malformed', 'This is no account.')
    number = number * 58n + BigInt(digit)
  }
  const digits = number.toString(16)
  let bytes = fromHex(digits.length % 2 ? '0' + digits : digits)
  const zeros = /^1*/.exec(text)[0].length
  bytes = Uint8Array.from([...new Uint8Array(zeros), ...bytes])
  const prefix = bytes[0] & 0x40 ? 2 : 1
  if (bytes.length !== prefix + 34) refuse('malformed', 'This is no account.')
  const sum = checksum(bytes.subarray(0, -2))
  if (sum[0] !== bytes[bytes.length - 2] || sum[1] !== bytes[bytes.length - 1])
    refuse('malformed', 'This address has a wrong letter.')
  return toHex(bytes.subarray(prefix, -2))
}

/** Writes an account as an address with the prefix that all chains take. */
export function addressOf(account) {
  const body = Uint8Array.from([42, ...fromHex(account, 32)])
  const whole = Uint8Array.from([...body, ...checksum(body).subarray(0, 2)])
  let number = BigInt(toHex(whole))
  let text = ''
  for (; number > 0n; number /= 58n) text = ALPHABET[Number(number % 58n)] + text
  return text
}

const littleEndian = (number, length) =>
  Uint8Array.from({ length }, (_, place) => Number((number >> BigInt(8 * place)) & 0xffn))

/** Returns the bytes that a voucher's signature is over, unless wrapped. */
export function voucherPayload({ genesis, contract, payer, payee, lane, epoch, cumulative, root }) {
  const parts = [
    TAG,
    fromHex(genesis, 32),
    fromHex(contract, 32),
    fromHex(payer, 32),
    fromHex(payee, 32),
    littleEndian(BigInt(lane), 4),
    littleEndian(BigInt(epoch), 8),
    littleEndian(BigInt(cumulative), 16),
    fromHex(root, 32),
  ]
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

/** Returns whether `signer` signed this payload. */
export function isSigned(payload, { signature, wrapped = false }, signer) {
  const message = wrapped ? Uint8Array.from([...utf8('<Bytes>'), ...payload, ...utf8('</Bytes>')]) : payload
  try {
    // Under the zero key, anybody's signature is valid.
    return /[1-9a-f]/i.test(signer.replace(/^0x/, '')) && verify(message, fromHex(signature, 64), fromHex(signer, 32))
  } catch {
    return false
  }
}

const base64 = {
  write(value) {
    return this.text(JSON.stringify(value))
  },
  text(text) {
    const bytes = utf8(text)
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  },
  /** As addresses have it, without padding. */
  url(text) {
    return this.text(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
  },
  read(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
    return JSON.parse(new TextDecoder().decode(bytes))
  },
}

/** Writes JSON as RFC 8785 does, for what 402s have: text, whole numbers, lists and objects. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const fields = Object.keys(value).filter((name) => value[name] !== undefined)
  return `{${fields.sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`
}

// ---- the file ------------------------------------------------------------------------------------------------

/** Keeps a wallet's text in a file, for one program at a time. */
async function fileStore(path) {
  const [fs, { dirname }] = await Promise.all([import('node:fs/promises'), import('node:path')])
  const lock = await lockFile(fs, `${path}.lock`)
  return {
    async load() {
      try {
        return await fs.readFile(path, 'utf8')
      } catch (error) {
        if (error.code === 'ENOENT') return undefined
        throw error
      }
    },
    async save(text) {
      const next = `${path}.new`
      const file = await fs.open(next, 'w', 0o600)
      try {
        await file.writeFile(text)
        await file.sync()
      } finally {
        await file.close()
      }
      await fs.rename(next, path)
      const folder = await fs.open(dirname(path), 'r')
      await folder.sync().finally(() => folder.close())
    },
    close: lock,
  }
}

/** Takes a lock: a file with the number of the process that has it. Returns what gives it back. */
async function lockFile(fs, path) {
  const mine = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`
  await fs.writeFile(mine, `${process.pid}\n`, { mode: 0o600, flag: 'wx' })
  try {
    for (let tries = 0; tries < 5; tries++) {
      try {
        // Unlike opening a file, this never leaves one without a number in it.
        await fs.link(mine, path)
        return () => fs.rm(path, { force: true })
      } catch (error) {
        if (error.code !== 'EEXIST') throw error
      }
      await removeStale(fs, path)
    }
  } finally {
    await fs.rm(mine, { force: true })
  }
  refuse('busy', `Other programs keep taking ${path}.`)
}

async function removeStale(fs, path) {
  const holder = async (at) => Number(await fs.readFile(at, 'utf8').catch(() => '0'))
  const first = await holder(path)
  if (isRunning(first)) refuse('busy', `Process ${first} uses this wallet. If it does not, remove ${path}.`)
  const aside = `${path}.stale.${process.pid}`
  await fs.rename(path, aside).catch(() => {})
  // Somebody else may have taken it in between: give it back.
  if (isRunning(await holder(aside))) await fs.link(aside, path).catch(() => {})
  await fs.rm(aside, { force: true })
}

function isRunning(pid) {
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

// ---- what was bought -----------------------------------------------------------------------------------------

const hashOf = (...parts) => {
  const hash = blake2b.create({ dkLen: 32 })
  parts.forEach((part) => hash.update(part))
  return hash.digest()
}

const leafOf = (entry) => hashOf(LEAF, fromHex(entry))
const nodeOf = (left, right) => hashOf(NODE, left, right)
const rootHash = (count, top) => toHex(hashOf(ROOT, littleEndian(BigInt(count), 8), top))

/** Returns the entry of an address in the list of what was bought. What follows `#` is no part of it. */
export function entryOf(url) {
  const { href, hash } = new URL(url)
  return toHex(hashOf(RESOURCE, utf8(hash || href.endsWith('#') ? href.split('#')[0] : href)))
}

/** Returns the root of a list of entries: the tree of RFC 9162 with Blake2b, as `contracts/types` says. */
export function rootOf(entries) {
  const peaks = new Peaks()
  entries.forEach((entry) => peaks.push(leafOf(entry)))
  return peaks.root
}

/** The tops of a growing list's full subtrees, largest first: one for each one bit of its length. */
class Peaks {
  #count = 0
  #tops = []

  push(leaf) {
    let top = leaf
    // As in binary addition: each full subtree of the new one's size is merged into it.
    for (let left = this.#count; left % 2 === 1; left = (left - 1) / 2) top = nodeOf(this.#tops.pop(), top)
    this.#tops.push(top)
    this.#count += 1
  }

  get root() {
    if (this.#count === 0) return NO_ROOT
    return rootHash(this.#count, this.#tops.reduceRight((right, left) => nodeOf(left, right)))
  }
}

/** Divides at the largest power of two below the length. */
function halvesOf(leaves) {
  let left = 1
  while (left * 2 < leaves.length) left *= 2
  return [leaves.slice(0, left), leaves.slice(left)]
}

function topOf(leaves) {
  if (leaves.length === 1) return leaves[0]
  const [left, right] = halvesOf(leaves)
  return nodeOf(topOf(left), topOf(right))
}

/** What a leaf is combined with on the way to the root, from below. */
function pathTo(leaves, index) {
  if (leaves.length === 1) return []
  const [left, right] = halvesOf(leaves)
  if (index < left.length) return [...pathTo(left, index), toHex(topOf(right))]
  return [...pathTo(right, index - left.length), toHex(topOf(left))]
}

/** Returns the proof of the entry at a place of a list, or nothing beyond its end. */
export function prove(entries, index) {
  if (!Number.isInteger(index) || index < 0 || index >= entries.length) return undefined
  return { index, count: entries.length, path: pathTo(entries.map(leafOf), index) }
}

/** Returns whether a proof shows that the list with this root has so many entries, and this one at that place. */
export function isProved(root, entry, { index, count, path }) {
  let [at, last] = [BigInt(index), BigInt(count) - 1n]
  if (at < 0n || at > last) return false
  let top = leafOf(entry)
  for (const step of path) {
    if (last === 0n) return false
    const sibling = fromHex(step, 32)
    if (at % 2n === 1n || at === last) {
      top = nodeOf(sibling, top)
      // A last node without a sibling rises until it is a right one.
      for (; at % 2n === 0n; at /= 2n) last /= 2n
    } else {
      top = nodeOf(top, sibling)
    }
    ;[at, last] = [at / 2n, last / 2n]
  }
  return last === 0n && rootHash(count, top) === toHex(fromHex(root, 32))
}

/** What was bought on a channel, each once, and the root of it. */
class Bought {
  #places = new Map()
  #peaks = new Peaks()
  /** The root that was signed last, if its list is not known here. */
  #unknown

  constructor(entries = [], root = NO_ROOT) {
    entries.forEach((entry) => this.add(toHex(fromHex(entry, 32))))
    if (this.#peaks.root !== root) this.adopt(root)
  }

  add(entry) {
    if (this.#places.has(entry)) return
    this.#unknown = undefined
    this.#places.set(entry, this.#places.size)
    this.#peaks.push(leafOf(entry))
  }

  /** Another program signed this root: what it is of is not known, and the next entry begins a new list. */
  adopt(root) {
    if (root === this.root) return
    this.#places.clear()
    this.#peaks = new Peaks()
    this.#unknown = root
  }

  get root() {
    return this.#unknown ?? this.#peaks.root
  }

  get entries() {
    return [...this.#places.keys()]
  }

  proof(entry) {
    return prove(this.entries, this.#places.get(entry) ?? -1)
  }
}

// ---- the wallet ----------------------------------------------------------------------------------------------

/** Channels, what was promised on each, and the key that signs their vouchers. */
export class Wallet {
  #secret
  #signer
  #store
  #place
  #caps
  #keepsBought
  #spent = 0n
  /** By payee. What is kept, beside what only this process knows. */
  #channels = new Map()
  #saving = Promise.resolve()
  #queued
  #broken = false
  /** The requirements that were seen last, by address. */
  #terms = new Map()
  /** What a 402's requirements are for, until they are paid. */
  #resources = new WeakMap()

  /**
   * Opens a wallet.
   *
   * @param {object} options
   * @param {string} options.file Where it is kept. In a browser, give a `store` instead.
   * @param {string | Uint8Array} options.seed The 32 bytes of the key that signs vouchers.
   * @param {string} options.genesis The genesis hash of the chain: the whole of it.
   * @param {string} options.contract The channels contract.
   * @param {Array<{payee: string, payer: string, lane?: number, epoch: string | number, reserve: string | bigint}>} options.channels
   *   The channels. No other payee is paid.
   * @param {string | bigint} options.maxAmount The most for one request, in the smallest unit.
   * @param {string | bigint} [options.maxTotal] The most in all while the wallet is open.
   * @param {boolean} [options.keepBought] Whether the wallet keeps a list of the addresses that it pays for, and signs
   *   its root with each voucher.
   */
  static async open(options) {
    const store = options.store ?? (await fileStore(options.file))
    try {
      const wallet = new Wallet(options, store)
      await wallet.#load(options.channels ?? [])
      return wallet
    } catch (error) {
      await store.close?.()
      throw error
    }
  }

  constructor(options, store) {
    const seed = typeof options.seed === 'string' ? fromHex(options.seed, 32) : options.seed
    this.#secret = secretFromSeed(seed)
    this.#signer = toHex(getPublicKey(this.#secret))
    this.#place = { genesis: toHex(fromHex(options.genesis, 32)), contract: accountOf(options.contract) }
    if (options.maxAmount === undefined) refuse('malformed', 'Say how much one request may cost: maxAmount.')
    this.#caps = {
      amount: amountOf(options.maxAmount, 'maxAmount'),
      total: options.maxTotal === undefined ? MAX_AMOUNT : amountOf(options.maxTotal, 'maxTotal'),
    }
    this.#keepsBought = options.keepBought ?? false
    this.#store = store
  }

  async #load(channels) {
    const text = await this.#store.load()
    if (text !== undefined) this.#read(JSON.parse(text))
    channels.forEach((channel) => this.#add(channel))
    await this.#save()
  }

  #read(kept) {
    const { genesis, contract } = this.#place
    if (kept.version !== 1 || kept.genesis !== genesis || kept.contract !== contract || kept.signer !== this.#signer)
      refuse('wallet', 'This wallet is of another chain, contract or key.')
    for (const [payee, found] of Object.entries(kept.channels))
      this.#channels.set(payee, {
        payer: accountOf(found.payer),
        lane: found.lane,
        epoch: amountOf(found.epoch, 'epoch'),
        reserve: amountOf(found.reserve, 'reserve'),
        cumulative: amountOf(found.cumulative, 'cumulative amount'),
        bought: new Bought(found.bought, found.root),
        closing: found.closing ?? false,
        ...fresh(),
      })
  }

  /** A later life of a channel replaces an earlier one. Of the same life, what was promised stays. */
  #add(given) {
    const channel = {
      payer: accountOf(given.payer),
      lane: given.lane ?? 0,
      epoch: amountOf(given.epoch, 'epoch'),
      reserve: amountOf(given.reserve, 'reserve'),
    }
    const transaction = given.extrinsic && { action: 'open', extrinsic: toHex(fromHex(given.extrinsic)) }
    const payee = accountOf(given.payee)
    const kept = this.#channels.get(payee)
    const same = kept && ['payer', 'lane', 'epoch'].every((name) => kept[name] === channel[name])
    if (same) {
      kept.reserve = max(kept.reserve, channel.reserve)
      kept.transaction ??= transaction
      return
    }
    if (kept && kept.epoch >= channel.epoch) refuse('wallet', 'The wallet has a later channel of this payee.')
    this.#channels.set(payee, { ...channel, cumulative: 0n, bought: new Bought(), closing: false, ...fresh(), transaction })
  }

  /** Adds a channel that was opened, or tells that one has a higher reserve. */
  async add(channel) {
    this.#add(channel)
    await this.#save()
  }

  /**
   * Has the next payment bring the payer's signed transaction that tops a channel up: the server submits it.
   *
   * @param {{payee: string, reserve: string | bigint, extrinsic: string}} more `reserve` is all that is set aside then.
   */
  topUp({ payee, reserve, extrinsic }) {
    const channel = this.#channels.get(accountOf(payee)) ?? refuse('payee', `There is no channel to ${payee}.`)
    const raised = amountOf(reserve, 'reserve')
    if (raised <= channel.reserve) refuse('reserve', `The channel's reserve is ${channel.reserve} already.`)
    channel.transaction = { action: 'topUp', extrinsic: toHex(fromHex(extrinsic)), reserve: raised }
  }

  /** Gives the file back for other programs. */
  async close() {
    await this.#saving.catch(() => {})
    await this.#store.close?.()
    this.#broken = true
  }

  /** The chain, as CAIP-2 names it. */
  get network() {
    return `polkadot:${this.#place.genesis.slice(2, 34)}`
  }

  /** The public key that channels must be opened with. */
  get signer() {
    return this.#signer
  }

  /** What was promised to a payee in all, and of what reserve. */
  promised(payee) {
    const { cumulative, reserve, bought } = this.#channels.get(accountOf(payee)) ?? refuse('payee', 'Unknown payee.')
    return { cumulative, reserve, root: bought.root }
  }

  /**
   * Returns the proof that an entry is in the list whose root the last voucher to a payee signs, with that root;
   * nothing if it is not. `entryOf` makes an entry of an address.
   */
  proof(payee, entry) {
    const { bought } = this.#channels.get(accountOf(payee)) ?? refuse('payee', 'Unknown payee.')
    const proof = bought.proof(toHex(fromHex(entry, 32)))
    return proof && { root: bought.root, ...proof }
  }

  /** What `x402Client.setSpendControls` must be told: by default, x402 refuses whatever is no dollar. */
  spendControls() {
    const maxAmountPerPayment = String(this.#caps.amount)
    return { allowedAssets: [{ network: this.network, asset: 'native', maxAmountPerPayment }] }
  }

  // ---- paying ----

  /**
   * Signs a voucher for so much more. Returns the channel and the voucher. With an `entry`, 32 bytes that stand for
   * what is bought, that is in the list whose root is signed from then on.
   */
  async pay(payee, amount, entry) {
    const { price, account, channel } = this.#payable(payee, amount)
    const bought = entry && toHex(fromHex(entry, 32))
    const step = max(0n, price - credit(channel))
    const cumulative = channel.cumulative + step
    const reserve = max(channel.reserve, channel.transaction?.reserve ?? 0n)
    if (cumulative > reserve)
      refuse('reserve', `The channel's reserve of ${reserve} does not cover this: ${channel.cumulative} of it are promised.`)
    if (this.#spent + step > this.#caps.total) refuse('total', `This would be more than ${this.#caps.total} in all.`)
    channel.cumulative = cumulative
    channel.underWay += 1
    this.#spent += step
    if (bought) channel.bought.add(bought)
    const signed = this.#voucher(account, channel)
    // Also if nothing is new: the write before may still be under way.
    await this.#save()
    const { action = 'voucher', extrinsic } = channel.transaction ?? {}
    return { ...this.#sign(signed), action, extrinsic }
  }

  /** Refuses what is not to be paid, by whatever voucher; returns the channel that pays. */
  #payable(payee, amount) {
    const price = amountOf(amount)
    if (price > this.#caps.amount)
      refuse('amount', `A request costs ${price}, and at most ${this.#caps.amount} are to be paid.`)
    const account = accountOf(payee)
    const channel = this.#channels.get(account) ?? refuse('payee', `Nothing is to be paid to ${payee}.`)
    if (this.#broken) refuse('wallet', 'The wallet is closed, or could not be written: open it anew.')
    if (channel.closing) refuse('closing', 'The payee was asked to close this channel: open another.')
    return { price, account, channel }
  }

  /** Pays; or, where a correction hid what was promised before, signs a voucher for nothing: see `#hides`. */
  async #payOrShow(payee, amount, entry) {
    const { account, channel } = this.#payable(payee, amount)
    if (!isInDoubt(channel)) return this.pay(payee, amount, entry)
    channel.nothing = 'sent'
    return { ...this.#sign({ ...this.#voucher(account, channel), cumulative: 0n, root: NO_ROOT }), action: 'voucher' }
  }

  /** What a channel's last voucher says: it is written down before it is signed. */
  #voucher(payee, { payer, lane, epoch, cumulative, bought }) {
    return { payer, payee, lane, epoch, cumulative, root: bought.root }
  }

  /** Signs anew each time: a signature that stood in a claim spends nothing. */
  #sign({ payee, ...said }) {
    const payload = voucherPayload({ ...this.#place, payee, ...said })
    return { ...said, signature: toHex(sign(this.#secret, payload)) }
  }

  #save() {
    this.#queued ??= this.#saving
      .catch(() => {})
      .then(() => {
        this.#queued = undefined
        this.#saving = this.#write()
        return this.#saving
      })
    return this.#queued
  }

  async #write() {
    const channels = {}
    for (const [payee, { payer, lane, epoch, reserve, cumulative, bought, closing }] of this.#channels) {
      const texts = { epoch: String(epoch), reserve: String(reserve), cumulative: String(cumulative) }
      const { root, entries } = bought
      const rare = { ...(entries.length > 0 && { bought: entries }), ...(closing && { closing }) }
      channels[payee] = { payer, lane, ...texts, root, ...rare }
    }
    const kept = { version: 1, ...this.#place, signer: this.#signer, channels }
    try {
      await this.#store.save(JSON.stringify(kept, null, 1) + '\n')
    } catch (error) {
      // Whether it is there is not known: what is on the disk counts.
      this.#broken = true
      throw error
    }
  }

  /**
   * Learns from what a payee says of a channel. Its sums are believed only as far as this wallet's own signature
   * shows them. Returns whether anything was new.
   */
  async learn(payee, state) {
    const account = accountOf(payee)
    const channel = this.#channels.get(account)
    if (!channel) return false
    const { payer, lane, epoch, ...before } = channel
    const { voucher, charged } = stateOf(state)
    if (voucher?.cumulative > channel.cumulative) {
      const { cumulative, root } = voucher
      const payload = voucherPayload({ ...this.#place, payer, payee: account, lane, epoch, cumulative, root })
      if (isSigned(payload, voucher, this.#signer)) {
        channel.cumulative = cumulative
        channel.bought.adopt(root)
      }
    }
    // More than was signed cannot have been charged.
    if (charged <= channel.cumulative) channel.charged = max(channel.charged ?? 0n, charged)
    if (channel.cumulative !== before.cumulative) {
      channel.nothing = undefined
      await this.#save()
    }
    return channel.cumulative !== before.cumulative || channel.charged !== before.charged
  }

  /** An answer came: of a payment under this payee, or of a voucher for nothing. */
  async #answered(payee, state, isNothing) {
    const channel = this.#channels.get(accountOf(payee))
    if (!channel) return false
    if (!isNothing) channel.underWay = Math.max(0, channel.underWay - 1)
    return this.learn(payee, state)
  }

  /** It was answered with a 402. Returns whether asking once more is of use. */
  async #refused(payee, state, isNothing) {
    const learnt = await this.#answered(payee, state, isNothing)
    return this.#hides(payee, state, isNothing) || learnt
  }

  /**
   * Returns whether a 402 leaves open what was promised, so that asking once more is of use. A payee that has charged
   * more than this wallet knows of hides the voucher for it, if that may be known to everybody. It shows it to who
   * has the channel's key: so the next voucher is for nothing, which nobody claims, and so nobody else can have. A
   * payee that shows nothing then is sent no other.
   */
  #hides(payee, state, isNothing) {
    const channel = this.#channels.get(accountOf(payee))
    if (!channel) return false
    if (isNothing) {
      const isFirst = channel.nothing === 'sent'
      // A server that fails has not said no.
      if (isFirst) channel.nothing = state && 'refused'
      // Another answer may have had what was hidden.
      return Boolean(state) && channel.nothing === undefined
    }
    const { charged, voucher } = stateOf(state)
    if (charged > channel.cumulative && !voucher) channel.nothing ??= 'next'
    return isInDoubt(channel)
  }

  #check({ network, asset, payTo, genesis, contract }) {
    if (network !== this.network) refuse('network', `This wallet pays on ${this.network} only.`)
    if (asset !== 'native') refuse('asset', "This wallet pays with the chain's own coin only.")
    const other = (theirs, ours, read) => theirs !== undefined && read(theirs) !== ours
    const hash = (text) => toHex(fromHex(text, 32))
    if (other(genesis, this.#place.genesis, hash) || other(contract, this.#place.contract, accountOf))
      refuse('contract', 'The server asks for vouchers of another chain or contract than this wallet signs.')
    if (!this.#channels.has(accountOf(payTo))) refuse('payee', `Nothing is to be paid to ${payTo}.`)
  }

  /** Returns the `payload` of x402 for a server's requirements, and what is sold at this address. */
  async #x402(requirements, url) {
    const { network, asset, payTo, amount, extra = {} } = requirements
    this.#check({ network, asset, payTo, genesis: extra.genesis, contract: extra.contract })
    await this.learn(payTo, extra)
    const { action, extrinsic, ...paid } = await this.#payOrShow(payTo, amount, this.#entryOf(url))
    return { type: action, ...x402Payload(paid), ...(extrinsic && { extrinsic }) }
  }

  /** The entry of what is bought, if a list of that is kept. */
  #entryOf(url) {
    return this.#keepsBought && url && URL.canParse(url) ? entryOf(url) : undefined
  }

  /** Takes an answer of x402; returns whether asking once more is of use. */
  async #x402Answered({ paymentPayload, requirements, settleResponse, paymentRequired }) {
    const isNothing = isForNothing(paymentPayload?.payload)
    if (settleResponse?.success) {
      await this.#happened(requirements.payTo, settleResponse.extra)
      await this.#answered(requirements.payTo, settleResponse.extra, isNothing)
      return false
    }
    const ours = paymentRequired?.accepts?.find(
      (one) => one.scheme === SCHEME && one.network === this.network && sameAccount(one.payTo, requirements.payTo),
    )
    return this.#refused(requirements.payTo, ours?.extra, isNothing)
  }

  /** A payment was taken: an opening has happened, and a top-up if the server says so much is there. */
  async #happened(payee, extra) {
    const channel = this.#channels.get(accountOf(payee))
    if (channel) channel.nothing = undefined
    const { action, reserve } = channel?.transaction ?? {}
    if (action === 'topUp') {
      const there = balanceOf(extra)
      if (there === undefined || there < reserve) return
      channel.reserve = reserve
      channel.transaction = undefined
      await this.#save()
    } else if (action) channel.transaction = undefined
  }

  /** The scheme, for `new x402Client().register(wallet.network, wallet.scheme())`. */
  scheme() {
    return {
      scheme: SCHEME,
      createPaymentPayload: async (x402Version, requirements) => {
        if (x402Version !== 2) refuse('version', 'Only version 2 of x402 has this scheme.')
        return { x402Version, payload: await this.#x402(requirements, this.#resources.get(requirements)) }
      },
      schemeHooks: {
        // Only here is it told what the requirements are for.
        onBeforePaymentCreation: async ({ paymentRequired, selectedRequirements }) => {
          this.#resources.set(selectedRequirements, paymentRequired.resource?.url)
        },
        onPaymentResponse: async (answer) => ((await this.#x402Answered(answer)) ? { recovered: true } : undefined),
      },
    }
  }

  /** The method, for `Mppx.create({ methods: [wallet.method()] })`. */
  method() {
    // mppx asks for schemas, and looks at them on the server's side only.
    return {
      name: 'farthing',
      intent: 'session',
      schema: { credential: {}, request: {} },
      canHandleChallenge: ({ challenge }) => challenge.request?.methodDetails?.network === this.network,
      createCredential: async ({ challenge }) => {
        const { amount, currency, recipient, methodDetails = {} } = challenge.request
        const { network, genesis, contract, channel: state } = methodDetails
        this.#check({ network, asset: currency, payTo: recipient, genesis, contract })
        await this.learn(recipient, state)
        // mppx does not say whether a challenge answers a payment. One that came before any payment corrects nothing.
        const { nothing, underWay } = this.#channels.get(accountOf(recipient))
        if (state && underWay > 0) this.#hides(recipient, state, nothing === 'sent')
        const paid = await this.#payOrShow(recipient, amount)
        return `Payment ${base64.url(JSON.stringify({ challenge: sentBack(challenge), payload: mppPayload(paid) }))}`
      },
    }
  }

  /**
   * Fetches, and pays with the first request where the price is known from an earlier answer of the same address.
   * One more request is made after a 402, and another where the wallet has to show its key to be corrected. Bodies that
   * are streams are sent once only, and so not paid for after it.
   */
  async fetch(input, init) {
    const request = new Request(input, init)
    const key = request.method + ' ' + request.url.split(/[?#]/)[0]
    let asked = this.#terms.get(key)
    for (let tries = 1, most = 3; ; tries++) {
      const sent = request.clone()
      const payload = asked && (await this.#x402(asked.accepted, request.url))
      if (payload) sent.headers.set('PAYMENT-SIGNATURE', this.#header(asked, payload))
      if (isForNothing(payload)) most = 4
      const response = await fetch(sent)
      const { required, settleResponse } = readAnswer(response)
      const answer = asked && { paymentPayload: { payload }, requirements: asked.accepted, settleResponse, paymentRequired: required }
      const learnt = answer && (await this.#x402Answered(answer))
      const accepted = required?.accepts?.find((one) => one.scheme === SCHEME && one.network === this.network)
      if (!accepted) return response
      const news = learnt || accepted.amount !== asked?.accepted.amount
      asked = { accepted, resource: required.resource, extensions: required.extensions }
      this.#terms.set(key, asked)
      if (!news || tries === most) return response
      await response.body?.cancel()
    }
  }

  /**
   * Learns from the `PAYMENT-REQUIRED` of a 402 that answered a payment; returns whether asking once more is of use.
   * For clients that do not tell: `@x402/axios` is one.
   */
  async correct(header) {
    const ours = base64.read(header).accepts?.filter((one) => one.scheme === SCHEME && one.network === this.network)
    for (const { payTo, extra } of ours ?? []) {
      const isNothing = this.#channels.get(accountOf(payTo))?.nothing === 'sent'
      if (await this.#refused(payTo, extra, isNothing)) return true
    }
    return false
  }

  /**
   * Asks a payee to close the channel, at any address where it sells: with the newest voucher, so that it can claim
   * all. Nothing is paid from this channel any more then. Returns what the payee answers: it may close, or have the
   * payer exit.
   */
  async closeChannel(url) {
    const asked = await fetch(url)
    await asked.body?.cancel()
    const { required } = readAnswer(asked)
    const ours = (one) => one.scheme === SCHEME && one.network === this.network
    const accepted = required?.accepts?.find(ours) ?? refuse('network', 'Nothing is sold there for vouchers of this chain.')
    const { asset, payTo, extra = {} } = accepted
    this.#check({ network: accepted.network, asset, payTo, genesis: extra.genesis, contract: extra.contract })
    const account = accountOf(payTo)
    const channel = this.#channels.get(account)
    await this.#save()
    const payload = { type: 'close', ...x402Payload(this.#sign(this.#voucher(account, channel))) }
    if (channel.cumulative === 0n) delete payload.voucher
    const header = this.#header({ ...required, accepted }, payload)
    const answer = await fetch(url, { headers: { 'PAYMENT-SIGNATURE': header } })
    if (answer.ok) {
      channel.closing = true
      await this.#save()
    }
    return answer
  }

  #header({ accepted, resource, extensions }, payload) {
    // What only corrects need not be sent back.
    const { channelState, voucherState, ...extra } = accepted.extra ?? {}
    return base64.write({ x402Version: 2, payload, resource, extensions, accepted: { ...accepted, extra } })
  }
}

/** What x402 says of a voucher, and of its channel. */
function x402Payload({ payer, lane, epoch, cumulative, root, signature }) {
  const channel = { payer: addressOf(payer), ...(lane && { lane: String(lane) }), epoch: String(epoch) }
  return { channel, voucher: { cumulative: String(cumulative), root, signature, wrapped: false } }
}

/** Whether a payload's voucher is for nothing: it only shows whose it is. */
const isForNothing = (payload) => payload?.voucher?.cumulative === '0'

/** Reads what a payee says is set aside in a channel; nothing, if that is malformed. */
function balanceOf(said) {
  try {
    return amountOf(said.channelState.balance)
  } catch {
    return undefined
  }
}

/** Reads what an answer of x402 says, if it can be read. */
function readAnswer({ status, headers }) {
  const read = (name) => {
    try {
      return headers.has(name) ? base64.read(headers.get(name)) : undefined
    } catch {
      return undefined
    }
  }
  return { required: status === 402 ? read('PAYMENT-REQUIRED') : undefined, settleResponse: read('PAYMENT-RESPONSE') }
}

/** Reads what a payee says of a channel; nothing, if that is malformed: what was paid for is not thrown away for it. */
function stateOf(said) {
  const state = {}
  try {
    const { channelState, voucherState } = said ?? {}
    const charged = channelState?.chargedCumulativeAmount
    if (charged !== undefined) state.charged = amountOf(charged)
    if (voucherState) {
      const root = toHex(fromHex(voucherState.root ?? NO_ROOT, 32))
      state.voucher = { ...voucherState, cumulative: amountOf(voucherState.cumulative), root }
    }
  } catch (error) {
    if (!(error instanceof PaymentRefused)) throw error
  }
  return state
}

/**
 * What only this process knows of a channel: what was charged, how many payments were not answered yet, the
 * transaction that the next payment brings, and whether a voucher for nothing is 'next', was 'sent' or was 'refused'.
 */
const fresh = () => ({ charged: undefined, underWay: 0, transaction: undefined, nothing: undefined })

/** Until a voucher for nothing is answered, nothing else is of use. */
const isInDoubt = ({ nothing }) => nothing === 'next' || nothing === 'sent'

/** What was paid and not charged. While payments are under way, it is theirs. */
const credit = ({ charged, underWay, cumulative }) =>
  charged === undefined || underWay > 0 ? 0n : max(0n, cumulative - charged)

const max = (a, b) => (a > b ? a : b)

function sameAccount(a, b) {
  try {
    return accountOf(a) === accountOf(b)
  } catch {
    return false
  }
}

/** A challenge as it came: the request is text again, with the same letters. */
function sentBack({ request, meta, ...challenge }) {
  return { ...challenge, request: base64.url(canonical(request)) }
}

function mppPayload({ payer, lane, epoch, cumulative, root, signature, action, extrinsic }) {
  return {
    action,
    payer: addressOf(payer),
    ...(lane && { lane: String(lane) }),
    epoch: String(epoch),
    cumulativeAmount: String(cumulative),
    root,
    signature,
    wrapped: false,
    ...(extrinsic && { extrinsic }),
  }
}

/**
 * The scheme for a server that sells with x402's middleware and has `farthing gateway` for its facilitator:
 * `new x402ResourceServer(facilitator).register(network, serverScheme())`. Prices are amounts of the chain's coin,
 * in its smallest unit, and no dollars: `{ amount: '1000', asset: 'native' }`.
 */
export function serverScheme() {
  return {
    scheme: SCHEME,
    // Nothing moves on the chain for a payment, so there is one way only.
    defaultAssetTransferMethod: 'default',
    paymentFlows: { default: { supported: ['authorization'], default: 'authorization' } },
    async parsePrice(price) {
      if (typeof price !== 'object' || price?.asset !== 'native')
        refuse('asset', "A price is an amount of the chain's own coin: { amount, asset: 'native' }.")
      return { amount: String(amountOf(price.amount)), asset: 'native', extra: {} }
    },
    // The facilitator knows the contract, and what it accepts.
    async enhancePaymentRequirements(requirements, kind) {
      return { ...requirements, extra: { ...kind.extra, ...requirements.extra } }
    },
  }
}
