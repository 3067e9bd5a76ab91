-- Run once as postgres: one role owns and migrates, the other serves and owns nothing. Neither has a password:
-- PostgreSQL asks the machine which of its users it is (peer), and lets in no user of another name.
CREATE ROLE "alongside-owner" LOGIN;
CREATE ROLE "alongside" LOGIN;
-- A statement that is refused would be written into PostgreSQL's log, with the words that are in it.
ALTER ROLE "alongside-owner" SET log_min_error_statement = panic;
ALTER ROLE "alongside" SET log_min_error_statement = panic;
ALTER ROLE "alongside-owner" SET log_error_verbosity = terse;
ALTER ROLE "alongside" SET log_error_verbosity = terse;
CREATE DATABASE alongside OWNER "alongside-owner" ENCODING 'UTF8' TEMPLATE template0;
REVOKE CONNECT ON DATABASE alongside FROM PUBLIC;
-- A temporary table is found before the table of the record that has its name.
REVOKE TEMPORARY ON DATABASE alongside FROM PUBLIC;
GRANT CONNECT ON DATABASE alongside TO "alongside";
