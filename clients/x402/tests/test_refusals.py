"""What is signed is what the test vectors say; and what a 402 that lies gets: nothing."""

import base64
import json
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from shop import CHANNEL, CONTRACT, GENESIS, HERE, PAYEE, PRICE, SIGNER, Shop, folder, wallet

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


NO_ROOT = "0x" + "00" * 32


class Scripted:
    """A server that answers what a function says of the voucher that it was sent, and keeps what it was sent: what it
    asks for, what it says of a payment that it took, or a status."""

    def __init__(self, test, answer):
        self.got = got = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                voucher = None
                if sent := self.headers.get("PAYMENT-SIGNATURE"):
                    voucher = json.loads(base64.b64decode(sent))["payload"]["voucher"]
                    got.append(voucher)
                said = answer(voucher)
                self.send_response(said.get("status", 200 if "settled" in said else 402))
                if "asks" in said:
                    required = {"resource": {"url": "http://liar.example/"}, "accepts": [said["asks"]]}
                    self.send_header("PAYMENT-REQUIRED", coded({"x402Version": 2, **required}))
                if "settled" in said:
                    settled = {"success": True, "transaction": "", "network": NETWORK, "extra": said["settled"]}
                    self.send_header("PAYMENT-RESPONSE", coded(settled))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        test.addCleanup(server.server_close)
        test.addCleanup(server.shutdown)
        self.url = f"http://127.0.0.1:{server.server_port}/"

    def sums(self):
        return [int(voucher["cumulative"]) for voucher in self.got]


class Liar(Scripted):
    """A server that says whatever it is told."""

    def __init__(self, test, requirements):
        super().__init__(test, lambda _: {"asks": requirements})


class Claimer(Scripted):
    """A server that has claimed ten prices with its best voucher, whose wallet is lost. It shows it only to who sends a
    voucher for nothing, and takes it only if it is signed anew."""

    def __init__(self, test, charged, serves_from_credit=False):
        lost = wallet(test, max_amount=PRICE * 10).pay(PAYEE, PRICE * 10)
        self.charged, self.serves_from_credit = charged, serves_from_credit
        signature = {"signature": lost.signature, "wrapped": False}
        self.best = {"cumulative": str(lost.cumulative), "root": lost.root, **signature}
        super().__init__(test, self.answer)

    def answer(self, voucher):
        if voucher is None:
            return {"asks": HONEST}
        cumulative = int(voucher["cumulative"])
        if cumulative == 0:
            return self.serve() if self.serves_from_credit else corrected(self.charged, self.best)
        if cumulative < PRICE * 10 or voucher["signature"] == self.best["signature"]:
            return corrected(self.charged)
        if cumulative > int(self.best["cumulative"]):
            self.best = voucher
        return self.serve()

    def serve(self):
        if self.charged + PRICE > int(self.best["cumulative"]):
            return corrected(self.charged, self.best)
        self.charged += PRICE
        return {"settled": corrected(self.charged)["asks"]["extra"]}


def corrected(charged, voucher=None):
    """What a server says of a channel on which so much was charged; its newest voucher, if it shows that."""
    sums = {"balance": "5000000", "totalClaimed": str(PRICE * 10), "chargedCumulativeAmount": str(charged)}
    shown = {} if voucher is None else {"voucherState": voucher}
    return {"asks": {**HONEST, "extra": {**HONEST["extra"], "channelState": {**sums, "endsAt": None}, **shown}}}


def coded(value):
    return base64.b64encode(json.dumps(value).encode()).decode()


