"""Freshdesk. Importing this package loads nothing: `receive` needs only the signature."""
