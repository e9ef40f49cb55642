CREATE TABLE forgotten_events (
  position BIGINT NOT NULL,
  settled_at TIMESTAMP WITH TIME ZONE,
  how VARCHAR,
  note JSONB,
  CONSTRAINT pk_forgotten_events PRIMARY KEY (position)
);
