-- The plumbing tables as revision 0001 of each service makes them; frozen: a later change is a migration.

CREATE TABLE event_log (
  position BIGINT NOT NULL,
  key BYTEA NOT NULL,
  key_sequence BIGINT NOT NULL,
  event_id UUID NOT NULL,
  headers JSONB NOT NULL,
  value BYTEA NOT NULL,
  logged_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_event_log PRIMARY KEY (position),
  CONSTRAINT uq_event_log_key_key_sequence UNIQUE (key, key_sequence),
  CONSTRAINT uq_event_log_event_id UNIQUE (event_id)
);

CREATE TABLE event_log_head (
  only_row BOOLEAN NOT NULL,
  epoch INTEGER NOT NULL,
  position BIGINT NOT NULL,
  published BIGINT NOT NULL,
  CONSTRAINT pk_event_log_head PRIMARY KEY (only_row),
  CONSTRAINT ck_event_log_head_only_row CHECK (only_row)
);

CREATE TABLE event_log_keys (
  key BYTEA NOT NULL,
  last BIGINT NOT NULL,
  last_time VARCHAR NOT NULL,
  CONSTRAINT pk_event_log_keys PRIMARY KEY (key)
);

CREATE TABLE idempotency_keys (
  tenant VARCHAR NOT NULL,
  key VARCHAR NOT NULL,
  fingerprint VARCHAR NOT NULL,
  status INTEGER NOT NULL,
  headers JSONB NOT NULL,
  body BYTEA NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_idempotency_keys PRIMARY KEY (tenant, key)
);

CREATE INDEX ix_idempotency_keys_created_at ON idempotency_keys (created_at);

CREATE TABLE inbox (
  source VARCHAR NOT NULL,
  key BYTEA NOT NULL,
  last BIGINT NOT NULL,
  CONSTRAINT pk_inbox PRIMARY KEY (source, key)
);

CREATE TABLE outbox (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  event_id UUID NOT NULL,
  topic VARCHAR NOT NULL,
  key BYTEA NOT NULL,
  headers JSONB NOT NULL,
  value BYTEA,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_outbox PRIMARY KEY (id),
  CONSTRAINT uq_outbox_event_id UNIQUE (event_id)
);

CREATE TABLE parked (
  source VARCHAR NOT NULL,
  key BYTEA NOT NULL,
  subject VARCHAR NOT NULL,
  since TIMESTAMP WITH TIME ZONE NOT NULL,
  reason VARCHAR NOT NULL,
  CONSTRAINT pk_parked PRIMARY KEY (source, key, subject)
);

CREATE TABLE parked_audit (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  done_at TIMESTAMP WITH TIME ZONE NOT NULL,
  done_by VARCHAR NOT NULL,
  action VARCHAR NOT NULL,
  source VARCHAR NOT NULL,
  key BYTEA NOT NULL,
  subject VARCHAR NOT NULL,
  reason VARCHAR NOT NULL,
  messages INTEGER NOT NULL,
  CONSTRAINT pk_parked_audit PRIMARY KEY (id)
);

CREATE TABLE parked_messages (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  source VARCHAR NOT NULL,
  key BYTEA NOT NULL,
  subject VARCHAR NOT NULL,
  behind_key BOOLEAN NOT NULL,
  topic VARCHAR NOT NULL,
  partition INTEGER NOT NULL,
  "offset" BIGINT NOT NULL,
  headers JSONB NOT NULL,
  value BYTEA,
  error VARCHAR,
  parked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_parked_messages PRIMARY KEY (id)
);

CREATE INDEX ix_parked_messages_source_key_subject ON parked_messages (source, key, subject);
