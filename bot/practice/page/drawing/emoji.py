"""Emoji by their short names, as far as people at work use them. An unknown name stays as it was typed, `:name:`."""

from __future__ import annotations

import re

from markupsafe import Markup

NAMES: dict[str, str] = {
    "+1": "👍", "-1": "👎", "thumbsup": "👍", "thumbsdown": "👎", "fire": "🔥", "rotating_light": "🚨", "warning": "⚠️",
    "white_check_mark": "✅", "heavy_check_mark": "✔️", "x": "❌", "no_entry": "⛔", "no_entry_sign": "🚫",
    "eyes": "👀", "mega": "📣", "loudspeaker": "📢", "bell": "🔔", "no_bell": "🔕", "speech_balloon": "💬",
    "memo": "📝", "pencil": "📝", "pencil2": "✏️", "pushpin": "📌", "round_pushpin": "📍", "bookmark": "🔖",
    "link": "🔗", "email": "✉️", "envelope": "✉️", "incoming_envelope": "📨", "iphone": "📱", "phone": "☎️",
    "clock1": "🕐", "clock3": "🕒", "hourglass": "⌛", "hourglass_flowing_sand": "⏳", "stopwatch": "⏱️",
    "alarm_clock": "⏰", "calendar": "📆", "date": "📅", "hammer_and_wrench": "🛠️", "wrench": "🔧", "gear": "⚙️",
    "lock": "🔒", "unlock": "🔓", "key": "🔑", "shield": "🛡️", "mag": "🔍", "bulb": "💡", "information_source": "ℹ️",
    "question": "❓", "grey_question": "❔", "exclamation": "❗", "heavy_exclamation_mark": "❗", "bangbang": "‼️",
    "red_circle": "🔴", "large_blue_circle": "🔵", "large_green_circle": "🟢", "large_yellow_circle": "🟡",
    "large_orange_circle": "🟠", "white_circle": "⚪", "black_circle": "⚫", "small_red_triangle": "🔺",
    "arrow_right": "➡️", "arrow_left": "⬅️", "arrow_up": "⬆️", "arrow_down": "⬇️", "arrows_counterclockwise": "🔄",
    "repeat": "🔁", "rewind": "⏪", "fast_forward": "⏩", "double_vertical_bar": "⏸️", "octagonal_sign": "🛑",
    "construction": "🚧", "zap": "⚡", "boom": "💥", "bug": "🐛", "ghost": "👻", "rocket": "🚀", "tada": "🎉",
    "clap": "👏", "wave": "👋", "pray": "🙏", "raised_hands": "🙌", "raised_hand": "✋", "handshake": "🤝",
    "muscle": "💪", "point_right": "👉", "point_up": "☝️", "ok_hand": "👌", "heart": "❤️", "broken_heart": "💔",
    "star": "⭐", "sparkles": "✨", "smile": "😄", "slightly_smiling_face": "🙂", "thinking_face": "🤔",
    "sweat_smile": "😅", "cry": "😢", "sob": "😭", "scream": "😱", "joy": "😂", "wink": "😉", "tired_face": "😫",
    "fire_engine": "🚒", "ambulance": "🚑", "police_car": "🚓", "globe_with_meridians": "🌐", "earth_africa": "🌍",
    "chart_with_upwards_trend": "📈", "chart_with_downwards_trend": "📉", "bar_chart": "📊", "page_facing_up": "📄",
    "clipboard": "📋", "file_folder": "📁", "inbox_tray": "📥", "outbox_tray": "📤", "package": "📦",
    "robot_face": "🤖", "busts_in_silhouette": "👥", "bust_in_silhouette": "👤", "coffee": "☕",
    "house": "🏠", "test_tube": "🧪",
}  # fmt: skip
SHORT_NAME = re.compile(r":([a-z0-9_+\-]{1,60}):")


def emoji(name: str) -> Markup:
    """Return the picture of a short name, or the name between colons."""
    picture = NAMES.get(name)
    if picture is None:
        return Markup(":{}:").format(name)
    return Markup('<span class="bk-emoji" role="img" aria-label="{}">{}</span>').format(name.replace("_", " "), picture)


def with_emoji(text: str) -> Markup:
    """Return plain text, escaped, with its emoji."""
    parts = SHORT_NAME.split(text)
    drawn = [Markup("{}").format(part) if number % 2 == 0 else emoji(part) for number, part in enumerate(parts)]
    return Markup("").join(drawn)
