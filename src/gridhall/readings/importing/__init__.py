"""Files of readings into the store: stage everything unseen, then publish it in one transaction."""
