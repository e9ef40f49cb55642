"""Settings that lie in files: ``SECRETS_DIR`` names a folder with one file per setting, named like the setting."""

import os

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict


class SettingsWithFiles(BaseSettings):
    """Reads the environment, and for what is not there the files of ``SECRETS_DIR``; their edges are stripped."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file=None, env_ignore_empty=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # pydantic hands all over by name
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # its folder is known only at run time
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the folder, where one is named, behind the environment."""
        folder = os.environ.get("SECRETS_DIR")
        if not folder:
            return init_settings, env_settings
        return init_settings, env_settings, SecretsSettingsSource(settings_cls, secrets_dir=folder)
