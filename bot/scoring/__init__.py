"""How well things go: what ended is counted, added up over a period, and told."""
