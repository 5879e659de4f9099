"""Which handler answers which route."""

import items
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
    "/stats": {"GET": items.stats},
}
