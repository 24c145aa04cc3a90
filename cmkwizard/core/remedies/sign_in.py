"""What Microsoft Entra refuses: its AADSTS codes, and the words of OAuth that come with them."""

from __future__ import annotations

from collections.abc import Iterable

from cmkwizard.core.people import ENTRA_ADMINISTRATOR, NETWORK_ADMINISTRATOR, YOU
from cmkwizard.core.problems import Kind
from cmkwizard.core.remedies.row import ENTRA, OAUTH, Remedy


def _rows(codes: str, row: Remedy) -> Iterable[tuple[str, Remedy]]:
    return ((f"AADSTS{number}", row) for number in codes.split())


ENDED = Remedy(Kind.SIGN_IN, "The sign-in to Azure has ended.", "Sign in again.", YOU, ENTRA)
_NOBODY = Remedy(
    Kind.SIGN_IN, "Nobody is signed in, so a sign-in without a prompt cannot work.", "Sign in.", YOU, ENTRA
)
_MFA = Remedy(
    Kind.SIGN_IN,
    "This directory asks for multi-factor authentication, also of accounts that another directory has let in.",
    "Sign in again to this very directory.",
    YOU,
    ENTRA,
)
_MFA_OLD = Remedy(
    Kind.SIGN_IN,
    "The sign-in, or its multi-factor authentication, is older than your organisation allows.",
    "Sign in again.",
    YOU,
    ENTRA,
)
_DIRECTORY = Remedy(
    Kind.SIGN_IN,
    "This account does not belong to the directory that was asked for.",
    "Sign in with an account of this directory, have yours invited as a guest, or choose another directory.",
    f"{YOU}, or {ENTRA_ADMINISTRATOR}",
    ENTRA,
)
_ACCESS = Remedy(
    Kind.PERMISSION,
    "A Conditional Access policy of your organisation refused the sign-in.",
    "Ask for an exception or for the conditions, with the code, the correlation id and the time.",
    ENTRA_ADMINISTRATOR,
    ENTRA,
)
_DEVICE = Remedy(
    Kind.PERMISSION,
    "Your organisation lets only managed devices sign in, and does not know this one as such.",
    "Sign in from a managed device, or have this one joined and made compliant.",
    f"{YOU}, or {ENTRA_ADMINISTRATOR}",
    ENTRA,
)
_COMMON = Remedy(
    Kind.INVALID,
    "The app takes sign-ins of one directory only, so its id or domain has to be named.",
    "Enter your directory's id or domain, and sign in again.",
    YOU,
    ENTRA,
)
_ONLY_ADMIN = Remedy(
    Kind.PERMISSION,
    "Only an administrator may consent here.",
    "Send the consent address to an administrator; this program goes on when it is done.",
    ENTRA_ADMINISTRATOR,
    ENTRA,
)
_NO_SERVICE = Remedy(
    Kind.NOT_FOUND,
    "The directory does not have the service, or the app, that was asked for.",
    "Check that this is the right directory; then have consent given, which makes it.",
    ENTRA_ADMINISTRATOR,
    ENTRA,
)
_NO_APP = Remedy(
    Kind.NOT_FOUND,
    "The app is not known in this directory.",
    "Check the directory and the app's id; the app may still need to be consented to.",
    f"{YOU}, or {ENTRA_ADMINISTRATOR}",
    ENTRA,
)
_DISABLED = Remedy(
    Kind.PERMISSION,
    "This app is switched off in the directory.",
    "Enable it under Enterprise applications.",
    ENTRA_ADMINISTRATOR,
    ENTRA,
)
_RESTRICTED = Remedy(
    Kind.PERMISSION,
    "Your network, or a cross-tenant policy, lets nobody sign in to this directory from here.",
    "Have the directory allowed in the tenant restrictions or the cross-tenant access settings.",
    f"{NETWORK_ADMINISTRATOR}, with {ENTRA_ADMINISTRATOR}",
    ENTRA,
)
_UNKNOWN_TENANT = Remedy(
    Kind.INVALID,
    "This directory does not exist, or it is in another cloud.",
    "Check the directory's id or domain, and which cloud it is in.",
    YOU,
    ENTRA,
)
_ACCOUNT = Remedy(
    Kind.PERMISSION,
    "The account is disabled or locked.",
    "Have the account unlocked.",
    ENTRA_ADMINISTRATOR,
    ENTRA,
)
_PASSWORD = Remedy(
    Kind.SIGN_IN, "The password is wrong, or has run out.", "Sign in again with the present password.", YOU, ENTRA
)
_DECLINED = Remedy(Kind.DECLINED, "The sign-in was declined in the browser.", "Sign in again and accept.", YOU, OAUTH)
_CODE_OVER = Remedy(Kind.SIGN_IN, "The code ran out before it was entered.", "Ask for a new code.", YOU, OAUTH)

