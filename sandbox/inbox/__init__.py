"""The desk's truth: tickets, messages, people. No vendor's words, no HTTP."""
