"""Reasons from where a peer is and who runs it: two facts that are never mixed."""

from __future__ import annotations

from camscan.egress.geo import GeoAnswer
from camscan.egress.policy import Policy
from camscan.egress.reason import Code, Reason


def place_reasons(peer: str, answer: GeoAnswer, policy: Policy) -> list[Reason]:
    """Location with its table and date, then the operator, where known."""
    reasons = [_location(peer, answer, policy)]
    if answer.asn is not None:
        operator = f"the network is run by AS{answer.asn} {answer.organisation or ''}".rstrip()
        seat = ""
        if answer.operator_country is not None:
            seat = (
                f", registered in {answer.operator_country} ({answer.operator_source}), which says"
                " nothing of where it is"
            )
        reasons.append(Reason(Code.OPERATOR, f"{operator} ({answer.network_source}){seat}"))
        if answer.operator_country in policy.watch_operators:
            text = f"you watch networks whose holder is registered in {answer.operator_country}"
            reasons.append(Reason(Code.WATCHED_OPERATOR, text))
    return reasons


def is_abroad(answer: GeoAnswer, policy: Policy) -> bool:
    """True when the location is known and lies outside the home countries that are set."""
    home = policy.home_countries
    return answer.country is not None and bool(home) and answer.country not in home


def _location(peer: str, answer: GeoAnswer, policy: Policy) -> Reason:
    if answer.anycast:
        return Reason(
            Code.ANYCAST, f"{peer} is answered from many places (anycast): no country can be named"
        )
    if answer.country is None:
        return Reason(Code.COUNTRY_UNKNOWN, f"no table at hand says where {peer} is")
    located = f"{peer} is located in {answer.country} ({answer.country_source})"
    if not policy.home_countries:
        return Reason(Code.COUNTRY, f"{located}; no home countries are set to compare with")
    home = ", ".join(policy.home_countries)
    if answer.country in policy.home_countries:
        return Reason(Code.HOME_COUNTRY, f"{located}; home countries: {home}")
    return Reason(Code.FOREIGN_COUNTRY, f"{located}; home countries: {home}")
