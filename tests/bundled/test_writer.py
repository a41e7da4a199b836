from __future__ import annotations

from dataclasses import replace

import pytest

from generation.engine.contract import Brief, Fact, Limit, Sampling, Writer, WriteRequest, WriterError
from generation.engine.training.briefs import evaluation_briefs
from generation.engine.training.evaluate import evaluate
from generation.engine.training.metrics import distinct, foreign_share, own_words, repeats, self_bleu
from generation.engine.writers.bundled import BundledWriter

BRIEF = Brief(
    "products.description",
    "zh-hans",
    "曜石手环",
    noun="手环",
    facts=(Fact("续航", "7", "天", is_key=True), Fact("重量", "19", "g"), Fact("釉色", "釉下彩")),
)


@pytest.fixture(scope="module")
def writer(untrained):
    return BundledWriter({"model": str(untrained)})


def test_even_untrained_weights_say_every_fact(writer):
    assert isinstance(writer, Writer)
    requests = [WriteRequest("a", brief=BRIEF, candidates=4, sampling=Sampling(seed=1, max_new_tokens=320))]
    done = [completion for completion in writer.write(requests) if completion.finish_reason == "stop"]
    assert all("7天" in completion.text for completion in done)
    assert {completion.tag for completion in done} <= {"a"}


def test_a_seed_repeats_and_every_candidate_comes_back(writer):
    request = WriteRequest("a", brief=BRIEF, candidates=3, sampling=Sampling(seed=5, max_new_tokens=60))
    first = sorted((completion.index, completion.text) for completion in writer.write([request]))
    assert [index for index, _ in first] == [0, 1, 2]
    assert first == sorted((completion.index, completion.text) for completion in writer.write([request]))


def test_candidates_of_one_request_differ_more_than_those_of_several():
    """With the weights that ship: random ones repeat nothing."""
    shipped = BundledWriter()
    together = WriteRequest("a", brief=BRIEF, candidates=12, sampling=Sampling(seed=5))
    alone = [replace(together, candidates=1, sampling=Sampling(seed=5 + number)) for number in range(12)]
    first, *others = [done.text for done in shipped.write([together])]
    texts = [done.text for done in shipped.write(alone)]
    assert first in texts
    assert distinct([first, *others], 4) > distinct(texts, 4)


def test_candidates_do_not_depend_on_what_else_is_written(writer):
    sampling = Sampling(seed=5, max_new_tokens=40)
    request = WriteRequest("a", brief=BRIEF, candidates=3, sampling=sampling)
    beside = [
        WriteRequest(f"b{number}", brief=BRIEF, sampling=Sampling(seed=number, max_new_tokens=40))
        for number in range(9)
    ]
    by_itself = sorted((done.index, done.text) for done in writer.write([request]))
    among = [done for done in writer.write([*beside[:4], request, *beside[4:]]) if done.tag == "a"]
    assert by_itself == sorted((done.index, done.text) for done in among)


def test_requests_are_taken_lazily_and_a_bad_one_fails_alone(writer):
    requests = [
        WriteRequest("fr", brief=Brief("products.description", "fr", "Bol")),
        WriteRequest("ok", brief=BRIEF, sampling=Sampling(seed=2, max_new_tokens=40)),
        WriteRequest("free", prompt="这是一款手环，", sampling=Sampling(seed=2, max_new_tokens=12)),
    ]
    done = {completion.tag: completion for completion in writer.write(iter(requests))}
    assert done["fr"].finish_reason == "error"
    assert "Chinese and English" in done["fr"].error
    assert done["ok"].finish_reason != "error"
    assert done["free"].tokens <= 12


def test_text_over_the_limit_is_written_again_with_fewer_facts(writer):
    brief = Brief("products.seo_title", "en", "Tor", facts=BRIEF.facts, limit=Limit(12))
    request = WriteRequest("a", brief=brief, sampling=Sampling(seed=3, max_new_tokens=200))
    (done,) = writer.write([request])
    assert done.tokens > 0


def test_missing_weights_name_the_remedy(tmp_path):
    with pytest.raises(WriterError, match="train_writer"):
        BundledWriter({"model": str(tmp_path)})


def test_a_report_has_every_figure(writer):
    report = evaluate(
        writer, briefs=evaluation_briefs(1, 8), candidates=2, sampling=Sampling(seed=1, max_new_tokens=40)
    )
    for name in (
        "facts_present",
        "values_bound",
        "nothing_unsupported",
        "clean_single",
        "clean_best_of_2",
        "truncated",
    ):
        assert 0 <= report[name] <= 1
    assert report["texts"] == 16


def test_metrics_on_plain_cases():
    assert self_bleu(["one two three four five"] * 3) == pytest.approx(1.0)
    assert self_bleu(["a b c d e", "f g h i j"]) < 0.01
    said = own_words("The Oak Desk is oak, 120 cm wide", ["Oak Desk", "oak", "120 cm", ""])
    assert " ".join(said.split()) == "The ◊ is ◊ , ◊ wide"
    assert distinct(["a b a b"]) == pytest.approx(2 / 3)
    assert repeats("la la la la la la la la la la la la")
    assert foreign_share("续航 seven days", "zh", []) > 0.5
    assert foreign_share("续航 seven days", "zh", ["seven days"]) == 0