SIGN_IN: dict[str, Remedy] = dict(
    (
        *_rows("50058", _NOBODY),
        *_rows("700082 50173 50133", ENDED),
        *_rows("50076 50079 50074 50072 50158", _MFA),
        *_rows("50078 70043", _MFA_OLD),
        *_rows("53003 50131", _ACCESS),
        *_rows("53000 53001 50097", _DEVICE),
        *_rows(
            "530035",
            Remedy(
                Kind.PERMISSION,
                "The security defaults of the directory refused the sign-in.",
                "Ask for another way to sign in, with the code, the correlation id and the time.",
                ENTRA_ADMINISTRATOR,
                ENTRA,
            ),
        ),
        *_rows(
            "50105",
            Remedy(
                Kind.PERMISSION,
                "This account is not assigned to the app.",
                "Have the account assigned to the app.",
                ENTRA_ADMINISTRATOR,
                ENTRA,
            ),
        ),
        *_rows("50020 50034 90072 16000", _DIRECTORY),
        *_rows("50194 9001023 90130", _COMMON),
        *_rows(
            "65001",
            Remedy(
                Kind.PERMISSION,
                "Nobody has consented to this app in the directory yet.",
                "Give consent in the browser.",
                f"{YOU}, or {ENTRA_ADMINISTRATOR}",
                ENTRA,
            ),
        ),
        *_rows(
            "65004",
            Remedy(Kind.DECLINED, "Consent was declined in the browser.", "Start again and accept.", YOU, ENTRA),
        ),
        *_rows("90094 90095", _ONLY_ADMIN),
        *_rows("650052 500011", _NO_SERVICE),
        *_rows("700016 700011", _NO_APP),
        *_rows("7000112 70001", _DISABLED),
        *_rows(
            "50011",
            Remedy(
                Kind.INVALID,
                "The app's registration lacks this program's reply address.",
                "Add http://localhost to it, as an address of a public client.",
                ENTRA_ADMINISTRATOR,
                ENTRA,
            ),
        ),
        *_rows(
            "7000218",
            Remedy(
                Kind.INVALID,
                "The app's registration is not a public client.",
                "Allow public client flows in the registration.",
                ENTRA_ADMINISTRATOR,
                ENTRA,
            ),
        ),
        *_rows("500021 500022 500212 500213", _RESTRICTED),
        *_rows("90002 90038", _UNKNOWN_TENANT),
        *_rows("50057 50053", _ACCOUNT),
        *_rows("50055 50126", _PASSWORD),
    )
)
"""By AADSTS code."""

OAUTH_WORDS: dict[str, Remedy] = {
    "invalid_grant": ENDED._replace(general=True, source=OAUTH),
    "interaction_required": ENDED._replace(general=True, source=OAUTH),
    "login_required": ENDED._replace(general=True, source=OAUTH),
    "access_denied": _DECLINED._replace(general=True),
    "authorization_declined": _DECLINED._replace(general=True),
    "expired_token": _CODE_OVER,
    "code_expired": _CODE_OVER,
}
"""What comes with an AADSTS code, and tells less."""
