"""Pays for HTTP with Farthing's vouchers.

A :class:`Wallet` has channels that somebody opened on the chain, and the key that signs their vouchers. It plugs into
``x402``, with httpx and with requests (:meth:`Wallet.scheme`).

What it promises:

- What a voucher says is on the disk before the voucher is signed.
- No 402 is trusted. It signs for one chain and one contract, for payees that it was told, within caps that it was
  told, and never for more than what it signed before and the price.
- It does not take a coin for a dollar: what a coin is worth, it does not know.
- With ``keep_bought``, each voucher signs the Merkle root of what was bought, and :meth:`Wallet.proof` shows that
  something was part of it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import threading
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Any, Iterable

import sr25519

SCHEME = "batch-settlement"
TAG = b"farthing/voucher/v2"
LEAF = b"farthing/merkle-leaf/v2"
NODE = b"farthing/merkle-node/v2"
ROOT = b"farthing/merkle-root/v2"
RESOURCE = b"farthing/resource/v1"
NO_ROOT = "0x" + "00" * 32
MAX_AMOUNT = (1 << 128) - 1


class PaymentRefused(Exception):
    """Why something is not paid. ``code`` is for programs."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


# ---- values --------------------------------------------------------------------------------------------------


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _bytes(text: Any, length: int | None = None) -> bytes:
    """Reads bytes in hexadecimal, with ``0x`` or without."""
    digits = re.sub("^0x", "", text, flags=re.I) if isinstance(text, str) else "?"
    if not re.fullmatch("([0-9a-fA-F]{2})*", digits) or length not in (None, len(digits) // 2):
        raise PaymentRefused("malformed", f"There must be {length or 'some'} bytes in hexadecimal.")
    return bytes.fromhex(digits)


def _amount(value: Any, what: str = "amount") -> int:
    """Reads a number that is written in decimal, in the one way that there is."""
    text = str(value) if type(value) is int else value
    if not isinstance(text, str) or not re.fullmatch("0|[1-9][0-9]{0,38}", text) or int(text) > MAX_AMOUNT:
        raise PaymentRefused("malformed", f"The {what} is no number.")
    return int(text)


_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_MAX_ADDRESS = 66


def _checksum(data: bytes) -> bytes:
    return hashlib.blake2b(b"SS58PRE" + data).digest()[:2]


def account_of(text: Any) -> str:
    """Reads an account, in hexadecimal or as an address with any prefix."""
    if not isinstance(text, str) or len(text) > _MAX_ADDRESS:
        raise PaymentRefused("malformed", "This is no account.")
    if text[:2] in ("0x", "0X"):
        return _hex(_bytes(text, 32))
    number = 0
    for letter in text:
        digit = _ALPHABET.find(letter)
        if digit < 0:
            raise PaymentRefused("malformed", "This is no account.")
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip("1"))
    data = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    prefix = 2 if data and data[0] & 0x40 else 1
    if len(data) != prefix + 34:
        raise PaymentRefused("malformed", "This is no account.")
    if _checksum(data[:-2]) != data[-2:]:
        raise PaymentRefused("malformed", "This address has a wrong letter.")
    return _hex(data[prefix:-2])


def address_of(account: str) -> str:
    """Writes an account as an address with the prefix that all chains take."""
    body = bytes([42]) + _bytes(account, 32)
    number = int.from_bytes(body + _checksum(body), "big")
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = _ALPHABET[digit] + text
    return text


def voucher_payload(
    *, genesis: str, contract: str, payer: str, payee: str, lane: int, epoch: int, cumulative: int, root: str
) -> bytes:
    """Returns the bytes that a voucher's signature is over, unless wrapped."""
    accounts = (genesis, contract, payer, payee)
    numbers = lane.to_bytes(4, "little") + epoch.to_bytes(8, "little") + cumulative.to_bytes(16, "little")
    return TAG + b"".join(_bytes(account, 32) for account in accounts) + numbers + _bytes(root, 32)


def is_signed(payload: bytes, signature: Any, wrapped: bool, signer: str) -> bool:
    """Returns whether ``signer`` signed this payload."""
    message = b"<Bytes>" + payload + b"</Bytes>" if wrapped else payload
    try:
        key = _bytes(signer, 32)
        # Under the zero key, anybody's signature is valid.
        return any(key) and bool(sr25519.verify(_bytes(signature, 64), message, key))
    except (PaymentRefused, ValueError):
        return False


