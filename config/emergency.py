"""Where to turn when it cannot wait, by country.

Only what is known for certain and reached from the whole country stands here. Where each number comes from:
112 is the European emergency number (Directive (EU) 2018/1972, article 109); the others are those that the health
service, the telephone authority or the organisation itself gives out for the country. They were written down in
November 2026 and numbers change, so a practice calls each of its own once before it opens (docs/running.md), and one
that knows better says so: EMERGENCY_NUMBER, EMERGENCY_WORDS.
"""

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.html import format_html

NUMBER = re.compile(r"\+?[\d \-]{2,}")


def to_tap(number: str) -> str:
    """A number as a link that a telephone can call; other words as they are."""
    if not NUMBER.fullmatch(number):
        return number
    return format_html('<a href="tel:{}">{}</a>', re.sub(r"[ \-]", "", number), number)


@dataclass(frozen=True)
class Line:
    """A number, as people there write it, and whose it is."""

    number: str
    name: str = ""

    @property
    def link(self) -> str:
        return to_tap(self.number)


@dataclass(frozen=True)
class Numbers:
    """Whom to call in an emergency; for a doctor today, without one; to talk to somebody at once."""

    emergency: str
    doctor: Line | None = None
    talk: tuple[Line, ...] = ()


UNKNOWN = Numbers("112")
"""Where nothing is known of the country: 112 is put through by nearly every mobile network."""

BY_COUNTRY = {
    # healthdirect.gov.au; lifeline.org.au
    "AU": Numbers("000", Line("1800 022 222", "Healthdirect"), (Line("13 11 14", "Lifeline"),)),
    # 1450.at; telefonseelsorge.at
    "AT": Numbers("112", Line("1450", "Gesundheitsberatung"), (Line("142", "Telefonseelsorge"),)),
    # zelfmoord1813.be; preventionsuicide.be
    "BE": Numbers(
        "112", None, (Line("1813", "Zelfmoordlijn"), Line("0800 32 123", "Centre de prévention du suicide"))
    ),
    # 988.ca; the health lines differ from province to province
    "CA": Numbers("911", None, (Line("988", "Suicide Crisis Helpline · Aide en cas de crise de suicide"),)),
    # 144.ch; 143.ch
    "CH": Numbers("144", None, (Line("143", "Die Dargebotene Hand · La Main Tendue · Telefono Amico"),)),
    # 116117.de; telefonseelsorge.de
    "DE": Numbers(
        "112",
        Line("116117", "Ärztlicher Bereitschaftsdienst"),
        (Line("0800 1110111", "TelefonSeelsorge"),),
    ),
    # livslinien.dk; the lines for a doctor differ from region to region
    "DK": Numbers("112", None, (Line("70 201 201", "Livslinien"),)),
    # 024: Ministerio de Sanidad
    "ES": Numbers("112", None, (Line("024"),)),
    # mieli.fi
    "FI": Numbers("112", None, (Line("09 2525 0111", "MIELI"),)),
    # 15: Samu and service d’accès aux soins; 3114.fr
    "FR": Numbers("112", Line("15", "Samu"), (Line("3114"),)),
    # 111.nhs.uk; samaritans.org
    "GB": Numbers("999", Line("111", "NHS 111"), (Line("116 123", "Samaritans"),)),
    # samaritans.org; a doctor out of hours is called locally
    "IE": Numbers("112", None, (Line("116 123", "Samaritans"),)),
    # 454545.lu
    "LU": Numbers("112", None, (Line("45 45 45", "SOS Détresse"),)),
    # 113.nl; a doctor out of hours is called locally
    "NL": Numbers("112", None, (Line("113", "113 Zelfmoordpreventie"),)),
    # 113 is the ambulance, 112 the police; helsenorge.no; mentalhelse.no
    "NO": Numbers("113", Line("116117", "Legevakt"), (Line("116 123", "Mental Helse"),)),
    # healthline.govt.nz; 1737.org.nz
    "NZ": Numbers("111", Line("0800 611 116", "Healthline"), (Line("1737"),)),
    # sns24.gov.pt
    "PT": Numbers("112", Line("808 24 24 24", "SNS 24")),
    # 1177.se; mind.se
    "SE": Numbers("112", Line("1177", "1177 Vårdguiden"), (Line("90101", "Självmordslinjen"),)),
    # 988lifeline.org
    "US": Numbers("911", None, (Line("988", "988 Suicide & Crisis Lifeline"),)),
}


def numbers() -> Numbers:
    """Those of the country that this installation is in."""
    return BY_COUNTRY.get(settings.COUNTRY, UNKNOWN)


def number() -> str:
    """Whom to call in an emergency: as the installation says, or its country."""
    return to_tap(settings.EMERGENCY_NUMBER or numbers().emergency)
