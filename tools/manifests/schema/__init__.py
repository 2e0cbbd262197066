"""The schemas themselves, made by `build` of published packages; the first line of the table says of which."""
