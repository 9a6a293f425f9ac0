-- What is asked of a plan while its run goes on, apart from the thousands of things it may make.
ALTER TABLE plans ADD COLUMN summary TEXT NOT NULL DEFAULT '';
