"""What a check knows of this computer and its network, without a request of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from urllib.parse import parse_qs

import msgspec
import pytest

from cmkwizard.clouds.computer import can_listen, read_computer
from cmkwizard.clouds.http import Guard
from cmkwizard.clouds.profile import Service
from cmkwizard.clouds.wire import WireError
from cmkwizard.core.survey import Computer, NotKnown, Reach
from tests.clouds.conftest import Practice
from tests.clouds.survey_support import VAULT, Surveyor, surveyor

__all__ = ["surveyor"]

Start = Callable[..., Surveyor]


def computer(guard: Guard, since: float = 0.0) -> Computer:
    return read_computer(guard, since, browser=True, key_vault_api="")


def reach(found: Computer, service: Service) -> Reach:
    (one,) = (each for each in found.reaches if each.service == service)
    return one


def test_every_service_that_was_asked_is_named(surveyor: Start) -> None:
    person = surveyor("completed")
    found = person.take().computer
    assert {each.service for each in found.reaches} == set(Service) - {Service.LOGS}, "a check asks no log"
    assert [each for each in found.reaches if each.problem or each.untrusted] == []
    assert reach(found, Service.VAULT).host.startswith(f"{VAULT}.")
    assert found.sign_in_port is True
    assert isinstance(found.browser, bool)
    spoken = [parse_qs(each["query"])["api-version"][0] for each in person.asked() if each["path"].endswith(VAULT)]
    assert [found.key_vault_api] == spoken


@pytest.mark.parametrize("fault", ["refuse", "timeout_before", "reset", "redirect"])
def test_a_host_that_does_not_answer_is_named_until_it_does(surveyor: Start, fault: str) -> None:
    person = surveyor("completed", **({"deadline_s": 5.0} if fault == "timeout_before" else {}))
    person.guard.session.get(f"{person.practice.profile.ims}/.well-known").close()
    person.practice.fault(fault=fault, service="platform", times=2)
    found = person.take().computer
    assert [each.service for each in found.reaches if each.problem] == [Service.PLATFORM]
    assert "Adobe Experience Platform" in reach(found, Service.PLATFORM).problem
    assert [each for each in person.take().computer.reaches if each.problem] == []


def test_an_old_failure_says_nothing_about_now(practice: Practice) -> None:
    guard = practice.guard()
    practice.fault(fault="reset", service="graph", times=1)
    with pytest.raises(WireError):
        guard.session.get(f"{practice.profile.graph}/v1.0/me")
    assert [each.service for each in computer(guard).reaches if each.problem] == [Service.GRAPH]
    assert computer(guard, time.monotonic()).reaches == ()
    guard.close()


def test_a_certificate_that_is_not_trusted_is_told_apart(practice: Practice) -> None:
    guard = Guard(msgspec.structs.replace(practice.profile, ca_file=None))
    with pytest.raises(WireError):
        guard.session.get(f"{practice.profile.authority}/common/v2.0/.well-known/openid-configuration")
    found = reach(computer(guard), Service.SIGN_IN)
    assert found.untrusted
    assert "certificate" in found.problem
    assert found.issuer == "Practice cloud"
    assert guard.outcomes.last()[0].failure is not None
    guard.close()


@pytest.mark.parametrize("ahead_s", [0, 3600])
def test_the_clouds_clock_is_compared_with_ours(practice: Practice, ahead_s: int) -> None:
    guard = practice.guard()
    assert isinstance(computer(guard).clock_skew_s, NotKnown)
    practice.control("POST", "clock", {"advance_s": ahead_s})
    guard.session.get(f"{practice.profile.resource_manager}/metadata/endpoints?api-version=2022-09-01")
    skew = computer(guard).clock_skew_s
    assert not isinstance(skew, NotKnown)
    assert abs(skew - ahead_s) < 5
    guard.close()


def run(expression: str, **environment: str) -> str:
    """What a program of its own answers, in an environment without a desktop."""
    plain = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")}
    code = f"from cmkwizard.clouds.computer import can_listen, has_browser; {expression}"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**plain, **environment}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="the other systems always have a browser")
def test_a_computer_without_a_browser_is_known() -> None:
    assert run("print(has_browser())", PATH="/nonexistent") == "False"
    assert run("print(has_browser())", PATH="/nonexistent", BROWSER=sys.executable) == "True"


def test_a_computer_that_gives_no_port_is_known() -> None:
    assert can_listen()
    pytest.importorskip("resource", reason="Windows has no such limit")
    no_more_files = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3)); "
    assert run(f"{no_more_files}print(can_listen())") == "False"
