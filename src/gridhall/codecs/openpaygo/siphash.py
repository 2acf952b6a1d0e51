"""SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash of 64 bits over a short message."""

from typing import Final

MASK: Final = (1 << 64) - 1


def siphash24(key: bytes, message: bytes) -> int:
    """The hash of ``message`` under a key of 16 bytes."""
    if len(key) != 16:
        raise ValueError(f"a key has 16 bytes, this one has {len(key)}")
    k0, k1 = int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")
    state = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]
    whole = len(message) // 8 * 8
    last = message[whole:].ljust(7, b"\0") + bytes([len(message) & 0xFF])
    for start in range(0, whole, 8):
        _absorb(state, int.from_bytes(message[start : start + 8], "little"))
    _absorb(state, int.from_bytes(last, "little"))
    state[2] ^= 0xFF
    for _ in range(4):
        _round(state)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def _absorb(state: list[int], word: int) -> None:
    state[3] ^= word
    _round(state)
    _round(state)
    state[0] ^= word


def _round(state: list[int]) -> None:
    a, b, c, d = state
    a, c = (a + b) & MASK, (c + d) & MASK
    b, d = _left(b, 13) ^ a, _left(d, 16) ^ c
    a = _left(a, 32)
    c, a = (c + b) & MASK, (a + d) & MASK
    b, d = _left(b, 17) ^ c, _left(d, 21) ^ a
    state[:] = a, b, _left(c, 32), d


def _left(word: int, bits: int) -> int:
    return (word << bits | word >> (64 - bits)) & MASK
