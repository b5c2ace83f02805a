"""Desks to hold the port's promises against, one module each, with people who can be told what to do."""
