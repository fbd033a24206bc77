"""The house: people, stories, decisions, the record, and the triggers that guard them."""

import sqlalchemy as sa
from alembic import op

import editorial.db

revision = '0001'
down_revision = None


# Tables that point at each other: PostgreSQL takes the second half afterwards; SQLite takes it with the table.
CIRCLES = (
    ("manuscripts", "version_id", "versions"),
    ("manuscripts", "author_version_id", "versions"),
    ("manuscripts", "cleared_version_id", "versions"),
    ("manuscripts", "last_decision_id", "decisions"),
    ("manuscripts", "proposal_id", "proposals"),
    ("assignments", "version_id", "commentary_versions"),
)

# What never bends, for those who come round the program. Each entry: name, table, moment, condition, message.
# The condition is SQL that both databases read; NEW and OLD are the row after and before.


def changed(*columns: str) -> str:
    """The condition that one of these columns is to have another value. As text, so that JSON can be compared too."""
    return " OR ".join(f"coalesce(CAST(NEW.{column} AS TEXT), '') <> coalesce(CAST(OLD.{column} AS TEXT), '')"
                       for column in columns)


FOUR_EYES_AUTHOR = (
    "EXISTS (SELECT 1 FROM story_authors a WHERE a.story_id = NEW.story_id AND a.person_id = NEW.person_id)"
    " OR EXISTS (SELECT 1 FROM corrections c WHERE c.manuscript_id = NEW.manuscript_id AND c.outcome IS NULL"
    " AND c.made_by_id = NEW.person_id)"
)
FOUR_EYES_STATION = (
    "NEW.verdict = 'pass' AND EXISTS (SELECT 1 FROM decisions d WHERE d.story_id = NEW.story_id"
    " AND d.person_id = NEW.person_id AND d.verdict = 'pass' AND d.undone_at IS NULL"
    " AND (d.unit_id IS NOT NULL OR d.manuscript_id = NEW.manuscript_id)"
    " AND (coalesce(d.unit_id, 0) <> coalesce(NEW.unit_id, 0) OR coalesce(d.stage_id, 0) <> coalesce(NEW.stage_id, 0)))"
)
FOUR_EYES_CONFIRMED = (
    "NEW.verdict = 'pass' AND EXISTS (SELECT 1 FROM decisions d WHERE d.manuscript_id = NEW.manuscript_id"
    " AND d.confirmed_by_id = NEW.person_id AND d.verdict = 'pass' AND d.undone_at IS NULL)"
)
FOUR_EYES_CONFIRMER = "NEW.confirmed_by_id = NEW.person_id OR (NEW.confirmed_by_id IS NOT NULL AND ((" + ") OR (".join(
    condition.replace("NEW.person_id", "NEW.confirmed_by_id") for condition in (FOUR_EYES_AUTHOR, FOUR_EYES_STATION)
) + ")))"
FOUR_EYES_APPEAL = (
    "EXISTS (SELECT 1 FROM manuscripts m JOIN story_authors a ON a.story_id = m.story_id"
    " WHERE m.id = NEW.manuscript_id AND a.person_id = NEW.heard_by_id)"
    " OR EXISTS (SELECT 1 FROM decisions d WHERE d.manuscript_id = NEW.manuscript_id"
    " AND (d.person_id = NEW.heard_by_id OR d.confirmed_by_id = NEW.heard_by_id)"
    " AND d.verdict = 'reject' AND d.undone_at IS NULL)"
)
LATE_AUTHOR = (
    "EXISTS (SELECT 1 FROM decisions d WHERE d.story_id = NEW.story_id AND d.undone_at IS NULL"
    " AND (d.person_id = NEW.person_id OR d.confirmed_by_id = NEW.person_id))"
    " OR EXISTS (SELECT 1 FROM appeals p JOIN manuscripts m ON m.id = p.manuscript_id"
    " WHERE m.story_id = NEW.story_id AND p.heard_by_id = NEW.person_id)"
)
WRONG_DIGEST = (
    "NOT EXISTS (SELECT 1 FROM versions v WHERE v.id = NEW.version_id AND v.digest = NEW.digest"
    " AND v.manuscript_id = NEW.manuscript_id)"
)
DECISION_CHANGED = "OLD.undone_at IS NOT NULL OR " + changed(
    "id", "manuscript_id", "story_id", "version_id", "digest", "round", "unit_id", "stage_id", "verdict", "person_id",
    "confirmed_by_id", "reason", "checklist", "decided_at", "hold_until")
PROPOSAL_CHANGED = "OLD.answered_at IS NOT NULL OR " + changed(
    "id", "manuscript_id", "version_id", "stage_id", "verdict", "person_id", "reason", "checklist", "elapsed", "seconds",
    "made_at")
VERSION_CHANGED = (
    "(OLD.submitted_at IS NOT NULL AND coalesce(NEW.submitted_at <> OLD.submitted_at, true))"
    " OR (OLD.entered_at IS NOT NULL AND coalesce(NEW.entered_at <> OLD.entered_at, true)) OR " + changed(
        "id", "manuscript_id", "number", "title", "byline", "html", "text", "characters", "pictures", "digest", "origin",
        "made_by_id", "note", "original_sha256", "created_at"))
APPEAL_CHANGED = "OLD.heard_at IS NOT NULL OR " + changed(
    "id", "manuscript_id", "decision_id", "grounds", "made_by_id", "made_at")
CORRECTION_CHANGED = "OLD.outcome IS NOT NULL OR " + changed(
    "id", "manuscript_id", "version_id", "note", "made_by_id", "made_at")
REQUEST_CHANGED = "OLD.answered_at IS NOT NULL OR " + changed(
    "id", "manuscript_id", "reason", "made_by_id", "made_at")
OWN_REQUEST_DECLINED = (
    "NEW.outcome = 'declined' AND EXISTS (SELECT 1 FROM manuscripts m JOIN story_authors a ON a.story_id = m.story_id"
    " WHERE m.id = NEW.manuscript_id AND a.person_id = NEW.answered_by_id)"
)
NAMED_BY_A_VERSION = (
    "EXISTS (SELECT 1 FROM manuscripts m JOIN manuscripts sister ON sister.story_id = m.story_id"
    " JOIN versions v ON v.manuscript_id = sister.id WHERE m.id = OLD.manuscript_id"
    " AND (v.original_sha256 = OLD.sha256 OR CAST(v.pictures AS TEXT) LIKE '%' || OLD.sha256 || '%'))"
)
SIGNATURE_CHANGED = "(OLD.filed_at IS NOT NULL AND coalesce(NEW.filed_at <> OLD.filed_at, true)) OR " + changed(
    "id", "assignment_id", "number", "title", "html", "text", "characters", "digest", "author_id", "signed_name",
    "signed_department", "commissioned_by", "created_at")
ASSIGNMENT_MOVED = (
    "NEW.commission_id <> OLD.commission_id OR NEW.department_id <> OLD.department_id"
    " OR NEW.commentator_id <> OLD.commentator_id"
    " OR (NEW.version_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM commentary_versions v"
    " WHERE v.id = NEW.version_id AND v.assignment_id = NEW.id))"
)
OWN_COMMENTARY = (
    "NEW.kind IN ('assignment-approve', 'assignment-return') AND EXISTS (SELECT 1 FROM assignments a"
    " WHERE a.id = NEW.assignment_id AND a.commentator_id = NEW.actor_id)"
)
NOT_THE_COMMENTATOR = (
    "NOT EXISTS (SELECT 1 FROM assignments a WHERE a.id = NEW.assignment_id AND a.commentator_id = NEW.author_id)"
)
ANNOTATION_CHANGED = changed(
    "id", "manuscript_id", "version_id", "paragraph", "start_at", "end_at", "quote", "body", "audience", "office_id",
    "stage_id", "unit_id", "by_id", "written_at")
ANNOTATED_ELSEWHERE = (
    "NOT EXISTS (SELECT 1 FROM versions v WHERE v.id = NEW.version_id AND v.manuscript_id = NEW.manuscript_id)"
)
PROVED_ELSEWHERE = (
    "NOT EXISTS (SELECT 1 FROM versions v JOIN publications p ON p.manuscript_id = v.manuscript_id"
    " WHERE v.id = NEW.version_id AND v.digest = NEW.digest AND p.id = NEW.publication_id)"
)
NOTICED_ELSEWHERE = (
    "NOT EXISTS (SELECT 1 FROM proofs p JOIN versions v ON v.id = p.version_id WHERE p.id = NEW.proof_id"
    " AND p.outcome = 'differs' AND p.publication_id = NEW.publication_id AND v.manuscript_id = NEW.manuscript_id)"
)
FOUR_EYES_NOTICE = (
    "EXISTS (SELECT 1 FROM manuscripts m JOIN story_authors a ON a.story_id = m.story_id"
    " WHERE m.id = NEW.manuscript_id AND a.person_id = NEW.made_by_id)"
    " OR EXISTS (SELECT 1 FROM proofs p WHERE p.id = NEW.proof_id AND p.recorded_by_id = NEW.made_by_id)"
)
NOTICE_CHANGED = "OLD.mended_at IS NOT NULL OR " + changed(
    "id", "proof_id", "publication_id", "manuscript_id", "wrong", "note", "made_by_id", "made_at")
DELIVERED_OTHERWISE = "OLD.state = 'delivered' OR " + changed(
    "id", "manuscript_id", "channel_id", "target", "asked_by_id", "asked_at")
