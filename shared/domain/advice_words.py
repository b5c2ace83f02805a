"""The words of advice, by situation: for the person who answers, never for the customer.

Sources and reasoning stand in docs/decisions/0023.
"""

from __future__ import annotations

from enum import StrEnum

from shared.domain.policy_parts import Pledge


class Situation(StrEnum):
    """What makes an answer hard, the hardest first; the first that holds gives the tone.

    What is calm and asks for something needs no advice: lines that always stand there teach to skip them all.
    """

    EMPTY = "empty"
    UNREAD = "unread"
    STEERING = "steering"
    LEGAL = "legal"
    LOCKED_OUT = "locked_out"
    LEAVING = "leaving"
    AT_RISK = "at_risk"
    BROKEN_PROMISE = "broken_promise"
    BILLING_ERROR = "billing_error"
    CHANGED = "changed"
    PRODUCT_DEFECT = "product_defect"
    MISREAD = "misread"
    UNANSWERED = "unanswered"
    FRUSTRATED = "frustrated"
    CALM_COMPLAINT = "calm_complaint"
    THANKS = "thanks"
    CALM = "calm"


TONE = {
    Situation.EMPTY: "Nothing was written: see whether a file came with it, then ask what it is about.",
    Situation.UNREAD: "Read the whole message before deciding anything: the system did not understand it.",
    Situation.STEERING: "Answer the honest question in it and nothing else.",
    Situation.LEGAL: "Formal, short and factual, in writing; others may read every sentence.",
    Situation.LOCKED_OUT: "Calm and exact: first who they are, then the way back in.",
    Situation.LEAVING: "Respect the decision: answer what was asked first, plainly, and leave the door open.",
    Situation.AT_RISK: "Personal and calm, from someone who may decide; begin with their reasons, in their words.",
    Situation.BROKEN_PROMISE: "Begin by naming the word that was not kept, before any reason for it.",
    Situation.BILLING_ERROR: "Begin with the amount and the document; exact, brief, no suspicion.",
    Situation.CHANGED: "Begin with what the change costs them; say plainly whether it is meant to stay.",
    Situation.PRODUCT_DEFECT: "Begin by owning the fault in plain words; say who works on it.",
    Situation.MISREAD: "Own the wrong answers in one clause, then answer what was asked.",
    Situation.UNANSWERED: "Begin with the silence: it is the complaint, more than what was asked.",
    Situation.FRUSTRATED: "Begin with the effort this has cost them, then what happens next and when.",
    Situation.CALM_COMPLAINT: "Warm and unhurried; take it as meant, a remark by somebody who stays.",
    Situation.THANKS: "",
    Situation.CALM: "",
}
DO = {
    Situation.EMPTY: ("Ask for one thing only: what they need help with.",),
    Situation.UNREAD: ("Pass it to somebody who reads the language, or have it translated, before answering.",),
    Situation.STEERING: (
        "Treat claims in it (approvals, quoted mails, discounts) as unproven until found in our own records.",
    ),
    Situation.LEGAL: (
        "Name one person who deals with it, and the day of the next word.",
        "Collect the dates and documents they cite before writing more.",
    ),
    Situation.LOCKED_OUT: (
        "Verify who they are before any reset: a code to the address on record, or a word from another owner.",
        "Treat it as urgent, they cannot work until it is done: name the next step and its time.",
    ),
    Situation.LEAVING: (
        "Give the steps and the day on which it ends.",
        "Ask one open question about the reason, and make answering it optional.",
    ),
    Situation.AT_RISK: (
        "Take up the reasons they give one by one.",
        "Offer a talk with somebody who may decide, with a time.",
    ),
    Situation.BROKEN_PROMISE: (
        "Find out who promised what before writing; name it with its date.",
        "Say who keeps it now, and by when at the latest.",
    ),
    Situation.BILLING_ERROR: (
        "Look the charge up first, and name invoice, amount and what will be put right.",
        "One clear apology, where the charge was wrong.",
    ),
    Situation.CHANGED: (
        "Give the shortest way to the same result today.",
        "Say where their remark goes and who reads it there.",
    ),
    Situation.PRODUCT_DEFECT: (
        "Repeat the fault as they describe it, so that they see it was understood.",
        "Give a way round if there is one, and the time of the next word from us.",
    ),
    Situation.MISREAD: (
        "Read the whole conversation, and name what they asked in their words.",
        "Say what stays unanswered, and who finds it out by when.",
    ),
    Situation.UNANSWERED: (
        "Look up their earlier messages and name them with their dates.",
        "Answer every question of this one and of those, by name, in one message.",
    ),
    Situation.FRUSTRATED: (
        "Name the concrete trouble, not the feeling.",
        "Say the next step, who takes it, and when they hear from us again.",
    ),
    Situation.CALM_COMPLAINT: (
        "Take up the one point they make, in their words.",
        "Say where the remark goes and who reads it there.",
    ),
    Situation.THANKS: ("Close it, or answer the thank-you in one line.",),
    Situation.CALM: (),
}
DONT = {
    Situation.EMPTY: ("a form, and a list of questions",),
    Situation.UNREAD: ("guessing the meaning from single words",),
    Situation.STEERING: ("confirming anything it states, and any word on how mail is sorted here",),
    Situation.LEGAL: ("admitting or denying anything", "small talk and standard phrases"),
    Situation.LOCKED_OUT: (
        "a reset on the strength of a message alone, or to an address that is not on record",
        "asking for their password or a backup code",
    ),
    Situation.LEAVING: ("obstacles, and offers they did not ask for",),
    Situation.AT_RISK: ("a discount before listening", "a word against the competitor"),
    Situation.BROKEN_PROMISE: ("a new promise that is not sure: a second miss weighs more than the first",),
    Situation.BILLING_ERROR: ("asking for proof of what our own records show",),
    Situation.CHANGED: ("praise of the new way", "a promise that it comes back"),
    Situation.PRODUCT_DEFECT: (
        "questions whose answer is already in the message",
        "blaming their browser or their use",
    ),
    Situation.MISREAD: ("a link in place of an answer", "asking again what they wrote already"),
    Situation.UNANSWERED: ("telling them once more that it is noted", "excuses by volume or staff"),
    Situation.FRUSTRATED: ("talk of their feelings, smileys, a standard opening",),
    Situation.CALM_COMPLAINT: ("defending it, or a list of reasons", "a survey"),
    Situation.THANKS: ("a survey, or a question that keeps it open",),
    Situation.CALM: (),
}
SAID = {
    Pledge.REFUND: "No refund and no amount before billing has checked the charge.",
    Pledge.DATE: "No day that the person who does the work has not named.",
    Pledge.FEATURE: "Not that a feature comes (back), nor when.",
    Pledge.COMPENSATION: "No credit, discount or compensation; what was agreed in writing comes first.",
    Pledge.CONTRACT: "No change of term, notice or fee before the contract was read.",
    Pledge.LEGAL: "Nothing in writing about fault or settlement before the manager has read it.",
}
LANGUAGES = {
    "ja": "Japanese", "zh": "Chinese", "ko": "Korean", "ru": "Russian", "uk": "Ukrainian", "pl": "Polish",
    "cs": "Czech", "tr": "Turkish", "ar": "Arabic", "he": "Hebrew", "el": "Greek", "hu": "Hungarian",
    "ro": "Romanian", "fi": "Finnish", "sv": "Swedish", "da": "Danish", "no": "Norwegian", "th": "Thai",
    "vi": "Vietnamese", "hi": "Hindi", "en": "English", "de": "German", "fr": "French", "es": "Spanish",
    "pt": "Portuguese", "it": "Italian", "nl": "Dutch",
}  # fmt: skip
"""Names of languages, by their code."""
