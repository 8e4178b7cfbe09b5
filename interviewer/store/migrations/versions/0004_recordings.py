"""Recordings with their sound and what was understood of them; seconds heard and characters spoken in the accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "recording",
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("heard", sa.JSON()),
        sa.Column("pauses", sa.JSON()),
        sa.Column("first_word", sa.Float()),
        sa.Column("turn", sa.Integer()),
        sa.Column("discarded", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_recording_interview_id_interview", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["interview_id", "turn"],
            ["turn.interview_id", "turn.seq"],
            name="fk_recording_interview_id_turn",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("interview_id", "number", name="pk_recording"),
        sa.UniqueConstraint("interview_id", "key", name="uq_recording_interview_id"),
    )
    op.create_table(
        "sound",
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("audio", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id", "number"],
            ["recording.interview_id", "recording.number"],
            name="fk_sound_interview_id_recording",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("interview_id", "number", name="pk_sound"),
    )
    op.add_column("model_call", sa.Column("audio_seconds", sa.Float(), nullable=False, server_default="0"))
    op.add_column("model_call", sa.Column("characters", sa.Integer(), nullable=False, server_default="0"))
