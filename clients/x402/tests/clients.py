"""The clients that nobody here wrote, each with the wallet plugged in."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import requests
from x402 import x402Client, x402ClientSync
from x402.http.clients import wrapHttpxWithPayment, wrapRequestsWithPayment


class Httpx:
    name = "httpx"

    def __init__(self, wallet):
        client = x402Client().register(wallet.network, wallet.scheme())
        self._client = client.set_spend_controls(wallet.spend_controls())

    def get(self, urls, at_once=1):
        """Fetches addresses; returns status and text of each."""
        return asyncio.run(self._get(urls, at_once))

    async def _get(self, urls, at_once):
        places = asyncio.Semaphore(at_once)
        async with wrapHttpxWithPayment(self._client, timeout=60) as http:

            async def one(url):
                async with places:
                    answer = await http.get(url)
                    return answer.status_code, answer.text

            return await asyncio.gather(*map(one, urls))


class Requests:
    name = "requests"

    def __init__(self, wallet):
        client = x402ClientSync().register(wallet.network, wallet.scheme())
        client.set_spend_controls(wallet.spend_controls())
        self._session = wrapRequestsWithPayment(requests.Session(), client, pool_maxsize=50)

    def get(self, urls, at_once=1):
        """Fetches addresses; returns status and text of each."""

        def one(url):
            answer = self._session.get(url, timeout=60)
            return answer.status_code, answer.text

        with self._session, ThreadPoolExecutor(at_once) as threads:
            return list(threads.map(one, urls))


CLIENTS = (Httpx, Requests)
