"""What sounds like a command and is none: nothing may be done about it, whatever else is understood."""

import pytest

from devices.home import Home
from skills.grammar.model import Context, Decision, Understander
from skills.grammar.resolve import READ_INTENTS
from tests.skills.grammar.small import KITCHEN

NEGATIONS = """
please don't turn off the desk lamp
do not close the kitchen blind yet
never open the garage door at night
you must not unlock the back door
no need to turn on the tower fan
there is no need to pause the speaker
don't you dare unlock the front door
i don't want the hall lamp on
i do not want you to open the blinds
leave the counter light alone
leave the desk lamp on
keep the garage door closed
keep the kitchen lights on please
stop turning off the hall lamp
stop opening the bedroom blind every morning
the desk lamp shouldn't be turned on
nobody should open the garage door
nothing should be switched off in here
you can't turn off the kitchen ceiling
not the desk lamp
no don't lock the front door
without turning on the light
refrain from opening the blinds
avoid switching on the coffee maker
hands off the front door
neither turn on the hall lamp nor the desk lamp
it isn't necessary to turn on the fan
wasn't it me who turned off the desk lamp
let the desk lamp stay off
you needn't close the blind
we won't open the garage door
i would rather not have the kitchen lights on
dont touch the bedroom radiator
under no circumstances unlock the back door
"""

REPORTS = """
he said turn on the desk lamp
she told me to open the garage door
my father asked me to close the blinds
they keep telling us to lock the front door
somebody turned on the tower fan
i turned off the hall lamp already
i just locked the back door
we opened the bedroom blind this morning
the neighbour says he locked the front door
mum says turn off the kitchen lights
the children switched off the coffee maker
the desk lamp was turned on by anna
the garage door opened by itself
the kitchen lights went off again
the blinds are closed
the lights in the kitchen are off
the front door is unlocked
my wife wants me to turn down the radiator
grandma shouted close the door
the recipe says set a timer for ten minutes
the manual tells you to turn off the coffee maker
i read that one should lock the front door
i heard someone open the garage door
he yelled turn off the lights
the doctor told her to open the blinds
alice wrote switch on the hall lamp
it says open the kitchen blind
everybody thinks i turned off the lights
the landlord claimed he closed the garage door
when i came home the lights were on
i was turning on the desk lamp when you called
we were closing the blinds
the kids have opened the garage door
tom has turned off the tower fan
i have unlocked the back door
i've switched the desk lamp off
you've turned on the wrong lamp
"""

HYPOTHESES = """
what would happen if i turned on the fan
suppose we open the garage door
imagine the lights turn off
i wish the kitchen lights were off
i wonder whether to close the blinds
maybe i should turn on the desk lamp
perhaps we should lock the front door
we could open the bedroom blind
i might turn off the hall lamp
someone could unlock the back door
i should have closed the garage door
you could have turned off the lights
it would be nice to have the fan on
one could open the blinds
i was going to turn on the coffee maker
i'm going to open the garage door
i am thinking about turning off the lights
we are planning to close the blinds
say i wanted to open the garage door
let's say the desk lamp turns on
hypothetically turn on the tower fan
what if the front door unlocks
it used to turn on the hall lamp
pretend to open the garage door
next time turn on the hall lamp
one day i will turn off all the lights
some day we will open the garage door with this
if only the lights were off
i'd have turned off the fan
i would never unlock the front door
"""

CONDITIONS = """
if it rains close the blinds
when i come home turn on the hall lamp
turn on the desk lamp if it gets dark
unless it is cold open the kitchen blind
lock the front door whenever we leave
close the garage door as soon as the car is in
turn off the lights once everyone is asleep
in case of fire unlock the front door
turn on the fan when the bedroom gets hot
open the blinds every morning
turn on the hall lamp at sunset
turn off the tower fan at nine o'clock
close the bedroom blind tomorrow
unlock the back door later
turn on the coffee maker at six in the morning
turn off the lights before midnight
turn on the kitchen lights on monday
lock the doors tonight
turn the radiator off until friday
open the garage door only when i say so
if anybody rings turn on the hall lamp
turn the lights off after the film
as long as it is sunny keep the blinds open
every day at eight no sorry nine open the bedroom blind
every morning at seven, no, eight switch on the kitchen light
provided that nobody is home turn off everything
while i'm away turn on the desk lamp
"""

