"""Where the system's Chromium is, if there is one: found without loading anything that drives it."""

import shutil

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
