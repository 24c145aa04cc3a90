"""Walks the set-up to COMPLETED by the accessibility trees of the window and of Chromium alone.

A program of its own: it shares nothing with the window but what a screen reader would see. Run by
``test_accessible_set_up.py`` on the system's Python, inside a session bus and a private screen; the first argument is
the Python that runs the window, the second the scenario. It ends when the window shows COMPLETED.
"""

from __future__ import annotations

import subprocess
import sys

from tests.e2e.accessible import application, enabled, find, press, write


def push(window: object, name: str) -> None:
    """Press a button of the window once it can be pressed."""
    press(enabled(window, "push button", name))
    print(f"pressed {name}", flush=True)


def go_on(window: object, to: str) -> None:
    """Press Next and see the page that follows."""
    push(window, "Next")
    find(window, "label", to)


def fill(window: object, name: str, text: str) -> None:
    """Type into a field of the window."""
    write(find(window, "text", name), text)
    print(f"typed into {name}", flush=True)


def in_the_browser(button: str, *, then: str) -> None:
    """Press a button of the page that Chromium shows, and see the page that follows."""
    browser = application("Chromium")
    press(find(browser, "push button", button, starts=True))
    find(browser, "heading", then, starts=True)
    print(f"browser: {button}", flush=True)


def main(python: str, scenario: str) -> None:
    """The whole way, page by page."""
    program = subprocess.Popen([python, "-m", "cmkwizard", "--practice", scenario], stdin=subprocess.DEVNULL)
    try:
        window = application("cmkwizard")
        push(window, "Set up")
        go_on(window, to="Sign in to Azure")
        push(window, "Sign in with the browser")
        in_the_browser("Alice", then="You are signed in")
        go_on(window, to="Connect to Adobe")
        push(window, "Test connection")
        find(window, "label", "Connected")
        go_on(window, to="Vault")
        fill(window, "Resource group", "rg-experience")
        fill(window, "Vault name", "kv-by-ear")
        go_on(window, to="Key")
        fill(window, "Key name", "key-by-ear")
        go_on(window, to="Check")
        find(window, "label", "Checked", starts=True)
        go_on(window, to="Review the plan")
        go_on(window, to="Create vault and key")
        push(window, "Create now")
        go_on(window, to="Consent")
        push(window, "Give consent in the browser")
        in_the_browser("Accept", then="Welcome back")
        go_on(window, to="Submit the key")
        fill(window, "Vault name", "kv-by-ear")
        press(enabled(window, "check box", "I understand that this cannot be undone"))
        push(window, "Submit the key to Adobe")
        find(window, "label", "COMPLETED")
        print("COMPLETED", flush=True)
    finally:
        if (ended := program.poll()) is not None:
            print(f"The window ended by itself: exit status {ended}", flush=True)
        program.terminate()
        program.wait(60)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
