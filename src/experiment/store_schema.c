/* store_schema.c: the tables and views of a study, version by version: a new file goes through all steps, an
 * older one through those it lacks. A step, once released, never changes. docs/study-file.md describes the
 * result. */
#include "experiment/store_inside.h"

#include "base/error.h"

enum { APPLICATION_ID = 0x53584158 /* "SXAX" */ };

static const char FIRST[] =
    "CREATE TABLE study (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE run (axis TEXT NOT NULL, fold INTEGER NOT NULL, repetition INTEGER NOT NULL,"
    " accuracy_moving, balanced_accuracy_moving, macro_f1_moving, loss_moving,"
    " accuracy_recomputed, balanced_accuracy_recomputed, macro_f1_recomputed, loss_recomputed,"
    " accuracy_batch, balanced_accuracy_batch, macro_f1_batch, loss_batch,"
    " train_accuracy, train_accuracy_moving, wall_s,"
    " epochs BLOB NOT NULL, confusions BLOB NOT NULL, checksum INTEGER NOT NULL,"
    " PRIMARY KEY (axis, fold, repetition));";

/* Version 2: several processes, looks, predictions, and views for people. The last statement writes down the
 * look that a finished study of version 1 had: as many seeds as every axis has on every fold. */
static const char SECOND[] =
    "ALTER TABLE run ADD COLUMN finished TEXT;"
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE look (seeds INTEGER PRIMARY KEY, verdict TEXT NOT NULL, looked TEXT);"
    "CREATE TABLE label (number INTEGER PRIMARY KEY, name TEXT NOT NULL);"
    "CREATE TABLE item (number INTEGER PRIMARY KEY, path TEXT, label INTEGER NOT NULL, group_number INTEGER "
    "NOT "
    "NULL, group_name TEXT);"
    "CREATE TABLE fold (number INTEGER PRIMARY KEY, name TEXT NOT NULL, train_count INTEGER NOT NULL,"
    " test_count INTEGER NOT NULL, test_items BLOB NOT NULL);"
    "CREATE TABLE prediction (axis TEXT NOT NULL, fold INTEGER NOT NULL, repetition INTEGER NOT NULL,"
    " guesses BLOB NOT NULL, certainties BLOB NOT NULL, checksum INTEGER NOT NULL,"
    " PRIMARY KEY (axis, fold, repetition)) WITHOUT ROWID;"
    "CREATE TABLE holder (number INTEGER PRIMARY KEY AUTOINCREMENT, process INTEGER NOT NULL, machine TEXT, "
    "since "
    "TEXT);"
    "CREATE TABLE claim (axis TEXT NOT NULL, fold INTEGER NOT NULL, repetition INTEGER NOT NULL,"
    " holder INTEGER NOT NULL, since TEXT, PRIMARY KEY (axis, fold, repetition)) WITHOUT ROWID;"
    "CREATE VIEW settings AS SELECT name, value FROM study ORDER BY name;"
    "CREATE VIEW results AS SELECT run.axis, coalesce(fold.name, run.fold + 1) AS fold, repetition + 1 AS "
    "seed,"
    " round(100 * accuracy_recomputed, 2) AS accuracy, round(100 * accuracy_moving, 2) AS moving,"
    " round(100 * accuracy_batch, 2) AS batch, round(100 * balanced_accuracy_recomputed, 2) AS balanced,"
    " round(100 * macro_f1_recomputed, 2) AS macro_f1, round(loss_recomputed, 4) AS loss,"
    " round(100 * train_accuracy, 2) AS training, round(wall_s, 2) AS seconds, finished"
    " FROM run LEFT JOIN fold ON fold.number = run.fold ORDER BY run.axis, run.fold, repetition;"
    "CREATE VIEW axes AS SELECT axis, count(*) AS runs, round(100 * avg(accuracy_recomputed), 2) AS accuracy,"
    " round(100 * avg(accuracy_moving), 2) AS moving, round(100 * avg(accuracy_batch), 2) AS batch,"
    " round(100 * min(accuracy_recomputed), 2) AS lowest, round(100 * max(accuracy_recomputed), 2) AS "
    "highest,"
    " round(sum(wall_s), 1) AS seconds FROM run GROUP BY axis ORDER BY axis;"
    "CREATE VIEW working AS SELECT process, machine, axis, fold + 1 AS fold, repetition + 1 AS seed, "
    "claim.since"
    " FROM claim JOIN holder ON holder.number = claim.holder ORDER BY process, axis, fold, seed;"
    "INSERT INTO look SELECT max(repetition) + 1, '', NULL FROM run HAVING count(*) > 0 AND count(*) ="
    " (max(repetition) + 1) * (max(fold) + 1) * count(DISTINCT axis);";

static const char *const STEPS[SX_SCHEMA_VERSION] = {FIRST, SECOND};

sx_status sx_schema_apply(sx_database *database, int64_t version, sx_error *err) {
    sx_status status = SX_OK;
    for (int64_t step = version; status == SX_OK && step < SX_SCHEMA_VERSION; step++)
        status = sx_database_execute(database, STEPS[step], err);
    if (status != SX_OK || version == SX_SCHEMA_VERSION) return status;
    char stamp[96];
    sx_print(stamp, sizeof stamp, "PRAGMA application_id = %d; PRAGMA user_version = %d;", APPLICATION_ID,
             SX_SCHEMA_VERSION);
    return sx_database_execute(database, stamp, err);
}

sx_status sx_schema_check(sx_database *database, int64_t application, int64_t version, sx_error *err) {
    const char *path = sx_database_path(database);
    if (application != APPLICATION_ID)
        return sx_fail(err, SX_E_FORMAT, "%s is not a study of sonaxis, or is damaged", path);
    if (version > SX_SCHEMA_VERSION)
        return sx_fail(err, SX_E_VERSION, "%s has version %lld, this sonaxis reads up to %d", path,
                       (long long)version, SX_SCHEMA_VERSION);
    if (version < 1) return sx_fail(err, SX_E_FORMAT, "%s is damaged: it has no version", path);
    return sx_database_check(database, err);
}
