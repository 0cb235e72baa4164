insert into arrivals values (0);
-- Names that the inbox has too, in its schema.
create table shedlock (name text primary key);
create table approval_tasks (id bigint primary key);
