"""The service PIN is kept as a salted hash in a file of its own: `python -m kiosk.pin > /etc/hall/setup.pin`.

Whoever reads the file still has to try every number, at some 50 ms each; a kiosk that is tried locks itself
(`kiosk.bench`).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sys
from getpass import getpass

from config import entry
from config.languages import _

SHORTEST, LONGEST = 6, 12
COST, BLOCK, PARALLEL = 2**14, 8, 1
KIND = "scrypt"


def sealed(pin: str, salt: bytes = b"") -> str:
    """One line for the file. ValueError for a PIN that is none."""
    if not (pin.isascii() and pin.isdecimal() and SHORTEST <= len(pin) <= LONGEST):
        raise ValueError(_("密码要 {least} 到 {most} 位数字").format(least=SHORTEST, most=LONGEST))
    salt = salt or secrets.token_bytes(16)
    return f"{KIND}:{salt.hex()}:{_hashed(pin, salt).hex()}"


def is_seal(line: str) -> bool:
    """Whether this can be a line of `sealed`."""
    kind, _colon, rest = line.strip().partition(":")
    salt, _colon, hashed = rest.partition(":")
    try:
        return kind == KIND and len(bytes.fromhex(salt)) >= 8 and len(bytes.fromhex(hashed)) == 32
    except ValueError:
        return False


def opens(pin: str, line: str) -> bool:
    """Whether the PIN is the one of this line. It takes as long for every PIN of every length."""
    if not is_seal(line):
        return False
    _kind, salt, hashed = line.strip().split(":")
    return hmac.compare_digest(_hashed(pin, bytes.fromhex(salt)), bytes.fromhex(hashed))


def _hashed(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode("ascii"), salt=salt, n=COST, r=BLOCK, p=PARALLEL, dklen=32)


def main() -> int:
    """Asked twice where somebody types, read once from a pipe."""
    typed = getpass(_("维护密码（不显示）：")) if sys.stdin.isatty() else sys.stdin.readline().strip()
    if sys.stdin.isatty() and getpass(_("再输一次：")) != typed:
        print(_("两次不一样"), file=sys.stderr)
        return 1
    try:
        print(sealed(typed))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    entry.run(main)
