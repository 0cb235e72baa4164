#!/bin/bash
# Sets the passwords of the roles of db/roles from the environment of the container: at its first start, after the scripts, and
# whenever it is called. A role without a password cannot log in over the network.
set -eo pipefail
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres <<'SQL'
-- A statement that fails would stand in the server's log, with the password.
set log_min_error_statement = panic;
\getenv app INBOX_APP_PASSWORD
\getenv migrator INBOX_MIGRATOR_PASSWORD
\getenv cleanup INBOX_CLEANUP_PASSWORD
alter role inbox_app password :'app';
alter role inbox_migrator password :'migrator';
alter role inbox_cleanup password :'cleanup';
\set auditor ''
\getenv auditor INBOX_AUDITOR_PASSWORD
alter role inbox_auditor password :'auditor';
\set payload_auditor ''
\getenv payload_auditor INBOX_PAYLOAD_AUDITOR_PASSWORD
alter role inbox_payload_auditor password :'payload_auditor';
SQL
