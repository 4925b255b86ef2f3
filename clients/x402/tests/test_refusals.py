"""What is signed is what the test vectors say; and what a 402 that lies gets: nothing."""

import base64
import json
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from shop import CHANNEL, CONTRACT, GENESIS, HERE, PAYEE, PRICE, SIGNER, Shop, wallet

from clients import CLIENTS
from farthing_x402 import PaymentRefused, account_of, address_of, is_signed, voucher_payload

NETWORK = "polkadot:" + GENESIS[2:34]
OTHER = address_of("0x" + "99" * 32)
HONEST = {
    "scheme": "batch-settlement",
    "network": NETWORK,
    "amount": str(PRICE),
    "asset": "native",
    "payTo": PAYEE,
    "maxTimeoutSeconds": 60,
    "extra": {"contract": CONTRACT, "genesis": GENESIS},
}
LIES = {
    "another payee": {"payTo": OTHER},
    "another chain with the same half of the hash": {"extra": {**HONEST["extra"], "genesis": GENESIS[:64] + "ff"}},
    "another contract": {"extra": {**HONEST["extra"], "contract": OTHER}},
    "another chain": {"network": "polkadot:" + "00" * 16},
    "another asset": {"asset": "1984"},
    "more than the cap": {"amount": str(PRICE + 1)},
    "a negative price": {"amount": "-1"},
    "a price that is no number": {"amount": "1e3"},
    "an account with a wrong letter": {"payTo": PAYEE[:-1] + ("2" if PAYEE.endswith("1") else "1")},
}


class Liar:
    """A server that says whatever it is told, and keeps what it was sent."""

    def __init__(self, test, requirements):
        self.got = got = []
        required = {"x402Version": 2, "resource": {"url": "http://liar.example/"}, "accepts": [requirements]}
        header = base64.b64encode(json.dumps(required).encode()).decode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                if sent := self.headers.get("PAYMENT-SIGNATURE"):
                    got.append(json.loads(base64.b64decode(sent))["payload"]["voucher"])
                self.send_response(402)
                self.send_header("PAYMENT-REQUIRED", header)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        test.addCleanup(server.server_close)
        test.addCleanup(server.shutdown)
        self.url = f"http://127.0.0.1:{server.server_port}/"


class Vectors(unittest.TestCase):
    def test_payloads_and_signatures_of_vouchers_are_those_of_the_test_vectors(self):
        vectors = json.loads((HERE.parents[2] / "contracts" / "types" / "vectors.json").read_text())["signatures"]
        vouchers = [vector for vector in vectors if vector["kind"] == "voucher"]
        self.assertGreater(len(vouchers), 20)
        for vector in vouchers:
            names = ("genesis", "contract", "payer", "payee", "lane", "epoch", "root")
            made = voucher_payload(**{name: vector[name] for name in names}, cumulative=int(vector["amount"]))
            payload = bytes.fromhex(vector["payload"])
            with self.subTest(vector["name"]):
                if "cut short" not in vector["name"]:
                    self.assertEqual(made, payload)
                valid = is_signed(payload, vector["signature"], vector["wrapped"], vector["signer"])
                self.assertEqual(valid, vector["valid"])

    def test_addresses_are_read_with_any_prefix_and_refused_with_a_wrong_letter(self):
        alice = "0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"
        written = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
        self.assertEqual(address_of(alice), written)
        for same in (written, "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5", alice.upper().replace("0X", "0x")):
            self.assertEqual(account_of(same), alice)
        for bad in (written.replace("Q", "R"), written[1:], "", "0", "x" * 1000, alice + "00", None):
            with self.assertRaises(PaymentRefused):
                account_of(bad)


class Refusals(unittest.TestCase):
    def test_signs_nothing_for_a_402_that_lies(self):
        for client in CLIENTS:
            for lie, changes in LIES.items():
                with self.subTest(f"{client.name}: {lie}"):
                    paying, server = wallet(self), Liar(self, {**HONEST, **changes})
                    with self.assertRaises(Exception):
                        client(paying).get([server.url])
                    self.assertEqual((server.got, paying.promised(PAYEE)), ([], 0))

    def test_believes_no_correction_without_its_own_signature_and_signs_price_by_price(self):
        root = "0x" + "00" * 32
        forged = {"cumulative": "4000000", "root": root, "signature": "0x" + "81" * 64, "wrapped": False}
        state = {"balance": "9", "totalClaimed": "0", "endsAt": None, "chargedCumulativeAmount": "3999000"}
        for client in CLIENTS:
            with self.subTest(client.name):
                extra = {**HONEST["extra"], "channelState": state, "voucherState": forged}
                paying, server = wallet(self), Liar(self, {**HONEST, "extra": extra})
                client(paying).get([server.url])
                self.assertIn(len(server.got), (1, 2))
                for place, voucher in enumerate(server.got):
                    cumulative = int(voucher["cumulative"])
                    self.assertLessEqual(cumulative, PRICE * (place + 1))
                    accounts = {"contract": "0x" + "22" * 32, "payee": "0x" + "33" * 32, "payer": "0x" + "44" * 32}
                    said = {"lane": 0, "epoch": int(CHANNEL.epoch), "cumulative": cumulative, "root": root}
                    payload = voucher_payload(genesis=GENESIS, **accounts, **said)
                    self.assertTrue(is_signed(payload, voucher["signature"], False, SIGNER))
                self.assertLessEqual(paying.promised(PAYEE), PRICE * len(server.got))

    def test_stops_at_the_cap_in_all_and_at_the_reserve(self):
        capped = wallet(self, max_total=PRICE * 3)
        for _ in range(3):
            capped.pay(PAYEE, PRICE)
        small = wallet(self, channels=[type(CHANNEL)(PAYEE, CHANNEL.payer, CHANNEL.epoch, PRICE * 2)])
        small.pay(PAYEE, PRICE)
        small.pay(PAYEE, PRICE)
        for paying, code in ((capped, "total"), (small, "reserve")):
            with self.assertRaises(PaymentRefused) as refused:
                paying.pay(PAYEE, PRICE)
            self.assertEqual(refused.exception.code, code)
        small.add(CHANNEL)
        self.assertEqual(small.pay(PAYEE, PRICE).cumulative, PRICE * 3)

    def test_x402_pays_no_coin_that_it_was_not_told_of(self):
        from x402 import x402Client
        from x402.http.clients import wrapHttpxWithPayment
        import asyncio

        shop, paying = Shop(self), wallet(self)

        async def get():
            client = x402Client().register(paying.network, paying.scheme())
            async with wrapHttpxWithPayment(client) as http:
                await http.get(shop.url)

        with self.assertRaisesRegex(Exception, "spend_controls"):
            asyncio.run(get())
        self.assertEqual(paying.promised(PAYEE), 0)

    def test_what_was_paid_for_is_not_thrown_away_for_what_is_said_beside_it(self):
        paying = wallet(self)
        bad = [None, {}, {"channelState": {"chargedCumulativeAmount": "x"}}, {"channelState": 5, "voucherState": {"root": 7}}]
        for state in bad:
            self.assertFalse(paying.answered(PAYEE, PRICE, state, charged=True))


if __name__ == "__main__":
    unittest.main()
