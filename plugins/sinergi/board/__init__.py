"""Papan Kiriman: who delivered what, what to correct, and the door through which offices deliver. A page in Airflow."""
