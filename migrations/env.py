"""Alembic's environment. `editorial.schema` hands over the connection; alembic's own command line is not used."""

from alembic import context

from editorial import models, tables  # noqa: F401  (they fill the metadata)
from editorial.db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
