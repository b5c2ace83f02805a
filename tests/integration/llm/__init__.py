"""The second reader against a server that speaks its protocol."""
