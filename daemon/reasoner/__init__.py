"""What no sentence covers goes to a local model: text in, a checked proposal out. The model does nothing itself and
words no outcome.

- `model` is the seam to whatever completes a prompt, `errors` what goes wrong there, `ollama` the real thing,
  `patience` what keeps a slow or broken one from costing anybody time.
- `tools` are the commands it may propose, `offer` the few things of the house it is told of, `prompt` puts both in
  words and into a JSON schema, `checking` reads what comes back.
- `reasoner` is the whole way: `Reasoner.propose`.
"""
