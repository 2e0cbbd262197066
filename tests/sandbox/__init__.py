"""The sandbox against its oracles."""
