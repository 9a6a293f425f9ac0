-- What is there already stands in the feed in order of its ids, two hundred a row.
INSERT INTO event_feed (tenant_id, entry, position, at, size, events)
SELECT tenant_id, max(place), max(place), max(at), count(*), json_group_array(id ORDER BY id)
FROM (SELECT tenant_id, id, at, row_number() OVER (PARTITION BY tenant_id ORDER BY id) AS place
      FROM events)
GROUP BY tenant_id, (place - 1) / 200;
INSERT INTO event_heads (tenant_id, position)
SELECT tenant_id, count(*) FROM events GROUP BY tenant_id;
