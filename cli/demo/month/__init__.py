"""A month of an invented company, written into the facts that a report is made from."""
