"""Runs the Python peers on request: one JSON object a line in, one out.

The process stays alive, so that imports, reading the data and fitting are not part of what is timed, and so that its
turns can alternate with others'. Everything runs on one thread. Times are taken around the library call alone, by the
functions of the modules beside this file.
"""

import json
import os
import sys
from importlib import import_module

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ["NUMBA_NUM_THREADS"] = "1"


def main():
    for line in sys.stdin:
        request = json.loads(line)
        try:
            module, function = request["do"].split(".")
            answer = getattr(import_module(module), function)(request)
        except Exception as error:  # every failure is an answer: the other side says what was asked
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
