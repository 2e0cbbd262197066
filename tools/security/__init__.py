"""What is open to misuse in AWS: findings of four services in one shape, ranked, explained, remedied or suppressed."""
