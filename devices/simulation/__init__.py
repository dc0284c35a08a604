"""A house that is not there: devices that speak the dialects of real ones over a real broker.

``python -m devices.simulation`` runs it; `simulated` runs it as a child; `floors`, `areas`, `placement` and `names`
say what a household would have written down about it. Three floors, thirteen areas, over sixty devices behind one
Zigbee2MQTT and on connections of their own: Tasmota, Shelly of both generations, ESPHome, Home Assistant discovery.
There is no media player: MQTT has none in Home Assistant, so those come with Home Assistant's own bridge.

Some are flaky, for showing and testing what an honest answer is (`TEMPERS` has them as data):

=====================  ==================  =============================================================  =============
name                   speaks              does                                                           expect
=====================  ==================  =============================================================  =============
Attic Lamp             Tasmota             nothing: it has no power, its last will says so                unavailable
Sleepy Lamp            discovery           answers after 1.5 s                                            done, late
Stubborn Lamp          discovery           reports what it is and never changes                           unconfirmed
Contrary Lamp          discovery           reports the opposite of what was asked                         unconfirmed
Dining Spots           Zigbee2MQTT group   two of four members obey, Dining Spot 3 and 4 ignore           partly
=====================  ==================  =============================================================  =============
"""

from devices.simulation.child import Simulation, SimulationError, simulated
from devices.simulation.house import TEMPERS, areas, floors, names, placement

__all__ = ["TEMPERS", "Simulation", "SimulationError", "areas", "floors", "names", "placement", "simulated"]
