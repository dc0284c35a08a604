import pytest

from devices.home import Home
from skills import registry
from skills.grammar import load
from skills.grammar.model import Understander
from tests.skills.grammar import small


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Understander:
    """English, with the sentences of the built-in skills, compiled as the daemon has them."""
    kept = tmp_path_factory.mktemp("sentences")
    return load("en", registry.load().documents("en", cache=kept), cache=kept)


@pytest.fixture
def home() -> Home:
    return small.house()
