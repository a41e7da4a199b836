"""``manage.py evaluate_writer``: figures about a writer on briefs nobody trained on."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from generation import writers
from generation.checks.base import Context
from generation.checks.service import default_ruleset, run_checks
from generation.composition import to_html, to_list
from generation.engine import Brief, Sampling, WriterError
from opsportal.plugins.commands import PortalCommand
from opsportal.plugins.errors import Invalid


class Command(PortalCommand):
    """Writes held-out briefs and lets the portal's own checks judge the texts."""

    help = "Measure a writer: facts present and bound, nothing unsupported, clean rate, variety."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which writer, how many briefs, how to sample."""
        super().add_arguments(parser)
        parser.add_argument("writer", help="name of a writer")
        parser.add_argument("--model", default="", help="another folder of weights (bundled and transformers)")
        parser.add_argument("--briefs", type=int, default=140)
        parser.add_argument("--candidates", type=int, default=3)
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--temperature", type=float, default=0.9)
        parser.add_argument("--top-p", type=float, default=0.95)
        parser.add_argument("--failures", action="store_true", help="also print texts that were not clean")

    def run(self, **options: Any) -> None:
        """Evaluate and print."""
        from generation.engine.training.briefs import evaluation_briefs
        from generation.engine.training.evaluate import evaluate

        rules = default_ruleset()

        def judge(text: str, brief: Brief) -> list[str]:
            return [finding.rule for finding in run_checks(*_value(text, brief), _context(brief), rules)]

        sampling = Sampling(temperature=options["temperature"], top_p=options["top_p"], seed=options["seed"])
        try:
            if options["model"]:
                from generation.engine.writers.registry import open_writer

                writer = open_writer(options["writer"], {"model": options["model"]})
            else:
                writer = writers.open_named(options["writer"])
            briefs = evaluation_briefs(options["seed"], options["briefs"])
            report = evaluate(writer, briefs=briefs, judge=judge, candidates=options["candidates"], sampling=sampling)
        except WriterError as error:
            raise Invalid(str(error), "writer") from error
        writer.close()
        if not options["failures"]:
            report.pop("failures")
        self.emit(report)


def _value(text: str, brief: Brief) -> tuple[Any, str]:
    """The text as its slot would hold it."""
    if brief.copy_kind == "products.description":
        return to_html(text), "html"
    if brief.copy_kind == "products.highlights":
        return to_list(text), "list"
    return text, "plain"


def _context(brief: Brief) -> Context:
    return Context(
        slot=brief.copy_kind,
        copy_kind=brief.copy_kind,
        language=brief.language,
        name=brief.name,
        noun=brief.noun,
        brand=brief.brand,
        facts=brief.facts,
        limit=brief.limit,
    )
