"""Webhooks on their way out: a journal of what was sent, and a courier that sends it."""
