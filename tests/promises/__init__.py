"""The promises under faults and abuse, a file a row; `python -m tests.promises` measures them at full size."""
