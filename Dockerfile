# wenbao as a container: compose.yaml says how to run it. Models and data live in volumes; once `wenbao models
# pull` has filled /models, nothing is fetched any more.

FROM python:3.11.14-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/wenbao
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY rag rag
COPY service service
COPY eval eval
COPY prompts prompts
COPY seeds seeds
RUN /opt/wenbao/bin/pip install --no-cache-dir --disable-pip-version-check -c constraints.txt ".[otel,postgres]"

FROM python:3.11.14-slim-bookworm
# What the local engine is linked against and the slim image lacks.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home wenbao \
    && install --directory --owner=wenbao /data /models
COPY --from=build /opt/wenbao /opt/wenbao
ENV PATH=/opt/wenbao/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HF_HUB_OFFLINE=1 \
    WENBAO_DATA=/data \
    WENBAO_MODELS=/models \
    WENBAO_HOST=0.0.0.0
# By number, so that an orchestrator can see that it is not root.
USER 10001
WORKDIR /data
VOLUME ["/data", "/models"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/ready', timeout=4)"]
CMD ["wenbao-serve"]
