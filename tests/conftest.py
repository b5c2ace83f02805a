"""What tests of more than one room share."""

from tests.emulator import emulator

__all__ = ["emulator"]