DELIVERED_UNCLEARED = (
    "NEW.state = 'delivered' AND NOT EXISTS (SELECT 1 FROM versions v JOIN events e ON e.manuscript_id = v.manuscript_id"
    " AND e.kind = 'clear' AND e.digest = v.digest WHERE v.id = NEW.version_id AND v.manuscript_id = NEW.manuscript_id)"
)
GUARDS = (
    ("decisions_author", "decisions", "INSERT", FOUR_EYES_AUTHOR, "four eyes: the author decides"),
    ("decisions_station", "decisions", "INSERT", FOUR_EYES_STATION, "four eyes: a second reading by one person"),
    ("decisions_confirmed", "decisions", "INSERT", FOUR_EYES_CONFIRMED, "four eyes: a second reading by one person"),
    ("decisions_confirmer", "decisions", "INSERT", FOUR_EYES_CONFIRMER, "four eyes: the chief editor wrote or read it"),
    ("proposals_update", "proposals", "UPDATE", PROPOSAL_CHANGED, "proposals are only added"),
    ("proposals_delete", "proposals", "DELETE", "true", "proposals are only added"),
    ("decisions_digest", "decisions", "INSERT", WRONG_DIGEST, "a decision names another text than its version"),
    ("decisions_update", "decisions", "UPDATE", DECISION_CHANGED, "decisions are only added"),
    ("decisions_delete", "decisions", "DELETE", "true", "decisions are only added"),
    ("decision_readings_update", "decision_readings", "UPDATE", "true", "what a decision says of its reading is only added"),
    ("decision_readings_delete", "decision_readings", "DELETE", "true", "what a decision says of its reading is only added"),
    ("authors_late", "story_authors", "INSERT", LATE_AUTHOR, "four eyes: a decider becomes an author"),
    ("authors_update", "story_authors", "UPDATE", "true", "authors are only added"),
    ("authors_delete", "story_authors", "DELETE", "true", "authors are only added"),
    ("appeals_new_hearing", "appeals", "INSERT", FOUR_EYES_APPEAL, "four eyes: the hearer wrote or rejected it"),
    ("appeals_hearing", "appeals", "UPDATE", FOUR_EYES_APPEAL, "four eyes: the hearer wrote or rejected it"),
    ("appeals_update", "appeals", "UPDATE", APPEAL_CHANGED, "appeals are only added"),
    ("appeals_delete", "appeals", "DELETE", "true", "appeals are only added"),
    ("publications_update", "publications", "UPDATE", "true", "publications are only added"),
    ("publications_delete", "publications", "DELETE", "true", "publications are only added"),
    ("proofs_version", "proofs", "INSERT", PROVED_ELSEWHERE, "a proof by the text of another manuscript"),
    ("proofs_update", "proofs", "UPDATE", "true", "proofs are only added"),
    ("proofs_delete", "proofs", "DELETE", "true", "proofs are only added"),
    ("differences_update", "proof_differences", "UPDATE", "true", "differences are only added"),
    ("differences_delete", "proof_differences", "DELETE", "true", "differences are only added"),
    ("differences_answered", "difference_answers", "UPDATE", "true", "what was said to differences is only added"),
    ("differences_unanswered", "difference_answers", "DELETE", "true", "what was said to differences is only added"),
    ("notices_proof", "channel_notices", "INSERT", NOTICED_ELSEWHERE, "a notice without a proof that differs"),
    ("notices_four_eyes", "channel_notices", "INSERT", FOUR_EYES_NOTICE, "four eyes: who wrote or found it tells of it"),
    ("notices_update", "channel_notices", "UPDATE", NOTICE_CHANGED, "notices are only added"),
    ("notices_delete", "channel_notices", "DELETE", "true", "notices are only added"),
    ("readership_update", "readership_readings", "UPDATE", "true", "readings of readership are only added"),
    ("readership_delete", "readership_readings", "DELETE", "true", "readings of readership are only added"),
    ("corrections_update", "corrections", "UPDATE", CORRECTION_CHANGED, "corrections are only added"),
    ("corrections_delete", "corrections", "DELETE", "true", "corrections are only added"),
    ("requests_update", "correction_requests", "UPDATE", REQUEST_CHANGED, "requests are only added"),
    ("requests_declined", "correction_requests", "UPDATE", OWN_REQUEST_DECLINED, "four eyes: the author decides"),
    ("requests_delete", "correction_requests", "DELETE", "true", "requests are only added"),
    ("deliveries_update", "deliveries", "UPDATE", DELIVERED_OTHERWISE, "what was delivered stays as it was"),
    ("deliveries_uncleared", "deliveries", "UPDATE", DELIVERED_UNCLEARED, "only what was cleared is delivered"),
    ("deliveries_delete", "deliveries", "DELETE", "true", "deliveries are only added"),
    ("uploads_update", "uploads", "UPDATE", "true", "uploads are only added"),
    ("uploads_delete", "uploads", "DELETE", NAMED_BY_A_VERSION, "a version names this file"),
    ("versions_update", "versions", "UPDATE", VERSION_CHANGED, "versions are only added"),
    ("versions_delete", "versions", "DELETE", "true", "versions are only added"),
    ("events_update", "events", "UPDATE", "true", "events are only added"),
    ("events_delete", "events", "DELETE", "true", "events are only added"),
    ("commentary_author", "commentary_versions", "INSERT", NOT_THE_COMMENTATOR, "commentary under another name"),
    ("commentary_update", "commentary_versions", "UPDATE", SIGNATURE_CHANGED, "commentary is only added"),
    ("commentary_delete", "commentary_versions", "DELETE", "true", "commentary is only added"),
    ("commentary_files_update", "commentary_files", "UPDATE", "true", "what was brought is only added"),
    ("commentary_files_delete", "commentary_files", "DELETE", "true", "what was brought is only added"),
    ("likenesses_update", "likenesses", "UPDATE", "true", "likenesses are only added"),
    ("likenesses_delete", "likenesses", "DELETE", "true", "likenesses are only added"),
    ("assignments_update", "assignments", "UPDATE", ASSIGNMENT_MOVED, "commentary under another name"),
    ("annotations_version", "annotations", "INSERT", ANNOTATED_ELSEWHERE, "an annotation on the text of another manuscript"),
    ("annotations_update", "annotations", "UPDATE", ANNOTATION_CHANGED, "annotations are only added"),
    ("annotations_delete", "annotations", "DELETE", "true", "annotations are only added"),
    ("answers_update", "annotation_answers", "UPDATE", "true", "answers are only added"),
    ("answers_delete", "annotation_answers", "DELETE", "true", "answers are only added"),
    ("imported_update", "imported", "UPDATE", "true", "what came in dossiers is only added"),
    ("imported_delete", "imported", "DELETE", "true", "what came in dossiers is only added"),
    ("file_marks_update", "file_marks", "UPDATE", "true", "what a file brought is only added"),
    ("events_own_commentary", "events", "INSERT", OWN_COMMENTARY, "four eyes: the author decides"),
)
ONLY_ADDED = tuple(dict.fromkeys(table for _name, table, moment, _condition, _message in GUARDS if moment == "DELETE"))
"""The tables that PostgreSQL's TRUNCATE, which fires no trigger of a row, may not empty either."""


def add_guards() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for name, table, moment, condition, message in GUARDS:
        if postgres:
            row = "OLD" if moment == "DELETE" else "NEW"
            op.execute(
                f"CREATE FUNCTION guard_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF {condition} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"
                f" END IF; RETURN {row}; END $$"
            )
            op.execute(f"CREATE TRIGGER guard_{name} BEFORE {moment} ON {table}"
                       f" FOR EACH ROW EXECUTE FUNCTION guard_{name}()")
        else:
            op.execute(f"CREATE TRIGGER guard_{name} BEFORE {moment} ON {table} WHEN {condition}"
                       f" BEGIN SELECT RAISE(ABORT, '{message}'); END")
    if postgres:
        op.execute("CREATE FUNCTION guard_truncate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                   " RAISE EXCEPTION '% are only added', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';"
                   " END $$")
        for table in ONLY_ADDED:
            op.execute(f"CREATE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {table}"
                       " FOR EACH STATEMENT EXECUTE FUNCTION guard_truncate()")


