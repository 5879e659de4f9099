"""A report as JUnit XML, which every CI provider shows."""

import re
from xml.etree import ElementTree as ET

from scaffold.verify.report import Report, Result

FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report) -> str:
    """Write one test case for each check; what does not apply or was left out is `skipped`."""
    counts = report.counts()
    suite = ET.Element(
        "testsuite",
        name=f"twelve factors of {report.service}",
        tests=str(len(report.checks)),
        failures=str(counts["fail"]),
        errors="0",
        skipped=str(counts["na"] + counts["skip"]),
        time=f"{report.seconds:.3f}",
    )
    for result in report.checks:
        suite.append(_case(result))
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _case(result: Result) -> ET.Element:
    case = ET.Element(
        "testcase", classname=f"twelve-factor.{result.factor}", name=result.id, time=f"{result.seconds:.3f}"
    )
    evidence = FORBIDDEN.sub("?", "\n".join(result.evidence))
    if result.status == "fail":
        failure = ET.SubElement(case, "failure", message=result.promise)
        failure.text = f"{evidence}\nfix: {result.fix}"
    elif result.status == "pass":
        ET.SubElement(case, "system-out").text = f"{result.promise}\n{evidence}"
    else:
        ET.SubElement(case, "skipped", message=f"{result.status}: {evidence}")
    return case
