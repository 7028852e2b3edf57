/// SQLite's C interface, callable from Swift as it is but for one macro.
#ifndef C_SQLITE_SHIM_H
#define C_SQLITE_SHIM_H

#include <sqlite3.h>

/// SQLITE_TRANSIENT, a cast that Swift does not import: SQLite copies what is bound.
static inline sqlite3_destructor_type tf_sqlite_transient(void) { return SQLITE_TRANSIENT; }

#endif
