#!/bin/bash
# Run once by the image of PostgreSQL, on an empty volume: a database and a login each for Sinergi, Airflow and Superset.
set -euo pipefail

for name in sinergi airflow superset; do
  secret=${name^^}_DB_PASSWORD
  psql --set=ON_ERROR_STOP=1 --set=name="$name" --set=password="${!secret}" --dbname=postgres <<'SQL'
create role :"name" login password :'password';
create database :"name" owner :"name";
SQL
done

# Sinergi makes the roles (bi_reader, bi_restricted, one per office) that people and BI tools log in through.
psql --set=ON_ERROR_STOP=1 --dbname=postgres --command='alter role sinergi createrole'
