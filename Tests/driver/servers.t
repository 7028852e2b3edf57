#!/bin/sh
# Catalogues out of real database servers, each in a folder of its own, on a socket, as an ordinary user.
. "$DRIVER_TESTS/lib.sh"
PATH=$REAL_TOOLS:$PATH

# Servers refuse to run as root.
ordinary() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=nobody --regid=nogroup --clear-groups -- "$@"
	else
		"$@"
	fi
}

# place NAME: makes a server's folder, with a short path since it holds the socket.
place() {
	PLACE=$(mktemp -d /tmp/tf-server.XXXXXX)
	[ "$(id -u)" -ne 0 ] || chown nobody:nogroup "$PLACE"
}

mariadb_start() {
	place
	ordinary mariadb-install-db --no-defaults --datadir="$PLACE/data" --auth-root-authentication-method=normal \
		--skip-test-db >"$PLACE.log" 2>&1 || { cat "$PLACE.log"; return 1; }
	ordinary mariadbd --no-defaults --datadir="$PLACE/data" --socket="$PLACE/socket" --pid-file="$PLACE/pid" \
		--skip-networking --innodb-flush-method=nosync --innodb-buffer-pool-size=8M >>"$PLACE.log" 2>&1 &
	SERVER=$!
	trap 'kill "$SERVER"; wait "$SERVER" || :; rm -rf "$PLACE" "$PLACE.log"' EXIT
	mariadb-admin --no-defaults --wait=60 --connect-timeout=60 -u root -S "$PLACE/socket" ping >/dev/null
}

# client ARGUMENT…: MariaDB's own, under the name that it has everywhere.
client() {
	mysql --no-defaults -u root -S "$PLACE/socket" "$@"
}

postgres_start() {
	place
	PATH=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -n 1):$PATH
	{
		ordinary initdb -D "$PLACE/data" -U tf -A trust -E UTF8 --locale=C.UTF-8 --no-sync &&
			ordinary pg_ctl -D "$PLACE/data" -w -o "-k $PLACE -c listen_addresses='' -c fsync=off" start
	} >"$PLACE.log" 2>&1 </dev/null || { cat "$PLACE.log"; return 1; }
	trap 'ordinary pg_ctl -D "$PLACE/data" -m immediate stop >/dev/null; rm -rf "$PLACE" "$PLACE.log"' EXIT
	PGHOST=$PLACE PGUSER=tf
	export PGHOST PGUSER
}

