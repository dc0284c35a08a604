import pytest

from devices.home import Home
from skills import registry
from skills.grammar import load
from skills.grammar.model import Understander
from tests.skills.grammar import small


@pytest.fixture(scope="session")
def engine() -> Understander:
    """English, with the sentences of the built-in skills."""
    return load("en", registry.load().documents("en"))


@pytest.fixture
def home() -> Home:
    return small.house()
