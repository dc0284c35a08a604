"""How routines are said in German; words are folded, so "öffnet" is "offnet" and "außer" is "ausser"."""

from skills.grammar.plain.speech import Speech, table, words

_IDLE = """der die das den dem des ein eine einen einem einer ab bin ist sind war waren sei wird werden wurde worden hat
haben noch
immer mehr schon wieder auch es im in am an auf zu zum zur bei beim von vom und dann so da dass dort mal was etwas
sich
irgendein irgendeine irgendeinen irgendwo jemand irgendwer steht stehen bleibt bleiben gerade jetzt erst nur beide
alle
temperatur sensor melder erkannt gemeldet festgestellt registriert wert ganz haus uhr grad steigt fallt sinkt geht
gehen kommt
kommen mein meine meinen meinem unser unsere unserem als dieser diese dieses aus ein anderes komplett jedes mal
gibt lang
ihren sein seine liegt betragt anzeigt zeigt mit nach hier eingeschaltet ausgeschaltet modus aktuell drin wenn
vorbeigeht reinkommt lauft vorbeikommt stellen absenken senken heizen setzen drehen hochdrehen regeln aufheizen
herunterdrehen runterdrehen hochheizen"""

GERMAN = Speech(
    code="de",
    written_out={
        "heimkomm": ("heimkomme",), "komm": ("komme",), "weggeh": ("weggehe",), "geh": ("gehe",),
        "verlass": ("verlasse",), "nix": ("nichts",), "halfte": ("50", "prozent"), "wenn's": ("wenn", "es"),
        "ist's": ("ist", "es"),
        "wird's": ("wird", "es"), "gibt's": ("gibt", "es"),
        "tv": ("fernseher",), "glotze": ("fernseher",), "handy": ("handy",), "ac": ("klimaanlage",),
    },
    fillers=words(
        r"wieder|und zwar|sagen wir|ah+m?|eh+m?|hm+|also|bitte|halt(?! (?:den|die|das|alle|es|ihn)\b)|mal|eben"
        r"|einfach|automatisch|eigentlich"
        r"|sozusagen|weisst du|hey"
        r"|hearth|okay|ok|"
        r"danke|vielleicht|doch|am besten|fur mich|gleich"
    ),
    openers=words(
        r"(?:(?:ja|gut|so|und|ich (?:mochte|will|hatte gern|hatte gerne|wunsche mir)(?: dass)?(?: du)?"
        r"|(?:kannst|konntest|wurdest) du|"
        r"mach es so dass|sorg dafur dass|sorge dafur dass|von jetzt an|ab jetzt|ab sofort|kunftig|in zukunft|"
        r"(?:erstelle|erstell|leg|lege|mach|richte) (?:eine )?(?:neue )?(?:routine|automation|regel)(?: an"
        r"| ein)?(?: die| dass)?|"
        r"neue (?:routine|automation|regel)|(?:routine|automation|regel)) ?)+"
    ),
    from_now=words(r"ab (?:jetzt|sofort|heute)|von (?:jetzt|nun) an|kunftig|in zukunft|immer(?= um )"),
    no=frozenset({"nein", "ne", "nee"}),
    hesitates=words(r"ah+m?|eh+m?|hm+"),
    corrections=words(
        r"(?:nein|ne|nee|oh)? ?(?:warte(?! (?:noch|dann|fur|bis|mindestens|\d+|eine?|zwei|drei|vier|funf|sechs|acht"
        r"|zehn"
        r"|funfzehn|zwanzig|dreissig)\b)|moment|ich meine|ich meinte|quatsch|entschuldigung|sorry"
        r"|korrektur)(?: nein| ich meine)?|nein|nee|"
        r"beziehungsweise|besser gesagt|oder vielmehr"
    ),
    no_routine=words(
        r"(?:was|warum|wieso|wie|wer|wann|welche|welcher|welches|wo|ist|sind|war|waren|hat|haben|wird|werden"
        r"|sollte|soll ich|hast|"
        r"liste|losche|losch|vergiss|weck|wecke|"
        r"(?:zeige?|entferne|deaktiviere|aktiviere|pausiere|andere|stoppe?)(?: \S+){0,5} (?:routinen?"
        r"|automationen?|"
        r"automation|regeln?|erinnerungen?|wecker|timer)|"
        r"stell(?:e)? (?:einen|den) (?:timer|wecker)|timer|(?:stell|setz|starte) .* (?:timer|wecker).*"
        r"|ich (?:hab|habe|hatte|mag|hasse|liebe|"
        r"war|weiss|denke|glaube|schalte|mache|finde)|wenn ich (?:gross|mal gross|reich|alt) .*"
        r"|kannst du mir sagen|(?!wenn |falls |sobald )(?:\S+ ){1,2}(?:meint|meinte|sagt|sagte|behauptet|findet"
        r"|hat gesagt|hat gemeint)) .*"
    ),
    reasons=table(
        r"""
        front = weil|da(?= (?:es|ich|wir|er|sie|die|der|das|man|mein|meine|unser|unsere|theo|mir|uns)\b)|nachdem ja
        behind = weil|(?<!sei )denn|damit|sonst(?= (?:\S+ ){1,2}(?:ich|wir|es|man|er|sie)\b)
        hence = also|deshalb|deswegen|darum|drum|daher|folglich
        """
    ),
    often=words(
        r"jeden tag|taglich|werktags|wochentags|unter der woche|am wochenende|jeden (?:mon|diens|donners|frei|sams"
        r"|sonn)tag|(?:mon|diens|donners|frei|sams|sonn)tags|mittwochs|jeden mittwoch"
    ),
    begins=words(r"(?:jede[nrms]?|um|ab|wenn|sobald|falls|immer|bei|beim|nach|vor|taglich|werktags|abends|morgens) .*"),
    subjects=frozenset({"ich", "wir", "er", "sie", "es", "man", "nicht", "immer", "nie", "zu"}),
    states=words(
        r"(?:ich|es|wir|er|sie|man|der|die|das|ein|eine|mein|meine|unser|unsere|\S+t|\S+ (?:ich|wir|er|man)) .*"
    ),
    not_meant=words(r"(?:nicht|kein|keine|keinen) (?:\S+ ){1,6}?sondern"),
    phrases=table(
        r"""
        closed = (?:wenn|sobald|falls|sooft) (?:ich|wir|jemand|irgendwer|wer|man) (?:\S+ ){1,5}?(?:sage?|sagt|sagen
          |rufe|ruft|rufen)
        """
    ),
    markers=table(
        r"""
        only = (?:aber )?nur (?:wenn|falls|solange|dann wenn)|aber (?:nur )?(?:wenn|falls)|solange|sofern
          |vorausgesetzt(?: dass)?|aber nur|allerdings nur|aber erst(?: wenn)?
        unless = es sei denn|ausser(?: wenn)?(?! haus\b)|(?:aber|nur|bloss) nicht(?: wenn)?|nicht aber
          |jedoch nicht(?: wenn)?
        otherwise = ansonsten|sonst|andernfalls|wenn nicht
        check = und falls ja|und wenn ja
        event = bei(?= (?:bewegung|regen|rauch|wasser|feuer|frost|alarm|co2|(?:\S+ ){1,4}(?:uber|unter)))
          |beim(?= (?:druck|drucken|offnen|schliessen|heimkommen|verlassen|betreten|einschalten|ausschalten))|nachdem
          |immer(?: dann)? wenn|jedes ?mal wenn
          |jedesmal wenn|sobald|sooft|wenn|in dem moment wo|immer sobald
        while = wahrend
        if = falls|im falle dass
        then = und dann|dann|danach|anschliessend|heisst|bedeutet
        """
    ),
    joins=words(r"und(?: auch| zudem| ausserdem)?|sowie|aber"),
    either=words(r"oder"),
    verbs=words(
        r"schalte?|halte?|mache?|dreh|drehe|fahre?|offne|schliesse?|sperre?|stelle?|setze?|starte|stoppe?|spiele?"
        r"|pausiere|sage?|melde|schicke?|"
        r"sende|informiere|benachrichtige|warne|erinnere?|gib|lass|lasse|dimme?|aktiviere|deaktiviere"
        r"|verriegle|verriegele|"
        r"entriegle|warte|blinke|lauf|zieh|ziehe|hol|hole|kundige|verkunde|schreib|schreibe|nimm|bringe?"
        r"|licht|alle|heize|kuhle|"
        r"tu|soll|sollen|heiz|prufe|pruf|schau|knips|knipse|reduziere|erhohe|senke|regle|scharfe|entscharfe|ruf"
    ),
    concepts=table(
        r"""
        no_motion = keine(?:rlei)? bewegung(?: mehr)?|(?:sich )?(?:nichts|niemand|keiner)(?: mehr)? (?:bewegt
          |ruhrt|regt|tut|los ist|herumlauft|vorbeikommt)|nicht mehr bewegt|niemand mehr(?: drin| da)?
        empty = leer
        motion = bewegungs?|bewegt|(?:jemand|wer|man)(?= (?:\S+ ){0,3}(?:vorbeigeht|reinkommt|betritt|kommt|geht
          |lauft)(?!\S))|betrete|betritt|vorbeilauft|herumlauft
        here = besetzt|anwesend|anwesenheit|sitze|sitzt|hinsetze|prasenz
        rings = an der tur (?:lautet|klingelt)|klingelt|lautet|klingeln|geklingelt|jemand klingelt|an der tur
        pressed = gedruckt(?: wird)?|drucke|druckt|betatigt|betatige|betatigt wird|drucken
        finished = fertig(?: ist| gewaschen| gelaufen)?|durchgelaufen|durch ist|beendet|zu ende
        disarmed = unscharf(?: geschaltet| gestellt)?|entscharft|deaktiviert wird
        armed_away = scharf (?:abwesend|auswarts)|abwesend scharf
        armed = scharf(?: ist| geschaltet)?
        triggered = auslost|ausgelost|losgeht|anschlagt|alarm schlagt|auslosen|lost aus|geht los|schlagt an
          |schlagt alarm|alarmschlagt
        unlocked = entriegelt|aufgesperrt|aufgeschlossen|nicht (?:abgesperrt|abgeschlossen|verriegelt
          |zugesperrt)|unverschlossen|offen(?= schloss)
        locked = abgesperrt|abgeschlossen|verriegelt|zugesperrt|verschlossen
        wet = (?:wasser|leck)(?:melder|sensor)|nass|feucht wird|wasser|undicht|leck|uberschwemmt
        smoke = (?:rauch|brand|feuer)melder|rauch|feuer|brand|qualm
        gas = gas
        low = (?:fast |beinahe )?leer|schwach|niedrig|zur neige
        event = (?:ein )?termin (?:beginnt|anfangt|startet|ansteht)|beginnt ein termin
        closed = geschlossen(?: wird)?|unten(?: ist| sind)?|zu(?: ist| geht| gemacht)?|zugeht|schliesst|zugemacht
          |zumache|zu
        open = geoffnet(?: wird)?|oben(?: ist| sind)?|offen|offnet|auf(?: ist| geht| steht| gemacht)?|aufgeht|aufsteht
          |offensteht
          |aufmacht|aufmache|offne|aufgemacht|auf
        playing = spielt|am spielen ist|wiedergibt
        off = aus(?: ist| geht| geschaltet)?|ausgeht|ausgeschaltet|ausgemacht|stoppt|deaktiviert|ausschaltet
          |aus war|aufhort|ausschalte|ausmache|abdrehe
        on = an(?: ist| geht| geschaltet| war)?|angeht|eingeschaltet|angemacht|anspringt|lauft|startet|aktiviert
          |aktiv|einschaltet|einschalte|anmache|anschalte|spielt|ein|beginnt
        """
    ),
    negation=words(r"nicht|kein|keine|keinen|nie|nichts"),
    happens=words(
        r"aufgeht|zugeht|offnet|schliesst|geoffnet|wird|angeht|ausgeht|einschaltet|ausschaltet|eingeschaltet"
        r"|ausgeschaltet|klingelt|"
        r"lautet|kommt|komme|heimkommt|heimkomme|geht|gehe|verlasst|verlasse|steigt|fallt|sinkt|ubersteigt"
        r"|unterschreitet|bewegt|bewegung|gedruckt|"
        r"drucke|fertig|anfangt|beginnt|startet|ausgelost|gemeldet|erkannt|aufgemacht|betritt|betrete"
        r"|aktiviert|verlassen"
    ),
    idle=frozenset(_IDLE.split()),
    plain=frozenset(["ein", "eine", "einen", "einem", "einer", "irgendein", "irgendeine", "irgendeines",
    "irgendeinen"]),
    every=frozenset({"alle", "allen", "beide", "samtliche", "jede", "jedes"}),
    classes={
        "fenster": "window", "tur": "door", "ture": "door", "turen": "door", "tor": "gate", "garage": "garage",
        "garagentor": "garage",
        "bewegung": "motion", "rauch": "smoke", "wasser": "moisture", "rollladen": "blind", "rolladen": "blind",
        "rollos": "blind", "rollo": "blind", "jalousie": "blind", "jalousien": "blind", "rolllaeden": "blind",
        "markise": "awning",
        "licht": "light", "lichter": "light", "lampe": "light", "lampen": "light", "lufter": "fan",
        "ventilator": "fan",
        "schloss": "lock", "schlosser": "lock", "heizung": "climate", "heizkorper": "climate",
        "thermostat": "climate",
        "klimaanlage": "climate", "staubsauger": "vacuum", "saugroboter": "vacuum", "sauger": "vacuum",
        "sirene": "siren",
        "alarmanlage": "alarm_control_panel", "alarm": "alarm_control_panel", "lautsprecher": "speaker",
        "radio": "speaker",
        "musik": "speaker", "fernseher": "tv", "akku": "battery", "batterie": "battery", "taste": "input_button",
        "knopf": "input_button", "kalender": "calendar", "post": "opening", "szene": "scene", "vorhang": "curtain",
        "rolladen's": "blind",
    },
    measures={
        "grad": "temperature", "°": "temperature", "temperatur": "temperature", "warm": "temperature",
        "warmer": "temperature", "heiss": "temperature", "heisser": "temperature", "kalt": "temperature",
        "kalter": "temperature", "luftfeuchte": "humidity", "luftfeuchtigkeit": "humidity",
        "feuchtigkeit": "humidity",
        "feuchte": "humidity", "feucht": "humidity", "co2": "carbon_dioxide", "ppm": "carbon_dioxide",
        "watt": "power",
        "leistung": "power", "verbrauch": "power", "lux": "illuminance", "helligkeit": "illuminance",
        "akku": "battery", "batterie": "battery", "aussentemperatur": "temperature",
    },
    same=(
        frozenset({"draussen", "aussen", "aussentemperatur", "outside", "outdoor"}),
        frozenset({"luftfeuchte", "luftfeuchtigkeit", "feuchtigkeit", "feuchte"}),
        frozenset({"akku", "batterie"}), frozenset({"bad", "badezimmer"}), frozenset({"handy", "telefon", "phone"}),
        frozenset({"taste", "knopf"}), frozenset({"klingel", "turklingel"}), frozenset({"rollladen", "rolladen",
        "rollo", "rollos"}),
        frozenset({"spulmaschine", "geschirrspuler"}), frozenset({"trockner", "waschetrockner"}),
        frozenset({"staubsauger", "saugroboter", "sauger"}), frozenset({"heizung", "heizkorper"}),
        frozenset({"vacuum", "staubsauger"}), frozenset({"schlafenszeit", "bettzeit"}), frozenset({"jalousie",
        "jalousien"}),
        frozenset({"treppe", "treppenhaus"}), frozenset({"flur", "diele"}), frozenset({"aussenlicht",
        "hauseingang"}),
    ),
    above=words(
        r"(?:steigt |geht |klettert |liegt )?(?:auf )?(?:uber|warmer als|heisser als|hoher als|mehr als"
        r"|grosser als|oberhalb von|heller als|mindestens|"
        r"uberschreitet|ubersteigt)"
    ),
    below=words(
        r"(?:fallt |sinkt |geht |liegt )?(?:auf )?(?:unter|kalter als|kuhler als|niedriger als|weniger als"
        r"|kleiner als|unterhalb von|dunkler als|"
        r"unterschreitet)"
    ),
    between=words(r"zwischen"),
    below_zero=words(r"(?:es )?(?:friert|frost|gefriert)(?: draussen)?"),
    vague={
        "warm": "temperature", "heiss": "temperature", "kalt": "temperature", "kuhl": "temperature",
        "feucht": "humidity",
        "hoch": "", "niedrig": "", "stickig": "carbon_dioxide", "hell": "illuminance", "sonnig": "illuminance",
        "windig": "wind", "schwul": "humidity",
    },
    low=frozenset({"kalt", "kuhl", "niedrig"}),
    household=table(
        r"""
        no_guests = (?:wir )?(?:kein besuch|keine gaste|keinen besuch)(?: mehr)?(?: da| im haus)? ?(?:ist|sind|haben
          |hab)?|(?:der )?(?:besuch|gaste|die gaste) (?:weg|gegangen|fort) (?:ist|sind)
        guests = wir haben (?:besuch|gaste)|(?:wir )?(?:besuch|gaste)(?: da| im haus| zu besuch)? ?(?:ist|sind|haben
          |hab|habe|kommt|kommen|bleibt
          |bleiben|da)
        alone = allein(?:e)? (?:zu ?hause|daheim)(?: ist)?
        nobody = (?:niemand|keiner|keiner von uns)(?: ist)?(?: mehr)? (?:zu ?hause|daheim|da|im haus)(?: ist)?
          |(?:wir )?(?:alle|alle leute|alle zusammen|wir|beide|wir beide)(?: \S+)? (?:weg|fort|aus dem haus|gegangen
          |ausser haus
          |unterwegs)(?: sind| ist)?|(?:der|die) letzte (?:geht|das haus verlasst|weg ist|gegangen ist|weggeht
          |aus dem haus (?:ist|geht))|(?:wir )?alle (?:das haus|die wohnung) verlassen(?: haben)?
          |das haus leer ist|haus leer
        first = (?:der|die) erste (?:\S+ )?(?:nach hause|heim|zuruck)?(?: )?(?:kommt|heimkommt|ist|zuruckkommt
          |nachhause kommt)|erste nach hause kommt
        everyone = alle (?:wieder )?(?:zu ?hause|daheim|da|zuruck)(?: sind)?
        arrives = (?:jemand|irgendwer|einer(?: von uns)?) (?:nach hause|heim|nachhause) ?(?:kommt)?|(?:jemand
          |irgendwer) heimkommt
        anyone = (?:jemand|irgendwer|einer(?: von uns)?)(?: noch)? (?:zu ?hause|daheim|da)(?: ist)?
        """
    ),
    sky=table(
        r"""
        gets_dark = (?:es )?dunkel wird|(?:es )?dammert|die sonne (?:untergeht|unter geht|untergegangen ist)
          |es wird dunkel
        gets_light = (?:es )?hell wird|die sonne (?:aufgeht|auf geht|aufgegangen ist)|es wird hell
        dark = im dunkeln|bei dunkelheit
          |(?<!alles )(?<!ganz |sehr )(?<!so |zu )(?:es )?(?:(?:noch|schon|bereits|draussen) )*dunkel(?: draussen| ist)*
          |nach einbruch der dunkelheit|es ist dunkel|die sonne unten ist
        light = (?<!ganz |sehr )(?<!so |zu )(?:es )?(?:noch |schon )?(?:draussen )?hell(?: draussen)?(?: ist)?
          |tagsuber|bei tageslicht|die sonne (?:noch )?(?:scheint|oben ist)
        dry = (?:es )?(?:auf zu regnen hort|aufhort zu regnen|zu regnen aufhort|nicht mehr regnet|nicht regnet
          |trocken ist)
          |der regen (?:aufhort|vorbei ist|nachlasst)
        rains = (?:es )?(?:an zu regnen fangt|anfangt zu regnen|zu regnen anfangt|zu regnen beginnt|beginnt zu regnen
          |los ?regnet)
          |regen (?:einsetzt|beginnt|kommt)|regen
        rain = (?:es )?(?:regnet|geregnet hat|am regnen ist)|es regnet
        """
    ),
    me=frozenset({"ich", "mir", "mich"}),
    strangers=frozenset({"er", "sie", "ihm", "ihr"}),
    arriving=words(
        r"(?:nach hause|nachhause|heim|zuruck|wieder)(?: wieder| zuruck)? ?(?:komme|kommt|kommen|bin|ist|sind)"
        r"|heimkomm(?:e|t|en)|ankomm(?:e|t|en)|"
        r"kommt (?:nach hause|heim)|komme (?:nach hause|heim)|zuruckkomm(?:e|t|en)|nach hause"
    ),
    leaving=words(
        r"(?:das haus |die wohnung )?verlass(?:e|t|en)|(?:weg|fort|aus dem haus)? ?(?:gehe|geht|gehen|fahre|fahrt)"
        r"|(?:weg|fort|aus dem haus) (?:bin|ist|sind)|weggeh(?:e|t|en)|losfahr(?:e|t)|"
        r"(?:nicht (?:zu ?hause|daheim|da)|unterwegs|weg|fort|ausser haus)(?: bin| ist| sind)?"
    ),
    at_home=words(r"(?:noch |schon )?(?:zu ?hause|daheim|da)(?: bin| ist| sind)?"),
    units=frozenset(["sekunde", "sekunden", "minute", "minuten", "stunde", "stunden", "viertelstunde",
    "dreiviertelstunde", "min", "sek", "std"]),
    leads=words(
        r"(?:fur|seit|langer als|mehr als|mindestens|uber|schon)(?: (?:mehr als|langer als|mindestens|uber"
        r"|ungefahr|etwa|schon|uber))?"
    ),
    waits=words(r"(?:warte|wart)(?: noch| dann| mindestens)?|nach|in|gib (?:ihm|ihr|dem)(?: noch)?"),
    lasts=words(r"lang|an|ein|brennen|leuchten|laufen|offen|auf"),
    until=words(r"(?:so lange |solange )?bis"),
    later=words(r"spater|danach|darauf|warten"),
    clock=words(
        r"\d\S*|ein|eins|zwei|drei|vier|funf|sechs|sieben|acht|neun|zehn|elf|zwolf|mittag|mitternacht|halb"
        r"|viertel|dreiviertel|uhr|zwanzig|"
        r"dreissig|einundzwanzig|zweiundzwanzig|dreiundzwanzig|um .*"
    ),
    halves=words(
        r"morgens?|fruh|abends?|nachts|nachmittags?|vormittags?|mittags?|mitternacht|1[3-9]|2[0-3]|1[3-9]:\d\d"
        r"|2[0-3]:\d\d|\d?\d:\d\d|"
        r"dreizehn|vierzehn|funfzehn|sechzehn|siebzehn|achtzehn|neunzehn|zwanzig|\w+undzwanzig|in der fruh"
        r"|am morgen|am abend"
    ),
    days=words(
        r"(?:am |an |jeden )?(?:werktags?|werktagen|wochentags|unter der woche|wochenende|(?:mon|diens|donners"
        r"|frei|sams|sonn)tags?|mittwochs?)(?: und \S+tags?)?"
    ),
    recurs=words(
        r"jede[nrms]?|taglich|wochentlich|stundlich|werktags|(?:mon|diens|donners|frei|sams|sonn)tags"
        r"|(?:morgens|vormittags|mittags|nachmittags|abends|nachts)(?= um\b)"
    ),
    once=words(
        r"jetzt|heute(?: \S+)?|(?<!jeden )morgen(?! um .* jeden)(?= fruh| abend| um| mittag| nachmittag)|ubermorgen"
        r"|in (?!(?:der|dem|den|die)\b(?! nachsten))(?:\S+ ){1,3}(?:minuten?|stunden?)|nachste[nr]? \S+"
    ),
    parts=table(
        r"""
        night = nachts|in der nacht|uber nacht
        morning = morgens|am morgen|in der fruh|vormittags|am vormittag
        afternoon = nachmittags|am nachmittag
        evening = abends|am abend
        """
    ),
    since=table(
        r"""
        after = (?:es )?(?:nach|ab|spater als|seit)
        before = (?:es )?(?:vor|fruher als|bis)
        """
    ),
    moments=words(
        r"(?:zur |beim |zum |vor dem |nach dem |vor der )?(?:schlafenszeit|bettzeit|fruhstuck|mittagessen"
        r"|abendessen|feierabend|schlafengehen)|"
        r"ich (?:ins bett gehe|schlafen gehe|aufstehe|aufwache)"
    ),
    tell=table(
        r"""
        know = (?:sag|sage|gib|geb) (?P<who>uns (?:beiden?|allen|zwei)
          |\S+(?: und \S+)?) (?:am handy |auf dem handy |aufs handy
          |per handy )?bescheid(?: am handy| auf dem handy)?
        speak = kundige?(?= .*\ban\b)|(?:sage? (?:es )?(?:durch|an)|kundige? (?:es )?an|verkunde|ansagen
          |durchsagen|sag|sage)(?= (?:im
          |in|auf|dass|es (?:im|in|auf|laut|dass)|durch)\b)|melde (?:es )?(?=im|in)
        send = (?:schick|schicke|sende|schreib|schreibe) (?P<who>\S+(?: und \S+)?)(?: eine?| ne)? ?(?:nachricht
          |mitteilung|benachrichtigung|meldung|sms|push)?(?: aufs handy| am handy| auf das handy)?
        note = (?:(?:eine |ne )?(?:kurze )?(?:meldung|nachricht|mitteilung|info|benachrichtigung|push)(?: aufs handy)?
          |bescheid) an (?P<who>\S+(?: und \S+)?)
        inform = (?P<who>uns (?:beiden?|allen|zwei)|\S+(?: und \S+)?) (?:sofort |gleich )?(?:benachrichtigen
          |informieren|warnen|verstandigen
          |schreiben|anschreiben|bescheid (?:geben|sagen))$
        remind = erinnere? (?P<who>\S+)(?: daran)?
        told = (?:melde|sage?) es (?P<who>\S+(?: und \S+)?)
        tell = (?:informiere|informier|benachrichtige|benachrichtig|warne|warn|melde|sage?) (?P<who>mich und \S+
          |\S+ und mich|\S+ und \S+|die (?:ganze )?familie|\S+)
        """
    ),
    reminds=words(r"erinnere? .*|sage? mir .*dass (?:ich|wir) .*"),
    all_of_us=words(r"uns|uns allen|uns beiden|uns beide|uns zwei|alle|allen|die (?:ganze )?familie|uns alle"),
    telling=words(r"ist|sind|war|waren"),
    after_is=frozenset(),
    to=words(r"auf"),
    that=words(r"dass|daran|zu|an|ich|bescheid"),
    so=words(r"es|das|was|etwas|am handy|auf dem handy|aufs handy|sofort|an|durch|bescheid"),
    it=frozenset({"es", "ihn", "sie"}),
    there=frozenset({"dort", "da", "darin"}),
    there_only=words(r"dort|darin|da"),
    acts=table(
        r"""
        unlock = aufgesperrt|aufgeschlossen|entriegelt|aufsperren|entriegeln|entriegle|aufschliessen|(?:sperre?
          |schliesse?)(?=.* auf$)
        lock = abgesperrt|abgeschlossen|zugesperrt|verriegelt|absperren|abschliessen|verriegeln|verriegle|zusperren
          |sperre?(?=.* (?:ab|zu)$)|schliesse?(?=.* ab$)
          |ab(?:sperrt|schliesst)
        open = offnen|offne|aufgehen|aufgeht|hochgehen|hochgeht|auffahren|aufmachen|hochfahren|hoch|auf|rauf|ausfahren
          |aufziehen|offnest
          |hochziehen
        close = schliessen|schliesse?|zugehen|zugeht|runtergehen|runtergeht|zufahren|runterziehen|herunterziehen
          |zumachen|runterfahren
          |herunterfahren|runter|zu|herunter|einfahren|zuziehen
          |herunterlassen|runterlassen|rein
        dock = zuruck zur (?:station|ladestation|basis)|zur (?:station|ladestation|basis)|heim(?:schicken)?
        start = starten|starte|lossaugen|saugen|loslegen|losschicken
        stop = stoppen|stoppe?|halte?(?=.* an$)|anhalten
        disarm = entscharfen|entscharfe|unscharf(?: schalten| stellen)?|deaktivieren|deaktiviere
        off = drehe?(?=.* ab$)|ausschalten|ausmachen|ausgehen|ausgeht|aus|abschalten|deaktivieren|deaktiviere|abdrehen
          |ausdrehen
          |ausstellen
        on = drehe?(?=.* auf$)|losgehen|losheulen|heulen|einschalten|anmachen|angehen|angeht|anspringen
          |laufen(?: lassen)?|brennen(?: lassen)?|leuchten(?: lassen)?
          |an|ein|anschalten|aktivieren|aktiviere
          |aufdrehen|starten|starte|anlassen
          |anstellen|andrehen|los
        """
    ),
    awnings=table(
        r"""
        out = ausfahren|raus|aus|runter|herunter|offnen|ausrollen|herunterfahren|runterfahren|auf
        in = einfahren|rein|ein|hoch|einrollen|einziehen|schliessen|hochfahren|zu
        """
    ),
    ensure=words(
        r"(?:stelle? sicher|sorge? dafur|pass auf|achte darauf|prufe?)(?: dass| ob)?|(?:soll|sollen|muss"
        r"|mussen)(?= .*|$)"
    ),
    checking=words(r"(?:prufe?|schaue?|sieh)(?: nach)?(?: ob)?"),
    times=words(r"(?:einmal|zweimal|dreimal|viermal|funfmal|(?:zwei|drei|vier|funf|\d+) ?mal)"),
    inverted=words(
        r"fangt|hort|bin|sinkt|fallt|steigt|klettert|geht|gehe|wird|ist|sind|kommt|komme|klingelt|offnet|schliesst|lost"
        r"|lauft|springt"
        r"|regnet|uberschreitet|unterschreitet|ubersteigt|verlasst|verlasse|bewegt|schlagt|steht|meldet|beginnt|startet"
    ),
    particles=frozenset(["los", "heim", "auf", "zu", "an", "aus", "ab", "ein", "weg", "zuruck"]),
    afterwards=words(r"nachdem"),
    place=words(r"in|im|auf|am|vom"),
)  # fmt: skip
