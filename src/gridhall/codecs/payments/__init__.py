"""Files and notices of banks and wallets: bytes in, items out, and back."""
