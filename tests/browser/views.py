"""Window sizes and languages in which pages are looked at."""

PHONE, DESK = (390, 844), (1366, 768)
LOCALES = {"zh-hans": "zh-CN", "en": "en-GB"}
EVERY_VIEW = [(language, size) for language in LOCALES for size in (PHONE, DESK)]
TWO_VIEWS = [("zh-hans", DESK), ("en", PHONE)]  # each language and each size once
