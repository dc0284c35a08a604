"""Which time zone a place has: the cities of the time zone database, and what else people ask for by name."""

from collections.abc import Mapping
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from devices.names import fold

_ABBREVIATED: Mapping[str, str] = {
    "gmt": "Etc/GMT", "utc": "Etc/UTC", "greenwich": "Etc/GMT", "greenwich mean": "Etc/GMT",
    "est": "America/New_York", "edt": "America/New_York", "eastern": "America/New_York",
    "cst": "America/Chicago", "cdt": "America/Chicago", "central": "America/Chicago",
    "mst": "America/Denver", "mdt": "America/Denver", "mountain": "America/Denver",
    "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles", "pacific": "America/Los_Angeles",
    "cet": "Europe/Berlin", "cest": "Europe/Berlin", "bst": "Europe/London", "ist": "Asia/Kolkata",
    "jst": "Asia/Tokyo",
}  # fmt: skip
"""As they are meant in speech: whoever says EST in July means the clocks of New York."""

_ELSEWHERE: Mapping[str, str] = {
    # Countries with one time, and capitals or large cities that the database has under another city.
    "england": "Europe/London", "uk": "Europe/London", "united kingdom": "Europe/London", "britain": "Europe/London",
    "great britain": "Europe/London", "scotland": "Europe/London", "wales": "Europe/London", "ireland": "Europe/Dublin",
    "germany": "Europe/Berlin", "france": "Europe/Paris", "italy": "Europe/Rome", "spain": "Europe/Madrid",
    "netherlands": "Europe/Amsterdam", "holland": "Europe/Amsterdam", "belgium": "Europe/Brussels",
    "switzerland": "Europe/Zurich", "austria": "Europe/Vienna", "poland": "Europe/Warsaw",
    "sweden": "Europe/Stockholm",
    "norway": "Europe/Oslo", "denmark": "Europe/Copenhagen", "finland": "Europe/Helsinki", "greece": "Europe/Athens",
    "czechia": "Europe/Prague", "hungary": "Europe/Budapest", "romania": "Europe/Bucharest",
    "ukraine": "Europe/Kyiv", "turkey": "Europe/Istanbul", "egypt": "Africa/Cairo", "kenya": "Africa/Nairobi",
    "nigeria": "Africa/Lagos", "south africa": "Africa/Johannesburg", "morocco": "Africa/Casablanca",
    "israel": "Asia/Jerusalem", "saudi arabia": "Asia/Riyadh", "iran": "Asia/Tehran", "iraq": "Asia/Baghdad",
    "pakistan": "Asia/Karachi", "india": "Asia/Kolkata", "nepal": "Asia/Kathmandu", "bangladesh": "Asia/Dhaka",
    "thailand": "Asia/Bangkok", "vietnam": "Asia/Ho_Chi_Minh", "philippines": "Asia/Manila", "china": "Asia/Shanghai",
    "taiwan": "Asia/Taipei", "japan": "Asia/Tokyo", "korea": "Asia/Seoul", "south korea": "Asia/Seoul",
    "new zealand": "Pacific/Auckland", "argentina": "America/Argentina/Buenos_Aires", "peru": "America/Lima",
    "colombia": "America/Bogota", "venezuela": "America/Caracas", "cuba": "America/Havana",
    "hawaii": "Pacific/Honolulu", "iceland": "Atlantic/Reykjavik", "portugal": "Europe/Lisbon",
    "beijing": "Asia/Shanghai", "mumbai": "Asia/Kolkata", "bombay": "Asia/Kolkata", "delhi": "Asia/Kolkata",
    "new delhi": "Asia/Kolkata", "bangalore": "Asia/Kolkata", "calcutta": "Asia/Kolkata", "chennai": "Asia/Kolkata",
    "osaka": "Asia/Tokyo", "kyoto": "Asia/Tokyo", "hanoi": "Asia/Bangkok", "abu dhabi": "Asia/Dubai",
    "munich": "Europe/Berlin", "hamburg": "Europe/Berlin", "frankfurt": "Europe/Berlin", "cologne": "Europe/Berlin",
    "barcelona": "Europe/Madrid", "milan": "Europe/Rome", "venice": "Europe/Rome", "geneva": "Europe/Zurich",
    "lyon": "Europe/Paris", "marseille": "Europe/Paris", "edinburgh": "Europe/London", "glasgow": "Europe/London",
    "manchester": "Europe/London", "liverpool": "Europe/London", "saint petersburg": "Europe/Moscow",
    "cape town": "Africa/Johannesburg", "rio": "America/Sao_Paulo", "rio de janeiro": "America/Sao_Paulo",
    "washington": "America/New_York", "washington dc": "America/New_York", "boston": "America/New_York",
    "miami": "America/New_York", "atlanta": "America/New_York", "philadelphia": "America/New_York",
    "nyc": "America/New_York", "new york city": "America/New_York", "florida": "America/New_York",
    "east coast": "America/New_York", "orlando": "America/New_York", "pittsburgh": "America/New_York",
    "houston": "America/Chicago", "dallas": "America/Chicago", "austin": "America/Chicago",
    "texas": "America/Chicago", "new orleans": "America/Chicago", "minneapolis": "America/Chicago",
    "san francisco": "America/Los_Angeles", "san diego": "America/Los_Angeles", "seattle": "America/Los_Angeles",
    "portland": "America/Los_Angeles", "las vegas": "America/Los_Angeles", "california": "America/Los_Angeles",
    "west coast": "America/Los_Angeles", "la": "America/Los_Angeles", "sacramento": "America/Los_Angeles",
    "colorado": "America/Denver", "salt lake city": "America/Denver", "arizona": "America/Phoenix",
    "montreal": "America/Toronto", "ottawa": "America/Toronto", "calgary": "America/Edmonton",
    "canberra": "Australia/Sydney",
}  # fmt: skip

