"""One folder per vendor: its HTTP API over the one inbox."""
