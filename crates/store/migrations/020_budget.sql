-- How many requests the source said were left of the hour's when the run had asked its last.
ALTER TABLE runs ADD COLUMN left_this_hour BIGINT;
