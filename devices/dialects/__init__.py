"""How the makers of devices speak over MQTT: one module a dialect, pure translation both ways, no network."""
