"""Setting desks up, one module for each: `SETUPS` knows them by name."""
