"""Settings become a chat model, with a fallback; the embedded runbook engine is one of them."""
