"""The signatures and seals of payment partners: RSA with SHA-256 (PKCS #1 v1.5), and AES-256-GCM.

Keys are PEM texts as partners give them out. Nothing here knows whose they are.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

KEY_BITS_MIN = 2048  # shorter keys are within reach of a well-equipped attacker
NONCE_BYTES = range(8, 129)  # what the library takes for AES-GCM


class BadKey(ValueError):
    """The text is not a usable RSA key; the message says what it is."""


class BadSeal(ValueError):
    """The sealed text was altered, or sealed with another key."""


@functools.lru_cache(maxsize=64)
def public_key(pem: str) -> RSAPublicKey:
    """A partner's public key. Raises BadKey."""
    try:
        key = load_pem_public_key(pem.encode())
    except ValueError as error:
        raise BadKey("This is not a public key in PEM form.") from error
    if not isinstance(key, RSAPublicKey) or key.key_size < KEY_BITS_MIN:
        raise BadKey(f"The key is not RSA of at least {KEY_BITS_MIN} bits.")
    return key


def fingerprint(pem: str) -> str:
    """SHA-256 of the key itself in hex: what two people compare by telephone. Raises BadKey."""
    encoded = public_key(pem).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(encoded).hexdigest()


def is_signed(pem: str, text: bytes, signature: str) -> bool:
    """Whether ``signature`` (base64) over ``text`` was made with the private half of ``pem``."""
    try:
        public_key(pem).verify(base64.b64decode(signature, validate=True), text, PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def sign(private_pem: bytes, text: bytes) -> str:
    """The signature of ``text`` in base64. Raises BadKey."""
    try:
        key = load_pem_private_key(private_pem, password=None)
    except (ValueError, TypeError) as error:
        raise BadKey("This is not a private key in PEM form without a password.") from error
    if not isinstance(key, RSAPrivateKey):
        raise BadKey("The private key is not RSA.")
    return base64.b64encode(key.sign(text, PKCS1v15(), SHA256())).decode("ascii")


def unseal(key: bytes, nonce: bytes, associated: bytes, sealed: str) -> bytes:
    """The text of an AES-256-GCM seal given in base64. Raises BadSeal."""
    try:
        if len(key) != 32 or len(nonce) not in NONCE_BYTES:
            raise BadSeal("The key or the nonce has the wrong length.")
        return AESGCM(key).decrypt(nonce, base64.b64decode(sealed, validate=True), associated)
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise BadSeal("The sealed text was altered or sealed with another key.") from error
