"""A real Request Tracker 5 on this machine, and what is tried on it. Runs where `FIRSTLINE_TRACKER` names a folder."""
