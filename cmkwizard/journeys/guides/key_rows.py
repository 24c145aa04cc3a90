"""The ways for the key, Adobe's app and its role, and a Managed HSM (K01 to K13, P01 to P09, H01)."""

from __future__ import annotations

from datetime import timedelta

from cmkwizard.core.built_in_roles import HSM_CRYPTO_SERVICE_ENCRYPTION_USER
from cmkwizard.core.requirements.finding import Fix
from cmkwizard.core.roles import CRYPTO_SERVICE_ENCRYPTION_USER, assignment_name
from cmkwizard.journeys import commands
from cmkwizard.journeys.fixes import commands as fix_commands
from cmkwizard.journeys.guides.ground import Ground
from cmkwizard.journeys.guides.places import about_page, app_page, consent_page, vault_page
from cmkwizard.journeys.guides.rows import Lines, Row, lines, no_way

_LIFE = timedelta(days=730)
_VAULT = "Azure portal > {vaults} > {vault}"
_KEY = f"{_VAULT} > Objects > Keys > {{key}}"
_VERSION = f"{_KEY} > CURRENT VERSION"
_SHOW = "az keyvault key show {where} --name {key}"
_OTHER_KEY = "This program > Key: choose another key, or type a new name to have one made."


def _of_key(template: str) -> Lines:
    """Commands about the key, in a vault or in a Managed HSM."""
    return lambda ground: (
        ground.line(template.replace("{where}", "--hsm-name {vault}" if ground.hsm else "--vault-name {vault}")),
    )


def _change(options: str) -> Lines:
    """Change attributes of the key's current version, where it is there."""

    def make(ground: Ground) -> tuple[str, ...]:
        if ground.vault is None or ground.key is None:
            return ()
        return (fix_commands.key_set(ground.vault, ground.key, options),)

    return make


def _operations(ground: Ground) -> tuple[str, ...]:
    if ground.key is None:
        return ()
    kept = [each for each in ground.key.operations if each.lower() not in ("wrapkey", "unwrapkey")]
    return _change(f"--ops {' '.join((*kept, 'wrapKey', 'unwrapKey'))}")(ground)


def _active(ground: Ground) -> tuple[str, ...]:
    return _change(f"--not-before {ground.survey.at - timedelta(days=1):%Y-%m-%dT00:00Z}")(ground)


def _later_end(ground: Ground) -> tuple[str, ...]:
    return _change(f"--expires {ground.survey.at + _LIFE:%Y-%m-%dT00:00Z}")(ground)


def _create_or_recover(ground: Ground) -> tuple[str, ...]:
    if ground.finding.fix is Fix.OTHERS:  # Adobe uses it: it must not be replaced by a new one of the same name
        return _of_key("az keyvault key list-deleted {where} --output table")(ground)
    return () if ground.hsm else (commands.key_create(ground.survey.choices),)


def _consent(ground: Ground) -> tuple[str, ...]:
    if not ground.application:
        return ()
    if ground.app is not None and not ground.app.enabled:
        return (ground.line("az ad sp update --id {application} --set accountEnabled=true"),)
    return (commands.app_show(ground.application),)


def _role(ground: Ground) -> tuple[str, ...]:
    """Give Adobe's app its role: on the vault, or in the Managed HSM."""
    if not ground.application:
        return ()
    role, create = CRYPTO_SERVICE_ENCRYPTION_USER, commands.role_create
    if ground.hsm:
        role, create = HSM_CRYPTO_SERVICE_ENCRYPTION_USER, commands.local_role_create
    object_id = ground.app.object_id if ground.app else None
    name = assignment_name(ground.vault_id, role, object_id) if object_id else None
    return (create(ground.survey.choices, ground.application, object_id, name),)


def _held(ground: Ground) -> tuple[str, ...]:
    start = "az role assignment list --scope {vault_id} --include-inherited --output table"
    who = ground.line(" --assignee {id}", id=ground.app.object_id) if ground.app else ""
    return (ground.line(start) + who,)


_IAM = f"{_VAULT} > Access control (IAM)"
_GIVE = (
    f"{_IAM} > Add > Add role assignment: Key Vault Crypto Service Encryption User, for the enterprise application "
    "{app} (application id {application})"
)

