/** The clients that nobody here wrote, each with the wallet plugged in: a function that fetches an address. */
import axios from 'axios'
import { Mppx } from 'mppx/client'
import * as x402Axios from '@x402/axios'
import * as x402Fetch from '@x402/fetch'

export const clients = {
  '@x402/fetch'(wallet) {
    const client = new x402Fetch.x402Client().register(wallet.network, wallet.scheme())
    client.setSpendControls(wallet.spendControls())
    const pay = x402Fetch.wrapFetchWithPayment(fetch, client)
    return async (url) => {
      const response = await pay(url)
      return { status: response.status, text: await response.text() }
    }
  },
  '@x402/axios'(wallet) {
    const client = new x402Axios.x402Client().register(wallet.network, wallet.scheme())
    const instance = x402Axios.wrapAxiosWithPayment(axios.create(), client)
    return async (url) => {
      try {
        const response = await instance.get(url)
        return { status: response.status, text: response.data }
      } catch (error) {
        if (!error.response) throw error
        return { status: error.response.status, required: error.response.headers['payment-required'] }
      }
    }
  },
  mppx(wallet) {
    const { fetch: pay } = Mppx.create({ methods: [wallet.method()], polyfill: false })
    return async (url) => {
      const response = await pay(url)
      return { status: response.status, text: await response.text() }
    }
  },
  'the wallet itself'(wallet) {
    return async (url) => {
      const response = await wallet.fetch(url)
      return { status: response.status, text: await response.text() }
    }
  },
}
