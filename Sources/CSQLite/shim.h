// Debian's libsqlite3. Swift imports every function agentd uses but the variadic sqlite3_config and sqlite3_db_config,
// which are wrapped here, as are the methods of a file. SQLITE_TRANSIENT is a cast macro and is not imported;
// Platform/Statement.swift spells it out.
#ifndef AGENTD_CSQLITE_H
#define AGENTD_CSQLITE_H
#include <sqlite3.h>

/// Refuses what lets SQL text corrupt a database file (writing to shadow tables, `writable_schema`, …).
static inline int csqlite_set_defensive(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
}

/// Lets the library count no memory: its counts are behind one lock for all connections, taken at every allocation.
/// Before the first connection (https://www.sqlite.org/c3ref/c_config_covering_index_scan.html, SQLITE_CONFIG_MEMSTATUS).
static inline int csqlite_count_no_memory(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

/// Waits until what was written to a connection's file is on the disk, as SQLite does itself after a checkpoint
/// (https://www.sqlite.org/c3ref/io_methods.html, xSync). The write-ahead log is another file.
static inline int csqlite_sync_file(sqlite3 *database) {
    sqlite3_file *file = 0;
    int code = sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (code != SQLITE_OK || file == 0 || file->pMethods == 0) return code;
    return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
}

#endif
