"""Findings of cdk-nag that are meant to be so, each with its reason."""

from __future__ import annotations

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Say why one finding on a construct, or below it, is right as it is."""
    Validations.of(construct).acknowledge(Acknowledgment(id=rule, reason=reason))
