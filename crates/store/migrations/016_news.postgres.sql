-- What is there already stands in the feed in order of its ids, two hundred a row.
CREATE SEQUENCE event_feed_entries;
INSERT INTO event_feed (tenant_id, entry, position, at, size, events)
SELECT tenant_id, nextval('event_feed_entries'), place, at, size, ids
FROM (SELECT tenant_id, max(place) AS place, max(at) AS at, count(*) AS size,
             json_agg(id ORDER BY id)::text AS ids
      FROM (SELECT tenant_id, id, at,
                   row_number() OVER (PARTITION BY tenant_id ORDER BY id) AS place
            FROM events) AS numbered
      GROUP BY tenant_id, (place - 1) / 200
      ORDER BY tenant_id, max(place)) AS packed;
INSERT INTO event_heads (tenant_id, position)
SELECT tenant_id, count(*) FROM events GROUP BY tenant_id;
