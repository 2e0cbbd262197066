"""Tools of MCP servers, mounted by config/mcp.toml: readings only where the operator lists them as such."""
