"""The first schema: owners, interviews, turns, grades, leases."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    owner = op.create_table(
        "owner",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_owner"),
    )
    op.bulk_insert(owner, [{"id": "local", "name": "You"}])
    op.create_table(
        "question_version",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("question_id", sa.String(64), nullable=False),
        sa.Column("rubric_hash", sa.String(64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_question_version"),
    )
    op.create_index("ix_question_version_question_id", "question_version", ["question_id"])
    op.create_index("ix_question_version_rubric_hash", "question_version", ["rubric_hash"])
    op.create_table(
        "interview",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("setup", sa.JSON(), nullable=False),
        sa.Column("bank_hash", sa.String(64), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("paused_at", sa.DateTime(timezone=True)),
        sa.Column("paused_seconds", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["owner.id"], name="fk_interview_owner_owner"),
        sa.PrimaryKeyConstraint("id", name="pk_interview"),
    )
    op.create_index("ix_interview_owner", "interview", ["owner"])
    op.create_table(
        "planned_question",
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question_hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_planned_question_interview_id_interview", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_hash"], ["question_version.hash"], name="fk_planned_question_question_hash_question_version"
        ),
        sa.PrimaryKeyConstraint("interview_id", "number", name="pk_planned_question"),
    )
    op.create_table(
        "exchange",
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("paused_before", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_exchange_interview_id_interview", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("interview_id", "number", name="pk_exchange"),
    )
    op.create_table(
        "turn",
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("exchange", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("speaker", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("intent", sa.String(16)),
        sa.Column("move", sa.JSON()),
        sa.ForeignKeyConstraint(
            ["interview_id", "exchange"],
            ["exchange.interview_id", "exchange.number"],
            name="fk_turn_interview_id_exchange",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("interview_id", "seq", name="pk_turn"),
        sa.UniqueConstraint("interview_id", "key", name="uq_turn_interview_id"),
    )
    op.create_table(
        "assessment",
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id", "turn"],
            ["turn.interview_id", "turn.seq"],
            name="fk_assessment_interview_id_turn",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("interview_id", "turn", name="pk_assessment"),
    )
    op.create_table(
        "grade",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("exchange", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("score", sa.Float()),
        sa.Column("model", sa.String(200)),
        sa.Column("rubric_hash", sa.String(64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id", "exchange"],
            ["exchange.interview_id", "exchange.number"],
            name="fk_grade_interview_id_exchange",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_grade"),
    )
    op.create_index("ix_grade_interview_id", "grade", ["interview_id"])
    op.create_table(
        "dispute",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("exchange", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(64), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id", "exchange"],
            ["exchange.interview_id", "exchange.number"],
            name="fk_dispute_interview_id_exchange",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dispute"),
    )
    op.create_index("ix_dispute_interview_id", "dispute", ["interview_id"])
    op.create_table(
        "lease",
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_lease_interview_id_interview", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("interview_id", "kind", "number", name="pk_lease"),
    )
