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
            "TF-IDF over words, character n-grams and signs from a lexicon in seven languages, and one linear head each for"
            " category, urgency, sentiment and service failure; probabilities calibrated by cross-validation.",
            "",
            f"- engine `{manifest.kind}`, format {manifest.format}, features {manifest.features}",
            f"- SHA-256 `{manifest.sha256}`",
            f"- trained {manifest.created} by `firstline train`; {size / 1e6:.1f} MB; languages {', '.join(manifest.languages)}",
            "",
            "## Data",
            "",
            "| file | rows | learned from | SHA-256 |",
            "|---|---|---|---|",
            *(f"| `{name}` | {one.rows} | {one.used} | `{one.sha256}` |" for name, one in manifest.trained_on.items()),
            "",
            "All of them were written for this project, one by one, and are under its licence (Apache-2.0). No other text was"
            " used for weights, vocabulary or calibration. The lexicon was written by hand. The language is identified by"
            " py3langid (BSD-3-Clause, its own model).",
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
            "`cross-validation`: the training rows, each scored while it and its contrast set were left out; calibration saw these"
            " scores, so its error is flattered there. `kept out`: a fifth of `written_c.jsonl` (German, Spanish, French,"
            " Portuguese, Italian, Dutch), chosen by SHA-256 of the id and never learned from. Other files hold real requests, which nothing was learned"
            " from; but the errors on the even-numbered half of `eval_open.jsonl` were read while the lexicon was written, so only"
            " its odd half chose nothing: `firstline evaluate triage eval_open.jsonl --ids odd`.",
            "",
            "## Limits",
            "",
            "- Written requests are cleaner than real ones: on real requests every figure is lower, and stated probabilities are"
            " too sure.",
            "- It counts words. Irony, threats between the lines and long calm letters about a wrong charge are where it errs.",
            "- Of real critical requests most are missed: card fraud, a stolen identity, a car that fails on the road.",
            '- Very short requests that report a failure or leave in a calm tone ("duplicate transactions appear", "could you cancel my'
            ' account before summer?") are where the boundary leaks.',
            "- A language outside the list is not read: such a request goes to a person.",
            "- One or two words are read as English unless they clearly are another language.",
            "- The same data and code give the same bytes on the same machine; another processor may round differently.",
            "",
        ]
    )


def _cell(found: dict[str, Any], figure: str) -> str:
    value, interval = found[figure], found["intervals"][figure]
    if value is None:
        return "–"
    return f"{value:.2f}" + (f" [{interval[0]:.2f}, {interval[1]:.2f}]" if interval else "")
