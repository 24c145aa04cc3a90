"""What a guide is written with: the names and ids of one survey, and of what a finding is about."""

from __future__ import annotations

from dataclasses import dataclass

from cmkwizard.core.facts import Account, App, DeletedVault, Key, Registration, Vault
from cmkwizard.core.requirements.finding import Finding
from cmkwizard.core.survey import Survey
from cmkwizard.journeys.commands import line, vault_id


@dataclass(frozen=True)
class Ground:
    """One finding on the facts it was made from."""

    finding: Finding
    survey: Survey
    consent: str = ""
    """The address at which Adobe's app is accepted, checked; empty where it is not known."""

    @property
    def vault(self) -> Vault | None:
        """The vault (or Managed HSM), where it is there."""
        return self.survey.vault if isinstance(self.survey.vault, Vault) else None

    @property
    def key(self) -> Key | None:
        """The key's current version, where it is there."""
        return self.survey.key if isinstance(self.survey.key, Key) else None

    @property
    def app(self) -> App | None:
        """Adobe's app in the directory, where it is there."""
        return self.survey.app if isinstance(self.survey.app, App) else None

    @property
    def deleted(self) -> DeletedVault | None:
        """The deleted vault that has the chosen name."""
        return self.survey.deleted_vault if isinstance(self.survey.deleted_vault, DeletedVault) else None

    @property
    def application(self) -> str:
        """The application id of Adobe's app; empty while Adobe has not named it."""
        found = self.survey.registration
        return found.application_id if isinstance(found, Registration) else self.app.application_id if self.app else ""

    @property
    def hsm(self) -> bool:
        """Whether it is about a Managed HSM."""
        return self.survey.choices.vault.kind == "managed-hsm"

    @property
    def vault_id(self) -> str:
        """The resource id that the vault has, or will have."""
        return self.vault.id if self.vault else vault_id(self.survey.choices)

    @property
    def group_id(self) -> str:
        """The resource id of the vault's resource group."""
        return self.vault_id.partition("/providers/")[0]

    @property
    def subscription_id(self) -> str:
        """The resource id of the subscription."""
        return f"/subscriptions/{self.survey.choices.azure.subscription}"

    @property
    def about(self) -> str:
        """The resource that the finding is about, else the vault."""
        return self.finding.about if self.finding.about.startswith("/") else self.vault_id

    @property
    def tenant(self) -> str:
        """The directory's id; empty where nobody is signed in and none was chosen."""
        account = self.survey.account
        return account.tenant_id if isinstance(account, Account) else self.survey.choices.azure.tenant

    @property
    def names(self) -> dict[str, str]:
        """What the words of a guide name."""
        choices, account = self.survey.choices, self.survey.account
        return {
            "vaults": "Managed HSMs" if self.hsm else "Key vaults",
            "vault": choices.vault.name,
            "key": choices.key.name,
            "group": choices.azure.resource_group,
            "subscription": choices.azure.subscription,
            "location": choices.azure.location,
            "tenant": self.tenant,
            "account": account.name if isinstance(account, Account) else "your account",
            "app": self.app.name if self.app else "Adobe's app",
            "application": self.application or "as Adobe names it",
            "organisation": choices.adobe.organisation,
            "credential": choices.adobe.client_id,
            "region": choices.adobe.region,
            "configuration": choices.adobe.configuration,
            "policy": self.survey.policy.file or "policy.toml",
            "place": self.about.rpartition("/")[2],
        }

    def line(self, template: str, **more: str) -> str:
        """A command line: each ``{name}`` of the template stands for that name, quoted for the shell."""
        known = {**self.names, "vault_id": self.vault_id, "group_id": self.group_id, "about": self.about, **more}
        return template.format(**{name: line("{}", value) for name, value in known.items()})
