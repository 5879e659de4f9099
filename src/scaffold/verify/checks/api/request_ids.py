"""Each request has an id, in the answer and in the log."""

import secrets
from http import HTTPStatus

from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed, check

HEADER = "X-Request-ID"
KEY = HEADER.lower()
HOSTILE = ("a b\tc", '"},{"level":"error"}', "x" * 5000, "id; rm -rf /", "<script>", "\u00e4\u00f6")


@check(
    id="api-request-id-kept",
    factor="API",
    promise="A well-formed X-Request-ID is returned and logged",
    fix="Take the header over when it is well-formed, bind it to the logger, set it on the answer.",
)
def kept(bench: Bench) -> str:
    """Send an id and look for it in the answer and in the log."""
    identity = f"verify-{secrets.token_hex(8)}"
    answer = bench.shared.get(bench.contract.http.liveness, headers={HEADER: identity})
    if answer.headers.get(KEY) != identity:
        raise Failed(f"sent {HEADER}: {identity}, got {answer.headers.get(KEY, 'none')}")
    if bench.shared.record(lambda record: record.get("request_id") == identity) is None:
        raise Failed(f"no log line has `request_id` {identity}", bench.shared.log.tail())
    return f"{HEADER}: {identity} came back and stands in the log"


@check(
    id="api-request-id-made",
    factor="API",
    promise="A request without an id gets one of its own",
    fix="Make a random id where none came.",
)
def made(bench: Bench) -> str:
    """Send requests without an id."""
    answers = [bench.shared.get(bench.contract.http.liveness) for _ in range(3)]
    identities = {answer.headers.get(KEY, "") for answer in answers}
    if "" in identities or len(identities) != len(answers):
        raise Failed(f"three requests without an id got {', '.join(sorted(identities)) or 'none'}")
    return f"three requests got three ids, one of them {identities.pop()}"


@check(
    id="api-request-id-sanitised",
    factor="API",
    promise="A malformed X-Request-ID is replaced, and reaches neither the answer nor the log",
    fix="Accept letters, digits and a few marks up to a length; make a new id otherwise.",
    turn="quiet",
)
def sanitised(bench: Bench) -> str:
    """Send ids that try to break a log or a page."""
    with bench.quiet() as service:
        for hostile in HOSTILE:
            answer = service.get(bench.contract.http.liveness, headers={HEADER: hostile})
            given = answer.headers.get(KEY, "")
            if not given or given == hostile or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise Failed(f"sent {HEADER}: {hostile[:60]!r}, got {answer.status} with {given[:60]!r}")
        logged = [record.get("request_id") for record in service.log.records()]
        if taken := [hostile for hostile in HOSTILE if hostile in logged]:
            raise Failed(f"{taken[0][:60]!r} stands in the log")
        return f"{len(HOSTILE)} malformed ids were replaced, none of them is in the log"
