USER root
RUN chgrp -R 65532 /app && chmod -R o= /app
USER 65532:65532
