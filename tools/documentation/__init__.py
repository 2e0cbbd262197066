"""Documents about the infrastructure: what in them is no longer so, and the parts that are written from what runs."""
