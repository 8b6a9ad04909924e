"""What a way to more rights is made of: permissions, what each must hold on, what must be there, what it gives.

A path is data. `auditor.iam.escalation.catalogue` lists those to the rights of other principals and
`auditor.iam.escalation.mail` those over the mail path; the same code evaluates both.
"""

from enum import Enum, StrEnum

import msgspec


class On(Enum):
    """What a permission must hold on."""

    ROLE = "the role"
    USER = "the user"
    GROUP = "a group that the principal is in"
    JOINED = "the group"
    POLICY = "a customer managed policy that is attached"
    NEW = "a thing that the caller names"
    OLD = "a thing that exists"
    NOTHING = "no resource"


class Need(msgspec.Struct, frozen=True):
    """One permission.

    Attributes:
        action: in full, ``lambda:CreateFunction``.
        on: what it must hold on.
        thing: for NEW and OLD, the resource part of the ARN as a pattern, ``function:*``. Needs of one path with the
            same pattern are about the same thing.
        service: of that ARN, where it is not the action's own.
        owned: whether the ARN has an account (images and documents of AWS have none).
    """

    action: str
    on: On
    thing: str = ""
    service: str = ""
    owned: bool = True

    @property
    def prefix(self) -> str:
        """The service prefix of the action, lower case."""
        return self.action.partition(":")[0].lower()


class Gain(Enum):
    """What a path gives: whose rights, or what over the mail path."""

    PASSED_ROLE = "the rights of a role that is passed to a service"
    THING_ROLE = "the rights of the role that an existing thing runs with"
    ASSUMED_ROLE = "the rights of a role"
    RETRUSTED_ROLE = "the rights of a role whose trust policy is rewritten"
    USER = "the rights of a user"
    ONESELF = "every right that the boundary leaves"
    EDITED_ROLE = "every right that the boundary of a role leaves"
    EDITED_USER = "every right that the boundary of a user leaves"
    JOINED_GROUP = "the rights of a group"
    NEW_USER = "a user with every right"
    CUT = "mail events stop arriving"
    DIVERT = "mail or mail events go elsewhere"
    READ = "mail or mail events can be read"
    SEND = "mail can be sent"


class Category(StrEnum):
    """Kinds of paths, as pathfinding.cloud groups them, and those over the mail path."""

    NEW_PASSROLE = "new-passrole"
    EXISTING_PASSROLE = "existing-passrole"
    PRINCIPAL_ACCESS = "principal-access"
    SELF_ESCALATION = "self-escalation"
    MAIL_CUT = "mail-cut"
    MAIL_DIVERT = "mail-divert"
    MAIL_READ = "mail-read"
    MAIL_SEND = "mail-send"


class Actor(StrEnum):
    """Which kind of principal can walk a path."""

    ANY = "a user or role"
    USER = "a user"
    ROLE = "a role"


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """One way to more rights.

    Attributes:
        id: that of pathfinding.cloud where the path is published there, else our own; it never changes.
        category: of the path.
        gain: what it gives.
        needs: permissions, all of them.
        how: what the caller does, in one sentence.
        by: which kind of principal can.
        service: service principals of which the role must trust one.
        given: what must be there and the policies do not tell, in words; empty when nothing.
        open_question: whether what `given` names decides: where the input does not tell it, the path is undecided.
            Else it is so common that it is taken for given, and said.
    """

    id: str
    category: Category
    gain: Gain
    needs: tuple[Need, ...]
    how: str
    by: Actor = Actor.ANY
    service: tuple[str, ...] = ()
    given: str = ""
    open_question: bool = False

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions of its needs, each once, in order."""
        return tuple(dict.fromkeys(need.action for need in self.needs))


def new(action: str, thing: str, *, service: str = "", owned: bool = True) -> Need:
    """A permission on something that the caller makes or names freely."""
    return Need(action, On.NEW, thing, service, owned)


def old(action: str, thing: str, *, service: str = "", owned: bool = True) -> Need:
    """A permission on something that is there already."""
    return Need(action, On.OLD, thing, service, owned)


def free(action: str) -> Need:
    """A permission that has no resource."""
    return Need(action, On.NOTHING)


def role(action: str) -> Need:
    """A permission on the role in question."""
    return Need(action, On.ROLE)


def user(action: str) -> Need:
    """A permission on the user in question."""
    return Need(action, On.USER)


def attached(action: str) -> Need:
    """A permission on a customer managed policy that is attached to the principal in question."""
    return Need(action, On.POLICY)
