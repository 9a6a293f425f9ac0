-- Lists of one platform or one category, in the orders that follow from it: the products of a
-- category stand together, and so do serials and tags where they begin with a mark of the device.
-- A walk along such an order alone would pass everything else first. They serve the filters too.
DROP INDEX assets_by_platform;
DROP INDEX assets_by_category;
CREATE INDEX assets_of_platform_by_tag ON assets (tenant_id, archived, platform, tag_key, id);
CREATE INDEX assets_of_platform_by_serial ON assets (tenant_id, archived, platform, serial_key, id);
CREATE INDEX assets_of_platform_by_product ON assets (tenant_id, archived, platform, product_key, id);
CREATE INDEX assets_of_category_by_tag ON assets (tenant_id, archived, shown_category_id, tag_key, id);
CREATE INDEX assets_of_category_by_serial ON assets (tenant_id, archived, shown_category_id, serial_key, id);
CREATE INDEX assets_of_category_by_product ON assets (tenant_id, archived, shown_category_id, product_key, id);
