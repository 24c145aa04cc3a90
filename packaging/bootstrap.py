"""From a fresh checkout to a practice wizard or to a finished test run, with Python's standard library alone.

    python3 packaging/bootstrap.py wizard [-- what cmkwizard is to be told besides --practice]
    python3 packaging/bootstrap.py test   [-- what pytest is to be told]

This file keeps to what every Python can read, so that an old one answers with a sentence and not with a syntax error.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (this is where an older one is turned away)
    sys.exit(
        "bootstrap: cmkwizard needs Python 3.11 or newer; this is Python %s. "  # noqa: UP031
        "Start packaging/bootstrap.py with a newer one." % sys.version.split()[0]
    )

import environment

if __name__ == "__main__":
    try:
        sys.exit(environment.main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
