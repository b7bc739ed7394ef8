-- The dispatches of an office, the newest first: a page of them is read from the index before their lines are counted.
CREATE INDEX incoming_dispatch_newest ON incoming_dispatch (source, sent_on, dispatch_id);
