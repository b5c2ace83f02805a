"""Zendesk's API over the inbox, as far as a connector needs it."""
