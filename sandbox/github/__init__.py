"""A GitHub with real git repositories, as much of its REST API as people and tools use on code and pull requests."""
