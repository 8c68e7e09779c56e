"""Runs a command and prints its wall time, processor time and peak resident memory as JSON, whatever it prints itself.

A process of its own because the operating system reports the peak of a child to its parent only; a small one because a
child starts out with its parent's pages.
"""

import json
import os
import subprocess
import sys
import time

start = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
errors = child.stderr.read()
_, status, used = os.wait4(child.pid, 0)
seconds = time.perf_counter() - start
unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss counts bytes there, KiB elsewhere
json.dump(
    {
        "seconds": seconds,
        "processorSeconds": used.ru_utime + used.ru_stime,
        "peakMiB": used.ru_maxrss * unit / 2**20,
        "exitCode": os.waitstatus_to_exitcode(status),
        "errors": errors.decode(errors="replace")[-2000:],
    },
    sys.stdout,
)
