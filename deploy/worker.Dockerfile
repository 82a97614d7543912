# A worker: torch, and Java for METEOR. For a GPU, build with
#   docker build -f deploy/worker.Dockerfile --build-arg TORCH_INDEX=https://pypi.org/simple -t evalsite-worker-gpu .
FROM python:3.11-slim
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 EVALSITE_VAR=/var/lib/evalsite
RUN apt-get update && apt-get install -y --no-install-recommends default-jre-headless && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /var/lib/evalsite evalsite
WORKDIR /srv/evalsite
COPY requirements.txt requirements-web.txt ./
RUN pip install --extra-index-url "$TORCH_INDEX" -r requirements.txt
COPY . .
# Compiles the catalogues into the image; the database and the static files of this step are thrown away.
RUN EVALSITE_VAR=/tmp/build EVALSITE_SECRET_KEY=build python manage.py prepare && rm -r /tmp/build
USER evalsite
CMD ["celery", "-A", "evalsite", "worker", "--loglevel", "INFO"]
