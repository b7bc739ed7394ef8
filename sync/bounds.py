"""Bounds of what stands in headers, acknowledgements and enrolments: what lies outside is refused while decoding."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

BIGGEST = 2**53 - 1
LAST_EPOCH = 99_999_999

Number = Annotated[int, Meta(ge=0, le=BIGGEST)]
Epoch = Annotated[int, Meta(ge=1, le=LAST_EPOCH)]
Code = Annotated[str, Meta(pattern=r"\A[0-9a-z][0-9a-z-]{0,39}\Z")]
Stream = Annotated[str, Meta(pattern=r"\A[0-9a-z][0-9a-z/-]{0,79}\Z")]
Hash = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Fingerprint = Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]
Signature = Annotated[str, Meta(pattern=r"\A[0-9A-Za-z_-]{86}\Z")]
Recipient = Annotated[str, Meta(pattern=r"\Aage1[0-9a-z]{10,80}\Z")]
Moment = Annotated[
    str, Meta(pattern=r"\A(19[7-9]|20[0-9]|21[0-9])[0-9]-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")
]
CONTROLS = r"\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff"
Sentence = Annotated[str, Meta(max_length=600, pattern=rf"\A[^{CONTROLS}]*\Z")]
Label = Annotated[str, Meta(max_length=100, pattern=rf"\A[^{CONTROLS}]*\Z")]
