"""Faults: what the wire, or somebody between, does to a request. This is the table; wire.py plays them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

SERVICES = ("entra", "arm", "keyvault", "graph", "logs", "ims", "platform", "metadata")
# Whether the request takes effect although its answer is spoilt, where the fault table does not say so itself.
APPLIES: dict[str, bool] = {
    "refuse": False,
    "reset": True,
    "timeout_before": False,
    "timeout_after": True,
    "slow": True,
    "status": False,
    "malformed": True,
    "truncated": True,
    "huge": True,
    "redirect": False,
    "captive_portal": False,
    "expire_token": False,
    "claims_challenge": False,
}
NEVER_APPLIED = ("refuse", "timeout_before", "expire_token", "claims_challenge")
VARIANTS = {
    "malformed": ("cut", "nan", "duplicate", "deep", "types"),
    "huge": ("gzip", "plain"),
}


LONGEST_INTERVAL_S = 3600


class BadFault(ValueError):
    """A fault that cannot be played; the text says what is allowed."""


class Fault(msgspec.Struct):
    """One fault and the requests it strikes: all of them where service, method or path is None.

    `times` None: until the faults are cleared.
    """

    fault: str
    service: str | None = None
    method: str | None = None
    path: str | None = None  # regular expression, searched in the path without the profile prefix
    times: int | None = None
    skip: int = 0  # so many matching requests pass unharmed first
    code: int = 0  # status: the HTTP status; redirect: 302 unless given
    retry_after: str | None = None  # status: value of the Retry-After header, seconds or a date
    error_code: str | None = None  # status: the code within the service's own error shape
    message: str | None = None
    body: dict[str, Any] | list[Any] | str | None = None  # status: the whole body, JSON or text, in any service's shape
    location: str | None = None  # redirect: where to; "same" means the address asked for
    variant: str | None = None  # malformed, huge: which way
    size: int = 256 * 1024 * 1024  # huge: bytes after unpacking
    interval_s: float = 0.5  # slow: between two bytes
    apply: bool | None = None  # whether the request takes effect; None: as usual for the fault
    struck: int = 0

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Fault:
        """Reads a fault as the control interface and scenarios write it. Raises BadFault."""
        known = set(cls.__struct_fields__) - {"struck"}
        if unknown := set(table) - known:
            raise BadFault(f"unknown: {', '.join(sorted(unknown))}; allowed: {', '.join(sorted(known))}")
        try:
            values = {**table}
            if isinstance(values.get("retry_after"), int | float):
                values["retry_after"] = str(values["retry_after"])
            fault = msgspec.convert(values, cls)
            re.compile(fault.path or "")
        except (msgspec.ValidationError, re.error) as problem:
            raise BadFault(str(problem)) from None
        fault.check()
        return fault

    def check(self) -> None:
        """Raises BadFault for a combination that means nothing."""
        if self.fault not in APPLIES:
            raise BadFault(f"fault must be one of {', '.join(APPLIES)}")
        if self.service not in (None, *SERVICES):
            raise BadFault(f"service must be one of {', '.join(SERVICES)}")
        if self.fault == "status" and not (400 <= self.code <= 599 or (self.code == 200 and self.body is not None)):
            raise BadFault("status needs a code from 400 to 599, or 200 and a body")
        if self.body is not None and self.fault != "status":
            raise BadFault("only status has a body")
        if self.fault == "claims_challenge" and self.service not in (None, "arm", "keyvault", "graph"):
            raise BadFault("claims_challenge needs service arm, keyvault or graph")
        if self.variant is not None and self.variant not in VARIANTS.get(self.fault, ()):
            raise BadFault(f"variant of {self.fault} must be one of {', '.join(VARIANTS.get(self.fault, ('none',)))}")
        if self.apply and self.fault in NEVER_APPLIED:
            raise BadFault(f"{self.fault} never applies the request")
        if self.times is not None and self.times < 1:
            raise BadFault("times must be 1 or more")
        if self.fault == "redirect" and self.code and not 300 <= self.code <= 399:
            raise BadFault("redirect needs a code from 300 to 399")
        if self.skip < 0 or self.size < 0 or not 0 <= self.interval_s <= LONGEST_INTERVAL_S:
            raise BadFault(f"skip and size must be 0 or more, interval_s 0 to {LONGEST_INTERVAL_S}")

    @property
    def applies(self) -> bool:
        """Whether the request takes effect."""
        return APPLIES[self.fault] if self.apply is None else self.apply

    def strikes(self, service: str, method: str, path: str) -> bool:
        """Whether a request is one of those meant, leaving `times` and `skip` aside."""
        return (
            self.service in (None, service)
            and (self.method is None or self.method.upper() == method)
            and (self.path is None or re.search(self.path, path, re.IGNORECASE) is not None)
        )


class FaultTable:
    """The faults in force, oldest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Puts a fault in force, behind those that already are."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Lifts all faults."""
        self._faults.clear()

    def take(self, service: str, method: str, path: str) -> Fault | None:
        """The fault that strikes this request; counts it, and lifts the fault when it has struck often enough."""
        for fault in self._faults:
            if not fault.strikes(service, method, path):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.struck += 1
            if fault.struck == fault.times:
                self._faults.remove(fault)
            return fault
        return None

    def snapshot(self) -> list[dict[str, Any]]:
        """The faults in force as JSON-ready values."""
        return [
            {
                name: value
                for name, value in msgspec.structs.asdict(fault).items()
                if value is not None and name != "size"
            }
            for fault in self._faults
        ]
