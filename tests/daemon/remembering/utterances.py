"""Sixty things that people say by the way at home, and what each of them tells for good; by hand, before any was tried.

``who: words => about/relation/object; …``; nothing after the arrow: it tells nothing that lasts.
"""

SAID = """
tom: honestly I love the smell of fresh bread => speaker/likes/the smell of fresh bread
tom: I always take the bus to work on Mondays => speaker/usually/take the bus to work
tom: we moved to Leipzig when the kids were small => speaker/home/Leipzig
sara: my back hurts but I enjoy swimming a lot => speaker/likes/swimming
sara: ich trinke morgens immer schwarzen Tee => speaker/usually/schwarzen Tee
sara: ich mag diese alten Kriminalfilme sehr => speaker/likes/diese alten Kriminalfilme
sara: ich arbeite als Bibliothekarin und bin oft müde => speaker/job/Bibliothekarin
mia: I hate broccoli and I told the cook => speaker/dislikes/broccoli
mia: I want to become a vet one day => speaker/plans/become a vet
greta: ich habe mir gestern neue Schuhe gekauft => speaker/owns/neue Schuhe
greta: ich mache mir Sorgen wegen der Treppe => speaker/worry/der Treppe
greta: wir haben früher in Bremen gewohnt
tom: the boiler made a strange noise again
tom: turn the radio down a little please
tom: what did the plumber want from us
tom: if I were rich I would buy a boat
tom: Sara says I always snore at night
tom: I do not like the new neighbours much => speaker/dislikes/the new neighbours
tom: I never drink coffee after four
tom: Mia loves her new bicycle => Mia/likes/her new bicycle
sara: Tom hates loud music in the evening => Tom/dislikes/loud music
sara: Greta mag den Garten sehr gern => Greta/likes/den Garten
sara: die Kaffeemaschine ist schon wieder kaputt
sara: morgen kommt der Schornsteinfeger um neun
sara: vielleicht kaufe ich mir ein Fahrrad
sara: mein Chef hat angeblich gekündigt
sara: ich würde gern mehr lesen
mia: that was a really funny film yesterday
mia: my tooth fell out at school
mia: I am going to sing in the choir next year => speaker/plans/sing in the choir
mia: can I have some more juice please
greta: das Wetter war heute herrlich draußen
greta: ich gehe jeden Donnerstag zum Turnen => speaker/usually/zum Turnen
greta: ich habe Angst vor Gewittern, weißt du => speaker/worry/Gewittern
tom: they bought a new car next door
tom: the children like the new teacher
tom: it will rain all weekend long
tom: I bought a second-hand piano last week => speaker/owns/a second-hand piano
tom: my passport number is 4711 0815
tom: we usually have dinner at seven => speaker/usually/dinner at seven
tom: you are doing a great job
tom: the great thing is that it works
sara: wir wollen im Sommer nach Schweden, ich plane schon alles
sara: ich liebe den Duft von Lavendel => speaker/likes/den Duft von Lavendel
sara: der Hund der Nachbarn nervt mich
sara: ich finde meine Brille nicht mehr
mia: I love drawing dragons but not horses => speaker/likes/drawing dragons
mia: Sara will pick me up at three
mia: I am worried about the maths test => speaker/worry/the maths test
mia: my friend Lea has got two rabbits
greta: heute schmeckt mir das Essen gar nicht
greta: ich stricke immer abends vor dem Fernseher => speaker/usually/abends vor dem Fernseher
greta: Tom arbeitet zu viel, der Junge
greta: nein, ich brauche keine Hilfe dabei
tom: I grew up in a tiny village => speaker/home/a tiny village
tom: I have got a meeting at ten tomorrow
tom: I enjoy gardening and I play chess every Tuesday => speaker/likes/gardening; speaker/usually/chess
tom: nobody here likes the green sofa
sara: ich bin gelernte Köchin, wusstest du das => speaker/job/Köchin
sara: das hat mir niemand gesagt
"""
