"""The bundled writer's tokenizer: byte-level BPE trained on the corpus, digits one by one, pointers as tokens."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer
from transformers import PreTrainedTokenizerFast

from generation.engine.corpus.generator import Source, examples
from generation.engine.pointers.kinds import all_kinds
from generation.engine.pointers.tokens import END, PAD, special_tokens


def corpus_text(seed: int, count: int, source: Source = examples) -> Iterator[str]:
    """Prompts and texts of ``count`` examples."""
    for example in itertools.islice(source(seed), count):
        yield example.prompt
        yield example.text


def train_tokenizer(
    *, seed: int, count: int, vocabulary: int, most_context: int, source: Source = examples
) -> PreTrainedTokenizerFast:
    """A tokenizer of ``vocabulary`` tokens from ``count`` examples; any string comes back from its tokens unchanged."""
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    specials = special_tokens(all_kinds())
    trainer = BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[AddedToken(token, special=True, normalized=False) for token in specials],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
        max_token_length=24,
    )
    tokenizer.train_from_iterator(corpus_text(seed, count, source), trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=PAD,
        model_max_length=most_context,
        clean_up_tokenization_spaces=False,
    )