QUESTIONS = """
should i turn on the hall lamp
did you close the garage door
why did you turn off the lights
who opened the bedroom blind
who turned on the tower fan
can you explain how to open the garage door
how do i turn on the desk lamp
how can i unlock the front door
is it safe to open the garage door
have you locked the back door
has anyone turned off the coffee maker
do you think we should close the blinds
when did the lights turn off
when was the garage door opened
would it help to turn off the fan
are you able to open the blinds
may i open the garage door
what does turn on the desk lamp do
what happens when you open the garage door
does the hall lamp turn on by itself
did somebody unlock the back door
do i have to lock the front door
how long does it take to open the garage door
is it a good idea to turn off the radiator
why is the desk lamp turning on
shall we close the kitchen blind
could it be that you turned on the lights
which button turns on the fan
were you going to open the blinds
what time did you lock the front door
"""

QUOTATIONS = """
"turn on the desk lamp" is a simple sentence
the song goes "open the door"
he wrote "close the garage door" on the wall
how do you spell turn on the light
translate turn on the light into german
what does "switch off the fan" mean in french
the sign reads "lock the front door"
write down turn on the hall lamp
the word is open the blinds
repeat after me turn on the lights
my password is open the garage door
the title of the book is turn off the lights
a sentence like turn on the fan is easy
in the film she screams "unlock the front door"
remember the phrase close the bedroom blind
"""

TALK = """
and tonight on channel four we turn on the lights of the city
our next guest will open the door to a new world
the minister wants to turn off nuclear power
so i told him and he goes turn off the light
hey anna can you turn on the light in your room
daniel close the door behind you
kids go and open the window in your room
dad turn your radio down
call now and unlock great savings
buy two lamps and get one free
the police asked people to lock their doors
after the break we open the box
the light at the end of the tunnel
you light up my life
he kicked the door open
she locked herself out of the house
the fan club meets in the kitchen
a fan of the band opened the show
turn left at the next junction
turn the page and open the book
shut up and listen
close to you
open your eyes and turn around
they shut the door in my face
put the kettle on will you anna
the lamp on the desk was a present
i love the kitchen lights
the garage door is brown
this blind is ugly
we bought a new desk lamp
the speaker of the house resigned
lights camera action
i left the fan in the kitchen
tell me a play list
tell me a story about a garage door
what a lovely lamp
"""

UNFINISHED = """
turn on the
turn off
switch the
set the bedroom
open the
close
could you please
turn on the lights in the
set the desk lamp to
lock
the desk
i want you to
and then turn
set the temperature
what about
the kitchen
dim the
turn the tower fan
change the
unlock
"""

BLURRED = """
the desk lamp is on
the desk lamp was off
the hall lamp is of
desk lamp on or off
turn off on the desk lamp
on off desk lamp
turn on the desk lamp no
turn on the desk lamp off
turn on the desk lamp tomorow
turn on the desk lamp tonite
turn on the desk lamp latter
turn on the desk lamp instead
turn on the desk lamp not
turn on the desk lamp maybe
dnt turn on the desk lamp
donot turn on the desk lamp
do nt turn on the desk lamp
do knot turn on the desk lamp
d'ont close the bedroom blind
nver open the garage door
neverr open the garage door
we the desk lamp off
i the kitchen lights off
open close the bedroom blind
close open bedroom blind
lock unlock front door
iff it rains close the bedroom blind
weather you close the bedroom blind
decrease increase the kitchen speaker
someone turnd on the desk lamp
the bedroom blinds closed
the garage door opened
front door unlocked
"""

STRANGERS = """
turn on the flux capacitor
open the drawbridge
turn off the lights in the ballroom
close the blinds in the submarine
unlock the vault
turn on the lights in the attic
set the sauna to ninety degrees
start the dishwasher
pause the gramophone
open the cellar window
lock the treasure chest
turn on the chandelier
turn off the aquarium
dim the lava lamp
mute the neighbour
"""

ALL = {
    "negation": NEGATIONS,
    "report": REPORTS,
    "hypothesis": HYPOTHESES,
    "condition": CONDITIONS,
    "question": QUESTIONS,
    "quotation": QUOTATIONS,
    "talk": TALK,
    "unfinished": UNFINISHED,
    "blurred": BLURRED,
    "stranger": STRANGERS,
}
TOUCHING_NOTHING = READ_INTENTS | {"lending.forbid", "lending.may_i"}
"""Who may do what is asked, or forbidden: nothing in the house changes."""
SENTENCES = [
    pytest.param(text, id=f"{kind}: {text}") for kind, texts in ALL.items() for text in texts.strip().splitlines()
]


@pytest.mark.parametrize("text", SENTENCES)
def test_nothing_is_done_about_what_is_no_command(engine: Understander, home: Home, text: str):
    for context in (Context(), Context(area=KITCHEN)):
        meant = engine.understand(text, home, context)
        changes = [match for match in meant.matches if match.intent not in TOUCHING_NOTHING]
        assert meant.decision != Decision.ACT or not changes, (meant.reason, meant.matches)
