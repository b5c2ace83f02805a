"""Intercom's REST API 2.16 and its notifications over the inbox, as far as a connector needs them."""
