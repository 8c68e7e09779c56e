"""Versions of the packages that are there, and why a library cannot be used."""

import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

# What a package is imported as, where its version alone does not tell that it works.
MODULES = {
    "isotree": "isotree",
    "faiss-cpu": "faiss",
    "onnxruntime": "onnxruntime",
    "pyod": "pyod",
    "TSB-AD": "TSB_AD.evaluation.basic_metrics",
}


def of(request):
    found, unusable = {}, {}
    for name in request["packages"]:
        try:
            found[name] = version(name)
            if name in MODULES:
                import_module(MODULES[name])
        except PackageNotFoundError:
            unusable[name] = "not installed"
        except Exception as error:
            unusable[name] = f"{type(error).__name__}: {error}"
    return {"versions": found | {"Python": sys.version.split()[0]}, "unusable": unusable}
