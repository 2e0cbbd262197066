"""AWS, one client file and one file a service."""
