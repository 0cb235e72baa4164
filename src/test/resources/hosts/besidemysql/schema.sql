create table seen (id varchar(512));
