"""JSON columns as fields a person can fill in."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from opsportal.console.form_fields import PerLanguageField, WordListField
from products.admin.variants import OptionsField

WORD = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters=",，:："), min_size=1, max_size=12)


@given(words=st.lists(WORD, unique=True, max_size=6))
def test_a_word_list_comes_back_as_it_was(words):
    field = WordListField(required=False)
    assert field.clean(field.prepare_value(words)) == words


def test_commas_of_either_width_separate_words():
    assert WordListField().clean("red, blue，绿色\nred") == ["red", "blue", "绿色"]


def test_blank_languages_are_not_kept():
    field = PerLanguageField(required=False)
    assert field.clean(["", "手环"]) == {"zh-hans": "手环"}
    assert field.clean([]) == {}
    assert field.widget.decompress({"zh-hans": "手环"}) == ["", "手环"]


@given(pairs=st.lists(st.tuples(WORD, WORD), max_size=3))
def test_options_come_back_as_they_were(pairs):
    options = [{"name": name, "value": value} for name, value in pairs]
    field = OptionsField(required=False)
    assert field.clean(field.prepare_value(options)) == options
    assert not field.has_changed(options, field.prepare_value(options))


def test_an_option_without_a_name_is_refused_with_the_remedy():
    with pytest.raises(ValidationError, match="Color: Black"):
        OptionsField().clean("Black")
