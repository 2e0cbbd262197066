"""A company to try the product in: real protocols on localhost, nothing of the product inside."""
