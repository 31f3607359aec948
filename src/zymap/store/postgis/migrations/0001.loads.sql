-- The ledger of loads, which of them is current, and who may do what.
-- The extension and the roles take an administrator's rights; where they are there already, the
-- owner of the database has rights enough.

CREATE EXTENSION IF NOT EXISTS postgis;

DO $do$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'zymap_loader') THEN
    CREATE ROLE zymap_loader NOLOGIN;
    -- To see which replicas have a load already.
    GRANT pg_read_all_stats TO zymap_loader;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'zymap_reader') THEN
    CREATE ROLE zymap_reader NOLOGIN;
  END IF;
END
$do$;

CREATE SCHEMA zymap;

CREATE SEQUENCE zymap.load_numbers;

CREATE TABLE zymap.loads (
  load bigint PRIMARY KEY,
  dataset text COLLATE "C" NOT NULL,
  revision text COLLATE "C" NOT NULL,
  format integer NOT NULL,
  features bigint NOT NULL,
  loaded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  loaded_by text NOT NULL DEFAULT session_user
);

CREATE TABLE zymap.current (
  dataset text COLLATE "C" PRIMARY KEY,
  load bigint NOT NULL REFERENCES zymap.loads
);

GRANT USAGE ON SCHEMA zymap TO zymap_loader, zymap_reader;
GRANT SELECT ON zymap.loads, zymap.current TO zymap_loader, zymap_reader;
GRANT INSERT ON zymap.loads TO zymap_loader;
GRANT INSERT, UPDATE ON zymap.current TO zymap_loader;
GRANT USAGE ON SEQUENCE zymap.load_numbers TO zymap_loader;

-- Each load makes a schema of its own.
DO $do$
BEGIN
  EXECUTE format('GRANT CREATE, CONNECT ON DATABASE %I TO zymap_loader', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO zymap_reader', current_database());
END
$do$;
