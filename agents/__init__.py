"""Who thinks. ROSTER names every agent."""
