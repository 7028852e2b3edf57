-- A small catalogue in the old system's tables: 7 courses, one of them without a video, and 216 segments with one.
CREATE TABLE local_truefire_courses (
    id INTEGER PRIMARY KEY, title TEXT, status TEXT, is_free INTEGER, is_hd INTEGER, long_description TEXT);
CREATE TABLE local_truefire_channels (
    id INTEGER PRIMARY KEY, courseid INTEGER REFERENCES local_truefire_courses (id), title TEXT, foldername TEXT);
CREATE TABLE local_truefire_segments (
    id INTEGER PRIMARY KEY, channel_id INTEGER REFERENCES local_truefire_channels (id), item_order INTEGER,
    name TEXT, description TEXT, video TEXT, runtime INTEGER, is_hd INTEGER);

INSERT INTO local_truefire_courses (id, title, status) VALUES
    (1, '30 Blues Licks You MUST Know', 'live'),
    (2, 'Chris "Slowhand" O''Brien: Gypsy Jazz', 'live'),
    (3, '🎸 Fingerstyle Café', 'live'),
    (4, 'Ритм-гитара: основы', 'live'),
    (5, NULL, 'live'),
    (6, '\Backslash\ & <Ampersand>; $(Shell) `Ticks`', 'live'),
    (7, 'Coming Soon', 'draft');

-- Two chapters for each course.
INSERT INTO local_truefire_channels (id, courseid, title, foldername)
    SELECT id * 10 + part, id, CASE part WHEN 1 THEN 'Lessons' ELSE 'Play-Alongs "Live"' END, 'course-' || id
    FROM local_truefire_courses, (SELECT 1 AS part UNION SELECT 2);

-- Eighteen segments for each chapter.
INSERT INTO local_truefire_segments (id, channel_id, item_order, name, video, runtime)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 18)
    SELECT c.id * 100 + i, c.id, i,
        CASE i % 4 WHEN 0 THEN 'Lick ' || i || ': "Bends" & Slides' WHEN 1 THEN 'It''s Lick ' || i || ' 🎶'
            WHEN 2 THEN 'Lick ' || i || char(9) || 'with a tab' ELSE 'Лик ' || i END,
        CASE c.courseid WHEN 7 THEN NULL ELSE 'mp4:' || c.foldername || '/lesson-' || (c.id * 100 + i) END,
        60 + i * 7
    FROM local_truefire_channels AS c, n;

-- A few that were never filmed.
INSERT INTO local_truefire_segments (id, channel_id, item_order, name, video, runtime) VALUES
    (90001, 11, 19, 'Interview', NULL, 0), (90002, 21, 19, 'Chart (PDF)', 'pdf:course-2/chart', 0),
    (90003, 31, 19, 'Bonus', 'mp4:', 0);
