"""What mail programs write around the words of others, in the languages whose programs are common: field names, verbs, banners."""

from __future__ import annotations

import re

#: Names of header fields as programs print them above a quoted or forwarded message, by the field meant.
_FIELDS = {
    "from": "from von de da van fra från od remitente mittente expéditeur absender afzender afsender avsender avsändare nadawca"
    " remetente от",
    "date": "sent date gesendet datum envoyé fecha enviado enviada inviato data verzonden sendt dato skickat skickad wysłano wysłane "
    "enviado-el enviada-em enviado-em date-sent sent-on gesendet-am data-wysłania sendt-den отправлено дата",
    "to": "to an à a para aan til till do pour destinataire empfänger destinatario destinatari destinatário adresat кому",
    "cc": "cc kopie kopi kopia dw copie copia cópia кому-копия копия",
    "subject": "subject betreff objet sujet asunto oggetto onderwerp emne ämne temat assunto re betr тема",
    "other": "bcc reply-to replyto antwort-an attachments importance sender organization message-id x-mailer in-reply-to references "
    "priority anlagen pièces-jointes mailing-list resent-from return-path user-agent content-type mime-version antwoord-aan "
    "répondre-à responder-a rispondi-a",
}
FIELD_OF = {name.replace("-", " "): field for field, names in _FIELDS.items() for name in names.split()} | {
    name: field for field, names in _FIELDS.items() for name in names.split()
}
#: Which language a day or a month in a quoted header is in, by the field name that stood before it.
LANGUAGE_OF = {
    "von": "de", "gesendet": "de", "gesendet am": "de", "betreff": "de", "an": "de", "envoyé": "fr", "objet": "fr", "à": "fr", "pour": "fr",
    "fecha": "es", "asunto": "es", "enviado el": "es", "para": "es", "oggetto": "it", "inviato": "it", "mittente": "it", "van": "nl",
    "verzonden": "nl", "onderwerp": "nl", "aan": "nl", "emne": "da", "sendt": "da", "från": "sv", "ämne": "sv", "skickat": "sv",
    "skickad": "sv", "till": "sv", "od": "pl", "wysłano": "pl", "temat": "pl", "wysłane": "pl", "assunto": "pt", "enviada em": "pt",
    "enviado em": "pt", "enviada": "pt", "тема": "ru", "дата": "ru", "subject": "en", "sent": "en",
}  # fmt: skip
FIELD = re.compile(r"\s{0,4}[*_]{0,2}([^\W\d_][^\W\d_ -]*(?:[ -][^\W\d_]+){0,2})[*_]{0,2}\s?:[*_]{0,2}(?:\s+(.*))?$", re.DOTALL)

#: "A wrote:" in its verbs.
VERBS = (
    r"wrote|writes|said|schrieb|schreibt|a écrit|écrit|escribió|escribio|ha scritto|scrisse|schreef|heeft geschreven|skrev|skriver"
    r"|escreveu|napisał(?:a|\(a\))?|napisał|пишет|написал(?:а|\(а\))?|kirjoitti|napsal\(a\)"
)
WROTE = re.compile(
    rf"(?i)(?=[{''.join(sorted({verb[0] for verb in VERBS.split('|')}))}])(\b)?(?:{VERBS})"
    r"(?:\s*+:\s*+$|(?(1)(?:\b(?=.{0,161}+\s*+$).{0,160}?:\s*+$|\s*+(?::\s*+)?-{2,}+\s*+$)|(?!)))"
)
#: How an attribution begins where it does not begin with a name.
OPENS = re.compile(
    r"(?i)(?:-{2,4}\s*)?(?:on|at|in|am|le|el|il|op|den|em|på|w dniu|dnia|quoting|zitat von|in message|in article"
    r"|mon|tue|wed|thu|fri|sat|sun|man|tir|ons|tor|fre|lør|søn|pon|wt|śr|czw|pt|sob|niedz|\d{1,4}[./-]\d)\b"
)

_MESSAGE = (
    r"(?:original|forwarded|weitergeleitete|ursprüngliche|original|transféré|oprindelig|videresendt|opprinnelig|vidarebefordrat"
    r"|doorgestuurd"
    r"|oorspronkelijk|inoltrato|originale|reenviado|original|encaminhada|przekazana|oryginalna|ursprungligt)"
)
#: A line that says that what follows is a message passed on.
FORWARD_BANNER = re.compile(
    r"(?i)\s*+(?:[*>]\s*+)?(?:[-–—_=*]{2,}+\s*+)?(?:"
    r"forwarded message(?: from .{1,200}| follows.{0,40})?|forwarded by .{1,200}|begin forwarded message|start of forwarded message"
    r"|weitergeleitete nachricht|anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail"
    r"|message transféré|message transmis|début du message (?:transféré|réexpédié)"
    r"|mensaje reenviado|inicio del mensaje reenviado"
    r"|messaggio inoltrato|inizio messaggio inoltrato"
    r"|doorgestuurd bericht|begin doorgestuurd bericht"
    r"|videresendt (?:besked|meddelelse|melding|e-?mail)|start på videresendt (?:besked|melding)"
    r"|vidarebefordrat (?:meddelande|brev)|vidarebefordrat mejl|början på vidarebefordrat meddelande"
    r"|przekazana wiadomość|wiadomość przekazana dalej|początek przekazywanej wiadomości"
    r"|mensagem (?:encaminhada|reencaminhada)|início da mensagem (?:encaminhada|reencaminhada)"
    r"|пересылаемое сообщение)\s{0,300}+(?::\s*+)?(?:[-–—_=*]{2,}+\s*+)?$"
)
#: A line that says that an earlier message follows, without saying why.
ORIGINAL_BANNER = re.compile(
    r"(?i)\s*+[-_]{2,}+\s*+(?:original (?:message|appointment|-nachricht)|ursprüngliche nachricht|originalnachricht|original-nachricht"
    r"|message d['’]origine|message original"
    r"|mensaje original|messaggio originale|oorspronkelijk bericht|oprindelig (?:meddelelse|besked)|opprinnelig melding"
    r"|ursprungligt meddelande|originalmeddelande|wiadomość oryginalna|oryginalna wiadomość|mensagem original)\s*+(?:[-_]++\s*+)?$"
)
FORWARD_END = re.compile(r"(?i)\s*+-{2,}+\s*+(?:end (?:of )?forwarded message|ende der weitergeleiteten nachricht)\s*+(?:-++\s*+)?$")

FORWARD_SUBJECT = re.compile(r"(?i)\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|wg|tr|rv|i|vs|vb|vl|enc|doorst|pd|fs)\s*+(?:\[\d++\]\s*+)?:")
REPLY_SUBJECT = re.compile(r"(?i)\s*(?:\[[^\]]{1,40}\]\s*)?(?:re|aw|sv|antw|odp|rif|res|r|ynt|ref|ang)\s*+(?:\[\d++\]\s*+)?:")
