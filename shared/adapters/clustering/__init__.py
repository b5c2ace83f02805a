"""Requests that ask the same, by scikit-learn."""