def is_own(voucher):
    """Returns whether the wallet's key signed a voucher of its channel."""
    accounts = {"contract": CONTRACT, "payee": PAYEE, "payer": CHANNEL.payer}
    accounts = {name: account_of(account) for name, account in accounts.items()}
    said = {"lane": 0, "epoch": int(CHANNEL.epoch), "cumulative": int(voucher["cumulative"]), "root": voucher["root"]}
    payload = voucher_payload(genesis=GENESIS, **accounts, **said)
    return is_signed(payload, voucher["signature"], False, SIGNER)


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
        forged = {"cumulative": "4000000", "root": NO_ROOT, "signature": "0x" + "81" * 64, "wrapped": False}
        state = {"balance": "9", "totalClaimed": "0", "endsAt": None, "chargedCumulativeAmount": "3999000"}
        for client in CLIENTS:
            with self.subTest(client.name):
                extra = {**HONEST["extra"], "channelState": state, "voucherState": forged}
                paying, server = wallet(self), Liar(self, {**HONEST, "extra": extra})
                client(paying).get([server.url])
                self.assertIn(len(server.got), (1, 2))
                for place, voucher in enumerate(server.got):
                    self.assertLessEqual(int(voucher["cumulative"]), PRICE * (place + 1))
                    self.assertTrue(is_own(voucher))
                self.assertLessEqual(paying.promised(PAYEE), PRICE * len(server.got))

    def test_client_that_lost_its_state_shows_itself_by_a_voucher_for_nothing_where_its_own_may_be_known(self):
        for client in CLIENTS:
            with self.subTest(client.name):
                path = folder(self) / "wallet.json"
                paying, server = wallet(self, path), Claimer(self, charged=PRICE * 10)
                # They ask no more than once again by themselves, and the next call goes on from there.
                answers = [client(paying).get([server.url])[0][0] for _ in range(3)]
                self.assertEqual(answers, [402, 200, 200])
                self.assertEqual(server.sums(), [PRICE, 0, PRICE * 11, PRICE * 12])
                self.assertTrue(all(map(is_own, server.got)))
                self.assertEqual(server.got[1]["root"], NO_ROOT)
                (kept,) = json.loads(path.read_text())["channels"].values()
                self.assertEqual((paying.promised(PAYEE), kept["cumulative"]), (PRICE * 12, str(PRICE * 12)))

    def test_server_that_says_again_and_again_that_more_was_charged_gets_one_voucher_for_nothing(self):
        for client in CLIENTS:
            with self.subTest(client.name):
                paying, server = wallet(self), Scripted(self, lambda _: corrected(PRICE * 10))
                answers = [client(paying).get([server.url])[0][0] for _ in range(3)]
                self.assertEqual(answers, [402, 402, 402])
                self.assertEqual(server.sums(), [PRICE, 0, PRICE * 2, PRICE * 3])
                self.assertEqual(paying.promised(PAYEE), PRICE * 3)

    def test_voucher_for_nothing_is_not_under_way_and_what_is_credit_pays_for_what_comes_next(self):
        for client in CLIENTS:
            with self.subTest(client.name):
                paying, server = wallet(self), Claimer(self, charged=PRICE * 9)
                self.assertEqual([client(paying).get([server.url])[0][0] for _ in range(2)], [402, 200])
                # The same sum, signed anew.
                self.assertEqual(server.sums(), [PRICE, 0, PRICE * 10])
                self.assertEqual(paying.promised(PAYEE), PRICE * 10)

    def test_voucher_for_nothing_that_is_served_from_credit_is_no_promise_and_may_be_needed_again(self):
        for client in CLIENTS:
            with self.subTest(client.name):
                path = folder(self) / "wallet.json"
                paying, server = wallet(self, path), Claimer(self, charged=PRICE * 9, serves_from_credit=True)
                self.assertEqual(client(paying).get([server.url])[0][0], 200)
                (kept,) = json.loads(path.read_text())["channels"].values()
                self.assertEqual((paying.promised(PAYEE), kept["cumulative"]), (PRICE, str(PRICE)))
                self.assertEqual([client(paying).get([server.url])[0][0] for _ in range(2)], [402, 200])
                self.assertEqual(server.sums(), [PRICE, 0, PRICE * 2, 0, PRICE * 11])

    def test_server_that_fails_has_not_refused_a_voucher_for_nothing(self):
        for client in CLIENTS:
            with self.subTest(client.name):
                paying, claimer = wallet(self), Claimer(self, charged=PRICE * 10)
                fails = [{"status": 503}]

                def answer(voucher):
                    is_nothing = voucher is not None and voucher["cumulative"] == "0"
                    return fails.pop() if is_nothing and fails else claimer.answer(voucher)

                server = Scripted(self, answer)
                answers = [client(paying).get([server.url])[0][0] for _ in range(2)]
                self.assertEqual(answers, [503, 200])
                self.assertEqual(server.sums(), [PRICE, 0, 0, PRICE * 11])

    def test_voucher_for_nothing_goes_to_nobody_who_has_not_refused_a_payment(self):
        paying = wallet(self)
        paying.learn(PAYEE, corrected(PRICE * 10)["asks"]["extra"])
        self.assertEqual(paying.pay_or_show(PAYEE, PRICE).cumulative, PRICE)
        self.assertTrue(paying.answered(PAYEE, PRICE, corrected(PRICE * 10)["asks"]["extra"], charged=False))
        with self.assertRaises(PaymentRefused) as refused:
            paying.pay_or_show(PAYEE, PRICE + 1)
        self.assertEqual(refused.exception.code, "amount")
        self.assertEqual(paying.pay_or_show(PAYEE, PRICE).cumulative, 0)

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
