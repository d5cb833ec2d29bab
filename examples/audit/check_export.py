#!/usr/bin/env python3
"""Checks an export of Twofold's audit log. It needs the export and the public key, and nothing else.

    twofold audit public-key > audit.pub
    twofold audit export > audit.jsonl
    python3 check_export.py audit.pub audit.jsonl

Python's standard library has no Ed25519: the check of a signature stands here, after RFC 8032, section 5.1.7.
"""

import hashlib
import json
import sys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number, point):
    product = (0, 1, 1, 0)
    while number:
        if number & 1:
            product = add(product, point)
        point = add(point, point)
        number >>= 1
    return product


def same(one, other):
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 and (one[1] * other[2] - other[1] * one[2]) % P == 0


def point_of(text):
    y = int.from_bytes(text, "little")
    odd, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and odd):
        return None
    if x & 1 != odd:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public, text, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    key, nonce = point_of(public), point_of(signature[:32])
    number = int.from_bytes(signature[32:], "little")
    if key is None or nonce is None or number >= L:
        return False
    hashed = hashlib.sha512(signature[:32] + public + text).digest()
    return same(times(number, BASE), add(nonce, times(int.from_bytes(hashed, "little") % L, key)))


def check(public, export):
    """Answers what the export says of itself; raises ValueError where it does not fit."""
    if not export.endswith(b"\n"):
        raise ValueError("the export has no end: it was cut off")
    lines = export[:-1].split(b"\n")
    if len(lines) < 2:
        raise ValueError("that is no export")
    whole, signature = lines[-2], bytes.fromhex(json.loads(lines[-1])["ed25519"])
    if not is_signed(public, whole, signature):
        raise ValueError("the signature was not made with this key")
    said, events = json.loads(whole), lines[:-2]
    if said["export"] != "twofold audit, 1":
        raise ValueError("that is an export of another form")
    text = b"".join(line + b"\n" for line in events)
    if hashlib.sha256(text).hexdigest() != said["sha256"] or len(events) != said["events"]:
        raise ValueError("the events are not those that were signed")
    return said


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="ascii") as file:
        public = bytes.fromhex(file.read().strip())
    with open(sys.argv[2], "rb") as file:
        export = file.read()
    try:
        said = check(public, export)
    except (ValueError, KeyError) as error:
        sys.exit(f"check_export: {error}")
    print(f"{said['events']} events are as they were exported. head {said['head']}")
    if said["deleted"]:
        gone = said["deleted"]
        events = "1 event" if gone["events"] == 1 else f"{gone['events']} events"
        verb = "was" if gone["events"] == 1 else "were"
        print(f"Before them {events}, of up to {gone['until']}, {verb} deleted by age, the last on {gone['at']}.")


if __name__ == "__main__":
    main()