def upgrade() -> None:
    op.create_table('chain_head',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_chain_head_one')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chain_head'))
    )
    op.create_table('counters',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_counters'))
    )
    op.create_table('files',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('thumbnail_sha256', sa.String(length=64), nullable=True),
    sa.Column('created_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['thumbnail_sha256'], ['files.sha256'], name=op.f('fk_files_thumbnail_sha256_files')),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_files'))
    )
    op.create_table('genres',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=40), nullable=False),
    sa.Column('title_en', sa.String(length=60), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_genres')),
    sa.UniqueConstraint('slug', name=op.f('uq_genres_slug'))
    )
    op.create_table('login_attempts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_attempts'))
    )
    with op.batch_alter_table('login_attempts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_login_attempts_at'), ['at'], unique=False)
        batch_op.create_index('ix_login_attempts_key_at', ['key', 'at'], unique=False)

    op.create_table('offices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('name_en', sa.String(length=80), nullable=False),
    sa.Column('shows_reviewers', sa.Boolean(), nullable=False),
    sa.Column('counts_unproved', sa.Boolean(), nullable=False),
    sa.Column('is_public', sa.Boolean(), nullable=False),
    sa.Column('undo_minutes', sa.Integer(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offices')),
    sa.UniqueConstraint('slug', name=op.f('uq_offices_slug'))
    )
    op.create_table('people',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('login', sa.String(length=60), nullable=False),
    sa.Column('login_key', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('email', sa.String(length=200), nullable=False),
    sa.Column('phone', sa.String(length=30), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('locale', sa.String(length=20), nullable=False),
    sa.Column('text_size', sa.Integer(), nullable=False),
    sa.Column('text_song', sa.Boolean(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('reset_asked_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('toured', sa.JSON(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.CheckConstraint("locale IN ('zh_Hans_CN', 'en')", name=op.f('ck_people_locale')),
    sa.CheckConstraint('text_size IN (16, 18, 20)', name=op.f('ck_people_text_size')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people')),
    sa.UniqueConstraint('login_key', name=op.f('uq_people_login_key'))
    )
    op.create_table('units',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('name_en', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('signs', sa.Boolean(), nullable=False),
    sa.Column('further_unit_id', sa.Integer(), nullable=True),
    sa.Column('commissions', sa.Boolean(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('city','district','department','enterprise','branch')", name=op.f('ck_units_kind')),
    sa.CheckConstraint('further_unit_id IS NULL OR further_unit_id <> id', name=op.f('ck_units_further')),
    sa.ForeignKeyConstraint(['further_unit_id'], ['units.id'], name=op.f('fk_units_further_unit_id_units')),
    sa.ForeignKeyConstraint(['parent_id'], ['units.id'], name=op.f('fk_units_parent_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_units')),
    sa.UniqueConstraint('name', name=op.f('uq_units_name'))
    )
    with op.batch_alter_table('units', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_units_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_units_path'), ['path'], unique=False)

    op.create_table('channels',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=40), nullable=False),
    sa.Column('title_en', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.Enum('paper', 'programme', 'site', 'account', 'platform', name='channelkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('daily', sa.Integer(), nullable=True),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.CheckConstraint('daily IS NULL OR daily > 0', name=op.f('ck_channels_daily')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_channels_office_id_offices')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_channels'))
    )
    with op.batch_alter_table('channels', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_channels_office_id'), ['office_id'], unique=False)

    op.create_table('form_keys',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('location', sa.String(length=500), nullable=False),
    sa.Column('used_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_form_keys_person_id_people')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_form_keys'))
    )
    with op.batch_alter_table('form_keys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_form_keys_used_at'), ['used_at'], unique=False)

    op.create_table('one_time_links',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=10), nullable=False),
    sa.Column('created_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('used_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("purpose IN ('invite', 'reset')", name=op.f('ck_one_time_links_purpose')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_one_time_links_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_one_time_links')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_one_time_links_token_hash'))
    )
    with op.batch_alter_table('one_time_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_one_time_links_person_id'), ['person_id'], unique=False)

    op.create_table('rulesets',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('days', sa.JSON(), nullable=False),
    sa.Column('urgent_days', sa.Integer(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('urgent_days BETWEEN 0 AND 60', name=op.f('ck_rulesets_urgent_days')),
    sa.ForeignKeyConstraint(['created_by_id'], ['people.id'], name=op.f('fk_rulesets_created_by_id_people')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_rulesets_office_id_offices')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rulesets')),
    sa.UniqueConstraint('office_id', 'number', name=op.f('uq_rulesets_office_id_number'))
    )
    op.create_table('scratch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('form', sa.String(length=80), nullable=False),
    sa.Column('tab', sa.String(length=40), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('saved_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_scratch_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scratch')),
    sa.UniqueConstraint('person_id', 'form', 'tab', name=op.f('uq_scratch_person_id_form_tab'))
    )
    with op.batch_alter_table('scratch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_scratch_saved_at'), ['saved_at'], unique=False)

    op.create_table('stages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_stages_office_id_offices')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stages')),
    sa.UniqueConstraint('office_id', 'slug', name=op.f('uq_stages_office_id_slug'))
    )
    op.create_table('stories',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=False),
    sa.Column('created_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['people.id'], name=op.f('fk_stories_created_by_id_people')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_stories_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stories'))
    )
    with op.batch_alter_table('stories', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stories_unit_id'), ['unit_id'], unique=False)

    op.create_table('web_sessions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('created_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('seen_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('address', sa.String(length=60), nullable=False),
    sa.Column('agent', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_web_sessions_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_web_sessions')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_web_sessions_token_hash'))
    )
    with op.batch_alter_table('web_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_web_sessions_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_web_sessions_seen_at'), ['seen_at'], unique=False)

    op.create_table('manuscripts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('wanted_offices', sa.JSON(), nullable=False),
    sa.Column('genre_id', sa.Integer(), nullable=True),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('is_original', sa.Boolean(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('state', sa.Enum('draft', 'awaiting_signoff', 'in_review', 'returned', 'accepted', 'published', 'rejected', 'withdrawn', 'retracted', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('ruleset_id', sa.Integer(), nullable=True),
    sa.Column('chain', sa.JSON(), nullable=False),
    sa.Column('signoff_unit_id', sa.Integer(), nullable=True),
    sa.Column('stage_id', sa.Integer(), nullable=True),
    sa.Column('assignee_id', sa.Integer(), nullable=True),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('first_round', sa.Integer(), server_default='1', nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=True),
    sa.Column('author_version_id', sa.Integer(), nullable=True),
    sa.Column('cleared_version_id', sa.Integer(), nullable=True),
    sa.Column('last_decision_id', sa.Integer(), nullable=True),
    sa.Column('proposal_id', sa.Integer(), nullable=True),
    sa.Column('public_reason', sa.Text(), nullable=False),
    sa.Column('waiting_since', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('due_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('submitted_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('entered_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('accepted_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('published_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('closed_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'awaiting_signoff') = (signoff_unit_id IS NOT NULL)", name=op.f('ck_manuscripts_signoff')),
    sa.CheckConstraint("stage_id IS NULL OR state IN ('in_review', 'published')", name=op.f('ck_manuscripts_no_stage')),
    sa.CheckConstraint("state <> 'in_review' OR stage_id IS NOT NULL", name=op.f('ck_manuscripts_stage')),
    sa.CheckConstraint("state = 'draft' OR state = 'withdrawn' OR office_id IS NOT NULL", name=op.f('ck_manuscripts_office')),
    sa.CheckConstraint("state NOT IN ('accepted', 'published', 'retracted') OR cleared_version_id IS NOT NULL", name=op.f('ck_manuscripts_cleared')),
    sa.CheckConstraint('assignee_id IS NULL OR stage_id IS NOT NULL', name=op.f('ck_manuscripts_assignee')),
    sa.ForeignKeyConstraint(['assignee_id'], ['people.id'], name=op.f('fk_manuscripts_assignee_id_people')),
    sa.ForeignKeyConstraint(['author_version_id'], ['versions.id'], name=op.f('fk_manuscripts_author_version_id_versions'), use_alter=True),
    sa.ForeignKeyConstraint(['cleared_version_id'], ['versions.id'], name=op.f('fk_manuscripts_cleared_version_id_versions'), use_alter=True),
    sa.ForeignKeyConstraint(['genre_id'], ['genres.id'], name=op.f('fk_manuscripts_genre_id_genres')),
    sa.ForeignKeyConstraint(['last_decision_id'], ['decisions.id'], name=op.f('fk_manuscripts_last_decision_id_decisions'), use_alter=True),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposals.id'], name=op.f('fk_manuscripts_proposal_id_proposals'), use_alter=True),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_manuscripts_office_id_offices')),
    sa.ForeignKeyConstraint(['ruleset_id'], ['rulesets.id'], name=op.f('fk_manuscripts_ruleset_id_rulesets')),
    sa.ForeignKeyConstraint(['signoff_unit_id'], ['units.id'], name=op.f('fk_manuscripts_signoff_unit_id_units')),
    sa.ForeignKeyConstraint(['stage_id'], ['stages.id'], name=op.f('fk_manuscripts_stage_id_stages')),
    sa.ForeignKeyConstraint(['story_id'], ['stories.id'], name=op.f('fk_manuscripts_story_id_stories')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_manuscripts_unit_id_units')),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_manuscripts_version_id_versions'), use_alter=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_manuscripts')),
    sa.UniqueConstraint('code', name=op.f('uq_manuscripts_code')),
    sa.UniqueConstraint('story_id', 'office_id', name=op.f('uq_manuscripts_story_id_office_id'))
    )
    with op.batch_alter_table('manuscripts', schema=None) as batch_op:
        batch_op.create_index('ix_manuscripts_assignee', ['assignee_id', 'due_at', 'id'], unique=False)
        batch_op.create_index('ix_manuscripts_stage',
                              ['stage_id', 'state', 'assignee_id', 'urgent', 'due_at', 'id'], unique=False)
        batch_op.create_index('ix_manuscripts_desk', ['office_id', 'state', 'stage_id', 'urgent', 'due_at', 'id'], unique=False)
        batch_op.create_index('ix_manuscripts_office_updated', ['office_id', 'updated_at', 'id'], unique=False)
        batch_op.create_index('ix_manuscripts_published', ['published_at', 'id'], unique=False)
        batch_op.create_index('ix_manuscripts_signoff', ['signoff_unit_id', 'due_at', 'id'], unique=False)
        batch_op.create_index('ix_manuscripts_state', ['state', 'updated_at', 'id'], unique=False)
        batch_op.create_index('ix_manuscripts_submitted', ['submitted_at', 'id'], unique=False)
        batch_op.create_index('ix_manuscripts_unit_submitted', ['unit_id', 'submitted_at', 'id'], unique=False)
        batch_op.create_index('ix_manuscripts_unit', ['unit_id', 'state', 'updated_at', 'id'], unique=False)

    op.create_table('memberships',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('correspondent', 'signer', 'stage_reviewer', 'chief_editor', 'publisher', 'commissioner', 'commentator', 'coordinator', 'administrator', 'staff', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('stage_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(role IN ('correspondent','signer','commissioner','commentator') AND unit_id IS NOT NULL AND office_id IS NULL AND stage_id IS NULL) OR (role = 'stage_reviewer' AND unit_id IS NULL AND office_id IS NOT NULL AND stage_id IS NOT NULL) OR (role IN ('chief_editor','publisher') AND unit_id IS NULL AND office_id IS NOT NULL AND stage_id IS NULL) OR (role IN ('coordinator','administrator') AND unit_id IS NULL AND office_id IS NULL AND stage_id IS NULL)", name=op.f('ck_memberships_place')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_memberships_office_id_offices')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_memberships_person_id_people')),
    sa.ForeignKeyConstraint(['stage_id'], ['stages.id'], name=op.f('fk_memberships_stage_id_stages')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_memberships_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_memberships'))
    )
    with op.batch_alter_table('memberships', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_memberships_office_id'), ['office_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_memberships_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_memberships_role'), ['role'], unique=False)
        batch_op.create_index(batch_op.f('ix_memberships_stage_id'), ['stage_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_memberships_unit_id'), ['unit_id'], unique=False)

    op.create_table('ruleset_steps',
    sa.Column('ruleset_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('stage_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=40), nullable=False),
    sa.Column('title_en', sa.String(length=60), nullable=False),
    sa.Column('purpose', sa.String(length=200), nullable=False),
    sa.Column('purpose_en', sa.String(length=300), nullable=False),
    sa.Column('checklist', sa.JSON(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('proposes', sa.Boolean(), nullable=False),
    sa.CheckConstraint('days BETWEEN 1 AND 60', name=op.f('ck_ruleset_steps_days')),
    sa.ForeignKeyConstraint(['ruleset_id'], ['rulesets.id'], name=op.f('fk_ruleset_steps_ruleset_id_rulesets')),
    sa.ForeignKeyConstraint(['stage_id'], ['stages.id'], name=op.f('fk_ruleset_steps_stage_id_stages')),
    sa.PrimaryKeyConstraint('ruleset_id', 'position', name=op.f('pk_ruleset_steps')),
    sa.UniqueConstraint('ruleset_id', 'stage_id', name=op.f('uq_ruleset_steps_ruleset_id_stage_id'))
    )
    op.create_table('story_authors',
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_story_authors_person_id_people')),
    sa.ForeignKeyConstraint(['story_id'], ['stories.id'], name=op.f('fk_story_authors_story_id_stories')),
    sa.PrimaryKeyConstraint('story_id', 'person_id', name=op.f('pk_story_authors'))
    )
    with op.batch_alter_table('story_authors', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_story_authors_person_id'), ['person_id'], unique=False)

    op.create_table('commissions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=False),
    sa.Column('commissioner_id', sa.Integer(), nullable=False),
    sa.Column('topic', sa.String(length=200), nullable=False),
    sa.Column('brief', sa.Text(), nullable=False),
    sa.Column('questions', sa.Text(), nullable=False),
    sa.Column('length', sa.Integer(), nullable=True),
    sa.Column('wished', sa.Integer(), nullable=False),
    sa.Column('due_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['commissioner_id'], ['people.id'], name=op.f('fk_commissions_commissioner_id_people')),
    sa.ForeignKeyConstraint(['department_id'], ['units.id'], name=op.f('fk_commissions_department_id_units')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_commissions_manuscript_id_manuscripts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commissions')),
    sa.UniqueConstraint('code', name=op.f('uq_commissions_code'))
    )
    with op.batch_alter_table('commissions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_commissions_department_id'), ['department_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_commissions_manuscript_id'), ['manuscript_id'], unique=False)

    op.create_table('uploads',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('shown_name', sa.String(length=200), nullable=False),
    sa.Column('warnings', sa.JSON(), nullable=False),
    sa.Column('uploaded_by_id', sa.Integer(), nullable=False),
    sa.Column('uploaded_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('original', 'picture')", name=op.f('ck_uploads_kind')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_uploads_manuscript_id_manuscripts')),
    sa.ForeignKeyConstraint(['sha256'], ['files.sha256'], name=op.f('fk_uploads_sha256_files')),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['people.id'], name=op.f('fk_uploads_uploaded_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_uploads'))
    )
    with op.batch_alter_table('uploads', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_uploads_manuscript_id'), ['manuscript_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_uploads_sha256'), ['sha256'], unique=False)

    op.create_table('versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('byline', sa.String(length=200), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('characters', sa.Integer(), nullable=False),
    sa.Column('pictures', sa.JSON(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('origin', sa.String(length=12), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('original_sha256', sa.String(length=64), nullable=True),
    sa.Column('created_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('entered_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("origin IN ('author', 'editor', 'correction')", name=op.f('ck_versions_origin')),
    sa.ForeignKeyConstraint(['made_by_id'], ['people.id'], name=op.f('fk_versions_made_by_id_people')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_versions_manuscript_id_manuscripts')),
    sa.ForeignKeyConstraint(['original_sha256'], ['files.sha256'], name=op.f('fk_versions_original_sha256_files')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_versions')),
    sa.UniqueConstraint('manuscript_id', 'number', name=op.f('uq_versions_manuscript_id_number'))
    )
    with op.batch_alter_table('versions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_versions_digest'), ['digest'], unique=False)

    op.create_table('assignments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commission_id', sa.Integer(), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=False),
    sa.Column('commentator_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('offered', 'accepted', 'filed', 'returned', 'approved', 'published', 'declined', 'withdrawn', 'expired', 'cancelled', name='assignmentstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=True),
    sa.Column('due_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('waiting_since', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('channel', sa.String(length=60), nullable=False),
    sa.Column('address', sa.String(length=500), nullable=False),
    sa.Column('published_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.CheckConstraint("state <> 'published' OR (length(address) > 0 AND published_at IS NOT NULL)", name=op.f('ck_assignments_published')),
    sa.CheckConstraint("state NOT IN ('filed', 'approved', 'published') OR version_id IS NOT NULL", name=op.f('ck_assignments_filed')),
    sa.ForeignKeyConstraint(['commentator_id'], ['people.id'], name=op.f('fk_assignments_commentator_id_people')),
    sa.ForeignKeyConstraint(['commission_id'], ['commissions.id'], name=op.f('fk_assignments_commission_id_commissions')),
    sa.ForeignKeyConstraint(['department_id'], ['units.id'], name=op.f('fk_assignments_department_id_units')),
    sa.ForeignKeyConstraint(['version_id'], ['commentary_versions.id'], name=op.f('fk_assignments_version_id_commentary_versions'), use_alter=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignments')),
    sa.UniqueConstraint('commission_id', 'commentator_id', name=op.f('uq_assignments_commission_id_commentator_id'))
    )
    with op.batch_alter_table('assignments', schema=None) as batch_op:
        batch_op.create_index('ix_assignments_commentator', ['commentator_id', 'state', 'due_at', 'id'], unique=False)
        batch_op.create_index('ix_assignments_department', ['department_id', 'state', 'due_at', 'id'], unique=False)

    op.create_table('corrections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(length=10), nullable=True),
    sa.Column('closed_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("outcome IN ('effective', 'refused')", name=op.f('ck_corrections_outcome')),
    sa.ForeignKeyConstraint(['made_by_id'], ['people.id'], name=op.f('fk_corrections_made_by_id_people')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_corrections_manuscript_id_manuscripts')),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_corrections_version_id_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_corrections'))
    )
    with op.batch_alter_table('corrections', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_corrections_manuscript_id'), ['manuscript_id'], unique=False)
        batch_op.create_index('uq_corrections_open', ['manuscript_id'], unique=True, sqlite_where=sa.text('outcome IS NULL'), postgresql_where=sa.text('outcome IS NULL'))

    op.create_table('correction_requests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('answered_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=10), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.CheckConstraint("outcome IN ('corrected', 'declined', 'retracted')", name=op.f('ck_correction_requests_outcome')),
    sa.CheckConstraint('(answered_at IS NULL) = (outcome IS NULL)', name=op.f('ck_correction_requests_answered')),
    sa.CheckConstraint("length(trim(reason)) > 0 AND (outcome <> 'declined' OR length(trim(answer)) > 0)", name=op.f('ck_correction_requests_reason')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['people.id'], name=op.f('fk_correction_requests_answered_by_id_people')),
    sa.ForeignKeyConstraint(['made_by_id'], ['people.id'], name=op.f('fk_correction_requests_made_by_id_people')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_correction_requests_manuscript_id_manuscripts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction_requests'))
    )
    with op.batch_alter_table('correction_requests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_correction_requests_manuscript_id'), ['manuscript_id'], unique=False)
        batch_op.create_index('uq_correction_requests_open', ['manuscript_id'], unique=True, sqlite_where=sa.text('answered_at IS NULL'), postgresql_where=sa.text('answered_at IS NULL'))

    op.create_table('decisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('stage_id', sa.Integer(), nullable=True),
    sa.Column('verdict', sa.Enum('pass', 'return', 'reject', name='verdict', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('confirmed_by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('checklist', sa.JSON(), nullable=False),
    sa.Column('decided_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('hold_until', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('undone_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("verdict = 'pass' OR length(trim(reason)) > 0", name=op.f('ck_decisions_reason')),
    sa.CheckConstraint('(unit_id IS NULL) <> (stage_id IS NULL)', name=op.f('ck_decisions_station')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['people.id'], name=op.f('fk_decisions_confirmed_by_id_people')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_decisions_manuscript_id_manuscripts')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_decisions_person_id_people')),
    sa.ForeignKeyConstraint(['stage_id'], ['stages.id'], name=op.f('fk_decisions_stage_id_stages')),
    sa.ForeignKeyConstraint(['story_id'], ['stories.id'], name=op.f('fk_decisions_story_id_stories')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_decisions_unit_id_units')),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_decisions_version_id_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decisions'))
    )
    with op.batch_alter_table('decisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decisions_manuscript_id'), ['manuscript_id'], unique=False)
        batch_op.create_index('ix_decisions_person_at', ['person_id', 'decided_at'], unique=False)
        batch_op.create_index('ix_decisions_stage_at', ['stage_id', 'decided_at'], unique=False)
        batch_op.create_index('ix_decisions_story_digest', ['story_id', 'digest'], unique=False)
        batch_op.create_index('ix_decisions_story_person', ['story_id', 'person_id'], unique=False)
        batch_op.create_index('uq_decisions_open_stage', ['manuscript_id', 'round', 'stage_id', 'version_id'], unique=True, sqlite_where=sa.text('undone_at IS NULL AND stage_id IS NOT NULL'), postgresql_where=sa.text('undone_at IS NULL AND stage_id IS NOT NULL'))
        batch_op.create_index('uq_decisions_open_unit', ['manuscript_id', 'round', 'unit_id', 'version_id'], unique=True, sqlite_where=sa.text('undone_at IS NULL AND unit_id IS NOT NULL'), postgresql_where=sa.text('undone_at IS NULL AND unit_id IS NOT NULL'))

    op.create_table('publications',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('channel_id', sa.Integer(), nullable=False),
    sa.Column('published_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('address', sa.String(length=500), nullable=False),
    sa.Column('place', sa.String(length=100), nullable=False),
    sa.Column('headline', sa.String(length=200), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['channel_id'], ['channels.id'], name=op.f('fk_publications_channel_id_channels')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_publications_manuscript_id_manuscripts')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['people.id'], name=op.f('fk_publications_recorded_by_id_people')),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_publications_version_id_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publications')),
    sa.CheckConstraint('length(address) > 0 OR length(trim(place)) > 0', name=op.f('ck_publications_somewhere'))
    )
    with op.batch_alter_table('publications', schema=None) as batch_op:
        batch_op.create_index('uq_publications_address', ['manuscript_id', 'channel_id', 'address'], unique=True, sqlite_where=sa.text("address <> ''"), postgresql_where=sa.text("address <> ''"))
        batch_op.create_index('uq_publications_place', ['manuscript_id', 'channel_id', 'place', 'published_at'], unique=True, sqlite_where=sa.text("address = ''"), postgresql_where=sa.text("address = ''"))
        batch_op.create_index('ix_publications_channel', ['channel_id', 'published_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_publications_manuscript_id'), ['manuscript_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_publications_published_at'), ['published_at'], unique=False)

    op.create_table('appeals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=False),
    sa.Column('decision_id', sa.Integer(), nullable=False),
    sa.Column('grounds', sa.Text(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('heard_by_id', sa.Integer(), nullable=True),
    sa.Column('heard_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=10), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.CheckConstraint("outcome IN ('reopened', 'upheld')", name=op.f('ck_appeals_outcome')),
    sa.ForeignKeyConstraint(['decision_id'], ['decisions.id'], name=op.f('fk_appeals_decision_id_decisions')),
    sa.ForeignKeyConstraint(['heard_by_id'], ['people.id'], name=op.f('fk_appeals_heard_by_id_people')),
    sa.ForeignKeyConstraint(['made_by_id'], ['people.id'], name=op.f('fk_appeals_made_by_id_people')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_appeals_manuscript_id_manuscripts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appeals')),
    sa.UniqueConstraint('manuscript_id', name=op.f('uq_appeals_manuscript_id'))
    )
    with op.batch_alter_table('appeals', schema=None) as batch_op:
        batch_op.create_index('ix_appeals_open', ['manuscript_id'], unique=False, sqlite_where=sa.text('heard_at IS NULL'), postgresql_where=sa.text('heard_at IS NULL'))

    op.create_table('commentary_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('characters', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('signed_name', sa.String(length=40), nullable=False),
    sa.Column('signed_department', sa.String(length=60), nullable=False),
    sa.Column('commissioned_by', sa.String(length=60), nullable=False),
    sa.Column('created_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('filed_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('length(trim(signed_name)) > 0 AND length(trim(signed_department)) > 0 AND length(trim(commissioned_by)) > 0', name=op.f('ck_commentary_versions_signed')),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignments.id'], name=op.f('fk_commentary_versions_assignment_id_assignments')),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_commentary_versions_author_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commentary_versions')),
    sa.UniqueConstraint('assignment_id', 'number', name=op.f('uq_commentary_versions_assignment_id_number'))
    )
    op.create_table('events',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('actor_name', sa.String(length=40), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('place', sa.String(length=60), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=True),
    sa.Column('assignment_id', sa.Integer(), nullable=True),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('subject', sa.String(length=100), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('before', sa.String(length=40), nullable=False),
    sa.Column('after', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.Column('prev_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['people.id'], name=op.f('fk_events_actor_id_people')),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignments.id'], name=op.f('fk_events_assignment_id_assignments')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_events_manuscript_id_manuscripts')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_events_office_id_offices')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_events'))
    )
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.create_index('ix_events_actor', ['actor_id', 'seq'], unique=False)
        batch_op.create_index('ix_events_assignment', ['assignment_id', 'seq'], unique=False)
        batch_op.create_index('ix_events_manuscript', ['manuscript_id', 'seq'], unique=False)
        batch_op.create_index('ix_events_subject', ['subject', 'seq'], unique=False, sqlite_where=sa.text("subject <> ''"), postgresql_where=sa.text("subject <> ''"))
        batch_op.create_index('ix_events_office', ['office_id', 'seq'], unique=False, sqlite_where=sa.text("kind = 'transfer'"), postgresql_where=sa.text("kind = 'transfer'"))

    op.create_table('imported',
    sa.Column('manuscript_id', sa.Integer(), nullable=False),
    sa.Column('seal', sa.String(length=64), nullable=False),
    sa.Column('event_seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_seq'], ['events.seq'], name=op.f('fk_imported_event_seq_events')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_imported_manuscript_id_manuscripts')),
    sa.PrimaryKeyConstraint('manuscript_id', name=op.f('pk_imported'))
    )
    op.create_table('jobs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=20), nullable=True),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('run_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('worker', sa.String(length=60), nullable=False),
    sa.Column('lease_until', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('created_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name=op.f('ck_jobs_lease')),
    sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f('ck_jobs_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jobs'))
    )
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.create_index('ix_jobs_open', ['run_at', 'id'], unique=False, sqlite_where=sa.text("state IN ('waiting', 'running')"), postgresql_where=sa.text("state IN ('waiting', 'running')"))
        batch_op.create_index('ix_jobs_state', ['state', 'id'], unique=False)
        batch_op.create_index('uq_jobs_name', ['name'], unique=True, sqlite_where=sa.text('name IS NOT NULL'), postgresql_where=sa.text('name IS NOT NULL'))

    op.create_table('arrivals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('form', sa.String(length=80), nullable=False),
    sa.Column('scratch_id', sa.Integer(), nullable=False),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('files', sa.JSON(), nullable=False),
    sa.Column('known', sa.JSON(), nullable=False),
    sa.Column('made_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('read_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('taken_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('delivery', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('error', sa.String(length=40), nullable=False),
    sa.Column('field', sa.String(length=20), nullable=False),
    sa.Column('refused', sa.String(length=300), nullable=False),
    sa.CheckConstraint("read_at IS NOT NULL OR (delivery IS NULL AND error = '')", name=op.f('ck_arrivals_read')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_arrivals_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_arrivals'))
    )
    with op.batch_alter_table('arrivals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_arrivals_made_at'), ['made_at'], unique=False)
        batch_op.create_index('ix_arrivals_person', ['person_id', 'form', 'id'], unique=False)

    op.create_table('calendar_days',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('works', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(length=60), nullable=False),
    sa.Column('set_by_id', sa.Integer(), nullable=True),
    sa.Column('set_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['set_by_id'], ['people.id'], name=op.f('fk_calendar_days_set_by_id_people')),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_calendar_days'))
    )
    op.create_table('private_addresses',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('calendar', 'published')", name=op.f('ck_private_addresses_kind')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_private_addresses_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', 'kind', name=op.f('pk_private_addresses')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_private_addresses_token_hash'))
    )
    op.create_table('digest_hours',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('hour', sa.Integer(), nullable=False),
    sa.CheckConstraint('hour BETWEEN 0 AND 23', name=op.f('ck_digest_hours_hour')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_digest_hours_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_digest_hours'))
    )
    op.create_table('letters',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('created_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('leaves_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('closed_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('sent_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('failed_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('bounced_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=False),
    sa.CheckConstraint("kind IN ('one', 'digest')", name=op.f('ck_letters_kind')),
    sa.CheckConstraint('sent_at IS NULL OR failed_at IS NULL', name=op.f('ck_letters_end')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_letters_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letters')),
    sa.UniqueConstraint('token', name=op.f('uq_letters_token'))
    )
    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.create_index('ix_letters_failed', ['failed_at', 'id'], unique=False, sqlite_where=sa.text('failed_at IS NOT NULL'), postgresql_where=sa.text('failed_at IS NOT NULL'))
        batch_op.create_index('ix_letters_person', ['person_id', 'id'], unique=False)
        batch_op.create_index('uq_letters_open_digest', ['person_id'], unique=True, sqlite_where=sa.text("kind = 'digest' AND closed_at IS NULL"), postgresql_where=sa.text("kind = 'digest' AND closed_at IS NULL"))

    op.create_table('mail_choices',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('choice', sa.String(length=8), nullable=False),
    sa.CheckConstraint("choice IN ('now', 'digest', 'program')", name=op.f('ck_mail_choices_choice')),
    sa.CheckConstraint("kind IN ('mine', 'due', 'reminder', 'escalation', 'commentary', 'call', 'account', 'trouble')", name=op.f('ck_mail_choices_kind')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_mail_choices_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', 'kind', name=op.f('pk_mail_choices'))
    )
    op.create_table('calls',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('topic', sa.String(length=200), nullable=False),
    sa.Column('brief', sa.Text(), nullable=False),
    sa.Column('genre_id', sa.Integer(), nullable=True),
    sa.Column('length', sa.String(length=60), nullable=False),
    sa.Column('everyone', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('open', 'closed', 'cancelled', name='callstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('ends_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('since', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f('ck_calls_ended')),
    sa.CheckConstraint("state <> 'cancelled' OR length(trim(reason)) > 0", name=op.f('ck_calls_reason')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['people.id'], name=op.f('fk_calls_asked_by_id_people')),
    sa.ForeignKeyConstraint(['genre_id'], ['genres.id'], name=op.f('fk_calls_genre_id_genres')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_calls_office_id_offices')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calls')),
    sa.UniqueConstraint('code', name=op.f('uq_calls_code'))
    )
    with op.batch_alter_table('calls', schema=None) as batch_op:
        batch_op.create_index('ix_calls_ends', ['ends_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_calls_office_id'), ['office_id'], unique=False)

    op.create_table('call_units',
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('below', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_call_units_call_id_calls')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_call_units_unit_id_units')),
    sa.PrimaryKeyConstraint('call_id', 'unit_id', name=op.f('pk_call_units'))
    )
    with op.batch_alter_table('call_units', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_call_units_unit_id'), ['unit_id'], unique=False)

    op.create_table('call_answers',
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('tied_by_id', sa.Integer(), nullable=False),
    sa.Column('tied_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_call_answers_call_id_calls')),
    sa.ForeignKeyConstraint(['story_id'], ['stories.id'], name=op.f('fk_call_answers_story_id_stories')),
    sa.ForeignKeyConstraint(['tied_by_id'], ['people.id'], name=op.f('fk_call_answers_tied_by_id_people')),
    sa.PrimaryKeyConstraint('story_id', name=op.f('pk_call_answers'))
    )
    with op.batch_alter_table('call_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_call_answers_call_id'), ['call_id'], unique=False)

    op.create_table('chasers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=True),
    sa.Column('assignment_id', sa.Integer(), nullable=True),
    sa.Column('call_id', sa.Integer(), nullable=True),
    sa.Column('since', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('step', sa.String(length=8), nullable=False),
    sa.Column('event_seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("step IN ('before', 'at', 'after', 'above')", name=op.f('ck_chasers_step')),
    sa.CheckConstraint("(CASE WHEN manuscript_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN assignment_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN call_id IS NULL THEN 0 ELSE 1 END) = 1", name=op.f('ck_chasers_subject')),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignments.id'], name=op.f('fk_chasers_assignment_id_assignments')),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_chasers_call_id_calls')),
    sa.ForeignKeyConstraint(['event_seq'], ['events.seq'], name=op.f('fk_chasers_event_seq_events')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_chasers_manuscript_id_manuscripts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chasers'))
    )
    with op.batch_alter_table('chasers', schema=None) as batch_op:
        batch_op.create_index('uq_chasers_assignment', ['assignment_id', 'since', 'step'], unique=True, sqlite_where=sa.text('assignment_id IS NOT NULL'), postgresql_where=sa.text('assignment_id IS NOT NULL'))
        batch_op.create_index('uq_chasers_call', ['call_id', 'since', 'step'], unique=True, sqlite_where=sa.text('call_id IS NOT NULL'), postgresql_where=sa.text('call_id IS NOT NULL'))
        batch_op.create_index('uq_chasers_manuscript', ['manuscript_id', 'since', 'step'], unique=True, sqlite_where=sa.text('manuscript_id IS NOT NULL'), postgresql_where=sa.text('manuscript_id IS NOT NULL'))

    op.create_table('outbox',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=True),
    sa.Column('assignment_id', sa.Integer(), nullable=True),
    sa.Column('call_id', sa.Integer(), nullable=True),
    sa.Column('created_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('not_before', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('sent_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('letter_id', sa.Integer(), nullable=True),
    sa.Column('cancelled_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('read_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('settled_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('mine', 'due', 'reminder', 'escalation', 'commentary', 'call', 'account', 'trouble')", name=op.f('ck_outbox_kind')),
    sa.CheckConstraint('settled_at IS NULL OR read_at IS NOT NULL', name=op.f('ck_outbox_settled')),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignments.id'], name=op.f('fk_outbox_assignment_id_assignments')),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_outbox_call_id_calls')),
    sa.ForeignKeyConstraint(['event_seq'], ['events.seq'], name=op.f('fk_outbox_event_seq_events')),
    sa.ForeignKeyConstraint(['letter_id'], ['letters.id'], name=op.f('fk_outbox_letter_id_letters')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_outbox_manuscript_id_manuscripts')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_outbox_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('event_seq', 'person_id', name=op.f('uq_outbox_event_seq_person_id'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_letter_id'), ['letter_id'], unique=False)
        batch_op.create_index('ix_outbox_person', ['person_id', 'id'], unique=False)
        batch_op.create_index('ix_outbox_unread', ['person_id', 'not_before'], unique=False, sqlite_where=sa.text('read_at IS NULL AND cancelled_at IS NULL'), postgresql_where=sa.text('read_at IS NULL AND cancelled_at IS NULL'))
        batch_op.create_index('ix_outbox_waiting', ['not_before', 'id'], unique=False, sqlite_where=sa.text('sent_at IS NULL AND cancelled_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL AND cancelled_at IS NULL'))

    with op.batch_alter_table('manuscripts', schema=None) as batch_op:
        batch_op.create_index('ix_manuscripts_due', ['due_at', 'id'], unique=False, sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))

    op.create_table('file_marks',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('remarks', sa.JSON(), nullable=False),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['sha256'], ['files.sha256'], name=op.f('fk_file_marks_sha256_files')),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_file_marks'))
    )
    op.create_table('annotations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('paragraph', sa.Integer(), nullable=False),
    sa.Column('start_at', sa.Integer(), nullable=False),
    sa.Column('end_at', sa.Integer(), nullable=False),
    sa.Column('quote', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('audience', sa.String(length=10), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('stage_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('written_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.Column('settled_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.CheckConstraint("(office_id IS NULL) <> (unit_id IS NULL) AND (stage_id IS NULL OR office_id IS NOT NULL) AND (audience = 'author' OR office_id IS NOT NULL)", name=op.f('ck_annotations_place')),
    sa.CheckConstraint("audience IN ('office', 'author')", name=op.f('ck_annotations_audience')),
    sa.CheckConstraint('(settled_at IS NULL) = (settled_by_id IS NULL)', name=op.f('ck_annotations_settled')),
    sa.CheckConstraint('length(trim(body)) > 0', name=op.f('ck_annotations_body')),
    sa.CheckConstraint('paragraph >= 0 AND start_at >= 0 AND end_at >= start_at', name=op.f('ck_annotations_passage')),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], name=op.f('fk_annotations_by_id_people')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_annotations_manuscript_id_manuscripts')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_annotations_office_id_offices')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['people.id'], name=op.f('fk_annotations_settled_by_id_people')),
    sa.ForeignKeyConstraint(['stage_id'], ['stages.id'], name=op.f('fk_annotations_stage_id_stages')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_annotations_unit_id_units')),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_annotations_version_id_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_annotations'))
    )
    with op.batch_alter_table('annotations', schema=None) as batch_op:
        batch_op.create_index('ix_annotations_manuscript', ['manuscript_id', 'id'], unique=False)

    op.create_table('readings',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('earlier_version_id', sa.Integer(), nullable=True),
    sa.Column('opened_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('seconds', sa.Integer(), nullable=True),
    sa.CheckConstraint('seconds IS NULL OR (seconds >= 0 AND opened_at IS NOT NULL)', name=op.f('ck_readings_seconds')),
    sa.ForeignKeyConstraint(['earlier_version_id'], ['versions.id'], name=op.f('fk_readings_earlier_version_id_versions')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_readings_manuscript_id_manuscripts')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_readings_person_id_people')),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_readings_version_id_versions')),
    sa.PrimaryKeyConstraint('person_id', 'manuscript_id', name=op.f('pk_readings'))
    )
    with op.batch_alter_table('readings', schema=None) as batch_op:
        batch_op.create_index('ix_readings_under_way', ['manuscript_id'], unique=False, sqlite_where=sa.text('opened_at IS NOT NULL'), postgresql_where=sa.text('opened_at IS NOT NULL'))

    op.create_table('decision_readings',
    sa.Column('decision_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('characters', sa.Integer(), nullable=False),
    sa.Column('known', sa.Boolean(), nullable=False),
    sa.Column('elapsed', sa.Integer(), nullable=True),
    sa.Column('seconds', sa.Integer(), nullable=True),
    sa.Column('whole_chain', sa.Integer(), nullable=True),
    sa.CheckConstraint('seconds IS NULL OR (seconds >= 0 AND elapsed IS NOT NULL AND seconds <= elapsed)', name=op.f('ck_decision_readings_seconds')),
    sa.ForeignKeyConstraint(['decision_id'], ['decisions.id'], name=op.f('fk_decision_readings_decision_id_decisions')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_decision_readings_person_id_people')),
    sa.PrimaryKeyConstraint('decision_id', 'person_id', name=op.f('pk_decision_readings'))
    )
    op.create_table('annotation_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('annotation_id', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('stage_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('written_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(trim(body)) > 0', name=op.f('ck_annotation_answers_body')),
    sa.CheckConstraint('office_id IS NULL OR unit_id IS NULL', name=op.f('ck_annotation_answers_place')),
    sa.ForeignKeyConstraint(['annotation_id'], ['annotations.id'], name=op.f('fk_annotation_answers_annotation_id_annotations')),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], name=op.f('fk_annotation_answers_by_id_people')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_annotation_answers_office_id_offices')),
    sa.ForeignKeyConstraint(['stage_id'], ['stages.id'], name=op.f('fk_annotation_answers_stage_id_stages')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_annotation_answers_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_annotation_answers'))
    )
    with op.batch_alter_table('annotation_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_annotation_answers_annotation_id'), ['annotation_id'], unique=False)

    op.create_table('interests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('story_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('declared_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('author', 'kin', 'unit', 'other')", name=op.f('ck_interests_kind')),
    sa.CheckConstraint("(kind IN ('author', 'kin')) = (author_id IS NOT NULL) AND (kind = 'unit') = (unit_id IS NOT NULL) AND (kind = 'other') = (story_id IS NOT NULL)", name=op.f('ck_interests_about')),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_interests_author_id_people')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_interests_person_id_people')),
    sa.ForeignKeyConstraint(['story_id'], ['stories.id'], name=op.f('fk_interests_story_id_stories')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_interests_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interests'))
    )
    with op.batch_alter_table('interests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_interests_person_id'), ['person_id'], unique=False)

    op.create_table('office_reasons',
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_office_reasons_office_id_offices')),
    sa.PrimaryKeyConstraint('office_id', name=op.f('pk_office_reasons'))
    )
    op.create_table('phrases',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_phrases_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_phrases'))
    )
    op.create_table('proposals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('stage_id', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.Enum('pass', 'return', 'reject', name='verdict', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('checklist', sa.JSON(), nullable=False),
    sa.Column('elapsed', sa.Integer(), nullable=True),
    sa.Column('seconds', sa.Integer(), nullable=True),
    sa.Column('made_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('answered_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=10), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.CheckConstraint("outcome IN ('confirmed', 'sent_back', 'lapsed')", name=op.f('ck_proposals_outcome')),
    sa.CheckConstraint('(answered_at IS NULL) = (outcome IS NULL)', name=op.f('ck_proposals_answered')),
    sa.CheckConstraint("verdict = 'pass' OR length(trim(reason)) > 0", name=op.f('ck_proposals_reason')),
    sa.CheckConstraint("outcome <> 'sent_back' OR length(trim(answer)) > 0", name=op.f('ck_proposals_answer')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['people.id'], name=op.f('fk_proposals_answered_by_id_people')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_proposals_manuscript_id_manuscripts')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_proposals_person_id_people')),
    sa.ForeignKeyConstraint(['stage_id'], ['stages.id'], name=op.f('fk_proposals_stage_id_stages')),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_proposals_version_id_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposals'))
    )
    with op.batch_alter_table('proposals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposals_manuscript_id'), ['manuscript_id'], unique=False)
        batch_op.create_index('uq_proposals_open', ['manuscript_id'], unique=True, sqlite_where=sa.text('answered_at IS NULL'), postgresql_where=sa.text('answered_at IS NULL'))

    op.create_table('presences',
    sa.Column('manuscript_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.String(length=6), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('seen_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("side IN ('author', 'office', 'unit')", name=op.f('ck_presences_side')),
    sa.CheckConstraint("(side = 'office') = (office_id IS NOT NULL)", name=op.f('ck_presences_office')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_presences_manuscript_id_manuscripts')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_presences_office_id_offices')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_presences_person_id_people')),
    sa.PrimaryKeyConstraint('manuscript_id', 'person_id', name=op.f('pk_presences'))
    )
    with op.batch_alter_table('presences', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_presences_seen_at'), ['seen_at'], unique=False)

    op.create_table('saved_views',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('page', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('wanted', sa.JSON(), nullable=False),
    sa.Column('created_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("page IN ('desk', 'signoff')", name=op.f('ck_saved_views_page')),
    sa.CheckConstraint('length(trim(name)) > 0', name=op.f('ck_saved_views_name')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_saved_views_office_id_offices')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_saved_views_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_views'))
    )
    with op.batch_alter_table('saved_views', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_saved_views_office_id'), ['office_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_saved_views_person_id'), ['person_id'], unique=False)

    op.create_table('reprints',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=False),
    sa.Column('outlet', sa.String(length=60), nullable=False),
    sa.Column('reprinted_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('address', sa.String(length=500), nullable=False),
    sa.Column('place', sa.String(length=100), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(trim(outlet)) > 0', name=op.f('ck_reprints_outlet')),
    sa.CheckConstraint('length(address) > 0 OR length(trim(place)) > 0', name=op.f('ck_reprints_somewhere')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_reprints_manuscript_id_manuscripts')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['people.id'], name=op.f('fk_reprints_recorded_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reprints')),
    sa.UniqueConstraint('manuscript_id', 'outlet', 'address', 'place', name=op.f('uq_reprints_manuscript_id_outlet_address_place'))
    )
    op.create_table('planned',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=False),
    sa.Column('channel_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('at', sa.Time(), nullable=True),
    sa.Column('place', sa.String(length=100), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('planned_by_id', sa.Integer(), nullable=False),
    sa.Column('planned_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(length=10), nullable=True),
    sa.Column('ended_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('publication_id', sa.Integer(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.CheckConstraint("outcome IN ('published', 'taken_off')", name=op.f('ck_planned_outcome')),
    sa.CheckConstraint('(outcome IS NULL) = (ended_at IS NULL)', name=op.f('ck_planned_ended')),
    sa.CheckConstraint("(publication_id IS NOT NULL) = (outcome IS NOT NULL AND outcome = 'published')", name=op.f('ck_planned_published')),
    sa.ForeignKeyConstraint(['channel_id'], ['channels.id'], name=op.f('fk_planned_channel_id_channels')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_planned_manuscript_id_manuscripts')),
    sa.ForeignKeyConstraint(['planned_by_id'], ['people.id'], name=op.f('fk_planned_planned_by_id_people')),
    sa.ForeignKeyConstraint(['publication_id'], ['publications.id'], name=op.f('fk_planned_publication_id_publications')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_planned'))
    )
    with op.batch_alter_table('planned', schema=None) as batch_op:
        batch_op.create_index('ix_planned_manuscript', ['manuscript_id', 'id'], unique=False)
        batch_op.create_index('ix_planned_open', ['channel_id', 'day', 'id'], unique=False, sqlite_where=sa.text('outcome IS NULL'), postgresql_where=sa.text('outcome IS NULL'))
        batch_op.create_index(batch_op.f('ix_planned_publication_id'), ['publication_id'], unique=False)

    op.create_table('embargoes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=False),
    sa.Column('until', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('set_by_id', sa.Integer(), nullable=False),
    sa.Column('set_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('lifted_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('length(trim(reason)) > 0', name=op.f('ck_embargoes_reason')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_embargoes_manuscript_id_manuscripts')),
    sa.ForeignKeyConstraint(['set_by_id'], ['people.id'], name=op.f('fk_embargoes_set_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_embargoes'))
    )
    with op.batch_alter_table('embargoes', schema=None) as batch_op:
        batch_op.create_index('uq_embargoes_holds', ['manuscript_id'], unique=True, sqlite_where=sa.text('lifted_at IS NULL'), postgresql_where=sa.text('lifted_at IS NULL'))
        batch_op.create_index(batch_op.f('ix_embargoes_manuscript_id'), ['manuscript_id'], unique=False)

    op.create_table('proofs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('publication_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('outcome', sa.String(length=8), nullable=True),
    sa.Column('headline', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('file_sha256', sa.String(length=64), nullable=True),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('exhibit_sha256', sa.String(length=64), nullable=True),
    sa.Column('exhibit_name', sa.String(length=200), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("outcome IN ('same', 'marks', 'differs')", name=op.f('ck_proofs_outcome')),
    sa.CheckConstraint("(outcome IS NULL) = (text = '')", name=op.f('ck_proofs_text')),
    sa.CheckConstraint("outcome IS NOT NULL OR exhibit_sha256 IS NOT NULL", name=op.f('ck_proofs_something')),
    sa.ForeignKeyConstraint(['exhibit_sha256'], ['files.sha256'], name=op.f('fk_proofs_exhibit_sha256_files')),
    sa.ForeignKeyConstraint(['file_sha256'], ['files.sha256'], name=op.f('fk_proofs_file_sha256_files')),
    sa.ForeignKeyConstraint(['publication_id'], ['publications.id'], name=op.f('fk_proofs_publication_id_publications')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['people.id'], name=op.f('fk_proofs_recorded_by_id_people')),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_proofs_version_id_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proofs'))
    )
    with op.batch_alter_table('proofs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proofs_publication_id'), ['publication_id'], unique=False)

    op.create_table('proof_differences',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('proof_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('what', sa.String(length=10), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['proof_id'], ['proofs.id'], name=op.f('fk_proof_differences_proof_id_proofs')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proof_differences')),
    sa.UniqueConstraint('proof_id', 'number', name=op.f('uq_proof_differences_proof_id_number'))
    )
    op.create_table('commentary_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('shown_name', sa.String(length=200), nullable=False),
    sa.Column('warnings', sa.JSON(), nullable=False),
    sa.Column('brought_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignments.id'], name=op.f('fk_commentary_files_assignment_id_assignments')),
    sa.ForeignKeyConstraint(['sha256'], ['files.sha256'], name=op.f('fk_commentary_files_sha256_files')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commentary_files'))
    )
    with op.batch_alter_table('commentary_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_commentary_files_assignment_id'), ['assignment_id'], unique=False)

    op.create_table('likenesses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('passages', sa.JSON(), nullable=False),
    sa.Column('found_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('version_id <> other_id', name=op.f('ck_likenesses_two')),
    sa.ForeignKeyConstraint(['other_id'], ['commentary_versions.id'], name=op.f('fk_likenesses_other_id_commentary_versions')),
    sa.ForeignKeyConstraint(['version_id'], ['commentary_versions.id'], name=op.f('fk_likenesses_version_id_commentary_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_likenesses')),
    sa.UniqueConstraint('version_id', 'other_id', name=op.f('uq_likenesses_version_id_other_id'))
    )
    with op.batch_alter_table('likenesses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_likenesses_other_id'), ['other_id'], unique=False)

    op.create_table('commentary_prints',
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('print', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['commentary_versions.id'], name=op.f('fk_commentary_prints_version_id_commentary_versions')),
    sa.PrimaryKeyConstraint('version_id', 'print', name=op.f('pk_commentary_prints'))
    )
    with op.batch_alter_table('commentary_prints', schema=None) as batch_op:
        batch_op.create_index('ix_commentary_prints_print', ['print'], unique=False)

    op.create_table('readership_readings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('publication_id', sa.Integer(), nullable=False),
    sa.Column('read_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('reads', sa.Integer(), nullable=True),
    sa.Column('likes', sa.Integer(), nullable=True),
    sa.Column('comments', sa.Integer(), nullable=True),
    sa.Column('source', sa.String(length=100), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('coalesce(reads, 0) >= 0 AND coalesce(likes, 0) >= 0 AND coalesce(comments, 0) >= 0', name=op.f('ck_readership_readings_counts')),
    sa.CheckConstraint('coalesce(reads, likes, comments) IS NOT NULL', name=op.f('ck_readership_readings_something')),
    sa.CheckConstraint('length(trim(source)) > 0', name=op.f('ck_readership_readings_source')),
    sa.ForeignKeyConstraint(['publication_id'], ['publications.id'], name=op.f('fk_readership_readings_publication_id_publications')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['people.id'], name=op.f('fk_readership_readings_recorded_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_readership_readings'))
    )
    with op.batch_alter_table('readership_readings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_readership_readings_publication_id'), ['publication_id'], unique=False)

    op.create_table('difference_answers',
    sa.Column('difference_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('answered_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("outcome IN ('accepted', 'correction')", name=op.f('ck_difference_answers_outcome')),
    sa.CheckConstraint('length(trim(reason)) > 0', name=op.f('ck_difference_answers_reason')),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], name=op.f('fk_difference_answers_by_id_people')),
    sa.ForeignKeyConstraint(['difference_id'], ['proof_differences.id'], name=op.f('fk_difference_answers_difference_id_proof_differences')),
    sa.PrimaryKeyConstraint('difference_id', name=op.f('pk_difference_answers'))
    )
    op.create_table('channel_notices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('proof_id', sa.Integer(), nullable=False),
    sa.Column('publication_id', sa.Integer(), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=False),
    sa.Column('wrong', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('mended_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('address', sa.String(length=500), nullable=False),
    sa.Column('place', sa.String(length=100), nullable=False),
    sa.Column('mended_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('length(trim(wrong)) > 0 AND length(trim(note)) > 0', name=op.f('ck_channel_notices_words')),
    sa.CheckConstraint('(mended_at IS NULL) = (mended_by_id IS NULL) AND (mended_at IS NULL) = (recorded_at IS NULL)', name=op.f('ck_channel_notices_mended')),
    sa.CheckConstraint("(mended_at IS NULL) = (address = '' AND trim(place) = '')", name=op.f('ck_channel_notices_somewhere')),
    sa.ForeignKeyConstraint(['made_by_id'], ['people.id'], name=op.f('fk_channel_notices_made_by_id_people')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_channel_notices_manuscript_id_manuscripts')),
    sa.ForeignKeyConstraint(['mended_by_id'], ['people.id'], name=op.f('fk_channel_notices_mended_by_id_people')),
    sa.ForeignKeyConstraint(['proof_id'], ['proofs.id'], name=op.f('fk_channel_notices_proof_id_proofs')),
    sa.ForeignKeyConstraint(['publication_id'], ['publications.id'], name=op.f('fk_channel_notices_publication_id_publications')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_channel_notices')),
    sa.UniqueConstraint('proof_id', name=op.f('uq_channel_notices_proof_id'))
    )
    with op.batch_alter_table('channel_notices', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_channel_notices_made_at'), ['made_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_channel_notices_manuscript_id'), ['manuscript_id'], unique=False)

    op.create_table('handouts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.Column('asked_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('done', sa.BigInteger(), nullable=False),
    sa.Column('whole', sa.BigInteger(), nullable=False),
    sa.Column('error', sa.String(length=40), nullable=False),
    sa.Column('made_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('until', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('file', sa.String(length=60), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('taken_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('told_seq', sa.Integer(), nullable=True),
    sa.CheckConstraint("(made_at IS NULL) = (until IS NULL) AND (made_at IS NULL) = (file = '')", name=op.f('ck_handouts_made')),
    sa.CheckConstraint("kind IN ('dossier')", name=op.f('ck_handouts_kind')),
    sa.CheckConstraint("made_at IS NULL OR error = ''", name=op.f('ck_handouts_end')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_handouts_manuscript_id_manuscripts')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_handouts_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handouts'))
    )
    with op.batch_alter_table('handouts', schema=None) as batch_op:
        batch_op.create_index('ix_handouts_person', ['person_id', 'id'], unique=False)
        batch_op.create_index('uq_handouts_open', ['person_id', 'kind', 'manuscript_id'], unique=True, sqlite_where=sa.text('made_at IS NULL'), postgresql_where=sa.text('made_at IS NULL'))

    op.create_table('absences',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('deputy_id', sa.Integer(), nullable=True),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('named_by_id', sa.Integer(), nullable=True),
    sa.Column('named_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('began_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('deputy_id IS NULL OR deputy_id <> person_id', name=op.f('ck_absences_deputy')),
    sa.CheckConstraint('until_on >= from_on', name=op.f('ck_absences_span')),
    sa.ForeignKeyConstraint(['deputy_id'], ['people.id'], name=op.f('fk_absences_deputy_id_people')),
    sa.ForeignKeyConstraint(['named_by_id'], ['people.id'], name=op.f('fk_absences_named_by_id_people')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_absences_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absences'))
    )
    with op.batch_alter_table('absences', schema=None) as batch_op:
        batch_op.create_index('ix_absences_deputy', ['deputy_id', 'until_on'], unique=False, sqlite_where=sa.text('deputy_id IS NOT NULL AND ended_at IS NULL'), postgresql_where=sa.text('deputy_id IS NOT NULL AND ended_at IS NULL'))
        batch_op.create_index('ix_absences_person', ['person_id', 'until_on'], unique=False, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('deliveries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('manuscript_id', sa.Integer(), nullable=False),
    sa.Column('channel_id', sa.Integer(), nullable=False),
    sa.Column('target', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('asked_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('delivered_at', editorial.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('receipt', sa.Text(), nullable=False),
    sa.Column('error', sa.Text(), nullable=False),
    sa.CheckConstraint("state IN ('waiting', 'delivered', 'failed')", name=op.f('ck_deliveries_state')),
    sa.CheckConstraint("(state = 'delivered') = (delivered_at IS NOT NULL)", name=op.f('ck_deliveries_delivered')),
    sa.CheckConstraint("state <> 'delivered' OR (length(sha256) = 64 AND version_id IS NOT NULL)", name=op.f('ck_deliveries_what')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['people.id'], name=op.f('fk_deliveries_asked_by_id_people')),
    sa.ForeignKeyConstraint(['channel_id'], ['channels.id'], name=op.f('fk_deliveries_channel_id_channels')),
    sa.ForeignKeyConstraint(['manuscript_id'], ['manuscripts.id'], name=op.f('fk_deliveries_manuscript_id_manuscripts')),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_deliveries_version_id_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deliveries'))
    )
    with op.batch_alter_table('deliveries', schema=None) as batch_op:
        batch_op.create_index('ix_deliveries_channel', ['channel_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_deliveries_manuscript', ['manuscript_id', 'id'], unique=False)
        batch_op.create_index('ix_deliveries_target', ['target', 'sha256'], unique=False)
        batch_op.create_index('uq_deliveries_waiting', ['manuscript_id', 'target'], unique=True, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))

    op.create_table('letter_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('locale', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('is_own', sa.Boolean(), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('made_at', editorial.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('mine', 'due', 'reminder', 'escalation', 'commentary', 'account', 'trouble', 'digest')", name=op.f('ck_letter_texts_kind')),
    sa.CheckConstraint("locale IN ('zh_Hans_CN', 'en')", name=op.f('ck_letter_texts_locale')),
    sa.CheckConstraint('NOT is_own OR (length(trim(subject)) > 0 AND length(trim(body)) > 0)', name=op.f('ck_letter_texts_words')),
    sa.ForeignKeyConstraint(['made_by_id'], ['people.id'], name=op.f('fk_letter_texts_made_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter_texts')),
    sa.UniqueConstraint('kind', 'locale', 'number', name=op.f('uq_letter_texts_kind_locale_number'))
    )
    op.create_index("uq_memberships_place", "memberships", [
        "person_id", "role", sa.text("coalesce(unit_id, 0)"), sa.text("coalesce(office_id, 0)"),
        sa.text("coalesce(stage_id, 0)")], unique=True)
    if op.get_bind().dialect.name == "postgresql":
        for table, column, target in CIRCLES:
            op.create_foreign_key(f"fk_{table}_{column}_{target}", table, target, [column], ["id"])
    op.execute(f"INSERT INTO chain_head (id, seq, hash) VALUES (1, 0, '{'0' * 64}')")
    add_guards()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, column, target in CIRCLES:
            op.drop_constraint(f"fk_{table}_{column}_{target}", table)
    for name, table, _moment, _condition, _message in GUARDS:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP TRIGGER guard_{name} ON {table}")
            op.execute(f"DROP FUNCTION guard_{name}()")
        else:
            op.execute(f"DROP TRIGGER guard_{name}")
    if op.get_bind().dialect.name == "postgresql":
        for table in ONLY_ADDED:
            op.execute(f"DROP TRIGGER guard_{table}_truncate ON {table}")
        op.execute("DROP FUNCTION guard_truncate()")
    op.drop_table('letter_texts')
    with op.batch_alter_table('absences', schema=None) as batch_op:
        batch_op.drop_index('ix_absences_person', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index('ix_absences_deputy', sqlite_where=sa.text('deputy_id IS NOT NULL AND ended_at IS NULL'), postgresql_where=sa.text('deputy_id IS NOT NULL AND ended_at IS NULL'))

    op.drop_table('absences')
    op.drop_table('deliveries')
    with op.batch_alter_table('readership_readings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_readership_readings_publication_id'))

    op.drop_table('readership_readings')
    with op.batch_alter_table('commentary_prints', schema=None) as batch_op:
        batch_op.drop_index('ix_commentary_prints_print')

    op.drop_table('commentary_prints')
    with op.batch_alter_table('likenesses', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_likenesses_other_id'))

    op.drop_table('likenesses')
    with op.batch_alter_table('commentary_files', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_commentary_files_assignment_id'))

    op.drop_table('commentary_files')
    with op.batch_alter_table('channel_notices', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_channel_notices_manuscript_id'))
        batch_op.drop_index(batch_op.f('ix_channel_notices_made_at'))

    op.drop_table('channel_notices')
    op.drop_table('difference_answers')
    op.drop_table('proof_differences')
    with op.batch_alter_table('proofs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_proofs_publication_id'))

    op.drop_table('proofs')

    with op.batch_alter_table('embargoes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_embargoes_manuscript_id'))
        batch_op.drop_index('uq_embargoes_holds', sqlite_where=sa.text('lifted_at IS NULL'), postgresql_where=sa.text('lifted_at IS NULL'))

    op.drop_table('embargoes')
    with op.batch_alter_table('handouts', schema=None) as batch_op:
        batch_op.drop_index('uq_handouts_open', sqlite_where=sa.text('made_at IS NULL'), postgresql_where=sa.text('made_at IS NULL'))
        batch_op.drop_index('ix_handouts_person')

    op.drop_table('handouts')
    with op.batch_alter_table('planned', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_planned_publication_id'))
        batch_op.drop_index('ix_planned_open', sqlite_where=sa.text('outcome IS NULL'), postgresql_where=sa.text('outcome IS NULL'))
        batch_op.drop_index('ix_planned_manuscript')

    op.drop_table('planned')
    op.drop_table('reprints')
    with op.batch_alter_table('saved_views', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_saved_views_person_id'))
        batch_op.drop_index(batch_op.f('ix_saved_views_office_id'))

    op.drop_table('saved_views')
    with op.batch_alter_table('presences', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_presences_seen_at'))

    op.drop_table('presences')
    with op.batch_alter_table('proposals', schema=None) as batch_op:
        batch_op.drop_index('uq_proposals_open', sqlite_where=sa.text('answered_at IS NULL'), postgresql_where=sa.text('answered_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_proposals_manuscript_id'))

    op.drop_table('proposals')
    op.drop_table('phrases')
    op.drop_table('office_reasons')
    with op.batch_alter_table('interests', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_interests_person_id'))

    op.drop_table('interests')
    with op.batch_alter_table('annotation_answers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_annotation_answers_annotation_id'))

    op.drop_table('annotation_answers')
    op.drop_table('decision_readings')
    with op.batch_alter_table('readings', schema=None) as batch_op:
        batch_op.drop_index('ix_readings_under_way', sqlite_where=sa.text('opened_at IS NOT NULL'), postgresql_where=sa.text('opened_at IS NOT NULL'))

    op.drop_table('readings')
    with op.batch_alter_table('annotations', schema=None) as batch_op:
        batch_op.drop_index('ix_annotations_manuscript')

    op.drop_table('annotations')
    op.drop_table('file_marks')
    with op.batch_alter_table('manuscripts', schema=None) as batch_op:
        batch_op.drop_index('ix_manuscripts_due', sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_waiting', sqlite_where=sa.text('sent_at IS NULL AND cancelled_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL AND cancelled_at IS NULL'))
        batch_op.drop_index('ix_outbox_unread', sqlite_where=sa.text('read_at IS NULL AND cancelled_at IS NULL'), postgresql_where=sa.text('read_at IS NULL AND cancelled_at IS NULL'))
        batch_op.drop_index('ix_outbox_person')
        batch_op.drop_index(batch_op.f('ix_outbox_letter_id'))

    op.drop_table('outbox')
    with op.batch_alter_table('chasers', schema=None) as batch_op:
        batch_op.drop_index('uq_chasers_call', sqlite_where=sa.text('call_id IS NOT NULL'), postgresql_where=sa.text('call_id IS NOT NULL'))
        batch_op.drop_index('uq_chasers_manuscript', sqlite_where=sa.text('manuscript_id IS NOT NULL'), postgresql_where=sa.text('manuscript_id IS NOT NULL'))
        batch_op.drop_index('uq_chasers_assignment', sqlite_where=sa.text('assignment_id IS NOT NULL'), postgresql_where=sa.text('assignment_id IS NOT NULL'))

    op.drop_table('chasers')
    with op.batch_alter_table('call_answers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_call_answers_call_id'))

    op.drop_table('call_answers')
    with op.batch_alter_table('call_units', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_call_units_unit_id'))

    op.drop_table('call_units')
    with op.batch_alter_table('calls', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_calls_office_id'))
        batch_op.drop_index('ix_calls_ends')

    op.drop_table('calls')
    op.drop_table('mail_choices')
    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.drop_index('uq_letters_open_digest', sqlite_where=sa.text("kind = 'digest' AND closed_at IS NULL"), postgresql_where=sa.text("kind = 'digest' AND closed_at IS NULL"))
        batch_op.drop_index('ix_letters_person')
        batch_op.drop_index('ix_letters_failed', sqlite_where=sa.text('failed_at IS NOT NULL'), postgresql_where=sa.text('failed_at IS NOT NULL'))

    op.drop_table('letters')
    op.drop_table('digest_hours')
    op.drop_table('private_addresses')
    op.drop_table('calendar_days')
    with op.batch_alter_table('arrivals', schema=None) as batch_op:
        batch_op.drop_index('ix_arrivals_person')
        batch_op.drop_index(batch_op.f('ix_arrivals_made_at'))

    op.drop_table('arrivals')
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.drop_index('uq_jobs_name', sqlite_where=sa.text('name IS NOT NULL'), postgresql_where=sa.text('name IS NOT NULL'))
        batch_op.drop_index('ix_jobs_state')
        batch_op.drop_index('ix_jobs_open', sqlite_where=sa.text("state IN ('waiting', 'running')"), postgresql_where=sa.text("state IN ('waiting', 'running')"))

    op.drop_table('jobs')
    op.drop_table('imported')
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.drop_index('ix_events_manuscript')
        batch_op.drop_index('ix_events_assignment')
        batch_op.drop_index('ix_events_office')
        batch_op.drop_index('ix_events_subject')
        batch_op.drop_index('ix_events_actor')

    op.drop_table('events')
    op.drop_table('commentary_versions')
    with op.batch_alter_table('appeals', schema=None) as batch_op:
        batch_op.drop_index('ix_appeals_open')

    op.drop_table('appeals')
    with op.batch_alter_table('publications', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_publications_published_at'))
        batch_op.drop_index(batch_op.f('ix_publications_manuscript_id'))
        batch_op.drop_index('ix_publications_channel')
        batch_op.drop_index('uq_publications_place', sqlite_where=sa.text("address = ''"), postgresql_where=sa.text("address = ''"))
        batch_op.drop_index('uq_publications_address', sqlite_where=sa.text("address <> ''"), postgresql_where=sa.text("address <> ''"))

    op.drop_table('publications')
    with op.batch_alter_table('decisions', schema=None) as batch_op:
        batch_op.drop_index('uq_decisions_open_unit', sqlite_where=sa.text('undone_at IS NULL AND unit_id IS NOT NULL'), postgresql_where=sa.text('undone_at IS NULL AND unit_id IS NOT NULL'))
        batch_op.drop_index('uq_decisions_open_stage', sqlite_where=sa.text('undone_at IS NULL AND stage_id IS NOT NULL'), postgresql_where=sa.text('undone_at IS NULL AND stage_id IS NOT NULL'))
        batch_op.drop_index('ix_decisions_story_person')
        batch_op.drop_index('ix_decisions_story_digest')
        batch_op.drop_index('ix_decisions_stage_at')
        batch_op.drop_index('ix_decisions_person_at')
        batch_op.drop_index(batch_op.f('ix_decisions_manuscript_id'))

    op.drop_table('decisions')
    with op.batch_alter_table('correction_requests', schema=None) as batch_op:
        batch_op.drop_index('uq_correction_requests_open', sqlite_where=sa.text('answered_at IS NULL'), postgresql_where=sa.text('answered_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_correction_requests_manuscript_id'))

    op.drop_table('correction_requests')
    with op.batch_alter_table('corrections', schema=None) as batch_op:
        batch_op.drop_index('uq_corrections_open', sqlite_where=sa.text('outcome IS NULL'), postgresql_where=sa.text('outcome IS NULL'))
        batch_op.drop_index(batch_op.f('ix_corrections_manuscript_id'))

    op.drop_table('corrections')
    with op.batch_alter_table('assignments', schema=None) as batch_op:
        batch_op.drop_index('ix_assignments_department')
        batch_op.drop_index('ix_assignments_commentator')

    op.drop_table('assignments')
    with op.batch_alter_table('versions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_versions_digest'))

    op.drop_table('versions')
    with op.batch_alter_table('uploads', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_uploads_sha256'))
        batch_op.drop_index(batch_op.f('ix_uploads_manuscript_id'))

    op.drop_table('uploads')
    with op.batch_alter_table('commissions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_commissions_manuscript_id'))
        batch_op.drop_index(batch_op.f('ix_commissions_department_id'))

    op.drop_table('commissions')
    with op.batch_alter_table('story_authors', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_story_authors_person_id'))

    op.drop_table('story_authors')
    op.drop_table('ruleset_steps')
    with op.batch_alter_table('memberships', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_memberships_unit_id'))
        batch_op.drop_index(batch_op.f('ix_memberships_stage_id'))
        batch_op.drop_index(batch_op.f('ix_memberships_role'))
        batch_op.drop_index(batch_op.f('ix_memberships_person_id'))
        batch_op.drop_index(batch_op.f('ix_memberships_office_id'))

    op.drop_table('memberships')
    with op.batch_alter_table('manuscripts', schema=None) as batch_op:
        batch_op.drop_index('ix_manuscripts_unit')
        batch_op.drop_index('ix_manuscripts_unit_submitted')
        batch_op.drop_index('ix_manuscripts_submitted')
        batch_op.drop_index('ix_manuscripts_state')
        batch_op.drop_index('ix_manuscripts_signoff')
        batch_op.drop_index('ix_manuscripts_published')
        batch_op.drop_index('ix_manuscripts_office_updated')
        batch_op.drop_index('ix_manuscripts_desk')
        batch_op.drop_index('ix_manuscripts_stage')
        batch_op.drop_index('ix_manuscripts_assignee')

    op.drop_table('manuscripts')
    with op.batch_alter_table('web_sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_web_sessions_seen_at'))
        batch_op.drop_index(batch_op.f('ix_web_sessions_person_id'))

    op.drop_table('web_sessions')
    with op.batch_alter_table('stories', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stories_unit_id'))

    op.drop_table('stories')
    op.drop_table('stages')
    with op.batch_alter_table('scratch', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_scratch_saved_at'))

    op.drop_table('scratch')
    op.drop_table('rulesets')
    with op.batch_alter_table('one_time_links', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_one_time_links_person_id'))

    op.drop_table('one_time_links')
    with op.batch_alter_table('form_keys', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_form_keys_used_at'))

    op.drop_table('form_keys')
    with op.batch_alter_table('channels', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_channels_office_id'))

    op.drop_table('channels')
    with op.batch_alter_table('units', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_units_path'))
        batch_op.drop_index(batch_op.f('ix_units_parent_id'))

    op.drop_table('units')
    op.drop_table('people')
    op.drop_table('offices')
    with op.batch_alter_table('login_attempts', schema=None) as batch_op:
        batch_op.drop_index('ix_login_attempts_key_at')
        batch_op.drop_index(batch_op.f('ix_login_attempts_at'))

    op.drop_table('login_attempts')
    op.drop_table('genres')
    op.drop_table('files')
    op.drop_table('counters')
    op.drop_table('chain_head')
