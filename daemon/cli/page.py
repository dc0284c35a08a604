"""The address of the house's page, with what opens it."""

from daemon import client
from daemon.cli.output import CommandError, Exit, JsonOption, StateOption, daemon_errors, daemon_of, show, table


def page(as_json: JsonOption = False, state: StateOption = None) -> None:
    """Print the address of the page that shows what the house does, why, and stops it or takes it back."""
    from daemon.doors import API_TOKEN

    house = daemon_of(state)
    with daemon_errors():
        rows = table(client.ask(house, "health"))
    row = next((one for one in rows if one["part"] == "dashboard"), None)
    if row is None:
        why = "this house has no page: dashboard.enabled is false"
        raise CommandError(why, "set it to true, and restart", code="no-page", exit_code=Exit.UNAVAILABLE)
    if row["condition"] != "fine":
        why, remedy = str(row["detail"]), str(row["remedy"])
        raise CommandError(why, remedy, code="no-page", exit_code=Exit.UNAVAILABLE)
    try:
        token = (house / API_TOKEN).read_text(encoding="utf-8").strip()
    except OSError as error:
        why = f"cannot read {str(house / API_TOKEN)!r}: {error.strerror}"
        raise CommandError(why, "run it as Hearth's own user", code="no-token", exit_code=Exit.UNAVAILABLE) from error
    # What follows # stays in the browser, and the page takes it out of the address at once.
    address = f"{row['detail']}/#token={token}"
    if as_json:
        show({"address": address})
    else:
        print(address)
