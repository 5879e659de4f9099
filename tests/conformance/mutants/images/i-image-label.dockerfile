LABEL org.opencontainers.image.revision=unknown