_DEUTSCH: Mapping[str, str] = {
    # As they are compared, without umlauts; cities that German spells like English are not here.
    "tokio": "Asia/Tokyo", "peking": "Asia/Shanghai", "neu delhi": "Asia/Kolkata", "moskau": "Europe/Moscow",
    "rom": "Europe/Rome", "mailand": "Europe/Rome", "venedig": "Europe/Rome", "athen": "Europe/Athens",
    "wien": "Europe/Vienna", "zurich": "Europe/Zurich", "genf": "Europe/Zurich", "bern": "Europe/Zurich",
    "munchen": "Europe/Berlin", "koln": "Europe/Berlin", "deutschland": "Europe/Berlin", "osterreich": "Europe/Vienna",
    "schweiz": "Europe/Zurich", "frankreich": "Europe/Paris", "italien": "Europe/Rome", "spanien": "Europe/Madrid",
    "niederlande": "Europe/Amsterdam", "niederlanden": "Europe/Amsterdam", "belgien": "Europe/Brussels",
    "brussel": "Europe/Brussels", "prag": "Europe/Prague", "warschau": "Europe/Warsaw", "polen": "Europe/Warsaw",
    "kopenhagen": "Europe/Copenhagen", "danemark": "Europe/Copenhagen", "schweden": "Europe/Stockholm",
    "norwegen": "Europe/Oslo", "finnland": "Europe/Helsinki", "griechenland": "Europe/Athens",
    "turkei": "Europe/Istanbul", "lissabon": "Europe/Lisbon", "irland": "Europe/Dublin", "schottland": "Europe/London",
    "grossbritannien": "Europe/London", "agypten": "Africa/Cairo", "kairo": "Africa/Cairo",
    "sudafrika": "Africa/Johannesburg", "kapstadt": "Africa/Johannesburg", "marokko": "Africa/Casablanca",
    "indien": "Asia/Kolkata", "thailand": "Asia/Bangkok", "singapur": "Asia/Singapore", "hongkong": "Asia/Hong_Kong",
    "sudkorea": "Asia/Seoul", "neuseeland": "Pacific/Auckland", "argentinien": "America/Argentina/Buenos_Aires",
    "kalifornien": "America/Los_Angeles", "havanna": "America/Havana", "mexiko stadt": "America/Mexico_City",
}  # fmt: skip

_LEADING = ("the ", "city of ", "der ", "den ")


@cache
def _cities() -> Mapping[str, str]:
    """Return the cities of the database, folded, with their zones; ``America/New_York`` is New York."""
    found: dict[str, str] = {}
    for zone in sorted(available_timezones()):
        region, _, city = zone.partition("/")
        if city and region not in {"Etc", "SystemV", "US", "posix", "right"}:
            found.setdefault(fold(city.rpartition("/")[2].replace("_", " ")), zone)
    return found


def zone_of(place: str) -> ZoneInfo | None:
    """Return the time zone of a city, a country with one time, or a zone's abbreviation; ``None``: not known.

    What follows a city is looked at only if nothing is called by the whole: "paris france" is Paris.
    """
    words = fold(place)
    for leading in _LEADING:
        words = words.removeprefix(leading)
    words = words.removesuffix(" standard").removesuffix(" daylight")
    parts = words.split(" ")
    for end in range(len(parts), 0, -1):
        name = " ".join(parts[:end])
        zone = _ABBREVIATED.get(name) or _ELSEWHERE.get(name) or _DEUTSCH.get(name) or _cities().get(name)
        if zone is not None:
            try:
                return ZoneInfo(zone)
            except ZoneInfoNotFoundError:  # the system's database is older than the table
                return None
    return None
