-- SQLite cannot add a foreign key to a table that is there; its one writer checks instead.
ALTER TABLE employees ADD FOREIGN KEY (tenant_id, manager_id) REFERENCES employees (tenant_id, id);
