"""The product as people meet it."""
