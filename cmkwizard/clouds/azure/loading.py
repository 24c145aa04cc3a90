"""Loads the Azure clients ahead of their first use, one after the other, so that a window does not wait for them."""

from __future__ import annotations

import gc
import threading
from importlib import import_module

from cmkwizard.core.cancel import Cancel

_MODULES = (
    "azure.core.pipeline.policies",
    "azure.mgmt.resource.subscriptions",
    "azure.mgmt.resource.resources",
    "azure.mgmt.keyvault",
    "azure.mgmt.keyvault.models",
    "azure.mgmt.authorization.v2022_04_01",
    "azure.keyvault.keys",
)
_PAUSE_S = 0.02

LOADING = threading.RLock()
"""Held by whoever loads a part of the SDK: one thread at a time.

Python gives an import up (``_DeadlockError``) when one thread loads a package that imports a part of itself, while
another thread loads that part and waits for the package (importlib, ``_ModuleLock``; seen with Python 3.11).
"""


def load_clients(cancel: Cancel) -> None:
    """Import the clients on the calling thread, which should not be a window's.

    What they bring stays until the end, so it is kept from the garbage collector: to go through it all takes longer
    than a window may stand still.

    Raises:
        Cancelled: it was asked to stop.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        for module in _MODULES:
            with LOADING:
                import_module(module)
            # An import holds the interpreter for long stretches: others get their turn in between.
            cancel.wait(_PAUSE_S)
    finally:
        gc.freeze()
        if collects:
            gc.enable()
