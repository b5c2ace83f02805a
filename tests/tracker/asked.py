"""Whether somebody asked for the real Request Tracker."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(os.environ["FIRSTLINE_TRACKER"]) if os.environ.get("FIRSTLINE_TRACKER") else None
"""Where it keeps its database, thrown away each time; None where nobody asked."""
