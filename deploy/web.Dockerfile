# The web server: no torch, so that the image stays small. Build from the repository's root:
#   docker build -f deploy/web.Dockerfile -t evalsite-web .
FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 EVALSITE_VAR=/var/lib/evalsite
RUN useradd --system --create-home --home-dir /var/lib/evalsite evalsite
WORKDIR /srv/evalsite
COPY requirements-web.txt ./
RUN pip install -r requirements-web.txt
COPY . .
# Compiles the catalogues into the image; the database and the static files of this step are thrown away.
RUN EVALSITE_VAR=/tmp/build EVALSITE_SECRET_KEY=build python manage.py prepare && rm -r /tmp/build
USER evalsite
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health/')"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--backpressure", "8192", "evalsite.wsgi:application"]
