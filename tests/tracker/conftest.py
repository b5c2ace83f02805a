"""Collected only where somebody asks for the real Request Tracker."""

from __future__ import annotations

from tests.tracker.asked import FOLDER

collect_ignore_glob = [] if FOLDER else ["test_*.py"]
