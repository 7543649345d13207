"""The small print of mail: legal notices, banners about outside senders, mailing-list footers."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: What only a legal notice says, wherever it stands.
_LEGAL = re.compile(
    r"(?i)(?:intended (?:only |solely |exclusively )*for (?:the )?(?:sole )?(?:use (?:of|by) |named |the |attention of )*"
    r"(?:intended )?(?:addressees?|recipients?|individuals?|persons?|entity)"
    r"|not (?:an? |the )?(?:intended|named) (?:recipient|addressee)|received this (?:e-?mail|message|communication"
    r"|transmission)[^.]{0,40} in error"
    r"|(?:this|the) (?:e-?mail|message|communication|transmission)(?: \([^)]{0,80}\))?[^.]{0,80} (?:is|are|may be|may contain|contains?)"
    r"[^.]{0,40}(?:confidential|privileged)"
    r"|nicht der richtige adressat|diese (?:e-?mail|nachricht) enthält vertrauliche|irrtümlich erhalten haben"
    r"|ce (?:message|courriel|mail)[^.]{0,80}(?:confidentiel|destinataire)|(?:avez )?reçu ce (?:message|courriel) par erreur"
    r"|este (?:mensaje|correo|e-?mail)[^.]{0,120}(?:confidencial|destinatario|destinatário)|esta mensagem[^.]{0,120}confidenciai?s"
    r"|(?:questo messaggio|questa e-?mail|il presente messaggio)[^.]{0,120}(?:riservat|confidenzial|destinatari)"
    r"|dit (?:bericht|e-?mail ?bericht)[^.]{0,120}(?:vertrouwelijk|geadresseerde)|deze e-?mail[^.]{0,80}vertrouwelijk"
    r"|denne (?:e-?mail|mail|meddelelse|e-?post)[^.]{0,120}(?:fortrolig|konfidensiell)|detta (?:meddelande|e-?post)[^.]{0,120}konfidentiell"
    r"|(?:ta|niniejsza) wiadomość[^.]{0,120}(?:poufn|adresat))"
)
#: What an author might say as well: small print only at the end of a message.
_CLOSING = re.compile(
    r"(?i)(?:(?:to |click (?:here )?to |^|\|\s*|, |\. )unsubscribe(?: from|\b[^a-z]{0,3}$|\s*[:<(|]| (?:here|at|with|any ?time|send"
    r"|visit|click|link))"
    r"|you(?: are|'re|’re)? receiv(?:e|ed|ing) this (?:e-?mail|mail|message|newsletter|because)|you receive this because|(?:please"
    r" )?consider the environment before"
    r"|(?:denk|denken) (?:sie )?an die umwelt|pensez à l['’]environnement|registered (?:in|office)[^.]{0,80}(?:company|no\.|number)"
    r"|company (?:registration )?(?:no\.?|number)\s*:?\s*\w*\d{4}|(?:sitz der gesellschaft|amtsgericht|registergericht|geschäftsführer)\s*:"
    r"|mailing list\b[^.]{0,120}(?:https?://|@)|to post to this (?:group|list)|view this (?:e-?mail|message) in (?:your|a) browser"
    r"|update (?:your )?(?:e-?mail )?preferences|manage (?:your )?(?:subscription|preferences)|scanned (?:for|by) [^.]{0,40}(?:virus"
    r"|malware)"
    r"|virus[- ]free\b|checked (?:for viruses )?by (?:avg|avast)|all rights reserved|if you no longer wish to receive"
    r"|message has been scanned|list-?info/)"
)
_BANNER = re.compile(
    r"(?i)\W*(?:(?:caution|warning|external|notice|attention|achtung|extern|attenzione|atención|let op|obs|uwaga|be careful|safety"
    r" tip)\b.{0,200}"
    r"(?:outside|external(?: |ly)|extern(?:en|er|al|e)? (?:e-?mail|absender|sender|afzender|mittente)|do not click|originat|unknown sender"
    r"|von außerhalb|außerhalb der organisation|extérieur)"
    r"|you don['’]t often get e-?mail from|some people who received this message don['’]t often|this (?:e-?mail|message)"
    r" (?:originated|came|was sent|comes)"
    r" (?:from )?(?:an? )?(?:outside|external)|sie erhalten nicht (?:oft|häufig) e-?mails? von|\[?external(?: (?:e-?mail|sender"
    r"|message))?\]?\W*$)",
    re.DOTALL,
)
_LIST = re.compile(
    r"(?i)\S++ (?:mailing list|group)$"
    r"|(?=\S{1,300}$)(?:https?://\S*?(?:mailman|listinfo|lists?\.|groups)|\S+?@(?:lists?\.|\S*?groups\.)\S)"
)
_MAX_BANNER = 500
_TOP = 3
_SHORT = 40
#: Lines with names and addresses below a footer, and how long one may be.
_NAMES_BELOW = 2
_MAX_NAMES = 100


def notices(texts: Sequence[str]) -> set[int]:
    """Indexes of the paragraphs that are small print among the author's own, given in order."""
    found = {n for n, text in enumerate(texts) if len(text) > _SHORT and _LEGAL.search(text[:4_000])}
    for n, text in enumerate(texts[:_TOP]):
        if len(text) <= _MAX_BANNER and _BANNER.match(text):
            found.add(n)
    end = len(texts)
    while end and (size := _footer_lines(texts[:end], found)):
        found |= set(range(end - size, end))
        end -= size
    return (
        found if len(found) < len(texts) else {n for n in found if _LEGAL.search(texts[n][:4_000]) or n < _TOP and _BANNER.match(texts[n])}
    )


def _footer_lines(texts: Sequence[str], found: set[int]) -> int:
    """How many paragraphs at the end are small print: one that says so, perhaps with the sender's name and address below it; 0 for none."""
    for size in range(1, min(_NAMES_BELOW + 1, len(texts)) + 1):
        text = texts[len(texts) - size]
        if len(texts) - size in found or _CLOSING.search(text[:4_000]) or _LIST.match(text.strip()[:300]):
            return size
        if len(text) > _MAX_NAMES or text.rstrip().endswith((".", "!", "?", ":")) or len(text.split()) > 10:
            return 0
    return 0
