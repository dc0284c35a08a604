"""Running and looking after an installation: run, check, doctor, skills, understand, when."""

import gc
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon import client
from daemon.cli.output import (
    AlwaysJsonOption,
    AnyStateOption,
    CommandError,
    ConfigOption,
    Exit,
    JsonOption,
    StateOption,
    config_path,
    daemon_errors,
    daemon_of,
    print_rows,
    show,
    state_of,
    table,
)
from daemon.errors import DaemonError
from daemon.supervise import Condition
from daemon.systemd import DEMO, state_directory

if TYPE_CHECKING:
    from daemon.config import Config

skills = typer.Typer(help="Plug-ins.")


def run(
    config: ConfigOption = None,
    state: StateOption = None,
    demo: Annotated[bool, typer.Option("--demo", help="With a broker of its own and a simulated home.")] = False,
    chat: Annotated[bool, typer.Option("--chat", help="Offer a prompt here; the log goes to a file.")] = False,
) -> None:
    """Run the daemon in the foreground."""
    # Never the service's: what root wrote there would keep the service out.
    own = state_directory(state, os.environ, name=DEMO if demo else "hearth")
    if chat:
        from daemon.cli.companion import run_with_prompt

        raise typer.Exit(run_with_prompt(config, own, demo=demo))
    # What a start makes stays: looking for what does not took 130 ms of it. `daemon.app` has it collect again.
    gc.disable()
    from daemon.app import serve

    serve(config_path(config), own, demo=demo)


def check(config: ConfigOption = None, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Check the configuration, the secrets it names and the installation, and change nothing."""
    from daemon.config import load, secret
    from daemon.doctor import refuse_models, refuse_speaker_model, unanswered
    from daemon.mcp.wiring import refuse_outside
    from daemon.strangers import refuse_strangers

    path = config_path(config)
    refuse_strangers(thoroughly=True)
    loaded = load(path)
    _check_files(loaded)
    refuse_speaker_model(loaded)
    refuse_models(loaded)
    refuse_outside(loaded.mcp)
    named = {
        "mqtt.password_file": loaded.mqtt.password_file,
        "homeassistant.token_file": loaded.homeassistant.token_file,
        "channels.ntfy.token_file": loaded.channels.ntfy.token_file,
        "channels.email.password_file": loaded.channels.email.password_file,
        **{f"mcp.{name}.token_file": one.token_file for name, one in loaded.mcp.items()},
        **{f"mcp.{name}.secrets.{key}": file for name, one in loaded.mcp.items() for key, file in one.secrets.items()},
    }
    for what, reference in named.items():
        # systemd gives credentials to the service alone: nobody else can tell whether they are there.
        if "CREDENTIALS_DIRECTORY" in os.environ or not (reference or "").startswith("credential:"):
            secret(reference, what=what)
    place = str(path) if path else "no file, embedded defaults"
    names, language = _names(loaded, state_of(state)), unanswered(loaded)
    if as_json:
        show({"ok": True, "config": place, "names": names, "language": language})
    else:
        told = [f"fine: {place}", f"names: {names}" if names else "", language]
        print("\n".join(filter(None, told)))


def _names(config: "Config", state: Path) -> str:
    """Return which of the names in a configuration are trouble when they are spoken; empty: none."""
    from daemon.learning.naming import configured, health_of
    from daemon.listening import Ears

    home = configured(config)
    health = health_of(home, Ears(config, state, home).knows)
    return "" if health.condition is Condition.FINE else f"{health.detail}; {health.remedy}"


def _check_files(config: "Config") -> None:
    """Refuse a configuration that names files which are not there."""
    from daemon.config import ConfigError

    model = config.voice.vosk_model
    if model is not None and not model.is_dir():
        raise ConfigError(f"voice.vosk_model: there is no directory {str(model)!r}")
    files = {
        "voice.piper_voice": config.voice.piper_voice,
        "mqtt.ca_file": config.mqtt.ca_file,
        "mqtt.certificate_file": config.mqtt.certificate_file,
        "mqtt.key_file": config.mqtt.key_file,
        "channels.email.ca_file": config.channels.email.ca_file,
    }
    for key, file in files.items():
        if file is not None and not (file.is_file() and os.access(file, os.R_OK)):
            raise ConfigError(f"{key}: there is no file {str(file)!r} that can be read")


def doctor(config: ConfigOption = None, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Examine each part: fine, degraded or missing, and what to do. Exits with 5 if one is degraded."""
    from daemon.doctor import examine

    rows = examine(config, daemon_of(state))
    if as_json:
        show([asdict(row) for row in rows])
    else:
        print_rows(("part", "condition", "detail", "what to do"), [tuple(asdict(row).values()) for row in rows])
    raise typer.Exit(Exit.FAILED if any(row.condition is Condition.DEGRADED for row in rows) else Exit.OK)


def understand(
    home: Annotated[
        Path | None, typer.Option("--home", help="The house, as a HOME file; to explain: the daemon's.", metavar="HOME")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="The language of the utterances.", metavar="L")] = "en",
    explain: Annotated[str, typer.Option("--explain", help="Show how one text can be read.", metavar="T")] = "",
    as_json: AlwaysJsonOption = True,
    state: StateOption = None,
) -> None:
    """Say what utterances mean in a house: JSON lines in, JSON lines out, without a daemon."""
    del as_json
    if home is None:
        if not explain:
            why = "a house is needed: --home HOME"
            raise CommandError(why, "see: hearth home export", code="usage", exit_code=Exit.USAGE)
        with daemon_errors():
            print("\n".join(map(str, table(client.ask(daemon_of(state), "explain", text=explain, language=language)))))
        return
    from daemon.languages import languages
    from daemon.understand import explain as explain_one
    from daemon.understand import run as run_batch
    from devices.homefile import HomeFileError
    from skills.model import SkillError

    if home.is_char_device():
        why = f"{str(home)!r} is no HOME file"
        raise CommandError(why, "see: hearth home export", code="home-file-invalid", exit_code=Exit.USAGE)
    try:
        if explain:
            print("\n".join(explain_one(home, language, explain)))
        else:
            run_batch(home, language, sys.stdin, sys.stdout)
    except HomeFileError as error:
        raise CommandError(str(error), code=error.code, exit_code=Exit.USAGE) from error
    except SkillError as error:
        remedy = f"there are: {', '.join(languages())}"
        raise CommandError(str(error), remedy, code="unknown-language", exit_code=Exit.USAGE) from error


