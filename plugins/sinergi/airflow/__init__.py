"""What Airflow needs of Sinergi: the watcher of the inbox, the texts and the names."""
