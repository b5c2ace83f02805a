"""Freshdesk's API v2, its automation rules and their webhooks over the inbox, as far as a connector needs them."""
