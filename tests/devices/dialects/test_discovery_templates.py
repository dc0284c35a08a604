import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.dialects.discovery.expressions import compile_expression
from devices.dialects.discovery.payload import Payload
from devices.dialects.discovery.sandbox import compile_template
from devices.dialects.discovery.templates import MAX_CACHED, Templates
from devices.model import PayloadError

VALUE = b'{"t": 21.55, "s": "ON", "n": null, "yes": true, "list": [1, 2], "deep": {"a b": {"x": "y"}}, "update": "u"}'

PLAIN = [
    ("{{ value_json.t }}", "21.55"),
    ("{{value_json.t}}", "21.55"),
    ("{{ value_json['s'] }}", "ON"),
    ('{{ value_json.deep["a b"].x }}', "y"),
    ("{{ value_json.list[1] }}", "2"),
    ("{{ value_json.update }}", "u"),
    ("{{ value_json.n }}", "None"),
    ("{{ value_json.yes }}", "True"),
    ("{{ value_json.missing }}", None),
    ("{{ value_json.missing | default('-') }}", "-"),
    ("{{ value_json.missing | default(0) | int + 1 }}", "1"),
    ("{{ value_json.missing | is_defined }}", None),
    ("{{ value_json.t | is_defined }}", "21.55"),
    ("{{ value_json.t | round(1) }}", "21.6"),
    ("{{ value_json.t | round }}", "22"),
    ("{{ value_json.t | int }}", "21"),
    ("{{ value_json.t | float * 2 }}", "43.1"),
    ("{{ value_json.t * 2 - 1 }}", "42.1"),
    ("{{ (value_json.t + 0.45) | int }}", "22"),
    ("{{ value_json.s | lower }}", "on"),
    ("{{ value_json.s | replace('O', '0') }}", "0N"),
    ("{{ 'on' if value_json.s == 'ON' else 'off' }}", "on"),
    ("{{ 'hot' if value_json.t > 30 else 'cold' if value_json.t < 22 else 'mild' }}", "cold"),
    ("{{ value_json.yes and not value_json.n }}", "True"),
    ("{{ 's' in value_json }}", "True"),
    ("{{ value_json.missing is defined }}", "False"),
    ("{{ value_json.n is none }}", "True"),
    ("{{ value_json.yes | iif('A', 'B') }}", "A"),
    ("{{- value_json.s -}}", "ON"),
]
BEYOND = [
    ("{% if value_json.s == 'ON' %}open{% else %}closed{% endif %}", "open"),
    ("{{ {0: 'off', 1: 'heat'}[value_json.list[0]] | default('off') }}", "heat"),
    ("{{ {0: 'off', 1: 'heat'}[7] | default('off') }}", "off"),
    ("{% set values = {'ON': 'heating'} %}{{ values[value_json.s] }}", "heating"),
    ("{{ value_json.s ~ '/' ~ value_json.t }}", "ON/21.55"),
    ("{{ '%0.1f' % value_json.t }}", "21.6"),
    ("{{ value_json.s.lower() }}", "on"),
    ("{{ value_json.get('missing', 'none of it') }}", "none of it"),
    ("{{ '1,2,3,4'.split(',')[0:3] | join(',') }}", "1,2,3"),
    ("{{ ((float(value_json.t) * 99) | round(0)) + 1 }}", "2134"),
    ("{{ value | regex_replace('.*\"s\": \"(.)N.*', '\\\\1') }}", "O"),
    ("{{ 'v1.2-rc' | regex_replace('^v(?P<a>[0-9.]+?)(?:-rc)?$', '\\\\1') }}", "1.2"),
    ("{{ 1767258000 | timestamp_custom('%Y-%m-%d', true) }}", "2026-01-01"),
    ("{{ 5 | bitwise_and(4) }}", "4"),
    ("{{ value_json.deep | to_json }}", '{"a b": {"x": "y"}}'),
    ("{{ (value | from_json).s }}", "ON"),
    ("{{ value_json.s in ['ON', 'OFF'] }}", "True"),
    ("{{ value_json.list[0] in range(0, 10) }}", "True"),
    ('{"latest":"{{ value_json.s }}"}', '{"latest":"ON"}'),
    ("plain text", "plain text"),
]


@pytest.mark.parametrize(("source", "text"), PLAIN + BEYOND)
def test_templates_of_publishers_render(source: str, text: str | None):
    assert Templates().compile(source).read(Payload(VALUE)) == text


@pytest.mark.parametrize("source", [source for source, _ in PLAIN])
def test_plain_expressions_need_no_jinja(source: str):
    assert compile_expression(source) is not None


@pytest.mark.parametrize("source", [source for source, _ in PLAIN if "is_defined" not in source])
def test_plain_expressions_give_what_jinja_gives(source: str):
    scope: dict[str, Any] = {"value_json": Payload(VALUE).json, "value": VALUE.decode()}
    expression = compile_expression(source)
    assert expression is not None
    assert str(expression(scope)) == compile_template(source)(scope)


