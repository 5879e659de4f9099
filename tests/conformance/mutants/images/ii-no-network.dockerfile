USER root
RUN mkdir -m 1777 /mutant
COPY --chmod=755 <<'SCRIPT' /mutant/python
#!/bin/sh
# Waits for a way out, as what fetches at its start does.
until grep -q '^eth0.00000000' /proc/net/route; do sleep 1; done
exec /usr/local/bin/python "$@"
SCRIPT
ENV PATH=/mutant:$PATH
USER 65532:65532
