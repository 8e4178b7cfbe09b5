"""Kits with their versions and links, raters and ratings, decisions, comments, kept answers, rubrics in the making;
how often an interview was paused, and the role of who had it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def _at(name: str, nullable: bool = False) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _owned(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["owner.id"], name=f"fk_{table}_owner_owner"),
    ]


def _of(table: str, other: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    column = f"{other}_id"
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}", ondelete=ondelete)


def _of_exchange(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["interview_id", "exchange"],
        ["exchange.interview_id", "exchange.number"],
        name=f"fk_{table}_interview_id_exchange",
        ondelete="CASCADE",
    )


def upgrade() -> None:
    op.add_column("interview", sa.Column("role", sa.String(16), nullable=False, server_default="candidate"))
    op.add_column("interview", sa.Column("pauses", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "kit",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        _at("created_at"),
        sa.Column("version", sa.Integer()),
        sa.Column("draft", sa.JSON()),
        *_owned("kit"),
        sa.PrimaryKeyConstraint("id", name="pk_kit"),
    )
    op.create_table(
        "kit_version",
        sa.Column("kit_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _at("at"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        *_owned("kit_version"),
        _of("kit_version", "kit"),
        sa.PrimaryKeyConstraint("kit_id", "number", name="pk_kit_version"),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kit_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64)),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("extra_percent", sa.Integer(), nullable=False),
        _at("created_at"),
        _at("expires_at"),
        _at("revoked_at", nullable=True),
        _at("consented_at", nullable=True),
        sa.Column("consent", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer()),
        sa.Column("interview_id", sa.String(32)),
        sa.Column("imported", sa.Boolean(), nullable=False),
        *_owned("invitation"),
        _of("invitation", "kit"),
        _of("invitation", "interview", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("token_hash", name="uq_invitation_token_hash"),
        sa.UniqueConstraint("interview_id", name="uq_invitation_interview_id"),
    )
    op.create_index("ix_invitation_kit_id", "invitation", ["kit_id"])
    op.create_table(
        "rater",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kit_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        _at("created_at"),
        sa.Column("practice", sa.JSON(), nullable=False),
        _at("ready_at", nullable=True),
        sa.Column("imported", sa.Boolean(), nullable=False),
        *_owned("rater"),
        _of("rater", "kit"),
        sa.PrimaryKeyConstraint("id", name="pk_rater"),
        sa.UniqueConstraint("kit_id", "folded", name="uq_rater_kit_id"),
    )
    op.create_table(
        "rating",
        sa.Column("rater_id", sa.String(32), nullable=False),
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("exchange", sa.Integer(), nullable=False),
        sa.Column("rubric_hash", sa.String(64), nullable=False),
        sa.Column("verdicts", sa.JSON(), nullable=False),
        sa.Column("band", sa.Integer()),
        sa.Column("comment", sa.Text(), nullable=False),
        _at("submitted_at", nullable=True),
        sa.Column("seconds", sa.Float()),
        *_owned("rating"),
        _of("rating", "rater"),
        _of_exchange("rating"),
        sa.PrimaryKeyConstraint("rater_id", "interview_id", "exchange", name="pk_rating"),
    )
    op.create_index("ix_rating_interview_id", "rating", ["interview_id"])
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("exchange", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("verdicts", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rubric_hash", sa.String(64), nullable=False),
        _at("at"),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        *_owned("decision"),
        _of_exchange("decision"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_index("ix_decision_interview_id", "decision", ["interview_id"])
    op.create_table(
        "rating_comment",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("exchange", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _at("at"),
        *_owned("rating_comment"),
        _of_exchange("rating_comment"),
        sa.PrimaryKeyConstraint("id", name="pk_rating_comment"),
    )
    op.create_index("ix_rating_comment_interview_id", "rating_comment", ["interview_id"])
    op.create_table(
        "kept_answer",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kit_id", sa.String(32), nullable=False),
        sa.Column("question", sa.String(64), nullable=False),
        sa.Column("answer_id", sa.String(64), nullable=False),
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("exchange", sa.Integer(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        _at("at"),
        *_owned("kept_answer"),
        _of("kept_answer", "kit"),
        _of_exchange("kept_answer"),
        sa.PrimaryKeyConstraint("id", name="pk_kept_answer"),
        sa.UniqueConstraint("kit_id", "answer_id", name="uq_kept_answer_kit_id"),
    )
    op.create_index("ix_kept_answer_interview_id", "kept_answer", ["interview_id"])
    op.create_table(
        "rubric_draft",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kit_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("base", sa.String(64), nullable=False),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        _at("changed_at"),
        sa.Column("published", sa.Integer()),
        *_owned("rubric_draft"),
        _of("rubric_draft", "kit"),
        sa.PrimaryKeyConstraint("id", name="pk_rubric_draft"),
    )
    op.create_index("ix_rubric_draft_kit_id", "rubric_draft", ["kit_id"])
