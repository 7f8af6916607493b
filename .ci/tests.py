#!/usr/bin/env python3
"""Prints the slowest tests of the last build, and fails if all tests of a class were skipped.

A class whose tests all skip tests nothing: something is missing on the machine, which .ci/run must install. MACHINE lists
how the reasons begin that no installation can mend: hardware that a machine of continuous integration may lack, and rights
that it may not give.
"""
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

SLOWEST = 20
MACHINE = (
    "the processor has no ",
    "this machine lets nobody make control groups",
    "no nvcc in PATH",  # NVIDIA's compilers are no package of Debian's
    "NVRTC cannot be loaded here",
)

root = Path(__file__).resolve().parent.parent
cases = []
classes = {}
reasons = {}
for report in sorted(root.glob("**/target/surefire-reports/TEST-*.xml")):
    for case in xml.parse(report).getroot().iter("testcase"):
        name = case.get("classname")
        skip = case.find("skipped")
        skipped = skip is not None
        cases.append((float(case.get("time", "0").replace(",", "")), name, case.get("name")))
        ran, left = classes.get(name, (0, 0))
        classes[name] = (ran + (not skipped), left + skipped)
        if skipped:
            # The text is a stack trace, which begins with the exception's class and message; @EnabledIf gives a message.
            trace = (skip.text or "").partition("\n")[0].partition(": ")[2]
            reason = skip.get("message") or trace.removeprefix("Assumption failed: ") or "no reason given"
            reasons.setdefault(name, set()).add(reason)
if not cases:
    sys.exit("no test has run: no reports in */target/surefire-reports")

ran = sum(count for count, _ in classes.values())
skipped = sum(count for _, count in classes.values())
print(f"{ran} tests ran, {skipped} were skipped; the slowest:")
for seconds, name, test in sorted(cases, reverse=True)[:SLOWEST]:
    print(f"{seconds:8.2f} s  {name.rsplit('.', 1)[-1]}.{test}")

idle = sorted(name for name, (count, left) in classes.items() if count == 0 and left > 0)
for name in idle:
    print(f"all tests of {name} were skipped: {'; '.join(sorted(reasons[name]))}")
sys.exit(1 if any(not reason.startswith(MACHINE) for name in idle for reason in reasons[name]) else 0)
