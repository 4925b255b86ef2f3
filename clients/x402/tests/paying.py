"""Fetches addresses with one of Python's clients, as a test for Node tells it; prints what came, and what was promised."""

import json
import sys

import shop  # noqa: F401: it finds the plug-in

from clients import CLIENTS
from farthing_x402 import Channel, Wallet

told = json.loads(sys.argv[1])
place = {name: told["place"][name] for name in ("seed", "genesis", "contract")}
with Wallet(file=told["file"], channels=[Channel(**told["channel"])], max_amount=told["price"], **place) as wallet:
    client = next(client for client in CLIENTS if client.name == told["client"])
    answers = client(wallet).get([told["url"]] * told["payments"])
    answers += client(wallet).get([told["url"]] * told["at_once"], told["at_once"])
    promised = str(wallet.promised(told["channel"]["payee"]))
    print(json.dumps({"answers": [[status, text] for status, text in answers], "promised": promised}))
