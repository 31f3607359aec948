"""The settings: read once at a door (CLI or app factory) and handed down from there.

A flag beats the environment (``ZYMAP_…``), the environment beats ``zymap.toml`` in the
working folder, that beats the default.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import Field, HttpUrl, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from zymap import basemaps as maps
from zymap.errors import InvalidRequest

SETTINGS_FILE = "zymap.toml"


class Settings(BaseSettings):
    """Everything about zymap that an operator may set.

    Attributes
    ----------
    geodata : pathlib.Path or None
        Folder of the layers; None stands for the bundled ones.
    data_dir : pathlib.Path
        Folder of the store.
    store : SecretStr or None
        Conninfo or URL of a PostGIS database; None is the embedded store in `data_dir`.
    dataset : str or None
        Which dataset of the database is served; None where it holds one only.
    replica_wait_s : float
        How long a load waits until the replicas show it.
    autoload : bool
        Whether layers that have changed are loaded before the store is served or exported.
    question_s : float
        Seconds after which the store gives a question up; exports have no such limit.
    body_bytes, url_bytes : int
        Longest body of a posted search; longest path and query of any request.
    requests : int
        Requests that one server process answers at once; answers from memory do not count.
    exports : int
        Files and sheets that one server process makes at once. As many may wait for their turn,
        twice over and for some seconds.
    export_features : int
        Most features that the server writes into one file.
    shutdown_s : int
        Seconds that running requests have to end when the server is told to stop.
    log_format : str
        Form of what the server writes to stderr; ``auto`` is text on a terminal, else JSON.
    metrics : str
        Who may read ``/metrics``: nobody, who asks from this machine itself, or everybody.
    public_url : HttpUrl or None
        The address that links in answers begin with; None takes it from the request, if the
        request's Host is this machine.
    cors_origins : tuple of str
        Origins whose pages may read the API; ``*`` for all.
    basemaps : tuple of Basemap
        The operator's own basemaps.
    tianditu_key : SecretStr or None
        Key of 天地图; its basemaps are there if it is set.
    osm, amap : bool
        Whether OpenStreetMap's and 高德's basemaps are there.
    """

    model_config = SettingsConfigDict(
        env_prefix="ZYMAP_", toml_file=SETTINGS_FILE, extra="forbid", frozen=True
    )

    geodata: Annotated[Path | None, Field(description="layers to serve; default: bundled")] = None
    data_dir: Annotated[Path, Field(description="folder of the store")] = Field(
        default_factory=lambda: platformdirs.user_data_path("zymap")
    )
    store: Annotated[
        SecretStr | None, Field(description="PostGIS database; default: the embedded store")
    ] = None
    dataset: Annotated[str | None, Field(description="dataset of the database to serve")] = None
    replica_wait_s: Annotated[
        float, Field(ge=0, le=3600, description="time that a load waits for replicas")
    ] = 10.0
    autoload: Annotated[
        bool, Field(description="load layers that have changed before serving or exporting")
    ] = True
    host: Annotated[str, Field(description="address to listen on")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="port to listen on")] = 8000
    workers: Annotated[int, Field(ge=1, le=64, description="server processes")] = 1
    question_s: Annotated[float, Field(gt=0, description="time that a question has")] = 10.0
    body_bytes: Annotated[int, Field(gt=0, description="longest body")] = 1_000_000
    url_bytes: Annotated[int, Field(gt=0, description="longest path and query")] = 262_144
    requests: Annotated[int, Field(gt=0, description="requests that a process answers at once")] = (
        500
    )
    exports: Annotated[int, Field(gt=0, description="files that a process makes at once")] = 2
    export_features: Annotated[int, Field(gt=0, description="most features of a file")] = 1_000_000
    shutdown_s: Annotated[
        int, Field(ge=0, description="time that running requests have when zymap is stopped")
    ] = 60
    log_format: Annotated[
        Literal["auto", "json", "text"], Field(description="text on a terminal, else JSON")
    ] = "auto"
    access_log: Annotated[
        Literal["all", "made", "off"], Field(description="requests that have a line in the log")
    ] = "made"
    metrics: Annotated[
        Literal["off", "local", "all"], Field(description="who may read /metrics")
    ] = "local"
    public_url: Annotated[HttpUrl | None, Field(description="address that links begin with")] = None
    cors_origins: Annotated[
        tuple[str, ...], NoDecode, Field(description="origins that may read the API, by commas")
    ] = ("*",)
    basemaps: Annotated[
        tuple[maps.Basemap, ...], Field(description="basemaps from tile templates")
    ] = ()
    tianditu_key: Annotated[
        SecretStr | None, Field(min_length=1, description="key of 天地图; adds its basemaps")
    ] = None
    osm: Annotated[bool, Field(description="offer OpenStreetMap's tiles")] = False
    amap: Annotated[bool, Field(description="offer 高德's tiles")] = False

    def offered_basemaps(self) -> tuple[maps.Basemap, ...]:
        """Return every basemap that the page may offer: 天地图, OSM, 高德, the operator's own."""
        key = self.tianditu_key
        return (
            *(maps.tianditu(key.get_secret_value()) if key else ()),
            *([maps.osm()] if self.osm else ()),
            *([maps.amap()] if self.amap else ()),
            *self.basemaps,
        )

    def environment(self) -> dict[str, str]:
        """Return the variables that another process reads these settings from, key and all."""
        given = self.model_dump(exclude_none=True, mode="json")
        given["cors_origins"] = ",".join(self.cors_origins)
        given["basemaps"] = json.dumps(given["basemaps"])
        for name in ("tianditu_key", "store"):
            secret: SecretStr | None = getattr(self, name)
            if secret:
                given[name] = secret.get_secret_value()
        return {f"ZYMAP_{name.upper()}": str(value) for name, value in given.items()}

    @field_validator("basemaps")
    @classmethod
    def _check_basemap_ids(cls, basemaps: tuple[maps.Basemap, ...]) -> tuple[maps.Basemap, ...]:
        seen = set(maps.PRESETS)
        for basemap in basemaps:
            if basemap.id in seen:
                raise ValueError(f"the id {basemap.id} is taken")
            seen.add(basemap.id)
        return basemaps

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        return tuple(value.split(",")) if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: flag, environment, file; no dotenv, no secrets folder."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def read_settings(**flags: Any) -> Settings:
    """Read the settings; flags that are None do not count.

    Raises
    ------
    InvalidRequest
        A value does not fit, with the name of the setting.
    """
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise InvalidRequest(f"setting {name}: {first['msg']}", parameter=name) from error
    except ValueError as error:
        raise InvalidRequest(f"settings cannot be read: {error}") from error


def setting_origins() -> dict[str, str]:
    """Tell for each setting where its value comes from: environment, file or default."""
    import os

    in_file = TomlConfigSettingsSource(Settings)()
    origins: dict[str, str] = {}
    for name in Settings.model_fields:
        if f"ZYMAP_{name.upper()}" in os.environ:
            origins[name] = "environment"
        else:
            origins[name] = SETTINGS_FILE if name in in_file else "default"
    return origins