def test_jinja_is_loaded_only_for_a_template_that_needs_it():
    code = (
        "import sys; from devices.dialects.discovery.templates import Templates; from devices.dialects.discovery import"
        " Discovery; Templates().compile('{{ value_json.a | round(1) }}'); assert 'jinja2' not in sys.modules;"
        " Templates().compile('{% if 1 %}{% endif %}'); assert 'jinja2' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)


@pytest.mark.parametrize(
    "source",
    [
        "{{ value_json. }}",
        "{% if %}",
        "{{ value | no_such_filter }}",
        "{{ 'x' | center(99999999) }}",
        "{% for i in range(10) %}x{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 'x' %}",
        "{% extends 'x' %}",
        "{% set s %}x{% endset %}",
        "{% filter upper %}x{% endfilter %}",
        "{{ " + "(" * 1500 + "1" + ")" * 1500 + " }}",
        "{{ " + "-" * 3000 + "1 }}",
        "{{ " + "+".join(["1"] * 900) + " }}",
        "{% if 1 %}" * 150 + "{% endif %}" * 150,
        "{{ value }}" * 1000,
        "{{ value" + "| regex_replace('a', 'b')" * 4 + " }}",
        "{{ value_json.a" + " | to_json | from_json" * 150 + " }}",
    ],
    ids=lambda source: source[:25],
)
def test_what_is_not_allowed_does_not_compile(source: str):
    with pytest.raises(PayloadError, match=r"template"):
        Templates().compile(source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'a' * 999999999 }}",
        "{{ [0] * 999999999 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ 2 ** 999999999 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '%*d' % (999999999, 1) }}",
        "{{ '%999999999d' | format(1) }}",
        "{{ '{:999999999}'.format(1) }}",
        "{{ 'x'.zfill(999999999) }}",
        "{{ 'x'.ljust(999999999) }}",
        "{{ range(999999999) | list }}",
        "{% set a = 'xxxxxxxxxxxxxxxx' %}" + "{% set a = a ~ a ~ a ~ a ~ a ~ a ~ a ~ a %}" * 8 + "{{ a }}",
        "{% set a = 'xxxxxxxxxxxxxxxx' %}" + "{% set a = a + a %}" * 40 + "{{ a }}",
        "{% set a = 'xxxxxxxxxxxxxxxx' %}" + "{% set a = a.replace('x', 'xxxxxxxxxxxx') %}" * 9 + "{{ a }}",
        "{% set a = 'xxxxxxxxxxxxxxxx' %}" + "{% set a = [a, a, a, a] | join(a) %}" * 9 + "{{ a }}",
        "{{ value | regex_match('(a+)+$') }}",
        "{{ value | regex_match('a*a*a*a*a*b') }}",
        "{{ 'a' | regex_match('" + "a?" * 30 + "') }}",
        "{{ 'a' | regex_match('" + "(a|a)" * 30 + "') }}",
        "{{ 'a' | regex_match('(?=a)a') }}",
        "{{ 'a' | regex_match('(a') }}",
        "{{ 'x'.__class__.__mro__ }}",
        "{{ value_json.__class__.__init__.__globals__ }}",
        "{{ ''['__class__']['__base__'] }}",
        "{{ value_json.update('x') }}",
        "{{ value_json.clear() }}",
        "{{ cycler('a').__init__ }}",
        "{{ lipsum() }}",
        "{{ now() }}",
        "{{ states('light.kitchen') }}",
        "{{ 1 / 0 }}",
        "{{ value_json.missing.more }}",
        "{{ value_json.s | float }}",
        "{{ value_json.s | int }}",
        "{{ value_json.missing | round(1) }}",
    ],
    ids=lambda source: source[:40],
)
def test_an_attack_or_a_mistake_fails_with_the_templates_head(source: str):
    template = Templates().compile(source)
    with pytest.raises(PayloadError, match=r"template '|template \""):
        template.read(Payload(VALUE))


def test_the_output_is_bounded():
    template = Templates().compile("{% if 1 %}" + "{{ value }}" * 40 + "{% endif %}")
    with pytest.raises(PayloadError, match="of that size"):
        template.read(Payload(b"x" * 60_000))


def test_a_payload_that_is_no_json_has_no_value_json():
    templates = Templates()
    assert templates.compile("{{ value_json | default('none') }}").read(Payload(b"{broken")) == "none"
    with pytest.raises(PayloadError, match="missing"):
        templates.compile("{{ value_json.x }}").read(Payload(b"{broken"))


def test_compiled_templates_are_shared_and_bounded():
    templates = Templates()
    first = templates.compile("{{ value }}")
    assert templates.compile("{{ value }}") is first
    for number in range(MAX_CACHED):
        templates.compile(f"{{{{ value_json.k{number} }}}}")
    assert templates.compile("{{ value }}") is not first


WORDS = (
    "value", "value_json", ".", "t", "s", "list", "[", "]", "'", "|", "round", "(", "1", ")", "default", "if", "else",
    "==", "+", "*", "~", "not", "and", "in", "is", "defined", "{{", "}}", "{%", "%}", "set", "=", "for", "endif",
)  # fmt: skip


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(WORDS),
            max_size=25,
        ).map(lambda words: "{{ " + " ".join(words) + " }}"),
    )
)
def test_any_template_renders_or_raises_payload_error(source: str):
    try:
        Templates().compile(source).read(Payload(VALUE))
    except PayloadError:
        pass
