-- How many messages left in an hour and a day is asked once a minute.
CREATE INDEX sms_left ON sms (changed_at) WHERE direction = 'outgoing';
CREATE INDEX sms_replies ON sms (at) WHERE purpose = 'reply';
