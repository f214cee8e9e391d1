"""Signs that nobody sees and that act: on a terminal, or on the order of what is beside them."""

from __future__ import annotations

# The second row of control characters: some terminals take them for commands.
C1 = range(0x80, 0xA0)
# Bidirectional controls reorder what stands beside them; ZWJ and ZWNJ belong to words and stay.
BIDI = (*range(0x202A, 0x202F), *range(0x2066, 0x2070), 0x200E, 0x200F, 0x061C)
SEPARATORS = (0x2028, 0x2029)
BYTE_ORDER = 0xFEFF

# JSON may hold these as they are; escaped they are the same text, and do nothing where it is shown.
IN_JSON = {code: f"\\u{code:04x}" for code in (0x7F, *C1, *BIDI, *SEPARATORS, BYTE_ORDER)}
