"""Text without what tells a network from another: addresses, MACs, names and serials."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import re2

ADDRESS = "(address)"
FIRMWARE = "(firmware)"
NAME = "(name)"
_FILE = "(file)"
_TOKEN = re.compile(r"([\w.:%/\\@-]+)")
_MAC = re.compile(
    r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?:[0-9a-f]{4}[.-]){2}[0-9a-f]{4}"
    r"|(?:[0-9a-f]{2} ){5}[0-9a-f]{2}",
    re.IGNORECASE,
)
_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f.]{0,15}(?:%\w+)?", re.IGNORECASE)
_OWN = re.compile(
    r"\b[\w-]+(?:\.[\w-]+)*\.(?:local|lan|localdomain|internal|intranet|corp|home|private|arpa)\b",
    re.IGNORECASE,
)
_PATH = re.compile(r"(?<![\w/\\.:)])(?:[a-z]:)?[/\\][\w.-][\w./\\-]+", re.IGNORECASE)
_WORTH_A_LOOK = re2.compile(
    r"(?i)(?:[0-9a-f]{2}[:\- ]){5}|(?:[0-9a-f]{4}[.\-]){2}|:[0-9a-f]{0,4}:"
    r"|[0-9]\.[0-9]{1,3}\.|[/\\]"
    r"|\.(?:local|lan|internal|intranet|corp|home|private|arpa)"
)
"""In every text in which one of the patterns above finds an address, and found much sooner."""
_SENTENCE_END = re.compile(r"(?<=[.;] )")
_SHORTEST = 3
_PLAIN = b"0123456789abcdef.:"
_MOST_KEPT = 16_384


class _Held(dict[str, str]):
    """What `make` gives for a word; it is asked for millions, of which most come again."""

    def __init__(self, make: Callable[[str], str]) -> None:
        self._make = make

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST_KEPT:
            self.clear()
        made = self[word] = self._make(word)
        return made


class Scrubber:
    """Takes known words and everything that looks like an address out of texts.

    `known` maps words (any case, also several words) to what stands for them. `addresses` says it
    of one word in lower case: they may be too many for a second mapping (see `unusual`).
    """

    def __init__(
        self,
        known: Mapping[str, str],
        addresses: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        self._addresses = addresses
        kept = {text.casefold(): label for text, label in known.items() if len(text) >= _SHORTEST}
        self._words = {text: label for text, label in kept.items() if _TOKEN.fullmatch(text)}
        phrases = sorted((text for text in kept if text not in self._words), key=len, reverse=True)
        self._phrases = {text: kept[text] for text in phrases}
        self._pattern = (
            re.compile("|".join(map(re.escape, phrases)), re.IGNORECASE) if phrases else None
        )
        self._cache: dict[str, str] = {}
        self._tokens = _Held(self._of_token)

    def __call__(self, text: str) -> str:
        """The text without them; equal texts give equal ones."""
        if _TOKEN.fullmatch(text) is not None:  # a host name, say: no phrase and one sentence
            return self._without_addresses(self._of_token(text))
        if self._pattern is not None:
            text = self._pattern.sub(self._phrase, text)
        # Long texts share most of their sentences, and no address or word goes over a sentence's
        # end.
        return "".join(map(self._sentence, _SENTENCE_END.split(text)))

    def _sentence(self, text: str) -> str:
        found = self._cache.get(text)
        if found is None:
            if len(self._cache) >= _MOST_KEPT:
                self._cache.clear()
            found = self._cache[text] = self._scrubbed(text)
        return found

    def _scrubbed(self, text: str) -> str:
        parts = _TOKEN.split(text)
        parts[1::2] = map(self._tokens.__getitem__, parts[1::2])
        return self._without_addresses("".join(parts))

    def _without_addresses(self, text: str) -> str:
        if _WORTH_A_LOOK.search(text) is None:
            return text
        text = _MAC.sub(ADDRESS, text)
        text = _IPV6.sub(_address, text)
        text = _IPV4.sub(_address, text)
        text = _PATH.sub(_FILE, text)
        return _OWN.sub(NAME, text)

    def _phrase(self, found: re.Match[str]) -> str:
        return self._phrases.get(found[0].casefold(), NAME)

    def _of_token(self, token: str) -> str:
        label = self._label(token)
        if label is not None:
            return label
        bare = token.rstrip(".:/-")
        label = self._label(bare)
        if label is not None:
            return label + token[len(bare) :]
        if any(mark in token for mark in "/:@\\"):
            return re.sub(r"[^/:@\\]+", self._part, token)
        return token

    def _part(self, found: re.Match[str]) -> str:
        label = self._label(found[0])
        return found[0] if label is None else label

    def _label(self, word: str) -> str | None:
        folded = word.casefold()
        label = self._words.get(folded)
        return self._addresses(folded) if label is None else label


def _address(found: re.Match[str]) -> str:
    text = found[0]
    bare = text.partition("%")[0]
    for end in (len(bare), len(bare.rstrip(":.")), len(bare.rstrip("."))):
        try:
            ipaddress.ip_address(bare[:end])
        except ValueError:
            continue
        return ADDRESS + bare[end:]
    return text


def labels(values: Iterable[str], kind: str) -> dict[str, str]:
    """`kind-1`, `kind-2` … for distinct values in their own order, wide enough to sort."""
    every = list(dict.fromkeys(values))
    width = len(str(len(every)))
    return {value: f"{kind}-{number:0{width}}" for number, value in enumerate(every, start=1)}


def unusual(addresses: Sequence[str]) -> list[str]:
    """Those that are no one word in lower case: a Scrubber has to know them as it knows names."""
    if not "".join(addresses).encode("utf-8", "replace").translate(None, _PLAIN):
        return []
    return [text for text in addresses if text.encode("utf-8", "replace").translate(None, _PLAIN)]
