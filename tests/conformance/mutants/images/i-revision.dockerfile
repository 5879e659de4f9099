ENV SERVICE_REVISION=1.0
LABEL org.opencontainers.image.revision=1.0
