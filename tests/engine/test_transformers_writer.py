"""The transformers writer with tiny models: what it promises whatever the model says."""

from __future__ import annotations

from pathlib import Path

import pytest
from transformers import AutoTokenizer

from generation.engine import Brief, Fact, Sampling, Writer, WriteRequest, WriterError
from generation.engine.writers import open_writer
from generation.engine.writers.transformers import TransformersWriter

FACTS = (Fact("续航", "7", "天", condition="典型使用", is_key=True), Fact("防水", "5ATM"))
BRIEF = Brief("products.description", "zh-hans", "云途手环", facts=FACTS)


@pytest.fixture(scope="module")
def writer(model_dir: Path) -> TransformersWriter:
    return TransformersWriter({"model": str(model_dir), "dtype": "bfloat16"})


def test_is_a_writer(writer: TransformersWriter) -> None:
    assert isinstance(writer, Writer)
    assert writer.continues_text


def test_every_candidate_of_every_request_comes_back(writer: TransformersWriter) -> None:
    sampling = Sampling(max_new_tokens=8)
    requests = [
        WriteRequest("brief", brief=BRIEF, candidates=3, sampling=sampling),
        WriteRequest("free", prompt="这是一款功能强大的智能手环，具有以下特点：", candidates=2, sampling=sampling),
        WriteRequest("empty", prompt="", sampling=sampling),
    ]
    completions = list(writer.write(iter(requests)))
    assert {(done.tag, done.index) for done in completions} == {
        ("brief", 0), ("brief", 1), ("brief", 2), ("free", 0), ("free", 1), ("empty", 0),
    }  # fmt: skip
    assert all(done.finish_reason in ("stop", "length") and not done.error for done in completions)
    assert all(done.tokens <= 8 and done.prompt_tokens >= 1 for done in completions)


def test_a_seed_repeats_the_text_whatever_else_is_written(writer: TransformersWriter) -> None:
    seeded = WriteRequest("a", prompt="Charge it", candidates=2, sampling=Sampling(max_new_tokens=12, seed=5))
    other = WriteRequest("b", prompt="- **Pool", candidates=3, sampling=Sampling(max_new_tokens=5))
    alone = {done.index: done.text for done in writer.write([seeded])}
    among = {done.index: done.text for done in writer.write([other, seeded, other]) if done.tag == "a"}
    assert alone == among
    assert alone[0] != alone[1]


def test_prompt_longer_than_the_context_is_cut_not_refused(writer: TransformersWriter) -> None:
    long_free = WriteRequest("free", prompt="a week " * 400, sampling=Sampling(max_new_tokens=6))
    many = tuple(Fact(f"key {number}", "value " * 10) for number in range(60))
    long_brief = WriteRequest(
        "brief",
        brief=Brief("products.description", "en", "Band", facts=(*many, Fact("Battery", "7", "days", is_key=True))),
        sampling=Sampling(max_new_tokens=6),
    )
    for done in writer.write([long_free, long_brief]):
        assert done.finish_reason != "error"
        assert done.prompt_tokens + done.tokens <= 256


def test_facts_are_cut_from_the_end_and_key_facts_last(writer: TransformersWriter) -> None:
    many = tuple(Fact(f"key {number}", "long value") for number in range(20))
    brief = Brief("products.description", "en", "Band", facts=(*many, Fact("Battery", "7", "days", is_key=True)))
    request = WriteRequest("x", brief=brief, sampling=Sampling(max_new_tokens=100))
    prompt = writer.tokenizer.decode(writer.tokens_of(request))
    assert "Battery: 7 days" in prompt
    assert "key 19" not in prompt
    assert prompt.endswith("Product description:\n")


def test_opening_words_begin_the_copy(writer: TransformersWriter) -> None:
    brief = Brief("products.description", "zh-hans", "云途手环", facts=FACTS, opening="一周充一次")
    [done] = writer.write([WriteRequest("x", brief=brief, sampling=Sampling(max_new_tokens=4, seed=1))])
    assert done.text.startswith("一周充一次")


def test_stop_strings_end_the_text(writer: TransformersWriter) -> None:
    plain = WriteRequest("x", prompt="Charge", sampling=Sampling(max_new_tokens=20, seed=3))
    [whole] = writer.write([plain])
    stop = whole.text[4:6]
    stopped = WriteRequest("x", prompt="Charge", sampling=Sampling(max_new_tokens=20, seed=3, stop=(stop,)))
    [cut] = writer.write([stopped])
    assert cut.text == whole.text[: whole.text.index(stop)]
    assert cut.finish_reason == "stop"


def test_chat_template_is_used_when_there_is_one(model_dir: Path, tmp_path: Path, gpt2) -> None:
    tokenizer = AutoTokenizer.from_pretrained(model_dir)
    tokenizer.chat_template = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}[assistant]"
    tokenizer.save_pretrained(tmp_path)
    gpt2.save_pretrained(tmp_path)
    writer = TransformersWriter({"model": str(tmp_path)})
    assert writer.chat
    prompt = writer.tokenizer.decode(writer.tokens_of(WriteRequest("x", brief=Brief("generic", "en", "Band"))))
    assert prompt.endswith("</facts>[assistant]")
    [done] = writer.write([WriteRequest("x", brief=BRIEF, sampling=Sampling(max_new_tokens=3))])
    assert done.finish_reason != "error"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "needs the setting model"),
        ({"model": "no/such-model"}, "allow_download"),
        ({"model": "x", "temprature": "1"}, "no setting temprature"),
        ({"model": "x", "dtype": "float8"}, "one of auto"),
        ({"model": "x", "slots": "many"}, "is a number"),
    ],
)
def test_wrong_settings_are_answered_with_a_remedy(settings: dict[str, str], said: str) -> None:
    with pytest.raises(WriterError, match=said):
        open_writer("transformers", settings)


def test_version_tells_models_apart(writer: TransformersWriter, model_dir: Path) -> None:
    assert writer.version == TransformersWriter({"model": str(model_dir), "dtype": "bfloat16"}).version
    assert writer.version != TransformersWriter({"model": str(model_dir), "dtype": "float32"}).version
