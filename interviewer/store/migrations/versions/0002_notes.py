"""Notes: what candidates write down for themselves when they look back at an interview."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "note",
        sa.Column("interview_id", sa.String(32), nullable=False),
        sa.Column("reflection", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_note_interview_id_interview", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("interview_id", "reflection", name="pk_note"),
    )
