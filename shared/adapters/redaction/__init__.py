"""Taking personal data out of a text, reversibly: patterns, check digits and libphonenumber; no model, no network."""