ROWS = {
    "K01": Row(f"{_VAULT} > Objects > Keys", vault_page("keys"), _create_or_recover),
    "K02": Row(_OTHER_KEY, vault_page("keys"), _of_key(f"{_SHOW} --query key.kty --output tsv")),
    "K03": Row(f"{_OTHER_KEY} A key's size cannot be changed.", vault_page("keys"), _of_key(_SHOW)),
    "K04": Row(f"{_VERSION} > Enabled? > Yes, then Apply", vault_page("keys"), _change("--enabled true")),
    "K05": Row(
        f"{_VERSION} > Set activation date: choose a day that is past, then Apply. It cannot be taken away.",
        vault_page("keys"),
        _active,
    ),
    "K06": Row(
        f"{_VERSION} > Set expiration date: choose a later day, then Apply; and {{key}} > Rotation policy, so that a "
        "new version is made in time. A date that was set cannot be taken away.",
        vault_page("keys"),
        _later_end,
    ),
    "K07": Row(
        f"{_VERSION} > Permitted operations: tick Wrap Key and Unwrap Key, then Apply", vault_page("keys"), _operations
    ),
    "K08": Row(
        f"{_VAULT} > Settings > Properties > Purge protection > Enable. It cannot be turned off again.",
        vault_page("properties"),
        lambda ground: () if ground.hsm else (fix_commands.purge_protection_on(ground.vault_id),),
    ),
    "K09": no_way(
        "A trial with your own account proves nothing of Adobe's; Adobe makes its own when the key is submitted."
    ),
    "K10": Row(
        f"{_VAULT} > Objects > Keys > Manage deleted keys > {{key}} > Recover",
        vault_page("keys"),
        _of_key("az keyvault key recover {where} --name {key}"),
    ),
    "K11": Row(
        f"{_KEY} > Download Backup",
        vault_page("keys"),
        _of_key("az keyvault key backup {where} --name {key} --file {key}.keybackup"),
    ),
    "K12": Row(f"{_VERSION} > Key Identifier", vault_page("keys"), _of_key(_SHOW)),
    "K13": Row(f"{_KEY}: see how it is, and decide whether it serves.", vault_page("keys"), _of_key(_SHOW)),
    "P01": Row(
        "Microsoft sign-in: open the consent address, signed in to the directory {tenant}, and accept. If the app is "
        "there and disabled: Entra admin centre > Enterprise applications > {app} > Properties > Enabled for users to "
        "sign in?",
        consent_page,
        _consent,
    ),
    "P02": Row(
        "Entra admin centre > Enterprise applications > {app} > Overview > Application ID: it has to be {application}.",
        app_page,
        _consent,
    ),
    "P03": Row(
        "Entra admin centre > Enterprise applications > {app} > Properties: see who publishes it.", app_page, _consent
    ),
    "P04": no_way(
        "The address comes from Adobe: nothing in Azure changes it. Ask Adobe support before anybody opens it."
    ),
    "P05": Row(_GIVE, vault_page("users"), _role),
    "P06": Row(f"{_IAM} > Role assignments: see what {{app}} holds, and where it comes from.", about_page(), _held),
    "P07": Row(
        f"{_GIVE}. The entry “Identity not found” under Role assignments is the former one; it can stay.",
        vault_page("users"),
        _role,
    ),
    "P08": no_way("Azure needs up to 10 minutes to spread a role, and nothing shows or hurries it: wait."),
    "P09": Row(
        f"{_VAULT} > Settings > Local RBAC > Add: Managed HSM Crypto Service Encryption User, for {{app}}, all keys",
        vault_page(),
        _role,
    ),
    "H01": Row(
        f"{_VAULT} > Settings > Security Domain: download it, encrypted with the public keys of at least three people. "
        "The Managed HSM is active then. Whoever loses the security domain loses the keys.",
        vault_page(),
        lines(
            "az keyvault security-domain download --hsm-name {vault} --sd-wrapping-keys first.cer second.cer third.cer "
            "--sd-quorum 2 --security-domain-file {vault}-security-domain.json"
        ),
    ),
}
