"""Unmodified clients pay, and the sums agree."""

import json
import os
import subprocess
import sys
import time
import unittest
from dataclasses import replace

from shop import CHANNEL, CONTRACT, HERE, PAYEE, PRICE, Shop, folder, options, wallet

from clients import CLIENTS
from farthing_x402 import PaymentRefused, Wallet

SOME = int(os.environ.get("FARTHING_PAYMENTS", 40))
KILLS = int(os.environ.get("FARTHING_KILLS", 6))
AT_ONCE = 50


class Payments(unittest.TestCase):
    def agree(self, shop, paying, path, payments):
        """The wallet's file, the wallet and the server say the same sum."""
        (kept,) = json.loads(path.read_text())["channels"].values()
        total = payments * PRICE
        self.assertEqual(shop.ledger(), (payments, total, total))
        self.assertEqual((paying.promised(PAYEE), kept["cumulative"]), (total, str(total)))

    def test_pays_one_request_after_the_other_and_many_at_once_on_one_channel(self):
        for client in CLIENTS:
            with self.subTest(client.name):
                shop, path = Shop(self), folder(self) / "wallet.json"
                paying = wallet(self, path)
                answers = client(paying).get([f"{shop.url}/pages/{n}" for n in range(SOME)])
                self.assertEqual(answers, [(200, f"GET /pages/{n} for {PRICE}\n") for n in range(SOME)])
                self.agree(shop, paying, path, SOME)
                answers = client(paying).get([f"{shop.url}/{n}" for n in range(AT_ONCE)], AT_ONCE)
                self.assertEqual({status for status, _ in answers}, {200})
                self.agree(shop, paying, path, SOME + AT_ONCE)

    def test_goes_on_where_the_wallet_ended(self):
        for client in CLIENTS:
            with self.subTest(client.name):
                shop, path = Shop(self), folder(self) / "wallet.json"
                with Wallet(file=path, **options()) as first:
                    client(first).get([shop.url + "/a"])
                second = wallet(self, path)
                self.assertEqual(client(second).get([shop.url + "/b"])[0][0], 200)
                self.agree(shop, second, path, 2)

    def test_recovers_with_a_wallet_that_lost_what_it_promised(self):
        for client in CLIENTS:
            with self.subTest(client.name):
                shop, path = Shop(self), folder(self) / "wallet.json"
                client(wallet(self)).get([f"{shop.url}/{n}" for n in range(5)])
                second = wallet(self, path)
                self.assertEqual(client(second).get([shop.url + "/again"])[0][0], 200)
                self.agree(shop, second, path, 6)

    def test_uses_what_was_paid_and_not_charged(self):
        for client in CLIENTS:
            with self.subTest(client.name):
                shop, path = Shop(self), folder(self) / "wallet.json"
                paying = wallet(self, path)
                client(paying).get([shop.url + "/a"])
                # Signed, and handed to nobody: an answer that never came, or a program that ended.
                paying.pay(PAYEE, PRICE)
                state = {"channelState": {"chargedCumulativeAmount": str(PRICE)}}
                paying.answered(PAYEE, PRICE, state, charged=False)
                client(paying).get([shop.url + "/b"])
                self.agree(shop, paying, path, 2)

    def test_a_wallet_of_one_language_is_one_of_the_other(self):
        shop, path = Shop(self), folder(self) / "wallet.json"
        with Wallet(file=path, **options()) as first:
            CLIENTS[1](first).get([shop.url + "/a"])
        told = {"file": str(path), **options(), "channels": [], "maxAmount": str(PRICE)}
        script = f"""
            import {{ Wallet }} from '@farthing/x402'
            const wallet = await Wallet.open({json.dumps(told)})
            console.log((await wallet.fetch('{shop.url}/b')).status)
            await wallet.close()"""
        ran = subprocess.run(
            ["node", "--input-type=module", "-e", script], cwd=HERE, capture_output=True, text=True, check=True
        )
        self.assertEqual(ran.stdout, "200\n")
        last = wallet(self, path)
        CLIENTS[0](last).get([shop.url + "/c"])
        self.agree(shop, last, path, 3)


class Crashes(unittest.TestCase):
    def test_killed_again_and_again_a_wallet_knows_of_every_voucher_that_went_out(self):
        shop, path = Shop(self), folder(self) / "wallet.json"
        script = f"""
import sys; sys.path.insert(0, {str(HERE)!r})
from shop import Wallet, options
from clients import Requests
paying = Requests(Wallet(file={str(path)!r}, **options()))
print("open", flush=True)
while True: paying.get([{shop.url + "/"!r}] * 5, 5)"""
        before = -1
        for n in range(KILLS):
            child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
            child.stdout.readline()
            # It goes on, and is killed at some moment after that.
            end = time.monotonic() + 10
            while shop.ledger()[0] <= before + 1 and time.monotonic() < end:
                time.sleep(0.01)
            time.sleep(0.007 * n)
            child.kill()
            child.wait()
            child.stdout.close()
            (kept,) = json.loads(path.read_text())["channels"].values()
            served, best, spent = shop.ledger()
            self.assertGreaterEqual(int(kept["cumulative"]), best)
            self.assertEqual(spent, served * PRICE)
            self.assertGreater(served, before, "the next one went on")
            before = served
        self.assertEqual(CLIENTS[0](wallet(self, path)).get([shop.url + "/"])[0][0], 200)

    def test_nothing_is_signed_if_it_cannot_be_written_down_now_or_later(self):
        class Store:
            fails = False

            def load(self):
                return None

            def save(self, text):
                if self.fails:
                    raise OSError("the disk is full")

            def close(self):
                pass

        store = Store()
        paying = Wallet(store=store, **options())
        paying.pay(PAYEE, PRICE)
        store.fails = True
        with self.assertRaisesRegex(OSError, "the disk is full"):
            paying.pay(PAYEE, PRICE)
        store.fails = False
        with self.assertRaises(PaymentRefused) as refused:
            paying.pay(PAYEE, PRICE)
        self.assertEqual(refused.exception.code, "wallet")

    def test_a_wallet_is_open_in_one_program_at_a_time_and_a_dead_one_does_not_keep_it(self):
        path = folder(self) / "wallet.json"
        first = wallet(self, path)
        with self.assertRaises(PaymentRefused) as refused:
            Wallet(file=path, **options())
        self.assertEqual(refused.exception.code, "busy")
        first.close()
        dead = subprocess.Popen([sys.executable, "-c", ""])
        dead.wait()
        path.with_name("wallet.json.lock").write_text(f"{dead.pid}\n")
        wallet(self, path)

    def test_a_wallet_is_of_one_chain_contract_and_key_and_goes_to_later_lives_only(self):
        path = folder(self) / "wallet.json"
        with Wallet(file=path, **options()) as first:
            first.pay(PAYEE, PRICE)
            first.add(replace(CHANNEL, epoch=1767225600008))
            self.assertEqual(first.promised(PAYEE), 0)
            with self.assertRaises(PaymentRefused):
                first.add(CHANNEL)
        for other in ({"seed": "0x" + "18" * 32}, {"genesis": "0x" + "a2" * 32}, {"contract": PAYEE}):
            self.assertNotEqual(CONTRACT, PAYEE)
            with self.assertRaises(PaymentRefused) as refused:
                Wallet(file=path, **options(**other))
            self.assertEqual(refused.exception.code, "wallet")


if __name__ == "__main__":
    unittest.main()
