USER root
RUN useradd --uid 65532 --no-create-home app
USER app
