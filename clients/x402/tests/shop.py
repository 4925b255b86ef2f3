"""A server that sells pages, a payer's channel on it, and wallets."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import sr25519

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "python"))

from farthing_x402 import Channel, Wallet, address_of  # noqa: E402

SEED = "0x" + "17" * 32
SIGNER = "0x" + bytes(sr25519.pair_from_seed(bytes.fromhex("17" * 32))[0]).hex()
GENESIS = "0x" + "a1" * 32
CONTRACT = address_of("0x" + "22" * 32)
PAYEE = address_of("0x" + "33" * 32)
PAYER = address_of("0x" + "44" * 32)
PRICE = 1000
CHANNEL = Channel(payee=PAYEE, payer=PAYER, epoch="1767225600007", reserve=5_000_000)
BUILT = HERE.parents[2] / "target" / "debug" / "examples" / "paid_pages"


class Shop:
    """A server that ends with the test."""

    def __init__(self, test):
        channel = {"payer": PAYER, "lane": 0, "epoch": CHANNEL.epoch, "signer": SIGNER, "reserve": str(CHANNEL.reserve)}
        where = {"genesis": GENESIS, "contract": CONTRACT, "payee": PAYEE, "price": str(PRICE)}
        program = os.environ.get("FARTHING_PAID_PAGES", str(BUILT))
        command = [program, json.dumps({**where, "channels": [channel]})]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = self._process.stdout.readline().strip()
        test.addCleanup(self._end)

    def _end(self):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def ledger(self):
        """What it served, the best voucher, and what was charged."""
        with urllib.request.urlopen(f"{self.url}/ledger") as answer:
            found = json.load(answer)
        channel = found["channels"][0]
        return found["served"], int(channel["best"]), int(channel["spent"])


def folder(test):
    made = tempfile.TemporaryDirectory()
    test.addCleanup(made.cleanup)
    return Path(made.name)


def options(**changes):
    place = {"seed": SEED, "genesis": GENESIS, "contract": CONTRACT}
    return {**place, "channels": [CHANNEL], "max_amount": PRICE, **changes}


def wallet(test, path=None, **changes):
    opened = Wallet(file=path or folder(test) / "wallet.json", **options(**changes))
    test.addCleanup(opened.close)
    return opened
