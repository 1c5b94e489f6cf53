"""What Airflow finds in its plugins folder: the board, in Airflow's own navigation."""

from sinergi.airflow.board import BoardPlugin

__all__ = ["BoardPlugin"]
