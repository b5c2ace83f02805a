"""Hourly: question types, spikes and knowledge gaps."""
