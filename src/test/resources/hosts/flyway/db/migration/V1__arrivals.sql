create table arrivals (events int not null);
