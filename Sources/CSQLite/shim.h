// Debian's libsqlite3, as it is: Swift imports every function agentd uses.
// SQLITE_TRANSIENT is a cast macro and is not imported; Platform/Statement.swift spells it out.
#include <sqlite3.h>
