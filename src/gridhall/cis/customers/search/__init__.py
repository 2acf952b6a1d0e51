"""Finding a customer by any fragment that a person at a counter may be told."""
