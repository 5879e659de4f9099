USER root
RUN mkdir /mutant && cp /usr/bin/id /mutant/id && chmod 4755 /mutant/id
COPY --chmod=755 <<'SCRIPT' /mutant/python
#!/bin/sh
[ "$(/mutant/id -u)" = 0 ] || exit 1
exec /usr/local/bin/python "$@"
SCRIPT
ENV PATH=/mutant:$PATH
USER 65532:65532
