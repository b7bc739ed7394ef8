-- Files of the office by their content. The journal holds what they are; the bytes stand once beside it, proved by digest.
CREATE TABLE stored_file (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    kind TEXT NOT NULL CHECK (kind IN ('image/jpeg', 'image/png', 'application/pdf')),
    size INTEGER NOT NULL CHECK (size > 0),
    width INTEGER NOT NULL CHECK (width >= 0),
    height INTEGER NOT NULL CHECK (height >= 0),
    name TEXT NOT NULL,
    purpose TEXT NOT NULL,
    subject TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    confirmed_at TEXT NOT NULL DEFAULT '',
    confirmed_by TEXT NOT NULL DEFAULT '' CHECK ((confirmed_at = '') = (confirmed_by = '')),
    doubt TEXT NOT NULL DEFAULT '',
    gone_at TEXT NOT NULL DEFAULT '',
    gone_by TEXT NOT NULL DEFAULT '',
    gone_why TEXT NOT NULL DEFAULT '' CHECK ((gone_at = '') = (gone_why = ''))
) STRICT;
CREATE INDEX stored_file_of ON stored_file (subject, purpose);
CREATE INDEX stored_file_by_digest ON stored_file (digest);
CREATE TRIGGER stored_file_stays BEFORE DELETE ON stored_file BEGIN SELECT RAISE(ABORT, 'a file leaves its row behind'); END;

-- A file on its way: announced in the stream of a partner, its bytes go beside it in pieces that the receiver asks for.
CREATE TABLE outgoing_file (
    stream TEXT NOT NULL,
    file_id INTEGER NOT NULL,
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    epoch INTEGER NOT NULL,
    n INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    gone_at TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (stream, file_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX outgoing_file_place ON outgoing_file (stream, epoch, n);
CREATE TABLE outgoing_piece (
    stream TEXT NOT NULL,
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    file_id INTEGER NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (stream, digest, file_id, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE incoming_file (
    source TEXT NOT NULL,
    file_id INTEGER NOT NULL,
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    kind TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size > 0),
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    about TEXT NOT NULL,
    pieces TEXT NOT NULL CHECK (json_valid(pieces)),
    at TEXT NOT NULL,
    gone_at TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (source, file_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX incoming_file_of ON incoming_file (source, about, purpose);
CREATE INDEX incoming_file_by_digest ON incoming_file (digest);

CREATE TABLE file_content (digest TEXT PRIMARY KEY CHECK (length(digest) = 64), content BLOB NOT NULL) STRICT;
CREATE TRIGGER file_content_stays BEFORE UPDATE ON file_content BEGIN SELECT RAISE(ABORT, 'content is never altered'); END;
CREATE TABLE file_piece (
    source TEXT NOT NULL,
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    content BLOB NOT NULL CHECK (length(content) <= 49152),
    PRIMARY KEY (source, digest)
) STRICT;
CREATE TABLE awaited_piece (
    source TEXT NOT NULL,
    file_id INTEGER NOT NULL,
    place INTEGER NOT NULL,
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    PRIMARY KEY (source, file_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX awaited_piece_by_digest ON awaited_piece (source, digest);
CREATE TABLE wanted_piece (
    peer TEXT NOT NULL,
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    place INTEGER NOT NULL,
    PRIMARY KEY (peer, digest)
) STRICT, WITHOUT ROWID;
DROP TABLE road_chunk;
DELETE FROM beside WHERE name = 'road_chunk';
INSERT INTO beside (name, why) VALUES
    ('file_content', 'bytes of files, once each; the journal names them by digest'),
    ('file_piece', 'pieces of files on their way here, until the file is whole'),
    ('awaited_piece', 'pieces that this side lacks of files that were announced'),
    ('wanted_piece', 'what the other side said that it lacks of our files');
