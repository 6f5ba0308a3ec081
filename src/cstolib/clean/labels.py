"""Lines that are not the article's prose -> their kind and the rule that says so."""

import re

# Words of web furniture. Each pattern is searched in a line in lower case.
_CUES: tuple[tuple[str, str, int, str], ...] = (
    # kind, reason, longest line in words, pattern
    (
        "comment",
        "comments header",
        12,
        r"^(no|\d+)?\s*(comments?|комментари\w+|comentarios?)\b(?!\s+\w+\s+\w+\s+\w+\s+\w+)|^\d+ comment\(s\)|^comment policy|^leave a (comment|reply)|^(write|post|add) a comment|^оставить комментарий|комментарии .{0,20}закрыты|^comments are closed",
    ),
    (
        "disclaimer",
        "legal words",
        120,
        r"©|\ball rights reserved|copyright|все права защищены|todos los derechos|do(es)? not necessarily (represent|reflect)|views (presented|expressed) (in|here)|author.?s own|может не совпадать с мнением|\bcookies?\b.{0,80}(use|accept|policy|обработк|политик)|privacy policy|terms of (use|service)|can differ from the thought",
    ),
    (
        "appeal",
        "asks for support or subscription",
        150,
        r"\b(subscribe|newsletter|donate|patreon|patron|sign up|sign me up|ad ?blocker|support us|join our (community|channel)|become a (member|patron)|your inbox|enter your e-?mail|suscr[ií]b\w+|boletín|подпис(аться|ывайтесь|ка)|поддержите|рассылк)",
    ),
    (
        "caption",
        "photo credit",
        90,
        r"\b(photo|image|picture|foto|imagen|фото|снимок)\b\s*(by|via|credit|courtesy|:|/|\()|\[[^\]]{0,60}(/|photo|getty|afp|reuters|ap)[^\]]{0,60}\]\W*$|\((photo|image|фото|foto|file)[^)]{0,80}\)\W*$|\b(getty images|afp|reuters|ap photo|epa-efe|shutterstock|adobe stock)\b\W*$",
    ),
    (
        "related",
        "points to other items",
        40,
        r"^(read (more|also|next)|related|more (on|from|in|stories)|see also|you (may|might) also|recommended|most (read|popular)|trending|don.t miss|latest (news|stories|headlines|videos)|ещё по теме|еще по теме|читайте также|новости по теме|по теме|смотрите также|lea (también|más)|te puede interesar|más leíd[oa]s|noticias relacionadas)\b",
    ),
    (
        "nav",
        "share, print or menu words",
        8,
        r"^(share|tweet|print|e-?mail|facebook|twitter|telegram|whatsapp|vk|copy link|menu|home|search|log ?in|sign in|tags?|поделиться|печать|меню|главная|поиск|рассказать друзьям|compartir|imprimir|inicio|menú|download pdf|share this)\b",
    ),
    (
        "byline",
        "names who wrote it",
        14,
        r"^(by|from|edited by|reporting by|written by|author|автор|por|редактор|текст)\b\s*:?\s+\w|^автор:|^edited by:",
    ),
    ("other", "advertising marker", 6, r"^(advertisement|реклама|publicidad|sponsored)\b"),
    (
        "about",
        "about the author or the outlet",
        80,
        r"^(about( the author)?|об авторе|sobre el autor)\b.{0,40}$|\b(is a correspondent|is a freelance|is an? (independent )?media outlet)\b",
    ),
)
_COMPILED = tuple((kind, why, most, re.compile(pattern)) for kind, why, most, pattern in _CUES)


def find_cue(text: str, words: int) -> tuple[str, str] | None:
    """Kind and reason of a line that carries words of web furniture, or None."""
    lowered = text.lower()
    for kind, why, most, pattern in _COMPILED:
        if words <= most and pattern.search(lowered):
            return kind, why
    return None
