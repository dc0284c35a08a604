"""One utterance in, one spoken answer out, whatever happens in between."""

from daemon.conversation.acting import Doer
from daemon.conversation.answer import Answer, Status
from daemon.conversation.talk import Conversation
from daemon.grammars import Grammars

__all__ = ["Answer", "Conversation", "Doer", "Grammars", "Status"]
