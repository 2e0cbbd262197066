"""What the field calls each trouble of a database, and each rise of what clients do."""

TERMS = {
    "rds_connections_exhausted": "Connection exhaustion",
    "rds_connections_high": "High connection count",
    "rds_cpu_saturated": "CPU saturation",
    "rds_cpu_credits_exhausted": "CPU credit exhaustion (the class is throttled to its baseline)",
    "rds_storage_full": "Storage exhaustion (storage full)",
    "rds_storage_low": "Low storage space",
    "rds_memory_low": "Memory pressure",
    "rds_swapping": "Memory pressure (swapping)",
    "rds_slot_keeps_wal": "A replication slot keeps WAL from being removed",
    "rds_replica_lag": "Replication lag",
    "rds_reads_slow": "Slow reads",
    "rds_writes_slow": "Slow writes",
    "rds_commits_slow": "Slow commits",
    "rds_deadlocks": "Deadlocks (transactions wait for each other's locks)",
    "rds_disk_queue": "Disk queue (I/O saturation)",
    "rds_burst_exhausted": "Burst balance exhaustion (I/O credits)",
    "rds_iops_limit": "IOPS saturation (I/O limit reached)",
    "rds_transaction_ids": "Transaction id wraparound risk",
}
"""What the field calls each trouble."""
RISES = {
    "DatabaseConnections": "More connections than usual",
    "WriteIOPS": "Write-heavy workload",
    "TransactionLogsGeneration": "WAL (write-ahead log) generation of a write-heavy workload",
}
"""What the field calls a rise of what clients do."""
