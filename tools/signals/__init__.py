"""A service's numbers against before, whichever source measures them."""
