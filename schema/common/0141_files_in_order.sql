-- Files by the moment at which they were put in: their page shows one year. Pieces of a file: what was not announced yet
-- is found by its file. The newest file about a subject that came: the end of its index.
CREATE INDEX stored_file_at ON stored_file (at);
CREATE INDEX outgoing_piece_of_file ON outgoing_piece (stream, file_id, place);
DROP INDEX incoming_file_of;
CREATE INDEX incoming_file_of ON incoming_file (source, about, purpose, gone_at, file_id);
