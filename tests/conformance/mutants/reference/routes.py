"""Which handler answers which route."""

import files
import items
import jobs
import probes
from app import Routes

ROUTES: Routes = {
    "/livez": {"GET": probes.livez},
    "/readyz": {"GET": probes.readyz},
    "/version": {"GET": probes.version},
    "/metrics": {"GET": probes.metrics},
    "/openapi.json": {"GET": probes.describe},
    "/items": {"GET": items.count, "POST": items.create},
    "/items/{id}": {"GET": items.read},
    "/slow": {"GET": items.slow},
    "/cart": {"GET": items.cart},
    "/cart/items": {"POST": items.add},
    "/jobs": {"POST": jobs.leave},
    "/jobs/{id}": {"GET": jobs.show},
    "/files": {"POST": files.keep},
    "/files/{id}": {"GET": files.read},
    "/stats": {"GET": items.stats},
}