def when(
    language: Annotated[str, typer.Option("--language", help="The language of the texts.", metavar="L")] = "en",
    as_json: AlwaysJsonOption = True,
    state: AnyStateOption = None,
) -> None:
    """Say what times in words mean: JSON lines in, JSON lines out, without a daemon."""
    del as_json, state
    from daemon.when import LANGUAGES
    from daemon.when import run as run_batch

    if language.partition("-")[0] not in LANGUAGES:
        why = f"no times are known in language {language!r}"
        remedy = f"there are: {', '.join(LANGUAGES)}"
        raise CommandError(why, remedy, code="unknown-language", exit_code=Exit.USAGE)
    run_batch(language, sys.stdin, sys.stdout)


@skills.command("list")
def list_skills(config: ConfigOption = None, as_json: JsonOption = False, state: AnyStateOption = None) -> None:
    """List every skill that is installed, and what became of it."""
    del state
    from daemon.config import load
    from skills.registry import load as load_skills

    loaded = load(config_path(config))
    registry = load_skills(disabled=loaded.skills.disabled, settings=loaded.skills.settings)
    registry.documents(loaded.home.language)
    rows = [
        {"name": r.name, "distribution": r.distribution, "version": r.version, "status": r.status, "error": r.error}
        for r in registry.rows
    ]
    if as_json:
        show(rows)
    else:
        print_rows(("name", "distribution", "version", "status", "error"), [tuple(row.values()) for row in rows])


def config_failure(error: DaemonError) -> CommandError:
    """Return how a command ends that met a configuration, a state or an installation it cannot use."""
    return CommandError(str(error), code=error.code, exit_code=Exit.CONFIG)
