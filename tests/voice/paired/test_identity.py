import ssl
from pathlib import Path

import pytest

from voice.paired.identity import IdentityError, certificate, fingerprint, house_side, identity, satellite_side, trust


def test_a_key_is_made_once_and_is_ours_alone(tmp_path: Path):
    path = identity(tmp_path / "new", "house")

    assert identity(tmp_path / "new", "house").read_bytes() == path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert len(fingerprint(certificate(path))) == 64


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path):
    identity(tmp_path, "house").chmod(0o644)

    with pytest.raises(IdentityError, match="chmod 600"):
        identity(tmp_path, "house")


def test_nothing_older_than_tls_1_3_is_spoken(tmp_path: Path):
    own = identity(tmp_path, "house")

    for context in (house_side(own), satellite_side(own, certificate(own))):
        assert context.minimum_version is ssl.TLSVersion.TLSv1_3


def test_rubbish_is_no_certificate_and_no_key(tmp_path: Path):
    (tmp_path / "rubbish").write_text("rubbish")

    with pytest.raises(IdentityError, match="no certificate"):
        certificate(tmp_path / "rubbish")
    with pytest.raises(IdentityError, match="holds no key"):
        house_side(tmp_path / "rubbish")
    with pytest.raises(IdentityError, match="no certificate"):
        trust(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), b"rubbish")
