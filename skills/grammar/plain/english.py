"""How routines are said in English."""

from skills.grammar.plain.speech import Speech, table, words

_IDLE = """a an the is are was were be been being am has have had do does did gets get got getting becomes become
became
turns goes go going went comes come stays stay stayed remains remain left still any all some of in at on to my
our your his her their the's there that this it its one it's whole entire then and but so by with from for up
ever again already both either detected detects sensed senses registers reported reports shows reads temperature
level sensor sensors reading state currently right now just only inside room also too starts start begins house
household switched turned value than longer more least into says which who off's every each automatically always
normally first floor off on everything happens once seen measured detector it'll will time mode gone go drops
falls rises climbs drop rise turn switch inside quite should it's its someone somebody anyone anybody event through past
around along across near somewhere something anything seen walks way currently notices notice spots sees"""

ENGLISH = Speech(
    code="en",
    written_out={
        "halfway": ("to", "fifty", "percent"), "it's": ("it", "is"), "its": ("its",), "isn't": ("is", "not"),
        "aren't": ("are", "not"), "isnt": ("is",
        "not"),
        "there's": ("there", "is"), "i'm": ("i", "am"), "i've": ("i", "have"), "we're": ("we", "are"),
        "we've": ("we", "have"), "nobody's": ("nobody", "is"), "everyone's": ("everyone", "is"),
        "that's": ("that", "is"),
        "everybody's": ("everybody", "is"), "someone's": ("someone", "is"), "somebody's": ("somebody", "is"),
        "hasn't": ("has", "not"), "haven't": ("have", "not"), "doesn't": ("does", "not"), "don't": ("do", "not"),
        "wasn't": ("was", "not"), "they're": ("they", "are"), "noone": ("no", "one"), "tv": ("television",),
        "telly": ("television",), "o'clock": ("o'clock",), "i'd": ("i", "would"), "who's": ("who", "is"),
    },
    fillers=words(
        r"again|uh+|um+|erm?|hm+|ah|please|kindly|automatically|you know|like i said|hey|hearth|okay|ok|basically"
        r"|actually|"
        r"for me|maybe|thanks|thank you|let's say|say around|say(?= (?:at|about|like) \S)(?!.* that )|dear|love"
        r"|darling|sweetheart|duh|yo|dude|mate|pal|lol"
        r"|for (?:him|her|them)|do nothing but|only$|if (?:you )?(?:possible|can|would)|just in case"
    ),
    openers=words(
        r"(?:(?:so|well|now|and|also|right|alright|yeah|yes|i think|from now on|(?:could|can|would|will) you|"
        r"(?:i|we)(?: would)? (?:want|like|need)(?: you| it)?(?: to)?(?: be)?(?: so)?(?: that)?"
        r"|make it so(?: that)?|"
        r"set (?:it |things )?up so(?: that)?|(?:create|make|add|set up|new|build|start) (?:an?|the)? ?(?:new )?"
        r"(?:routine|automation|rule)(?: that| to| so that| for| where)?|new (?:routine|automation|rule)|"
        r"(?:a )?(?:routine|automation|rule)|remember to|be sure to|i want|go ahead and) ?)+"
    ),
    from_now=words(r"from now on|in future|as of (?:now|today)|always(?=.* (?:at|by) )"),
    no=frozenset({"no", "nope", "nah"}),
    hesitates=words(r"uh+|um+|erm?|hm+"),
    corrections=words(
        r"(?:no|oh)? ?(?:sorry|wait(?! (?:for|an?|until|till|\d+|half|one|two|three|four|five|six|seven|eight"
        r"|nine|ten|fifteen|twenty|thirty)\b)|i mean|i meant|make that|scratch that"
        r"|correction)(?: no)?(?: i mean| sorry"
        r"| make that)?|"
        r"no(?= \S+(?: \S+){0,2} (?:comes|gets|arrives|leaves|opens|closes))|no no|no make (?:it|that)"
        r"|or rather|rather|no(?! one(?! (?:o'clock|am|pm|a m|p m|thirty|fifteen|forty))\b)(?= (?:at )?(?:half"
        r"|quarter|one|two|"
        r"three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+|the)\b.*)"
    ),
    no_routine=words(
        r"(?:what|why|how|who|which|where|whose|did|does|do|is|are|was|were|has|have(?= (?:i|we|you|they"
        r")\b)|will|would|should(?= (?:i|we|you|he|she|they)\b)|am"
        r"|tell me (?:what|why|"
        r"how|which|about)|list|delete|undo|forget|rename|i remember|wake me|set an? (?:timer|alarm)|timer|"
        r"(?:show|remove|cancel|disable|enable|stop|pause|edit|change|deactivate|activate|skip)(?: \S+){0,5}"
        r" (?:routines?|automations?|rules?|schedules?|reminders?|alarm clock|timers?)|(?:set|start) .* timer|"
        r".* when (?:you|you're|you've)|if (?:only|you|i (?:say|want|like|can|could|were|had))|"
        r"when (?:did|does|do|is|are|was|were|will|would|has|have|can|should)|"
        r"(?!if |when |once )(?:\S+ ){1,2}(?:said|says|thinks|reckons|claims|told (?:me|us))|"
        r"what's|who's|i (?:have|had|love|hate|like|always|never|often|usually|turn|switch|was|know|forgot"
        r"|think)) .*"
    ),
    reasons=table(
        r"""
        front = because|since(?= (?!\d|sunset|sunrise|noon|midnight|dawn|dusk))|seeing (?:that|as)|given (?:how|that)
          |now that|as(?= (?:it|i|we|he|she|they|the|my|our)\b)(?! (?:soon|long))
        behind = because|cause|cuz|seeing (?:that|as)|otherwise(?= (?:it|i|we|he|she|they)\b)
          |so that|so(?= (?:it|i|we|he|she|they)\b)
        hence = (?:and )?(?:so|therefore|that's why|that is why|hence)
        """
    ),
    often=words(
        r"(?:on |at )?(?:every day|each day|daily|everyday|weekdays|every weekday|weekends|the weekend|every weekend"
        r"|every (?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tues|wednes|thurs|fri|satur|sun)days"
        r"(?: and (?:mon|tues|wednes|thurs|fri|satur|sun)days)?)"
    ),
    begins=words(r"(?:every|each|at|on|from|when|whenever|if|after|before|as soon as) .*|daily"),
    subjects=frozenset(["i", "we", "you", "they", "to", "not", "always", "never", "kids", "children", "people"]),
    states=words(r"(?:i|it|we|he|she|they|you|the|a|an|my|our|your|this|that|there|nobody|no|everyone|someone) .*"),
    not_meant=words(r"not (?:\S+ ){1,6}?but(?! (?:only|if|when|not|also)\b)"),
    phrases=table(
        r"""
        open = (?:when|whenever|if|every time|each time|as soon as|once) (?:i|we|someone|somebody|anyone|anybody
          |you hear me|you hear us|one of us) (?:say|says|call out|calls out|shout|shouts|tell you)
        """
    ),
    markers=table(
        r"""
        only = (?:but )?only (?:if|when|once|while|as long as)|but (?:only )?(?:if|when)|as long as|so long as
          |provided(?: that)?|but only
        unless = unless|just not|only not|except (?:if|when|while)|but not (?:if|when|while)|but not
        otherwise = otherwise|or else|else|if not
        check = (?:and )?if (?:so|yes|it is|it was|that is so)$|(?:and )?if (?:so|yes)
        event = (?:in case of|upon|on)(?= (?:motion|movement|smoke|rain|water|fire|an? (?:leak|alarm)))
          |every time|each time|any ?time|the (?:moment|minute|second|instant)(?: that)?|(?:as )?soon as
          |whenever|when|once(?= (?:the|it|there|i|we|my|he|she|they|everyone|everybody|nobody|no|all|someone
          |somebody|anyone|a|an|both)\b)|immediately after
          |after(?= (?:the|my|our|i|we|everyone|everybody|nobody|someone|somebody|anyone) (?!sun\b
          |news\b)(?:\S+ ){0,3}?(?:rings
          |opens|closes|leaves?|left|arrives?|gets|get home|comes|come home|goes|starts|stops|finishes|ends|turns
          |detects|is (?:opened|closed|pressed|done|finished|gone|empty|home))\b)
        while = while|during the time
        if = if|in case|should(?= (?:the|it|there|anyone|someone))|assuming(?: that)?|given that
        then = and then|then|after that|afterwards|means|, ?then
        """
    ),
    joins=words(r"and(?: also)?|plus|as well as|but"),
    either=words(r"or"),
    verbs=words(
        r"turn|turns|switch|switches|close|shut|open|lower|raise|lock|unlock|set|put|make|dim|brighten|start"
        r"|stop|run|play|pause|"
        r"resume|tell|notify|let|send|message|text|inform|alert|warn|remind|say|announce|shout|speak|read"
        r"|activate|deactivate|arm|"
        r"disarm|enable|disable|mute|unmute|bring|take|pull|roll|flash|blink|wait|check|sound|trigger|ping"
        r"|email|have|keep|"
        r"vacuum|increase|decrease|reduce|change|kill|crank|heat|cool|add|fire|launch|show|draw|extend|retract"
        r"|boil|leave|ring|"
        r"call|hit|give|get|water|begin|clean|mow|hoover|draw|tilt|illuminate|fade|lift|cut|drop|bump|warm|press|push"
    ),
    concepts=table(
        r"""
        no_motion = no (?:more )?(?:motion|movement|activity)
          |(?:nobody|no one|nothing) (?:has |is |was )?(?:been )?(?:moves|moving|moved|walks|walking|around|is
          |been)(?: around| about)?(?: there)?|motion (?:stops|has stopped
          |ends|clears)|has no (?:motion|movement)|(?:is |has been )?quiet
        empty = (?:is|has been|gets|becomes) empty|(?:nobody|no one) is (?:left )?in|have been gone|(?:leave
          |leaves|left|out of)
        motion = (?:notices?|sees?|spots?|senses?|picks up|detects?|catches) (?:any )?(?:someone|somebody|anyone
          |anybody|something|a person|people|motion|movement)|comes? (?:up|on) ?to|walks up to
          |approaches|motion|movement|moves|moving|move|walks|walking|walk
          |something moves|(?:someone|somebody
          |anyone) (?:is in|is|enters|goes (?:in|into)|comes into|passes|steps into|goes)|enter|enters
        here = sit down|sits down|(?:is|am) (?:sitting )?(?:in(?=.*)|there|occupied|present)|occupied|occupancy
          |presence
        rings = (?<=bell )goes
          |(?:someone|somebody|anyone) (?:is )?at the (?:front )?door|rings?|ringing|rang|is rung|pressed
        pressed = (?:is |gets )?(?:pressed|pushed|hit|tapped|clicked|used|triggered)|press(?:es)?|push(?:es)?
          |hits?|taps?|clicks?
        finished = (?:is |has |are |have )?(?:finished|finishes|finish|done|ready|complete|completes|ends|ended
          |stopped|stops)(?: (?:washing|running|drying|its cycle|the cycle))?
        disarmed = disarmed|is not armed
        armed_away = armed away|armed in away mode
        armed_home = armed home|armed (?:for )?home
        armed_night = armed (?:for (?:the )?)?night
        armed = armed
        triggered = (?:gets |is )?(?:triggered|set off)|goes off|going off|go off|went off|triggers|sounding|sounds
        unlocked = unlocked|unlocks|unlock|not locked
        locked = locked|locks|lock
        wet = (?:gets |is |becomes )?wet|leaks?|leaking|water|moisture|flooded|flooding
        smoke = smoke|fire|smoky
        gas = gas
        low = (?:is |gets |runs |running |almost |nearly )?(?:low|empty|flat|dying)
        event = has an event(?: starting| coming up)?|an event (?:starts|begins)|event (?:starts|begins)
        closed = closed|closes|close|shut|shuts|down
        open = open|opens|opened|opening|ajar
        playing = (?:starts? |begins |is )?(?:playing|plays)
        off = off|stops|disabled|deactivated|inactive|stopped playing|stops playing
        on = on|starts|start|runs|running|playing|plays|active|activated|activates|enabled|begins|comes alive
        """
    ),
    negation=words(r"not|no|never|nothing"),
    happens=words(
        r"opens|closes|shuts|opened|gets|get|becomes|become|turns|turned|goes|comes|come|starts|stops|begins"
        r"|rings|leaves|leave|"
        r"arrives|arrive|detected|moves|locks|unlocks|presses|press|pressed|switched|drops|falls|rises|climbs"
        r"|exceeds|reaches|"
        r"activated|finishes|ends|triggered|enters|enter|sets|detects|motion|movement|unlocked's|runs|sit|sits"
        r"|first|steps|walks"
    ),
    idle=frozenset(_IDLE.split()),
    plain=frozenset({"a", "an", "any", "some", "one", "either", "another"}),
    every=frozenset({"all", "both", "every"}),
    classes={
        "window": "window", "windows": "window", "door": "door", "doors": "door", "garage": "garage",
        "gate": "gate",
        "motion": "motion", "movement": "motion", "smoke": "smoke", "leak": "moisture", "water": "moisture",
        "blind": "blind", "blinds": "blind", "shutter": "shutter", "shutters": "shutter", "curtain": "curtain",
        "curtains": "curtain", "awning": "awning", "light": "light", "lights": "light", "lamp": "light",
        "lamps": "light", "fan": "fan", "fans": "fan", "lock": "lock", "locks": "lock", "heating": "climate",
        "radiator": "climate", "radiators": "climate", "thermostat": "climate", "vacuum": "vacuum",
        "robot": "vacuum",
        "hoover": "vacuum", "siren": "siren", "alarm": "alarm_control_panel", "speaker": "speaker",
        "radio": "speaker",
        "music": "speaker", "battery": "battery", "scene": "scene", "television": "tv", "button": "input_button",
        "calendar": "calendar", "mail": "opening", "post": "opening", "shades": "shade", "shade": "shade",
    },
    measures={
        "degrees": "temperature", "degree": "temperature", "°": "temperature", "celsius": "temperature",
        "temperature": "temperature", "warm": "temperature", "warmer": "temperature", "hot": "temperature",
        "hotter": "temperature", "cold": "temperature", "colder": "temperature", "cooler": "temperature",
        "humidity": "humidity", "humid": "humidity", "moist": "humidity", "damp": "humidity", "co2": "carbon_dioxide",
        "ppm": "carbon_dioxide", "watts": "power", "watt": "power", "w": "power", "kilowatts": "power",
        "kilowatt": "power", "power": "power", "consumption": "power", "lux": "illuminance",
        "brightness": "illuminance",
        "battery": "battery", "charge": "battery",
    },
    same=(
        frozenset({"outside", "outdoor", "outdoors"}), frozenset({"maker", "machine"}),
        frozenset({"vacuum", "hoover"}), frozenset({"heater", "heating", "radiator"}),
        frozenset({"holiday", "vacation"}), frozenset({"phone", "mobile"}), frozenset({"bell", "doorbell"}),
        frozenset({"humidity", "humid"}), frozenset({"hallway", "hall"}), frozenset({"solar", "panels"}),
        frozenset({"mailbox", "letterbox", "postbox"}), frozenset({"button", "key"}), frozenset({"yard", "garden"}),
        frozenset({"night", "nighttime"}), frozenset({"backyard", "garden"}), frozenset({"tub", "bath"}),
    ),
    above=words(
        r"(?:is |gets |goes |rises |climbs |stays )?(?:(?:warmer|hotter|higher|more|greater|brighter|louder"
        r"|longer) than|above|over|"
        r"exceeds|past|passes|reaches|hits|at least)"
    ),
    below=words(
        r"(?:is |gets |goes |drops |falls |sinks |stays )?(?:(?:colder|cooler|lower|less|fewer|darker) than"
        r"|below|under|beneath|down to)"
    ),
    between=words(r"between"),
    below_zero=words(r"(?:freezing|freezes|frost)(?: outside)?"),
    vague={
        "warm": "temperature", "hot": "temperature", "cold": "temperature", "cool": "temperature",
        "chilly": "temperature",
        "humid": "humidity", "damp": "humidity",
        "moist": "humidity", "stuffy": "carbon_dioxide", "high": "", "low": "", "bright": "illuminance",
        "sunny": "illuminance",
        "windy": "wind", "dim": "illuminance",
    },
    low=frozenset({"cold", "cool", "chilly", "low", "dim"}),
    household=table(
        r"""
        guests = (?:there are|there is|we have|we have got) (?:guests|visitors|company)(?: (?:over|here
          |staying|around|in the house|visiting))?|(?:guests|visitors|company) (?:are|is) (?:here|over|there|staying
          |in the house|visiting)|(?:guests|visitors|company) (?:come|comes|arrive|arrives|stay|stays)(?: over)?
        no_guests = (?:there are|there is|we have) no (?:guests|visitors|company)(?: (?:over|here|staying))?
          |no (?:guests|visitors) are (?:here|staying|there)|(?:guests|visitors|company) (?:have|has|are|is) (?:left
          |gone)|(?:guests|visitors) leave
        alone = (?:home|at home) alone
        nobody = (?:nobody|no one|none of us) (?:is|has been|was)? ?(?:at |left )?(?:home|here|in the house
          |around|in)|(?:everyone|everybody|we all|all of us|the whole family|the family
          |the last(?: person| one)?(?: of us)?|we|all|both of us
          |we both) (?:has |have |are |is |were )?(?:all |both )?(?:just )?(?:left|leaves?|leaving|gone out|gone
          |out|away|not home)(?: the house| home| of the house)?(?: for the day)?|the house (?:is|gets|becomes
          |has been) empty|the last (?:person|one) (?:is out|goes out|goes)|(?:nobody|no one) home
        first = (?:the )?first (?:person|one|of us)?(?: of us)? ?(?:comes|gets|arrives|is
          |returns)? ?(?:back )?(?:at )?home|(?:the )?first (?:person|one|of us)(?: of us)? (?:arrives|returns
          |comes back|is back|gets back|gets in)
        everyone = (?:everyone|everybody|all of us|we all|we are all|the whole family) (?:is |are |gets |comes
          |has come )?(?:back )?(?:at )?home
        arrives = (?:someone|somebody|anyone|anybody|one of us|any of us) (?:comes|gets|arrives|returns
          |is coming)(?: back)?(?: at)?(?: home| back)|(?:someone|somebody|anyone|anybody) arrives
        anyone = (?:someone|somebody|anyone|anybody|one of us|any of us) is (?:still )?(?:at )?(?:home|here
          |in the house)
        """
    ),
    sky=table(
        r"""
        gets_dark = (?:it )?(?:gets|is getting|turns|becomes) dark(?: outside)?|darkness falls
          |the sun (?:goes down|has set|sets|is setting|has gone down)|sun goes down|night falls
        gets_light = (?:it )?(?:gets|is getting|becomes) light(?: outside)?|the sun (?:comes up|rises|is rising
          |has risen)|sun comes up|day breaks
        dark = (?<!everything )(?<!all )(?:it is |it has been )?(?:still |already )?(?:after |in the )?dark(?: outside)?
          |the sun is down|(?:it is )?dark out
        light = (?:it is )?(?:still |already )?(?:daylight|light outside)|it is (?:still |already )?light
          |the sun is (?:still )?up
          |during (?:the )?(?:day|daylight|daytime)|in daylight
        dry = (?:it )?(?:stops|has stopped|is no longer|is done) raining|(?:the )?rain (?:stops|has stopped|ends
          |is over)|it is (?:not raining|dry)(?: outside)?|it is not raining
        rains = (?:it )?(?:starts|begins|started) (?:raining|to rain)|it rains|(?:the )?rain (?:starts|begins
          |comes|is detected)|rain
        rain = it is raining|it rained|it has rained|it is wet outside
        """
    ),
    me=frozenset({"i", "me", "myself"}),
    strangers=frozenset({"he", "she", "they", "him", "her"}),
    arriving=words(
        r"(?:comes?|coming|gets?|got|arrives?|arrived|returns?|returned|is|are|am|reach|reaches)(?: back"
        r"| in)*(?: at)? (?:home|back|in)|arrives?|"
        r"(?:comes?|gets?) (?:back|in)|returns?"
    ),
    leaving=words(
        r"(?:leaves?|left|leaving)(?: home| the house| for work| for school)?|(?:goes|go) out|(?:is|are"
        r"|am|has been|have been)(?: both| all| still| already| just)? (?:out|away|gone|not (?:at )?home|"
        r"not (?:here|there|in))|have been gone|not (?:at )?home|(?:is|are|am) not in"
    ),
    at_home=words(r"(?:is|are|am)? ?(?:still )?(?:at )?(?:home|here)|(?:is|are|am) in"),
    units=frozenset(["second", "seconds", "minute", "minutes", "hour", "hours", "min", "mins", "hrs", "sec",
    "secs"]),
    leads=words(
        r"for(?: (?:more|longer) than| at least| over| about| around)?|(?:longer|more) than|over|at least|of"
    ),
    waits=words(r"wait(?: for)?|after|in|pause(?: for)?|(?:give|allow) (?:it|them|that)"),
    lasts=words(r"(?!)"),
    until=words(r"until|till"),
    later=words(r"later|afterwards|after that"),
    clock=words(
        r"\d\S*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|midday|midnight|half"
        r"|quarter|twenty|thirty|"
        r"forty|fifty|fifteen|o'clock"
    ),
    halves=words(
        r"am|pm|a m|p m|noon|midday|midnight|morning|evening|night|afternoon|tonight|\d?\d:\d\d|1[3-9]|2[0-3]"
    ),
    days=words(
        r"(?:on |at |every )?(?:weekdays?|workdays?|weekends?|the weekend|(?:mon|tues|wednes|thurs|fri|satur"
        r"|sun)days?)(?: and \S+days?)?"
    ),
    recurs=words(
        r"every|each|daily|weekly|hourly|on (?:weekdays|weekends|(?:mon|tues|wednes|thurs|fri|satur|sun)days)"
    ),
    once=words(
        r"now|right now|tomorrow|tonight|today|this (?:morning|evening|afternoon|weekend)|next \S+|(?:in"
        r"|within) (?:about "
        r"|around )?(?:an?|half|a quarter|the next|\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve"
        r"|fifteen|twenty|thirty|forty|fifty)(?: \S+){0,3}? (?:minutes?|hours?|seconds?)"
    ),
    parts=table(
        r"""
        night = at night(?:time)?|during the night|overnight|in the night|by night|nights
        morning = in the mornings?|mornings
        afternoon = in the afternoons?
        evening = in the evenings?|evenings
        day = during the day(?:time)?|in the daytime|by day
        """
    ),
    since=table(
        r"""
        after = (?:it is )?(?:already )?(?:after|past|later than|from|since)
        before = (?:it is )?(?:still )?(?:before|earlier than|until|till)
        """
    ),
    moments=words(
        r"(?:at |around |by |before |after )?(?:bedtime|bed time|breakfast time|lunchtime|dinnertime"
        r"|dinner time|suppertime)|(?:at|around|before|after) (?:breakfast|lunch|dinner|supper|work|school)|"
        r"(?:i|we) (?:go to bed|get up|wake up|go to sleep|leave for work)"
    ),
    tell=table(
        r"""
        remind = remind (?P<who>\S+(?: and \S+)?) (?:to|about|that|of)|remind (?P<who2>\S+)
        speak = (?:say|announce|shout|speak|read out|call out|broadcast)(?: it| that| so)?(?: out)?(?: loud)?
        send = (?:send|give|shoot|drop) (?P<who>(?!an? |the )\S+(?: \S+){0,3}?) (?:an? |the )?(?:message
          |notification|text|note|alert|push
          |heads up|reminder|warning|something|push notification|push message)(?: saying)?(?: that| to)?
          |send (?:an? )?(?:message|notification|text|alert
          |push)(?: to (?P<who2>\S+(?: and \S+)?))?(?: saying)?(?: that)?
        shout = give (?P<who>\S+) an? (?:shout|heads up|buzz|ping|call|nudge|hint|sign)(?: that)?
        know = let (?P<who>.+?) know(?: that| to)?
        tell = (?:tell|notify|message|text|inform|alert|warn|ping|email|call) (?P<who>me and \S+|\S+ and me
          |\S+ and i|all of us|both parents|the (?:whole )?(?:family|household|parents)|\S+)(?: that| to
          | about)?
        """
    ),
    reminds=words(r"remind .*|tell (?:me|us) (?:to|that i|that we) .*"),
    all_of_us=words(
        r"us|us all|us both|us two|both of us|the two of us|all|everyone|everybody|all of us|both parents"
        r"|the (?:whole )?(?:family"
        r"|household|parents)|both"
        r"|the family"
    ),
    telling=words(r"is|are|was|were|has been"),
    after_is=frozenset(
        {
            "detected", "open", "opened", "on", "off", "closed", "been", "locked", "unlocked",
            "home", "out", "away", "not", "still", "empty", "done", "finished", "running",
            "ringing", "low", "above", "below", "over", "under", "warmer", "colder", "hotter",
            "playing", "gone", "back", "here", "there"
        }
    ),
    to=words(r"to|at"),
    that=words(r"that|to|saying|about|on my phone|on the phone|on my mobile"),
    so=words(
        r"so|it|that|this|something|anything|about it|about that|about this|on my phone|on our phones|on the phone"
        r"|on my mobile"
        r"|right away|immediately|straight away|at once"
    ),
    it=frozenset({"it", "them", "that"}),
    there=frozenset({"there"}),
    there_only=words(r"(?:in |up |down )?there|in that room"),
    acts=table(
        r"""
        lock = lock|locked|lock up
        unlock = unlock|unlocked
        open = open|raise|open up|opened|up|out|lift|lower the awning|extend
        close = close|shut|down|closed|pull down|in|retract|lower|draw
        dock = (?:back )?(?:to |in |into )?(?:(?:its|the) )?(?:dock|base|charger|charging station|station)
          |(?:back )?home
        start = start|run|begin|vacuum|clean|hoover|mow|out|off|going
        stop = stop|halt
        disarm = disarm|disable|deactivate|(?<!go )(?<!goes )(?<!going )off
        off = (?<!set )(?<!sets )off|out|kill|deactivate|disable|stop|cut
        on = on|sets? off|activate|enable|hit|blast|start|sound|ring|trigger|back|run|boil|fire|launch|play|begin
        """
    ),
    awnings=table(
        r"""
        out = out|down|lower|extend|open|roll out|put out
        in = in|up|raise|retract|close|roll in|pull in|bring in|back in
        """
    ),
    ensure=words(
        r"(?:make sure|ensure|be sure|see to it|check that)(?: that)?|(?:should|must|has to|have to|(?:is|are) to"
        r"|needs to"
        r"|ought to) be|should go|should|(?:is|are|has|have|needs) to"
    ),
    checking=words(r"(?:check|see|look|find out)(?: whether)?"),
    times=words(r"(?:once|twice|(?:two|three|four|five|six|ten|\d+) times)"),
    inverted=words(r"(?!)"),
    particles=frozenset(),
    afterwards=words(
        r"after(?= (?:the|everyone|everybody|i|we|nobody|no one|somebody|someone|he|she|they|all|my|\S+ (?:leaves?"
        r"|left|closes|opens|comes|gets|goes|has|is))\b(?! (?:sunset|sunrise)))"
    ),
    place=words(r"in|on|from|over"),
)  # fmt: skip
