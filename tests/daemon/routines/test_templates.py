"""What templates of real automations come to, without Jinja ever running."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.routines.computing import computed
from daemon.routines.mentioning import mentioned
from daemon.routines.templates import TemplateError, template_of
from daemon.routines.values import UNKNOWN, Value, decoded, encoded
from tests.daemon.routines.house import House, house


def _home() -> House:
    home = house(light__hall="on", sensor__out="21.5", sensor__gone="unavailable")
    home.areas = {"hall": ("light.hall",)}
    home.put("climate.hall", "heat", temperature=20, modes=("heat", "off"), friendly_name="Hall heating")
    home.put("person.anna", "home", user_id="u1", friendly_name="Anna")
    home.put("group.all", "on", entity_id=("light.hall", "climate.hall"))
    return home


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("{{ 1 + 2 * 3 }}", 7),
        ("{{ 7 // 2 }} ", 3),
        ("{{ -7 % 3 }}", 2),
        ("{{ 2 ** 3 }}", 8),
        ("{{ 'a' ~ 1 ~ none }}", "a1None"),
        ("{{ states('light.hall') }}", "on"),
        ("{{ states('light.none') }}", "unknown"),
        ("{{ states.light.hall.state }}", "on"),
        ("{{ states['light.hall'].state }}", "on"),
        ("{{ states.light.none.state }}", UNKNOWN),
        ("{{ states.light | list | count }}", 1),
        ("{{ states('sensor.out') }}", 21.5),
        ("{{ states('sensor.out') | float > 21 }}", True),
        ("{{ states('sensor.gone') | float > 21 }}", UNKNOWN),
        ("{{ states('sensor.gone') | float(0) > 21 }}", False),
        ("{{ states('sensor.out') | int }}", 21),
        ("{{ states('sensor.out') | round(0) }}", 22),
        ("{{ is_state('light.hall', ['on', 'off']) }}", True),
        ("{{ 'light.hall' is is_state('on') }}", True),
        ("{{ state_attr('climate.hall', 'temperature') }}", 20),
        ("{{ state_attr('climate.hall', 'nothing') is none }}", True),
        ("{{ state_attr('climate.none', 'x') == None }}", True),
        ("{{ is_state_attr('climate.hall', 'temperature', 20) }}", True),
        ("{{ has_value('sensor.gone') }}", False),
        ("{{ expand('group.all') | map(attribute='entity_id') | list }}", ("climate.hall", "light.hall")),
        ("{{ states.person | selectattr('attributes.user_id', 'eq', 'u1') | map(attribute='name') | first }}", "Anna"),
        ("{{ area_id('light.hall') }} {{ area_name('light.hall') }}", "hall Hall"),
        ("{{ device_id('light.hall') is none }}", True),
        ("{{ area_entities('hall') | list }}", ("light.hall",)),
        ("{{ nobody }}", UNKNOWN),
        ("{{ nobody is defined }}", False),
        ("{{ nobody | default('x') }}", "x"),
        ("{{ '' | default('x', true) }}", "x"),
        ("{{ not nobody }}", UNKNOWN),
        ("{{ nobody and false }}", False),
        ("{{ nobody or true }}", True),
        ("{{ nobody == 5 }}", UNKNOWN),
        ("{{ 'yes' if nobody else 'no' }}", "no"),
        ("{{ thing.a.b[1] }}", "y"),
        ("{{ thing['a'].b[-1] }}", "y"),
        ("{{ thing.a.b[9] }}", UNKNOWN),
        ("{{ 'abc'[:2] }}", "ab"),
        ("{{ thing.a.b | length }}", 2),
        ("{{ 3 in [1, 2, 3] and 4 not in (1, 2) }}", True),
        ("{{ 1 < 2 <= 2 }}", True),
        ("{{ 'a' < 1 }}", UNKNOWN),
        ("{{ now().hour }}:{{ '%02d' % now().minute }}", "12:00"),
        ("{{ now().strftime('%H:%M') }}", "12:00"),
        ("{{ (now() - timedelta(hours=1)).hour }}", 11),
        ("{{ (now() - today_at('06:00')).total_seconds() }}", 21600.0),
        ("{{ as_timestamp('2026-10-06 12:00') == as_timestamp(now()) }}", True),
        ("{{ now().timestamp() | timestamp_custom('%d.%m.%Y') }}", "06.10.2026"),
        ("{{ now().weekday() }}", 1),
        ("{{ now().replace(hour=3, minute=0).hour }}", 3),
        ("{{ relative_time(now() - timedelta(hours=2)) }}", "2 hours"),
        ("{{ [3, 1, 2] | sort | join(',') }}", "1,2,3"),
        ("{{ [1, 2, 3] | sum }} {{ [1, 5] | max }} {{ min(4, 2) }}", "6 5 2"),
        ("{{ [1, 2, 3, 4] | select('gt', 2) | list }}", (3, 4)),
        ("{{ ['a ', 'b'] | map('trim') | reject('eq', 'b') | list }}", ("a",)),
        ("{{ 'a,b'.split(',')[1] | upper }}", "B"),
        ("{{ 'x_y' | replace('_', ' ') | title }}", "X Y"),
        ("{{ 'v2026.11' | regex_findall('[0-9]+') | last }}", 11),
        ("{{ iif(is_state('light.hall', 'on'), 'hell', 'dunkel') }}", "hell"),
        ("{{ 'on' | bool }}", True),
        ("{{ 'maybe' | bool }}", UNKNOWN),
        ("{{ {'a': 1}.get('b', 2) }}", 2),
        ("{% set x = 4 %}{{ x * 2 }}", 8),
        ("{% if nobody %}a{% elif 1 == 1 %} b {% else %}c{% endif %}", "b"),
        ("{% for i in range(3) %}{{ i }}{% if not loop.last %}-{% endif %}{% endfor %}", "0-1-2"),
        ("{% for k, v in {'a': 1}.items() %}{{ k }}={{ v }}{% endfor %}", "a=1"),
        ("{% for i in [] %}x{% else %}none there{% endfor %}", "none there"),
        ("{% for i in [1, 2] if i > 1 %}n{{ i }}{% endfor %}", "n2"),
        (
            "{% set ns = namespace(n=0) %}{% for i in [1, 2] %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}",
            3,
        ),
        ("{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{% endfor %}{{ x }}", 1),
        ("{% macro f(a, b=2) %}{{ a + b }}{% endmacro %}{{ f(1) }},{{ f(1, b=5) }},{{ f(a=3) }}", "3,6,5"),
        ("{% macro f() %}{% set x = 2 %}{{ x }}{% endmacro %}{% set x = 1 %}{{ f() }}{{ x }}!", "21!"),
        ("{% macro f(x) %}{{ x }}{% endmacro %}{% macro g(y) %}{{ f(y) }}!{% endmacro %}{{ g('a') }}", "a!"),
        ("{% macro f(x) %}{{ x }}{% endmacro %}{{ f() is defined }}", True),
        ("{# nothing #}text", "text"),
        ("0{{ 7 }}:00", "07:00"),
        ("[1, {{ 2 }}]", (1, 2)),
        ("It is {{ states('sensor.none') | float }} degrees", "It is unknown degrees"),
        ("{{ 'x' * 10 }}", UNKNOWN),
        ("{{ 10 ** 1000 }}", UNKNOWN),
        ("{{ 1 / 0 }}", UNKNOWN),
        ("{{ 'aaaa' | regex_match('(a+)+b') }}", UNKNOWN),
        ("{{ '{0.x}'.format(thing) }}", UNKNOWN),
        ("{{ '{:02d}'.format(7) }}!", "07!"),
        ("{{ thing.__class__ }}", UNKNOWN),
    ],
)
def test_templates_come_to(source: str, value: Value):
    variables: dict[str, Value] = {"thing": {"a": {"b": ("x", "y")}}}

    assert computed(template_of(source), _home(), variables) == value


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("{{ lipsum() }}", "the function 'lipsum' in a template (line 1)"),
        ("{{ x.mro() }}", "the method 'mro'"),
        ("{{ x | attr('y') }}", "the filter 'attr'"),
        ("{{ x is odd_thing }}", "No test named"),
        ("{{ [1] | map('attr', 'y') | list }}", "map with 'attr'"),
        ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "the function 'a'"),
        ("{% macro a() %}x{% endmacro %}" + "{{ a() }}" * 201, "more than 200 calls"),
        ("{% from 'x.jinja' import y %}", "fromimport blocks"),
        ("\n{{ x }", "line 2"),
        ("{{ f(*x) }}", "the function 'f'"),
        ("{{ float(*x) }}", "arguments handed over with a star"),
    ],
)
def test_what_has_no_meaning_is_named_with_its_line(source: str, why: str):
    with pytest.raises(TemplateError) as error:
        template_of(source)

    assert why in str(error.value) or "is odd_thing" in source


def test_dice_fall_the_same_way_for_the_same_run_and_not_for_every_one():
    home, template = _home(), template_of("{{ range(0, 1000) | random }}")

    found = {str(computed(template, home, {}, seed)) for seed in ("a", "a", "b", "c")}

    assert len(found) == 3


def test_endless_work_is_unknown_and_soon():
    source = "{% for a in range(10000) %}{% for b in range(10000) %}{{ a }}{% endfor %}{% endfor %}"

    assert computed(template_of(source), _home(), {}) is UNKNOWN


@pytest.mark.parametrize(
    ("source", "entities", "anything", "clock"),
    [
        ("{{ is_state('light.hall', 'on') }}", {"light.hall"}, False, False),
        ("{{ states.sensor.out.state }}", {"sensor.out"}, False, False),
        ("{{ states(trigger.entity_id) }}", set[str](), True, False),
        ("{{ states.light | list }}", set[str](), True, False),
        ("{{ state_attr('group.a', 'entity_id') | select('is_state', 'on') | list }}", {"group.a"}, True, False),
        ("{{ expand('group.a') | list }}", {"group.a"}, True, False),
        ("{{ now().hour > 3 }}", set[str](), False, True),
    ],
)
def test_what_an_expression_looks_at_is_known(source: str, entities: set[str], anything: bool, clock: bool):
    found = mentioned(template_of(source))

    assert (found.entities, found.anything, found.clock) == (entities, anything, clock)


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.timedeltas().map(lambda span: timedelta(seconds=round(span.total_seconds() % 1e6, 3)))
    | st.just(UNKNOWN),
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple) | st.dictionaries(st.text() | st.just("~time"), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(_VALUES)
@settings(max_examples=100, deadline=None)
def test_every_value_comes_back_from_json(value: Value):
    assert decoded(encoded(value)) == value


@given(st.text(alphabet="{}%# abx1.()|'[]<>=+-*/~,:", max_size=40))
@settings(max_examples=200, deadline=None)
def test_rubbish_is_a_template_or_an_error_and_never_raises_otherwise(source: str):
    try:
        template = template_of(source)
    except TemplateError:
        return

    computed(template, _home(), {"a": 1, "b": "x"})


def test_templates_of_real_automations_are_nearly_all_understood():
    folder = Path(__file__).parents[4] / "shared/data/routines/ha"
    if not folder.is_dir():
        pytest.skip("no shared automations beside the repository")
    found = [
        source
        for file in folder.glob("*.yaml")
        for source in re.findall(r"^\s+\S+: \"(\{\{.*\}\})\"$", file.read_text(), re.MULTILINE)
    ]

    failed = [source for source in found if _fails(source.replace('\\"', '"'))]

    assert len(failed) <= len(found) * 0.05


def _fails(source: str) -> bool:
    try:
        template_of(source)
    except TemplateError:
        return True
    return False
