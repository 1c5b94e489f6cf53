"""The platform on one machine: PostgreSQL and Airflow, started and stopped together."""
