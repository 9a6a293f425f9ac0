UPDATE plans
SET summary = jsonb_build_object('doubts', body::jsonb -> 'doubts', 'counts', body::jsonb -> 'counts')::text;
