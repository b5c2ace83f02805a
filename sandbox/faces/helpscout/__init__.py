"""Help Scout's Inbox API, its Docs API and its webhooks over the inbox, as far as a connector needs them."""
