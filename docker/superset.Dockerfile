# Superset, from its own lock: it shares nothing with the image of Airflow. Built by docker compose build.
FROM python:3.11-slim-bookworm

ARG PIP_INDEX_URL
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /opt/sinergi
COPY requirements/bi.txt requirements/bi.txt
RUN pip install --require-hashes --compile -r requirements/bi.txt

# The user of Airflow's image: it reads the assets that `init` has written for it.
RUN useradd --uid 50000 --create-home sinergi
COPY bi bi

ENV SUPERSET_CONFIG_PATH=/opt/sinergi/bi/superset_config.py \
    SUPERSET_HOME=/home/sinergi \
    SCARF_ANALYTICS=false

USER sinergi
EXPOSE 8088
CMD ["bash", "-euc", "python bi/prepare.py /var/lib/dashboards && exec gunicorn --bind 0.0.0.0:8088 --workers 2 --threads 8 --worker-class gthread --timeout 120 'superset.app:create_app()'"]
