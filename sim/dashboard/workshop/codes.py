"""Codes and tokens: what lets somebody in, from the system's source of randomness."""

from __future__ import annotations

import hashlib
import secrets

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""No character that is mistaken for another on a projector (I, L, O, 0, 1)."""

CODE_LENGTH = 8
"""31^8 = 8.5e11 codes: at a thousand guesses a second half of them take 13 years."""

TOKEN_BYTES = 24
LONGEST_TYPED = 40


def new_code() -> str:
    """A code for a workshop."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def shown_code(code: str) -> str:
    """A code as it is shown: in two groups, KTRM-7P4X."""
    half = CODE_LENGTH // 2
    return f"{code[:half]}-{code[half:]}" if len(code) == CODE_LENGTH else code


def typed_code(text: str) -> str:
    """A typed code in capitals, without blanks and dashes; "" if it cannot be one."""
    if len(text) > LONGEST_TYPED:
        return ""
    code = "".join(one for one in text.upper() if one.isalnum())
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else ""


def same_code(one: str, other: str) -> bool:
    """Whether two codes are the same, in a time that tells nothing."""
    return secrets.compare_digest(one.encode(), other.encode())


def new_token() -> str:
    """A token that makes a phone known again."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_mark(token: str) -> str:
    """What the file keeps of a token: who reads the file cannot speak for a participant."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
