"""Fetches addresses with one of Python's clients, as a test for Node tells it; prints what came, and what was promised."""

import json
import sys

import shop  # noqa: F401: it finds the plug-in

from clients import CLIENTS
from farthing_x402 import Channel, PaymentRefused, Wallet


def code_of(pay):
    """Why something is not paid."""
    try:
        pay()
    except PaymentRefused as refused:
        return refused.code


told = json.loads(sys.argv[1])
payee, price = told["channel"]["payee"], told["price"]
place = {name: told["place"][name] for name in ("seed", "genesis", "contract")}
with Wallet(file=told["file"], channels=[Channel(**told["channel"])], max_amount=price, **place) as wallet:
    if told.get("top_up"):
        wallet.top_up(**told["top_up"])
    client = next(client for client in CLIENTS if client.name == told["client"])
    answers = client(wallet).get([told["url"]] * told["payments"])
    answers += client(wallet).get([told["url"]] * told.get("at_once", 0), told.get("at_once", 1))
    after = None
    if told.get("closes"):
        answers.append(wallet.close_channel(told["url"]))
        after = code_of(lambda: wallet.pay(payee, price))
    promised = str(wallet.promised(payee))
    print(json.dumps({"answers": [list(answer) for answer in answers], "promised": promised, "after": after}))
