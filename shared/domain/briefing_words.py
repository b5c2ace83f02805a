"""The words in which a briefing tells what rules, readings and searches found."""

from __future__ import annotations

from shared.domain.observation import ServiceFailure
from shared.domain.wants import Want

WHY = {
    "unhappy_customer": "the customer is unhappy",
    "service_failure": "the customer reports a failure of ours",
    "long_standing_complaint": "a complaint from a customer of long standing",
    "tenure_unknown": "a complaint, and it is not known how long this customer has been with us",
    "once_bounded": "an earlier message in this conversation needed a person",
    "triage_failed": "the request could not be read automatically",
    "nothing_to_read": "the message has no words to go by; perhaps it is only a picture or a file",
    "language_unreadable": "the language could not be read with confidence",
    "category_unsure": "it is unclear what the request is mainly about",
    "category_settled": "what the request is mainly about was only clear to the second reader",
    "second_reader_failed": "it is not certain that the customer is content, and the second reader could not say",
    "second_reader_unsure": "neither reader was certain that the customer is content",
}
"""Why a person answers, by the rule that fired."""

DOUBT = "the system was not sure enough that all is well"
"""The same of a rule that fired by a low threshold alone."""

FAILED = {
    ServiceFailure.PRODUCT_DEFECT: "Fault of the product",
    ServiceFailure.BILLING_ERROR: "Wrong charge",
    ServiceFailure.BROKEN_PROMISE: "Broken promise",
}
"""What went wrong, in the first line."""

WANTED = {
    Want.CANCELLATION: "to end the contract, or to know how",
    Want.PROMISED: "what they say was agreed",
    Want.REFUND: "money back",
    Want.CORRECTION: "a corrected invoice or figure",
    Want.COMPENSATION: "compensation",
    Want.CALL: "a call",
    Want.SUPERIOR: "somebody in charge",
    Want.APOLOGY: "an apology",
    Want.REPAIR: "a fix",
    Want.RETURN: "the earlier way back",
    Want.EXPLANATION: "an explanation",
    Want.DATE: "a date",
    Want.CONFIRMATION: "a confirmation",
    Want.REVIEW: "that something is looked at again and changed",
    Want.HEARD: "to be heard",
    Want.REPLY: "an answer at last",
}
"""What a customer wants. That a question wants an answer is not worth a line."""

NOTHING_ASKED = {
    ServiceFailure.PRODUCT_DEFECT: "nothing asked for: they report a fault",
    ServiceFailure.BILLING_ERROR: "nothing asked for: they report a wrong charge",
    ServiceFailure.BROKEN_PROMISE: "nothing asked for: they say that a promise was not kept",
    ServiceFailure.NONE: "not said",
}
"""What is so where nothing is asked for."""
