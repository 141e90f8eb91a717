// Debian's libsqlite3. Swift imports every function agentd uses but the variadic sqlite3_db_config, which is wrapped
// here. SQLITE_TRANSIENT is a cast macro and is not imported; Platform/Statement.swift spells it out.
#ifndef AGENTD_CSQLITE_H
#define AGENTD_CSQLITE_H
#include <sqlite3.h>

/// Refuses what lets SQL text corrupt a database file (writing to shadow tables, `writable_schema`, …).
static inline int csqlite_set_defensive(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
}

#endif