# tables COURSES CHANNELS SEGMENTS: the old tables by these names, with all that a title can hold.
tables() {
	cat <<-SQL
		CREATE TABLE $1 (id INTEGER PRIMARY KEY, title TEXT);
		CREATE TABLE $2 (id INTEGER PRIMARY KEY, courseid INTEGER, title TEXT);
		CREATE TABLE $3 (id INTEGER PRIMARY KEY, channel_id INTEGER, item_order INTEGER, name TEXT, video TEXT,
		    runtime INTEGER);
		INSERT INTO $1 VALUES (1, 'Blues, "Slow" & O''Brien'), (2, NULL), (3, 'NULL'), (4, ''), (5, 'no segments');
		INSERT INTO $2 VALUES (10, 1, 'tab	and
		line'), (20, 2, NULL), (30, 3, 'NULL'), (40, 4, ''), (50, 5, 'empty');
		INSERT INTO $3 VALUES
		    (1, 10, 2, 'tab	here', 'mp4:a/b', 60), (2, 10, 1, 'two
		lines', 'mp4:a/c', NULL), (3, 10, NULL, 'back\\slash \\n \\t \\N', 'mp4:a/sub/d', 0),
		    (4, 10, 3, '🎸 Ελληνικά 日本', 'mp4:ä/🎶', 5), (5, 20, 1, NULL, 'mp4:a/e', 1),
		    (6, 20, 2, 'NULL', 'mp4:a/f', 1), (7, 20, 2, '', 'mp4:a/g', 1), (8, 20, 3, 'x', NULL, 1),
		    (9, 30, 1, '"quoted", and, commas', 'mp4:a/h', 1), (10, 30, 2, ' spaces ', 'mp4:a/i', 1),
		    (11, 40, 1, 'ends in CR$(printf '\r')', 'mp4:a/j', 1), (12, 40, 2, '\\\\', 'mp4:a/k', 1),
		    (13, 40, 3, 'x', 'mp4:', 1);
	SQL
}

local_tables() { tables local_truefire_courses local_truefire_channels local_truefire_segments; }

# sqlite_catalogue: what the file itself gives, as `wanted`, and its plan.
sqlite_catalogue() {
	local_tables | sqlite3 database.sqlite
	tf-catalog database.sqlite >wanted 2>wanted.errors
	tf-catalog --plan database.sqlite >wanted.plan
	lines wanted 11
}

# same_from COMMAND…: its table gives the catalogue of the file, byte for byte, the same plan and the same messages.
same_from() {
	"$@" >table
	tf-catalog - <table >got 2>got.errors
	cmp wanted got
	same "$(sed 's/.*input: //' got.errors)" "$(sed 's/.*sqlite: //' wanted.errors)"
	same "$(tf-catalog --plan - <table)" "$(cat wanted.plan)"
}

mariadb_same() {
	sqlite_catalogue
	mariadb_start
	client -e 'CREATE DATABASE truefire CHARACTER SET utf8mb4'
	{
		echo "SET sql_mode = 'NO_BACKSLASH_ESCAPES';"
		local_tables
	} | client --default-character-set=utf8mb4 truefire
	tf-catalog --print-sql mysql >query
	same_from client --batch truefire <query
}
claim "a catalogue from MariaDB is that from SQLite, byte for byte" mariadb_same

postgres_same() {
	sqlite_catalogue
	postgres_start
	local_tables | psql -q -v ON_ERROR_STOP=1 postgres
	tf-catalog --print-sql postgres >query
	same_from psql --csv postgres <query
}
claim "a catalogue from PostgreSQL is that from SQLite, byte for byte" postgres_same

sqlite_same() {
	sqlite_catalogue
	tf-catalog --print-sql sqlite >query
	same_from sqlite3 -json database.sqlite <query
	# In CSV without quotes the text NULL is what other clients write for NULL.
	for table in courses channels; do
		sqlite3 database.sqlite "UPDATE local_truefire_$table SET title = 'Null' WHERE title = 'NULL'"
	done
	sqlite3 database.sqlite "UPDATE local_truefire_segments SET name = 'Null' WHERE name = 'NULL'"
	tf-catalog database.sqlite >wanted 2>wanted.errors
	tf-catalog --plan database.sqlite >wanted.plan
	same_from sqlite3 -csv -header database.sqlite <query
}
claim "what sqlite3 prints as JSON and CSV gives the catalogue of the file, byte for byte" sqlite_same

vendor_tables() {
	sqlite_catalogue
	tables courses channels segments | sqlite3 vendor.sqlite
	tf-catalog --schema vendor vendor.sqlite >got
	cmp wanted got
	mariadb_start
	client -e 'CREATE DATABASE truefire CHARACTER SET utf8mb4; CREATE DATABASE channels CHARACTER SET utf8mb4'
	{
		echo "SET sql_mode = 'NO_BACKSLASH_ESCAPES';"
		tables truefire.courses channels.channels channels.segments
	} | client --default-character-set=utf8mb4
	tf-catalog --schema vendor --print-sql mysql >query
	same_from client --batch <query
}
claim "the vendor's names of the tables are known too" vendor_tables

own_query() {
	postgres_start
	psql -q --csv postgres >table <<-'SQL'
		SELECT 7 AS lesson, 3 AS course_id, E'a "b",\nc' AS headline, 'mp4:x/y' AS video, 'Rock' AS style
	SQL
	tf-catalog --map segment_id=lesson --map title=headline - <table >got
	same "$(jq -c '[.segment_id, .course_id, .title, .key, .style]' got)" '[7,3,"a \"b\",\nc","x/y_med.mp4","Rock"]'
}
claim "a query of your own is read by the names that --map gives" own_query
