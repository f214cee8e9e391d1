"""The rows for writing: SQLModel tables, which do not validate; the domain does."""

# No `from __future__ import annotations` here: SQLModel reads the annotations themselves.

from sqlmodel import Field, SQLModel


class BookRow(SQLModel, table=True):
    """A setting of the book: its time zone, and what the courtesies were computed with."""

    __tablename__ = "book"

    name: str = Field(primary_key=True)
    value: str


class StepRow(SQLModel, table=True):
    """One command, and undo's unit; people know it by its number."""

    __tablename__ = "step"

    id: int | None = Field(default=None, primary_key=True)
    number: int
    at: str
    command: str
    summary: str
    undone: int = 0


class UndoRow(SQLModel, table=True):
    """A step that was undone or redone, and the newest step of that moment."""

    __tablename__ = "turning"

    id: int | None = Field(default=None, primary_key=True)
    at: str
    step: int = Field(foreign_key="step.id")
    undone: int
    newest: int = Field(foreign_key="step.id")


class PersonRow(SQLModel, table=True):
    """A person's number; what is known of them is in the versions."""

    __tablename__ = "person"

    id: int | None = Field(default=None, primary_key=True)
    uid: str
    step: int = Field(foreign_key="step.id")


class PersonVersionRow(SQLModel, table=True):
    """The fields of a person that one step set, named by `sets`; the others are None."""

    __tablename__ = "person_version"

    id: int | None = Field(default=None, primary_key=True)
    person: int = Field(foreign_key="person.id")
    step: int = Field(foreign_key="step.id")
    sets: str
    name: str | None = None
    name_key: str | None = None
    company: str | None = None
    relation: str | None = None
    updates: str | None = None
    channel: str | None = None
    note: str | None = None
    merged_into: int | None = Field(default=None, foreign_key="person.id")


class ContactPointRow(SQLModel, table=True):
    """A phone, an email or a postal address that a version of a person sets."""

    __tablename__ = "contact_point"

    version: int = Field(primary_key=True, foreign_key="person_version.id")
    kind: str = Field(primary_key=True)
    place: int = Field(primary_key=True)
    label: str | None = None
    value: str
    key: str


class NamePartRow(SQLModel, table=True):
    """A name from one of its words on, folded: what the beginning of a word is sought in."""

    __tablename__ = "name_part"

    version: int = Field(primary_key=True, foreign_key="person_version.id")
    part: str = Field(primary_key=True)


class ReferralRow(SQLModel, table=True):
    """A referral's number; what is known of it is in the versions."""

    __tablename__ = "referral"

    id: int | None = Field(default=None, primary_key=True)
    uid: str
    step: int = Field(foreign_key="step.id")


class ReferralVersionRow(SQLModel, table=True):
    """The fields of a referral that one step set, named by `sets`; the others are None."""

    __tablename__ = "referral_version"

    id: int | None = Field(default=None, primary_key=True)
    referral: int = Field(foreign_key="referral.id")
    step: int = Field(foreign_key="step.id")
    sets: str
    source: int | None = Field(default=None, foreign_key="person.id")
    prospect: int | None = Field(default=None, foreign_key="person.id")
    kind: str | None = None
    received_at: str | None = None
    tie: str | None = None
    need: str | None = None
    confidential: int | None = None
    note: str | None = None


class EventRow(SQLModel, table=True):
    """Something that happened; append-only."""

    __tablename__ = "event"

    id: int | None = Field(default=None, primary_key=True)
    uid: str
    step: int = Field(foreign_key="step.id")
    at: str
    kind: str
    referral: int | None = Field(default=None, foreign_key="referral.id")
    person: int | None = Field(default=None, foreign_key="person.id")
    channel: str | None = None
    note: str | None = None
    data: str = "{}"
    ahead: str | None = None
