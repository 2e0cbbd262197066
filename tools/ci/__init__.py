"""Why a pipeline failed: what its log says, read as it arrives, and what that means."""
