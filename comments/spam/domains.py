"""Names of the domain system that are recognised without https:// before them."""

_TOP = """
    com net org info biz ru su by kz ua uz ge lv lt ee pl de fr es nl cz bg rs uk eu io co cc tv ws
    top xyz site online shop store club icu click link live pro vip fun win bet casino poker games
    space website tech app dev blog press host cloud world life money loan loans credit finance cash
    bid trade market sale cheap deals best buzz monster cyou sbs quest lol gq cf tk ml ga pw agency
    academy expert guru center works today news media email chat dating sexy adult porn cam webcam
    sex рф рус онлайн сайт москва дети бел
"""
_HIDING = "bit.ly goo.gl is.gd clck.ru vk.cc u.to tinyurl.com cutt.ly rb.gy"
_SHORTENERS = f"t.me wa.me youtu.be {_HIDING}"
_SHARED = """
    vk.com vk.ru ok.ru facebook.com instagram.com youtube.com tiktok.com x.com twitter.com
    telegra.ph sites.google.com docs.google.com forms.gle medium.com dzen.ru teletype.in linktr.ee
    taplink.cc github.com
"""

_LIBRARIES = """
    wikipedia.org wikimedia.org wikidata.org wikisource.org wiktionary.org wikinews.org archive.org
    arxiv.org doi.org
"""

# Short words such as "it", "is", "me", "no" are not among them: sentences lose the blank after
# their full stop.
TOP = frozenset(_TOP.split())
SHORTENERS = frozenset(_SHORTENERS.split())
# Nobody sees where these lead.
HIDING = frozenset(_HIDING.split())
# Where everybody can have a page, the page counts and not the place.
SHARED = SHORTENERS | frozenset(_SHARED.split())
# Encyclopaedias and the like, where nobody sells anything.
LIBRARIES = frozenset(_LIBRARIES.split())
# Names that only authorities, universities and bodies of states can have: nasa.gov, ox.ac.uk
PUBLIC = frozenset({"gov", "edu", "mil", "int"})
PUBLIC_SECOND_LEVEL = frozenset({"gov", "edu", "ac"})
# Under these one registers a third name: example.co.uk
SECOND_LEVEL = frozenset({"co", "com", "net", "org", "gov", "edu", "ac", "msk", "spb"})
# As they are pronounced, where a dot is written as a word.
SPOKEN = {"ком": "com", "ру": "ru", "нет": "net", "орг": "org", "инфо": "info", "онлайн": "online"}
