"""How people write an incident's number: INC-3, inc 3, #3. Pure; it refuses what is part of a longer word."""

import re

NUMBER = re.compile(r"(?<![\w#-])(?:inc[\s-]?|#)([0-9]{1,9})(?![\w-])", re.IGNORECASE)
