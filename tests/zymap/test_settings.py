import pytest

from zymap.errors import InvalidRequest
from zymap.settings import read_settings, setting_origins


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_flag_beats_the_environment_which_beats_the_file(empty_folder, monkeypatch):
    (empty_folder / "zymap.toml").write_text('port = 1111\nhost = "0.0.0.0"\nworkers = 3\n')
    monkeypatch.setenv("ZYMAP_PORT", "2222")
    monkeypatch.setenv("ZYMAP_WORKERS", "2")
    settings = read_settings(port=3333, host=None)
    assert (settings.port, settings.workers, settings.host) == (3333, 2, "0.0.0.0")


def test_each_setting_tells_where_its_value_comes_from(empty_folder, monkeypatch):
    (empty_folder / "zymap.toml").write_text("workers = 3\n")
    monkeypatch.setenv("ZYMAP_PORT", "2222")
    origins = setting_origins()
    assert origins["port"] == "environment"
    assert origins["workers"] == "zymap.toml"
    assert origins["host"] == "default"


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "99999"), ("WORKERS", "0"), ("PUBLIC_URL", "x")]
)
def test_a_value_that_does_not_fit_is_refused_by_the_name_of_the_setting(name, value, monkeypatch):
    monkeypatch.setenv(f"ZYMAP_{name}", value)
    with pytest.raises(InvalidRequest, match=name.lower()):
        read_settings()


def test_an_unknown_setting_in_the_file_is_refused(empty_folder):
    (empty_folder / "zymap.toml").write_text("prot = 1\n")
    with pytest.raises(InvalidRequest, match="prot"):
        read_settings()


def test_origins_are_given_by_commas(monkeypatch):
    monkeypatch.setenv("ZYMAP_CORS_ORIGINS", "https://a.example,https://b.example")
    assert read_settings().cors_origins == ("https://a.example", "https://b.example")
