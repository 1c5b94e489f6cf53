"""The inside of linking: SQL steps over temporary tables, and the comparison of names."""
