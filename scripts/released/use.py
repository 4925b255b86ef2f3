"""Uses the package for Python as somebody does who installed it: every voucher of the test vectors is laid out and checked.

    python use.py VECTORS
"""

import json
import pathlib
import sys

from farthing_x402 import is_signed, voucher_payload

NAMES = ("genesis", "contract", "payer", "payee", "lane", "epoch", "root")

vectors = json.loads(pathlib.Path(sys.argv[1]).read_text())["signatures"]
vouchers = [vector for vector in vectors if vector["kind"] == "voucher" and vector["valid"]]
assert vouchers
for vector in vouchers:
    made = voucher_payload(**{name: vector[name] for name in NAMES}, cumulative=int(vector["amount"]))
    assert made == bytes.fromhex(vector["payload"]), vector["name"]
    assert is_signed(made, vector["signature"], vector["wrapped"], vector["signer"]), vector["name"]
print("The package for Python is used.")