# ---- the file ------------------------------------------------------------------------------------------------


class FileStore:
    """Keeps a wallet's text in a file, for one program at a time."""

    def __init__(self, path: str | os.PathLike[str]):
        self._path = os.fspath(path)
        self._lock = self._path + ".lock"
        self._take_lock()

    def load(self) -> str | None:
        try:
            with open(self._path, encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def save(self, text: str) -> None:
        """Writes beside the file and puts it in its place; returns once it survives whatever happens."""
        new = self._path + ".new"
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self._path)
        folder = os.open(os.path.dirname(self._path) or ".", os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def close(self) -> None:
        _remove(self._lock)

    def _take_lock(self) -> None:
        """Makes a file with the number of this process. Linking never leaves one without a number in it."""
        mine = f"{self._lock}.{os.getpid()}.{uuid.uuid4().hex}"
        with open(mine, "x", encoding="ascii") as file:
            file.write(f"{os.getpid()}\n")
        try:
            for _ in range(5):
                try:
                    os.link(mine, self._lock)
                    return
                except FileExistsError:
                    self._remove_stale()
        finally:
            _remove(mine)
        raise PaymentRefused("busy", f"Other programs keep taking {self._lock}.")

    def _remove_stale(self) -> None:
        holder = _holder(self._lock)
        if _is_running(holder):
            raise PaymentRefused("busy", f"Process {holder} uses this wallet. If it does not, remove {self._lock}.")
        aside = f"{self._lock}.stale.{os.getpid()}"
        try:
            os.rename(self._lock, aside)
            # Somebody else may have taken it in between: give it back.
            if _is_running(_holder(aside)):
                os.link(aside, self._lock)
        except (FileNotFoundError, FileExistsError):
            pass
        _remove(aside)


def _remove(path: str) -> None:
    try:
        os.remove(path)
    except FileNotFoundError:
        pass


def _holder(path: str) -> int:
    try:
        with open(path, encoding="ascii") as file:
            return int(file.read())
    except (FileNotFoundError, ValueError):
        return 0


def _is_running(process: int) -> bool:
    if process <= 0:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


# ---- what was bought -----------------------------------------------------------------------------------------


def _hash(*parts: bytes) -> bytes:
    return hashlib.blake2b(b"".join(parts), digest_size=32).digest()


def _leaf(entry: str) -> bytes:
    return _hash(LEAF, _bytes(entry))


def _node(left: bytes, right: bytes) -> bytes:
    return _hash(NODE, left, right)


def _root(count: int, top: bytes) -> str:
    return _hex(_hash(ROOT, count.to_bytes(8, "little"), top))


def entry_of(url: str) -> str:
    """Returns the entry of an address in the list of what was bought. What follows ``#`` is no part of it."""
    whole = url.split("#")[0]
    # An address without a path is that of the path "/", as everything that fetches it says.
    without_path = re.fullmatch("([a-zA-Z][a-zA-Z0-9+.-]*://[^/?]+)([?].*)?", whole)
    if without_path:
        whole = without_path[1] + "/" + (without_path[2] or "")
    return _hex(_hash(RESOURCE, whole.encode()))


def root_of(entries: Iterable[str]) -> str:
    """Returns the root of a list of entries: the tree of RFC 9162 with Blake2b, as ``contracts/types`` says."""
    peaks = _Peaks()
    for entry in entries:
        peaks.push(_leaf(entry))
    return peaks.root


class _Peaks:
    """The tops of a growing list's full subtrees, largest first: one for each one bit of its length."""

    def __init__(self) -> None:
        self._count = 0
        self._tops: list[bytes] = []

    def push(self, leaf: bytes) -> None:
        left = self._count
        # As in binary addition: each full subtree of the new one's size is merged into it.
        while left & 1:
            leaf, left = _node(self._tops.pop(), leaf), left >> 1
        self._tops.append(leaf)
        self._count += 1

    @property
    def root(self) -> str:
        if not self._tops:
            return NO_ROOT
        top = self._tops[-1]
        for left in reversed(self._tops[:-1]):
            top = _node(left, top)
        return _root(self._count, top)


def _halves(leaves: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    """Divides at the largest power of two below the length."""
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return leaves[:left], leaves[left:]


def _top(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    left, right = _halves(leaves)
    return _node(_top(left), _top(right))


def _path(leaves: list[bytes], index: int) -> list[str]:
    """Returns what a leaf is combined with on the way to the root, from below."""
    if len(leaves) == 1:
        return []
    left, right = _halves(leaves)
    if index < len(left):
        return [*_path(left, index), _hex(_top(right))]
    return [*_path(right, index - len(left)), _hex(_top(left))]


@dataclass(frozen=True)
class Proof:
    """That an entry is in a list."""

    #: Its place in the list, from 0.
    index: int
    #: How many entries the list has.
    count: int
    #: What the entry's hash is combined with on the way to the root.
    path: list[str]
    #: The root that the last voucher signs.
    root: str = NO_ROOT


def prove(entries: list[str], index: int) -> Proof | None:
    """Returns the proof of the entry at a place of a list, or nothing beyond its end."""
    if not 0 <= index < len(entries):
        return None
    leaves = [_leaf(entry) for entry in entries]
    return Proof(index, len(leaves), _path(leaves, index), _root(len(leaves), _top(leaves)))


def is_proved(root: str, entry: str, proof: Proof) -> bool:
    """Returns whether a proof shows that the list with this root has so many entries, and this one at that place."""
    at, last = proof.index, proof.count - 1
    if not 0 <= at <= last:
        return False
    top = _leaf(entry)
    for step in proof.path:
        if last == 0:
            return False
        sibling = _bytes(step, 32)
        if at & 1 or at == last:
            top = _node(sibling, top)
            # A last node without a sibling rises until it is a right one.
            while not at & 1:
                at, last = at >> 1, last >> 1
        else:
            top = _node(top, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and _root(proof.count, top) == _hex(_bytes(root, 32))


class _Bought:
    """What was bought on a channel, each once, and the root of it."""

    def __init__(self, entries: Iterable[str] = (), root: str = NO_ROOT):
        self._places: dict[str, int] = {}
        self._peaks = _Peaks()
        # The root that was signed last, if its list is not known here.
        self._unknown: str | None = None
        for entry in entries:
            self.add(_hex(_bytes(entry, 32)))
        self.adopt(root)

    def add(self, entry: str) -> None:
        if entry not in self._places:
            self._unknown = None
            self._places[entry] = len(self._places)
            self._peaks.push(_leaf(entry))

    def adopt(self, root: str) -> None:
        """Another program signed this root: what it is of is not known, and the next entry begins a new list."""
        if root != self.root:
            self._places.clear()
            self._peaks = _Peaks()
            self._unknown = root

    @property
    def root(self) -> str:
        return self._unknown or self._peaks.root

    @property
    def entries(self) -> list[str]:
        return list(self._places)

    def proof(self, entry: str) -> Proof | None:
        return prove(self.entries, self._places.get(entry, -1))


# ---- the wallet ----------------------------------------------------------------------------------------------


@dataclass
class Channel:
    """A channel that was opened on the chain."""

    #: Whom it pays: an address, or 32 bytes in hexadecimal.
    payee: str
    #: Whose money it is.
    payer: str
    #: Which life of it.
    epoch: int | str
    #: What is set aside in it, in the chain's smallest unit.
    reserve: int | str
    #: Which of the channels between the two.
    lane: int = 0
    #: The payer's signed transaction that opens it, if the server is to submit it with the first payment.
    extrinsic: str | None = None


@dataclass
class _Transaction:
    """A transaction of the payer's that the next payment brings, and what is set aside after it."""

    action: str
    extrinsic: str
    reserve: int = 0


@dataclass
class _Kept:
    payer: str
    lane: int
    epoch: int
    reserve: int
    cumulative: int = 0
    bought: _Bought = field(default_factory=_Bought)
    closing: bool = False
    # What only this process knows: what was charged, how many payments were not answered yet, the transaction, and
    # whether the payee hides what was promised: see `_hides`. False, if it did not show it to the channel's key.
    charged: int | None = None
    under_way: int = 0
    transaction: _Transaction | None = None
    is_hidden: bool | None = None

    def credit(self) -> int:
        """What was paid and not charged. While payments are under way, it is theirs."""
        if self.charged is None or self.under_way:
            return 0
        return max(0, self.cumulative - self.charged)


@dataclass(frozen=True)
class Paid:
    """A voucher that was signed, and its channel."""

    payer: str
    lane: int
    epoch: int
    cumulative: int
    root: str
    signature: str
    #: What comes with the voucher: ``voucher``, ``open`` or ``topUp``.
    action: str
    extrinsic: str | None


@dataclass(frozen=True)
class _Said:
    """A voucher that a payee says this wallet signed."""

    cumulative: int
    root: str
    signature: str
    wrapped: bool


def _state_of(state: Any) -> tuple[_Said | None, int | None]:
    """Reads what a payee says of a channel: the best voucher, and what was charged. Nothing, if that is malformed:
    what was paid for is not thrown away for it."""
    said = charged = None
    try:
        state = state or {}
        voucher, sum = state.get("voucherState"), (state.get("channelState") or {}).get("chargedCumulativeAmount")
        charged = None if sum is None else _amount(sum)
        if voucher:
            root, signature = _hex(_bytes(voucher.get("root", NO_ROOT), 32)), _hex(_bytes(voucher.get("signature"), 64))
            said = _Said(_amount(voucher.get("cumulative")), root, signature, bool(voucher.get("wrapped")))
    except (PaymentRefused, AttributeError):
        pass
    return said, charged


class Wallet:
    """Channels, what was promised on each, and the key that signs their vouchers. Threads can share it.

    :param file: where it is kept; or give a ``store`` that has ``load``, ``save`` and ``close``.
    :param seed: the 32 bytes of the key that signs vouchers.
    :param genesis: the genesis hash of the chain: the whole of it.
    :param contract: the channels contract.
    :param channels: the channels. No other payee is paid.
    :param max_amount: the most for one request, in the smallest unit.
    :param max_total: the most in all while the wallet is open.
    :param keep_bought: whether the wallet keeps a list of the addresses that it pays for, and signs its root with
        each voucher.
    """

    def __init__(
        self,
        *,
        file: str | os.PathLike[str] | None = None,
        store: Any = None,
        seed: str | bytes,
        genesis: str,
        contract: str,
        channels: Iterable[Channel] = (),
        max_amount: int | str,
        max_total: int | str | None = None,
        keep_bought: bool = False,
    ):
        pair = sr25519.pair_from_seed(_bytes(seed, 32) if isinstance(seed, str) else seed)
        self._pair = pair
        #: The public key that channels must be opened with.
        self.signer = _hex(bytes(pair[0]))
        self._place = {"genesis": _hex(_bytes(genesis, 32)), "contract": account_of(contract)}
        self._max_amount = _amount(max_amount, "max_amount")
        self._max_total = MAX_AMOUNT if max_total is None else _amount(max_total, "max_total")
        self._keeps_bought = keep_bought
        self._spent = 0
        self._broken = False
        self._channels: dict[str, _Kept] = {}
        self._mutex = threading.RLock()
        if store is None and file is None:
            raise PaymentRefused("wallet", "Say where the wallet is kept: file.")
        self._store = FileStore(file) if store is None else store
        try:
            text = self._store.load()
            if text is not None:
                self._read(json.loads(text))
            for channel in channels:
                self._add(channel)
            self._save()
        except BaseException:
            self._store.close()
            raise

    def __enter__(self) -> Wallet:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives the file back for other programs."""
        with self._mutex:
            if not self._broken:
                self._broken = True
                self._store.close()

    @property
    def network(self) -> str:
        """The chain, as CAIP-2 names it."""
        return "polkadot:" + self._place["genesis"][2:34]

    def promised(self, payee: str) -> int:
        """Returns what was promised to a payee in all."""
        with self._mutex:
            return self._channel(account_of(payee)).cumulative

    def proof(self, payee: str, entry: str) -> Proof | None:
        """Returns the proof that an entry is in the list whose root the last voucher to a payee signs; nothing if it
        is not. ``entry_of`` makes an entry of an address."""
        with self._mutex:
            return self._channel(account_of(payee)).bought.proof(_hex(_bytes(entry, 32)))

    def spend_controls(self) -> dict[str, Any]:
        """Returns what ``x402Client.set_spend_controls`` must be told: by default, x402 refuses what is no dollar."""
        asset = {"network": self.network, "asset": "native", "max_amount_per_payment": str(self._max_amount)}
        return {"allowed_assets": [asset]}

    def add(self, channel: Channel) -> None:
        """Adds a channel that was opened, or tells that one has a higher reserve."""
        with self._mutex:
            self._add(channel)
            self._save()

    def top_up(self, payee: str, reserve: int | str, extrinsic: str) -> None:
        """Has the next payment bring the payer's signed transaction that tops a channel up: the server submits it.
        ``reserve`` is all that is set aside then."""
        raised = _amount(reserve, "reserve")
        with self._mutex:
            channel = self._channel(account_of(payee))
            if raised <= channel.reserve:
                raise PaymentRefused("reserve", f"The channel's reserve is {channel.reserve} already.")
            channel.transaction = _Transaction("topUp", _hex(_bytes(extrinsic)), raised)

    def close_channel(self, url: str, timeout: float = 60) -> tuple[int, str]:
        """Asks a payee to close the channel, at any address where it sells: with the newest voucher, so that it can
        claim all. Nothing is paid from this channel any more then. Returns status and text of what the payee answers:
        it may close, or have the payer exit."""
        required = _required_at(url, timeout)
        accepts = (one for one in required["accepts"] if one["scheme"] == SCHEME and one["network"] == self.network)
        accepted = next(accepts, None)
        if accepted is None:
            raise PaymentRefused("network", "Nothing is sold there for vouchers of this chain.")
        extra = accepted.get("extra") or {}
        self.check(accepted["network"], accepted["asset"], accepted["payTo"], extra)
        account = account_of(accepted["payTo"])
        with self._mutex:
            channel = self._channel(account)
            self._save()
            payload = {"type": "close", **_payload(self._sign(account, channel))}
            if channel.cumulative == 0:
                del payload["voucher"]
            header = {**required, "payload": payload, "accepted": accepted}
            status, text = _ask_with(url, header, timeout)
            if 200 <= status < 300:
                channel.closing = True
                self._save()
        return status, text

    def scheme(self) -> Scheme:
        """Returns the scheme, for ``x402Client().register(wallet.network, wallet.scheme())``."""
        return Scheme(self)

    # ---- what is kept ----

    def _read(self, kept: dict[str, Any]) -> None:
        own = {"version": 1, **self._place, "signer": self.signer}
        if any(kept.get(name) != value for name, value in own.items()):
            raise PaymentRefused("wallet", "This wallet is of another chain, contract or key.")
        for payee, found in kept["channels"].items():
            numbers = {name: _amount(found[name], name) for name in ("epoch", "reserve", "cumulative")}
            bought, closing = _Bought(found.get("bought", ()), found["root"]), bool(found.get("closing"))
            kept_channel = _Kept(account_of(found["payer"]), found["lane"], bought=bought, closing=closing, **numbers)
            self._channels[payee] = kept_channel

    def _add(self, given: Channel) -> None:
        """A later life of a channel replaces an earlier one. Of the same life, what was promised stays."""
        payee, transaction = account_of(given.payee), None
        if given.extrinsic:
            transaction = _Transaction("open", _hex(_bytes(given.extrinsic)))
        epoch, reserve = _amount(given.epoch, "epoch"), _amount(given.reserve, "reserve")
        new = _Kept(account_of(given.payer), given.lane, epoch, reserve, transaction=transaction)
        kept = self._channels.get(payee)
        if kept and (kept.payer, kept.lane, kept.epoch) == (new.payer, new.lane, new.epoch):
            kept.reserve = max(kept.reserve, new.reserve)
            kept.transaction = kept.transaction or new.transaction
            return
        if kept and kept.epoch >= new.epoch:
            raise PaymentRefused("wallet", "The wallet has a later channel of this payee.")
        self._channels[payee] = new

    def _save(self) -> None:
        channels = {
            payee: {
                "payer": kept.payer,
                "lane": kept.lane,
                "epoch": str(kept.epoch),
                "reserve": str(kept.reserve),
                "cumulative": str(kept.cumulative),
                "root": kept.bought.root,
                **({"bought": kept.bought.entries} if kept.bought.entries else {}),
                **({"closing": True} if kept.closing else {}),
            }
            for payee, kept in self._channels.items()
        }
        content = {"version": 1, **self._place, "signer": self.signer, "channels": channels}
        try:
            self._store.save(json.dumps(content, indent=1) + "\n")
        except BaseException:
            # Whether it is there is not known: what is on the disk counts.
            self._broken = True
            self._store.close()
            raise

    def _channel(self, account: str) -> _Kept:
        try:
            return self._channels[account]
        except KeyError:
            raise PaymentRefused("payee", f"Nothing is to be paid to {account}.") from None

    # ---- paying ----

    def pay(self, payee: str, amount: int | str, entry: str | None = None) -> Paid:
        """Signs a voucher for so much more. With an ``entry``, 32 bytes in hexadecimal that stand for what is bought,
        that is in the list whose root is signed from then on."""
        price, account = _amount(amount), account_of(payee)
        bought = entry and _hex(_bytes(entry, 32))
        with self._mutex:
            channel = self._payable(account, price)
            step = max(0, price - channel.credit())
            self._check_sum(channel, step)
            before = channel.bought.root
            if bought:
                channel.bought.add(bought)
            channel.cumulative += step
            channel.under_way += 1
            self._spent += step
            if step or channel.bought.root != before:
                self._save()
            return self._sign(account, channel)

    def pay_or_show(self, payee: str, amount: int | str, entry: str | None = None) -> Paid:
        """Pays; or, where a correction hid what was promised before, signs a voucher for nothing, which only shows
        whose channel it is."""
        account = account_of(payee)
        with self._mutex:
            channel = self._payable(account, _amount(amount))
            if not channel.is_hidden:
                return self.pay(payee, amount, entry)
            return self._signed(account, channel, 0, NO_ROOT, _Transaction("voucher", ""))

    def _payable(self, account: str, price: int) -> _Kept:
        """Refuses what is not to be paid, by whatever voucher; returns the channel that pays."""
        if price > self._max_amount:
            raise PaymentRefused("amount", f"A request costs {price}, and at most {self._max_amount} are to be paid.")
        channel = self._channel(account)
        if self._broken:
            raise PaymentRefused("wallet", "The wallet is closed, or could not be written: open it anew.")
        if channel.closing:
            raise PaymentRefused("closing", "The payee was asked to close this channel: open another.")
        return channel

    def _check_sum(self, channel: _Kept, step: int) -> None:
        """Refuses what the reserve or the wallet's owner does not allow."""
        raised = channel.transaction.reserve if channel.transaction else 0
        reserve = max(channel.reserve, raised)
        if channel.cumulative + step > reserve:
            raise PaymentRefused(
                "reserve",
                f"The channel's reserve of {reserve} does not cover this: {channel.cumulative} of it are promised.",
            )
        if self._spent + step > self._max_total:
            raise PaymentRefused("total", f"This would be more than {self._max_total} in all.")

    def _sign(self, account: str, channel: _Kept) -> Paid:
        """Signs a channel's last voucher, which is written down: anew each time, as a signature that stood in a claim
        spends nothing."""
        brings = channel.transaction or _Transaction("voucher", "")
        return self._signed(account, channel, channel.cumulative, channel.bought.root, brings)

    def _signed(self, account: str, channel: _Kept, cumulative: int, root: str, brings: _Transaction) -> Paid:
        said = {"payer": channel.payer, "lane": channel.lane, "epoch": channel.epoch}
        said |= {"cumulative": cumulative, "root": root}
        payload = voucher_payload(**self._place, payee=account, **said)
        signature = _hex(bytes(sr25519.sign(self._pair, payload)))
        return Paid(**said, signature=signature, action=brings.action, extrinsic=brings.extrinsic or None)

    def entry_of_any(self, url: str | None) -> str | None:
        """Returns the entry of what is bought, if a list of that is kept."""
        return entry_of(url) if self._keeps_bought and url else None

    def learn(self, payee: str, state: dict[str, Any] | None) -> bool:
        """Learns from what a payee says of a channel. Its sums are believed only as far as this wallet's own
        signature shows them. Returns whether anything was new."""
        account = account_of(payee)
        said, charged = _state_of(state)
        with self._mutex:
            channel = self._channels.get(account)
            if channel is None:
                return False
            before = (channel.cumulative, channel.charged)
            if said and self._is_own(account, channel, said):
                channel.cumulative = said.cumulative
                channel.bought.adopt(said.root)
            # More than was signed cannot have been charged.
            if charged is not None and charged <= channel.cumulative:
                channel.charged = max(channel.charged or 0, charged)
            if channel.cumulative != before[0]:
                channel.is_hidden = None
                self._save()
            return (channel.cumulative, channel.charged) != before

    def _is_own(self, account: str, channel: _Kept, said: _Said) -> bool:
        """Returns whether this wallet signed a voucher for more than it knows of."""
        if said.cumulative <= channel.cumulative:
            return False
        place = {"payer": channel.payer, "payee": account, "lane": channel.lane, "epoch": channel.epoch}
        payload = voucher_payload(**self._place, **place, cumulative=said.cumulative, root=said.root)
        return is_signed(payload, said.signature, said.wrapped, self.signer)

    def answered(
        self, payee: str, price: int, state: dict[str, Any] | None, charged: bool, is_nothing: bool = False
    ) -> bool:
        """An answer came, to a payment or to a voucher for nothing. Returns whether asking once more is of use."""
        with self._mutex:
            channel = self._channels.get(account_of(payee))
            if channel is None:
                return False
            if not is_nothing:
                channel.under_way = max(0, channel.under_way - 1)
            if charged:
                self._happened(channel, state)
                if channel.charged is not None:
                    channel.charged = min(channel.cumulative, channel.charged + price)
                return self.learn(payee, state)
            learnt = self.learn(payee, state)
            return self._hides(channel, state, is_nothing) or learnt

    def _hides(self, channel: _Kept, state: dict[str, Any] | None, is_nothing: bool) -> bool:
        """Returns whether a refusal leaves open what was promised, so that asking once more is of use. A payee that has
        charged more than this wallet knows of hides the voucher for it, if that may be known to everybody. It shows it
        to who has the channel's key: so the next voucher is for nothing, which nobody claims, and so nobody else can
        have. A payee that shows nothing then is sent no other."""
        if is_nothing:
            if channel.is_hidden:
                # What is no correction has not said no.
                channel.is_hidden = False if state else None
                return False
            # Another answer may have had what was hidden.
            return bool(state) and channel.is_hidden is None
        said, charged = _state_of(state)
        if said is None and (charged or 0) > channel.cumulative and channel.is_hidden is None:
            channel.is_hidden = True
        return bool(channel.is_hidden)

    def _happened(self, channel: _Kept, state: Any) -> None:
        """A payment was taken: an opening has happened, and a top-up if the server says so much is there."""
        brought, channel.is_hidden = channel.transaction, None
        if brought and brought.action == "topUp":
            if _balance_of(state) < brought.reserve:
                return
            channel.reserve = brought.reserve
            self._save()
        channel.transaction = None

    def check(self, network: str, asset: str, payee: str, extra: dict[str, Any]) -> None:
        """Refuses what this wallet does not pay."""
        if network != self.network:
            raise PaymentRefused("network", f"This wallet pays on {self.network} only.")
        if asset != "native":
            raise PaymentRefused("asset", "This wallet pays with the chain's own coin only.")
        genesis, contract = extra.get("genesis"), extra.get("contract")
        foreign = genesis is not None and _hex(_bytes(genesis, 32)) != self._place["genesis"]
        if foreign or contract is not None and account_of(contract) != self._place["contract"]:
            raise PaymentRefused(
                "contract", "The server asks for vouchers of another chain or contract than this wallet signs."
            )
        with self._mutex:
            self._channel(account_of(payee))


class Scheme:
    """The scheme ``batch-settlement`` on one chain, as ``x402`` calls it."""

    scheme = SCHEME

    def __init__(self, wallet: Wallet):
        self._wallet = wallet
        self.scheme_hooks = self
        # What requirements are for, until they are paid.
        self._resources: dict[int, str] = {}

    def find_default_asset(self, asset: str, network: str) -> None:
        """No coin is a dollar: say in the client's spend controls what may be paid."""

    def create_payment_payload(self, requirements: Any) -> dict[str, Any]:
        """Returns the ``payload`` for a server's requirements."""
        extra = requirements.extra or {}
        self._wallet.check(requirements.network, requirements.asset, requirements.pay_to, extra)
        self._wallet.learn(requirements.pay_to, extra)
        entry = self._wallet.entry_of_any(self._resources.pop(id(requirements), None))
        paid = self._wallet.pay_or_show(requirements.pay_to, requirements.amount, entry)
        payload = {"type": paid.action, **_payload(paid)}
        return {**payload, "extrinsic": paid.extrinsic} if paid.extrinsic else payload

    def on_before_payment_creation(self, context: Any) -> None:
        """Takes note of what the requirements are for: only here is that told."""
        resource = getattr(context.payment_required, "resource", None)
        if resource is not None and resource.url:
            self._resources[id(context.selected_requirements)] = resource.url

    def on_payment_response(self, context: Any) -> Any:
        """Takes an answer; asks for one more try if it taught something."""
        wanted, settled = context.requirements, context.settle_response
        price, is_nothing = _amount(wanted.amount), _is_for_nothing(context.payment_payload.payload)
        if settled is not None and settled.success:
            state = (getattr(settled, "model_extra", None) or {}).get("extra")
            self._wallet.answered(wanted.pay_to, price, state, charged=True, is_nothing=is_nothing)
            return None
        offered = context.payment_required.accepts if context.payment_required is not None else []
        ours = (one for one in offered if one.scheme == SCHEME and one.network == self._wallet.network)
        state = next((one.extra for one in ours if _is_same(one.pay_to, wanted.pay_to)), None)
        news = self._wallet.answered(wanted.pay_to, price, state, charged=False, is_nothing=is_nothing)
        return _recovered() if news else None


def _payload(paid: Paid) -> dict[str, Any]:
    """Returns what x402 says of a voucher, and of its channel."""
    channel = {"payer": address_of(paid.payer), "epoch": str(paid.epoch)}
    if paid.lane:
        channel["lane"] = str(paid.lane)
    signature = {"signature": paid.signature, "wrapped": False}
    return {"channel": channel, "voucher": {"cumulative": str(paid.cumulative), "root": paid.root, **signature}}


def _is_for_nothing(payload: dict[str, Any]) -> bool:
    """Returns whether a payload's voucher only shows whose it is."""
    return payload["voucher"]["cumulative"] == "0"


def _balance_of(state: Any) -> int:
    """Reads what a payee says is set aside in a channel; 0, if that is malformed."""
    try:
        return _amount(state["channelState"]["balance"])
    except (PaymentRefused, KeyError, TypeError):
        return 0


def _required_at(url: str, timeout: float) -> dict[str, Any]:
    """Returns what is asked for an address."""
    try:
        with urllib.request.urlopen(url, timeout=timeout):
            pass
    except urllib.error.HTTPError as answer:
        with answer:
            header = answer.headers.get("PAYMENT-REQUIRED")
        if answer.code == 402 and header:
            required = json.loads(base64.b64decode(header))
            return {name: required[name] for name in ("x402Version", "resource", "accepts") if name in required}
    raise PaymentRefused("network", "Nothing is sold there.")


def _ask_with(url: str, payment: dict[str, Any], timeout: float) -> tuple[int, str]:
    """Asks with a payment; returns status and text of the answer."""
    payment = {name: value for name, value in payment.items() if name != "accepts"}
    header = base64.b64encode(json.dumps(payment).encode()).decode()
    request = urllib.request.Request(url, headers={"PAYMENT-SIGNATURE": header})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.read().decode()


def _recovered() -> Any:
    from x402.schemas import RecoveredResponseResult

    return RecoveredResponseResult()


def _is_same(one: Any, other: Any) -> bool:
    try:
        return account_of(one) == account_of(other)
    except PaymentRefused:
        return False

