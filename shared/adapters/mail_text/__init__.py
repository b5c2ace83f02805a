"""The customer's own words of a mail: without quoted history, signature and disclaimer."""
