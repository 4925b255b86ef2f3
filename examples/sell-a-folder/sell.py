#!/usr/bin/env python3
"""Puts every file of a folder up for sale, and nothing twice.

    export PATH="$PWD/target/debug:$PATH"
    farthing creator register ada-paints --dev alice --yes
    farthing shop open ada-paints --dev alice --yes
    examples/sell-a-folder/sell.py ada-paints ~/songs 0.02 -- --dev alice

What stands behind -- goes to `farthing` as it is. A file is known by its content, so that a second run sells only
what is new; a file whose content changed is another item. Titles are the names of the files.
"""

import hashlib
import json
import pathlib
import subprocess
import sys


def farthing(*words: str) -> dict:
    """Runs `farthing`, and returns the object that it prints; ends with its sentence if it fails."""
    ran = subprocess.run(["farthing", "--json", "--yes", *words], stdout=subprocess.PIPE, check=False)
    told = json.loads(ran.stdout)
    if ran.returncode != 0:
        sys.exit(told["error"]["message"])
    return told


def content_of(file: pathlib.Path) -> str:
    """Returns the hash that an item's content is known by: BLAKE2b of 256 bits."""
    digest = hashlib.blake2b(digest_size=32)
    with file.open("rb") as opened:
        while part := opened.read(1 << 20):
            digest.update(part)
    return "0x" + digest.hexdigest()


def sell(creator: str, folder: pathlib.Path, price: str, more: list[str]) -> list[str]:
    """Publishes what is not on sale yet, and returns its titles."""
    shown = farthing("shop", "show", creator, "--count", "100000", *more)
    known = {item["content"]["commitment"] for item in shown["items"]}
    new = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = content_of(file)
        if content in known:
            continue
        title = file.stem.encode()[:64].decode(errors="ignore")
        farthing("shop", "publish", creator, str(file), "--price", price, "--title", title, *more)
        known.add(content)
        new.append(title)
    return new


def main() -> None:
    words = sys.argv[1:]
    words, more = (words[: words.index("--")], words[words.index("--") + 1 :]) if "--" in words else (words, [])
    if len(words) != 3:
        sys.exit(__doc__)
    creator, folder, price = words
    for title in sell(creator, pathlib.Path(folder), price, more):
        print(f"on sale: {title}")


if __name__ == "__main__":
    main()
