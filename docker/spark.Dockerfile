# Airflow's image with what linking on a Spark cluster needs: Java and an environment of its own (docs/scale.md).
#   docker build -t sinergi:spark -f docker/spark.Dockerfile . && SINERGI_VERSION=spark docker compose up --detach
FROM sinergi:latest

ARG PIP_INDEX_URL
USER root
RUN apt-get update \
 && apt-get install -y --no-install-recommends openjdk-17-jre-headless \
 && rm -rf /var/lib/apt/lists/*
COPY requirements requirements
RUN bash requirements/install.sh .venv-spark requirements/spark.txt --alone
USER sinergi
