"""State in Redis or Valkey, one small class a kind of record."""
