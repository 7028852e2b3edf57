/// SQLite's C interface; all of it is callable from Swift as it is.
#ifndef C_SQLITE_SHIM_H
#define C_SQLITE_SHIM_H

#include <sqlite3.h>

#endif
