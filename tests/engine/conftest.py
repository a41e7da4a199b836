"""Tiny random models, made by the tests themselves: timing and taste are not their business, behaviour is."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

TEXTS = [
    "这是一款功能强大的智能手环，具有以下特点：典型使用一周充一次。",
    "Charge it about once a week. In typical use the battery lasts 7 days.",
    "- **Pool-ready** rated 5 ATM; take it off for diving.",
]


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tokenizer() -> PreTrainedTokenizerFast:
    """A byte-level BPE of 400 entries without a pad token, as GPT-2's."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<|end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(TEXTS, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=bpe, eos_token="<|end|>", bos_token="<|end|>")


@pytest.fixture(scope="session")
def gpt2(tokenizer: PreTrainedTokenizerFast) -> GPT2LMHeadModel:
    """Two layers of random weights with a context of 256 tokens."""
    torch.manual_seed(7)
    config = GPT2Config(
        vocab_size=len(tokenizer), n_positions=256, n_embd=64, n_layer=2, n_head=4, bos_token_id=0, eos_token_id=0
    )
    model = GPT2LMHeadModel(config).eval()
    with torch.no_grad():
        # The usual initialisation makes all tokens nearly as likely; larger weights give the model opinions.
        for weight in model.parameters():
            if weight.dim() > 1:
                weight.mul_(4)
    return model


@pytest.fixture(scope="session")
def model_dir(
    tmp_path_factory: pytest.TempPathFactory, gpt2: GPT2LMHeadModel, tokenizer: PreTrainedTokenizerFast
) -> Path:
    """The tiny model and its tokenizer in a folder."""
    folder = tmp_path_factory.mktemp("tiny-gpt2")
    gpt2.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
