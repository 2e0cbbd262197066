"""The embedded engine, as pure functions: take readings, follow findings, rank causes, propose, verify."""
