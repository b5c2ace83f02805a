"""What an outage is told as: topics of several intents, put together by hand from the sources' own labels.

A company's topic is seldom one intent of a benchmark: who waits for money back writes "where is my refund", "I want my
refund" and "the return is not on my statement", and all of that rises together. Names of intents are the sources'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_BANK, _SHOP, _VOICE, _COVER = "Banking77", "Bitext customer service", "CLINC150", "DSTC11 insurance"

_THEMES: dict[str, dict[str, str]] = {
    "refunds that do not arrive": {_BANK: "Refund_not_showing_up request_refund", _SHOP: "track_refund get_refund"},
    "charged twice or too much": {_BANK: "transaction_charged_twice extra_charge_on_statement"},
    "PIN and password": {
        _BANK: "pin_blocked change_pin passcode_forgotten",
        _SHOP: "recover_password",
        _VOICE: "pin_change",
        _COVER: "ResetPassword",
    },
    "signing up and being verified": {
        _BANK: "unable_to_verify_identity verify_my_identity why_verify_identity",
        _SHOP: "registration_problems create_account",
    },
    "closing the account": {_BANK: "terminate_account", _SHOP: "delete_account", _COVER: "CancelPlan"},
    "where the parcel is": {
        _SHOP: "track_order delivery_period",
        _VOICE: "order_status",
    },
    "where the card is": {
        _BANK: "card_arrival card_delivery_estimate",
        _VOICE: "replacement_card_duration",
    },
    "transfers that do not arrive": {
        _BANK: "balance_not_updated_after_bank_transfer pending_transfer transfer_not_received_by_recipient "
        "transfer_timing",
    },
    "payments refused": {
        _BANK: "declined_card_payment declined_transfer failed_transfer card_not_working",
        _SHOP: "payment_issue",
        _VOICE: "card_declined",
    },
    "payments that nobody knows": {
        _BANK: "card_payment_not_recognised direct_debit_payment_not_recognised cash_withdrawal_not_recognised",
        _VOICE: "report_fraud",
    },
    "invoices": {_SHOP: "check_invoice get_invoice", _VOICE: "bill_balance bill_due"},
    "top-ups": {_BANK: "top_up_failed pending_top_up top_up_reverted"},
    "cash machines": {_BANK: "declined_cash_withdrawal pending_cash_withdrawal card_swallowed atm_support"},
    "lost or stolen cards": {
        _BANK: "lost_or_stolen_card compromised_card lost_or_stolen_phone",
        _VOICE: "report_lost_card",
    },
    "exchange rates": {
        _BANK: "exchange_rate card_payment_wrong_exchange_rate wrong_exchange_rate_for_cash_withdrawal",
        _VOICE: "exchange_rate",
    },
    "fees": {_BANK: "card_payment_fee_charged transfer_fee_charged cash_withdrawal_charge exchange_charge"},
    "a new card": {_BANK: "order_physical_card get_physical_card getting_spare_card", _VOICE: "new_card"},
    "addresses": {
        _BANK: "edit_personal_details",
        _SHOP: "change_shipping_address set_up_shipping_address",
        _COVER: "ChangeAddress",
    },
    "changing an order": {_SHOP: "change_order cancel_order"},
    "a person to talk to": {_SHOP: "contact_human_agent contact_customer_service", _COVER: "FindAgent"},
}


def themes_of(intents: Mapping[str, Sequence[dict[str, str]]]) -> dict[str, list[dict[str, str]]]:
    """Each topic's requests, from requests by `source/intent`; topics without any are left out."""
    found = {name: [row for intent in members_of(name) for row in intents.get(intent, ())] for name in sorted(_THEMES)}
    return {name: rows for name, rows in found.items() if rows}


def members_of(theme: str) -> list[str]:
    """The intents of a topic, as `source/intent`."""
    return [f"{source}/{intent}" for source, intents in _THEMES[theme].items() for intent in intents.split()]
