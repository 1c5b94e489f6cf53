"""What leaves the city on paper: the mayor's page, open data, an office's list by name."""
