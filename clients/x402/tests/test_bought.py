"""What was bought: lists, roots and proofs, as the test vectors of all languages say."""

import json
import random
import subprocess
import unittest
from dataclasses import replace

from shop import CONTRACT, GENESIS, HERE, PAYEE, PRICE, SIGNER, Shop, folder, options, wallet

from clients import CLIENTS
from farthing_x402 import (
    NO_ROOT,
    PaymentRefused,
    Proof,
    Wallet,
    account_of,
    entry_of,
    is_proved,
    is_signed,
    prove,
    root_of,
    voucher_payload,
)

TREES = json.loads((HERE.parents[2] / "contracts" / "types" / "vectors.json").read_text())
BOUGHT = json.loads((HERE.parent / "vectors.json").read_text())
ENTRIES = [one["entry"] for one in BOUGHT["resources"]]


def signed_root(paid):
    """The root in a voucher, if its signature is over it."""
    place = {"genesis": GENESIS, "contract": account_of(CONTRACT), "payee": account_of(PAYEE)}
    said = {name: getattr(paid, name) for name in ("payer", "lane", "epoch", "cumulative", "root")}
    return is_signed(voucher_payload(**place, **said), paid.signature, False, SIGNER) and paid.root


def any_hash(source):
    return "0x" + source.randbytes(32).hex()


class Bought(unittest.TestCase):
    def test_trees_and_proofs_are_those_of_the_test_vectors(self):
        for tree in TREES["merkle"]:
            self.assertEqual(root_of(tree["entries"]), "0x" + tree["root"])
            for index, path in enumerate(tree["proofs"]):
                whole = ["0x" + one for one in path]
                self.assertEqual(
                    prove(tree["entries"], index), Proof(index, len(tree["entries"]), whole, "0x" + tree["root"])
                )
        for one in TREES["merkle_proofs"]:
            proof = Proof(one["index"], one["count"], one["path"])
            self.assertEqual(is_proved(one["root"], one["entry"], proof), one["valid"], one["name"])

    def test_entries_and_roots_are_those_of_the_test_vectors(self):
        for one in BOUGHT["resources"]:
            self.assertEqual(entry_of(one["url"]), one["entry"])
        for one, other in BOUGHT["same"]:
            self.assertEqual(entry_of(one), entry_of(other))
        for length, root in enumerate(BOUGHT["roots"]):
            self.assertEqual(root_of(ENTRIES[:length]), root)

    def test_whatever_is_in_a_list_is_proved_by_its_root_and_nothing_else_is(self):
        source = random.Random(7)
        for length in range(1, 71):
            entries = [any_hash(source) for _ in range(length)]
            root = root_of(entries)
            for index, entry in enumerate(entries):
                proof = prove(entries, index)
                self.assertEqual(proof.root, root)
                self.assertTrue(is_proved(root, entry, proof))
                self.assertFalse(is_proved(root, any_hash(source), proof))
                self.assertFalse(is_proved(any_hash(source), entry, proof))
                wrong = [replace(proof, count=length + 1), replace(proof, index=-1), replace(proof, index=length)]
                wrong.append(replace(proof, path=[*proof.path, any_hash(source)]))
                if length > 1:
                    wrong += [replace(proof, index=(index + 1) % length), replace(proof, path=proof.path[1:])]
                for other in wrong:
                    self.assertFalse(is_proved(root, entry, other), other)
            self.assertIsNone(prove(entries, length))
            self.assertIsNone(prove(entries, -1))

    def test_both_languages_make_the_same_roots_and_proofs(self):
        source = random.Random(8)
        lists = [[any_hash(source) for _ in range(length)] for length in (0, 1, 2, 3, 7, 31, 64, 100)]
        script = f"""
            import {{ prove, rootOf }} from '@farthing/x402'
            const lists = {json.dumps(lists)}
            console.log(JSON.stringify(lists.map((list) => [rootOf(list), list.map((_, place) => prove(list, place).path)])))"""
        ran = subprocess.run(
            ["node", "--input-type=module", "-e", script], cwd=HERE, capture_output=True, text=True, check=True
        )
        ours = [[root_of(one), [prove(one, place).path for place in range(len(one))]] for one in lists]
        self.assertEqual(json.loads(ran.stdout), ours)

    def test_each_voucher_signs_the_root_of_all_that_was_bought_until_then(self):
        path = folder(self) / "wallet.json"
        with Wallet(file=path, **options()) as paying:
            for place, entry in enumerate(ENTRIES):
                for bought in (entry, ENTRIES[0], None):
                    self.assertEqual(signed_root(paying.pay(PAYEE, PRICE, bought)), BOUGHT["roots"][place + 1])
            with self.assertRaises(PaymentRefused):
                paying.pay(PAYEE, PRICE, "0x12")
        again = wallet(self, path)
        for entry in ENTRIES:
            proof = again.proof(PAYEE, entry)
            self.assertEqual(proof.root, BOUGHT["roots"][-1])
            self.assertTrue(is_proved(proof.root, entry, proof))
        other = entry_of("https://ada.example/songs/9.opus")
        self.assertIsNone(again.proof(PAYEE, other))
        self.assertEqual(signed_root(again.pay(PAYEE, PRICE, other)), root_of([*ENTRIES, other]))

    def test_signs_the_root_of_what_it_fetched_if_the_wallet_is_to_keep_that(self):
        for client in CLIENTS:
            with self.subTest(client.name):
                shop = Shop(self)
                keeping = wallet(self, keep_bought=True)
                urls = [f"{shop.url}/{page}" for page in "aba"]
                self.assertEqual({status for status, _ in client(keeping).get(urls)}, {200})
                # What a payment is for, the libraries know from the 402 only.
                wanted = [entry_of(f"http://paid.example/{page}") for page in "ab"]
                for entry in wanted:
                    proof = keeping.proof(PAYEE, entry)
                    self.assertEqual(proof.root, root_of(wanted))
                    self.assertTrue(is_proved(proof.root, entry, proof))
                # Otherwise nobody who guesses addresses learns anything from a claim.
                other = wallet(self)
                self.assertEqual(signed_root(other.pay(PAYEE, PRICE)), NO_ROOT)


if __name__ == "__main__":
    unittest.main()
