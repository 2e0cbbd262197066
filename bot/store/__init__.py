"""What must survive: asks, runs, transcripts, approvals and the audit, in Redis or Valkey."""
